"""Plans a syringe can follow, and the mend of a wrong cup."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matching.inputs import InputError
from kiosk.matching.mixing import correct_mix, plan_mix
from kiosk.matching.mixplan import MixPlan

KEYS = {
    "steps", "pigment_ul", "diluent_ul", "stock", "total_ul", "error_percent", "status", "reason",
}  # fmt: skip

ratios = st.integers(1, 200) | st.floats(1.0, 200.0)
syringes = st.sampled_from([5, 10, 20, 25, 50])


@pytest.mark.parametrize(
    ("ratio", "drawn", "diluent"),
    [
        (20, 240, 4800),
        (25, 200, 5000),
        (30, 1600, 3360),
        (35, 1400, 3640),
        (40, 1200, 3720),
        (45, 1100, 3960),
        (50, 1000, 4100),
        (55, 900, 4140),
        (60, 800, 4080),
    ],
)
def test_five_millilitres_of_every_rung(ratio: int, drawn: int, diluent: int) -> None:
    plan = plan_mix(ratio, 5000)
    assert plan.status == "plan"
    assert plan.error_percent == 0.0
    if ratio <= 25:
        assert plan.stock is None
        assert (plan.pigment_ul, plan.diluent_ul) == (drawn, diluent)
        assert (plan.drawn_pigment_ul, plan.drawn_diluent_ul) == (drawn, diluent)
    else:
        assert plan.stock is not None
        assert (plan.stock.k, plan.stock.pigment_ul, plan.stock.diluent_ul) == (10, 500, 4500)
        assert plan.stock.use_ul == drawn
        assert plan.pigment_ul == drawn // 10
        assert plan.diluent_ul == drawn - drawn // 10 + diluent
        assert (plan.drawn_pigment_ul, plan.drawn_diluent_ul) == (500, 4500 + diluent)
        assert any(f"{drawn / 1000:.2f} ml of the stock" in step for step in plan.steps)
    assert any(f"Add {diluent / 1000:.2f} ml diluent" in step for step in plan.steps)
    assert "one client, today" in plan.steps[-1]


@pytest.mark.parametrize(
    ("ratio", "total", "pigment", "diluent"), [(10, 5500, 500, 5000), (20, 10500, 500, 10000)]
)
def test_dilution_arithmetic(ratio: int, total: int, pigment: int, diluent: int) -> None:
    plan = plan_mix(ratio, total)
    assert (plan.status, plan.pigment_ul, plan.diluent_ul) == ("plan", pigment, diluent)
    assert plan.total_ul == total


@pytest.mark.parametrize(("ratio", "total"), [(20, 630), (10, 330), (60, 1000)])
def test_a_batch_below_the_syringe_proposes_the_smallest(ratio: int, total: int) -> None:
    plan = plan_mix(ratio, total)
    assert plan.status == "too-small"
    assert plan.total_ul > total
    drawn = plan.pigment_ul if plan.stock is None else plan.stock.use_ul
    assert drawn == 200  # half of 20 is 5 % of it
    assert f"smallest batch above it that can is {plan.total_ul / 1000:.2f} ml" in plan.reason
    assert plan_mix(ratio, plan.total_ul).status == "plan"


def test_between_two_batches_of_a_coarse_syringe_the_larger_is_proposed() -> None:
    plan = plan_mix(45, 1288, syringe_ul=25)
    assert (plan.status, plan.total_ul) == ("too-small", 1375)


def test_a_batch_above_the_pigment_limit_proposes_the_largest() -> None:
    plan = plan_mix(4, 6500)
    assert plan.status == "remake"
    assert (plan.pigment_ul, plan.diluent_ul) == (1000, 4000)
    assert "limit" in plan.reason
    assert plan_mix(4, 6500, pigment_limit_ul=1500).status == "plan"


def test_stock_grows_with_what_the_cup_takes() -> None:
    plan = plan_mix(30, 24800)
    assert plan.stock is not None
    assert plan.stock.use_ul == 8000
    assert plan.stock.pigment_ul == 800


def check_volumes(plan: MixPlan, ratio: float, syringe: int) -> None:
    """What must hold of every plan, computed from the volumes alone."""
    error = (plan.pigment_ul / plan.total_ul) * (1 + ratio) - 1
    # 1:R is taken to six decimals.
    assert plan.error_percent == pytest.approx(100 * error, abs=1e-3)
    assert -0.05 - 1e-6 <= error <= 0.005 + 1e-6
    assert plan.pigment_ul <= 1000
    drawn = [plan.pigment_ul, plan.diluent_ul]
    if plan.stock is not None:
        stock = plan.stock
        assert stock.pigment_ul * 9 == stock.diluent_ul
        assert stock.use_ul == 10 * plan.pigment_ul
        assert stock.use_ul <= stock.pigment_ul + stock.diluent_ul
        assert stock.pigment_ul <= 1000
        drawn = [stock.use_ul, plan.diluent_ul - 9 * plan.pigment_ul, stock.pigment_ul]
    assert (plan.stock is None) == (ratio <= 25)
    for volume in drawn:
        assert volume % syringe == 0
        assert syringe / 2 <= 0.05 * volume
    assert json.loads(json.dumps(plan.as_dict(), allow_nan=False)).keys() >= KEYS


@given(ratio=ratios, total=st.integers(1, 30_000), syringe=syringes)
def test_every_plan_can_be_drawn(ratio: float, total: int, syringe: int) -> None:
    plan = plan_mix(ratio, total, syringe_ul=syringe)
    check_volumes(plan, ratio, syringe)
    if plan.status == "plan":
        assert abs(plan.total_ul - total) <= 0.05 * total
    elif plan.status == "too-small":
        assert plan.total_ul > 0.95 * total
    else:
        assert plan.status == "remake"
        assert plan.total_ul < total


@given(ratio=st.integers(1, 80), total=st.integers(400, 12_000))
def test_no_other_volumes_come_nearer(ratio: int, total: int) -> None:
    plan = plan_mix(ratio, total)
    k = 1 if ratio <= 25 else 10
    found = []
    for active in range(200, min(total * 21 // 20, 1000 * k) + 1, 20):
        low = max(200, math.ceil((0.95 * total - active) / 20 - 1e-9) * 20)
        for diluent in range(low, math.floor(1.05 * total + 1e-9) - active + 1, 20):
            relative = active / k * (1 + ratio) / (active + diluent)
            if 0.95 - 1e-12 <= relative <= 1.005 + 1e-12:
                found.append((round(abs(math.log(relative)), 12), abs(active + diluent - total)))
    assert (plan.status == "plan") == bool(found)
    if found:
        merit = round(abs(math.log(plan.pigment_ul * (1 + ratio) / plan.total_ul)), 12)
        assert (merit, abs(plan.total_ul - total)) == min(found)


def test_over_pour_keeps_the_pigment() -> None:
    plan = correct_mix(18, 600, 0)
    assert plan.status == "add-diluent"
    assert (plan.pigment_ul, plan.diluent_ul, plan.total_ul) == (600, 10800, 11400)
    assert (plan.drawn_pigment_ul, plan.drawn_diluent_ul, plan.waste_ul) == (0, 10800, 0)
    assert "10.80 ml diluent" in plan.steps[0]
    assert "11.40 ml" in plan.reason
    assert "discard" in plan.reason


def test_too_strong_a_wish_is_made_afresh() -> None:
    plan = correct_mix(4, 500, 6000)
    assert plan.status == "remake"
    assert "1.50 ml pigment" in plan.reason
    assert "limit of 1.00 ml" in plan.reason
    assert plan.waste_ul == 6500
    assert "6.50 ml" in plan.steps[0]
    assert (plan.pigment_ul, plan.diluent_ul) == (1000, 4000)
    assert correct_mix(4, 500, 6000, pigment_limit_ul=1500).status == "add-pigment"


def test_a_fresh_mix_may_have_its_own_volume() -> None:
    plan = correct_mix(4, 500, 6000, total_ul=3000)
    assert (plan.status, plan.total_ul, plan.waste_ul) == ("remake", 3000, 6500)


def test_too_light_takes_pigment() -> None:
    plan = correct_mix(10, 500, 6000)
    assert plan.status == "add-pigment"
    assert (plan.pigment_ul, plan.diluent_ul) == (600, 6000)
    assert plan.drawn_pigment_ul == 100
    assert "0.10 ml pigment" in plan.steps[0]


def test_too_light_above_one_to_twenty_five_takes_stock() -> None:
    plan = correct_mix(40, 100, 4900)
    assert plan.status == "add-pigment"
    assert plan.stock is not None
    assert plan.stock.use_ul % 20 == 0
    assert plan.pigment_ul == 100 + plan.stock.use_ul // 10
    assert plan.diluent_ul == 4900 + 9 * plan.stock.use_ul // 10
    assert -1.0 < plan.error_percent <= 0.5


@pytest.mark.parametrize(("pigment", "diluent"), [(100, 4000), (100, 4150), (1000, 40_000)])
def test_good_enough_is_left_alone(pigment: int, diluent: int) -> None:
    plan = correct_mix(40, pigment, diluent)
    assert plan.status == "plan"
    assert (plan.pigment_ul, plan.diluent_ul) == (pigment, diluent)
    assert (plan.drawn_pigment_ul, plan.drawn_diluent_ul) == (0, 0)
    assert "as it is" in plan.reason


def test_a_cup_over_the_limit_is_made_afresh() -> None:
    plan = correct_mix(18, 1100, 0)
    assert plan.status == "remake"
    assert "1.10 ml pigment" in plan.reason


def test_a_drop_in_a_cup_cannot_be_corrected() -> None:
    plan = correct_mix(5, 10, 10)
    assert plan.status == "remake"
    assert "too little" in plan.reason


@given(
    ratio=ratios,
    pigment=st.integers(0, 1500),
    diluent=st.integers(0, 20_000),
    syringe=syringes,
)
def test_every_correction_ends_at_the_ratio(
    ratio: float, pigment: int, diluent: int, syringe: int
) -> None:
    if pigment + diluent == 0:
        return
    plan = correct_mix(ratio, pigment, diluent, syringe_ul=syringe)
    error = plan.pigment_ul / plan.total_ul * (1 + ratio) - 1
    assert -0.05 - 1e-6 <= error <= 0.005 + 1e-6
    assert plan.pigment_ul <= 1000
    before = pigment / (pigment + diluent) * (1 + ratio)
    if plan.status == "remake":
        assert plan.waste_ul == pigment + diluent
    else:
        assert plan.pigment_ul >= pigment
        assert plan.diluent_ul >= diluent
        assert plan.waste_ul == 0
    if plan.status == "add-diluent":
        assert before > 1.0
        assert plan.pigment_ul == pigment
        assert plan.drawn_diluent_ul == plan.diluent_ul - diluent
        assert plan.drawn_diluent_ul % syringe == 0
    if plan.status == "add-pigment":
        assert before < 1.0
        assert (plan.stock is None) == (ratio <= 25)
        assert plan.drawn_pigment_ul >= plan.pigment_ul - pigment
    assert json.loads(json.dumps(plan.as_dict(), allow_nan=False)).keys() >= KEYS


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((0.5, 5000), "ratio"),
        ((1001, 5000), "ratio"),
        ((math.nan, 5000), "ratio"),
        (("many", 5000), "ratio"),
        ((20, 0), "total_ul"),
        ((20, 5000.5), "total_ul"),
        ((20, 2_000_000), "total_ul"),
    ],
)
def test_a_wish_that_cannot_be_is_named(arguments: tuple[float, int], field: str) -> None:
    with pytest.raises(InputError) as caught:
        plan_mix(*arguments)
    assert caught.value.field == field


def test_a_syringe_too_coarse_for_the_limit_is_named() -> None:
    with pytest.raises(InputError, match="too coarse"):
        plan_mix(20, 5000, syringe_ul=200)


def test_an_empty_cup_has_no_correction() -> None:
    with pytest.raises(InputError, match="empty"):
        correct_mix(20, 0, 0)
