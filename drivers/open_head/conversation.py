"""One request, one answer with its sequence number, and presses of a button that come unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from drivers.contract import Link
from drivers.conversation import Conversation as BaseConversation
from drivers.conversation import again
from drivers.errors import Unsupported
from drivers.lines import Garbage
from drivers.open_head import protocol
from drivers.open_head.codec import (
    BadLine,
    ButtonPress,
    Event,
    Failure,
    Hello,
    LampState,
    LineEvents,
    Measurement,
    UnknownLine,
    encode,
)

_Answer = TypeVar("_Answer", bound=Hello | Measurement | LampState | Failure)


class Conversation(BaseConversation[Event]):
    """Requests and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self._lines = LineEvents()
        super().__init__(link, clock, self._lines)
        #: The button was pressed and nobody has measured for it yet.
        self.pressed = False
        self._seq = 0

    def hello(self, timeout_s: float) -> Hello:
        """Ask who is there; all that comes before the answer is dropped.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: what came is no answer.
            Unsupported: the line sent the request back.
        """
        return self._exchange(encode("id"), (Hello,), None, timeout_s)

    def hello_again(self, times: int) -> Hello:
        """Like `hello`, tried up to `times`."""
        return again(times, lambda: self.hello(protocol.ANSWER_TIMEOUT_S))

    def measure(self, timeout_s: float) -> Measurement | Failure:
        """Ask for a lit and a dark frame.

        Raises:
            InstrumentTimeout: silence.
            ProtocolError: what came is no answer, or a damaged one.
            Unsupported: the line sent the request back.
        """
        seq = self._next_seq()
        kinds: tuple[type[Measurement | Failure], ...] = (Measurement, Failure)
        return self._exchange(encode("meas", seq=seq), kinds, seq, timeout_s)

    def darken(self, timeout_s: float) -> LampState | Failure:
        """Ask for the lamp to be switched off; raises like `measure`."""
        seq = self._next_seq()
        kinds: tuple[type[LampState | Failure], ...] = (LampState, Failure)
        return self._exchange(encode("led", on=0, seq=seq), kinds, seq, timeout_s)

    def forget_press(self) -> None:
        """Drop a press that came at the wrong moment."""
        if self.pressed:
            self.pressed = False
            self._count(lost_presses=1)

    def _next_seq(self) -> int:
        self._seq = self._seq % protocol.HIGHEST_SEQ + 1
        return self._seq

    def _exchange(
        self, request: bytes, kinds: tuple[type[_Answer], ...], seq: int | None, timeout_s: float
    ) -> _Answer:
        """Send and wait for an answer of these kinds with that number; sort all others."""
        self.absorb()
        if self.unsettled:
            # What has begun is the answer that never ended: the next must not be read as its rest.
            self._lines.reset()
        self.unsettled = True
        self.link.write(request)
        deadline = self.clock() + timeout_s
        before = self.diagnostics
        while (event := self._next(deadline)) is not None:
            if isinstance(event, kinds) and (isinstance(event, Hello) or event.seq == seq):
                self.unsettled = False
                return event
            if isinstance(event, UnknownLine) and event.line == request.rstrip(b"\n"):
                raise Unsupported(
                    f"The line {self.link.name} sends requests back: no head answers there."
                )
            self._sort(event)
        now = self.diagnostics
        others = replace(now, lost_presses=before.lost_presses) != before
        command = request.decode("ascii").strip()
        raise self._unanswered(self._lines.unfinished or others, command, timeout_s)

    def _sort(self, event: Event) -> None:
        if isinstance(event, ButtonPress):
            self.forget_press()
            self.pressed = True
        elif isinstance(event, Garbage):
            self._count(skipped_bytes=event.count)
        elif isinstance(event, BadLine):
            self._count(damaged=1)
        else:
            self._count(unexpected=1)
