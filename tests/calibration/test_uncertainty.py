"""The covariance of a tone: against simulation, and against what a covariance must do."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import (
    channels_to_lab,
    lab_to_channels,
    reflectance_to_channels,
)
from calibration.sampling import SKIN, Site, form_tone
from calibration.uncertainty import (
    CARD_CHECKED,
    PRIOR,
    BaselineUncertainty,
    as_covariance,
    from_baseline,
    from_readings,
    lab_jacobian,
    lightness_sigma,
    propagate,
    tone_covariance,
)
from tests.calibration.surfaces import sample

SKIN_LAB, HAIR_LAB = (60.0, 12.0, 17.0), (18.0, 1.0, 2.0)
DATA = Path(__file__).parents[2] / "benchmarks" / "data"


@pytest.mark.parametrize("lab", [SKIN_LAB, HAIR_LAB, (4.0, 0.5, 0.5), (95.0, 0.0, 3.0)])
def test_the_derivative_is_that_of_the_colour_conversion(
    lab: tuple[float, float, float],
) -> None:
    xyz, step = lab_to_channels(lab), 1e-7
    for axis in range(3):
        shift = step * np.eye(3)[axis]
        slope = (channels_to_lab(xyz + shift) - channels_to_lab(xyz - shift)) / (2 * step)
        assert lab_jacobian(xyz)[:, axis] == pytest.approx(slope, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("lab", [SKIN_LAB, HAIR_LAB])
def test_propagation_agrees_with_monte_carlo(lab: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(20)
    xyz = lab_to_channels(lab)
    root = 0.02 * np.diag(xyz) @ np.array([[1.0, 0, 0], [0.7, 0.5, 0], [0.3, 0.2, 0.8]])
    covariance = root @ root.T
    drawn = channels_to_lab(xyz + rng.standard_normal((200_000, 3)) @ root.T)
    # 200 000 draws know a variance to 0.3 %; the rest is the curvature of the cube root.
    assert propagate(xyz, covariance) == pytest.approx(np.cov(drawn.T), rel=0.02, abs=0.005)


@pytest.mark.parametrize("lab", [SKIN_LAB, HAIR_LAB])
def test_an_uncertain_baseline_agrees_with_monte_carlo(lab: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(21)
    xyz, known = lab_to_channels(lab), BaselineUncertainty(scale=0.005, offset=0.0009)
    scale = 1 + known.scale * rng.standard_normal((200_000, 1))
    offset = known.offset * rng.standard_normal((200_000, 1))
    drawn = channels_to_lab(xyz * scale + offset)
    assert from_baseline(xyz, known) == pytest.approx(np.cov(drawn.T), rel=0.03, abs=0.002)


def test_the_mean_of_sites_scatters_as_said() -> None:
    # Many clients whose readings scatter exactly as the prior: averaged estimate = true spread.
    rng = np.random.default_rng(22)
    prior = np.asarray(PRIOR["skin"])
    sets = rng.multivariate_normal(SKIN_LAB, prior, size=(3000, 2, 3))
    means = sets.mean(axis=(1, 2))
    claimed = np.mean([from_readings("skin", list(one)) for one in sets], axis=0)
    assert claimed == pytest.approx(np.cov(means.T), rel=0.1, abs=0.006)
    assert claimed == pytest.approx(prior / 6, rel=0.1, abs=0.002)


def test_lightness_is_pooled_with_the_prior_as_four_readings() -> None:
    labs = np.array([[60.0, 12, 17], [61.0, 12, 17], [62.0, 12, 17]])
    # Scatter 2 over 2 degrees; (4 * 0.537 + 2) / 6 for one reading, a third of it for the mean.
    found = from_readings("skin", [labs])
    assert found[0, 0] == pytest.approx((4 * 0.537 + 2.0) / 6 / 3)


def test_the_prior_of_skin_is_that_of_the_nist_forearms() -> None:
    with gzip.open(DATA / "nist_skin_reflectance_360_780_10nm.csv.gz", "rt") as lines:
        rows = [row for row in csv.reader(lines) if row[1] in {"R1", "R2", "R3"}]
    spectra = np.array([row[2:] for row in rows], dtype=float).reshape(100, 3, 43)
    labs = channels_to_lab(reflectance_to_channels(360, 10, spectra))
    residual = (labs - labs.mean(axis=1, keepdims=True)).reshape(-1, 3)
    assert np.asarray(PRIOR["skin"]) == pytest.approx(residual.T @ residual / 200, abs=0.001)


@given(
    st.lists(
        st.lists(
            st.tuples(st.floats(20, 80), st.floats(-5, 25), st.floats(-5, 30)),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_covariance_is_symmetric_and_positive_whatever_was_read(
    sites: list[list[tuple[float, float, float]]],
) -> None:
    found = np.asarray(tone_covariance("skin", (60.0, 12.0, 17.0), sites))
    assert found == pytest.approx(found.T)
    assert np.linalg.eigvalsh(found).min() > 0.0


def test_repeats_shrink_the_readings_share_and_not_the_calibrations() -> None:
    few = [np.full((3, 3), SKIN_LAB)]
    many = [np.full((300, 3), SKIN_LAB)]
    floor = from_baseline(lab_to_channels(SKIN_LAB), CARD_CHECKED)[0, 0] ** 0.5
    sigmas = [lightness_sigma(tone_covariance("skin", SKIN_LAB, each)) for each in (few, many)]
    assert sigmas[1] < sigmas[0]
    assert sigmas[1] == pytest.approx(floor, rel=0.01)


def test_an_offset_of_the_dark_hurts_hair_most() -> None:
    # 0.15 % reflectance at the limit, SD 0.0015 / sqrt(3); dL*/dY = 116/3 Y^(-2/3) by definition.
    for lab, luminance in ((SKIN_LAB, ((60 + 16) / 116) ** 3), (HAIR_LAB, ((18 + 16) / 116) ** 3)):
        expected = 116 / 3 * luminance ** (-2 / 3) * 0.0015 / 3**0.5
        found = from_baseline(lab_to_channels(lab), BaselineUncertainty(0.0, 0.0015 / 3**0.5))
        assert found[0, 0] ** 0.5 == pytest.approx(expected, rel=1e-6)


def test_a_card_that_just_passes_is_what_the_scale_allows() -> None:
    white = lab_to_channels((95.0, 0.0, 0.0))
    scale_only = from_baseline(white, BaselineUncertainty(CARD_CHECKED.scale, 0.0))
    # A rectangular distribution of +-0.3 in L* has SD 0.3 / sqrt(3).
    assert scale_only[0, 0] ** 0.5 == pytest.approx(0.3 / 3**0.5, rel=0.07)


def test_a_tone_carries_its_covariance() -> None:
    site = Site("crown", SKIN)
    for step in (-0.4, 0.4, 0.0):
        site = site.with_sample(sample((60.0 + step, 12.0, 17.0)))
    tone = form_tone([site])
    readings = (4 * 0.537 + 0.32) / 6 / 3
    luminance = ((60 + 16) / 116) ** 3
    slope = 116 / 3 * luminance ** (-2 / 3)
    calibration = slope**2 * ((0.0085 * luminance) ** 2 + 0.0015**2) / 3
    assert lightness_sigma(tone.covariance) ** 2 == pytest.approx(readings + calibration, rel=1e-3)


def test_only_a_three_by_three_is_a_covariance() -> None:
    with pytest.raises(ValueError, match="3 x 3"):
        as_covariance(np.eye(2))
    with pytest.raises(ValueError, match="no site"):
        from_readings("skin", [])
