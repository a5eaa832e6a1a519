"""One request, one answer of the type that belongs to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.contract import Link
from drivers.errors import InstrumentTimeout, ProtocolError
from drivers.spectrolino import codec, faults
from drivers.spectrolino.codec import AnswerDecoder, AnswerLine, Event, Garbage, encode
from drivers.spectrolino.protocol import Answer, Request


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the line did besides answering, counted since the port was opened."""

    skipped_bytes: int = 0
    unexpected_answers: int = 0


class Conversation:
    """Requests and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self.link = link
        self.clock = clock
        self.diagnostics = Diagnostics()
        #: The last request got no proper answer, so a late one may still come.
        self.unsettled = False
        self._decoder = AnswerDecoder()
        self._events: deque[Event] = deque()

    def ask(
        self, request: Request, answer: Answer, timeout_s: float, *, settling: bool = False
    ) -> AnswerLine:
        """Send `request` and wait for an answer of the right type; others are counted.

        A line error answers any request, except when `settling`: then it may be a late one.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: bytes came, and no such answer among them; or the unit says that it
                received nonsense.
        """
        self.absorb()
        if self.unsettled:
            self._decoder.reset()
        self.unsettled = True
        self.link.write(encode(request))
        deadline = self.clock() + timeout_s
        damaged = False
        while (event := self._next(deadline)) is not None:
            if isinstance(event, AnswerLine):
                if event.type == answer:
                    self.unsettled = False
                    return event
                if event.type == Answer.LINE_ERROR and not settling:
                    self.unsettled = False
                    raise faults.line_failure(codec.execution(event))
            damaged |= isinstance(event, Garbage)
            self._sort(event)
        if damaged or self._decoder.pending:
            raise ProtocolError(f"The unit on {self.link.name} sent bytes that are no answer.")
        raise InstrumentTimeout(
            f"The unit on {self.link.name} did not answer within {timeout_s:g} s."
        )

    def absorb(self) -> None:
        """Deal with all that has arrived so far, without waiting."""
        self._events.extend(self._decoder.feed(self.link.drain()))
        while self._events:
            self._sort(self._events.popleft())

    def pause(self, deadline: float) -> None:
        """Let time pass with an ear on the line; ends early when the link is woken."""
        event = self._next_once(deadline)
        if event is not None:
            self._sort(event)

    def _next(self, deadline: float) -> Event | None:
        while True:
            event = self._next_once(deadline)
            if event is not None or self.clock() >= deadline:
                return event

    def _next_once(self, deadline: float) -> Event | None:
        remaining = deadline - self.clock()
        if not self._events and remaining > 0:
            # One byte ends the wait; what came with it is there already.
            data = self.link.read(1, remaining)
            if data:
                self._events.extend(self._decoder.feed(data + self.link.drain()))
        return self._events.popleft() if self._events else None

    def _sort(self, event: Event) -> None:
        now = self.diagnostics
        if isinstance(event, Garbage):
            change = {"skipped_bytes": now.skipped_bytes + event.count}
        else:
            change = {"unexpected_answers": now.unexpected_answers + 1}
        self.diagnostics = replace(now, **change)
