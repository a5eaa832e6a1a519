"""`recall`: previewed, applied, amended, closed, clients reached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.records import MIX, Pair
from tests.desk.stock.notices import DOCUMENT, lots


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Write a notice; returns its path."""

    def file(name: str = "notice.json", **changes: Any) -> str:
        (tmp_path / name).write_text(json.dumps(DOCUMENT | changes))
        return str(tmp_path / name)

    return file


def state(pair: Pair, lot: str) -> str:
    return pair.clinic.ask("lots", "show", lot).json["state"]


def test_a_preview_names_lots_mixes_and_clients_and_records_nothing(pair: Pair, file: Any) -> None:
    before = pair.clinic.ask("audit", "verify").json["events"]
    found = pair.clinic.ask("recall", "preview", "--notice", file()).json
    assert {"hits", "near_misses", "open_mixes", "clients"} <= set(found)
    (hit,) = found["hits"]
    assert (hit["lot"], hit["lot_no"], hit["group"]) == ("L-0001", "24-117", "number")
    assert hit["bottles"] == ["B-0001", "B-0002"]
    assert found["open_mixes"] == [{"mix": MIX, "kiosk": "kiosk-1", "lots": ["L-0001"]}]
    (client,) = found["clients"]
    assert (client["client"], client["state"]) == ("C-0001", "to-contact")
    assert pair.clinic.ask("audit", "verify").json["events"] == before
    assert pair.clinic.ask("recall", "list").json == {"recalls": []}


def test_apply_recalls_and_a_near_miss_is_taken_in_by_name(pair: Pair, file: Any) -> None:
    path = file(scope=lots("24-118"))
    near = pair.clinic.ask("recall", "preview", "--notice", path).json
    assert (near["hits"], [m["lot"] for m in near["near_misses"]]) == ([], ["L-0001"])
    refused = pair.clinic.do("recall", "apply", "--notice", path, "--accept", "L-0002")
    assert refused.code == 2
    assert "L-0002 is no near miss" in refused.error["message"]
    done = pair.clinic.do("recall", "apply", "--notice", path, "--accept", "L-0001").json
    assert [hit["group"] for hit in done["hits"]] == ["accepted"]
    assert done["changes"] == [{"lot": "L-0001", "before": "OPEN", "after": "RECALLED"}]
    assert state(pair, "L-0001") == "RECALLED"
    assert pair.clinic.ask("audit", "verify").json["ok"] is True


def test_a_version_that_frees_lots_needs_a_witness(pair: Pair, file: Any) -> None:
    assert pair.clinic.do("recall", "apply", "--notice", file()).code == 0
    later = file("later.json", version=2, scope=lots("25-031"))
    alone = pair.clinic.do("recall", "amend", "--notice", later)
    assert alone.code == 2
    assert "witness: the amendment frees L-0001" in alone.error["message"]
    done = pair.witnessed("recall", "amend", "--notice", later).json
    assert (done["version"], done["frees"]) == (2, ["L-0001"])
    assert state(pair, "L-0001") == "QUARANTINE"
    (entry,) = pair.clinic.ask("recall", "list").json["recalls"]
    assert (entry["versions"], entry["lots"]) == ([1, 2], {})
    assert [c["state"] for c in entry["clients"]] == ["cleared"]
    assert pair.clinic.do("recall", "amend", "--notice", later).code == 2


def test_only_a_recall_that_is_on_file_is_amended(pair: Pair, file: Any) -> None:
    ended = pair.clinic.do("recall", "amend", "--notice", file(version=2))
    assert ended.code == 2
    assert "there is no 'FDA-2026-07'" in ended.error["message"]


def test_clients_are_reached_before_a_recall_is_completed(pair: Pair, file: Any) -> None:
    pair.clinic.do("recall", "apply", "--notice", file())
    close = ("recall", "close", "FDA-2026-07", "--outcome", "completed", "--reason", "all told")
    early = pair.clinic.do(*close)
    assert early.code == 2
    assert "C-0001 were not contacted yet" in early.error["message"]
    contact = ("recall", "contact", "FDA-2026-07")
    assert pair.clinic.do(*contact, "C-0009", "--state", "reached").code == 2
    told = pair.clinic.do(*contact, "C-0001", "--state", "reached").json
    (client,) = told["clients"]
    assert (client["state"], client["lots"], client["mixes"]) == ("reached", ["L-0001"], [MIX])
    done = pair.clinic.do(*close).json
    assert (done["state"], done["outcome"], done["changes"]) == ("closed", "completed", [])
    # Completed, its lots stay recalled.
    assert state(pair, "L-0001") == "RECALLED"
    assert pair.clinic.do(*close).code == 2


def test_one_entered_by_mistake_frees_its_lots_before_a_witness(pair: Pair, file: Any) -> None:
    pair.clinic.do("recall", "apply", "--notice", file())
    close = ("recall", "close", "FDA-2026-07", "--outcome", "entered-by-mistake", "--reason", "x")
    assert "frees L-0001" in pair.clinic.do(*close).error["message"]
    done = pair.witnessed(*close).json
    assert done["changes"] == [{"lot": "L-0001", "before": "RECALLED", "after": "QUARANTINE"}]
    assert state(pair, "L-0001") == "QUARANTINE"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"issued_on": "May"}, "issued_on: is no date."),
        ({"scope": {}}, "scope: does not say which lots are meant."),
        ({"brnd": "X"}, "brnd: is not a key of this format."),
        ({"format": "recall-notice/9"}, "format: is not one that this program reads."),
    ],
)
def test_a_notice_that_cannot_be_read_names_field_and_mend(
    pair: Pair, file: Any, change: dict[str, Any], message: str
) -> None:
    ended = pair.clinic.do("recall", "apply", "--notice", file(**change))
    assert ended.code == 2
    assert message in ended.error["message"]
    assert ended.error["hint"]
    assert pair.clinic.ask("recall", "list").json["recalls"] == []


def test_a_file_that_is_not_there_and_a_wrong_second_pin(
    pair: Pair, file: Any, tmp_path: Path
) -> None:
    assert pair.clinic.ask("recall", "preview", "--notice", str(tmp_path / "no")).code == 2
    pair.clinic.do("recall", "apply", "--notice", file())
    (tmp_path / "both").write_text("2468\n0000\n")
    later = file("later.json", version=2, scope=lots("25-031"))
    ended = pair.witnessed("recall", "amend", "--notice", later)
    assert ended.code == 2
    assert "not right" in ended.error["message"]
    assert state(pair, "L-0001") == "RECALLED"


def test_text_for_people(pair: Pair, file: Any, cli: Cli) -> None:
    told = cli("recall", "preview", "--notice", file(), "--database", pair.clinic.url)
    assert told.code == 0
    assert "✕ L-0001" in told.out
    assert f"▲ open mix {MIX} at kiosk-1" in told.out
    assert "Put aside and mark: B-0001, B-0002." in told.out
    assert "No recall is on file." in cli("recall", "list", "--database", pair.clinic.url).out
