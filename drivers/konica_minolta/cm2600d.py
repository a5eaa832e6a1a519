"""The CM-2600d and CM-2500d: the measurement's own lines are the data, and presses send the same.

A press cannot be told from an answer by its form. So a status question closes each measurement:
replies come in order, and data after the measurement's lines and before the status was another
measurement, which makes both doubtful.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from drivers.contract import Link
from drivers.errors import InstrumentTimeout, NeedsCalibration, ProtocolError
from drivers.konica_minolta import CM2600D_CAPABILITIES, driver, protocol, replies
from drivers.konica_minolta.codec import Reply
from drivers.konica_minolta.driver import KonicaMinolta
from drivers.konica_minolta.protocol import CM2600D
from drivers.konica_minolta.replies import Conditions
from drivers.readings import RawReading

#: Reflectance comes in percent.
SCALE: Final = 100.0
_LEAVE_BUTTON: Final = "Leave the unit's button alone while it works, then try again."


class Cm2600d(KonicaMinolta):
    """An open CM-2600d or CM-2500d; its button is on, as its one known program leaves it."""

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """See `KonicaMinolta`; also switches the button on."""
        super().__init__(CM2600D, CM2600D_CAPABILITIES, link, clock)
        self._talk.data_fields = self._axis.count
        #: A measurement was asked for and its data were not all accounted for.
        self._data_owed = False
        #: How many lines a measurement has, by mode: documented nowhere, so learned.
        self._usual_lines: dict[int, int] = {}
        self._ask(protocol.BUTTON_ON, timeout_s=protocol.ANSWER_S)

    def _measure(self, found: Conditions, warnings: tuple[str, ...]) -> RawReading:
        deadline = self._talk.clock() + protocol.ACTION_S
        self._wait_for_lamp(deadline)
        self._talk.lose_presses()
        self._data_owed = True
        noise = self.diagnostics.skipped_bytes
        lines = self._talk.measure(protocol.ACTION_S)
        while not lines[-1].ok:
            if not self._may_become_ready(lines[-1]) or self._talk.clock() >= deadline:
                self._data_owed = False
                raise replies.failure(CM2600D, lines[-1])
            self._talk.pause(protocol.POLL_S)
            lines = self._talk.measure(protocol.ACTION_S)
        self._refuse_strangers(lines)
        self._refuse_more_than_usual(found.mode, lines)
        # A unit that measures for a press meanwhile answers when that is done.
        _, more = self._status(protocol.ACTION_S)
        if self._talk.unasked:
            raise ProtocolError("The unit measured twice during one reading.", _LEAVE_BUTTON)
        # The shortest line of data has a digit and a comma for each band.
        if self.diagnostics.skipped_bytes - noise >= 2 * self._axis.count:
            raise ProtocolError("A line of data came damaged; which one it was nothing tells.")
        self._data_owed = False
        return self._reading(lines, SCALE, warnings + more, "host")

    def _settle(self) -> None:
        """After a failed reading, its data may still come, and must not pass for a press."""
        if self._data_owed:
            self.ping()
            self._talk.lose_presses()
            self._data_owed = False
        super()._settle()

    def _press(self) -> RawReading | None:
        # `absorb` may have stopped in the middle of the lines; the unit goes on until it is quiet.
        lines = [*self._talk.unasked]
        self._talk.unasked.clear()
        lines += self._talk.rest()
        found = self._look()
        condition = self._condition(found)
        self.condition = condition
        state, warnings = self._status()
        if state.missing or found.key != self._calibrated_for:
            raise NeedsCalibration(
                state.missing or "The unit was calibrated for another setting.", replies.CALIBRATE
            )
        return self._reading(lines, SCALE, warnings, "button")

    def _wait_for_lamp(self, deadline: float) -> None:
        while not self._status()[0].lamp_ready:
            if self._talk.clock() >= deadline:
                raise InstrumentTimeout(
                    "The unit's lamp does not become ready.", "Charge the unit, then read again."
                )
            self._talk.pause(protocol.POLL_S)

    def _refuse_more_than_usual(self, mode: int, lines: list[Reply]) -> None:
        """A press whose lines came right behind those asked for looks like one measurement."""
        usual = self._usual_lines.setdefault(mode, len(lines))
        if len(lines) != usual:
            # The first count may have been the wrong one.
            del self._usual_lines[mode]
            raise ProtocolError(
                f"The unit sent {len(lines)} lines for a measurement, and {usual} for the last.",
                _LEAVE_BUTTON,
            )

    def _refuse_strangers(self, lines: list[Reply]) -> None:
        for line in lines:
            if len(line.fields) != self._axis.count:
                raise ProtocolError(
                    f"The unit sent {len(line.fields)} bands instead of {self._axis.count}."
                )


open_port = partial(driver.open_port, CM2600D, Cm2600d)
probe = partial(driver.probe, CM2600D)
