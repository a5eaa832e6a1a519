from __future__ import annotations

import os
from pathlib import Path

import pytest

from drivers.registry import model_names
from drivers.usb import UsbDevice, by_path, list_usb, plugged
from drivers.usb_ids import TABLE, lookup


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


def test_sockets_by_device_name(tmp_path: Path) -> None:
    folder = tmp_path / "by-path"
    folder.mkdir()
    (tmp_path / "ttyUSB0").touch()
    for name in ("pci-0000:00:14.0-usb-0:2:1.0-port0", "pci-0000:00:14.0-usbv2-0:2:1.0-port0"):
        (folder / name).symlink_to(tmp_path / "ttyUSB0")
    # Both names are of one socket; older systems make only the first.
    assert by_path(folder) == {
        str(tmp_path / "ttyUSB0"): "pci-0000:00:14.0-usb-0:2:1.0-port0",
    }
    assert by_path(tmp_path / "nowhere") == {}


def test_a_port_has_a_new_mark_after_it_was_unplugged_and_none_while_it_is_gone(
    tmp_path: Path,
) -> None:
    def terminal() -> tuple[int, int, str]:
        master, slave = os.openpty()
        return master, slave, os.ttyname(slave)

    master, slave, port = terminal()
    mark = plugged(port)
    assert mark
    os.write(slave, b"x" * 64)
    os.read(master, 64)
    assert plugged(port) == mark
    os.close(master)
    os.close(slave)
    assert plugged(port) == ""
    # Births are told in ticks of the kernel's clock; no hand is that quick.
    clock = tmp_path / "clock"
    clock.touch()
    tick = clock.stat().st_ctime_ns
    while clock.stat().st_ctime_ns == tick:
        clock.touch()
    # The same number again, as the kernel gives it: another plugging-in all the same.
    master, slave, again = terminal()
    assert again == port
    assert plugged(again) not in ("", mark)
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("vid", "pid", "kind", "model"),
    [
        (0x1A86, 0x7523, "bridge", "cr30"),
        (0x067B, 0x2303, "bridge", "spectrolino"),
        (0x132B, 0x1234, "instrument", "cm700d"),
        (0x2E8A, 0x000A, "board", "open-head"),
        (0x0971, 0x2007, "not-serial", "spotread"),
    ],
)
def test_the_table_knows_products_and_whole_vendors(
    vid: int, pid: int, kind: str, model: str
) -> None:
    row = lookup(vid, pid)
    assert row is not None
    assert row.kind == kind
    assert model in row.models


def test_the_table_names_models_that_exist_and_no_unknown_product() -> None:
    assert lookup(0x0403, 0x0001) is None
    assert lookup(None, None) is None
    assert {model for row in TABLE for model in row.models} <= set(model_names())
