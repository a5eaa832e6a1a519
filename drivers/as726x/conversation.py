"""One AT command, one answer, over a line that may still carry answers to somebody else."""

from __future__ import annotations

from collections.abc import Callable

from drivers.as726x import protocol
from drivers.as726x.codec import Event, Reply, ReplyDecoder, encode
from drivers.as726x.protocol import Command
from drivers.contract import Link
from drivers.conversation import Conversation as BaseConversation
from drivers.errors import ProtocolError, Unsupported
from drivers.lines import Garbage


class Refused(Unsupported):
    """The head answered ERROR: it does not know the command or the value."""


class Conversation(BaseConversation[Event]):
    """Commands and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self._replies = ReplyDecoder()
        super().__init__(link, clock, self._replies)

    def ask(
        self,
        command: Command,
        value: int | None = None,
        timeout_s: float | None = None,
    ) -> Reply:
        """Send `command` and wait for an answer of its shape; all others are dropped.

        Without `timeout_s`, as long as answers take that wait for no light.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: what came is no answer to this command.
            Refused: the head answered ERROR.
            Unsupported: the line sent the command back.
        """
        self.absorb()
        request = encode(command, value)
        echo = request.decode("ascii").strip()
        self.unsettled = True
        self.link.write(request)
        timeout_s = protocol.ANSWER_TIMEOUT_S if timeout_s is None else timeout_s
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
            self._sort(event)
        if self._replies.before_ok == echo:
            raise self._echoed(echo)
        damaged = self._replies.unfinished or self.diagnostics != before
        raise self._unanswered(damaged, echo, timeout_s)

    def quieten(self) -> None:
        """Wait until the line has been quiet for a while.

        Raises:
            ProtocolError: it never is.
        """
        deadline = self.clock() + protocol.QUIET_LIMIT_S
        while self._receive(protocol.QUIET_S):
            if self.clock() >= deadline:
                raise ProtocolError(
                    f"The unit on {self.link.name} never stops talking.",
                    "Unplug the head, plug it in again and retry.",
                )
        self.absorb()

    def _echoed(self, echo: str) -> Unsupported:
        return Unsupported(f"The line {self.link.name} sends {echo} back: no head answers there.")

    def absorb(self) -> None:
        """Drop all that has arrived, and the rest of a line that began before it was asked for."""
        super().absorb()
        if lost := self._replies.skip():
            self._sort(Garbage(lost))

    def _receive(self, timeout_s: float) -> bool:
        ended = self._replies.ended
        came = super()._receive(min(timeout_s, protocol.GRACE_S) if ended else timeout_s)
        if ended and not came and timeout_s > 0:
            self._events.extend(self._replies.finish())
        return came

    def _sort(self, event: Event) -> None:
        if isinstance(event, Garbage):
            self._count(skipped_bytes=event.count)
        else:
            self._count(unexpected=1)


def _fits(command: Command, value: int | None, text: str) -> bool:
    shape = None if value is not None else protocol.SHAPES.get(command)
    return not text if shape is None else shape.fullmatch(text) is not None
