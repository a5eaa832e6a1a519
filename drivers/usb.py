"""What Linux tells about USB beside its list of serial ports: sysfs and /dev/serial/by-path.

Ubuntu's braille service (brltty) takes CH340 bridges away seconds after they are plugged in: the
instrument is there and its port is not. Nothing but sysfs can show that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SYSFS: Final = Path("/sys/bus/usb/devices")
_BY_PATH: Final = Path("/dev/serial/by-path")


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A device on the bus as it describes itself; `has_port` when a serial port belongs to it."""

    vid: int
    pid: int
    product: str | None
    has_port: bool


def list_usb(root: Path = _SYSFS) -> tuple[UsbDevice, ...]:
    """The devices on the bus; none where the system has no sysfs."""
    found: list[UsbDevice] = []
    for folder in sorted(root.glob("*")):
        vid, pid = _text(folder / "idVendor"), _text(folder / "idProduct")
        if vid is None or pid is None:
            continue  # an interface or a hub port, not a device
        # In a device's folder: INTERFACE/ttyUSB0/tty/ttyUSB0 or INTERFACE/tty/ttyACM0.
        has_port = any(folder.glob("*/tty*/tty*"))
        found.append(UsbDevice(int(vid, 16), int(pid, 16), _text(folder / "product"), has_port))
    return tuple(found)


def by_path(root: Path = _BY_PATH) -> dict[str, str]:
    """The socket that each serial device hangs on, by the device's name.

    A socket keeps its name when the device behind it gets another number; none where the system
    has no such names.
    """
    try:
        links = sorted(root.iterdir())
    except OSError:
        return {}
    # Newer systems make two names for one socket (usb-0 and usbv2-0); all make the shorter one.
    links.sort(key=lambda link: len(link.name), reverse=True)
    return {os.path.realpath(link): link.name for link in links}


def plugged(port: str) -> str:
    """A mark of this plugging-in of a port: another one after the cable was out; "" if gone.

    The system makes a device's file when it is plugged in and removes it with the device, so the
    file's own number and birth tell one plugging-in from the next. Data passing through change
    neither.
    """
    try:
        found = os.stat(port)
    except (OSError, ValueError):
        return ""
    return f"{found.st_ino}:{found.st_ctime_ns}"


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", errors="replace").strip()
    except OSError:
        return None
