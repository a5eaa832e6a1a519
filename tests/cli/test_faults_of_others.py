"""Each fault of each simulated instrument but the heads with AT firmware, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.simulators import MODEL_FAULTS, MODELS
from tests.cli.conftest import Cli
from tests.cli.faults import AT_HEADS, KINDS, check

MINE = tuple(model for model in MODELS if model not in AT_HEADS)


@pytest.mark.parametrize("model", MINE)
def test_every_fault_is_accounted_for(model: str) -> None:
    assert set(KINDS[model]) == set(MODEL_FAULTS[model])


@pytest.mark.parametrize(
    ("model", "fault"), [(model, fault) for model in MINE for fault in (None, *MODEL_FAULTS[model])]
)
def test_each_fault_has_its_kind_and_exit_code(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, fault: str | None
) -> None:
    check(cli, monkeypatch, tmp_path, model, fault)


@pytest.mark.parametrize("model", MINE)
def test_every_fault_can_be_simulated(cli: Cli, tmp_path: Path, model: str) -> None:
    link = str(tmp_path / "unit")
    for fault in MODEL_FAULTS[model]:
        ended = cli(
            "instruments", "simulate", model, "--link", link, "--fault", fault, "--seconds", "0"
        )
        assert (ended.code, ended.out) == (0, f"ready {link}\n")
