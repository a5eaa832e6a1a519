"""docs/instruments.md keeps up with the drivers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drivers.contract import InstrumentModel
from drivers.registry import models
from drivers.spotread import MODEL as SPOTREAD

PAGE = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text("utf-8")
_TABLE = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
ROWS = {cells[0].strip("` "): [cell.strip() for cell in cells[1:]] for cells in _TABLE}
TITLE, PURSE, SPECTRUM, AREA, CALIBRATION, EVIDENCE = range(6)


def test_every_model_has_a_row_and_every_row_a_model() -> None:
    assert set(ROWS) == {model.name for model in models()}


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_row_says_what_the_driver_says(model: InstrumentModel) -> None:
    row = ROWS[model.name]
    assert row[SPECTRUM].startswith("no:") == (not model.capabilities.spectral)
    has_black = any(step.kind == "black" for step in model.capabilities.calibration)
    assert bool(re.match("black|zero", row[CALIBRATION])) == has_black


#: The word of the page, and what the model's own sentence must hold for it.
LEVELS = {
    "captured": "captures",
    "vendor-documented": r"maker's (datasheet|manual)",
    "two programs": "two independent programs",
    "one source": r"one (published program|source)",
    "constructed": "constructed",
    "this project's own protocol": "own published protocol",
}


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_the_evidence_is_called_what_the_model_says_of_itself(model: InstrumentModel) -> None:
    levels = ROWS[model.name][EVIDENCE].split(", ")
    assert set(levels) <= set(LEVELS)
    for level, said in LEVELS.items():
        # "constructed" goes with any source, so the others say no more than is on the page.
        assert (level in levels) == bool(re.search(said, model.evidence)), level


def test_the_gated_cap_is_explained_where_a_model_has_one() -> None:
    gated = [model.title for model in models() if model.capabilities.gated_cap]
    assert gated == ["CHNSpec CR30"]
    assert "*Gated cap:*" in PAGE
    assert SPOTREAD.probe is None
