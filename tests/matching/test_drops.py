"""Drops: the published table, what a slip costs, two droppers, and the spread of a mix."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matching.drops import fraction_of_drops, plan_drops
from kiosk.matching.inputs import InputError
from kiosk.matching.mixcv import drops_cv, plan_cv
from kiosk.matching.mixing import correct_mix, plan_mix


@pytest.mark.parametrize(
    ("ratio", "active", "diluent", "error"),
    [
        (30, 6, 13, -2.1),
        (35, 5, 13, 0.0),
        (40, 5, 16, -2.4),
        (45, 5, 18, 0.0),
        (50, 4, 17, -2.9),
        (55, 3, 14, -1.2),
        (60, 3, 16, -3.7),
        (25, 5, 8, 0.0),
    ],
)
def test_drops_of_stock_for_every_rung(ratio: int, active: int, diluent: int, error: float) -> None:
    plan = plan_drops(ratio, 45.0)
    assert plan.status == "plan"
    assert (plan.k, plan.active, plan.diluent) == (10, active, diluent)
    assert plan.error_percent == pytest.approx(error, abs=0.05)


def test_one_in_twenty_is_one_step_of_twenty_one_drops() -> None:
    plan = plan_drops(20, 45.0)
    assert (plan.k, plan.active, plan.diluent, plan.error_percent) == (1, 1, 20, 0.0)
    assert plan.total_ul == 945
    assert any("Same dropper" in step for step in plan.steps)
    assert plan_drops(20, 45.0, stock=5).error_percent == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("k", "active", "diluent", "fraction"),
    [(5, 4, 13, 0.047059), (10, 3, 8, 0.027273), (5, 1, 22, 0.008696)],
)
def test_fractions_by_hand(k: int, active: int, diluent: int, fraction: float) -> None:
    assert fraction_of_drops(k, active, diluent) == pytest.approx(fraction, abs=5e-7)


@pytest.mark.parametrize(
    ("ratio", "diluent_slip", "pigment_slip"), [(5, -14.3, 71.4), (20, -4.5, 90.9)]
)
def test_what_one_drop_too_many_does(ratio: int, diluent_slip: float, pigment_slip: float) -> None:
    plan = plan_drops(ratio, 45.0)
    assert plan.one_more_diluent_percent == pytest.approx(diluent_slip, abs=0.05)
    assert plan.one_more_active_percent == pytest.approx(pigment_slip, abs=0.05)


@pytest.mark.parametrize(("ratio", "shift"), [(5, 42), (20, 45)])
def test_two_droppers_are_no_plan(ratio: int, shift: int) -> None:
    plan = plan_drops(ratio, 34.0, diluent_drop_ul=63.0)
    assert plan.status == "one-dropper"
    assert plan.steps == ()
    assert f"{shift} % lighter" in plan.reason


@given(ratio=st.integers(2, 200), stock=st.sampled_from([None, 5, 10]))
def test_every_plan_is_countable_and_not_darker(ratio: int, stock: int | None) -> None:
    plan = plan_drops(ratio, 45.0, stock=stock)
    json.dumps(plan.as_dict(), allow_nan=False)
    if plan.status == "use-syringe":
        assert plan.cv is None
        return
    assert plan.active + plan.diluent <= 24
    assert plan.active >= (1 if plan.k == 1 else 2)
    assert -5.0 <= plan.error_percent <= 0.5
    assert plan.fraction * (1 + ratio) - 1 == pytest.approx(plan.error_percent / 100)


def test_too_light_for_drops_takes_a_syringe() -> None:
    assert plan_drops(200, 45.0).status == "use-syringe"


@pytest.mark.parametrize(("k", "active", "diluent", "cv"), [(1, 1, 20, 0.056), (10, 5, 13, 0.059)])
def test_spread_of_drops(k: int, active: int, diluent: int, cv: float) -> None:
    assert drops_cv(k, active, diluent) == pytest.approx(cv, abs=5e-4)


def test_spread_of_a_syringe() -> None:
    assert plan_cv(plan_mix(35, 5000)) == pytest.approx(0.011, abs=5e-4)
    neat = plan_mix(20, 5000)
    end = 20 / math.sqrt(12)
    assert plan_cv(neat) == pytest.approx(20 / 21 * math.hypot(end / 240, end / 4800))
    assert plan_cv(plan_mix(35, 5000, syringe_ul=10), 10) < plan_cv(plan_mix(35, 5000))


def test_a_stock_of_one_in_five_takes_half_of_it() -> None:
    plan = plan_mix(35, 5000, stock=5)
    assert plan.stock is not None
    assert plan.stock.k == 5
    assert plan.stock.use_ul == 5 * plan.pigment_ul
    assert plan.stock.diluent_ul == 4 * plan.stock.pigment_ul
    assert abs(plan.error_percent) < 0.5
    assert plan_mix(20, 5000, stock=5).stock is None
    mended = correct_mix(40, 100, 4900, stock=5)
    assert mended.stock is not None
    assert mended.stock.k == 5


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: plan_drops(0.5, 45.0), "ratio"),
        (lambda: plan_drops(20, 5.0), "drop_ul"),
        (lambda: plan_drops(20, 45.0, diluent_drop_ul=500.0), "diluent_drop_ul"),
        (lambda: plan_drops(20, 45.0, stock=7), "stock"),
        (lambda: plan_mix(30, 5000, stock=7), "stock"),
    ],
)
def test_what_cannot_be_is_named(call: object, field: str) -> None:
    with pytest.raises(InputError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.field == field
