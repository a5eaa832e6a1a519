"""What goes wrong between a kiosk and a colorimeter, and what must come of it.

Each failure was reported for some driver or instrument, or is known from serial work at large.
`shows` ties a test to its numbers; `test_table` holds that no number is without one, unless the
reason why it cannot be shown here stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Failure:
    """`not_shown`: what of it cannot be shown with terminals on Linux, and why."""

    what: str
    expected: str
    not_shown: str = ""


FAILURES: Final = {
    "F1": Failure("unplugged during a read", "Disconnected, no reading, handle closed"),
    "F2": Failure("raw OSError or termios.error from any call", "Disconnected; close never raises"),
    "F3": Failure(
        "the handle outlives the device and keeps the port in use",
        "every way out closes the handle",
        "That a port stays in use is a habit of Windows; here only the handle can be counted.",
    ),
    "F4": Failure("replugged, the port has another name", "found again by who answers"),
    "F5": Failure("no permission", "PermissionDenied, with the mend"),
    "F6": Failure("another program holds the port", "Busy; nothing is stolen"),
    "F7": Failure(
        "brltty takes the port away",
        "named as the cause",
        "brltty itself does not run here: the test shows the bus as it then is.",
    ),
    "F8": Failure("ModemManager talks to the port first", "tried again; its words do no harm"),
    "F9": Failure(
        "opening resets a board, which boots and chatters",
        "skipped until it says who it is",
        "A terminal has no DTR line: the simulated boards boot when first spoken to.",
    ),
    "F10": Failure("an answer in pieces", "put together"),
    "F11": Failure("an answer cut off for good", "typed error; the next request works"),
    "F12": Failure("bytes left from before, or a stream left on", "dropped; stream stopped"),
    "F13": Failure("two answers in one piece", "both read; the second answers nobody else"),
    "F14": Failure("the button between a request and its answer", "both delivered, or neither"),
    "F15": Failure("the request comes back", "Unsupported or ProtocolError, never success"),
    "F16": Failure("a frame in two writes is met with silence", "one write for a frame, counted"),
    "F17": Failure("a wrong checksum", "refused; once more only for what changes nothing"),
    "F18": Failure("another baud rate", "typed error at opening"),
    "F19": Failure("seven bits and parity", "typed error at opening"),
    "F20": Failure("silent after a long idle time", "ping fails: InstrumentTimeout, unplug it"),
    "F21": Failure("the port takes no bytes", "InstrumentTimeout within the write's limit"),
    "F22": Failure("line ends differ or are missing", "all are read"),
    "F23": Failure("a slow look at many silent ports", "a quarter of a second each"),
    "F24": Failure("something else is behind the cable", "sent nothing, or one harmless question"),
    "F25": Failure(
        "the unit drops data when the host is late",
        "the host always listens",
        "A habit of the CA-100Plus, for which there is no driver here; no supported unit has it, "
        "and the system's own buffer listens from the moment a port is open.",
    ),
    "F26": Failure("a measurement of minutes", "polled with a limit, ended by an interrupt"),
    "F27": Failure("busy", "asked again until a limit"),
    "F28": Failure("a weak lamp or battery, with data", "a reading with a warning"),
    "F29": Failure("calibration lost between readings", "NeedsCalibration; then it reads again"),
    "F30": Failure("the aperture slider is elsewhere", "NeedsCalibration that says so"),
    "F31": Failure("a saturated or missing number", "the whole reading is refused"),
    "F32": Failure("a spectrum no surface has", "Saturated, with the mend"),
    "F33": Failure("the same bits twice", "refused"),
    "F34": Failure(
        "calibrated on the wrong surface without a sign",
        "the check card tells",
        "Nothing on the wire shows it, so no driver can; shown is that the card does.",
    ),
    "F35": Failure("decimal commas", "the C locale for programs; never read as a point"),
    "F36": Failure("two equal units without USB numbers", "told apart by what they say"),
    "F37": Failure("another unit on the same cable", "noticed when asked"),
    "F38": Failure("calibrated for other settings", "NeedsCalibration"),
    "F39": Failure("the unit's clock is wrong or stops", "its time is not used; ER17 is a fault"),
    "F40": Failure(
        "the computer slept, or USB did",
        "as F20",
        "A terminal does not sleep; what a driver sees of it is F20's silence or F1's hang-up.",
    ),
    "F41": Failure("warmer than when calibrated", "a warning; too hot is a fault"),
    "F42": Failure("lifted while repeats are taken", "the spread asks for a repeat"),
    "F43": Failure("one family, opposite codes", "a table for each model"),
    "F44": Failure("a flood without an end", "bounded memory; the next answer is found"),
    "F45": Failure("the thread outlives the program, or a lamp", "closed within a second, dark"),
}


def shows(*numbers: str) -> Callable[[F], F]:
    """Say which failures a test shows."""

    def mark(test: F) -> F:
        test.__dict__["failures"] = numbers
        return test

    return mark
