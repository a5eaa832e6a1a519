"""One request, one reply line, on a line where nothing says which request a reply answers.

So order is all there is: after a request without its reply, a harmless question whose answer
cannot be mistaken has to come back before the next one counts (`Conversation.settle`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from drivers.contract import Link
from drivers.conversation import Conversation as BaseConversation
from drivers.konica_minolta import protocol
from drivers.konica_minolta.codec import Event, Reply, ReplyDecoder, encode
from drivers.lines import Garbage

#: A measurement that the button started takes up to six lines; more than two of them unread are
#: a fault of the line.
_MOST_UNASKED: Final = 12


class Conversation(BaseConversation[Event]):
    """Requests and replies over one link; raises only `drivers.errors.InstrumentError`.

    `data_fields` is the number of fields of a line that the unit sends unasked when its button
    is pressed, or 0 when it sends none.
    """

    def __init__(self, link: Link, clock: Callable[[], float], data_fields: int = 0) -> None:
        self._replies = ReplyDecoder()
        super().__init__(link, clock, self._replies)
        self.data_fields = data_fields
        #: Lines of button measurements not dealt with yet, oldest first.
        self.unasked: deque[Reply] = deque(maxlen=_MOST_UNASKED)

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

    def lose_presses(self) -> None:
        """Drop the button's measurements that nobody asked for in time."""
        if self.unasked:
            self.unasked.clear()
            self._count(lost_presses=1)

    def _exchange(
        self, request: bytes, timeout_s: float, answers: Callable[[Reply], bool]
    ) -> Reply:
        self.absorb()
        if self.unsettled:
            self._replies.reset()
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
        damaged |= self._replies.unfinished
        raise self._unanswered(damaged, request[:3].decode("ascii"), timeout_s)

    def _is_data(self, reply: Reply) -> bool:
        return self.data_fields > 0 and reply.ok and len(reply.fields) == self.data_fields

    def _next_line(self, quiet_s: float, end: float) -> Event | None:
        """The next event, unless no byte at all comes for so long or it is the end."""
        while not self._events and self.clock() < end:
            deadline = self.clock() + quiet_s
            if not self._receive(quiet_s) and self.clock() >= deadline:
                return None
        return self._events.popleft() if self._events and self.clock() < end else None

    def _sort(self, event: Event) -> None:
        if isinstance(event, Garbage):
            self._count(skipped_bytes=event.count)
        elif self._is_data(event):
            self.unasked.append(event)
        else:
            self._count(unexpected=1)
