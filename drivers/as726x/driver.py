"""An ams spectral chip with AT firmware as a `Colorimeter`.

The chip measures light, so every exposure is two one-shot frames, the first with the lamp off. The
lamp burns for the lit frame only (its heat moves the reading) and is switched off when anything
fails, and at the end. A program that crashed may have left the chip streaming: opening stops that
before anything else, and believes no answer until the line is quiet.

Evidence: the maker's datasheets, for the AS7261 two programs instead; dialogues constructed, never
tried on hardware.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from drivers.as726x import CAPABILITIES, CONDITION, codec, protocol
from drivers.as726x.conversation import Conversation, Refused
from drivers.as726x.protocol import Chip, Command
from drivers.channel_heads import ChannelHead, Exposure
from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.conversation import again
from drivers.errors import (
    InstrumentError,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.link import open_link
from drivers.readings import UNNUMBERED, Condition, Identity, RawReading
from drivers.serial_unit import asking, attached, never_pressed

#: The chips have no serial number at all; people must label their heads.
NO_SERIAL: Final = UNNUMBERED

#: 16x and 168 ms: what the datasheet states the sensitivity for (35 counts per µW/cm²).
FIRST_GAIN: Final = 2
INTEGRATION: Final = 60
#: 12.5 mA, the least: it warms the head least.
LAMP_CURRENT: Final = 0

#: A microcontroller in front of the chip may be busy booting for one to two seconds.
_OPENING_TRIES: Final = 3


class As726x(ChannelHead[Conversation]):
    """An open AS7265x, AS7262 or AS7261; see `drivers.contract.Colorimeter`.

    A reading holds channels as ratios to the white tile, from the `baseline` taken since opening.
    """

    capabilities: Capabilities = CAPABILITIES
    condition: Condition = CONDITION

    def __init__(self, chip: Chip, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """Stop a stream, ask who is there, and set the head up; on failure the link stays open.

        `clock` counts seconds and serves waits and timeouts only.

        Raises:
            Unsupported: something else than `chip` answers.
            InstrumentTimeout: nothing answers.
        """
        super().__init__(Conversation(link, clock))
        self._chip = chip
        self._lamp_on = chip.lamp_on
        self._label = NO_SERIAL
        self._hush()
        found, self._identity = self._ask_identity()
        if found is not chip:
            raise Unsupported(
                f"The head on {link.name} is an {found.name}, not an {chip.name}.",
                f"Choose the model {found.name.casefold()}.",
            )
        self._gain = FIRST_GAIN
        self._set_up()

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened; its serial number is a label or `NO_SERIAL`."""
        return self._identity

    def take_label(self, label: str) -> None:
        """See `drivers.contract.Labelled`."""
        self._label = label
        self._identity = replace(self._identity, serial=label)

    @property
    def settings(self) -> str:
        """Gain, integration time and lamp current, which a baseline belongs to."""
        milliseconds = round(1000 * INTEGRATION * protocol.INTEGRATION_STEP_S)
        return (
            f"gain {protocol.GAINS[self._gain]}, {milliseconds} ms, lamp current {LAMP_CURRENT:#x}"
        )

    def calibrate(self, kind: CalibrationKind) -> None:
        """Expose the surface in place and keep it as black or white.

        When white is too bright the gain is lowered by one step, which makes black void.

        Raises:
            NeedsCalibration: white was too dark, or too bright and must be repeated.
            Saturated: white is too bright even at the lowest gain.
        """
        self._settle()
        exposure, _ = self._expose()
        try:
            self._calibration.accept(exposure)
        except Saturated:
            if kind != "white" or not self._gain or max(exposure.dark) >= exposure.full:
                raise
            was = protocol.GAINS[self._gain]
            self._gain -= 1
            self._set(Command.GAIN, self._gain)
            raise NeedsCalibration(
                f"White was too bright at gain {was}; now it is {protocol.GAINS[self._gain]}.",
                "Calibrate black, then white again.",
            ) from None
        self._calibration.take(kind, exposure)

    def read(self, *, confirm: bool = False) -> RawReading:  # noqa: ARG002
        """Expose once and return the ratios to the white tile.

        Raises:
            NeedsCalibration: black or white is missing.
            Saturated: a channel was blinded, or no surface has these ratios.
            ProtocolError: a value is missing or is no count.
        """
        self._settle()
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        exposure, raw = self._expose()
        self._calibration.accept(exposure)
        channels, warnings = self._calibration.reading(exposure)
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=None,
            at=at,
            monotonic_ns=monotonic_ns,
            raw=raw,
            warnings=warnings,
            channels=channels,
        )

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """There is no button: block until the time is up or `wake` was called.

        Raises:
            Disconnected: the head went away meanwhile.
        """
        self._heard(self._talk.clock() + timeout_s, never_pressed)
        return None

    def _part(self) -> None:
        self._darken()

    def _hush(self) -> None:
        """Stop a stream that was left on, and hear out answers to whoever spoke before.

        Firmware that does not know streaming says ERROR, and so do heads that a modem manager has
        greeted: what is said before the line falls quiet is no answer to us.
        """
        with contextlib.suppress(Refused):
            again(
                _OPENING_TRIES,
                lambda: self._talk.ask(Command.BURST, 0, protocol.OPENING_TIMEOUT_S),
            )
        self._talk.quieten()

    def _ask_identity(self) -> tuple[Chip, Identity]:
        def ask(command: Command) -> str:
            return again(2, lambda: self._talk.ask(command)).text

        chip, identity = _identify(ask)
        return chip, replace(identity, serial=self._label)

    def _set_up(self) -> None:
        self._set(Command.INDICATOR, 0)
        self._set(Command.LAMP, 0)
        self._set(Command.CURRENT, LAMP_CURRENT)
        for command, value in (
            (Command.GAIN, self._gain),
            (Command.INTEGRATION, INTEGRATION),
        ):
            self._set(command, value)
            # A baseline rests on these two, so the head must say them back.
            if codec.number(self._talk.ask(command).text) != value:
                raise ProtocolError(f"The head did not take {command.value}={value}.")

    def _who(self) -> Identity:
        return self._ask_identity()[1]

    def _set(self, command: Command, value: int) -> None:
        self._talk.ask(command, value)

    def _expose(self) -> tuple[Exposure, bytes]:
        """A dark and a lit frame, and the bytes of both answers."""
        celsius = codec.temperature(self._talk.ask(Command.TEMPERATURE).text)
        if celsius is not None and celsius >= protocol.HOTTEST_C:
            raise UnitFault(
                f"The head is {celsius:g} °C hot; its lamp stays off.",
                "Take it off the client, let it cool down, then calibrate black and white.",
            )
        try:
            self._set(Command.LAMP, 0)
            dark, dark_raw = self._frame()
            self._light()
            self._talk.pause(protocol.LAMP_SETTLE_S)
            lit, lit_raw = self._frame()
            self._set(Command.LAMP, 0)
        except BaseException:
            self._darken()
            raise
        exposure = Exposure(
            names=self._chip.channels,
            dark=dark,
            lit=lit,
            full=protocol.FULL_SCALE,
            settings=self.settings,
            temperature_c=celsius,
        )
        return exposure, dark_raw + b"\n" + lit_raw + b"\n"

    def _frame(self) -> tuple[tuple[int, ...], bytes]:
        """One one-shot frame; the answer may wait for the integration, so its time counts twice."""
        integration_s = protocol.ONE_SHOT_PERIODS * INTEGRATION * protocol.INTEGRATION_STEP_S
        self._set(Command.MODE, protocol.ONE_SHOT)
        self._talk.pause(integration_s + protocol.READ_OUT_S)
        reply = self._talk.ask(Command.DATA, timeout_s=integration_s + protocol.ANSWER_TIMEOUT_S)
        return codec.counts(reply.text, self._chip), reply.raw

    def _light(self) -> None:
        try:
            self._set(Command.LAMP, self._lamp_on)
        except Refused:
            # Firmware of one age wants 1, of the other 100; which is in no version number.
            self._lamp_on = 100 if self._lamp_on == 1 else 1
            self._set(Command.LAMP, self._lamp_on)

    def _darken(self) -> None:
        """Switch the lamp off if the head still listens; what went wrong before matters more."""
        unsettled = self._talk.unsettled
        with contextlib.suppress(InstrumentError):
            self._talk.ask(Command.LAMP, 0, protocol.CLOSING_TIMEOUT_S)
        self._talk.unsettled |= unsettled


def _identify(ask: Callable[[Command], str]) -> tuple[Chip, Identity]:
    chip = codec.chip_of(ask(Command.HARDWARE))
    return chip, Identity(model=chip.name, serial=NO_SERIAL, firmware=ask(Command.FIRMWARE))


def open_port(chip: Chip, port: str) -> As726x:
    """Open `port` and set up the `chip` behind it; the port is closed again on failure."""
    return attached(open_link(port, baudrate=protocol.BAUDRATE), partial(As726x, chip))


def probe(chip: Chip, port: str, timeout_s: float) -> Identity:
    """Who is on `port`, asked once, by questions only, within `timeout_s` from now.

    Raises:
        Unsupported: something else than `chip` answers.
    """
    with asking(open_link(port, baudrate=protocol.BAUDRATE), timeout_s) as (link, left):
        talk = Conversation(link, time.monotonic)
        found, identity = _identify(lambda command: talk.ask(command, timeout_s=left()).text)
    if found is not chip:
        raise Unsupported(f"The head on {port} is an {found.name}, not an {chip.name}.")
    return identity
