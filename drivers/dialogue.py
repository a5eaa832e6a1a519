"""Conversations with a unit as text: recorded from a real one, replayed in tests.

One line a turn of one side, hexadecimal; `>` went to the unit, `<` came from it, `#` is a comment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drivers.contract import Link


@dataclass(frozen=True, slots=True)
class Turn:
    """What the host sent, and all that came before it sent again; either may be empty."""

    sent: bytes
    received: bytes


class RecordingLink:
    """A `drivers.contract.Link` that remembers all that passes through another one."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._turns: list[tuple[bytes, bytearray]] = [(b"", bytearray())]

    @property
    def name(self) -> str:
        """The name of the link underneath."""
        return self._link.name

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far."""
        turns = (Turn(sent, bytes(received)) for sent, received in self._turns)
        return tuple(turn for turn in turns if turn.sent or turn.received)

    def read(self, size: int, timeout_s: float) -> bytes:
        """See `drivers.contract.Link.read`."""
        return self._note(self._link.read(size, timeout_s))

    def write(self, data: bytes) -> None:
        """See `drivers.contract.Link.write`."""
        self._link.write(data)
        self._turns.append((data, bytearray()))

    def drain(self) -> bytes:
        """See `drivers.contract.Link.drain`."""
        return self._note(self._link.drain())

    def cancel(self) -> None:
        """See `drivers.contract.Link.cancel`."""
        self._link.cancel()

    def close(self) -> None:
        """See `drivers.contract.Link.close`."""
        self._link.close()

    def _note(self, data: bytes) -> bytes:
        self._turns[-1][1].extend(data)
        return data


def dump(turns: Iterable[Turn], *, title: str, redact: Callable[[bytes], bytes] | None) -> str:
    """The text of a conversation; `redact` (a model's own) takes serial numbers out of answers."""
    lines = [f"# {title}"]
    for turn in turns:
        received = redact(turn.received) if redact is not None else turn.received
        lines += [f"> {turn.sent.hex()}"] if turn.sent else []
        lines += [f"< {received.hex()}"] if received else []
    return "\n".join(lines) + "\n"


def parse(text: str) -> tuple[Turn, ...]:
    """The conversation in `text`.

    Raises:
        ValueError: a line is neither; the message has its number.
    """
    turns: list[Turn] = []
    for number, line in enumerate(text.splitlines(), start=1):
        mark, _, digits = line.strip().partition(" ")
        if not mark or mark.startswith("#"):
            continue
        try:
            data = bytes.fromhex(digits)
        except ValueError:
            data = b""
        if mark not in ("<", ">") or not data:
            raise ValueError(f"line {number}: {line!r} is not '> HEX' or '< HEX'")
        if mark == ">":
            turns.append(Turn(data, b""))
        elif turns and not turns[-1].received:
            turns[-1] = Turn(turns[-1].sent, data)
        else:
            turns.append(Turn(b"", data))
    return tuple(turns)
