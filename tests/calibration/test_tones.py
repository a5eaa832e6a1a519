"""A tone from several sites."""

import math

import numpy as np
import pytest

from calibration.sampling import (
    SKIN,
    ConditionMismatch,
    Site,
    assess,
    form_tone,
    site_disagreement,
    take_sample,
)
from tests.calibration.surfaces import OTHER_UNIT, UNIT, flat, sample


def grey_site(name: str, *levels: float) -> Site:
    site = Site(name, SKIN)
    for level in levels:
        site = site.with_sample(take_sample(flat(level)))
    return site


def test_every_site_weighs_the_same_however_often_it_was_read() -> None:
    # Weighing readings instead would give (3 * 0.20 + 5 * 0.30) / 8 = 0.2625.
    tone = form_tone([grey_site("a", *[0.20] * 3), grey_site("b", *[0.30] * 5)])
    assert tone.lab[0] == pytest.approx(116 * 0.25 ** (1 / 3) - 16, abs=1e-6)
    assert tone.readings == 8


def test_an_outlier_does_not_count_into_the_tone() -> None:
    tone = form_tone([grey_site("a", 0.25, 0.25, 0.25, 0.75)])
    assert tone.lab[0] == pytest.approx(116 * 0.25 ** (1 / 3) - 16, abs=1e-6)
    assert tone.readings == 3
    assert len(tone.sites[0].samples) == 4


def test_the_spread_is_that_of_single_readings_within_their_site() -> None:
    # Two sites far apart, each scattering by a known amount: pooled variance over 2 + 2 degrees.
    offsets = (-0.4, 0.0, 0.4)
    first = Site("a", SKIN)
    second = Site("b", SKIN)
    for offset in offsets:
        first = first.with_sample(sample((60.0 + offset, 11.0, 17.0)))
        second = second.with_sample(sample((64.0 + 2 * offset, 11.0, 17.0)))
    squares = sum(o**2 for o in offsets) + sum((2 * o) ** 2 for o in offsets)
    tone = form_tone([first, second])
    assert tone.sd == pytest.approx((math.sqrt(squares / 4), 0.0, 0.0), abs=1e-6)
    assert tone.mcdm == pytest.approx(max(assess(s).mcdm or 0 for s in (first, second)))
    assert tone.mcdm > (assess(first).mcdm or 0)


def test_a_tone_names_the_unit_and_the_condition_it_came_from() -> None:
    tone = form_tone([grey_site("a", 0.25, 0.25, 0.25)])
    assert tone.instrument == (UNIT.model, UNIT.serial)
    assert tone.surface == "skin"
    assert tone.condition.illuminant == "D65"


def test_an_unfinished_site_makes_no_tone() -> None:
    with pytest.raises(ValueError, match="'b' is not finished"):
        form_tone([grey_site("a", 0.25, 0.25, 0.25), grey_site("b", 0.25, 0.25)])
    with pytest.raises(ValueError, match="'a' is not finished"):
        form_tone([Site("a", SKIN)])
    with pytest.raises(ValueError, match="no site"):
        form_tone([])


def test_sites_of_two_units_make_no_tone() -> None:
    other = Site("b", SKIN)
    for _ in range(3):
        other = other.with_sample(sample((60, 11, 17), identity=OTHER_UNIT))
    with pytest.raises(ConditionMismatch):
        form_tone([grey_site("a", 0.25, 0.25, 0.25), other])


def test_how_far_sites_disagree_is_the_largest_distance_of_any_two() -> None:
    labs = [(60.0, 11.0, 17.0), (62.0, 11.0, 17.0), (60.0, 14.0, 13.0)]
    sites = []
    for index, lab in enumerate(labs):
        site = Site(str(index), SKIN)
        for _ in range(3):
            site = site.with_sample(sample(lab))
        sites.append(site)
    expected = max(np.linalg.norm(np.subtract(a, b)) for a in labs for b in labs)
    assert site_disagreement(sites) == pytest.approx(expected, abs=1e-6)
    assert site_disagreement(sites[:1]) == 0.0
