"""The printed examination: what it promises, and that the document is the one that is printed."""

import re
from pathlib import Path
from typing import Any

import pytest

from calibration.swatch_card.report import as_markdown

DOCUMENT = Path(__file__).parents[3] / "docs" / "swatch_card.md"
Report = dict[str, Any]

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def test_no_pure_carbon_raises_an_alarm(report: Report) -> None:
    for row in report["pure"]:
        assert row["not carbon-like"] == 0.0
        assert row["cannot tell"] <= 0.01


def test_a_share_of_a_tenth_is_never_missed(report: Report) -> None:
    for row in [*report["toned"], *report["toned_with_reference"]]:
        if row["share"] >= 0.10:
            assert row["carbon-like"] == 0.0, row
        if row["share"] >= 0.15:
            assert row["not carbon-like"] == 1.0, row


def test_alarms_rise_with_the_share(report: Report) -> None:
    for table in ("toned", "toned_with_reference"):
        rows: dict[tuple[str, str], list[float]] = {}
        for row in report[table]:
            rows.setdefault((row["toner"], row["base"]), []).append(row["not carbon-like"])
        assert len(rows) == 12
        for alarms in rows.values():
            assert alarms == sorted(alarms)


def test_a_reference_lot_finds_a_twentieth(report: Report) -> None:
    for row in report["toned_with_reference"]:
        if row["share"] == 0.05:
            assert row["carbon-like"] <= 0.15, row


def test_balanced_toners_are_missed_without_a_reference_lot_only(report: Report) -> None:
    for row in report["hidden"]:
        if row["share"] >= 0.10:
            assert row["not carbon-like"] == (1.0 if row["reference"] else 0.0)


def test_worse_noise_leads_to_doubt_and_not_to_alarms(report: Report) -> None:
    for row in report["noisy"]:
        if row["ink"] == "pure":
            assert row["not carbon-like"] == 0.0
        else:
            assert row["not carbon-like"] >= 0.99


def test_other_papers_and_surfaces_raise_no_alarm(report: Report) -> None:
    wrong_law = [row for row in report["worlds"] if "wrong law" in row["world"]]
    others = [row for row in report["worlds"] if "wrong law" not in row["world"]]
    assert len(wrong_law) == 1
    assert wrong_law[0]["not carbon-like"] > 0.9
    for row in others:
        assert row["not carbon-like"] == 0.0, row
    for row in report["laws"]:
        assert row["right law"] == 1.0, row


def test_the_document_is_what_the_command_prints(report: Report) -> None:
    printed, written = as_markdown(report).splitlines(), DOCUMENT.read_text("utf-8").splitlines()
    assert len(printed) == len(written)
    for ours, theirs in zip(printed, written, strict=True):
        assert _NUMBER.sub("#", ours) == _NUMBER.sub("#", theirs)
        # Shares of 400 cards: rounding elsewhere may tip a few.
        assert [float(n) for n in _NUMBER.findall(ours)] == pytest.approx(
            [float(n) for n in _NUMBER.findall(theirs)], abs=2.0
        )
