"""One request, one reply line, on a line where nothing says which request a reply answers.

So order is all there is: after a request without its reply, a harmless question whose answer
cannot be mistaken has to come back before the next one counts (`Conversation.settle`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from drivers.contract import Link
from drivers.errors import InstrumentTimeout, ProtocolError
from drivers.konica_minolta import protocol
from drivers.konica_minolta.codec import Event, Garbage, Reply, ReplyDecoder, encode

#: A measurement that the button started takes up to six lines; more than two of them unread are
#: a fault of the line.
_MOST_UNASKED: Final = 12


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the line did besides answering, counted since the port was opened."""

    skipped_bytes: int = 0
    unexpected_lines: int = 0
    lost_presses: int = 0


class Conversation:
    """Requests and replies over one link; raises only `drivers.errors.InstrumentError`.

    `data_fields` is the number of fields of a line that the unit sends unasked when its button
    is pressed, or 0 when it sends none.
    """

    def __init__(self, link: Link, clock: Callable[[], float], data_fields: int = 0) -> None:
        self.link = link
        self.clock = clock
        self.data_fields = data_fields
        self.diagnostics = Diagnostics()
        #: Lines of button measurements not dealt with yet, oldest first.
        self.unasked: deque[Reply] = deque(maxlen=_MOST_UNASKED)
        #: The last request got no reply, so a late one may still come.
        self.unsettled = False
        self._decoder = ReplyDecoder()
        self._events: deque[Event] = deque()

    def ask(self, command: bytes, *arguments: str, timeout_s: float) -> Reply:
        """Send a command and wait for its reply, whatever that is.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: bytes came, and no reply among them.
        """
        return self._exchange(
            encode(command, *arguments), timeout_s, lambda reply: not self._is_data(reply)
        )

    def settle(self, timeout_s: float) -> Reply:
        """Ask who is there and let everything pass that is no answer to that."""
        return self._exchange(
            encode(protocol.IDENTITY),
            timeout_s,
            lambda reply: reply.ok and len(reply.fields) == protocol.IDENTITY_FIELDS,
        )

    def measure(self, timeout_s: float) -> list[Reply]:
        """Send MES and take its lines, one or more, until the line is quiet; or one ER line."""
        first = self._exchange(encode(protocol.MEASURE), timeout_s, lambda _: True)
        return [first, *self.rest()] if first.ok else [first]

    def rest(self) -> list[Reply]:
        """The data lines that follow until the line is quiet for 0.7 s."""
        lines: list[Reply] = []
        end = self.clock() + protocol.ACTION_S  # a line that never falls quiet is disturbed
        while (event := self._next_line(protocol.QUIET_S, end)) is not None:
            if isinstance(event, Reply) and self._is_data(event):
                lines.append(event)
            else:
                self._sort(event)
        return lines

    def absorb(self) -> None:
        """Deal with all that has arrived so far, without waiting."""
        self._events.extend(self._decoder.feed(self.link.drain()))
        while self._events:
            self._sort(self._events.popleft())

    def listen(self, deadline: float) -> None:
        """Block until something came, the deadline passes or the link is woken."""
        event = self._next_once(deadline)
        if event is not None:
            self._sort(event)

    def pause(self, seconds: float) -> None:
        """Let time pass with an ear on the line, so that an unplugged cable is noticed."""
        deadline = self.clock() + seconds
        while self.clock() < deadline:
            self.listen(deadline)

    def lose_presses(self) -> None:
        """Drop the button's measurements that nobody asked for in time."""
        if self.unasked:
            self.unasked.clear()
            self._count(lost_presses=self.diagnostics.lost_presses + 1)

    def _exchange(
        self, request: bytes, timeout_s: float, answers: Callable[[Reply], bool]
    ) -> Reply:
        self.absorb()
        if self.unsettled:
            self._decoder.reset()
        self.unsettled = True
        self.link.write(request)
        deadline = self.clock() + timeout_s
        damaged = False
        while (event := self._next(deadline)) is not None:
            if isinstance(event, Reply) and answers(event):
                self.unsettled = False
                return event
            damaged |= isinstance(event, Garbage)
            self._sort(event)
        if damaged or self._decoder.pending:
            raise ProtocolError(f"The unit on {self.link.name} sent bytes that are no reply.")
        raise InstrumentTimeout(
            f"The unit on {self.link.name} did not answer {request[:3].decode('ascii')} "
            f"within {timeout_s:g} s."
        )

    def _is_data(self, reply: Reply) -> bool:
        return self.data_fields > 0 and reply.ok and len(reply.fields) == self.data_fields

    def _next(self, deadline: float) -> Event | None:
        while True:
            event = self._next_once(deadline)
            if event is not None or self.clock() >= deadline:
                return event

    def _next_line(self, quiet_s: float, end: float) -> Event | None:
        """The next event, unless no byte at all comes for so long or it is the end."""
        while not self._events and self.clock() < end:
            deadline = self.clock() + quiet_s
            if not self._receive(deadline) and self.clock() >= deadline:
                return None
        return self._events.popleft() if self._events and self.clock() < end else None

    def _next_once(self, deadline: float) -> Event | None:
        if not self._events:
            self._receive(deadline)
        return self._events.popleft() if self._events else None

    def _receive(self, deadline: float) -> bool:
        remaining = deadline - self.clock()
        if remaining <= 0:
            return False
        # One byte ends the wait; what came with it is there already.
        data = self.link.read(1, remaining)
        if data:
            self._events.extend(self._decoder.feed(data + self.link.drain()))
        return bool(data)

    def _sort(self, event: Event) -> None:
        now = self.diagnostics
        if isinstance(event, Garbage):
            self._count(skipped_bytes=now.skipped_bytes + event.count)
        elif self._is_data(event):
            self.unasked.append(event)
        else:
            self._count(unexpected_lines=now.unexpected_lines + 1)

    def _count(self, **changes: int) -> None:
        self.diagnostics = replace(self.diagnostics, **changes)
