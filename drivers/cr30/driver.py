"""The CR30 as a `Colorimeter`: never a reading of the wrong thing.

Two habits of the unit shape this file.

*Button presses come unasked*, at any moment, as a header frame of their own; the unit then holds
that measurement in the one cache from which chunks are fetched. So the sender of the latest header
owns the cache, and chunks count only for the header they followed.

*A magnet near the unit turns every measurement into a white calibration* on whatever lies under
the aperture, and the unit answers with its stored tile constant, the same bits each time. Readings
asked for by the host carry no flag for it, so the driver compares bits: with the reading before,
and with the constant it learned when white was calibrated.

Evidence: captures of two units by others, not the maker; never tried on hardware here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal

from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.conversation import again
from drivers.cr30 import CAPABILITIES, CONDITION, protocol
from drivers.cr30.codec import (
    ButtonFrame,
    CalibrationFrame,
    ChunkFrame,
    HeaderFrame,
    IdentityFrame,
)
from drivers.cr30.conversation import Conversation
from drivers.cr30.plausibility import check
from drivers.cr30.protocol import Command
from drivers.errors import Gated, NeedsCalibration, ProtocolError, Unsupported
from drivers.link import open_link
from drivers.readings import Condition, Identity, RawReading, Spectrum
from drivers.serial_unit import SerialUnit, asking, attached

KNOWN_MODEL: Final = "CR30"

#: Presses that may interrupt one reading before the driver gives up: a person manages one.
MAX_INTERRUPTIONS: Final = 3

SUPERSEDED: Final = "The unit's button was pressed meanwhile: this is the button's reading."
_RECOVER: Final = (
    "Seat the cap with its white tile facing the aperture and calibrate white, "
    "then take the cap off and read again."
)
_LEAVE_BUTTON: Final = "Leave the unit's button alone while it works, then try again."


class Cr30(SerialUnit[Conversation]):
    """An open CR30; see `drivers.contract.Colorimeter`.

    After `Gated` the unit's white calibration must be taken as lost: calibrate white again.
    """

    capabilities: Capabilities = CAPABILITIES
    condition: Condition = CONDITION

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask the unit behind `link` who it is; the link stays the caller's if that fails.

        `clock` counts seconds and serves timeouts only.

        Raises:
            Unsupported: something else than a CR30 answers.
            InstrumentTimeout: nothing answers.
        """
        super().__init__(Conversation(link, clock))
        link.drain()  # left by whoever used the port before
        self._last: Spectrum | None = None
        self._tile: Spectrum | None = None
        self._identity = self._who()

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        return self._identity

    @property
    def tile_constant(self) -> Spectrum | None:
        """See `drivers.contract.Colorimeter.tile_constant`."""
        return self._tile

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None:
        self._tile = value

    def calibrate(self, kind: CalibrationKind) -> None:
        """Calibrate black or white; the surface must be in place.

        After white, the tile is read with the cap still on, to learn the unit's constant. That
        shows as well whether the cap was there: without its magnet no two readings are equal.

        Raises:
            NeedsCalibration: the unit refused, or white was calibrated without the cap.
        """
        self._settle()
        command = Command.BLACK if kind == "black" else Command.WHITE
        reply = self._talk.ask(command, CalibrationFrame, protocol.ACTION_TIMEOUT_S)
        if not reply.ok:
            raise NeedsCalibration(f"The unit refused to calibrate {kind}.")
        if kind == "white":
            self._learn_tile()

    def read(self, *, confirm: bool = False) -> RawReading:
        """Trigger one measurement.

        With `confirm`, as long as the tile constant is unknown, the unit is triggered twice and
        the second reading returned: a unit under its cap gives the same bits twice, and one
        reading alone cannot show that.

        When the unit's button is pressed after the unit answered the trigger, it drops the data
        of the host's reading; the button's is then returned, with that `trigger` and a warning.

        Raises:
            Gated: the unit calibrated white instead of measuring.
            Saturated: no surface has the spectrum it sent.
        """
        self._settle()
        if confirm and self._tile is None:
            self._measure()
        return self._measure()

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Block up to `timeout_s` for a press; None when none came or `wake` was called.

        A press that came earlier counts as long as the unit still holds its data, which is true
        of the last press only, and until the next `read`.

        Raises:
            Gated: the button was pressed while the cap was on.
        """
        self._settle()
        deadline = self._talk.clock() + timeout_s
        self._talk.absorb()
        if self._heard(deadline, lambda: bool(self._talk.presses)):
            return self._collect(self._latest_press(), "button")
        return None

    def _who(self) -> Identity:
        def ask(command: Command) -> IdentityFrame:
            timeout_s = protocol.IDENTITY_TIMEOUT_S
            return again(2, lambda: self._talk.ask(command, IdentityFrame, timeout_s))

        return _identify(ask, self._talk.link.name)

    def _measure(self) -> RawReading:
        self._talk.absorb()
        self._raise_if_gated()
        try:
            header = self._talk.ask(Command.TRIGGER, HeaderFrame, protocol.ACTION_TIMEOUT_S)
        finally:
            # Also when no answer came: the unit may have measured, and then any press so far
            # has lost its data to that.
            self._talk.lose_presses()
        self._raise_if_gated()
        return self._collect(header, "host")

    def _collect(
        self, header: HeaderFrame | ButtonFrame, asked_by: Literal["host", "button"]
    ) -> RawReading:
        """Fetch the measurement that `header` announced, or the one that replaced it."""
        trigger = asked_by
        interruptions = 0
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        while not (chunks := self._fetch(header)):
            interruptions += 1
            if interruptions > MAX_INTERRUPTIONS:
                raise ProtocolError("Button presses kept interrupting the reading.", _LEAVE_BUTTON)
            header, trigger = self._latest_press(), "button"
            at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        percent = _percent(header, chunks)
        warnings = check(percent)
        spectrum = _spectrum(header, percent)
        self._refuse_constant(spectrum)
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=spectrum,
            at=at,
            monotonic_ns=monotonic_ns,
            raw=header.frame + b"".join(chunk.frame for chunk in chunks),
            trigger=trigger,
            warnings=warnings if trigger == asked_by else (*warnings, SUPERSEDED),
        )

    def _fetch(self, header: HeaderFrame | ButtonFrame) -> list[ChunkFrame]:
        """The chunks of `header`; none when a press took the cache before the last one came."""
        if not (0 < header.count <= protocol.MAX_BANDS and header.start_nm and header.step_nm):
            raise ProtocolError(
                f"The unit announced {header.count} bands from {header.start_nm} nm "
                f"in steps of {header.step_nm} nm."
            )
        self._talk.cache_doubtful = False
        chunks: list[ChunkFrame] = []
        for command in protocol.CHUNKS[: -(-header.count // protocol.CHUNK_VALUES)]:
            chunk = again(2, partial(self._talk.ask, command, ChunkFrame, protocol.CHUNK_TIMEOUT_S))
            if self._talk.cache_doubtful:
                raise ProtocolError("The unit may have measured again during the reading.")
            if self._talk.presses:
                return []
            chunks.append(chunk)
        return chunks

    def _latest_press(self) -> ButtonFrame:
        self._talk.absorb()
        self._raise_if_gated()
        latest = self._talk.presses.pop()
        self._talk.lose_presses()
        return latest

    def _raise_if_gated(self) -> None:
        if self._talk.take_gated():
            raise Gated(
                "The button was pressed with the cap on: the unit calibrated itself.", _RECOVER
            )

    def _refuse_constant(self, spectrum: Spectrum) -> None:
        previous, self._last = self._last, spectrum
        if spectrum == self._tile:
            raise Gated("The cap is on: the unit calibrated itself instead of measuring.", _RECOVER)
        if spectrum == previous:
            # Only the stored constant can come twice, so now it is known.
            self._tile = spectrum
            raise Gated(
                "The unit gave the same bits twice: it calibrates instead of measuring.", _RECOVER
            )

    def _learn_tile(self) -> None:
        first = self._capped_reading()
        if first != self._tile and self._capped_reading() != first:
            raise NeedsCalibration(
                "White was calibrated without the white-tile cap.",
                "Seat the cap with its white tile facing the aperture and calibrate white again.",
            )
        self._tile = self._last = first

    def _capped_reading(self) -> Spectrum:
        header = self._talk.ask(Command.TRIGGER, HeaderFrame, protocol.ACTION_TIMEOUT_S)
        # White was just calibrated on purpose: that ends the harm of an earlier gated press.
        self._talk.take_gated()
        self._talk.lose_presses()
        chunks = self._fetch(header)
        if not chunks:
            raise ProtocolError("The button was pressed during the calibration.", _LEAVE_BUTTON)
        percent = _percent(header, chunks)
        check(percent)
        return _spectrum(header, percent)


def _identify(ask: Callable[[Command], IdentityFrame], port: str) -> Identity:
    model = ask(Command.IDENTITY_0).text(protocol.MODEL_NAME[1])
    if model != KNOWN_MODEL:
        raise Unsupported(f"The unit on {port} calls itself {model!r}, not a CR30.")
    second = ask(Command.IDENTITY_1)
    third = ask(Command.IDENTITY_2)
    versions = (
        second.text(protocol.VERSION[1]),
        third.text(protocol.FIRMWARE_VERSION[1]),
        third.text(protocol.FIRMWARE_DATE[1]),
    )
    return Identity(
        model=model,
        serial=second.text(protocol.SERIAL[1]),
        firmware=" ".join(text for text in versions if text),
    )


def open_port(port: str) -> Cr30:
    """Open `port` and identify the CR30 behind it; the port is closed again on failure."""
    return attached(open_link(port, baudrate=protocol.BAUDRATE), Cr30)


def probe(port: str, timeout_s: float) -> Identity:
    """Who is on `port`, asked once and within `timeout_s` from now."""
    with asking(open_link(port, baudrate=protocol.BAUDRATE), timeout_s) as (link, left):
        talk = Conversation(link, time.monotonic)
        return _identify(lambda command: talk.ask(command, IdentityFrame, left()), link.name)


def _percent(header: HeaderFrame | ButtonFrame, chunks: Sequence[ChunkFrame]) -> list[float]:
    return [value for chunk in chunks for value in chunk.values][: header.count]


def _spectrum(header: HeaderFrame | ButtonFrame, percent: Sequence[float]) -> Spectrum:
    values = tuple(value / 100.0 for value in percent)
    return Spectrum(start_nm=header.start_nm, step_nm=header.step_nm, values=values)
