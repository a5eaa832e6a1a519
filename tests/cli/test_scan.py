"""`scan`: one text or many, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

GTIN = "09521234543213"
LABEL = f"]d201{GTIN}1728123110LOT-7\x1d21S1\x1d11250102"
KEYS = {"status", "gtin", "lot", "expiry", "production", "serial", "reason", "choices"}


def test_a_scan_has_the_keys_of_the_contract(cli: Cli) -> None:
    ended = cli("scan", "--text", LABEL, "--json")
    assert ended.code == 0
    document = ended.json
    assert set(document) >= KEYS
    assert {key: document[key] for key in KEYS} == {
        "status": "ok",
        "gtin": GTIN,
        "lot": "LOT-7",
        "expiry": "2028-12-31",
        "production": "2025-01-02",
        "serial": "S1",
        "reason": "",
        "choices": [],
    }


def test_a_question_ends_with_0_and_names_the_choices(cli: Cli) -> None:
    ended = cli("scan", "--text", f"]d201{GTIN}10LOT17281231", "--json")
    assert ended.code == 0
    document = ended.json
    assert document["status"] == "ask"
    assert (document["gtin"], document["lot"], document["expiry"]) == (GTIN, None, None)
    assert [(one["lot"], one["expiry"]) for one in document["choices"]] == [
        ("LOT17281231", None),
        ("LOT", "2028-12-31"),
    ]
    assert all(set(one) >= KEYS - {"status", "reason", "choices"} for one in document["choices"])


@pytest.mark.parametrize("text", ["", "]", "]d210ABC", "\u0661", "\udcff", f"]C001{GTIN}"])
def test_a_refused_scan_ends_with_1_and_keeps_its_document(cli: Cli, text: str) -> None:
    ended = cli("scan", "--text", text, "--json")
    assert ended.code == 1
    document = ended.json
    assert set(document) >= KEYS
    assert document["status"] == "refused"
    assert document["gtin"] is None
    assert ended.error["kind"] == "refused"
    assert ended.error["message"] == document["reason"] != ""


def test_text_for_people_tells_all_three_answers(cli: Cli) -> None:
    assert "lot LOT-7" in cli("scan", "--text", LABEL).out
    asked = cli("scan", "--text", f"]d201{GTIN}10LOT17281231").out
    assert "or: " in asked
    assert "expiry 2028-12-31" in asked
    refused = cli("scan", "--text", "hello")
    assert refused.code == 1
    assert refused.out.startswith("refused: ")


def test_a_batch_answers_each_line_in_order_whatever_it_says(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "scans.jsonl"
    scans = [LABEL, f"]d201{GTIN}10LOT17281231", "hello", "]Q1https://a/01/09520123456788"]
    # A raw separator inside a string is no strict JSON, and scanners' log files have it.
    lines = [json.dumps({"scan": scans[0]}).replace("\\u001d", "\x1d")]
    lines += [json.dumps({"scan": scan}) for scan in scans[1:]]
    file.write_text("\n\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    ended = cli("scan", "--batch", str(file))
    assert ended.code == 0
    answers = [json.loads(line) for line in ended.out.split("\n")[:-1]]
    assert [one["status"] for one in answers] == ["ok", "ask", "refused", "ok"]
    assert [one["raw"] for one in answers] == scans
    assert all(set(one) >= KEYS for one in answers)


def test_a_batch_from_standard_input(cli: Cli) -> None:
    ended = cli("scan", "--batch", "-", stdin='{"scan": "]E09506000134352", "id": 7}\n')
    assert ended.json["gtin"] == "09506000134352"


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"text": "x"}', '{"scan": 7}', "[" * 100_000])
def test_a_batch_with_a_line_that_is_no_scan_answers_nothing_and_ends_with_2(
    cli: Cli, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "scans.jsonl"
    file.write_text(json.dumps({"scan": LABEL}) + f"\n{line}\n")
    ended = cli("scan", "--batch", str(file))
    assert ended.code == 2
    assert "line 2" in ended.error["message"]


@pytest.mark.parametrize(
    "arguments", [(), ("--text", "x", "--batch", "y"), ("--batch", "no-such-file")]
)
def test_wrong_usage_and_missing_files_end_with_2(cli: Cli, arguments: tuple[str, ...]) -> None:
    ended = cli("scan", *arguments, "--json")
    assert ended.code == 2
    assert ended.error["message"]


def test_the_help_says_how_each_answer_ends(cli: Cli) -> None:
    said = " ".join(cli("scan", "--help").out.split())
    assert "Exit code 0 for ok and ask, 1 for refused" in said
