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
import time
from dataclasses import dataclass
from typing import Final, Literal

import serial
from serial.tools import list_ports

from drivers.dialogue import Recorder
from drivers.dialogue import current as current_recorder
from drivers.errors import (
    Busy,
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NoInstrument,
    PermissionDenied,
)
from drivers.interrupt import Interrupt, current

#: A full-speed USB bridge takes 60 bytes in well under a millisecond; longer means that the port
#: is blocked (flow control, a wedged driver).
WRITE_TIMEOUT_S: Final = 1.0

# A program that quits waits one second for everything.
#: How long an exchange that was not waiting at the moment of an interrupt may go on.
SLACK_S: Final = 0.15
#: What an interrupted line allows after that, for lamps to be switched off and speeds to be reset.
PARTING_S: Final = 0.3

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

    def __init__(
        self,
        port: serial.SerialBase,
        name: str,
        interrupt: Interrupt | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        """Take over an open port; `interrupt` ends what waits on it, `recorder` hears it all."""
        self._recorder = recorder
        self._port = port
        self._name = name
        #: Guards all below: `interrupt`, `cancel` and `close` come from other threads.
        self._lock = threading.Lock()
        self._closed = False
        self._reading = self._writing = self._stuck = False
        #: When what runs must end, once the line was interrupted; then, when last words must.
        self._ends: float | None = None
        self._told = False
        self._interrupt = interrupt
        if interrupt is not None:
            interrupt.add(self.interrupt)

    @property
    def name(self) -> str:
        """The port as it was asked for."""
        return self._name

    def read(self, size: int, timeout_s: float) -> bytes:
        """See `drivers.contract.Link.read`; sleeps in select(2), so waiting costs no CPU."""
        with self._lock:
            timeout_s = self._allowed(timeout_s)
            self._reading = True
        try:
            # Each assignment makes pyserial configure the port again (flock and tcgetattr).
            if self._port.timeout != timeout_s:
                self._port.timeout = timeout_s
            data = bytes(self._port.read(size))
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error
        finally:
            with self._lock:
                self._reading = False
        if self._recorder is not None:
            self._recorder.received(data)
        if len(data) < size:
            with self._lock:
                self._allowed(0.0)
        return data

    def write(self, data: bytes) -> None:
        """See `drivers.contract.Link.write`."""
        with self._lock:
            self._allowed(0.0)
            self._writing = True
        if self._recorder is not None:
            self._recorder.sent(data)
        try:
            written = self._port.write(data)
        except serial.SerialTimeoutException as error:
            self._stuck = True
            raise InstrumentTimeout(f"{self._name} takes no bytes.") from error
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error
        finally:
            with self._lock:
                self._writing = False
        with self._lock:
            self._allowed(0.0)
            # A cancelled write reports none of its bytes, sent or not.
            counted = self._ends is None
        if counted and written != len(data):
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
            if self._recorder is not None:
                self._recorder.note(f"line: {baudrate} baud, flow {flow}")
            self._port.rtscts = flow == "rts-cts"
            self._port.xonxoff = flow == "xon-xoff"
            self._port.baudrate = baudrate
        except (OSError, termios.error, TypeError, ValueError) as error:
            raise self._gone() from error

    def cancel(self) -> None:
        """See `drivers.contract.Link.cancel`."""
        # Under the lock: close() frees the descriptor of the wake-up pipe.
        with self._lock:
            if not self._closed and hasattr(self._port, "cancel_read"):
                with contextlib.suppress(OSError):
                    self._port.cancel_read()

    def interrupt(self) -> None:
        """End what runs on this line with Disconnected, and leave time for last words only.

        Safe from any thread; see `drivers.interrupt`.
        """
        with self._lock:
            if self._closed or self._ends is not None:
                return
            waiting = self._reading or self._writing
            self._ends = time.monotonic() + (0.0 if waiting else SLACK_S)
            self._stuck |= self._writing
            with contextlib.suppress(OSError, AttributeError):
                if self._reading:
                    self._port.cancel_read()
                if self._writing:
                    self._port.cancel_write()

    def close(self) -> None:
        """See `drivers.contract.Link.close`."""
        if self._interrupt is not None:
            self._interrupt.remove(self.interrupt)
        with self._lock:
            if self._closed:
                return
            self._closed = True
            # After an unplug even close() may fail (pyserial issue 17); the handle is gone anyway.
            with contextlib.suppress(OSError, termios.error):
                if self._stuck:
                    # Linux waits up to 30 s in close() for bytes that the unit does not take.
                    self._port.reset_output_buffer()
            with contextlib.suppress(OSError, termios.error):
                self._port.close()

    def _allowed(self, timeout_s: float) -> float:
        """How long may be waited now; the caller holds the lock.

        Raises:
            Disconnected: the line was interrupted: once to whoever uses it then, and to all when
                the time for last words is over.
        """
        if self._ends is None:
            return timeout_s
        now = time.monotonic()
        if now < self._ends:
            return min(timeout_s, self._ends - now)
        if not self._told:
            self._told = True
            self._ends = now + PARTING_S
        raise Disconnected(f"{self._name} is being closed.", "Open the instrument again.")

    def _gone(self) -> Disconnected:
        if self._closed:
            return Disconnected(f"{self._name} was closed.", "Open the instrument again.")
        # pyserial's own words ("readiness to read but returned no data") help nobody here.
        return Disconnected(f"The instrument on {self._name} went away.")


def open_link(
    port: str, *, baudrate: int = 115200, timeout_s: float = 0.2, flow: Flow = "none"
) -> SerialLink:
    """Open `port` (a device path or a pyserial URL) for this process alone, 8N1.

    `timeout_s` holds until a read names its own. The line is put under the interrupt of this
    thread (see `drivers.interrupt`), if there is one.

    Raises:
        Disconnected: that interrupt is set already.
        NoInstrument: no such port, or it is not a serial port.
        PermissionDenied: this user may not open it.
        Busy: another program holds it.
    """
    interrupt = current()
    if interrupt is not None and interrupt.is_set:
        raise Disconnected(f"{port} is not opened any more.", "Open the instrument again.")
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
    return SerialLink(line, port, interrupt, current_recorder())


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
