"""An ams spectral chip with AT firmware as a `Colorimeter`.

The chip measures light, so every exposure is two one-shot frames, the first with the lamp off. The
lamp burns for the lit frame only (its heat moves the reading) and is switched off when anything
fails, and at the end. A program that crashed may have left the chip streaming: opening stops that
before anything else, and believes no answer until the line is quiet.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from drivers.as726x import CAPABILITIES, CONDITION, codec, protocol
from drivers.as726x.conversation import Conversation, Diagnostics, Refused
from drivers.as726x.protocol import Chip, Command
from drivers.channel_heads import Baseline, ChannelCalibration, Exposure
from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.errors import (
    Disconnected,
    InstrumentError,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.link import open_link
from drivers.readings import Condition, Identity, RawReading, Spectrum

#: The chips have no serial number at all; people must label their heads.
NO_SERIAL: Final = "unnumbered"

#: 16x and 168 ms: what the datasheet states the sensitivity for (35 counts per µW/cm²).
FIRST_GAIN: Final = 2
INTEGRATION: Final = 60
#: 12.5 mA, the least: it warms the head least.
LAMP_CURRENT: Final = 0

#: A microcontroller in front of the chip may be busy booting for one to two seconds.
_OPENING_TRIES: Final = 3


class As726x:
    """An open AS7265x, AS7262 or AS7261; see `drivers.contract.Colorimeter`.

    A reading holds channels as ratios to the white tile, from the `baseline` taken since opening.
    """

    capabilities: Capabilities = CAPABILITIES
    condition: Condition = CONDITION

    def __init__(self, link: Link, chip: Chip, clock: Callable[[], float] = time.monotonic) -> None:
        """Stop a stream, ask who is there, and set the head up; on failure the link stays open.

        `clock` counts seconds and serves waits and timeouts only.

        Raises:
            Unsupported: something else than `chip` answers.
            InstrumentTimeout: nothing answers.
        """
        self._talk = Conversation(link, clock)
        self._woken = threading.Event()
        self._closed = False
        self._chip = chip
        self._lamp_on = chip.lamp_on
        self._calibration = ChannelCalibration()
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
        """Who answered when the port was opened; the serial number is always `NO_SERIAL`."""
        return self._identity

    @property
    def diagnostics(self) -> Diagnostics:
        """Disturbances of the line, counted since the port was opened."""
        return self._talk.diagnostics

    @property
    def settings(self) -> str:
        """Gain, integration time and lamp current, which a baseline belongs to."""
        milliseconds = round(1000 * INTEGRATION * protocol.INTEGRATION_STEP_S)
        return (
            f"gain {protocol.GAINS[self._gain]}, {milliseconds} ms, lamp current {LAMP_CURRENT:#x}"
        )

    @property
    def baseline(self) -> Baseline | None:
        """Black and white taken since opening; may be kept and given back after opening."""
        return self._calibration.baseline

    @baseline.setter
    def baseline(self, value: Baseline | None) -> None:
        self._calibration.baseline = value

    @property
    def tile_constant(self) -> Spectrum | None:
        """Always None: there is no gated cap."""
        return None

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None:
        """Nothing to keep."""

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
        deadline = self._talk.clock() + timeout_s
        while not self._woken.is_set():
            if self._talk.clock() >= deadline:
                return None
            self._talk.listen(deadline)
        self._woken.clear()
        return None

    def ping(self) -> None:
        """Ask for chip and firmware again.

        Raises:
            Disconnected: another unit answers.
        """
        _, now = self._ask_identity()
        if now != self._identity:
            raise Disconnected(
                f"Another unit ({now.model} {now.firmware}) answers on {self._talk.link.name}.",
                "Open the instrument again and calibrate it.",
            )

    def wake(self) -> None:
        """End the `wait_for_button` that runs, or else the next one; safe from any thread."""
        self._woken.set()
        self._talk.link.cancel()

    def close(self) -> None:
        """Switch the lamp off as far as the head listens, and release the port."""
        if not self._closed:
            self._closed = True
            self._darken()
        self._talk.link.close()

    def _hush(self) -> None:
        """Stop a stream that was left on; firmware that does not know streaming says ERROR."""
        with contextlib.suppress(Refused):
            self._talk.ask_again(Command.BURST, 0, protocol.OPENING_TIMEOUT_S, _OPENING_TRIES)
        if self._talk.diagnostics != Diagnostics():
            self._talk.quieten()

    def _ask_identity(self) -> tuple[Chip, Identity]:
        def ask(command: Command) -> str:
            return self._talk.ask_again(command, None, protocol.ANSWER_TIMEOUT_S, 2).text

        return _identify(ask)

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

    def _settle(self) -> None:
        """After a failed exchange, let a late answer pass by asking something harmless."""
        if self._talk.unsettled:
            self.ping()

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


def open_port(port: str, chip: Chip) -> As726x:
    """Open `port` and set up the `chip` behind it; the port is closed again on failure."""
    link = open_link(port, baudrate=protocol.BAUDRATE)
    try:
        return As726x(link, chip)
    except BaseException:
        link.close()
        raise


def probe(port: str, chip: Chip, timeout_s: float) -> Identity:
    """Who is on `port`, asked once, by questions only, within `timeout_s` from now.

    Raises:
        Unsupported: something else than `chip` answers.
    """
    deadline = time.monotonic() + timeout_s
    link = open_link(port, baudrate=protocol.BAUDRATE)
    try:
        talk = Conversation(link, time.monotonic)

        def ask(command: Command) -> str:
            return talk.ask(command, timeout_s=max(0.0, deadline - time.monotonic())).text

        found, identity = _identify(ask)
    finally:
        link.close()
    if found is not chip:
        raise Unsupported(f"The head on {port} is an {found.name}, not an {chip.name}.")
    return identity
