from __future__ import annotations

from pathlib import Path

from drivers.usb import UsbDevice, list_usb


def device(root: Path, name: str, vid: str, pid: str, product: str | None = None) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "idVendor").write_text(vid + "\n")
    (folder / "idProduct").write_text(pid + "\n")
    if product is not None:
        (folder / "product").write_text(product + "\n")
    return folder


def test_devices_with_and_without_a_serial_port(tmp_path: Path) -> None:
    # The layout of Linux: an interface is a folder in its device and beside it.
    with_bridge = device(tmp_path, "1-1", "1a86", "7523", "CH554_CDC")
    (with_bridge / "1-1:1.0" / "ttyUSB0" / "tty" / "ttyUSB0").mkdir(parents=True)
    with_modem = device(tmp_path, "1-2", "132b", "0001")
    (with_modem / "1-2:1.0" / "tty" / "ttyACM0").mkdir(parents=True)
    without = device(tmp_path, "1-3", "1a86", "7523", "CH554_CDC")
    (without / "1-3:1.0").mkdir()
    (tmp_path / "1-3:1.0").mkdir()
    assert list_usb(tmp_path) == (
        UsbDevice(0x1A86, 0x7523, "CH554_CDC", True),
        UsbDevice(0x132B, 0x0001, None, True),
        UsbDevice(0x1A86, 0x7523, "CH554_CDC", False),
    )


def test_a_system_without_sysfs_has_no_devices(tmp_path: Path) -> None:
    assert list_usb(tmp_path / "nowhere") == ()
