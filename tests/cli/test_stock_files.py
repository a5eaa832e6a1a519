"""`lots count`, what moves a bottle, and what comes and goes as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Clinic
from tests.cli.test_stock import CARBON, receive

#: A date more than ten years away would be taken for a slip of the pen.
UNTIL = f"{date.today().year + 3}-05-31"  # noqa: DTZ011
DELIVERY = (
    "product,lot_no,label_expiry,bottle_ml,bottles,supplier,invoice\n"
    f"SMP-CARBON,X-1,{UNTIL},10,2,Meridian,R1\n"
    f"SMP-CARBON,=1+1,{UNTIL},10,1,Meridian,R1\n"
)


@pytest.fixture
def stocked(clinic: Clinic) -> Clinic:
    """A released lot of two bottles, one of them open."""
    clinic.do(*CARBON)
    receive(clinic, bottles="2")
    clinic.do("lots", "release", "L-0001")
    assert clinic.do("lots", "open", "B-0001").code == 0
    return clinic


def test_a_count_is_booked_with_its_reason_and_only_once(stocked: Clinic) -> None:
    count = ("lots", "count", "--found", "B-0001=9800", "--token", "n1")
    without = stocked.do(*count)
    assert without.code == 2
    assert "reason" in without.error["message"]
    said = (*count, "--reason", "B-0001=dried up")
    found = stocked.do(*said).json["adjustments"]
    assert found == [
        {
            "bottle": "B-0001",
            "counted_ul": 9800,
            "difference_ul": -200,
            "allowed_ul": 0,
            "reason": "dried up",
        }
    ]
    assert stocked.do(*said).json["adjustments"] == found
    assert stocked.ask("lots", "show", "L-0001").json["remaining_ul"] == 19_800


def test_a_large_difference_needs_somebody_else(stocked: Clinic) -> None:
    ended = stocked.do(
        "lots", "count", "--found", "B-0001=5000", "--reason", "B-0001=gone", "--token", "n2"
    )
    assert ended.code in {2, 4}
    assert "second" in (ended.error["message"] + ended.error["hint"]).lower()


@pytest.mark.parametrize("wrong", ["B-0001", "B-0001=", "B-0001=1.5", "B-0001=-3", "=5"])
def test_a_count_that_cannot_be_read_is_refused(stocked: Clinic, wrong: str) -> None:
    ended = stocked.do("lots", "count", "--found", wrong)
    assert ended.code == 2
    assert "--found" in ended.error["message"]


def test_a_held_bottle_is_not_offered_until_it_is_freed(stocked: Clinic) -> None:
    held = stocked.do("lots", "hold", "B-0001", "--reason", "leaks").json
    assert not held["usable"]
    assert held["reasons"][0]["rule"] == "BOTTLE-HELD"
    assert stocked.ask("lots", "next").json["next"] == "B-0002"
    assert stocked.do("lots", "free", "B-0001", "--reason", "new cap").json["usable"]


def test_a_bottle_under_way_is_not_offered_until_it_arrived(stocked: Clinic) -> None:
    assert not stocked.do("lots", "send", "B-0001", "--to", "Room 2").json["usable"]
    assert stocked.do("lots", "arrive", "B-0001", "--at", "Room 2").json["usable"]


def test_a_claim_is_made_and_given_back(stocked: Clinic) -> None:
    assert stocked.do("lots", "claim", "B-0001").code == 0
    assert stocked.do("lots", "give-back", "B-0001").code == 0


def test_a_delivery_is_shown_then_booked_once(stocked: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "delivery.csv"
    file.write_text(DELIVERY)
    shown = stocked.do("lots", "import", str(file), "--dry-run").json
    assert (shown["ready"], shown["rows"], shown["problems"]) == (True, 2, [])
    assert len(stocked.ask("lots", "list").json["bottles"]) == 2
    booked = stocked.do("lots", "import", str(file)).json["lots"]
    assert [lot["lot_no"] for lot in booked] == ["X-1", "=1+1"]
    assert {lot["state"] for lot in booked} == {"QUARANTINE"}
    assert stocked.do("lots", "import", str(file)).json["lots"] == []


def test_ac_s27_one_bad_row_keeps_all_of_them_out(stocked: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "delivery.csv"
    file.write_text(DELIVERY + "SMP-CARBON,X-3,02/30/2027,10,1,Meridian,R1\n")
    shown = stocked.do("lots", "import", str(file), "--dry-run")
    assert shown.code == 1
    assert shown.json["problems"][0]["row"] == 4
    assert shown.json["problems"][0]["column"] == "label_expiry"
    refused = stocked.do("lots", "import", str(file))
    assert refused.code == 2
    assert len(stocked.ask("lots", "list").json["bottles"]) == 2
    assert len(stocked.do("lots", "import", str(file), "--drop", "4").json["lots"]) == 2


def test_a_list_holds_no_formula(stocked: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "delivery.csv"
    file.write_text(DELIVERY)
    stocked.do("lots", "import", str(file))
    ended = stocked.cli("lots", "export", "stock-on-hand", "--database", stocked.url)
    rows = list(csv.DictReader(io.StringIO(ended.out), delimiter=";"))
    assert len(rows) == 5
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    wrong = stocked.cli("lots", "export", "everything", "--database", stocked.url)
    assert wrong.code == 2
    assert "stock-on-hand" in wrong.err


def test_labels_come_as_a_file_for_a_sheet_or_a_printer(stocked: Clinic, tmp_path: Path) -> None:
    sheet = tmp_path / "labels.pdf"
    ended = stocked.cli(
        "lots", "labels", "--lot", "L-0001", "--out", str(sheet), "--database", stocked.url
    )
    assert ended.code == 0
    assert sheet.read_bytes().startswith(b"%PDF")
    printed = stocked.cli(
        "lots", "labels", "--bottle", "B-0001", "--form", "text", "--out", "-",
        "--database", stocked.url,
    )  # fmt: skip
    assert "Lot 24-117" in printed.out
    assert "SMPK/B-0001/" in printed.out
