"""One reading: kept with its colour, or not kept at all."""

import math

import pytest

from calibration.sampling import PROTOCOLS, ConditionMismatch, Site, take_sample
from drivers.errors import InstrumentError, ProtocolError, Saturated
from drivers.readings import Condition
from tests.calibration.surfaces import BANDS, OTHER_UNIT, flat, raw, sample


@pytest.mark.parametrize("band", [0, 15, 30])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_ac_p05_a_band_that_is_no_number_leaves_nothing(band: int, value: float) -> None:
    values = [0.3] * BANDS
    values[band] = value
    with pytest.raises(ProtocolError, match="not kept"):
        take_sample(raw(tuple(values)))


def test_ac_p05_an_empty_spectrum_leaves_nothing() -> None:
    with pytest.raises(InstrumentError):
        take_sample(raw(()))


def test_ac_p05_lightness_140_leaves_nothing() -> None:
    # L* = 116 f(Y) - 16 = 140 needs Y = (156/116)^3.
    with pytest.raises(Saturated, match=r"L\* 140\.0"):
        take_sample(flat((156 / 116) ** 3))


def test_a_negative_lightness_leaves_nothing() -> None:
    with pytest.raises(Saturated):
        take_sample(flat(-0.01))


def test_the_darkest_and_the_whitest_surface_are_kept() -> None:
    assert take_sample(flat(0.0)).lab[0] == pytest.approx(0.0, abs=1e-9)
    assert take_sample(flat(0.9999999)).lab[0] == pytest.approx(100.0, abs=1e-4)


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (Condition("d/8", "D65", "10"), "geometry"),
        (Condition("45/0", "D50", "10"), "illuminant"),
        (Condition("45/0", "D65", "2"), "observer"),
    ],
)
def test_readings_of_two_conditions_never_share_a_site(condition: Condition, named: str) -> None:
    site = Site("crown", PROTOCOLS["skin"]).with_sample(sample((60, 11, 17)))
    with pytest.raises(ConditionMismatch, match=named):
        site.with_sample(sample((60, 11, 17), condition=condition))
    assert len(site.samples) == 1


def test_readings_of_two_units_never_share_a_site() -> None:
    site = Site("crown", PROTOCOLS["skin"]).with_sample(sample((60, 11, 17)))
    with pytest.raises(ConditionMismatch, match=r"CM000T0001.*CM000T0002"):
        site.with_sample(sample((60, 11, 17), identity=OTHER_UNIT))


def test_another_aperture_alone_is_no_mismatch() -> None:
    site = Site("crown", PROTOCOLS["skin"]).with_sample(sample((60, 11, 17)))
    wider = sample((60, 11, 17), condition=Condition("45/0", "D65", "10", aperture_mm=8.0))
    assert len(site.with_sample(wider).samples) == 2
