"""One AT command, one answer, over a line that may still carry answers to somebody else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.as726x import protocol
from drivers.as726x.codec import Event, Garbage, Reply, ReplyDecoder, encode
from drivers.as726x.protocol import Command
from drivers.contract import Link
from drivers.errors import InstrumentTimeout, ProtocolError, Unsupported


class Refused(Unsupported):
    """The head answered ERROR: it does not know the command or the value."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the line did besides answering, counted since the port was opened."""

    skipped_bytes: int = 0
    unexpected_replies: int = 0


class Conversation:
    """Commands and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self.link = link
        self.clock = clock
        self.diagnostics = Diagnostics()
        #: The last command got no proper answer, so a late one may still come.
        self.unsettled = False
        self._decoder = ReplyDecoder()
        self._events: deque[Event] = deque()

    def ask(
        self,
        command: Command,
        value: int | None = None,
        timeout_s: float = protocol.ANSWER_TIMEOUT_S,
    ) -> Reply:
        """Send `command` and wait for an answer of its shape; all others are dropped.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: what came is no answer to this command.
            Refused: the head answered ERROR.
            Unsupported: the line sent the command back.
        """
        self._absorb()
        request = encode(command, value)
        echo = request.decode("ascii").strip()
        self.unsettled = True
        self.link.write(request)
        deadline = self.clock() + timeout_s
        before = self.diagnostics
        while (event := self._next(deadline)) is not None:
            if isinstance(event, Reply) and not event.ok:
                self.unsettled = False
                raise Refused(
                    f"The head on {self.link.name} answered ERROR to {echo}.",
                    "Take the reading again; if it repeats, its firmware lacks this command.",
                )
            if isinstance(event, Reply) and event.text == echo:
                raise self._echoed(echo)
            if isinstance(event, Reply) and _fits(command, value, event.text):
                self.unsettled = False
                return event
            self._count(event)
        if self._decoder.before_ok == echo:
            raise self._echoed(echo)
        if self._decoder.unfinished or self.diagnostics != before:
            raise ProtocolError(
                f"The head on {self.link.name} sent bytes that are no answer to {echo}."
            )
        raise InstrumentTimeout(
            f"The head on {self.link.name} did not answer {echo} within {timeout_s:g} s."
        )

    def ask_again(self, command: Command, value: int | None, timeout_s: float, times: int) -> Reply:
        """Like `ask`, tried up to `times`: only for what may be asked twice."""
        for _ in range(times - 1):
            try:
                return self.ask(command, value, timeout_s)
            except (InstrumentTimeout, ProtocolError):
                continue
        return self.ask(command, value, timeout_s)

    def pause(self, seconds: float) -> None:
        """Wait, and drop what comes meanwhile; a `cancel` of the link does not shorten it."""
        deadline = self.clock() + seconds
        while (event := self._next(deadline)) is not None:
            self._count(event)

    def listen(self, deadline: float) -> None:
        """Block until something comes (and is dropped), the deadline, or a `cancel`."""
        self._read(deadline - self.clock())
        while self._events:
            self._count(self._events.popleft())

    def quieten(self) -> None:
        """Wait until the line has been quiet for a while.

        Raises:
            ProtocolError: it never is.
        """
        deadline = self.clock() + protocol.QUIET_LIMIT_S
        while self._read(protocol.QUIET_S):
            if self.clock() >= deadline:
                raise ProtocolError(
                    f"The unit on {self.link.name} never stops talking.",
                    "Unplug the head, plug it in again and retry.",
                )
        self._absorb()

    def _echoed(self, echo: str) -> Unsupported:
        return Unsupported(f"The line {self.link.name} sends {echo} back: no head answers there.")

    def _absorb(self) -> None:
        """Drop all that has arrived, and the rest of a line that began before it was asked for."""
        self._events.extend(self._decoder.feed(self.link.drain()))
        while self._events:
            self._count(self._events.popleft())
        if lost := self._decoder.skip():
            self._count(Garbage(lost))

    def _next(self, deadline: float) -> Event | None:
        while not self._events:
            remaining = deadline - self.clock()
            if remaining <= 0:
                return None
            ended = self._decoder.ended
            came = self._read(min(remaining, protocol.GRACE_S) if ended else remaining)
            if ended and not came:
                self._events.extend(self._decoder.finish())
        return self._events.popleft()

    def _read(self, timeout_s: float) -> bool:
        data = self.link.read(1, timeout_s) if timeout_s > 0 else b""
        if data:
            self._events.extend(self._decoder.feed(data + self.link.drain()))
        return bool(data)

    def _count(self, event: Event) -> None:
        now = self.diagnostics
        if isinstance(event, Garbage):
            self.diagnostics = replace(now, skipped_bytes=now.skipped_bytes + event.count)
        else:
            self.diagnostics = replace(now, unexpected_replies=now.unexpected_replies + 1)


def _fits(command: Command, value: int | None, text: str) -> bool:
    shape = None if value is not None else protocol.SHAPES.get(command)
    return not text if shape is None else shape.fullmatch(text) is not None
