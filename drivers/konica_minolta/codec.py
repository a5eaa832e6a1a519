"""Lines of the two dialects to replies, and commands to lines: pure, no port, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from drivers.konica_minolta.protocol import TERMINATOR
from drivers.lines import LineDecoder, Skipped

#: 39 values of seven characters make 320; more without an end is no line of these units.
LONGEST_LINE: Final = 1024

# The last "OK" or "ER" of the line: noise in front of a reply may look like one, and no reply
# holds another.
_REPLY = re.compile(rb"(?:.*)(OK|ER)(\d\d)((?:,[ -~]*)?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """One line of the unit: `ok` with a code that may warn, or an error code."""

    line: bytes
    ok: bool
    code: int
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The code as the maker writes it, for example "ER07"."""
        return f"{'OK' if self.ok else 'ER'}{self.code:02d}"


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that belong to no reply."""

    count: int


Event = Reply | Garbage


def encode(command: bytes, *arguments: str) -> bytes:
    """The line for a command; `arguments` come out as given, in their documented widths."""
    return b",".join([command, *(a.encode("ascii") for a in arguments)]) + TERMINATOR


class ReplyDecoder:
    """Finds replies in a stream that may start, break or be disturbed anywhere.

    Never raises on any bytes; holds at most `LONGEST_LINE` of them.
    """

    def __init__(self) -> None:
        self._lines = LineDecoder(LONGEST_LINE)

    @property
    def pending(self) -> bool:
        """Whether a line has begun and not ended."""
        return self._lines.unfinished

    def reset(self) -> None:
        """Forget a line that has begun."""
        self._lines = LineDecoder(LONGEST_LINE)

    def feed(self, data: bytes) -> list[Event]:
        """Take bytes as they came; give what they complete, in order."""
        events: list[Event] = []
        for line in self._lines.feed(data):
            events += [Garbage(line.count)] if isinstance(line, Skipped) else _parse(line)
        return events


def _parse(line: bytes) -> list[Event]:
    found = _REPLY.fullmatch(line)
    if found is None:
        return [Garbage(len(line))]
    start = found.start(1)
    text = found[3].decode("ascii")
    fields = tuple(part.strip() for part in text[1:].split(",")) if text else ()
    reply = Reply(line[start:], found[1] == b"OK", int(found[2]), fields)
    return [Garbage(start), reply] if start else [reply]


# Seven fields; a status may have as many, and no third one of four characters.
_IDENTITY = re.compile(rb"(OK\d\d,\d+,\d+,)([^,\r\n]{4,})(,\d+,\d+,\d+,\d+)(?=[\r\n]|\Z)")


def redact(data: bytes) -> bytes:
    """`data` with the unit's serial number replaced by zeros of the same length."""
    return _IDENTITY.sub(lambda m: m[1] + b"0" * len(m[2]) + m[3], data)
