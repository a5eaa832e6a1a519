"""The Spectrolino as a `Colorimeter`.

The unit keeps one measurement and overwrites it with the next, whoever starts that: so its button
is switched on only while somebody waits for it, and off again before anything is read.

Evidence: the maker's manual as two programs read it, dialogues constructed; never tried on
hardware.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.errors import NeedsCalibration, ProtocolError, Saturated, Unsupported
from drivers.link import open_link
from drivers.readings import Condition, Identity, RawReading, Spectrum
from drivers.serial_unit import SerialUnit, asking, attached
from drivers.spectrolino import CAPABILITIES, codec, faults, protocol
from drivers.spectrolino.codec import SpectrumAnswer, Target
from drivers.spectrolino.conversation import Conversation
from drivers.spectrolino.line import TunedLink
from drivers.spectrolino.protocol import Answer, Fault, Request

#: Noise around zero, and fluorescent papers; nothing reflects more.
LOWEST: Final = -0.02
HIGHEST: Final = 2.0
_CHANGED_FILTER: Final = "Put the filter back that was calibrated with, or calibrate white again."


class Spectrolino(SerialUnit[Conversation]):
    """An open Spectrolino; see `drivers.contract.Colorimeter`.

    It must be calibrated after every opening and every 50 readings.
    """

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """Identify and set up the unit behind `link`, which must be at the unit's speed.

        Raises:
            Unsupported: something else answers, or its filter is not known.
            InstrumentTimeout: nothing answers.
        """
        super().__init__(Conversation(link, clock))
        link.drain()  # left by whoever used the port before
        self._target = self._ask_target()
        self._identity = _identity(self._target)
        self._set(Request.RESET)
        self._set(Request.SET_PARAMETERS)
        self._set(Request.REFLECTANCE)
        #: As a reset leaves it; None when a request to change it was not answered.
        self._button_is_on: bool | None = True
        self._button(False)
        #: None while there is no valid white calibration.
        self._readings_since_white: int | None = None
        self._filter = self._ask_filter()
        self.condition: Condition = _condition(self._filter, self._target)

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        return self._identity

    def calibrate(self, kind: CalibrationKind) -> None:
        """Calibrate white on the unit's own reference, with the filter that is in place.

        Raises:
            NeedsCalibration: the unit does not recognise the reference, or the filter moved.
            Unsupported: for black; the unit sees to its dark current itself.
        """
        if kind == "black":
            raise Unsupported("A Spectrolino has no black calibration.", "Calibrate white only.")
        self._settle()
        self._readings_since_white = None
        before = self._ask_filter()
        code = self._execute(Request.CALIBRATE_WHITE)
        if code != Fault.WHITE_OK:
            raise faults.execution_failure(code)
        after = self._ask_filter()
        if after != before:
            raise NeedsCalibration(
                "The filter was changed during the calibration.", faults.CALIBRATE
            )
        self._filter = after
        self.condition = _condition(after, self._target)
        self._readings_since_white = 0

    def read(self, *, confirm: bool = False) -> RawReading:
        """Trigger one measurement; `confirm` changes nothing here.

        Raises:
            NeedsCalibration: white was never calibrated, or 50 readings ago, or with another
                filter.
            Saturated: too much light.
        """
        del confirm
        self._settle()
        self._require_white()
        self._button(False)
        code = self._execute(Request.MEASURE)
        if code != Fault.NONE:
            raise faults.execution_failure(code)
        if self._news() != 1:
            raise ProtocolError("The unit reports no new measurement after measuring.")
        return self._fetch("host")

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Switch the button on and ask every half second; None when nobody pressed it.

        Raises:
            NeedsCalibration: the button was pressed and white must be calibrated first.
        """
        self._settle()
        deadline = self._talk.clock() + timeout_s
        if not self._button_is_on:
            # What is new now the host measured, and failed to fetch: nobody could have pressed.
            self._news()
            self._button(True)
        if not self._heard(deadline, lambda: self._news() == 1, self._rest):
            return None
        self._button(False)
        self._require_white()
        return self._fetch("button")

    def _who(self) -> Identity:
        return _identity(self._ask_target())

    def _rest(self, deadline: float) -> None:
        """Let the time until the next question pass, unless somebody calls `wake`."""
        self._talk.listen(min(deadline, self._talk.clock() + protocol.POLL_S))

    def _ask_target(self) -> Target:
        answer = self._talk.ask(Request.TARGET, Answer.TARGET, protocol.ANSWER_S, settling=True)
        return codec.target(answer)

    def _ask_filter(self) -> int:
        answer = self._talk.ask(Request.PARAMETERS, Answer.PARAMETERS, protocol.ANSWER_S)
        return codec.parameters(answer).filter

    def _set(self, request: Request) -> None:
        patience_s = protocol.RESET_S if request is Request.RESET else protocol.ANSWER_S
        bits = codec.download(self._talk.ask(request, Answer.DOWNLOAD, patience_s))
        if bits:
            raise faults.refusal_failure(bits)

    def _button(self, on: bool) -> None:
        if on == self._button_is_on:
            return
        self._button_is_on = None
        self._set(Request.BUTTON_ON if on else Request.BUTTON_OFF)
        self._button_is_on = on

    def _execute(self, request: Request) -> int:
        """The error byte, after waiting while the unit says it is not ready."""
        deadline = self._talk.clock() + protocol.MEASURE_S
        while True:
            answer = self._talk.ask(request, Answer.EXECUTION, protocol.MEASURE_S)
            code = codec.execution(answer)
            if code != Fault.NOT_READY or self._talk.clock() >= deadline:
                return code
            self._talk.pause(protocol.POLL_S)

    def _news(self) -> int:
        answer = self._talk.ask(Request.NEW_MEASUREMENT, Answer.NEW_MEASUREMENT, protocol.ANSWER_S)
        return codec.new_measurement(answer)

    def _require_white(self) -> None:
        if self._readings_since_white is None:
            raise NeedsCalibration("White has not been calibrated since opening.", faults.CALIBRATE)
        if self._readings_since_white >= protocol.READINGS_PER_WHITE:
            raise NeedsCalibration(
                f"{protocol.READINGS_PER_WHITE} readings were taken since white was calibrated.",
                faults.CALIBRATE,
            )

    def _fetch(self, trigger: Literal["host", "button"]) -> RawReading:
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        answer = self._talk.ask(Request.SPECTRUM, Answer.SPECTRUM, protocol.ANSWER_S)
        found = codec.spectrum(answer, self._target.count)
        # Counted even if refused below: the lamp burnt for it.
        self._readings_since_white = (self._readings_since_white or 0) + 1
        self._check(found)
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=Spectrum(self._target.start_nm, self._target.step_nm, found.values),
            at=at,
            monotonic_ns=monotonic_ns,
            raw=answer.line + protocol.TERMINATOR,
            trigger=trigger,
        )

    def _check(self, found: SpectrumAnswer) -> None:
        if found.refusal & ~protocol.HARMLESS:
            raise faults.refusal_failure(found.refusal & ~protocol.HARMLESS)
        if not found.reference_valid:
            raise NeedsCalibration("The unit has no valid white reference.", faults.CALIBRATE)
        if found.filter != self._filter:
            self._readings_since_white = None
            raise NeedsCalibration("Another filter is in place than calibrated.", _CHANGED_FILTER)
        if found.white_base != protocol.ABSOLUTE_WHITE:
            raise ProtocolError("The unit measured relative to paper, not absolutely.")
        low, high = min(found.values), max(found.values)
        if low < LOWEST or high > HIGHEST:
            raise Saturated(f"Reflectance from {low:.1%} to {high:.1%}: no surface has that.")
        if low == high:
            raise Saturated(f"Every band reads exactly {low:.3%}: that is not a measurement.")


def _identity(target: Target) -> Identity:
    if target.technology != protocol.SPECTROLINO or not target.name.startswith(protocol.NAME):
        raise Unsupported(f"The unit calls itself {target.name!r}, not a {protocol.NAME}.")
    return Identity(target.name, str(target.serial), str(target.software))


def _condition(filter_code: int, target: Target) -> Condition:
    geometry = protocol.GEOMETRIES.get(filter_code)
    if geometry is None:
        raise Unsupported(
            f"The unit has an unknown filter in place (code {filter_code:02X}).",
            "Put one of the maker's filters in: none, polarising, D65 or UV-cut.",
        )
    # Only the wide version says its size.
    aperture_mm = 8.0 if "8mm" in target.name else None
    return Condition(geometry, "D65", "10", aperture_mm)


def open_port(port: str) -> Spectrolino:
    """Open `port`, find the unit's speed, identify it; the port is closed again on failure."""
    tuned = attached(open_link(port, baudrate=protocol.DEFAULT_BAUDRATE), TunedLink)
    return attached(tuned, Spectrolino)


def probe(port: str, timeout_s: float) -> Identity:
    """Who is on `port`, asked once, at 9600 baud, within `timeout_s` from now."""
    line = open_link(port, baudrate=protocol.DEFAULT_BAUDRATE)
    with asking(line, timeout_s) as (link, left):
        talk = Conversation(link, time.monotonic)
        return _identity(codec.target(talk.ask(Request.TARGET, Answer.TARGET, left())))
