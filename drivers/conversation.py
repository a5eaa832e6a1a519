"""What all conversations have in common: events out of a link, one by one, none of them lost.

A conversation asks and waits for the answer; everything else that comes is put where it belongs
(a press of a button) or counted (noise, answers to somebody else). What is asked and how an answer
is known is each protocol's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from drivers.contract import Link
from drivers.errors import InstrumentError, InstrumentTimeout, ProtocolError

E = TypeVar("E")
T = TypeVar("T")
E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the line did besides answering, counted since the port was opened.

    `damaged` are frames that are recognisable and wrong, `unexpected` are right ones that nobody
    asked for.
    """

    damaged: int = 0
    skipped_bytes: int = 0
    unexpected: int = 0
    lost_presses: int = 0


def again(times: int, ask: Callable[[], T]) -> T:
    """What `ask` gives, tried up to `times`: only for requests that may be made twice."""
    for _ in range(times - 1):
        try:
            return ask()
        except (InstrumentTimeout, ProtocolError):
            continue
    return ask()


class Decoder(Protocol[E_co]):
    """Bytes to events, however they are cut; never raises on any bytes."""

    def feed(self, data: bytes) -> Sequence[E_co]:
        """Take bytes as they came; give the events they complete, in order."""
        ...


class Conversation(ABC, Generic[E]):
    """Events over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float], decoder: Decoder[E]) -> None:
        """`clock` counts seconds."""
        self.link = link
        self.clock = clock
        self.diagnostics = Diagnostics()
        #: The last request got no proper answer, so a late one may still come.
        self.unsettled = False
        self._decoder = decoder
        self._events: deque[E] = deque()

    def absorb(self) -> None:
        """Deal with all that has arrived so far, without waiting."""
        self._events.extend(self._decoder.feed(self.link.drain()))
        while self._events:
            self._sort(self._events.popleft())

    def listen(self, deadline: float) -> None:
        """Block until one event was dealt with, the deadline passes or the link is woken."""
        event = self._next_once(deadline)
        if event is not None:
            self._sort(event)

    def pause(self, seconds: float) -> None:
        """Let time pass with an ear on the line, which notices a pulled cable.

        A `cancel` of the link does not shorten it.
        """
        deadline = self.clock() + seconds
        while (event := self._next(deadline)) is not None:
            self._sort(event)

    @abstractmethod
    def _sort(self, event: E) -> None:
        """Put an event that answers nothing where it belongs."""

    def _count(self, **more: int) -> None:
        now = self.diagnostics
        self.diagnostics = replace(
            now, **{name: getattr(now, name) + count for name, count in more.items()}
        )

    def _unanswered(self, damaged: bool, request: str, timeout_s: float) -> InstrumentError:
        """The error for a request without its answer; `damaged` when other bytes came."""
        if damaged:
            return ProtocolError(
                f"The unit on {self.link.name} sent bytes that are no valid answer to {request}."
            )
        return InstrumentTimeout(
            f"The unit on {self.link.name} did not answer {request} within {timeout_s:g} s."
        )

    def _next(self, deadline: float) -> E | None:
        """The next event, or None after the deadline; a woken link does not end the wait."""
        while (event := self._next_once(deadline)) is None and self.clock() < deadline:
            pass
        return event

    def _next_once(self, deadline: float) -> E | None:
        """The next event, or None after the deadline or once more bytes came or it was woken."""
        if not self._events:
            self._receive(deadline - self.clock())
        return self._events.popleft() if self._events else None

    def _receive(self, timeout_s: float) -> bool:
        """Wait for bytes; whether any came."""
        # One byte ends the wait; what came with it is there already.
        data = self.link.read(1, timeout_s) if timeout_s > 0 else b""
        if data:
            self._events.extend(self._decoder.feed(data + self.link.drain()))
        return bool(data)
