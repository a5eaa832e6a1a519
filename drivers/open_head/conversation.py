"""One request, one answer with its sequence number, and presses of a button that come unasked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from drivers.contract import Link
from drivers.errors import InstrumentTimeout, ProtocolError, Unsupported
from drivers.open_head import protocol
from drivers.open_head.codec import (
    BadLine,
    ButtonPress,
    Event,
    Failure,
    Garbage,
    Hello,
    LampState,
    LineEvents,
    Measurement,
    UnknownLine,
    encode,
)

_Answer = TypeVar("_Answer", bound=Hello | Measurement | LampState | Failure)


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the line did besides answering, counted since the port was opened."""

    bad_lines: int = 0
    skipped_bytes: int = 0
    unexpected_lines: int = 0
    lost_presses: int = 0


class Conversation:
    """Requests and answers over one link; raises only `drivers.errors.InstrumentError`."""

    def __init__(self, link: Link, clock: Callable[[], float]) -> None:
        self.link = link
        self.clock = clock
        self.diagnostics = Diagnostics()
        #: The button was pressed and nobody has measured for it yet.
        self.pressed = False
        self._seq = 0
        self._lines = LineEvents()
        self._events: deque[Event] = deque()

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
        for _ in range(times - 1):
            try:
                return self.hello(protocol.ANSWER_TIMEOUT_S)
            except (InstrumentTimeout, ProtocolError):
                continue
        return self.hello(protocol.ANSWER_TIMEOUT_S)

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

    def absorb(self) -> None:
        """Deal with all that has arrived so far, without waiting."""
        self._events.extend(self._lines.feed(self.link.drain()))
        while self._events:
            self._sort(self._events.popleft())

    def pause(self, seconds: float) -> None:
        """Wait, and deal with what comes; a `cancel` of the link does not shorten it."""
        deadline = self.clock() + seconds
        while (event := self._next(deadline)) is not None:
            self._sort(event)

    def listen(self, deadline: float) -> None:
        """Block until something was dealt with, the deadline passes or the link is woken."""
        self._read(deadline - self.clock())
        while self._events:
            self._sort(self._events.popleft())

    def forget_press(self) -> None:
        """Drop a press that came at the wrong moment."""
        if self.pressed:
            self.pressed = False
            self._count(lost_presses=self.diagnostics.lost_presses + 1)

    def _next_seq(self) -> int:
        self._seq = self._seq % protocol.HIGHEST_SEQ + 1
        return self._seq

    def _exchange(
        self, request: bytes, kinds: tuple[type[_Answer], ...], seq: int | None, timeout_s: float
    ) -> _Answer:
        """Send and wait for an answer of these kinds with that number; sort all others."""
        self.absorb()
        self.link.write(request)
        deadline = self.clock() + timeout_s
        before = self.diagnostics
        while (event := self._next(deadline)) is not None:
            if isinstance(event, kinds) and (isinstance(event, Hello) or event.seq == seq):
                return event
            if isinstance(event, UnknownLine) and event.line == request.rstrip(b"\n"):
                raise Unsupported(
                    f"The line {self.link.name} sends requests back: no head answers there."
                )
            self._sort(event)
        now = self.diagnostics
        if self._lines.unfinished or replace(now, lost_presses=before.lost_presses) != before:
            raise ProtocolError(
                f"The head on {self.link.name} sent bytes that are no valid answer."
            )
        raise InstrumentTimeout(
            f"The head on {self.link.name} did not answer within {timeout_s:g} s."
        )

    def _next(self, deadline: float) -> Event | None:
        while not self._events:
            remaining = deadline - self.clock()
            if remaining <= 0:
                return None
            self._read(remaining)
        return self._events.popleft()

    def _read(self, timeout_s: float) -> None:
        data = self.link.read(1, timeout_s) if timeout_s > 0 else b""
        if data:
            self._events.extend(self._lines.feed(data + self.link.drain()))

    def _sort(self, event: Event) -> None:
        now = self.diagnostics
        if isinstance(event, ButtonPress):
            self.forget_press()
            self.pressed = True
        elif isinstance(event, Garbage):
            self._count(skipped_bytes=now.skipped_bytes + event.count)
        elif isinstance(event, BadLine):
            self._count(bad_lines=now.bad_lines + 1)
        else:
            self._count(unexpected_lines=now.unexpected_lines + 1)

    def _count(self, **changes: int) -> None:
        self.diagnostics = replace(self.diagnostics, **changes)
