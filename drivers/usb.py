"""USB devices that have no serial port, where the system tells (Linux, through sysfs).

Ubuntu's braille service (brltty) takes CH340 bridges away seconds after they are plugged in: the
instrument is there and its port is not. Nothing but this can show that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SYSFS: Final = Path("/sys/bus/usb/devices")


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


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", errors="replace").strip()
    except OSError:
        return None
