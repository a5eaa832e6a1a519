"""`suppliers`, `documents` and `assets`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Clinic
from tests.cli.records import MIX, Pair
from tests.cli.test_stock import receive


def test_a_blocked_supplier_delivers_no_more_and_its_lots_are_named(pair: Pair) -> None:
    clinic = pair.clinic
    assert clinic.do("suppliers", "add", "MER", "--name", "Meridian").json["state"] == "APPROVED"
    assert clinic.do("suppliers", "add", "MER", "--name", "Again").code == 2
    blocked = clinic.do("suppliers", "block", "MER", "--reason", "no lot numbers").json
    assert (blocked["state"], blocked["review"]) == ("BLOCKED", ["L-0001"])
    refused = receive(clinic, supplier="meridian")
    assert (refused.code, refused.error["stop"]["rule"]) == (4, "SUPPLIER-Q09")
    assert (
        clinic.do("suppliers", "approve", "MER", "--reason", "mended").json["state"] == "APPROVED"
    )
    assert receive(clinic, supplier="MER").code == 0
    (listed,) = clinic.ask("suppliers", "list").json["suppliers"]
    assert listed["lots_at_hand"] == ["L-0003", "L-0001"]
    assert clinic.do("suppliers", "block", "NONE", "--reason", "x").code == 2
    assert clinic.do("suppliers", "block", "MER", "--reason", " ").code == 2


def test_a_document_is_kept_by_its_hash_and_withdrawn_with_what_rests_on_it(
    pair: Pair, tmp_path: Path
) -> None:
    clinic, paper = pair.clinic, tmp_path / "coa.pdf"
    paper.write_bytes(b"%PDF 24-117")
    kept = clinic.do(
        "documents", "attach", "L-0001", str(paper), "--kind", "certificate", "--dated",
        "2026-01-20", "--fact", "lot_no=24-117", "--fact", "PAH=0.2", "--fact", "BaP=<0.005",
        "--fact", "sterile=yes",
    ).json  # fmt: skip
    assert kept["sha256"] == hashlib.sha256(b"%PDF 24-117").hexdigest()
    (listed,) = clinic.ask("documents", "list", "L-0001").json["documents"]
    assert (listed["kind"], listed["dated"], listed["withdrawn"]) == (
        "certificate",
        "2026-01-20",
        "",
    )
    assert listed["facts"] == {
        "lot_no": "24-117", "sterile": True, "values": {"PAH": 0.2, "BaP": "<0.005"},
    }  # fmt: skip
    number = str(kept["document"])
    assert clinic.do("documents", "withdraw", number, "--reason", " ").code == 2
    done = clinic.do("documents", "withdraw", number, "--reason", "forged").json
    assert done["quarantined"] == ["L-0001"]
    assert [(use["client"], use["mix"]) for use in done["uses"]] == [("C-0001", MIX)]
    assert clinic.ask("lots", "show", "L-0001").json["state"] == "QUARANTINE"
    assert clinic.do("documents", "withdraw", number, "--reason", "again").code == 2
    assert clinic.ask("audit", "verify").json["ok"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("L-9999", "FILE", "--kind", "sds"), "there is no 'L-9999'"),
        (("L-0001", "NONE", "--kind", "sds"), "cannot be read"),
        (("L-0001", "FILE", "--kind", "poem"), "poem"),
        (("L-0001", "FILE", "--kind", "sds", "--dated", "May"), "not a date"),
        (("L-0001", "FILE", "--kind", "certificate", "--fact", "PAH"), "not NAME=VALUE"),
        (("L-0001", "FILE", "--kind", "certificate", "--fact", "PAH=much"), "has no number"),
    ],
)
def test_a_paper_that_cannot_be_kept_is_exit_2(
    pair: Pair, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "paper").write_bytes(b"x")
    places = {"FILE": str(tmp_path / "paper"), "NONE": str(tmp_path / "none")}
    ended = pair.clinic.do("documents", "attach", *(places.get(a, a) for a in arguments))
    assert ended.code == 2
    assert message in ended.error["message"]
    assert pair.clinic.ask("documents", "list", "L-0001").json["documents"] == []


def test_assets_fall_due_are_serviced_and_retired(clinic: Clinic, cli: Cli) -> None:
    add = ("assets", "add", "TILE-1", "--kind", "tile", "--serial", "WT-0417", "--due")
    assert clinic.do(*add, "2020-06-30").code == 0
    assert clinic.do(*add, "2099-06-30").code == 2
    (listed,) = clinic.ask("assets", "list").json["assets"]
    assert (listed["due_on"], listed["overdue"], listed["state"]) == (
        "2020-06-30", True, "IN SERVICE",
    )  # fmt: skip
    service = ("assets", "service", "TILE-1", "--note", "new certificate", "--due")
    assert clinic.do(*service, "2020-07-01").code == 2
    assert clinic.do(*service, "2099-06-30").json["due_on"] == "2099-06-30"
    assert clinic.ask("assets", "list").json["assets"][0]["overdue"] is False
    assert clinic.do("assets", "retire", "TILE-1", "--reason", " ").code == 2
    assert clinic.do("assets", "retire", "TILE-1", "--reason", "cracked").code == 0
    assert clinic.ask("assets", "list").json["assets"][0]["state"] == "OUT OF SERVICE"
    assert clinic.do("assets", "service", "NONE").code == 2
    assert "TILE-1  tile  OUT OF SERVICE" in cli("assets", "list", "--database", clinic.url).out


def test_empty_lists_say_so(cli: Cli, clinic: Clinic) -> None:
    for command, said in (
        (("suppliers", "list"), "No supplier."),
        (("assets", "list"), "No assets."),
        (("documents", "list", "L-0001"), "No papers."),
    ):
        assert cli(*command, "--database", clinic.url).out == f"{said}\n"
