"""Repeats of one place: enough of them, close enough together, or not usable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.sampling import (
    HAIR,
    PROTOCOLS,
    SKIN,
    Lab,
    Site,
    Surface,
    assess,
    mcdm,
    mean_lab,
    take_sample,
)
from tests.calibration.surfaces import euclidean, flat, sample


def site_of(*labs: Lab, surface: Surface = "skin") -> Site:
    site = Site("crown", PROTOCOLS[surface])
    for lab in labs:
        site = site.with_sample(sample(lab))
    return site


def around(lab: Lab, *steps: float) -> list[Lab]:
    """Readings that differ in lightness only, by these steps."""
    return [(lab[0] + step, lab[1], lab[2]) for step in steps]


FIRST, SECOND, ODD = (62.1, 12.0, 16.2), (62.4, 11.8, 16.0), (54.9, 12.3, 13.1)


def test_ac_p06_the_scenario_is_as_far_apart_as_it_says() -> None:
    assert euclidean(FIRST, SECOND) == pytest.approx(0.4, abs=0.05)
    assert 7.8 <= euclidean(FIRST, ODD) <= 8.1
    assert 7.8 <= euclidean(SECOND, ODD) <= 8.1


def test_ac_p06_the_outlier_is_marked_a_repeat_asked_and_the_value_made_without_it() -> None:
    judged = assess(site_of(FIRST, SECOND, ODD))
    assert judged.outliers == (2,)
    assert judged.state == "repeat"
    assert "Reading 3" in judged.sentence
    assert "read again" in judged.sentence
    assert judged.missing == 1
    assert judged.lab == pytest.approx(assess(site_of(FIRST, SECOND)).lab)
    assert judged.lab == pytest.approx((62.25, 11.9, 16.1), abs=0.02)
    assert judged.distances[2] > 5 > judged.distances[0]


def test_ac_p06_the_raw_row_stays_and_the_repeat_completes_the_site() -> None:
    site = site_of(FIRST, SECOND, ODD, (62.2, 11.9, 16.1))
    judged = assess(site)
    assert judged.state == "accepted"
    assert judged.outliers == (2,)
    assert len(site.samples) == 4
    assert site.samples[2].lab == pytest.approx(ODD)


def test_readings_in_two_camps_have_no_outlier_and_no_agreement() -> None:
    judged = assess(site_of(*around((60.0, 11.0, 17.0), 0.0, 0.1, 9.0, 9.1)))
    assert judged.state == "repeat"
    assert judged.outliers == ()
    assert judged.mcdm == pytest.approx(max(judged.distances), abs=0.5)


def test_two_outliers_are_not_left_out() -> None:
    base = (60.0, 11.0, 17.0)
    judged = assess(site_of(*around(base, 0.0, 0.1, -0.1, 9.0, 9.1)))
    assert judged.state == "unusable"
    assert judged.lab is None


def test_ac_p07_after_the_last_attempt_the_site_is_not_usable_and_has_no_average() -> None:
    site = Site("crown", SKIN)
    for lab in around((60.0, 11.0, 17.0), 0.0, 5.0, -4.0, 4.5, -5.0):
        assert assess(site).state in {"reading", "repeat"}
        site = site.with_sample(sample(lab))
    judged = assess(site)
    assert judged.state == "unusable"
    assert judged.lab is None
    assert judged.mcdm is not None
    assert judged.mcdm > SKIN.mcdm_limit
    assert "not usable" in judged.sentence


@pytest.mark.parametrize(("surface", "fewest", "most"), [("skin", 3, 5), ("hair", 5, 8)])
def test_a_site_takes_no_fewer_and_no_more_readings_than_its_protocol(
    surface: Surface, fewest: int, most: int
) -> None:
    base = (60.0, 11.0, 17.0)
    quiet = Site("x", PROTOCOLS[surface])
    for taken in range(fewest):
        judged = assess(quiet)
        assert judged.state == "reading"
        assert judged.missing == fewest - taken
        quiet = quiet.with_sample(sample(base))
    assert assess(quiet).state == "accepted"
    spread = [9.0 * (-1) ** n + n for n in range(most)]  # in two camps, 18 apart
    assert assess(site_of(*around(base, *spread[:-1]), surface=surface)).state == "repeat"
    assert assess(site_of(*around(base, *spread), surface=surface)).state == "unusable"


def test_dropping_the_last_reading_gives_the_site_before_it() -> None:
    site = site_of(FIRST, SECOND)
    assert site.with_sample(sample(ODD)).without_last() == site


def test_no_reading_yet_has_nothing_to_say() -> None:
    judged = assess(Site("crown", SKIN))
    assert (judged.state, judged.lab, judged.mcdm, judged.missing) == ("reading", None, None, 3)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 0.95), min_size=2, max_size=5))
def test_repeats_are_averaged_as_light_and_not_as_lightness(levels: list[float]) -> None:
    # For greys the mean reflectance is the mean of the levels; its lightness is the definition's.
    lightness = mean_lab([take_sample(flat(level)) for level in levels])[0]
    assert lightness == pytest.approx(116.0 * np.mean(levels) ** (1 / 3) - 16.0, abs=1e-6)
    in_lab = np.mean([116.0 * level ** (1 / 3) - 16.0 for level in levels])
    # The cube root is concave, so averaging L* comes out darker (Jensen).
    assert lightness >= in_lab - 1e-9


def test_mcdm_is_the_mean_distance_from_the_mean() -> None:
    # Greys: CIEDE2000 of a step in lightness alone is the step over S_L, and S_L is 1 where the
    # two have a mean lightness of 50 (Sharma, Wu, Dalal 2005, eq. 15); here it is 49.75 and 50.25.
    assert mcdm([(49.5, 0, 0), (50.5, 0, 0), (50.0, 0, 0)], (50.0, 0, 0)) == pytest.approx(
        (0.5 + 0.5 + 0.0) / 3, rel=5e-4
    )


def test_floors_and_limits_of_the_two_surfaces() -> None:
    assert (SKIN.mcdm_limit, HAIR.mcdm_limit) == (1.2, 2.0)
    assert (SKIN.outlier_floor, HAIR.outlier_floor) == (2.0, 3.0)
