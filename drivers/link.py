"""The serial port: opened exclusively, read without polling, every failure typed.

The only module that imports pyserial, so that another serial package is one file away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import termios
import threading
from dataclasses import dataclass
from typing import Final, Literal

import serial
from serial.tools import list_ports

from drivers.errors import (
    Busy,
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NoInstrument,
    PermissionDenied,
)

#: A full-speed USB bridge takes 60 bytes in well under a millisecond; longer means that the port
#: is blocked (flow control, a wedged driver).
WRITE_TIMEOUT_S: Final = 1.0

_DENIED = frozenset({errno.EACCES, errno.EPERM})
# EAGAIN is what flock() answers when another process holds the lock.
_HELD = frozenset({errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK, errno.ETXTBSY})


#: Who may stop whom from sending: nobody, control characters, or the RTS and CTS wires.
Flow = Literal["none", "xon-xoff", "rts-cts"]


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A serial port as the operating system describes it; ids are None off USB."""

    device: str
    vid: int | None = None
    pid: int | None = None
    product: str | None = None
    manufacturer: str | None = None
    serial_number: str | None = None
    location: str | None = None


class SerialLink:
    """A `drivers.contract.Link` over pyserial."""

    def __init__(self, port: serial.SerialBase, name: str) -> None:
        self._port = port
        self._name = name
        self._closing = threading.Lock()
        self._closed = False

    @property
    def name(self) -> str:
        """The port as it was asked for."""
        return self._name

    def read(self, size: int, timeout_s: float) -> bytes:
        """See `drivers.contract.Link.read`; sleeps in select(2), so waiting costs no CPU."""
        try:
            # Each assignment makes pyserial configure the port again (flock and tcgetattr).
            if self._port.timeout != timeout_s:
                self._port.timeout = timeout_s
            return bytes(self._port.read(size))
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error

    def write(self, data: bytes) -> None:
        """See `drivers.contract.Link.write`."""
        try:
            written = self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise InstrumentTimeout(f"{self._name} takes no bytes.") from error
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error
        if written != len(data):
            raise Disconnected(f"{self._name} took {written} of {len(data)} bytes.")

    def drain(self) -> bytes:
        """See `drivers.contract.Link.drain`."""
        try:
            waiting = self._port.in_waiting
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error
        return self.read(waiting, 0.0) if waiting else b""

    def configure(self, *, baudrate: int, flow: Flow) -> None:
        """Change the speed and the flow control of the open port; bytes in flight may be lost.

        Raises:
            Disconnected: the port is gone, or does not know that speed.
        """
        try:
            self._port.rtscts = flow == "rts-cts"
            self._port.xonxoff = flow == "xon-xoff"
            self._port.baudrate = baudrate
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error

    def cancel(self) -> None:
        """See `drivers.contract.Link.cancel`."""
        # Under the lock: close() frees the descriptor of the wake-up pipe.
        with self._closing:
            if not self._closed and hasattr(self._port, "cancel_read"):
                with contextlib.suppress(OSError):
                    self._port.cancel_read()

    def close(self) -> None:
        """See `drivers.contract.Link.close`."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            # After an unplug even close() may fail (pyserial issue 17); the handle is gone anyway.
            with contextlib.suppress(OSError, termios.error):
                self._port.close()

    def _gone(self) -> Disconnected:
        if self._closed:
            return Disconnected(f"{self._name} was closed.", "Open the instrument again.")
        # pyserial's own words ("readiness to read but returned no data") help nobody here.
        return Disconnected(f"The instrument on {self._name} went away.")


def open_link(
    port: str, *, baudrate: int = 115200, timeout_s: float = 0.2, flow: Flow = "none"
) -> SerialLink:
    """Open `port` (a device path or a pyserial URL) for this process alone, 8N1.

    `timeout_s` holds until a read names its own.

    Raises:
        NoInstrument: no such port, or it is not a serial port.
        PermissionDenied: this user may not open it.
        Busy: another program holds it.
    """
    if "://" not in port:
        _require_serial_device(port)
    try:
        line = serial.serial_for_url(
            port,
            baudrate=baudrate,
            timeout=timeout_s,
            write_timeout=WRITE_TIMEOUT_S,
            rtscts=flow == "rts-cts",
            xonxoff=flow == "xon-xoff",
            exclusive=True,
        )
    except (OSError, termios.error, ValueError) as error:
        raise open_failure(port, error) from error
    return SerialLink(line, port)


def list_serial_ports() -> tuple[PortInfo, ...]:
    """The serial ports of this computer, in the order of their names."""
    return tuple(
        PortInfo(
            device=found.device,
            vid=found.vid,
            pid=found.pid,
            product=found.product,
            manufacturer=found.manufacturer,
            serial_number=found.serial_number,
            location=found.location,
        )
        for found in sorted(list_ports.comports())
    )


def open_failure(port: str, error: BaseException) -> InstrumentError:
    """The typed error for what the system said when `port` was opened."""
    number = _errno(error)
    if number in _DENIED:
        return PermissionDenied(f"This user may not open {port}.")
    if number in _HELD:
        return Busy(f"{port} is in use by another program.")
    if number == errno.ENOENT:
        return NoInstrument(f"There is no port {port}.")
    return NoInstrument(f"{port} cannot be opened as a serial port ({_reason(error)}).")


def _require_serial_device(port: str) -> None:
    try:
        mode = os.stat(port).st_mode
    except (OSError, ValueError) as error:
        raise open_failure(port, error) from error
    if not stat.S_ISCHR(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a serial device"
        raise NoInstrument(f"{port} is {what}.")


def _errno(error: BaseException | None) -> int | None:
    # pyserial drops the number of a termios error and keeps only its text; the cause has it.
    while error is not None:
        if isinstance(error, OSError) and error.errno is not None:
            return error.errno
        if isinstance(error, termios.error) and error.args:
            return int(error.args[0])
        error = error.__context__
    return None


def _reason(error: BaseException) -> str:
    number = _errno(error)
    return os.strerror(number).lower() if number is not None else str(error)
