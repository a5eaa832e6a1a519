"""A program on a terminal of its own, and the screen a person would see there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

COLUMNS, ROWS = 120, 36

#: Textual asks whether the terminal can hold a frame back until it is whole; without a yes it
#: draws by another path than on any terminal of today.
_SYNC_QUERY, _SYNC_REPLY = b"\x1b[?2026$p", b"\x1b[?2026;2$y"

#: A program that has not ended by then is killed.
_EXIT_S = 15.0

Cell = tuple[int, int]


class Gone(Exception):
    """The program ended, or what was waited for did not come."""


class Terminal:
    """One program behind a pseudo terminal; `started` is the moment before it was executed.

    Bytes get the time at which they were read and are drawn only while no others wait, so that
    the emulator's own slowness is not measured.
    """

    def __init__(self, arguments: Sequence[str], temporary: Path) -> None:
        environment = {name: v for name, v in os.environ.items() if name not in _UNWANTED}
        environment |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TEXTUAL_ANIMATIONS": "none",
            "TMPDIR": str(temporary),
        }
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._tail = b""
        self._first_byte: float | None = None
        self.started = time.perf_counter()
        self._process, self._line = pty.fork()
        if self._process == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
                os.execve(arguments[0], list(arguments), environment)
            finally:
                os._exit(127)
        os.set_blocking(self._line, False)

    def wait_for(self, seen: Callable[[], bool], timeout_s: float) -> float:
        """The moment at which the bytes arrived that made `seen` true on the screen."""
        end = time.perf_counter() + timeout_s
        moment = time.perf_counter()
        while not seen():
            # Reading goes before drawing, or bytes would get the time at which we came round.
            self._take(0.0 if self._waiting else end - time.perf_counter())
            if self._waiting:
                moment, data = self._waiting.popleft()
                self._stream.feed(data)
            elif time.perf_counter() >= end:
                raise Gone("\n".join(line.rstrip() for line in self.screen.display))
        return moment

    def rest(self, seconds: float) -> None:
        """Draw what comes for so long: a cursor blinks, so there is no silence to wait for."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 or self._waiting:
            self._take(0.0 if self._waiting else left)
            if self._waiting:
                self._stream.feed(self._waiting.popleft()[1])

    def send(self, keys: bytes) -> float:
        """Press keys; the moment at which they were sent."""
        moment = time.perf_counter()
        os.write(self._line, keys)
        return moment

    def shows(self, text: str) -> bool:
        """Whether a line of the screen holds the text."""
        return any(text in line for line in self.screen.display)

    def find(self, text: str) -> Cell | None:
        """Row and column of the first place that shows the text."""
        places = ((row, line.find(text)) for row, line in enumerate(self.screen.display))
        return next((place for place in places if place[1] >= 0), None)

    def at(self, cell: Cell) -> str:
        """The character in one cell."""
        row, column = cell
        return str(self.screen.buffer[row][column].data)

    def end(self, keys: bytes) -> None:
        """Leave by the program's own key, so that it can end what it started, or kill it."""
        end = time.monotonic() + _EXIT_S
        with suppress(OSError):
            os.write(self._line, keys)
        while time.monotonic() < end:
            with suppress(Gone):
                self._take(0.05)
            self._waiting.clear()
            if os.waitpid(self._process, os.WNOHANG)[0]:
                break
        else:
            # It leads a process group of its own, and the simulated unit is in it.
            os.killpg(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._line)

    def _take(self, timeout_s: float) -> bool:
        """Read once, if anything comes in time; answers the query a terminal must answer."""
        if not select.select([self._line], [], [], max(0.0, timeout_s))[0]:
            return False
        try:
            data = os.read(self._line, 1 << 16)
        except OSError:
            raise Gone("the program ended") from None
        self._waiting.append((time.perf_counter(), data))
        if _SYNC_QUERY in self._tail + data:
            os.write(self._line, _SYNC_REPLY)
            self._tail = b""
        else:
            self._tail = data[-len(_SYNC_QUERY) :]
        return True


_UNWANTED = frozenset({"NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL", "TEXTUAL_DEBUG"})


@contextmanager
def running(arguments: Sequence[str], temporary: Path, *, leave: bytes) -> Iterator[Terminal]:
    """A program on a terminal for as long as the block lasts; `leave` is its key for that."""
    terminal = Terminal(arguments, temporary)
    try:
        yield terminal
    finally:
        terminal.end(leave)
