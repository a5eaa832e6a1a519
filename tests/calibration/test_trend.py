"""Repeats that run one way: a pressed probe or a warming head."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.sampling import HAIR, SKIN, Lab, Site, assess
from calibration.trend import find_trend
from tests.calibration.surfaces import sample

SKIN_LAB = np.array([60.0, 12.0, 17.0])


def drifting(step: tuple[float, float, float], count: int) -> list[Lab]:
    return [tuple((SKIN_LAB + i * np.array(step)).tolist()) for i in range(count)]  # type: ignore[misc]


def test_skin_that_pales_under_the_probe_is_called_pressure() -> None:
    trend = find_trend("skin", drifting((0.6, -1.1, 0.0), 3))
    assert trend is not None
    assert trend.axis == "a*"
    assert trend.change == pytest.approx(-2.2)
    assert "presses" in trend.sentence
    assert "a* -2.2 over 3 readings" in trend.sentence


def test_readings_that_get_darker_are_called_drift() -> None:
    trend = find_trend("skin", drifting((-1.6, 0.0, 0.0), 3))
    assert trend is not None
    assert trend.axis == "L*"
    assert "warms up" in trend.sentence


def test_a_step_as_large_as_the_usual_scatter_is_no_trend() -> None:
    # Slope 0.7 over three readings with SD 0.73: 1.35 standard errors.
    assert find_trend("skin", drifting((0.7, 0.0, 0.0), 3)) is None


def test_more_readings_show_a_smaller_trend() -> None:
    # Slope 0.8: 1.5 standard errors over three readings, 3.5 over five (squares 2 and 10).
    assert find_trend("skin", drifting((0.8, 0.0, 0.0), 3)) is None
    assert find_trend("skin", drifting((0.8, 0.0, 0.0), 5)) is not None


def test_a_turn_on_the_way_is_scatter() -> None:
    labs = drifting((1.6, 0.0, 0.0), 4)
    labs[1], labs[2] = labs[2], labs[1]
    assert find_trend("skin", labs) is None


@given(st.permutations(range(5)))
def test_whatever_order_two_readings_show_nothing(order: list[int]) -> None:
    labs = [drifting((3.0, 0.0, 0.0), 5)[i] for i in order[:2]]
    assert find_trend("skin", labs) is None


def test_false_alarms_are_as_rare_as_promised() -> None:
    rng = np.random.default_rng(11)
    scatter = np.array([[0.537, -0.033, 0.064], [-0.033, 0.261, 0.040], [0.064, 0.040, 0.220]])
    for count, promised in ((3, 0.013), (5, 0.004)):
        sets = rng.multivariate_normal(SKIN_LAB, scatter, size=(4000, count))
        alarms = np.mean([find_trend("skin", labs) is not None for labs in sets.tolist()])
        # Four standard errors of a share over 4000 trials.
        assert alarms == pytest.approx(promised, abs=4 * (promised / 4000) ** 0.5)


def test_a_site_that_drifts_asks_for_another_reading_before_it_is_accepted() -> None:
    site = Site("crown", SKIN)
    for lab in drifting((0.5, -1.1, 0.0), 3):
        site = site.with_sample(sample(lab))
    judged = assess(site)
    assert judged.mcdm is not None
    assert judged.mcdm <= SKIN.mcdm_limit
    assert judged.state == "repeat"
    assert "presses" in judged.sentence
    assert judged.trend is not None
    assert judged.lab is not None
    # A fourth reading without pressure breaks the trend.
    assert assess(site.with_sample(sample((60.5, 11.0, 17.0)))).state == "accepted"


def test_a_drift_at_the_last_attempt_is_accepted_and_said() -> None:
    site = Site("nape", HAIR)
    for lab in drifting((-0.55, 0.0, 0.0), 8):
        site = site.with_sample(sample((lab[0] - 35.0, 2.0, 3.0)))
    judged = assess(site)
    assert judged.mcdm is not None
    assert judged.mcdm <= HAIR.mcdm_limit
    assert judged.state == "accepted"
    assert judged.trend is not None
    assert "drift" in judged.sentence
