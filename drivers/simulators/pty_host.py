"""Runs a simulated unit behind a pseudo terminal, so that real drivers open a real tty.

The host end waits in select(2) for bytes, for control lines and for the next thing the unit does.
It keeps the host's end of the terminal open itself, so that drivers may come and go; pulling the
cable closes both ends, which a driver sees as a hang-up.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import select
import stat
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from drivers.simulators.unit import Action, Send, Unit

_LARGEST_WRITE: Final = 4096


class PtyHost:
    """One unit, one link in the file system that leads to its terminal.

    Besides the unit's own control lines it knows `unplug`, `plug`, `quit`, and `say HEX`, which
    sends bytes that nobody asked for.
    """

    def __init__(self, unit: Unit, link: Path | str, control: Path | str | None = None) -> None:
        """Make the terminal and the link to it; `control` names a pipe, made if it is not there.

        Raises:
            OSError: the link cannot be made; also when it is a real file and no link.
        """
        self.path: Final = Path(link)
        self._unit = unit
        self._lock = threading.RLock()
        self._agenda: list[tuple[float, int, Action]] = []
        self._order = itertools.count()
        self._master = self._slave = -1
        self._stopping = False
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ring, False)
        self._own_pipe: Path | None = None
        self._control = -1
        self._lines = b""
        try:
            if control is not None:
                self._control = self._open_control(Path(control))
            self.plug()
        except BaseException:
            self.close()
            raise

    def run(self, seconds: float | None = None) -> None:
        """Serve until `stop`, a `quit` line, or `seconds` have passed."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._stopping:
            now = time.monotonic()
            if end is not None and now >= end:
                return
            with self._lock:
                self._do_what_is_due(now)
                due = self._agenda[0][0] if self._agenda else None
                readable = [fd for fd in (self._master, self._control, self._bell) if fd >= 0]
            moments = [moment for moment in (due, end) if moment is not None]
            wait = max(0.0, min(moments) - time.monotonic()) if moments else None
            try:
                ready, _, _ = select.select(readable, [], [], wait)
            except OSError:  # another thread unplugged in between
                continue
            with self._lock:
                self._take_in(ready)

    def control(self, line: str) -> None:
        """Do one control line now; it holds for whatever the unit is sent next.

        Raises:
            ValueError: no such line.
        """
        with self._lock:
            match line.strip():
                case "quit":
                    self.stop()
                case "unplug":
                    self.unplug()
                case "plug":
                    self.plug()
                case other if other.startswith("say "):
                    self._plan([Send(time.monotonic(), bytes.fromhex(other[4:]))])
                case other:
                    self._plan(self._unit.control(other, time.monotonic()))
        self._wake()

    def plug(self) -> None:
        """Give the unit a new terminal, and make the link lead there."""
        with self._lock:
            if self._master >= 0:
                return
            self._master, self._slave = os.openpty()
            # Raw before anybody opens it: a terminal starts out echoing what it is sent.
            tty.setraw(self._slave)
            # A driver that never reads must not stop the unit: what does not fit is lost.
            os.set_blocking(self._master, False)
            device = os.ttyname(self._slave)
            if self.path.exists() and not self.path.is_symlink():
                raise FileExistsError(f"{self.path} exists and is not a link")
            # Renaming replaces a link in one step, so no one ever finds it missing.
            fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            with contextlib.suppress(FileNotFoundError):
                fresh.unlink()
            fresh.symlink_to(device)
            fresh.replace(self.path)
        self._wake()

    def unplug(self) -> None:
        """Pull the cable; the link stays and leads nowhere, as it does with a real device."""
        with self._lock:
            self._agenda.clear()
            for fd in (self._master, self._slave):
                if fd >= 0:
                    os.close(fd)
            self._master = self._slave = -1
        self._wake()

    def exchange(self, unit: Unit) -> None:
        """Plug another unit into the same cable: the port stays, who answers does not."""
        with self._lock:
            self._agenda.clear()
            self._unit = unit

    def stop(self) -> None:
        """End `run`; safe from any thread and from a signal handler."""
        self._stopping = True
        self._wake()

    def close(self) -> None:
        """Remove the link and free everything; idempotent."""
        with self._lock:
            self.unplug()
            with contextlib.suppress(OSError):
                if self.path.is_symlink():
                    self.path.unlink()
            if self._own_pipe is not None:
                self._own_pipe.unlink(missing_ok=True)
            for fd in (self._control, self._bell, self._ring):
                if fd >= 0:
                    os.close(fd)
            self._control = self._bell = self._ring = -1

    def _open_control(self, path: Path) -> int:
        if not path.exists():
            os.mkfifo(path, 0o600)
            self._own_pipe = path
        if not stat.S_ISFIFO(path.stat().st_mode):
            raise FileExistsError(f"{path} exists and is not a pipe")
        # Also open for writing, or the pipe would be at its end whenever nobody writes.
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def _take_in(self, ready: list[int]) -> None:
        if self._bell in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, _LARGEST_WRITE)
        if self._control in ready:
            self._take_lines()
        if self._master in ready:
            with contextlib.suppress(BlockingIOError):
                data = os.read(self._master, _LARGEST_WRITE)
                self._plan(self._unit.feed(data, time.monotonic()))

    def _take_lines(self) -> None:
        *lines, self._lines = (self._lines + os.read(self._control, _LARGEST_WRITE)).split(b"\n")
        for line in lines:
            # Nobody waits for an answer on a pipe; a wrong line changes nothing.
            with contextlib.suppress(ValueError):
                self.control(line.decode("utf-8", "replace"))

    def _plan(self, actions: list[Action]) -> None:
        for action in actions:
            heapq.heappush(self._agenda, (action.at, next(self._order), action))

    def _do_what_is_due(self, now: float) -> None:
        while self._agenda and self._agenda[0][0] <= now:
            action = heapq.heappop(self._agenda)[2]
            if isinstance(action, Send):
                with contextlib.suppress(OSError):
                    os.write(self._master, action.data)
            else:
                self.unplug()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._ring, b"x")


@contextlib.contextmanager
def running(unit: Unit, link: Path | str) -> Iterator[PtyHost]:
    """A unit served by a thread of this process, for as long as the block lasts."""
    host = PtyHost(unit, link)
    thread = threading.Thread(target=host.run, name=f"simulator {link}", daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.stop()
        thread.join()
        host.close()


def serve(
    unit: Unit,
    link: Path | str,
    *,
    seconds: float | None = None,
    control: Path | str | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve in this thread, which must be the main one; returns tidily on SIGTERM and SIGINT."""
    import signal

    host = PtyHost(unit, link, control)
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: host.stop()) for number in wanted}
    try:
        ready()
        host.run(seconds)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        host.close()
