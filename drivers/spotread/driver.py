"""ArgyllCMS's `spotread` as a `Colorimeter`, for instruments without a serial port.

The program talks to a person; this driver is that person. Its calibration dialogues become a
negotiation: what it asks for is told as NeedsCalibration, and `calibrate` is the "any key".

Looking for instruments, the program writes to serial ports at several speeds. So it is told by
number which instrument to take, and it must not be started while a serial instrument is in use.

Evidence: the program's sources, one source; a stand-in prints what they print. Never tried with
an instrument.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from drivers.contract import CalibrationKind, Capabilities
from drivers.errors import (
    Disconnected,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Unsupported,
)
from drivers.readings import Condition, Identity, RawReading, Spectrum
from drivers.spotread import CAPABILITIES, transcript
from drivers.spotread.process import TerminalProcess
from drivers.spotread.transcript import Outcome, Prompt, Transcript

PROGRAM: Final = "spotread"

#: Not "k", "h", "r", "s" or another letter: those are commands or set up other measurements.
ANY_KEY: Final = " "
CALIBRATE_KEY: Final = "k"
#: After a reading, the first only asks whether to give up.
QUIT_KEYS: Final = "qq"

#: Instruments whose optics are known; of the others no geometry is claimed.
_GEOMETRIES: Final = {"i1 Pro": "45/0", "Eye-One Pro": "45/0", "ColorMunki": "45/0"}
#: Asked for by the calibration step itself, so no person needs to be told first.
_EXPECTED: Final = ("white reference", "white calibration", "calibration position")
_CLICK: Final = "Click the instrument"

_INSTALL: Final = (
    "Install ArgyllCMS (package 'argyll' on Debian and Ubuntu, argyllcms.com otherwise) so that "
    "'spotread' can be found, then try again."
)


@dataclass(frozen=True, slots=True)
class Patience:
    """After how many seconds the program counts as hanging; its own hangs are known."""

    start_s: float = 30.0
    reading_s: float = 30.0
    calibration_s: float = 60.0


class Spotread:
    """A running `spotread`; see `drivers.contract.Colorimeter`.

    `ping` tells whether the program runs: asking the instrument would be a measurement.
    """

    capabilities: Capabilities

    def __init__(self, process: TerminalProcess, patience: Patience | None = None) -> None:
        """Wait for the program's first prompt; takes ownership of the process.

        Raises:
            NoInstrument: the program finds none.
            Unsupported: the instrument measures no reflectance, or no spectrum.
            InstrumentTimeout: no prompt comes.
        """
        self._process = process
        self._patience = patience if patience is not None else Patience()
        self._woken = threading.Event()
        self._transcript = Transcript()
        self._waiting = self._until_prompt(self._patience.start_s)
        if self._waiting.prompt is None:
            raise transcript.trouble(self._waiting) or Disconnected("spotread ended.")
        self._identity = transcript.identity(self._waiting.text)
        self.capabilities = replace(CAPABILITIES, button=self._has_switch(self._waiting))
        geometry = next(
            (known for name, known in _GEOMETRIES.items() if name in self._identity.model),
            "unknown",
        )
        self.condition: Condition = Condition(geometry, "D65", "10")
        #: What a person was last told to arrange.
        self._told = ""

    @property
    def identity(self) -> Identity:
        """What the program said when it started; empty parts where it did not say."""
        return self._identity

    @property
    def tile_constant(self) -> Spectrum | None:
        """Always None: there is no gated cap, and what is set is forgotten."""
        return None

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None:
        del value

    def calibrate(self, kind: CalibrationKind) -> None:
        """Go on with the program's calibration dialogue; what it asks for must be in place.

        Raises:
            NeedsCalibration: it failed, or asks for one more thing: arrange that, call again.
            Unsupported: for black; the program asks for darkness within the one dialogue.
        """
        if kind == "black":
            raise Unsupported("spotread has one calibration dialogue only.", "Calibrate white.")
        self._catch_up()
        outcome = self._waiting
        if outcome.prompt is Prompt.READ:
            outcome = self._go_on(CALIBRATE_KEY, self._patience.calibration_s)
        elif outcome.prompt is Prompt.CALIBRATION_FAILED:
            outcome = self._go_on(ANY_KEY, self._patience.calibration_s)
        if outcome.prompt is Prompt.ARRANGE:
            asked = transcript.instruction(outcome.text)
            if asked != self._told and not any(words in asked for words in _EXPECTED):
                raise self._ask_for(outcome)
            # A click is the instrument's own; there is no key for it.
            key = "" if asked.startswith(_CLICK) else ANY_KEY
            outcome = self._go_on(key, self._patience.calibration_s)
        self._refuse_end()
        if outcome.prompt is not Prompt.READ:
            raise self._ask_for(outcome)
        self._told = ""

    def read(self, *, confirm: bool = False) -> RawReading:
        """Press the key and take what is printed; `confirm` changes nothing here.

        Raises:
            NeedsCalibration: the program asks for a calibration; the hint says how.
            ProtocolError: it misread.
        """
        del confirm
        self._catch_up()
        if self._waiting.prompt is not Prompt.READ:
            raise self._ask_for(self._waiting)
        return self._reading(self._go_on(ANY_KEY, self._patience.reading_s), "host")

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Block up to `timeout_s` for a reading started at the instrument's own switch."""
        deadline = time.monotonic() + timeout_s
        while not self._woken.is_set():
            left = deadline - time.monotonic()
            ended = self._hear(max(0.0, left)) is None
            if ended or self._transcript.text:
                # Something began at the instrument; what it comes to is the answer.
                self._waiting = self._until_prompt(self._patience.reading_s)
                return self._reading(self._waiting, "button")
            if left <= 0:
                return None
        self._woken.clear()
        return None

    def ping(self) -> None:
        """Look whether the program still runs.

        Raises:
            Disconnected: it ended.
        """
        if not self._process.running:
            raise Disconnected("spotread has ended.", "Open the instrument again.")

    def wake(self) -> None:
        """End the `wait_for_button` that runs, or else the next one; safe from any thread."""
        self._woken.set()
        self._process.wake()

    def close(self) -> None:
        """Quit the program, and end it when it does not; within a second and a half."""
        self._process.close(QUIT_KEYS)

    def _has_switch(self, outcome: Outcome) -> bool:
        return "instrument switch or any other key" in outcome.text

    def _catch_up(self) -> None:
        """Take what was printed unasked: readings of the switch that nobody waited for are lost."""
        while self._hear(0.0) is True:
            pass
        if self._transcript.text:
            self._waiting = self._until_prompt(self._patience.reading_s)
        self._refuse_end()

    def _reading(self, outcome: Outcome, trigger: Literal["host", "button"]) -> RawReading:
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        if not transcript.has_result(outcome.text):
            error = transcript.trouble(outcome) or ProtocolError(
                "spotread printed no reading.", "Take the reading again."
            )
            self._recover(error)
            if isinstance(error, NeedsCalibration):
                error = self._ask_for(outcome)
            raise error
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=transcript.spectrum(outcome.text),
            at=at,
            monotonic_ns=monotonic_ns,
            raw=outcome.text.encode("ascii", "replace"),
            trigger=trigger,
        )

    def _recover(self, error: Exception) -> None:
        """Leave the question "retry?", so that the next call finds the program ready."""
        if isinstance(error, Disconnected):
            self.close()
        elif self._waiting.prompt is Prompt.RETRY:
            self._go_on(ANY_KEY, self._patience.start_s)

    def _ask_for(self, outcome: Outcome) -> NeedsCalibration:
        """What to tell a person now; doing it is what the next `calibrate` relies on."""
        self._told = transcript.instruction(outcome.text)
        return transcript.calibration_needed(outcome)

    def _go_on(self, key: str, timeout_s: float) -> Outcome:
        if key:
            self._process.press(key)
        self._waiting = self._until_prompt(timeout_s)
        return self._waiting

    def _refuse_end(self) -> None:
        if self._waiting.prompt is None:
            raise transcript.trouble(self._waiting) or Disconnected("spotread ended.")

    def _until_prompt(self, timeout_s: float) -> Outcome:
        """All that is printed up to the next prompt or the end.

        Raises:
            InstrumentTimeout: neither comes in time; the program is ended then.
        """
        deadline = time.monotonic() + timeout_s
        while self._transcript.prompt is None:
            left = deadline - time.monotonic()
            if left <= 0:
                self._process.close()
                raise InstrumentTimeout(
                    f"spotread said nothing more for {timeout_s:g} s and was ended.",
                    "Unplug the instrument, plug it in again and open it again.",
                )
            if self._hear(left) is None:
                self._process.close()
                break
        return self._transcript.take()

    def _hear(self, timeout_s: float) -> bool | None:
        """Whether something was printed in time; None when the program has ended."""
        data = self._process.read(timeout_s)
        if data is None:
            return None
        self._transcript.feed(data)
        return bool(data)


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """The program's environment: decimal points whatever the country, keys read one by one."""
    # ARGYLL_* may redirect the port, the calibration standard or the keyboard handling.
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(("LC_", "LANG", "ARGYLL_"))
    }
    return {**kept, "LC_ALL": "C", "LANG": "C"}


def arguments(port: str) -> list[str]:
    """The command for a port, "spotread" or "spotread:N" with N from the program's own list.

    Raises:
        NoInstrument: another port, or the program is not installed.
    """
    name, _, number = port.partition(":")
    chosen = number or "1"
    if name != PROGRAM or not (chosen.isascii() and chosen.isdigit() and 0 < int(chosen) < 100):
        raise NoInstrument(
            f"There is no port {port}.",
            "Use 'spotread', or 'spotread:2' for the second instrument in its list.",
        )
    path = shutil.which(PROGRAM)
    if path is None:
        raise NoInstrument("The program spotread is not installed.", _INSTALL)
    # -v tells who is connected, -s prints spectra, -c keeps it from trying other ports.
    return [path, "-v", "-s", "-c", str(int(chosen))]


def open_port(port: str, patience: Patience | None = None) -> Spotread:
    """Start the program for `port`; it is ended again on failure."""
    process = TerminalProcess(arguments(port), environment(os.environ))
    try:
        return Spotread(process, patience)
    except BaseException:
        process.close()
        raise
