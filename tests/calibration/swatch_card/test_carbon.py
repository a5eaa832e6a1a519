"""The family of pure carbons that inks are held against."""

import numpy as np
import pytest

from calibration.colorimetry import channels_to_lab
from calibration.swatch_card.carbon import (
    NEUTRAL,
    WARMEST,
    WAVELENGTHS,
    as_strong_as_bone_black,
    carbon_absorption,
    carbon_family,
    in_titanium_white,
    pigments,
)
from calibration.swatch_card.laws import LAWS, Law
from calibration.swatch_card.toners import TONERS, Toner, toned, toner_absorption

VISIBLE = (WAVELENGTHS >= 400.0) & (WAVELENGTHS <= 700.0)


def test_the_shipped_pigments() -> None:
    black, white = pigments()["BoneBlack"], pigments()["TitaniumWhite"]
    assert black.absorption.shape == black.scattering.shape == WAVELENGTHS.shape
    assert black.absorption[WAVELENGTHS == 550.0] == pytest.approx(0.235610 + 0.008285, abs=1e-3)
    assert (white.scattering == 1.0).all()


def test_titanium_white_without_ink() -> None:
    lightness, a, b = channels_to_lab(in_titanium_white(carbon_absorption(1.0), [0.0]))[0]
    assert lightness == pytest.approx(99.8, abs=0.1)
    assert abs(a) < 0.5
    assert abs(b) < 0.5


@pytest.mark.parametrize("exponent", [-0.5, 0.0, 0.6, 1.3])
def test_a_carbon_follows_its_power_law(exponent: float) -> None:
    curve = carbon_absorption(exponent)
    at_400, at_700 = curve[WAVELENGTHS == 400.0][0], curve[WAVELENGTHS == 700.0][0]
    assert at_400 / at_700 == pytest.approx((700.0 / 400.0) ** exponent, rel=1e-12)
    assert curve[VISIBLE].mean() == pytest.approx(
        pigments()["BoneBlack"].absorption[VISIBLE].mean()
    )


@pytest.mark.parametrize("law", LAWS)
def test_the_family_runs_from_cool_to_warm(law: Law) -> None:
    family = carbon_family(law)
    assert (np.diff(family.exponents) > 0.0).all()
    assert family.exponents[NEUTRAL] == 0.0
    assert family.exponents[-1] == WARMEST
    assert -1.1 < family.exponents[0] < -0.75
    middle = len(family.log_y) // 2
    # A warmer carbon absorbs more in Z and less in X.
    assert (np.diff(family.log_kappa[:, middle, 1]) > 0.0).all()
    assert (np.diff(family.log_kappa[:, middle, 0]) < 0.0).all()


def test_a_carbon_without_slope_is_grey_at_every_depth() -> None:
    # L* 83 to 56; deeper, the shipped black's own scattering, which rises with wavelength, shows.
    lab = channels_to_lab(in_titanium_white(carbon_absorption(0.0), np.geomspace(0.5, 6.0, 8)))
    assert np.abs(lab[:, 1:]).max() < 0.3


def test_undertone_is_read_between_the_grid_points() -> None:
    family = carbon_family("ks")
    on_grid = family.undertone(-1, np.exp(family.log_y[[3, 4]]))
    assert on_grid == pytest.approx(family.log_kappa[-1, [3, 4]], abs=1e-12)
    between = family.undertone(-1, np.exp(family.log_y[3:5].mean()))
    assert between == pytest.approx(on_grid.mean(axis=0), abs=1e-12)


def test_undertone_beyond_the_grid_is_that_of_its_end() -> None:
    family = carbon_family("film")
    assert family.undertone(2, np.array([1e-12]))[0] == pytest.approx(family.log_kappa[2, 0])
    assert family.undertone(2, np.array([100.0]))[0] == pytest.approx(family.log_kappa[2, -1])


@pytest.mark.parametrize("toner", TONERS)
def test_a_toner_is_as_strong_as_the_carbon_it_replaces(toner: Toner) -> None:
    black = pigments()["BoneBlack"].absorption
    mixed = toned(black, toner, 0.3)
    assert mixed[VISIBLE].mean() == pytest.approx(black[VISIBLE].mean())
    assert toned(black, toner, 0.0) == pytest.approx(black)
    assert as_strong_as_bone_black(3.0 * black) == pytest.approx(black)


@pytest.mark.parametrize(
    ("toner", "low", "high"), [("blue", 200, 290), ("green", 130, 215), ("violet", 270, 340)]
)
def test_toners_have_their_hue(toner: Toner, low: float, high: float) -> None:
    _, a, b = channels_to_lab(in_titanium_white(toner_absorption(toner), [1.0]))[0]
    assert np.hypot(a, b) > 15.0
    assert low < np.degrees(np.arctan2(b, a)) % 360.0 < high
