"""One request, one answer, over a line on which the unit also speaks unasked.

Button headers are sorted out here by what they are, never by when they come, and kept in order.
Frames are handled strictly one by one: what follows an answer in the same read stays for later,
because whether a press came before or after an answer decides whose data the answer was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, TypeVar

from drivers.contract import Link
from drivers.conversation import Conversation as BaseConversation
from drivers.cr30 import protocol
from drivers.cr30.codec import (
    BadFrame,
    ButtonFrame,
    CalibrationFrame,
    ChunkFrame,
    Event,
    FrameDecoder,
    HeaderFrame,
    IdentityFrame,
    encode,
)
from drivers.cr30.protocol import Command
from drivers.errors import Unsupported
from drivers.lines import Garbage

_Answer = TypeVar("_Answer", IdentityFrame, CalibrationFrame, HeaderFrame, ChunkFrame)

#: A person presses a button now and then; more than this unread is a fault of the line.
_MOST_PRESSES: Final = 16


class Conversation(BaseConversation[Event]):
    """Requests and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self._frames = FrameDecoder()
        super().__init__(link, clock, self._frames)
        #: Presses not dealt with yet, oldest first.
        self.presses: deque[ButtonFrame] = deque(maxlen=_MOST_PRESSES)
        #: A frame was seen that may mean another measurement; whoever minds clears this.
        self.cache_doubtful = False

    def ask(self, command: Command, answer: type[_Answer], timeout_s: float) -> _Answer:
        """Send `command` and wait for its answer; every other frame is put where it belongs.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: the answer came damaged.
            Unsupported: the unit sent the request back, its way of not knowing a command.
        """
        self.absorb()
        if self.unsettled:
            self._frames.reset()
        self.unsettled = True
        request = encode(command)
        self.link.write(request)
        deadline = self.clock() + timeout_s
        key = protocol.HEADER_REPLY if command is Command.TRIGGER else command.value
        damaged = False
        while (event := self._next(deadline)) is not None:
            if isinstance(event, Garbage):
                self._sort(event)
                damaged = True
                continue
            if event.frame == request:
                raise Unsupported(
                    f"The unit on {self.link.name} does not know the command "
                    f"{request[:3].hex(' ').upper()}: it sent it back."
                )
            if isinstance(event, answer) and tuple(event.frame[:3]) == key:
                self.unsettled = False
                return event
            self._sort(event)
            if isinstance(event, BadFrame):
                damaged = True
                if tuple(event.frame[:3]) == key and event.frame[protocol.MARKER_AT]:
                    break
        raise self._unanswered(damaged, request[:3].hex(" ").upper(), timeout_s)

    def take_gated(self) -> bool:
        """Whether a gated press waits; then all presses are dropped, for none is to be trusted."""
        gated = any(press.gated for press in self.presses)
        if gated:
            self._drop(lambda _: True)
        return gated

    def lose_presses(self) -> None:
        """Drop the presses whose data the unit holds no longer; gated ones still must be told."""
        self._drop(lambda press: not press.gated)

    def _drop(self, which: Callable[[ButtonFrame], bool]) -> None:
        kept = [press for press in self.presses if not which(press)]
        lost = len(self.presses) - len(kept)
        self.presses = deque(kept, maxlen=_MOST_PRESSES)
        self._count(lost_presses=lost)

    def _receive(self, timeout_s: float) -> bool:
        data = self.link.read(self._frames.wanted, timeout_s) if timeout_s > 0 else b""
        self._events.extend(self._frames.feed(data))
        return bool(data)

    def _sort(self, event: Event) -> None:
        if isinstance(event, ButtonFrame):
            if len(self.presses) == _MOST_PRESSES:
                self._count(lost_presses=1)
            self.presses.append(event)
        elif isinstance(event, Garbage):
            self._count(skipped_bytes=event.count)
        elif isinstance(event, BadFrame):
            self._count(damaged=1)
            self.cache_doubtful |= tuple(event.frame[:3]) == protocol.HEADER_REPLY
        else:
            self.cache_doubtful |= isinstance(event, HeaderFrame)
            self._count(unexpected=1)
