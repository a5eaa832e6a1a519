"""Calibrations, clocks and temperatures that do not fit the reading."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calibration.gate import judge_card
from calibration.sampling import PROTOCOLS, Site, assess, take_sample
from drivers import (
    Gated,
    NeedsCalibration,
    UnitFault,
)
from drivers.channel_heads import TEMPERATURE
from drivers.simulators import As726xUnit
from tests.drivers.failures.table import shows
from tests.drivers.rack import ONE_OF_EACH, Rack

HEADS = ("as7261", "as7262", "as7265x", "open-head")


@shows("F34")
def test_a_calibration_on_paper_shows_on_the_card_and_nowhere_else(units: Rack) -> None:
    plugged = units.plug("cr30", target="skin-light")
    unit = plugged.ready()
    before = take_sample(unit.read())
    # A magnet near the button, over a surface lighter than the tile: a white calibration.
    plugged.host.control("target tile")
    plugged.host.control("fault cap-on")
    plugged.host.control("target skin-light")
    with pytest.raises(Gated):
        unit.read(confirm=True)
    plugged.host.control("fault none")
    after = take_sample(unit.read())
    assert after.raw.warnings == ()
    verdict, difference = judge_card(after.lab, before.lab)
    assert verdict != "pass"
    assert difference is not None
    assert difference > 3.0
    unit.close()


@shows("F38")
@pytest.mark.parametrize("model", ["cm700d", "cm2600d"])
@pytest.mark.parametrize("change", ["slider sav", "mode 2"])
def test_another_aperture_or_mode_needs_its_own_calibration(
    units: Rack, model: str, change: str
) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control(change if model == "cm700d" or "mode" not in change else "mode 1")
    with pytest.raises(NeedsCalibration, match="another setting"):
        unit.read()
    unit.close()


@shows("F38")
@pytest.mark.parametrize("model", ["as7262", "as7265x"])
def test_another_gain_needs_its_own_calibration(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    first = unit.baseline
    unit._gain -= 1  # what a white that is too bright does, too
    unit._set_up()
    with pytest.raises(NeedsCalibration, match="taken with"):
        unit.read()
    assert unit.baseline == first
    unit.close()


@shows("F38")
def test_another_filter_needs_its_own_calibration(units: Rack) -> None:
    plugged = units.plug("spectrolino")
    unit = plugged.ready()
    plugged.host.control("filter uv")
    with pytest.raises(NeedsCalibration, match="filter"):
        unit.read()
    unit.close()


@shows("F39")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_readings_have_the_hosts_time(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    before = datetime.now(UTC)
    reading = unit.read()
    assert before <= reading.at <= datetime.now(UTC)
    unit.close()


@shows("F41")
@pytest.mark.parametrize("model", HEADS)
def test_a_head_warmer_than_at_white_warns(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    assert TEMPERATURE not in unit.read().warnings
    plugged.host.control("temperature 40")
    assert TEMPERATURE in unit.read().warnings
    unit.close()


@shows("F41")
@pytest.mark.parametrize("model", ["as7261", "as7262", "as7265x"])
def test_a_head_too_hot_keeps_its_lamp_off(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    head = plugged.unit
    assert isinstance(head, As726xUnit)
    unit = plugged.ready()
    plugged.host.control("temperature 80")
    with pytest.raises(UnitFault, match="hot"):
        unit.read()
    assert not head.lamp
    unit.close()


@shows("F42")
def test_a_unit_lifted_while_repeats_are_taken_asks_for_a_repeat(units: Rack) -> None:
    plugged = units.plug("cr30")
    unit = plugged.ready("skin-medium")
    site = Site("crown", PROTOCOLS["skin"])
    for target in ("skin-medium", "skin-medium", "hair-brown"):
        plugged.host.control(f"target {target}")
        plugged.host.control("lift")
        site = site.with_sample(take_sample(unit.read()))
    found = assess(site)
    assert (found.state, found.outliers) == ("repeat", (2,))
    unit.close()
