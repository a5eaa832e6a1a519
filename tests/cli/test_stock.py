"""`products` and `lots`: a delivery from the door to the last drop."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Clinic

CARBON = (
    "products", "add", "SMP-CARBON", "--brand", "Halden", "--line", "SMP Carbon", "--kind",
    "pigment", "--intended-use", "Scalp micropigmentation (SMP)", "--colourant", "CI 77266",
    "--sterile", "--pao-months", "12",
)  # fmt: skip
TATTOO = (
    "products", "add", "LINER", "--brand", "Iron", "--kind", "pigment", "--intended-use",
    "Tattoo ink", "--colourant", "CI 77266", "--colourant", "CI 74160",
)  # fmt: skip


def receive(clinic: Clinic, product: str = "SMP-CARBON", **options: str):
    given = {"lot-no": "24-117", "expiry": "2099-06-30", "bottle-ul": "10000"} | {
        name.replace("_", "-"): value for name, value in options.items()
    }
    arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
    return clinic.do("lots", "receive", "--product", product, *arguments)


@pytest.fixture(scope="module")
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shelf") / "kiosk.db"


@pytest.fixture
def stocked(clinic: Clinic, _shelf: Path) -> Clinic:
    """A clinic with one released lot and an opened bottle; made once, then copied."""
    file = clinic.url.removeprefix("sqlite:///")
    if _shelf.exists():
        shutil.copyfile(_shelf, file)
        return clinic
    clinic.do(*CARBON)
    receive(clinic)
    clinic.do("lots", "release", "L-0001")
    assert clinic.do("lots", "open", "B-0001").code == 0
    shutil.copyfile(file, _shelf)
    return clinic


def test_the_life_of_a_lot(clinic: Clinic) -> None:
    added = clinic.do(*CARBON).json
    assert added["verdict"] == "SMP_SUITABLE"
    lot = receive(clinic, bottles="2").json
    assert (lot["lot"], lot["state"], lot["verdict"]) == ("L-0001", "QUARANTINE", "SMP_SUITABLE")
    assert lot["label_expiry"] == "2099-06-30"
    assert clinic.ask("lots", "next").json["next"] is None
    assert clinic.do("lots", "release", "L-0001").json["state"] == "RELEASED"
    assert clinic.ask("lots", "next").json["next"] == "B-0001"
    opened = clinic.do("lots", "open", "B-0001").json
    assert opened["opened_on"]
    assert opened["effective_expiry"] < "2099-06-30"
    left = clinic.do("lots", "dispense", "B-0001", "--ul", "2600", "--reason", "card").json
    assert left["remaining_ul"] == 7400
    shown = clinic.ask("lots", "show", "24-117").json
    assert set(shown) >= {
        "state", "verdict", "label_expiry", "effective_expiry", "remaining_ul", "reasons",
    }  # fmt: skip
    assert (shown["state"], shown["remaining_ul"]) == ("OPEN", 17_400)
    assert shown["effective_expiry"] == opened["effective_expiry"]
    assert clinic.ask("lots", "show", "B-0002").json["lot"] == "L-0001"
    back = clinic.do("lots", "quarantine", "L-0001", "--reason", "leak").json
    assert (back["state"], back["reason"]) == ("QUARANTINE", "leak")
    assert clinic.do("lots", "reject", "L-0001", "--reason", "leak").json["state"] == "REJECTED"
    listed = clinic.ask("lots", "list").json["bottles"]
    assert [one["usable"] for one in listed] == [False, False]
    assert all(
        set(one)
        >= {"state", "verdict", "label_expiry", "effective_expiry", "remaining_ul", "reasons"}
        for one in listed
    )
    assert listed[0]["reasons"][0]["rule"] == "LOT-REJECTED"
    assert clinic.ask("audit", "verify").json["ok"] is True


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"lot_no": ""}, "LOT-Q01"),
        ({"expiry": "2020-01-31"}, "EXPIRED-B02"),
        ({"product": "LINER"}, "INK-B06"),
    ],
)
def test_a_stop_is_exit_4_with_the_stop(clinic: Clinic, options: dict[str, str], rule: str) -> None:
    clinic.do(*CARBON)
    assert clinic.do(*TATTOO).json["verdict"] == "BODY_TATTOO"
    assert receive(clinic, **options).code == 0
    ended = clinic.do("lots", "release", "L-0001")
    assert ended.code == 4
    stop = ended.error["stop"]
    assert stop["rule"] == rule
    assert stop["severity"] == "safety"
    assert {"sentence", "evidence", "lifts", "all"} <= set(stop)
    assert clinic.ask("lots", "show", "L-0001").json["state"] == "QUARANTINE"


def test_a_stop_for_people_names_every_reason(cli: Cli, clinic: Clinic) -> None:
    clinic.do(*TATTOO)
    receive(clinic, "LINER", lot_no="")
    ended = cli(
        "lots", "release", "L-0001", "--database", clinic.url, "--operator", "P-01",
        "--pin-file", clinic.pin_file,
    )  # fmt: skip
    assert ended.code == 4
    assert ended.out == ""
    assert "CI 74160" in ended.err
    assert "no lot number" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("lots", "receive", "--product", "NONE", "--bottle-ul", "1000"),
        ("lots", "receive", "--product", "SMP-CARBON", "--bottle-ul", "0"),
        ("lots", "receive", "--product", "SMP-CARBON", "--bottle-ul", "99999999999999999999"),
        ("lots", "receive", "--product", "SMP-CARBON", "--bottle-ul", "1000", "--bottles", "0"),
        ("lots", "receive", "--product", "SMP-CARBON", "--bottle-ul", "1", "--expiry", "30.6.27"),
        (
            "lots",
            "receive",
            "--product",
            "SMP-CARBON",
            "--bottle-ul",
            "1",
            "--expiry",
            "2027-02-30",
        ),
        ("lots", "release", "L-9999"),
        ("lots", "quarantine", "L-0001"),
        ("lots", "quarantine", "L-0001", "--reason", " "),
        ("lots", "open", "B-9999"),
        ("lots", "open", "B-0001", "--on", "yesterday"),
        ("lots", "dispense", "B-0001", "--ul", "10", "--reason", "x", "--ref", "r" * 65),
        ("products", "add", "SMP-CARBON", "--brand", "X", "--kind", "pigment"),
        ("products", "add", "x" * 65, "--brand", "X", "--kind", "pigment"),
        ("products", "add", "NEW", "--brand", "X", "--kind", "paint"),
        ("products", "add", "NEW", "--brand", "\udcff", "--kind", "pigment"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_input_that_cannot_be_used_is_exit_2_and_leaves_nothing(
    stocked: Clinic, arguments: tuple[str, ...]
) -> None:
    clinic = stocked
    before = clinic.ask("audit", "verify").json["events"]
    ended = clinic.do(*arguments)
    assert ended.code == 2, ended.out
    assert ended.error["kind"] in {"usage", "input"}
    assert clinic.ask("audit", "verify").json["events"] == before


def test_the_pin_comes_from_a_file_or_from_standard_input(
    cli: Cli, clinic: Clinic, tmp_path: Path
) -> None:
    write = (*CARBON, "--database", clinic.url, "--operator", "P-01", "--json")
    missing = cli(*write)
    assert missing.code == 2
    assert "--pin-file" in missing.error["message"]
    nowhere = cli(*write, "--pin-file", str(tmp_path / "none"))
    assert (nowhere.code, nowhere.error["kind"]) == (2, "input")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert cli(*write, "--pin-file", str(tmp_path / "binary")).code == 2
    wrong = cli(*write, "--pin-file", "-", stdin="0000\n")
    assert wrong.code == 2
    assert "not right" in wrong.error["message"]
    assert cli(*write, "--pin-file", "-", stdin="2468\n").code == 0
    # There is no way to give it as an argument.
    assert cli(*write, "--pin", "2468").code == 2


def test_text_for_people(cli: Cli, clinic: Clinic) -> None:
    assert cli("lots", "list", "--database", clinic.url).out == "No stock.\n"
    clinic.do(*CARBON)
    receive(clinic)
    line = cli("lots", "next", "--database", clinic.url).out
    assert line.startswith("✕ B-0001  L-0001  lot 24-117")
    assert "quarantine" in line


def test_a_role_that_may_not_is_stopped(cli: Cli, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("2468")
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    who = ("--operator", "A-01", "--pin-file", str(pin), "--database", url, "--json")
    assert cli("init", "--clinic", "X", "--role", "auditor", *who).code == 0
    ended = cli(*CARBON, *who)
    assert (ended.code, ended.error["stop"]["rule"]) == (4, "ROLE")
