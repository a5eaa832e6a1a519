from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from drivers import hints
from drivers.usb_ids import lookup


def process(root: Path, number: int, name: str, *open_files: str) -> None:
    folder = root / str(number) / "fd"
    folder.mkdir(parents=True)
    (folder.parent / "comm").write_text(name + "\n")
    for index, target in enumerate(open_files):
        (folder / str(index)).symlink_to(target)


def test_who_holds_a_port_is_named(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    process(tmp_path / "proc", 100, "minicom", "/dev/null", str(port))
    process(tmp_path / "proc", 101, "bash", "/dev/null")
    process(tmp_path / "proc", os.getpid(), "python", str(port))
    hint = hints.busy(str(port), tmp_path / "proc")
    assert "minicom" in hint
    assert "bash" not in hint
    assert "python" not in hint


def test_modemmanager_is_suspected_where_another_users_files_cannot_be_seen(
    tmp_path: Path,
) -> None:
    process(tmp_path, 7, "ModemManager")
    hint = hints.busy("/dev/ttyACM0", tmp_path)
    assert "ModemManager" in hint
    assert "instruments rules" in hint


def test_without_anything_to_see_the_hint_is_general(tmp_path: Path) -> None:
    assert "other program" in hints.busy("/dev/ttyACM0", tmp_path)
    assert "ModemManager" not in hints.busy("/dev/ttyACM0", tmp_path)


def test_the_group_of_the_port_is_named(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()
    group = next(one for one in grp.getgrall() if one.gr_gid not in (0, *os.getgroups()))
    try:
        os.chown(port, -1, group.gr_gid)
    except PermissionError:
        pytest.skip("only root may give files away")
    hint = hints.permission(str(port))
    assert f"usermod -aG {group.gr_name}" in hint
    assert "instruments rules" in hint
    os.chown(port, -1, 0)
    assert "usermod" not in hints.permission(str(port))


def test_a_port_that_is_gone_gets_the_usual_group(tmp_path: Path) -> None:
    assert "dialout" in hints.permission(str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("ids", "said"),
    [((0x0971, 0x2007), "--model spotread"), ((0x085C, 0x0A00), "cannot measure surfaces")],
)
def test_instruments_without_a_serial_port(ids: tuple[int, int], said: str) -> None:
    row = lookup(*ids)
    assert row is not None
    assert said in hints.not_serial(row)
