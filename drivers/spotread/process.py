"""A program under a pseudo terminal of its own: what it prints, and keys for it.

Never a shell: the program's file is found here and started with a list of arguments. It reads
single keys and prints prompts without a line end, both of which need a terminal; through a pipe
it would hold its text back.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import tty
from collections.abc import Mapping, Sequence
from typing import Final

from drivers.errors import Disconnected, InstrumentTimeout, NoInstrument, PermissionDenied
from drivers.interrupt import current

_LARGEST_READ: Final = 4096
#: What a program is given to end by itself after each way of asking.
_GRACE_S: Final = 0.3
#: The same when the kiosk itself is quitting; all ways of asking make 0.75 s.
_SHORT_GRACE_S: Final = 0.15


class TerminalProcess:
    """One running program, under the interrupt of the thread that starts it.

    `wake` and `interrupt` are safe from any thread, everything else from its owner's.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `arguments[0]`, a path, with exactly this environment.

        Raises:
            NoInstrument: there is no such program.
            PermissionDenied: it may not be run.
        """
        self._closed = False
        self._interrupted = threading.Event()
        self._told = False
        self._master, slave = os.openpty()
        try:
            # No echo: keys must not come back as text. No translation of line ends.
            tty.setraw(slave)
            # A session of its own: a Ctrl-C meant for the kiosk does not reach it, and its
            # children can be ended with it.
            self._child = subprocess.Popen(  # noqa: S603
                list(arguments),
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=dict(environment),
                start_new_session=True,
                close_fds=True,
            )
        except OSError as error:
            os.close(self._master)
            if isinstance(error, PermissionError):
                raise PermissionDenied(
                    f"{arguments[0]} may not be run.", "Make the program executable."
                ) from error
            raise NoInstrument(f"{arguments[0]} cannot be run ({error.strerror}).") from error
        finally:
            os.close(slave)
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ring, False)
        self._interrupt = current()
        if self._interrupt is not None:
            self._interrupt.add(self.interrupt)

    @property
    def pid(self) -> int:
        """The number of the process, and of its group."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the program has not ended."""
        return not self._closed and self._child.poll() is None

    def read(self, timeout_s: float) -> bytes | None:
        """Block for what is printed next; b"" when the time is up or `wake` was called.

        None when the program has ended and all it printed was read.

        Raises:
            Disconnected: `interrupt` was called; once, so that `close` can still listen.
        """
        if self._closed:
            return None
        ready, _, _ = select.select([self._master, self._bell], [], [], max(0.0, timeout_s))
        if self._bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, _LARGEST_READ)
        if self._interrupted.is_set() and not self._told:
            self._told = True
            raise Disconnected("spotread is being closed.", "Open the instrument again.")
        if self._master not in ready:
            return b""
        try:
            data = os.read(self._master, _LARGEST_READ)
        except OSError:  # EIO: nobody holds the other end any more
            return None
        return data or None

    def press(self, key: str) -> None:
        """Give the program a key.

        Raises:
            Disconnected: it has ended.
            InstrumentTimeout: it takes no keys.
        """
        if not self.running:
            raise Disconnected("spotread has ended.")
        _, ready, _ = select.select([], [self._master], [], 1.0)
        if not ready:
            raise InstrumentTimeout("spotread takes no keys.")
        try:
            os.write(self._master, key.encode("ascii"))
        except OSError as error:
            raise Disconnected("spotread has ended.") from error

    def wake(self) -> None:
        """End a blocked `read` (or the next one) early."""
        with contextlib.suppress(OSError, ValueError):
            os.write(self._ring, b"x")

    def interrupt(self) -> None:
        """End what waits here with Disconnected, and let `close` be quick."""
        self._interrupted.set()
        self.wake()

    def close(self, keys: str = "") -> None:
        """Ask with these keys, then with SIGTERM, then kill; idempotent, never raises."""
        if self._closed:
            return
        if self._interrupt is not None:
            self._interrupt.remove(self.interrupt)
        self._told = True
        grace_s = _SHORT_GRACE_S if self._interrupted.is_set() else _GRACE_S
        with contextlib.suppress(Disconnected, InstrumentTimeout):
            for key in keys:
                self.press(key)
                # What it prints about one key tells that it is ready for the next.
                if self.read(grace_s) is None:
                    break
        if keys:
            self._ended(grace_s)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._child.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)
            self._ended(grace_s)
        self._closed = True
        for descriptor in (self._master, self._bell, self._ring):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _ended(self, grace_s: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(grace_s)
