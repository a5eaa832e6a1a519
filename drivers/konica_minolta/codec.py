"""Lines of the two dialects to replies, and commands to lines: pure, no port, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from drivers.konica_minolta.protocol import TERMINATOR
from drivers.lines import Garbage, LineEvents

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


Event = Reply | Garbage


def encode(command: bytes, *arguments: str) -> bytes:
    """The line for a command; `arguments` come out as given, in their documented widths."""
    return b",".join([command, *(a.encode("ascii") for a in arguments)]) + TERMINATOR


class ReplyDecoder(LineEvents[Reply]):
    """Finds replies in a stream that may start, break or be disturbed anywhere."""

    def __init__(self) -> None:
        super().__init__(LONGEST_LINE, _parse)


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
