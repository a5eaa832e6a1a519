"""One request, one answer of the type that belongs to it."""

from __future__ import annotations

from collections.abc import Callable

from drivers.contract import Link
from drivers.conversation import Conversation as BaseConversation
from drivers.lines import Garbage
from drivers.spectrolino import codec, faults
from drivers.spectrolino.codec import AnswerDecoder, AnswerLine, Event, encode
from drivers.spectrolino.protocol import Answer, Request


class Conversation(BaseConversation[Event]):
    """Requests and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self._answers = AnswerDecoder()
        super().__init__(link, clock, self._answers)

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
        # A line that began before it was asked for is noise, and may have no end.
        self._answers.reset()
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
        damaged |= self._answers.unfinished
        raise self._unanswered(damaged, request.value.decode("ascii"), timeout_s)

    def _sort(self, event: Event) -> None:
        if isinstance(event, Garbage):
            self._count(skipped_bytes=event.count)
        else:
            self._count(unexpected=1)
