"""A bar-code scanner on a serial line (USB-CDC or RS-232): one line of exact bytes for each scan.

Lines end with CR, LF, both, or TAB, as the scanner is set. What a line says is not known here.
"""

from __future__ import annotations

import re
import threading
from typing import Final

from drivers.contract import Link
from drivers.errors import ProtocolError
from drivers.link import open_link

#: What RS-232 scanners leave the factory with; USB-CDC takes any.
BAUDRATE: Final = 9600
#: At 9600 baud a byte takes 1 ms, a USB packet arrives within 16: a pause this long is an end.
STALL_S: Final = 0.25
#: A QR code of version 40 holds 7,089 digits (ISO/IEC 18004).
LONGEST: Final = 7_200
_END: Final = re.compile(rb"[\r\n\t]+")


class LineScanner:
    """An open scanner. One thread reads; `wake` and `close` may come from any other."""

    def __init__(self, link: Link) -> None:
        """Take over an open line."""
        self._link = link
        self._pending = b""
        self._woken = threading.Event()
        self._closed = False

    def read_line(self, timeout_s: float) -> str | None:
        """Wait up to `timeout_s` for a scan to begin; give its bytes as characters 0 to 255.

        None when nothing came or `wake` was called. A line that ends is waited for longer.

        Raises:
            ProtocolError: a line broke off, or never ended; it was thrown away.
            Disconnected: the scanner is gone, or was closed.
        """
        while True:
            line, found, rest = self._next()
            if found:
                self._pending = rest
                if line:
                    return line.decode("latin-1")
                continue
            if len(self._pending) > LONGEST:
                self._pending = b""
                raise ProtocolError(
                    f"The scanner on {self._link.name} sends without end.",
                    "Set it to end each scan with CR.",
                )
            # The flag is asked before the read, because drain() may have eaten the cancellation.
            data = b""
            if self._closed or not self._woken.is_set():
                data = self._link.read(1, STALL_S if self._pending else timeout_s)
            if data:
                self._pending += data + self._link.drain()
            elif self._woken.is_set():
                self._woken.clear()
                return None
            elif self._pending:
                self._pending = b""
                raise ProtocolError(
                    f"A scan on {self._link.name} broke off before its end.",
                    "Scan again; if it stays so, set the scanner to end each scan with CR.",
                )
            else:
                return None

    def _next(self) -> tuple[bytes, bool, bytes]:
        end = _END.search(self._pending)
        if end is None:
            return self._pending, False, b""
        return self._pending[: end.start()], True, self._pending[end.end() :]

    def wake(self) -> None:
        """End a blocked `read_line` early; a line that has begun is kept for the next."""
        self._woken.set()
        self._link.cancel()

    def close(self) -> None:
        """Release the port. Idempotent, never raises; a blocked `read_line` ends."""
        self._closed = True
        self.wake()
        self._link.close()


def open_scanner(port: str, *, baudrate: int = BAUDRATE) -> LineScanner:
    """Open a scanner's port (a device path or a pyserial URL) for this process alone.

    Raises:
        InstrumentError: as `drivers.link.open_link`.
    """
    return LineScanner(open_link(port, baudrate=baudrate))
