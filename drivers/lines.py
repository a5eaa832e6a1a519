"""Bytes to lines, for instruments that speak text: pure, bounded, deaf to how bytes are cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_END = re.compile(rb"[\r\n]")

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that belong to no line or frame: noise, a line too long or thrown away on purpose."""

    count: int


class LineDecoder:
    """Lines out of a stream; CR, LF and both end a line, and empty lines do not count.

    Never raises on any bytes, and never holds more than one line of the longest length.
    """

    def __init__(self, longest: int) -> None:
        """Lines of more than `longest` bytes are skipped up to their end."""
        self._longest = longest
        self._rest = b""
        self._skipping = False
        self._skipped = 0

    @property
    def pending(self) -> bytes:
        """The line that has begun, as far as it came."""
        return self._rest

    @property
    def unfinished(self) -> bool:
        """Whether bytes came after the last end of a line, be they kept or skipped."""
        return bool(self._rest) or self._skipping

    def feed(self, data: bytes) -> list[bytes | Garbage]:
        """Take bytes as they came; give the lines they end, in order, without their ends."""
        *lines, rest = _END.split(self._rest + data)
        found: list[bytes | Garbage] = []
        for line in lines:
            if self._skipping or len(line) > self._longest:
                found.append(Garbage(self._skipped + len(line)))
                self._skipping, self._skipped = False, 0
            elif line:
                found.append(line)
        self._rest = rest
        if self._skipping or len(rest) > self._longest:
            self.skip()
        return found

    def finish(self) -> bytes:
        """Take the line that has begun as if it had ended."""
        line, self._rest = self._rest, b""
        return line

    def skip(self) -> None:
        """Throw away the line that has begun, with what of it is still to come."""
        self._skipping |= bool(self._rest)
        self._skipped += len(self._rest)
        self._rest = b""


class LineEvents(Generic[E]):
    """What the lines of a stream mean; never raises on any bytes, holds one line at most."""

    def __init__(self, longest: int, meaning: Callable[[bytes], Sequence[E | Garbage]]) -> None:
        """`meaning` tells what one line is, which has at most `longest` bytes."""
        self._longest = longest
        self._meaning = meaning
        self._lines = LineDecoder(longest)

    @property
    def unfinished(self) -> bool:
        """Whether bytes came after the last end of a line."""
        return self._lines.unfinished

    def reset(self) -> None:
        """Forget a line that has begun."""
        self._lines = LineDecoder(self._longest)

    def feed(self, data: bytes) -> list[E | Garbage]:
        """Take bytes as they came; give the events they complete, in order."""
        events: list[E | Garbage] = []
        for line in self._lines.feed(data):
            events += [line] if isinstance(line, Garbage) else self._meaning(line)
        return events
