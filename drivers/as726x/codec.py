"""AT replies to typed events and commands to bytes: pure, no port, no clock.

Values come before OK, on its line (with or without a blank) or on the line before it; any failure
is ERROR. Lines end with CR, LF or both, and sometimes the last end is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.as726x import protocol
from drivers.as726x.protocol import CHIPS, Chip, Command
from drivers.errors import ProtocolError, Unsupported
from drivers.lines import Garbage, LineDecoder

_PRINTABLE = re.compile(rb"[\t\x20-\x7e]+")
_ENDED = re.compile(rb"(.*?)\s*(OK|ERROR)\s*")
_COUNT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: its text without OK, or `ok` False for ERROR; `raw` are the bytes it rests on."""

    text: str
    ok: bool
    raw: bytes


Event = Reply | Garbage


def encode(command: Command, value: int | None = None) -> bytes:
    """The line that asks for `command`, or sets it to `value`.

    Raises:
        ValueError: a value that this driver must not send.
    """
    if value is None:
        return f"{command.value}\n".encode("ascii")
    if value not in protocol.WRITABLE.get(command, ()):
        raise ValueError(f"{command.value}={value} is not on the list of what may be sent")
    return f"{command.value}={value}\n".encode("ascii")


class ReplyDecoder:
    """Finds answers in a stream; never raises on any bytes, holds two lines at most."""

    def __init__(self) -> None:
        self._lines = LineDecoder(protocol.LONGEST_LINE)
        self._before = b""

    @property
    def before_ok(self) -> str:
        """A line that came and waits for an OK of its own."""
        return self._before.decode("ascii", errors="replace").strip()

    @property
    def ended(self) -> bool:
        """Whether what has come is an answer that only lacks its end of line."""
        pending = self._lines.pending
        return _PRINTABLE.fullmatch(pending) is not None and _ENDED.fullmatch(pending) is not None

    @property
    def unfinished(self) -> bool:
        """Whether bytes came that make no answer yet."""
        return self._lines.unfinished or bool(self._before)

    def skip(self) -> int:
        """Throw away what has come, and the rest of a line that has begun; the bytes lost."""
        lost = len(self._before) + len(self._lines.pending)
        self._before = b""
        self._lines.skip()
        return lost

    def feed(self, data: bytes) -> list[Event]:
        """Take bytes as they came; give the answers they complete, in order."""
        events: list[Event] = []
        for line in self._lines.feed(data):
            events += [line] if isinstance(line, Garbage) else self._take(line)
        return events

    def finish(self) -> list[Event]:
        """The answer that lacks its end of line; nothing if there is none."""
        return self._take(self._lines.finish()) if self.ended else []

    def _take(self, line: bytes) -> list[Event]:
        # A line with one bad byte may have lost a digit: nothing in it is believed.
        if _PRINTABLE.fullmatch(line) is None:
            return [Garbage(len(line))]
        before, self._before = self._before, b""
        found = _ENDED.fullmatch(line)
        if found is None:
            self._before = line
            return [Garbage(len(before))] if before else []
        own = found[1].strip()
        failed = found[2] == b"ERROR"
        lost: list[Event] = [Garbage(len(before))] if before and (own or failed) else []
        if own or failed or not before:
            return [*lost, Reply(own.decode("ascii"), not failed, line)]
        return [Reply(before.decode("ascii").strip(), True, before + b"\n" + line)]


def counts(text: str, chip: Chip) -> tuple[int, ...]:
    """The raw counts in an answer to ATDATA, in the order of `chip.channels`.

    Raises:
        ProtocolError: too few or too many values, or one that is no count (firmware writes `N/A`
            and `NaN`).
    """
    fields = [field.strip() for field in text.split(",")]
    if len(fields) != len(chip.channels):
        raise ProtocolError(
            f"The {chip.name} sent {len(fields)} values instead of {len(chip.channels)}."
        )
    for name, field in zip(chip.channels, fields, strict=True):
        if _COUNT.fullmatch(field) is None or int(field) > protocol.FULL_SCALE:
            raise ProtocolError(f"The {chip.name} sent {field!r} for channel {name}.")
    return tuple(int(field) for field in fields)


def temperature(text: str) -> float | None:
    """The highest temperature in an answer to ATTEMP, in °C; None where no sensor has one."""
    known = [int(field) for field in text.split(",") if int(field) != protocol.NO_TEMPERATURE]
    return float(max(known)) if known else None


def number(text: str) -> int:
    """An answer that is one number, decimal or with 0x; its shape must have been checked."""
    return int(text, 16) if text[:2] == "0x" else int(text)


def chip_of(text: str) -> Chip:
    """Which chip an answer to ATVERHW names.

    Raises:
        Unsupported: none that measures colour.
    """
    family, hardware = divmod(number(text), 0x100)
    if family in (0, protocol.FAMILY):
        for chip in CHIPS:
            if chip.hardware == hardware:
                return chip
        if hardware == protocol.AS7263_HARDWARE:
            raise Unsupported(
                "This is an AS7263: it sees near infrared only, and no colour.",
                "Use an AS7262 or an AS7265x head.",
            )
    raise Unsupported(f"The unit names its hardware {text}, which is no known colour head.")
