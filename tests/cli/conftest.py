"""Commands run in this process, with everything they print and their exit code."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drivers.simulators import Cr30Unit, PtyHost, running
from drivers.simulators.targets import load
from kiosk.cli.outcome import run
from kiosk.entry import root


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        assert "Traceback" not in self.out + self.err
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))

    @property
    def error(self) -> dict[str, Any]:
        """The error of the one document."""
        assert self.code > 0
        found: dict[str, Any] = self.json["error"]
        assert {"kind", "message", "hint"} <= set(found)
        assert all(isinstance(found[key], str) for key in ("kind", "message", "hint"))
        assert found["message"]
        return found


Cli = Callable[..., Ended]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run one command line; `stdin` is what it may read."""
    # Neither the person's own data folder nor their database.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SMP_KIOSK_DATABASE", raising=False)

    def cli(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        code = run(root, arguments)
        said = capfd.readouterr()
        return Ended(int(code), said.out, said.err)

    return cli


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[Callable[..., PtyHost]]:
    with ExitStack() as stack:

        def plug_in(name: str = "unit", target: str = "skin-medium", **options: Any) -> PtyHost:
            unit = Cr30Unit(target=load(target), **options)
            return stack.enter_context(running(unit, tmp_path / name))

        yield plug_in


@dataclass(frozen=True)
class Clinic:
    """A clinic that was made with `init`, and how to speak for its owner."""

    cli: Cli
    url: str
    pin_file: str

    def ask(self, *arguments: str) -> Ended:
        """A command that only looks."""
        return self.cli(*arguments, "--database", self.url, "--json")

    def do(self, *arguments: str) -> Ended:
        """A command that writes."""
        return self.ask(*arguments, "--operator", "P-01", "--pin-file", self.pin_file)


INIT = ("init", "--clinic", "Test", "--operator", "P-01", "--pin-file")


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that `init` made, for tests to copy."""
    folder = tmp_path_factory.mktemp("founded")
    (folder / "pin").write_text("2468\n")
    url = f"sqlite:///{folder / 'kiosk.db'}"
    assert run(root, [*INIT, str(folder / "pin"), "--database", url]) == 0
    return folder


@pytest.fixture
def clinic(cli: Cli, tmp_path: Path, _founded: Path) -> Clinic:
    for name in ("kiosk.db", "pin"):
        shutil.copyfile(_founded / name, tmp_path / name)
    return Clinic(cli, f"sqlite:///{tmp_path / 'kiosk.db'}", str(tmp_path / "pin"))


@pytest.fixture
def pair(clinic: Clinic, tmp_path: Path) -> Any:
    """A clinic with two people, two lots and a use of them (`tests.cli.records.Pair`)."""
    from tests.cli.records import tell

    return tell(clinic, tmp_path)
