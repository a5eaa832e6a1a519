"""Strength and undertone of a lot from its card: worked values, laws, curvature, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, delta_e_2000
from calibration.swatch_card.card import Swatch, SwatchCard
from calibration.swatch_card.fit import OutsideCard, PoorFit, fit_card, predict
from tests.calibration.swatch_card.worlds import (
    TRUE_SLOPE,
    WORKED,
    card_of,
    fractions,
    reflected,
    with_noise,
)

slopes = st.tuples(st.floats(5.0, 30.0), st.floats(0.9, 1.1), st.floats(0.8, 1.3)).map(
    lambda drawn: drawn[0] * np.array([drawn[1], 1.0, drawn[2]])
)
blanks = st.tuples(st.floats(0.7, 0.97), st.floats(-0.02, 0.02), st.floats(-0.08, 0.02)).map(
    lambda drawn: drawn[0] + np.array([drawn[1], 0.0, drawn[2]])
)


def test_the_worked_card() -> None:
    fit = fit_card(WORKED)
    assert (fit.law, fit.form) == ("ks", "all")
    assert fit.slope == pytest.approx([14.147013, 14.448078, 14.932418], abs=1e-5)
    assert fit.kappa == pytest.approx([0.979162, 1.0, 1.033523], abs=1e-6)
    assert [ratio for ratio, _ in fit.misses] == [80, 40, 20, 10, 5]
    misses = [miss for _, miss in fit.misses]
    assert misses == pytest.approx([0.5730, 0.7953, 0.9833, 0.2654, 0.7902], abs=1e-4)
    assert fit.worst_miss == pytest.approx(0.9833, abs=1e-4)
    assert fit.slope_drift == pytest.approx(14.79 / 14.66 - 1.0, abs=1e-3)


def test_swatches_of_the_true_slopes() -> None:
    lightness = [swatch.lab[0] for swatch in card_of(TRUE_SLOPE).swatches]
    expected = [78.850302, 72.106608, 63.921243, 54.815667, 45.720226]
    assert lightness == pytest.approx(expected, abs=1e-5)
    fit = fit_card(card_of(TRUE_SLOPE))
    for ratio, wanted in zip((80, 40, 20, 10, 5), expected, strict=True):
        assert predict(fit, ratio)[0] == pytest.approx(wanted, abs=1e-5)


@given(slope=slopes, blank=blanks, law=st.sampled_from(["ks", "film"]))
def test_a_card_without_noise_is_recovered_exactly(
    slope: np.ndarray, blank: np.ndarray, law: str
) -> None:
    # A film of E 30 would leave 0.005 % at 1:5.
    slope = slope if law == "ks" else slope / 3.0
    fit = fit_card(card_of(slope, law=law, blank=blank))
    assert (fit.law, fit.form, fit.clipped) == (law, "all", ())
    assert fit.slope == pytest.approx(slope, rel=1e-6)
    assert fit.worst_miss < 1e-4
    assert fit.slope_drift == pytest.approx(0.0, abs=1e-6)


@given(slope=slopes, factor=st.floats(0.5, 1.5))
def test_slope_scales_with_the_concentration_of_the_ink(slope: np.ndarray, factor: float) -> None:
    weak, strong = fit_card(card_of(slope)), fit_card(card_of(slope * factor))
    assert np.array(strong.slope) / weak.slope == pytest.approx([factor] * 3, rel=1e-6)
    assert strong.kappa == pytest.approx(weak.kappa, rel=1e-6)


def test_dark_swatches_weigh_less_under_the_opaque_law() -> None:
    # The 1:5 swatch read 1 L* too dark: unweighted it would own E (c² is 0.65 of the sum).
    swatches = list(card_of(TRUE_SLOPE).swatches)
    lightness, a, b = swatches[-1].lab
    swatches[-1] = Swatch(5.0, (lightness - 1.0, a, b))
    fit = fit_card(SwatchCard(WORKED.blank, tuple(swatches)), "ks")
    c = fractions()
    channels = reflected(14.3 * c, np.full(5, 0.86))
    channels[-1] = ((lightness + 15.0) / 116.0) ** 3
    q = (1 - channels) ** 2 / (2 * channels) - 0.14**2 / 1.72
    w = 1.0 / ((1 - channels) ** 2 / (2 * channels) + 0.02) ** 2
    assert fit.slope[1] == pytest.approx(np.sum(w * q * c) / np.sum(w * c * c), rel=1e-6)


def test_the_other_law_may_be_asked_for_and_is_then_judged() -> None:
    with pytest.raises(PoorFit) as caught:
        fit_card(WORKED, "film")
    assert caught.value.law == "film"
    assert fit_card(WORKED, "ks") == fit_card(WORKED)


def test_a_bent_card_loses_its_darkest_swatch() -> None:
    # Straight to 1:10, 15 % less than the line at 1:5.
    card = card_of(TRUE_SLOPE)
    c = fractions()[-1] * 0.85
    darkest = tuple(float(v) for v in channels_to_lab(reflected(TRUE_SLOPE * c)))
    bent = SwatchCard(card.blank, (*card.swatches[:-1], Swatch(5.0, darkest)))  # type: ignore[arg-type]
    fit = fit_card(bent)
    assert (fit.law, fit.form) == ("ks", "without-darkest")
    assert fit.slope_drift == pytest.approx(-0.15, abs=1e-6)
    assert fit.slope == pytest.approx(TRUE_SLOPE, rel=1e-6)
    assert (fit.darkest, fit.lightest) == (10.0, 80.0)
    assert [ratio for ratio, _ in fit.misses] == [80, 40, 20, 10]
    with pytest.raises(OutsideCard):
        predict(fit, 5.0)


@pytest.mark.parametrize(("bend", "form"), [(-0.5, "all"), (-0.7, "without-darkest")])
def test_curvature_is_tolerated_up_to_a_tenth(bend: float, form: str) -> None:
    # The slopes differ by bend (1/6 - 1/81)/(1 + bend/81): -7.8 % and -10.9 %.
    assert fit_card(card_of(TRUE_SLOPE, bend=bend)).form == form


def test_a_strongly_bent_card_is_fitted_by_a_quadratic() -> None:
    bend = -2.4
    fit = fit_card(card_of(TRUE_SLOPE, bend=bend), "ks")
    assert fit.form == "quadratic"
    assert fit.slope == pytest.approx(TRUE_SLOPE, rel=1e-6)
    assert fit.bend == pytest.approx(TRUE_SLOPE * bend, rel=1e-5)
    assert (fit.darkest, fit.lightest) == (5.0, 80.0)


def test_a_bent_card_of_four_keeps_its_swatches() -> None:
    fit = fit_card(card_of(TRUE_SLOPE, bend=-0.9, ratios=(60.0, 30.0, 12.0, 5.0)), "ks")
    assert fit.form == "quadratic"


def test_a_swatch_off_the_line_is_named() -> None:
    swatches = list(card_of(TRUE_SLOPE).swatches)
    lightness, a, b = swatches[2].lab
    swatches[2] = Swatch(20.0, (lightness - 4.0, a, b))
    with pytest.raises(PoorFit) as caught:
        fit_card(SwatchCard(WORKED.blank, tuple(swatches)))
    assert caught.value.swatch == "1:20"
    assert caught.value.law == "ks"
    assert caught.value.miss > 1.5
    assert "1:20" in caught.value.mend


def test_a_left_out_swatch_is_predicted_from_the_others_alone() -> None:
    swatches = list(card_of(TRUE_SLOPE).swatches)
    exact = swatches[1].lab
    swatches[1] = Swatch(40.0, (exact[0] - 1.0, exact[1], exact[2]))
    fit = fit_card(SwatchCard(WORKED.blank, tuple(swatches)), "ks")
    expected = float(delta_e_2000(swatches[1].lab, exact))
    assert dict(fit.misses)[40.0] == pytest.approx(expected, abs=1e-4)


def test_prediction_stays_within_the_card() -> None:
    fit = fit_card(WORKED)
    assert fit.covers(80.0)
    assert fit.covers(5.0)
    for ratio in (80.01, 200.0, 4.99, 1.0):
        assert not fit.covers(ratio)
        with pytest.raises(OutsideCard, match="from 1:5 to 1:80"):
            predict(fit, ratio)


def test_prediction_on_another_blank() -> None:
    fit = fit_card(card_of(TRUE_SLOPE))
    grey = np.array([0.6, 0.6, 0.6])
    expected = channels_to_lab(reflected(TRUE_SLOPE / 21.0, grey))
    blank = tuple(float(v) for v in channels_to_lab(grey))
    assert predict(fit, 20.0, blank) == pytest.approx(expected, abs=1e-6)  # type: ignore[arg-type]


@given(first=st.floats(5.0, 80.0), second=st.floats(5.0, 80.0))
def test_more_pigment_is_never_lighter(first: float, second: float) -> None:
    fit = fit_card(WORKED)
    darker, lighter = sorted((first, second))
    assert predict(fit, darker)[0] <= predict(fit, lighter)[0] + 1e-9


def test_noise_moves_the_strength_by_little_over_one_percent() -> None:
    # Laying and reading noise of a good colorimeter; 1.3 % is the published design value.
    random = np.random.default_rng(8)
    card = card_of(TRUE_SLOPE)
    found, refused = [], 0
    for _ in range(300):
        try:
            fit = fit_card(with_noise(card, random))
        except PoorFit:
            refused += 1
            continue
        assert fit.law == "ks"
        found.append(fit.slope[1] / TRUE_SLOPE[1])
    assert np.mean(found) == pytest.approx(1.0, abs=0.004)
    assert np.std(found) == pytest.approx(0.013, abs=0.004)
    assert refused <= 30


def test_what_is_stored_with_the_lot() -> None:
    stored = fit_card(WORKED).as_dict()
    assert stored["law"] == "ks"
    assert stored["range"] == ["1:5", "1:80"]
    assert stored["worst_miss"] == pytest.approx(0.9833, abs=1e-4)
    assert stored["clipped"] == []
