"""The CM-700d and CM-600d: measure, poll the status until it is done, fetch the data."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from drivers.contract import Link
from drivers.errors import InstrumentTimeout
from drivers.konica_minolta import CM700D_CAPABILITIES, driver, protocol, replies
from drivers.konica_minolta.driver import KonicaMinolta
from drivers.konica_minolta.protocol import CM700D
from drivers.konica_minolta.replies import Conditions
from drivers.readings import RawReading

#: Reflectance comes as whole ten-thousandths.
SCALE: Final = 1e4
#: For one flash with its charging; a measurement of both gloss modes has two. The unit's own
#: cycle is about two seconds.
FLASH_S: Final = 5.0
MARGIN_S: Final = 10.0


class Cm700d(KonicaMinolta):
    """An open CM-700d or CM-600d.

    While it is open the unit's button is off: a press would replace the data between a
    measurement and its reading, and nothing in the protocol would tell.
    """

    def __init__(self, link: Link, clock: Callable[[], float] = time.monotonic) -> None:
        """See `KonicaMinolta`; also switches the button off."""
        super().__init__(CM700D, CM700D_CAPABILITIES, link, clock)
        self._ask(protocol.BUTTON, "0", timeout_s=protocol.ANSWER_S)

    def _part(self) -> None:
        """Switch the button on again."""
        self._talk.ask(protocol.BUTTON, "1", timeout_s=protocol.PARTING_S)

    def _measure(self, found: Conditions, warnings: tuple[str, ...]) -> RawReading:
        if found.manual != 1:
            # The unit would wait for presses of the button that is off. Averaging over presses
            # leaves area and mode alone, and so the calibration.
            arguments = (f"{found.area_code}", f"{found.mode}", f"{found.delay_s * 10:02.0f}")
            self._ask(
                protocol.SET_CONDITIONS,
                *arguments,
                f"{found.auto:02d}",
                "01",
                timeout_s=protocol.ANSWER_S,
            )
        patience_s = patience(found)
        deadline = self._talk.clock() + patience_s
        # Whether this reply comes at once or after the flash is not known: it may take as long.
        started = self._act(protocol.MEASURE, "1", timeout_s=patience_s)
        warnings += replies.warning(CM700D, started)
        while not (done := self._talk.ask(protocol.STATUS, timeout_s=protocol.ANSWER_S)).ok:
            if not self._may_become_ready(done):
                raise replies.failure(CM700D, done)
            if self._talk.clock() >= deadline:
                raise InstrumentTimeout(
                    f"The measurement did not end within {patience_s:g} s.",
                    "Switch the unit off and on again, then calibrate it.",
                )
            self._talk.pause(protocol.POLL_S)
        warnings += replies.warning(CM700D, done)
        data = self._ask(protocol.DATA, "1", timeout_s=protocol.ANSWER_S)
        return self._reading([data], SCALE, warnings, "host")


def patience(found: Conditions) -> float:
    """How long one measurement under these conditions may take, in seconds, at most 240."""
    flashes = 2 if found.mode == 3 else 1
    one = found.delay_s + flashes * FLASH_S
    return min(protocol.LONGEST_MEASUREMENT_S, MARGIN_S + one * found.auto)


open_port = partial(driver.open_port, CM700D, Cm700d)
probe = partial(driver.probe, CM700D)
