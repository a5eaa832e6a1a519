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
import tty
from collections.abc import Mapping, Sequence
from typing import Final

from drivers.errors import Disconnected, InstrumentTimeout, NoInstrument, PermissionDenied

_LARGEST_READ: Final = 4096
#: What a program is given to end by itself after each way of asking; all of them make 0.9 s.
_GRACE_S: Final = 0.3


class TerminalProcess:
    """One running program. `wake` is safe from any thread, everything else from its owner's."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start `arguments[0]`, a path, with exactly this environment.

        Raises:
            NoInstrument: there is no such program.
            PermissionDenied: it may not be run.
        """
        self._closed = False
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
        """
        if self._closed:
            return None
        ready, _, _ = select.select([self._master, self._bell], [], [], max(0.0, timeout_s))
        if self._bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, _LARGEST_READ)
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

    def close(self, keys: str = "") -> None:
        """Ask with these keys, then with SIGTERM, then kill; idempotent, never raises."""
        if self._closed:
            return
        with contextlib.suppress(Disconnected, InstrumentTimeout):
            for key in keys:
                self.press(key)
                # What it prints about one key tells that it is ready for the next.
                if self.read(_GRACE_S) is None:
                    break
        if keys:
            self._ended()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._child.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)
            self._ended()
        self._closed = True
        for descriptor in (self._master, self._bell, self._ring):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _ended(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_GRACE_S)
        return self._child.poll() is not None
