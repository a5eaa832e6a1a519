"""No command leads from a blocked bottle to a client, or makes it usable."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.desk import office
from kiosk.desk.errors import DeskError
from kiosk.entry import root
from kiosk.stops import Refused
from tests.desk.clinic import PIN
from tests.desk.stock.blocked import Blocked, build
from tests.desk.stock.notices import DOCUMENT, lots

CASES = ("body tattoo", "recalled", "expired by label", "quarantined")
GROUPS = ("lots", "recall", "products", "documents", "exchange")

#: Each command with arguments that speak of the blocked bottle; words in angle brackets are
#: fields of the case or files of the test. None: it only looks.
WAYS: dict[str, list[list[str]] | None] = {
    "lots arrive": [["<bottle>", "--at", "room 9"]],
    "lots card": None,
    "lots claim": [["<bottle>", "--reason", "mine"]],
    "lots close-mix": [["<mix>", "--how", "used"]],
    "lots correct": [
        ["<lot>", "--expiry", "2035-01-31", "--reason", "misread"],
        ["<lot>", "--lot-no", "77-X", "--reason", "misread"],
        ["<bottle>", "--event", "<event>", "--ul", "2000", "--reason", "it was more"],
        ["<bottle>", "--opened", "2026-03-02", "--reason", "forgotten"],
    ],
    "lots count": [
        ["--found", "<bottle>=5000", "--reason", "<bottle>=spilt", "--witness", "stock-manager"],
        ["--found", "<bottle>=5000", "--reason", "<bottle>=spilt"],
    ],
    "lots discard": [["<bottle>", "--ul", "100", "--reason", "to take along"]],
    "lots dispense": [["<bottle>", "--ul", "100", "--reason", "for the client"]],
    "lots dispose": [
        ["<bottle>", "--reason", "to take along"],
        ["<lot>", "--reason", "burnt", "--witness", "stock-manager"],
    ],
    "lots export": None,
    "lots free": [["<bottle>", "--reason", "glued"]],
    "lots give-back": [["<bottle>"]],
    "lots hold": [["<bottle>", "--reason", "leaks"]],
    "lots import": [["<delivery>"], ["<delivery>", "--dry-run"]],
    "lots inspect": None,
    "lots labels": None,
    "lots list": None,
    "lots next": None,
    "lots nonconforming": [
        ["<bottle>", "--ul", "100", "--on", "<today>", "--found", "seen", "--action", "told"]
    ],
    "lots open": [["<bottle>"], ["<bottle>", "--on", "2026-03-02"]],
    "lots quarantine": [["<lot>", "--reason", "to release it"]],
    "lots receive": [["--product", "SMP-CARBON", "--lot-no", "24-117", "--bottle-ul", "5000"]],
    "lots reject": [["<lot>", "--reason", "x"]],
    "lots release": [["<lot>"], ["<lot>", "--reason", "inspected twice"]],
    "lots send": [["<bottle>", "--to", "room 9"]],
    "lots show": None,
    "recall amend": [
        ["--notice", "<narrowed>"],
        ["--notice", "<narrowed>", "--witness", "stock-manager"],
    ],
    "recall apply": [["--notice", "<narrowed>"]],
    "recall close": [
        ["FDA-2026-07", "--outcome", "withdrawn", "--reason", "x"],
        ["FDA-2026-07", "--outcome", "withdrawn", "--reason", "x", "--witness", "P-01"],
        ["FDA-2026-07", "--outcome", "completed", "--reason", "x"],
    ],
    "recall contact": [["FDA-2026-07", "C-0001", "--state", "reached"]],
    "recall list": None,
    "recall preview": None,
    "products add": [["SMP-CARBON", "--brand", "B", "--kind", "pigment"]],
    "products amend": [
        ["SMP-CARBON", "--reason", "x", "--pao-months", "60"],
        ["TATTOO", "--reason", "x", "--intended-use", "Scalp micropigmentation (SMP)"],
    ],
    "products list": None,
    "products show": None,
    "documents attach": [["<lot>", "<delivery>", "--kind", "certificate"]],
    "documents list": None,
    "documents withdraw": [["1", "--reason", "x"]],
    "exchange give": None,
    "exchange status": None,
    "exchange take": [["<delivery>"]],
}  # fmt: skip

#: The release is how a quarantine ends.
LIFTS = {("quarantined", "lots release")}


def commands() -> Iterator[str]:
    """Every command of the groups that touch stock."""
    for name in GROUPS:
        group = root.commands[name]
        assert isinstance(group, click.Group)
        yield from (f"{name} {command}" for command in group.commands)


def test_every_command_that_touches_stock_is_in_the_table() -> None:
    assert set(commands()) - set(WAYS) == set(), "add how it would be misused"


class Desk:
    """Commands run against one case after the other, on the case's own clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.runner = CliRunner()
        files = {
            "pin": f"{PIN}\n{PIN}\n",
            "narrowed": json.dumps(DOCUMENT | {"version": 2, "scope": lots("Q")}),
            "delivery": "product,lot_no,label_expiry,bottles,bottle_ul\n"
            "SMP-CARBON,24-117,2030-01-31,1,10000\n",
        }
        for name, text in files.items():
            (folder / name).write_text(text)

    def run(self, case: Blocked, command: str, arguments: list[str]) -> BaseException | None:
        """What the command ended with; None where it was carried out."""
        url, clock = case.clinic.desk.url, case.clinic.clock
        self.monkeypatch.setattr(office, "open_desk", functools.partial(_OPEN, clock=clock))
        words = {
            "<bottle>": case.bottle, "<lot>": case.lot, "<mix>": case.mix or "M-0",
            "<event>": str(case.event), "<today>": case.clinic.desk.today().isoformat(),
        } | {f"<{name}>": str(self.folder / name) for name in ("narrowed", "delivery")}  # fmt: skip
        given = []
        for argument in arguments:
            for word, value in words.items():
                argument = argument.replace(word, value)
            given.append(argument)
        signed = ["--operator", "P-01", "--pin-file", str(self.folder / "pin")]
        result = self.runner.invoke(
            root, [*command.split(), *given, "--database", url, "--json", *signed]
        )
        return result.exception


_OPEN = office.open_desk


@pytest.mark.parametrize("name", CASES)
def test_no_command_makes_a_blocked_bottle_usable(
    name: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = build(name, sqlite_url)
    desk = Desk(tmp_path, monkeypatch)
    used, whole = case.uses(), case.events()
    now, number = case.copy(tmp_path / "0"), 0
    refused = set()
    for command, ways in WAYS.items():
        for arguments in ways or ():
            where = f"{name}: {command} {' '.join(arguments)}"
            error = desk.run(now, command, arguments)
            if error is not None:
                assert isinstance(error, (Refused, DeskError, SystemExit)) or type(
                    error
                ).__name__ in {"Unreadable", "CheckFailed"}, f"{where}: {error!r}"
                refused.add(command)
            assert now.uses() <= used, where
            if now.events() == whole:
                continue
            if (name, command) not in LIFTS:
                assert now.rules(), where
                for again in (["lots", "dispense"], ["lots", "release"]):
                    target = now.bottle if again[1] == "dispense" else now.lot
                    more = ["--ul", "50", "--reason", "client"] if again[1] == "dispense" else []
                    if (name, " ".join(again)) in LIFTS or command in {
                        "recall amend", "lots correct", "products amend",
                    }:  # fmt: skip
                        continue  # then inspected and released like any other lot
                    assert desk.run(now, " ".join(again), [target, *more]) is not None, where
            number += 1
            now.clinic.desk.close()
            now = case.copy(tmp_path / str(number))
    assert {"lots dispense", "lots discard"} <= refused
    if name != "expired by label" and name != "quarantined":
        assert "lots release" in refused
    now.clinic.desk.close()
    case.clinic.desk.close()
