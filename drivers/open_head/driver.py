"""A head somebody built, speaking the open head protocol, as a `Colorimeter`.

The head switches its own lamp and sends a lit and a dark frame together, so the driver only asks,
checks and divides. Its button asks for a measurement and makes none: the driver measures when it
hears the press, so a press can never be given somebody else's data.

Evidence: this project's own protocol, and the example firmware's code; never tried on hardware.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from drivers.channel_heads import ChannelHead, Exposure
from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.errors import (
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.link import open_link
from drivers.open_head import CAPABILITIES, CONDITION, protocol
from drivers.open_head.codec import Failure, Hello, Measurement
from drivers.open_head.conversation import Conversation
from drivers.readings import Condition, Identity, RawReading
from drivers.serial_unit import asking, attached

#: How long to wait before asking a busy head again.
BUSY_PAUSE_S: Final = 0.1


class OpenHead(ChannelHead[Conversation]):
    """An open head; see `drivers.contract.Colorimeter`.

    A reading holds channels as ratios to the white tile, from the `baseline` taken since opening.
    """

    capabilities: Capabilities = CAPABILITIES
    condition: Condition = CONDITION

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask the head who it is and switch its lamp off; on failure the link stays open.

        `clock` counts seconds and serves waits and timeouts only.

        Raises:
            Unsupported: it speaks another version of the protocol.
            InstrumentTimeout: nothing answers.
        """
        super().__init__(Conversation(link, clock))
        self._hello = _spoken(self._talk.hello_again(protocol.OPENING_TRIES), link.name)
        # Left on by a program that crashed, perhaps; and a press before now meant nobody here.
        self._lamp_off(protocol.ANSWER_TIMEOUT_S)
        self._talk.forget_press()
        self._heard_at = clock()

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        return _identity(self._hello)

    def calibrate(self, kind: CalibrationKind) -> None:
        """Expose the surface in place and keep it as black or white.

        Raises:
            NeedsCalibration: white sends too little light back.
            Saturated: a channel is at full scale.
        """
        exposure, _ = self._expose()
        self._calibration.take(kind, exposure)

    def read(self, *, confirm: bool = False) -> RawReading:  # noqa: ARG002
        """Measure once and return the ratios to the white tile.

        Raises:
            NeedsCalibration: no black or white, or the head has changed its gain or time since.
            Saturated: a channel was blinded, or no surface has these ratios.
        """
        return self._measure("host")

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Block up to `timeout_s` for a press, then measure; None when none came or after `wake`.

        A press that came while nobody listened counts only if the head was heard less than
        `protocol.PRESS_FRESH_S` ago.
        """
        deadline = self._talk.clock() + timeout_s
        self._talk.absorb()
        if self._talk.clock() - self._heard_at > protocol.PRESS_FRESH_S:
            self._talk.forget_press()
        try:
            if not self._heard(deadline, lambda: self._talk.pressed):
                return None
            self._talk.pressed = False
            return self._measure("button")
        finally:
            self._heard_at = self._talk.clock()

    def _who(self) -> Identity:
        now = self._talk.hello_again(2)
        if now.channels != self._hello.channels:
            raise Disconnected(
                f"A head with other channels ({now.name} {now.serial}) answers on "
                f"{self._talk.link.name}.",
                "Open the instrument again and calibrate it.",
            )
        return _identity(now)

    def _part(self) -> None:
        self._lamp_off(protocol.CLOSING_TIMEOUT_S)

    def _lamp_off(self, timeout_s: float) -> None:
        answer = self._talk.darken(timeout_s)
        if isinstance(answer, Failure):
            raise self._failed(answer)
        if answer.on:
            raise ProtocolError("The head's lamp stays on.")

    def _measure(self, trigger: Literal["host", "button"]) -> RawReading:
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        exposure, raw = self._expose()
        channels, warnings = self._calibration.reading(exposure)
        return RawReading(
            identity=self.identity,
            condition=self.condition,
            spectrum=None,
            at=at,
            monotonic_ns=monotonic_ns,
            raw=raw,
            trigger=trigger,
            warnings=warnings,
            channels=channels,
        )

    def _expose(self) -> tuple[Exposure, bytes]:
        answer = self._answered()
        # One measurement answers all presses up to its end.
        self._talk.forget_press()
        self._heard_at = self._talk.clock()
        names, full = self._hello.channels, self._hello.full
        if len(answer.raw) != len(names):
            raise ProtocolError(
                f"The head sent {len(answer.raw)} counts for {len(names)} channels."
            )
        exposure = Exposure(
            names=names,
            dark=answer.dark,
            lit=answer.raw,
            full=full,
            settings=f"gain {answer.gain:g}, {answer.milliseconds:g} ms",
            temperature_c=answer.temperature_c,
        )
        self._calibration.accept(exposure)
        return exposure, answer.line + b"\n"

    def _answered(self) -> Measurement:
        """A measurement, waiting while the head says that it is busy."""
        patience_s = self._hello.wait_s + protocol.MARGIN_S
        deadline = self._talk.clock() + patience_s
        while True:
            answer = self._talk.measure(patience_s)
            if isinstance(answer, Measurement):
                return answer
            if answer.name != protocol.BUSY:
                raise self._failed(answer)
            if self._talk.clock() + BUSY_PAUSE_S >= deadline:
                raise InstrumentTimeout(
                    "The head stays busy.", "Unplug the head, plug it in again and retry."
                )
            self._talk.pause(BUSY_PAUSE_S)

    def _failed(self, answer: Failure) -> InstrumentError:
        names = self._hello.channels
        match answer.name:
            case protocol.SATURATED:
                channel = answer.channel
                known = channel is not None and 0 <= channel < len(names)
                where = f" on {names[channel]}" if known and channel is not None else ""
                return Saturated(
                    f"Too much light{where}.",
                    "Keep bright light away from the aperture; on a white tile, lower the head's "
                    "gain or lamp current.",
                )
            case protocol.SENSOR:
                return UnitFault(
                    "The head's sensor does not answer.", "Check the wires inside the head."
                )
            case protocol.HOT:
                return UnitFault(
                    "The head is too hot to light its lamp.",
                    "Take it off the client, let it cool down, then calibrate black and white.",
                )
            case name:
                return Unsupported(
                    f"The head answered {name!r}.",
                    "Load the head with firmware for version 1 of the open head protocol.",
                )


def _spoken(hello: Hello, port: str) -> Hello:
    if hello.proto != protocol.VERSION:
        raise Unsupported(
            f"The head on {port} speaks version {hello.proto} of the open head protocol.",
            f"This driver speaks version {protocol.VERSION}: load the head with firmware for it.",
        )
    return hello


def _identity(hello: Hello) -> Identity:
    return Identity(model=hello.name, serial=hello.serial, firmware=hello.firmware)


def open_port(port: str) -> OpenHead:
    """Open `port` and greet the head behind it; the port is closed again on failure."""
    return attached(open_link(port, baudrate=protocol.BAUDRATE), OpenHead)


def probe(port: str, timeout_s: float) -> Identity:
    """Who is on `port`, asked once and within `timeout_s` from now."""
    with asking(open_link(port, baudrate=protocol.BAUDRATE), timeout_s) as (link, left):
        return _identity(_spoken(Conversation(link, time.monotonic).hello(left()), link.name))
