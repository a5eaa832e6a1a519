"""`inks check`: the contract, errors, and what the exit codes mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

SMP = "Scalp micropigmentation (SMP)"
INK: dict[str, Any] = {
    "brand": "Halden", "line": "Carbon", "shade": "Black", "intended_use": SMP,
    "colourants": ["CI 77266"], "label": {"lot_no": "24-117", "expiry": "2099-06-30"},
}  # fmt: skip
PAPERS: dict[str, Any] = {
    "ingredients": ["Aqua", "CI 77266"],
    "documents": {
        "sds_dated": "2025-03-01",
        "certificates": [
            {"lot_no": "24-117", "values": {"BaP": "<0.005", "Pb": 0.1}, "sterile": True}
        ],
    },
}


@pytest.fixture
def ask(cli: Cli, tmp_path: Path):
    def ask(document: Any, *options: str):
        file = tmp_path / "ink.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return cli("inks", "check", "--file", str(file), "--on", "2026-11-02", "--json", *options)

    return ask


@pytest.mark.parametrize(
    ("facts", "verdict", "stop", "rule"),
    [
        (PAPERS, "SMP_SUITABLE", "none", "S01"),
        ({}, "SMP_SUITABLE", "none", "Q07"),
        ({"documents": {}}, "UNKNOWN", "safety", "Q07"),
        ({"label": {"expiry": "2020-01-31"}}, "SMP_SUITABLE", "safety", "B02"),
        ({"intended_use": "PMU", "colourants": ["CI 77499"]}, "PMU_COSMETIC", "policy", "W01"),
        ({"intended_use": "Tricopigmentation"}, "TRICO_TEMPORARY", "policy", "D4"),
        ({"intended_use": "Tattoo ink"}, "BODY_TATTOO", "safety", "B05"),
        ({"colourants": ["CI 77266", "CI 51319"]}, "BODY_TATTOO", "safety", "B06"),
        ({"colourants": ["CI 77266", "CI 74160"]}, "PROHIBITED", "safety", "B03"),
        ({"colourants": ["CI 77266", "CI 74160"]}, "PROHIBITED", "safety", "B06"),
        ({"colourants": [], "line": "SMP"}, "UNKNOWN", "safety", "Q04"),
        ({"kind": "diluent", "colourants": []}, "DILUENT_UNFIT", "safety", "D5"),
    ],
)
def test_the_answer_has_the_keys_of_the_contract(
    ask, facts: dict[str, Any], verdict: str, stop: str, rule: str
) -> None:
    ended = ask({**INK, **facts})
    # A verdict is the answer, a bad one too.
    assert ended.code == 0
    document = ended.json
    assert (document["verdict"], document["stop"]) == (verdict, stop)
    assert set(document) >= {"verdict", "stop", "reasons", "flags", "lifts", "rules_version"}
    assert rule in {reason["rule"] for reason in document["reasons"]}
    for reason in document["reasons"]:
        assert set(reason) >= {"rule", "text", "source"}
        assert all(isinstance(value, str) for value in reason.values())


def test_the_minimal_input_of_the_contract_is_enough(ask) -> None:
    minimal = {**INK, "label": {}}
    answer = ask(minimal).json
    assert (answer["verdict"], answer["stop"]) == ("SMP_SUITABLE", "none")
    # What a release would ask for is listed all the same.
    assert {"Q01", "Q02", "Q04", "Q07"} <= {reason["rule"] for reason in answer["reasons"]}


def test_with_papers_the_lot_is_judged_and_not_only_its_ink(ask) -> None:
    assert ask({**INK, "documents": {}}).json["verdict"] == "UNKNOWN"
    assert ask({**INK, **PAPERS}).json["verdict"] == "SMP_SUITABLE"


def test_a_fact_of_the_label_that_no_rule_knows_is_named_and_not_read(ask) -> None:
    answer = ask({**INK, "label": {"lot": "24-117", "colour": "black", "barcode": 5}}).json
    assert answer["ignored"] == ["label.barcode", "label.colour"]
    assert "Q01" not in {reason["rule"] for reason in answer["reasons"]}


def test_the_place_decides_what_is_restricted(ask) -> None:
    green = {**INK, "colourants": ["CI 77266", "CI 74260"]}
    assert ask(green, "--profile", "AT").json["verdict"] == "PROHIBITED"
    american = ask(green, "--profile", "us-or").json
    assert (american["verdict"], american["stop"]) == ("BODY_TATTOO", "safety")
    assert american["profile"] == "US-OR"


def test_a_batch_answers_line_by_line_and_repeats_ids(cli: Cli) -> None:
    lines = [
        {"id": 7, **INK, **PAPERS}, {**INK, "intended_use": "Tattoo ink"}, {"id": "x\u2028", **INK},
    ]  # fmt: skip
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    ended = cli("inks", "check", "--batch", "-", "--on", "2026-11-02", stdin=f"{text}\n\n")
    assert ended.code == 0
    answers = [json.loads(line) for line in ended.out.split("\n") if line]
    assert [a["verdict"] for a in answers] == ["SMP_SUITABLE", "BODY_TATTOO", "SMP_SUITABLE"]
    assert [a.get("id") for a in answers] == [7, None, "x\u2028"]


def test_an_unreadable_line_leaves_no_half_an_answer(cli: Cli) -> None:
    text = f"{json.dumps(INK)}\n{json.dumps({'brnd': 'x'})}\n"
    ended = cli("inks", "check", "--batch", "-", stdin=text)
    assert ended.code == 2
    assert "line 2" in ended.error["message"]
    assert "brnd" in ended.error["message"]
    assert "brand" in ended.error["hint"]


@pytest.mark.parametrize(
    ("document", "named", "hint"),
    [
        ({**INK, "labels": {}}, "labels", "label"),
        ({**INK, "colourants": "CI 77266"}, "colourants", "kind"),
        ({**INK, "label": {"expiry": "04.2022"}}, "label.expiry", "2027-06"),
        ("{", "--file", "example"),
        ('{"brand": "a", "brand": "b"}', "twice", "example"),
        ('{"brand": NaN}', "NaN", "example"),
        ('{"brand": "\\ud800"}', "--file", "example"),
        ("[" * 100_000, "--file", "example"),
        ("null", "document", "kind"),
        ("[]", "document", "kind"),
    ],
)
def test_errors_name_the_field_and_the_mend(ask, document: Any, named: str, hint: str) -> None:
    ended = ask(document)
    assert ended.code == 2
    assert ended.error["kind"] == "input"
    assert named in ended.error["message"]
    assert hint in ended.error["hint"]


def test_options_that_cannot_be_used(ask, cli: Cli, tmp_path: Path) -> None:
    wrong = ask(INK, "--profile", "EUU")
    assert wrong.code == 2
    assert "EU" in wrong.error["hint"]
    assert cli("inks", "check", "--json").error["kind"] == "usage"
    both = cli("inks", "check", "--file", "a", "--batch", "b", "--json")
    assert both.code == 2
    gone = cli("inks", "check", "--file", str(tmp_path / "none.json"), "--json")
    assert gone.code == 2
    assert "none.json" in gone.error["message"]


def test_text_for_people_says_why_and_what_would_lift_it(cli: Cli) -> None:
    told = cli("inks", "check", "--file", "-", stdin=json.dumps(INK))
    assert told.code == 0
    assert told.out.startswith("SMP_SUITABLE, stop: none")
    assert "A release still asks for:" in told.out
    assert "certificate" in told.out
    tattoo = cli(
        "inks", "check", "--file", "-", stdin=json.dumps({**INK, "intended_use": "tattoo"})
    )
    assert "What would lift it:" in tattoo.out


def test_the_help_says_that_a_bad_verdict_is_no_failure(cli: Cli) -> None:
    said = cli("inks", "check", "--help").out
    assert "exit code is 0 whenever a verdict was reached" in " ".join(said.split())
