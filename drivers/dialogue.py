"""Conversations with a unit as text: recorded from a real one, replayed in tests.

One line a turn of one side, hexadecimal; `>` went to the unit, `<` came from it, `#` is a comment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from drivers.contract import Link


@dataclass(frozen=True, slots=True)
class Turn:
    """What the host sent, and all that came before it sent again; either may be empty."""

    sent: bytes
    received: bytes


class Recorder:
    """Remembers what passes over lines: for each thing sent, all that came before the next."""

    def __init__(self) -> None:
        self._turns: list[tuple[bytes, bytearray]] = [(b"", bytearray())]
        self._notes: dict[int, list[str]] = {}

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far."""
        turns = (Turn(sent, bytes(received)) for sent, received in self._turns)
        return tuple(turn for turn in turns if turn.sent or turn.received)

    @property
    def notes(self) -> dict[int, tuple[str, ...]]:
        """Remarks, by how many of the turns came before them."""
        empty = not any(self._turns[0])
        return {place - empty: tuple(texts) for place, texts in self._notes.items()}

    def sent(self, data: bytes) -> None:
        """Something went to the unit."""
        self._turns.append((data, bytearray()))

    def received(self, data: bytes) -> None:
        """Something came from the unit."""
        self._turns[-1][1].extend(data)

    def note(self, text: str) -> None:
        """A remark for whoever reads the conversation."""
        self._notes.setdefault(len(self._turns), []).append(text)


_current: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextlib.contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Have all lines that this thread opens inside the block, and their whole life, recorded."""
    token = _current.set(recorder)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Recorder | None:
    """What the line that is being opened now is to be recorded by."""
    return _current.get()


class RecordingLink:
    """A `drivers.contract.Link` that remembers all that passes through another one."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._recorder = Recorder()

    @property
    def name(self) -> str:
        """The name of the link underneath."""
        return self._link.name

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far."""
        return self._recorder.turns

    def read(self, size: int, timeout_s: float) -> bytes:
        """See `drivers.contract.Link.read`."""
        return self._note(self._link.read(size, timeout_s))

    def write(self, data: bytes) -> None:
        """See `drivers.contract.Link.write`."""
        self._link.write(data)
        self._recorder.sent(data)

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
        self._recorder.received(data)
        return data


def redacted(turns: Iterable[Turn], redact: Callable[[bytes], bytes] | None) -> tuple[Turn, ...]:
    """The same turns with serial numbers taken out of answers by a model's own `redact`.

    All answers go through it in one piece: an answer cut in two by a time-out has its number in
    one half or across the cut.

    Raises:
        ValueError: `redact` changed the length, so nothing can be cut where it was.
    """
    turns = tuple(turns)
    if redact is None:
        return turns
    whole = b"".join(turn.received for turn in turns)
    clean = redact(whole)
    if len(clean) != len(whole):
        raise ValueError(f"redacting made {len(clean)} bytes of {len(whole)}")
    found, place = [], 0
    for turn in turns:
        found.append(Turn(turn.sent, clean[place : place + len(turn.received)]))
        place += len(turn.received)
    return tuple(found)


def dump(
    turns: Iterable[Turn],
    *,
    title: str,
    redact: Callable[[bytes], bytes] | None,
    notes: Mapping[int, Iterable[str]] | None = None,
) -> str:
    """The text of a conversation, without serial numbers, see `redacted`.

    `notes` are remarks by how many turns come before them; they become comments.
    """
    lines = [f"# {title}"]
    notes = notes or {}
    for place, turn in enumerate((*redacted(turns, redact), None)):
        lines += [f"# {note}" for note in notes.get(place, ())]
        if turn is not None:
            lines += [f"> {turn.sent.hex()}"] if turn.sent else []
            lines += [f"< {turn.received.hex()}"] if turn.received else []
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
