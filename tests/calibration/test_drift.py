"""The drift chart: limits known from elsewhere, and words for every state."""

from datetime import UTC, datetime, timedelta

import pytest

from calibration.drift import BASE_READINGS, DriftChart, TileReading, drift_chart

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

# Montgomery, Introduction to Statistical Quality Control, the individuals example of chapter 6:
# viscosity of fifteen batches of aircraft primer paint.
VISCOSITY = (
    *(33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27),
    *(33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84),
)
QUIET = (0.02, -0.03, 0.01, 0.03, -0.02, 0.01, 0.02, -0.03, 0.00, -0.01)


def chart(*lightness: float, a: float = 0.0) -> DriftChart:
    return drift_chart(
        "CM000T0001",
        [TileReading(START + timedelta(days=i), (L, a, 2.0)) for i, L in enumerate(lightness)],
    )


def test_the_limits_are_those_of_a_textbook_example() -> None:
    readings = [
        TileReading(START + timedelta(days=i), (value, 0.0, 0.0))
        for i, value in enumerate(VISCOSITY)
    ]
    found = drift_chart("A", readings, base=len(readings))
    assert found.centre is not None
    assert found.lower is not None
    assert found.upper is not None
    assert found.range_limit is not None
    # As published: mean 33.52, mean moving range 0.48, limits 34.80 and 32.24, range limit 1.57.
    assert found.centre[0] == pytest.approx(33.52, abs=0.005)
    assert found.upper[0] == pytest.approx(34.80, abs=0.01)
    assert found.lower[0] == pytest.approx(32.24, abs=0.01)
    assert found.range_limit[0] == pytest.approx(1.57, abs=0.015)


def test_a_unit_has_no_habits_before_ten_readings() -> None:
    found = chart(*[90.0] * (BASE_READINGS - 1))
    assert found.upper is None
    assert found.state == "starting"
    assert "1 more is needed" in found.sentence
    assert "9 more are needed" in found.points[0].sentence


def base() -> list[float]:
    return [90.0 + step for step in QUIET]


def test_readings_as_ever_are_steady() -> None:
    found = chart(*base(), 90.01, 89.98)
    assert found.state == "steady"
    assert [point.state for point in found.points] == ["steady"] * 12


@pytest.mark.parametrize(
    ("step", "state"),
    [(0.28, "unusual"), (0.33, "watch"), (-0.58, "watch"), (0.64, "out"), (-5.0, "out")],
)
def test_fixed_limits_go_before_the_units_own(step: float, state: str) -> None:
    found = chart(*base(), 90.02 + step)
    assert found.state == state
    assert f"{abs(step):.2f}" in found.sentence


def test_out_of_limits_counts_from_the_first_reading_and_in_all_three_axes() -> None:
    readings = [TileReading(START, (90.0, 0.0, 2.0))]
    readings.append(TileReading(START + timedelta(days=1), (90.4, 0.4, 2.4)))
    found = drift_chart("A", readings)
    assert found.points[-1].difference == pytest.approx(0.48**0.5)
    assert found.state == "out"


def test_a_small_step_that_is_unusual_for_this_unit_is_named_by_its_axis() -> None:
    found = chart(*base(), 90.15)
    assert found.state == "unusual"
    assert "L*" in found.sentence
    assert "beyond what this unit usually shows" in found.sentence


def test_nine_readings_on_one_side_are_a_slow_drift_and_eight_are_not() -> None:
    # 0.03 above the centre is well inside three SD.
    assert chart(*base(), *[90.03] * 8).state == "steady"
    found = chart(*base(), *[90.03] * 9)
    assert found.state == "unusual"
    assert "slow drift" in found.sentence


def test_a_jump_from_one_limit_to_the_other_is_named() -> None:
    rough = [90.0 + 2 * step for step in QUIET]
    limit = chart(*rough).range_limit
    assert limit is not None
    below, above = 90.0 - 0.52 * limit[0], 90.0 + 0.52 * limit[0]
    found = chart(*rough, below, above)
    assert found.state == "unusual"
    assert "jumped" in found.sentence


def test_a_unit_without_any_scatter_does_not_alarm_at_the_last_digit() -> None:
    assert chart(*[90.0] * 12, 90.01).state == "steady"
    assert chart(*[90.0] * 12, 90.05).state == "unusual"


def test_readings_out_of_order_or_none_are_refused() -> None:
    with pytest.raises(ValueError, match="not been read"):
        drift_chart("A", [])
    late, early = TileReading(START, (90, 0, 0)), TileReading(START - timedelta(days=1), (90, 0, 0))
    with pytest.raises(ValueError, match="order"):
        drift_chart("A", [late, early])
