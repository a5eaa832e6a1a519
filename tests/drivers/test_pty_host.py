from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers import Unsupported
from drivers.cr30 import MODEL
from drivers.link import open_link
from drivers.simulators import Cr30Unit, PtyHost, build, running
from drivers.simulators.unit import Action, Send

SERVE = """
import sys
from drivers.simulators import build, serve
serve(build("cr30", serial="CM000T0009"), sys.argv[1], control=sys.argv[2],
      seconds=float(sys.argv[3]), ready=lambda: print("ready", flush=True))
"""


@pytest.fixture
def serve(tmp_path: Path):
    started: list[subprocess.Popen[str]] = []

    def start(seconds: float = 60.0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SERVE,
                str(tmp_path / "unit"),
                str(tmp_path / "control"),
                str(seconds),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_link_leads_to_a_terminal_while_the_unit_runs(tmp_path: Path) -> None:
    path = tmp_path / "unit"
    with running(Cr30Unit(), path):
        assert path.is_symlink()
        assert path.is_char_device()
    assert not path.is_symlink()


def test_an_old_link_is_replaced_and_a_real_file_is_not(tmp_path: Path) -> None:
    stale = tmp_path / "stale"
    stale.symlink_to("/nowhere")
    with running(Cr30Unit(), stale):
        assert stale.is_char_device()
    precious = tmp_path / "precious"
    precious.write_text("data")
    with pytest.raises(FileExistsError):
        PtyHost(Cr30Unit(), precious)
    assert precious.read_text() == "data"


def test_a_unit_leaves_no_descriptor_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with running(Cr30Unit(), tmp_path / "unit") as host:
            host.control("unplug")
            host.control("plug")
    assert len(os.listdir("/proc/self/fd")) == before


def test_unplug_and_plug_again_and_again_while_somebody_asks(
    plug_in: Callable[..., PtyHost],
) -> None:
    host = plug_in()
    for _ in range(20):
        host.control("unplug")
        host.control("unplug")
        host.control("plug")
        host.control("plug")
        unit = MODEL.open(str(host.path))
        unit.close()


class Talker:
    """A unit that says something when told to, and keeps what it hears."""

    def __init__(self) -> None:
        self.heard: queue.Queue[bytes] = queue.Queue()

    def feed(self, data: bytes, now: float) -> list[Action]:
        self.heard.put(data)
        return [Send(now, b"yes")]

    def control(self, line: str, now: float) -> list[Action]:
        return [Send(now, line.encode())]


def test_a_unit_never_hears_itself(tmp_path: Path) -> None:
    unit = Talker()
    with running(unit, tmp_path / "unit") as host:
        # Before anybody opened the terminal, which is when it would still echo.
        host.control("button pressed\r\n")
        link = open_link(str(host.path))
        link.write(b"x")
        assert unit.heard.get(timeout=10.0) == b"x"
        link.close()
    assert unit.heard.empty()


def test_what_nobody_reads_does_not_stop_the_unit(tmp_path: Path) -> None:
    unit = Talker()
    with running(unit, tmp_path / "unit") as host:
        host.control("z" * 200_000)
        link = open_link(str(host.path))
        link.drain()
        link.write(b"x")
        assert unit.heard.get(timeout=10.0) == b"x"
        link.close()


def test_a_wrong_control_line_is_the_callers_fault(plug_in: Callable[..., PtyHost]) -> None:
    host = plug_in()
    with pytest.raises(ValueError, match="dance"):
        host.control("dance")
    MODEL.open(str(host.path)).close()


def test_a_unit_in_a_process_of_its_own_obeys_its_control_pipe(
    tmp_path: Path, serve: Callable[..., subprocess.Popen[str]]
) -> None:
    process = serve()
    unit = MODEL.open(str(tmp_path / "unit"))
    assert unit.identity.serial == "CM000T0009"
    with (tmp_path / "control").open("w") as control:
        control.write("dance\npress\n")
    assert unit.wait_for_button(10.0) is not None
    with (tmp_path / "control").open("w") as control:
        control.write("quit\n")
    assert process.wait(10.0) == 0
    unit.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_tidily(
    tmp_path: Path, serve: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = serve()
    process.send_signal(number)
    assert process.wait(10.0) == 0
    assert list(tmp_path.iterdir()) == []


def test_it_ends_by_itself_when_its_time_is_up(
    tmp_path: Path, serve: Callable[..., subprocess.Popen[str]]
) -> None:
    assert serve(seconds=0.05).wait(10.0) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_control_file_that_is_no_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "control").write_text("")
    with pytest.raises(FileExistsError):
        PtyHost(Cr30Unit(), tmp_path / "unit", tmp_path / "control")
    assert not (tmp_path / "unit").is_symlink()


def test_only_known_models_are_simulated() -> None:
    build("CR30")
    with pytest.raises(Unsupported, match="cm-700d") as caught:
        build("cm-700d")
    assert "cr30" in caught.value.hint
