"""The program as a process: what it imports, how it ends, the demo without screens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from kiosk.cli.outcome import Code, run
from kiosk.entry import root
from tests.cli.conftest import Cli

HELP_OF_EVERYTHING = """
import sys, click
from kiosk.cli.outcome import run
from kiosk.entry import root

def walk(command, path):
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from walk(child, [*path, name])

paths = list(walk(root, []))
for path in paths:
    code = run(root, [*path, "--help"])
    assert code == 0, (path, code)
heavy = {"colour", "sqlalchemy", "textual", "numpy", "alembic", "serial", "cryptography", "argon2"}
found = heavy & set(sys.modules)
print(len(paths), *sorted(found), file=sys.stderr)
"""


def test_the_help_of_every_command_is_light() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HELP_OF_EVERYTHING], capture_output=True, text=True, check=True
    )
    number, *heavy = done.stderr.split()
    assert int(number) > 25
    assert heavy == []
    assert done.stdout.count("Usage: smp-kiosk") == int(number)


def test_every_command_that_prints_takes_json() -> None:
    def commands(group: click.Command, path: str = ""):
        for name, child in getattr(group, "commands", {}).items():
            here = f"{path} {name}".strip()
            if isinstance(child, click.Group):
                yield from commands(child, here)
            else:
                yield here, child

    for path, command in commands(root):
        if path in {"run", "instruments simulate"}:
            continue
        options = {option for p in command.params for option in p.opts}
        assert "--json" in options, path
        assert not {"--pin", "--password"} & options, path


@pytest.mark.parametrize(
    "arguments", [("--help",), ("lots", "--help"), ("match", "-h"), ("--version",)]
)
def test_help_and_version_are_exit_0(cli: Cli, arguments: tuple[str, ...]) -> None:
    ended = cli(*arguments)
    assert ended.code == 0
    assert "smp-kiosk" in ended.out


@pytest.mark.parametrize("group", ["lots", "instruments", "calibrate", "audit", "db", "products"])
def test_a_group_without_a_command_is_wrong_usage(cli: Cli, group: str) -> None:
    assert cli(group).code == 2
    assert cli(group, "nothing-like-it", "--json").error["kind"] == "usage"


def test_a_defect_is_told_without_a_traceback_and_written_to_the_log(
    cli: Cli, tmp_path: Path
) -> None:
    @click.command()
    @click.option("--json", is_flag=True)
    def broken(json: bool) -> None:
        raise RuntimeError("secret of a client")

    group = click.Group(commands={"broken": broken})
    cli("--version")  # the data folder of this test
    assert run(group, ["broken", "--json"]) == Code.DEFECT
    log = (tmp_path / "home" / "smp-kiosk" / "errors.log").read_text()
    assert "RuntimeError" in log


def test_a_closed_pipe_is_no_failure(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    line = json.dumps({"id": 1, "skin": [57, 11.5, 17], "hair": [18, 0, -1]})
    pairs.write_text(f"{line}\n" * 200)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m kiosk.entry match --batch {pairs} | head -n 1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["id"] == 1
    assert done.stderr == ""


def test_a_broken_argument_encoding_is_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"kiosk.entry", b"tone", b"--lab", b"\xff", b"--json"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["kind"] == "usage"
    assert done.stderr == b""


# ── demo --headless ──────────────────────────────────────────────────────────────────────────────

DEMO = (sys.executable, "-m", "kiosk.entry", "demo", "--headless", "--json")


def test_the_main_job_prints_a_recorded_and_verified_mix() -> None:
    done = subprocess.run(DEMO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    document = json.loads(done.stdout)
    assert set(document) >= {"skin", "hair", "recommendation", "mix", "ledger"}
    for surface in ("skin", "hair"):
        assert set(document[surface]) >= {"lab", "mcdm", "readings"}
        assert document[surface]["readings"]
    recommendation = document["recommendation"]
    assert recommendation["status"] == "recipe"
    assert recommendation["anchored"] is False
    assert recommendation["interval"][0] < recommendation["ratio"] < recommendation["interval"][1]
    mix = document["mix"]
    assert set(mix) >= {"pigment_ul", "diluent_ul", "lots"}
    assert isinstance(mix["pigment_ul"], int)
    assert mix["diluent_ul"] / mix["pigment_ul"] == pytest.approx(
        recommendation["advised_ratio"], rel=0.05
    )
    # The first in order of the SMP lots in date, and the sterile water.
    assert mix["lots"] == ["24-117", "W-31"]
    ledger = document["ledger"]
    assert ledger["verified"] is True
    assert ledger["events"] > 30
    assert len(ledger["head"]) == 64
    assert "Traceback" not in done.stderr


def child_of(pid: int) -> int | None:
    """The simulated unit's process."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child through /proc")
@pytest.mark.parametrize("when", ["calibrating", "reading skin", "reading hair"])
def test_killing_the_unit_in_the_middle_is_exit_3_with_one_error(when: str) -> None:
    with subprocess.Popen(
        DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            if line.startswith(when):
                break
        unit = child_of(process.pid)
        assert unit is not None
        # Into the first of the readings that were just announced.
        time.sleep(0.1)
        os.kill(unit, signal.SIGKILL)
        out, err = process.stdout.read(), process.stderr.read()
        code = process.wait(timeout=60)
    assert code == 3, (out, err)
    assert out.count("\n") == 1
    assert json.loads(out)["error"]["kind"] in {"disconnected", "timeout", "no-instrument"}
    assert "Traceback" not in err
