"""How another thread ends whatever an instrument is waited for, from before its port is open.

Waiting for a unit takes as long as the unit may take: 3 s for a calibration, 7 s for trying the
speeds of an old one, 240 s for its longest measurement. A program that is told to quit cannot
wait for that. So whoever runs a driver in a thread of its own opens the unit inside

    with interruptible(interrupt):
        unit = model.open(port)

and calls `interrupt.set()` from any other thread: what waits raises `Disconnected` at once, be it
a reading or the opening itself. Only `close` still has a moment to switch a lamp off.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar

_current: ContextVar[Interrupt | None] = ContextVar("interrupt", default=None)


class Interrupt:
    """Ends, once and for good, what waits on all lines opened under it; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._calls: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether `set` was called."""
        return self._set

    def set(self) -> None:
        """Interrupt all open lines, and all that will be opened under this."""
        with self._lock:
            self._set = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def add(self, call: Callable[[], None]) -> None:
        """Call this when set, or now if that has happened; it must be safe from any thread."""
        with self._lock:
            if not self._set:
                self._calls.append(call)
                return
        call()

    def remove(self, call: Callable[[], None]) -> None:
        """Forget a call; one that is not there is no mistake."""
        with self._lock, contextlib.suppress(ValueError):
            self._calls.remove(call)


@contextlib.contextmanager
def interruptible(interrupt: Interrupt) -> Iterator[None]:
    """Put all lines that this thread opens inside the block under `interrupt`."""
    token = _current.set(interrupt)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Interrupt | None:
    """What the line that is being opened now is to be put under."""
    return _current.get()
