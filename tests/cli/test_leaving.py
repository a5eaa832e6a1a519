"""`lots discard|dispose|close-mix|correct|nonconforming`: out of stock, and mistakes put right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.records import MIX, Pair
from tests.cli.test_stock import receive
from tests.desk.stock.notices import DOCUMENT


def left(pair: Pair, bottle: str) -> int:
    listed = pair.clinic.ask("lots", "list").json["bottles"]
    return next(one["remaining_ul"] for one in listed if one["bottle"] == bottle)


def recalled(pair: Pair, folder: Path) -> None:
    (folder / "n.json").write_text(json.dumps(DOCUMENT))
    assert pair.clinic.do("recall", "apply", "--notice", str(folder / "n.json")).code == 0


def test_a_spill_is_booked_once_however_often_it_is_said(pair: Pair) -> None:
    spill = ("lots", "discard", "B-0002", "--ul", "250", "--reason", "spilt", "--token", "D-1")
    assert pair.clinic.do(*spill).json["remaining_ul"] == 9750
    assert pair.clinic.do(*spill).json["remaining_ul"] == 9750
    assert pair.clinic.do("lots", "discard", "B-0002", "--ul", "0", "--reason", "x").code == 2
    assert pair.clinic.do("lots", "discard", "B-0002", "--ul", "9999999", "--reason", "x").code == 2
    assert left(pair, "B-0002") == 9750


def test_recalled_stock_leaves_before_a_witness_only(pair: Pair, tmp_path: Path) -> None:
    recalled(pair, tmp_path)
    dispose = ("lots", "dispose", "L-0001", "--reason", "recall")
    alone = pair.clinic.do(*dispose)
    assert alone.code in {2, 4}
    assert "witness" in alone.error["message"] + alone.error["hint"]
    assert left(pair, "B-0002") == 10_000
    done = pair.witnessed(*dispose).json
    # What is recalled stays recalled, whether anything is left of it or not.
    assert done["state"] == "RECALLED"
    assert (left(pair, "B-0001"), left(pair, "B-0002")) == (0, 0)
    assert pair.clinic.ask("audit", "verify").json["ok"] is True


def test_a_bottle_is_disposed_of_and_a_lot_returned(pair: Pair) -> None:
    gone = pair.clinic.do("lots", "dispose", "B-0002", "--reason", "seal broken").json
    assert (gone["bottle"], gone["remaining_ul"]) == ("B-0002", 0)
    assert pair.clinic.do("lots", "dispose", "B-0002", "--reason", "again").code == 2
    back = pair.clinic.do("lots", "dispose", "L-0002", "--return", "--reason", "short-dated").json
    assert (back["state"], back["reason"]) == (
        "REJECTED", "returned to the supplier: short-dated",
    )  # fmt: skip
    assert left(pair, "B-0003") == 0


def test_a_cup_ends_as_used_and_one_of_a_recalled_lot_does_not(pair: Pair, tmp_path: Path) -> None:
    close = ("lots", "close-mix", MIX, "--how")
    recalled(pair, tmp_path)
    used = pair.clinic.do(*close, "used")
    assert used.code == 4
    assert "Recall FDA-2026-07" in used.error["stop"]["sentence"]
    assert pair.clinic.do(*close, "incident").code == 2
    done = pair.clinic.do(*close, "incident", "--reason", "reached the client").json
    assert done == {"mix": MIX, "closed": "incident"}
    assert pair.clinic.do("lots", "close-mix", "M-0", "--how", "used").code == 2


def test_a_label_misread_is_corrected_and_the_lot_judged_again(pair: Pair) -> None:
    done = pair.clinic.do(
        "lots", "correct", "L-0002", "--reason", "misread", "--lot-no", "W-81", "--expiry",
        "2098-01-31",
    ).json  # fmt: skip
    assert (done["lot_no"], done["label_expiry"], done["state"]) == (
        "W-81", "2098-01-31", "QUARANTINE",
    )  # fmt: skip


def test_an_amount_and_an_opening_are_corrected(pair: Pair) -> None:
    spill = pair.clinic.do("lots", "discard", "B-0003", "--ul", "5000", "--reason", "spilt")
    before = spill.json["remaining_ul"]
    event = pair.clinic.ask("audit", "verify").json["events"]
    done = pair.clinic.do(
        "lots", "correct", "B-0003", "--reason", "0.5 ml", "--event", str(event), "--ul", "500"
    ).json
    assert done["remaining_ul"] == before + 4500
    opened = pair.clinic.ask("lots", "show", "B-0001").json["bottles"]
    today = next(one["opened_on"] for one in opened if one["bottle"] == "B-0001")
    late = pair.clinic.do("lots", "correct", "B-0001", "--reason", "x", "--opened", today)
    assert late.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--lot-no", "X", "--opened", "2026-01-01"),
        ("--event", "7"),
        ("--ul", "100"),
        ("--expiry", "31.1.98"),
    ],
)
def test_a_correction_names_one_thing(pair: Pair, arguments: tuple[str, ...]) -> None:
    before = pair.clinic.ask("audit", "verify").json["events"]
    ended = pair.clinic.do("lots", "correct", "L-0001", "--reason", "x", *arguments)
    assert ended.code == 2
    assert pair.clinic.ask("audit", "verify").json["events"] == before


def test_a_use_that_no_rule_allowed_is_recorded_and_the_block_stays(pair: Pair) -> None:
    clinic = pair.clinic
    receive(clinic, lot_no="24-900")
    told = (
        "lots", "nonconforming", "B-0004", "--ul", "300", "--on", "2020-01-01", "--found",
        "at the count", "--action", "client told",
    )  # fmt: skip
    # Before it was even received.
    assert clinic.do(*told).code == 2
    today = clinic.ask("lots", "show", "L-0003").json["received_on"]
    done = clinic.do(*("--on" if a == "--on" else today if a == "2020-01-01" else a for a in told))
    assert done.code == 0, done.out
    assert (done.json["remaining_ul"], done.json["state"]) == (9700, "QUARANTINE")
    assert done.json["usable"] is False
