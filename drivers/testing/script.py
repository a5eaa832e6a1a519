"""Tests a driver against a conversation: these bytes out, those bytes in, nothing left over."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Final

from drivers.dialogue import Turn


class ScriptedLink:
    """A `drivers.contract.Link` that plays one side of a conversation, in no time.

    `clock` is the time of that conversation: it stands still until a read finds nothing, then
    jumps by the read's timeout. Give it to the driver, and waiting three seconds costs none.
    """

    name: Final = "script"

    def __init__(self, turns: Iterable[Turn | tuple[bytes, bytes]]) -> None:
        self._turns = [turn if isinstance(turn, Turn) else Turn(*turn) for turn in turns]
        self._incoming = bytearray()
        self._now = 0.0
        self.closed = False
        self._arrive()

    def clock(self) -> float:
        """Seconds since the conversation began."""
        return self._now

    def read(self, size: int, timeout_s: float) -> bytes:
        """Up to `size` bytes of what has been received; none costs `timeout_s`."""
        data = bytes(self._incoming[:size])
        del self._incoming[: len(data)]
        if len(data) < size:
            self._now += timeout_s
        return data

    def write(self, data: bytes) -> None:
        """Compare with the script, and receive what it says comes next."""
        assert self._turns, f"sent beyond the end of the script: {data.hex(' ')}"
        expected = self._turns.pop(0)
        assert data == expected.sent, f"sent     {data.hex(' ')}\nexpected {expected.sent.hex(' ')}"
        self._incoming += expected.received
        self._arrive()

    def deliver(self, data: bytes) -> None:
        """Receive something unasked, now."""
        self._incoming += data

    def drain(self) -> bytes:
        """All that has been received."""
        data = bytes(self._incoming)
        self._incoming.clear()
        return data

    def cancel(self) -> None:
        """Nothing blocks here."""

    def close(self) -> None:
        """Note that the link was closed."""
        self.closed = True

    def finish(self) -> None:
        """Fail if anything is left unsaid or unread."""
        assert not self._turns, f"{len(self._turns)} turns never came, next {self._turns[0]}"
        assert not self._incoming, f"received and never read: {self._incoming.hex(' ')}"

    def _arrive(self) -> None:
        while self._turns and not self._turns[0].sent:
            self._incoming += self._turns.pop(0).received


@contextlib.contextmanager
def expected_dialogue(turns: Iterable[Turn | tuple[bytes, bytes]]) -> Iterator[ScriptedLink]:
    """A link on which exactly these (sent, received) turns must happen inside the block."""
    link = ScriptedLink(turns)
    yield link
    link.finish()
