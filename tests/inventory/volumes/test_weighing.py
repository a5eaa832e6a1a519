"""Grams to microlitres, drops to microlitres, and what is lost on the way."""

import math
import random
import statistics
from datetime import date
from decimal import Decimal

import pytest

from kiosk.inventory.volumes.balance_line import Mass, read_balance_line
from kiosk.inventory.volumes.drops import Series, calibrate_dropper, volume_of_drops
from kiosk.inventory.volumes.losses import Losses, drawable, evaporated
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.inventory.volumes.weighing import Density, Weighed, volume_by_weight

TODAY = date(2026, 5, 1)
TARE = read_balance_line("5.000 g")
#: Density of water, g/ml, by temperature (CRC Handbook).
WATER_20, WATER_25 = Density(0.998203, 0.00001, 20.0), Density(0.997047, 0.00001, 25.0)


def grams(text: str) -> Mass:
    return read_balance_line(f"{text} g")


@pytest.mark.parametrize(
    ("water", "z"),
    # Z factors of ISO 8655-6 at 1013 hPa, µl/mg.
    [(WATER_20, 1.0029), (WATER_25, 1.0040)],
)
def test_water_comes_out_by_the_standards_own_factors(water: Density, z: float) -> None:
    found = volume_by_weight(grams("15.000"), TARE, water, room_c=water.at_c)
    assert found.ul == pytest.approx(10_000 * z, abs=1.0)


def test_the_uncertainty_is_what_many_trials_scatter_by() -> None:
    pigment = Density(1.10, 0.004, 20.0)
    found = volume_by_weight(grams("16.000"), TARE, pigment, room_c=20.0, repeatability_g=0.02)
    dice = random.Random(7)
    trials = []
    for _ in range(20_000):
        net = sum(
            sign * (mass + dice.gauss(0, 0.02) + dice.uniform(-0.0005, 0.0005))
            for sign, mass in ((1, 16.0), (-1, 5.0))
        )
        trials.append(1000 * net / dice.gauss(1.10, 0.004))
    assert found.u_ul == pytest.approx(statistics.stdev(trials), rel=0.03)
    assert found.ul == pytest.approx(statistics.mean(trials) * 1.00094, abs=2.0)  # buoyancy


def test_a_room_unlike_the_densitys_own_widens_the_uncertainty_and_then_refuses() -> None:
    near = volume_by_weight(grams("15.000"), TARE, WATER_20, room_c=20.0)
    far = volume_by_weight(grams("15.000"), TARE, WATER_20, room_c=28.0)
    assert far.ul == near.ul
    assert math.sqrt(far.u_ul**2 - near.u_ul**2) == pytest.approx(10_029 * 0.0005 * 8, rel=1e-3)
    for room in (31.0, 9.0, math.nan):
        with pytest.raises(QuantityError, match="room_c"):
            volume_by_weight(grams("15.000"), TARE, WATER_20, room_c=room)


def test_less_than_the_tare_is_empty_within_the_balance_and_refused_beyond() -> None:
    empty = volume_by_weight(grams("4.999"), TARE, WATER_20, room_c=20.0)
    assert empty.ul == 0
    assert empty.u_ul > 1.0
    with pytest.raises(QuantityError, match="less than the empty container"):
        volume_by_weight(grams("4.990"), TARE, WATER_20, room_c=20.0)


@pytest.mark.parametrize(
    "wrong",
    [(0.5, 0.01, 20.0), (1100.0, 1.0, 20.0), (1.1, 0.0, 20.0), (1.1, 0.2, 20.0),
     (1.1, 0.01, 70.0), (math.nan, 0.01, 20.0)],
)  # fmt: skip
def test_a_density_that_cannot_be_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(QuantityError, match="density"):
        Density(*wrong)


@pytest.mark.parametrize("spread", [0.0, -1.0, math.inf, math.nan])
def test_a_repeatability_that_cannot_be_is_refused(spread: float) -> None:
    with pytest.raises(QuantityError, match="repeatability"):
        volume_by_weight(grams("6.000"), TARE, WATER_20, room_c=20.0, repeatability_g=spread)


def series(*microlitres: int, drops: int = 20, u_ul: float = 2.0) -> list[Series]:
    return [Series(drops, Weighed(ul, u_ul)) for ul in microlitres]


def test_a_dropper_is_the_mean_of_its_series_with_their_spread() -> None:
    found = calibrate_dropper("B-017", series(980, 1_000, 1_020), TODAY)
    assert found.drop_ul == pytest.approx(50.0)
    assert found.drops_per_ml == pytest.approx(20.0)
    assert found.cv == pytest.approx(0.02)  # 1 µl of 50
    assert found.u_drop_ul == pytest.approx(math.hypot(1.0 / math.sqrt(3), 0.1))
    assert (found.drops, found.measured_on) == (60, TODAY)


@pytest.mark.parametrize(
    ("weighed", "says"),
    [
        (series(980, 1_000), "too few"),
        (series(490, 500, 510, drops=9), "too few"),
        ([], "too few"),
        (series(900, 1_000, 1_100), "differ by 10 %"),
        (series(98, 100, 102), "a drop of 5.0"),
        (series(9_800, 10_000, 10_200), "a drop of 500.0"),
    ],
)
def test_too_little_or_too_ragged_a_measurement_is_no_calibration(
    weighed: list[Series], says: str
) -> None:
    with pytest.raises(QuantityError) as refused:
        calibrate_dropper("B-017", weighed, TODAY)
    assert says in refused.value.problem


def test_drops_become_a_volume_only_by_their_own_bottles_dropper() -> None:
    dropper = calibrate_dropper("B-017", series(980, 1_000, 1_020), TODAY)
    found = volume_of_drops("B-017", 12, dropper)
    assert found.ul == 600
    # Series of 20 drops scatter by 1 µl a drop, so single drops by 4.47, and 12 together by 15.5.
    assert found.u_ul == pytest.approx(
        math.hypot(15.49, 12 * math.hypot(1 / math.sqrt(3), 0.1)), rel=1e-3
    )
    with pytest.raises(QuantityError, match="never measured"):
        volume_of_drops("B-017", 12, None)
    with pytest.raises(QuantityError, match="that of B-017"):
        volume_of_drops("B-018", 12, dropper)
    with pytest.raises(QuantityError, match="number of drops"):
        volume_of_drops("B-017", 0, dropper)


LOSSES = Losses(evaporation_ul_per_week=70, dead_ul=300)


def test_the_dead_volume_is_said_beside_the_book_and_not_taken_off_it() -> None:
    found = drawable(1_000, LOSSES)
    assert (found.book_ul, found.ul) == (1_000, 700)
    assert found.sentence == "0.70 ml of 1.00 ml: 0.30 ml stays inside."
    assert drawable(200, LOSSES).ul == 0
    assert drawable(1_000, Losses()).sentence == "1.00 ml."


@pytest.mark.parametrize(
    ("opened", "since", "ul"),
    [
        (None, date(2026, 4, 1), 0),
        (date(2026, 4, 1), date(2026, 4, 10), 210),
        (date(2026, 4, 24), date(2026, 4, 1), 70),
        (date(2026, 4, 28), date(2026, 4, 1), 30),
        (date(2026, 5, 2), date(2026, 4, 1), 0),
    ],
)
def test_only_an_open_bottle_evaporates_and_only_since_the_last_count(
    opened: date | None, since: date, ul: int
) -> None:
    assert evaporated(LOSSES, opened, since, TODAY) == ul


def test_an_allowance_is_not_negative() -> None:
    with pytest.raises(QuantityError):
        Losses(evaporation_ul_per_week=-1)
    with pytest.raises(QuantityError):
        Losses(dead_ul=-1)


def test_masses_keep_the_digits_of_the_display() -> None:
    assert grams("5.000") == Mass(Decimal("5.000"), Decimal("0.001"))
