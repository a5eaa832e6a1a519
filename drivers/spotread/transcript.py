"""What `spotread` prints, to prompts, results and troubles: pure, no process, no clock.

From the sources of ArgyllCMS (spectro/spotread.c, spectro/instappsup.c): facts only. Prompts do
not end in a line end, so they are known by how the text so far ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.errors import (
    Disconnected,
    InstrumentError,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.readings import Identity, Spectrum

#: A reading of 3.3 nm steps with all its chatter is some 3000 characters.
LONGEST_TEXT: Final = 65536
_MOST_BANDS: Final = 401

CALIBRATE: Final = "Follow what it says, then calibrate white."

#: Noise around zero, and fluorescent papers; nothing reflects more.
LOWEST: Final = -0.05
HIGHEST: Final = 2.0


class Prompt(Enum):
    """What the program waits for, by the end of its text."""

    READ = "take a reading:"
    RETRY = "any other key to retry:"
    ARRANGE = "or hit Esc or Q to abort:"
    CALIBRATION_FAILED = "to retry, or Esc or Q to abort:"


_NUMBER = r"[+-]?\d+\.\d+"
_RESULT = re.compile(rf"Result is XYZ:\s+{_NUMBER} {_NUMBER} {_NUMBER},")
_HEADER = re.compile(
    rf"Spectrum from ({_NUMBER}) to ({_NUMBER}) nm in (\d{{1,4}}) steps\s*\n([^\n]*)\n"
)
_FIELD = re.compile(r"^(Instrument Type|Serial Number|Firmware version):[ \t]*(\S[^\n]*)", re.M)
_REASON = re.compile(r"\(([^()\n]*)\)")
_CALIBRATION_FAILED = re.compile(r"Calibration failed with '([^'\n]*)'")

_NO_INSTRUMENT: Final = (
    "no instrument detected",
    "No instrument at port",
    "Failed to initialise communications",
    "Instrument initialisation failed",
)
_NOT_CAPABLE: Final = (
    "Need reflection spot reading capability",
    "Need spectral information",
    "didn't return spectral data",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands between one key and the next prompt."""

    text: str
    prompt: Prompt | None
    """None when the program ended instead."""


class Transcript:
    """The text since the last key, as it comes in pieces; never raises on any bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def text(self) -> str:
        """What came so far, line ends made equal."""
        # Decoded as a whole: a character may come in two pieces.
        text = self._bytes.decode("ascii", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @property
    def prompt(self) -> Prompt | None:
        """The prompt that the text ends with, if it does."""
        text = self.text.rstrip()
        return next((prompt for prompt in Prompt if text.endswith(prompt.value)), None)

    def feed(self, data: bytes) -> None:
        """Take what was printed; of a flood, only its end."""
        self._bytes += data
        del self._bytes[:-LONGEST_TEXT]

    def take(self) -> Outcome:
        """What came up to here, and begin anew."""
        outcome = Outcome(self.text, self.prompt)
        self._bytes.clear()
        return outcome


def identity(text: str) -> Identity:
    """Who the program says is connected; empty where it does not say."""
    found = {name: value.strip() for name, value in _FIELD.findall(text)}
    return Identity(
        model=found.get("Instrument Type", "spotread"),
        serial=found.get("Serial Number", ""),
        firmware=found.get("Firmware version", ""),
    )


def has_result(text: str) -> bool:
    """Whether a reading was printed."""
    return _RESULT.search(text) is not None


def spectrum(text: str) -> Spectrum:
    """The last spectrum in the text, as fractions.

    Raises:
        Unsupported: none was printed, or its steps are not whole nanometres.
        ProtocolError: it is not what its own heading says: never padded, never cut.
        Saturated: no surface has it.
    """
    found = _HEADER.findall(text)
    if not found:
        raise Unsupported(
            "The instrument gives no spectrum.", "Only spectral instruments can be used here."
        )
    shortest, longest, steps, listed = found[-1]
    start, end, count = float(shortest), float(longest), int(steps)
    if not (2 <= count <= _MOST_BANDS and 0.0 < start < end < 10000.0):
        raise ProtocolError(f"spotread names {count} bands from {start:g} to {end:g} nm.")
    parts = [part.strip() for part in listed.split(",")]
    if len(parts) != count or not all(re.fullmatch(_NUMBER, part) for part in parts):
        raise ProtocolError(f"spotread announced {count} bands and printed {listed[:60]!r} ...")
    step = (end - start) / (count - 1)
    if start != int(start) or step != int(step):
        raise Unsupported(
            f"The bands of the instrument are {step:.2f} nm apart, which cannot be stored.",
            "Switch its high resolution off.",
        )
    values = tuple(float(part) / 100.0 for part in parts)
    low, high = min(values), max(values)
    if low < LOWEST or high > HIGHEST:
        raise Saturated(f"Reflectance from {low:.1%} to {high:.1%}: no surface has that.")
    if low == high:
        raise Saturated(f"Every band reads exactly {low:.3%}: that is not a measurement.")
    return Spectrum(int(start), int(step), values)


def instruction(text: str) -> str:
    """What the calibration dialogue asks a person to do; empty where it asks nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not lines.pop().endswith(Prompt.ARRANGE.value):
        return ""
    if lines and "hit any key to continue" in lines[-1].lower():
        lines.pop()
    # All lines of an instruction end in a comma; a message of the instrument is one line.
    asked: list[str] = []
    while lines and lines[-1].endswith(","):
        asked.insert(0, lines.pop())
    return " ".join(asked or lines[-1:]).rstrip(" ,")


def trouble(outcome: Outcome) -> InstrumentError | None:
    """The typed error for what was printed instead of a reading, or None."""
    text = outcome.text
    if "Spot read failed due to misread" in text:
        reason = _REASON.search(text, text.index("due to misread"))
        detail = f" ({reason[1]})" if reason else ""
        if "saturat" in detail.lower():
            return Saturated(f"The instrument saw too much light{detail}.")
        return ProtocolError(
            f"The instrument misread{detail}.", "Hold it still on the spot and read again."
        )
    if "communication problem" in text:
        return Disconnected("spotread lost the instrument.")
    if "sensor being in the wrong position" in text:
        return ProtocolError(
            "The instrument's sensor is in the wrong position.",
            "Turn its dial to the measuring position and read again.",
        )
    if outcome.prompt in (Prompt.ARRANGE, Prompt.CALIBRATION_FAILED):
        return calibration_needed(outcome)
    if outcome.prompt is not None:
        return None
    return _ended(text)


def calibration_needed(outcome: Outcome) -> NeedsCalibration:
    """Why the program will not measure, with what it asks for as the hint."""
    failed = _CALIBRATION_FAILED.search(outcome.text)
    asked = instruction(outcome.text)
    reason = f"The calibration failed: {failed[1]}." if failed else "It must be calibrated first."
    return NeedsCalibration(f"{reason} {asked}.".strip(" .") + ".", CALIBRATE)


def _ended(text: str) -> InstrumentError:
    line = _last_line(text)
    if any(words in text for words in _NO_INSTRUMENT):
        return NoInstrument(
            f"spotread finds no instrument: {line}",
            "Plug the instrument in; 'spotread -?' lists what it sees, and a port 'spotread:2' "
            "takes the second of the list.",
        )
    if any(words in text for words in _NOT_CAPABLE):
        return Unsupported(f"spotread cannot use the instrument: {line}")
    if "Got fatal error" in text:
        return UnitFault(f"spotread gave up: {line}")
    return Disconnected(f"spotread ended: {line}" if line else "spotread ended.")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # A usage text explains itself in its lines that name the trouble, not in its last.
    named = [
        line
        for line in lines
        if any(words in line for words in (*_NO_INSTRUMENT, *_NOT_CAPABLE, "fatal error"))
    ]
    return (named or lines or [""])[-1][:200]
