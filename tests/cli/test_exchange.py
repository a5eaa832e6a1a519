"""Two kiosks with databases of their own, brought together on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

WHO = ("--operator", "P-01", "--pin-file", "-")


@pytest.fixture
def kiosks(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """kiosk-1 with a clinic, kiosk-2 with the same one under its own name."""
    one, two = (f"sqlite:///{tmp_path / name}.db" for name in ("one", "two"))
    made = cli("init", "--clinic", "X", *WHO, "--database", one, "--json", stdin="2468\n")
    assert made.code == 0
    cli(
        "products", "add", "INK", "--brand", "H", "--kind", "pigment", "--intended-use", "SMP",
        "--colourant", "CI 77266", *WHO, "--database", one, "--json", stdin="2468\n",
    )  # fmt: skip
    (tmp_path / "two.db").write_bytes((tmp_path / "one.db").read_bytes())
    return one, two


def test_what_one_kiosk_recorded_comes_to_the_other(
    cli: Cli, kiosks: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = kiosks
    file = str(tmp_path / "stick.jsonl")
    monkeypatch.setenv("SMP_KIOSK_NAME", "kiosk-2")
    received = cli(
        "lots", "receive", "--product", "INK", "--lot-no", "A", "--expiry", "2090-01-01",
        "--bottle-ul", "1000", *WHO, "--database", two, "--json", stdin="2468\n",
    )  # fmt: skip
    assert received.code == 0
    has = cli("exchange", "status", "--database", one, "--json").json["holds"]
    after = [f"--after={kiosk}={number}" for kiosk, number in has.items()]
    given = cli("exchange", "give", file, *after, "--database", two, "--json")
    assert given.json["events"] == 1
    monkeypatch.setenv("SMP_KIOSK_NAME", "kiosk-1")
    take = ("exchange", "take", file, *WHO, "--database", one, "--json")
    assert cli(*take, stdin="2468\n").json == {
        "sender": "kiosk-2",
        "events": {"kiosk-2": {"first": 1, "last": 1}},
        "bottles_to_count": [],
        "lots_stopped": [],
    }
    assert cli(*take, stdin="2468\n").json["events"] == {}
    assert len(cli("lots", "list", "--database", one, "--json").json["bottles"]) == 1
    assert cli("audit", "verify", "--database", one, "--json").json["ok"]


def test_what_cannot_be_taken_in_is_an_input_error(
    cli: Cli, kiosks: tuple[str, str], tmp_path: Path
) -> None:
    one, _ = kiosks
    file = tmp_path / "stick.jsonl"
    file.write_text("not a log\n")
    cases = (
        ("take", str(file), *WHO),
        ("take", str(tmp_path / "absent"), *WHO),
        ("give", str(tmp_path / "no" / "folder")),
        ("give", str(file), "--after", "kiosk-1"),
    )
    for case in cases:
        ended = cli("exchange", *case, "--database", one, "--json", stdin="2468\n")
        assert (ended.code, ended.error["kind"]) == (2, "input")
