"""Tiles: what they are good for, at which temperature, and whose they are."""

from datetime import date, timedelta

import numpy as np
import pytest

from calibration.colorimetry import spectrum_to_lab
from calibration.references import (
    BCRA_PER_TEN_DEGREES,
    Reference,
    WrongReference,
    band_values,
    certificate_age,
    expected_lab,
    require_same_cap,
    require_usable,
    suitability,
)
from drivers.readings import Spectrum
from tests.calibration.surfaces import BANDS, START_NM, STEP_NM, reflectance

CERTIFIED = date(2025, 11, 3)


def tile(colour: str = "white", level: float = 0.9, **more: object) -> Reference:
    spectrum = Spectrum(START_NM, STEP_NM, (level,) * BANDS)
    return Reference("T-17", colour, "45/0", CERTIFIED, spectrum, **more)  # type: ignore[arg-type]


# Euclidean differences as published beside the coefficients, rounded to two digits there.
PUBLISHED = {
    "pale grey": 0.04,
    "mid grey": 0.05,
    "difference grey": 0.06,
    "deep grey": 0.01,
    "deep pink": 0.49,
    "red": 1.01,
    "orange": 0.98,
    "yellow": 0.76,
    "green": 0.69,
    "difference green": 0.71,
    "cyan": 0.33,
    "deep blue": 0.06,
}


def test_thermal_coefficients_add_up_to_the_published_differences() -> None:
    assert set(PUBLISHED) == set(BCRA_PER_TEN_DEGREES)
    for colour, change in BCRA_PER_TEN_DEGREES.items():
        length = sum(part**2 for part in change) ** 0.5
        # Coefficients are rounded to 0.01 each, so their length may be off by 0.005 * sqrt(3).
        assert length == pytest.approx(PUBLISHED[colour], abs=0.014), colour


@pytest.mark.parametrize("colour", ["white", "pale grey", "mid grey", "deep grey"])
def test_grey_and_white_are_for_drift(colour: str) -> None:
    assert suitability(tile(colour)).use == "drift"


@pytest.mark.parametrize(("colour", "rate"), [("red", "0.10"), ("Orange", "0.10")])
def test_red_and_orange_are_warned_about_with_their_rate(colour: str, rate: str) -> None:
    judged = suitability(tile(colour))
    assert judged.use == "correct-first"
    assert f"{rate} for each degree" in judged.sentence


def test_a_tile_nobody_has_measured_warm_is_not_trusted_for_drift() -> None:
    assert suitability(tile("turquoise")).use == "unknown"
    known = tile("turquoise", per_ten_degrees=(0.0, 0.05, 0.0))
    assert suitability(known).use == "drift"


def test_a_warm_red_tile_is_expected_darker_and_duller() -> None:
    spectrum = Spectrum(START_NM, STEP_NM, reflectance((45.0, 40.0, 25.0)))
    red = Reference("R-1", "red", "45/0", CERTIFIED, spectrum)
    cold, warm = expected_lab(red, 25.0), expected_lab(red, 31.0)
    assert cold == pytest.approx((45.0, 40.0, 25.0), abs=1e-6)
    # 6 °C of the published -0.37, -0.71, -0.61 for 10 °C.
    assert np.subtract(warm, cold) == pytest.approx((-0.222, -0.426, -0.366), abs=1e-9)
    assert expected_lab(red, None) == pytest.approx(cold)


def test_a_coefficient_on_the_certificate_goes_before_the_table() -> None:
    red = tile("red", per_ten_degrees=(1.0, 0.0, 0.0))
    change = np.subtract(expected_lab(red, 35.0), spectrum_to_lab(red.spectrum))
    assert change == pytest.approx((1.0, 0.0, 0.0))


def test_ac_p02_the_tile_of_another_unit_is_named_and_refused() -> None:
    cap = tile(owner="CM000T0001")
    require_usable(cap, unit="CM000T0001", geometry="45/0")
    with pytest.raises(
        WrongReference, match=r"belongs to instrument CM000T0001, not to CM000T0002"
    ):
        require_usable(cap, unit="CM000T0002", geometry="45/0")


def test_a_loose_tile_serves_any_unit_of_its_geometry() -> None:
    require_usable(tile(), unit="anything", geometry="45/0")
    with pytest.raises(WrongReference, match="d/8 SCI"):
        require_usable(tile(), unit="anything", geometry="d/8 SCI")


def test_a_cap_constant_that_differs_in_one_bit_is_another_unit() -> None:
    known = Spectrum(400, 10, (0.789,) * 31)
    require_same_cap("A", known, Spectrum(400, 10, (0.789,) * 31))
    swapped = Spectrum(400, 10, (0.789,) * 30 + (0.7421,))
    with pytest.raises(WrongReference, match=r"4\.69 % reflectance"):
        require_same_cap("A", known, swapped)
    with pytest.raises(WrongReference, match="wavelengths"):
        require_same_cap("A", known, Spectrum(410, 10, (0.789,) * 31))


def test_a_certificate_from_the_future_is_an_error() -> None:
    assert certificate_age(tile(), CERTIFIED + timedelta(days=90)) == timedelta(days=90)
    with pytest.raises(WrongReference, match="not come yet"):
        certificate_age(tile(), CERTIFIED - timedelta(days=1))


def test_a_band_sees_the_value_at_its_centre_of_a_straight_spectrum() -> None:
    # A symmetric band averages a straight line to its centre value, whatever its width.
    line = Spectrum(400, 10, tuple(0.1 + 0.02 * i for i in range(31)))
    assert band_values(line, [550.0, 497.0], [20.0, 40.0]) == pytest.approx(
        (0.4, 0.1 + 0.02 * 9.7), abs=1e-6
    )


def test_the_width_of_a_band_is_its_full_width_at_half_maximum() -> None:
    # One bright band of 10 nm steps is a triangle of area 10; a Gaussian of FWHM w weighs its
    # centre 1 / (w * 1.0645), so the answer is near 10 / (w * 1.0645) for wide bands.
    spike = Spectrum(400, 10, (0.0,) * 15 + (1.0,) + (0.0,) * 15)
    assert band_values(spike, [550.0], [100.0])[0] == pytest.approx(10 / 106.45, rel=0.01)


def test_a_band_outside_the_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="400 to 700 nm"):
        band_values(Spectrum(400, 10, (0.9,) * 31), [940.0], [20.0])
