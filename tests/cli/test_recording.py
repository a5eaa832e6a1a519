"""`instruments record`: the file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.cr30.driver import Cr30
from drivers.dialogue import parse
from drivers.simulators import PtyHost
from drivers.testing import ScriptedLink
from kiosk.cli import readings
from tests.cli.conftest import Cli

PlugIn = Callable[..., PtyHost]

RECORD = ("instruments", "record", "--json")


def test_a_recorded_file_is_replayed(cli: Cli, plug_in: PlugIn, tmp_path: Path) -> None:
    port, out = str(plug_in(serial="CM000T0042").path), tmp_path / "session.txt"
    ended = cli(*RECORD, "--port", port, "--out", str(out), "--readings", "2")
    assert ended.json == {"file": str(out), "model": "cr30", "readings": 2, "turns": 11}
    text = out.read_text("ascii")
    assert b"CM000T0042".hex() not in text
    link = ScriptedLink(parse(text))
    unit = Cr30(link, link.clock)
    assert unit.read() != unit.read()
    link.finish()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".txt"] == [out.name]


def test_calibration_steps_are_told_and_waited_for(
    cli: Cli, plug_in: PlugIn, tmp_path: Path
) -> None:
    port, out = str(plug_in(attended=True).path), tmp_path / "session.txt"
    ended = cli(
        *RECORD, "--port", port, "--out", str(out), "--readings", "1",
        "--calibrate", "black,white",
    )  # fmt: skip
    assert ended.code == 0, ended.out
    assert ended.err.count("Then press Enter.") == 3
    assert "white tile" in ended.err
    assert "# calibrate white" in out.read_text()


def test_no_file_is_written_over(cli: Cli, plug_in: PlugIn, tmp_path: Path) -> None:
    host, out = plug_in(), tmp_path / "session.txt"
    out.write_text("precious")
    ended = cli(*RECORD, "--port", str(host.path), "--out", str(out))
    assert ended.code == 2
    assert "--out" in ended.error["message"]
    dangling = tmp_path / "link.txt"
    dangling.symlink_to(tmp_path / "elsewhere")
    assert cli(*RECORD, "--port", str(host.path), "--out", str(dangling)).code == 2
    assert out.read_text() == "precious"


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    out = tmp_path / "session.txt"
    out.write_text("precious")
    with pytest.raises(readings.Unreadable, match="exists"):
        readings.write_new(out, "ours")
    assert out.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["missing/session.txt", "/proc/session.txt"])
def test_a_file_that_cannot_be_written(
    cli: Cli, plug_in: PlugIn, tmp_path: Path, name: str
) -> None:
    port = str(plug_in().path)
    ended = cli(*RECORD, "--port", port, "--out", str(tmp_path / name), "--readings", "0")
    assert ended.code == 2
    assert "cannot be written" in ended.error["message"]


def test_a_failed_session_leaves_no_file_unless_it_is_wanted(
    cli: Cli, plug_in: PlugIn, tmp_path: Path
) -> None:
    host, out = plug_in(fault="unplug"), tmp_path / "session.txt"
    ended = cli(*RECORD, "--port", str(host.path), "--out", str(out))
    assert (ended.code, ended.error["kind"]) == (3, "disconnected")
    assert not out.exists()
    host.control("plug")
    host.control("fault unplug")
    ended = cli(*RECORD, "--port", str(host.path), "--out", str(out), "--even-if-it-fails")
    assert (ended.code, ended.error["kind"]) == (3, "disconnected")
    assert "# failed: disconnected" in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--model", "spotread", "--port", "spotread"), 3),
        (("--model", "cr99", "--port", "x"), 3),
        (("--port", "x", "--calibrate", "grey"), 2),
        (("--port", "x", "--readings", "-1"), 2),
        (("--port", "x", "--seconds", "-1"), 2),
    ],
)
def test_what_cannot_be_recorded(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    ended = cli(*RECORD, *arguments, "--out", str(tmp_path / "session.txt"))
    assert ended.code == code
    assert not (tmp_path / "session.txt").exists()
