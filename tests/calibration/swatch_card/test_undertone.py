"""The statistics under the ink test: what noise does to the estimate, and distance from a curve."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.colorimetry import delta_e_2000
from calibration.swatch_card.laws import LAWS, Law
from calibration.swatch_card.simulation import (
    Cards,
    film,
    ideal_cards,
    noisy_cards,
    titanium,
    white_paper,
)
from calibration.swatch_card.toners import base_absorption, toned
from calibration.swatch_card.undertone import Noise, Undertone, departure, estimate_undertone


def seen(cards: Cards, law: Law = "ks", noise: Noise | None = None) -> Undertone:
    return estimate_undertone(cards.blank, cards.swatches, law, noise or Noise())


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_the_stated_covariance_is_the_scatter_of_noisy_cards(law: Law, factor: float) -> None:
    noise = Noise(0.35 * factor, 0.25 * factor, 0.25 * factor)
    # A world strong enough that noise in L* stays small beside the darkening of 1:80.
    world = titanium() if law == "ks" else film(0.9 * white_paper())
    ideal = ideal_cards(base_absorption(1.0), world)
    cards = noisy_cards(ideal, noise, 1500, np.random.default_rng(5))
    stated = seen(ideal, law, noise).covariance
    scattered = np.cov(seen(cards, law, noise).estimate.T)
    assert np.sqrt(np.diag(scattered)) == pytest.approx(np.sqrt(np.diag(stated)), rel=0.12)
    correlation = [c[0, 1] / np.sqrt(c[0, 0] * c[1, 1]) for c in (scattered, stated)]
    assert correlation[0] == pytest.approx(correlation[1], abs=0.12)


def test_misfit_is_one_for_pure_noise() -> None:
    ideal = ideal_cards(base_absorption(0.8), titanium())
    cards = noisy_cards(ideal, Noise(), 1500, np.random.default_rng(6))
    misfit = seen(cards).misfit
    # Chi-squared with 8 degrees of freedom, over 8: mean 1, SD 0.5.
    assert misfit.mean() == pytest.approx(1.0, abs=0.06)
    assert misfit.std() == pytest.approx(0.5, abs=0.06)


def test_one_swatch_of_another_hue_is_a_misfit() -> None:
    ideal = ideal_cards(base_absorption(0.8), titanium())
    spoiled = ideal.swatches.copy()
    spoiled[2, 1:] += (2.0, -2.0)
    assert seen(replace(ideal, swatches=spoiled)).misfit > 8.0
    assert seen(ideal).misfit < 0.1


def test_errors_of_dilution_do_not_matter() -> None:
    ink = toned(base_absorption(1.0), "blue", 0.1)
    right = ideal_cards(ink, titanium())
    stronger = ideal_cards(ink, titanium(strength=75.0))
    swatches = right.swatches.copy()
    swatches[[1, 3]] = stronger.swatches[[1, 3]]
    mixed = seen(replace(right, swatches=swatches))
    assert mixed.estimate == pytest.approx(seen(right).estimate, abs=2e-3)


def test_many_cards_at_once_are_each_card_alone() -> None:
    ideal = ideal_cards(toned(base_absorption(None), "violet", 0.2), titanium())
    cards = noisy_cards(ideal, Noise(), 6, np.random.default_rng(7))
    together = seen(Cards(cards.blank.reshape(2, 3, 3), cards.swatches.reshape(2, 3, 5, 3)))
    found = departure(together, together.carbons, together.covariance)
    for i in range(6):
        alone = seen(Cards(cards.blank[i], cards.swatches[i]))
        by_itself = departure(alone, alone.carbons, alone.covariance)
        assert together.estimate.reshape(6, 2)[i] == pytest.approx(alone.estimate, abs=1e-9)
        assert found.sigmas.reshape(6)[i] == pytest.approx(float(by_itself.sigmas), abs=1e-6)
        assert found.size.reshape(6)[i] == pytest.approx(float(by_itself.size), abs=1e-6)
        assert found.gap.reshape(6, 3)[i] == pytest.approx(by_itself.gap, abs=1e-6)


def test_paths_keep_the_lightness_of_the_swatches() -> None:
    cards = ideal_cards(toned(base_absorption(1.0), "green", 0.2), titanium())
    estimate = seen(cards)
    for path in (estimate.path(estimate.estimate), estimate.carbon_path(3)):
        assert path[:, 0] == pytest.approx(cards.swatches[:, 0], abs=1e-9)
    # The path of the estimate runs through the swatches; the family's does not.
    assert delta_e_2000(estimate.path(estimate.estimate), cards.swatches).max() < 0.3
    assert delta_e_2000(estimate.carbon_path(3), cards.swatches).min() > 2.0


@pytest.mark.parametrize("strength", [3.0, 20.0, 60.0, 200.0])
def test_the_size_of_a_departure_is_that_of_the_ink_and_not_of_the_card(strength: float) -> None:
    ink = toned(base_absorption(1.0), "green", 0.2)
    cards = seen(ideal_cards(ink, titanium(strength)))
    found = departure(cards, cards.carbons, cards.covariance)
    assert cards.midtone(cards.estimate)[0] == pytest.approx(60.0, abs=1e-9)
    assert float(found.size) == pytest.approx(6.8, abs=0.3)


def test_a_dark_blank_has_a_darker_midtone() -> None:
    cards = ideal_cards(base_absorption(1.0), titanium())
    grey = replace(seen(cards), blank=np.array([70.0, 0.0, 0.0]))
    assert grey.midtone(np.zeros(2))[0] == pytest.approx(50.0, abs=1e-9)


def test_distance_from_a_curve() -> None:
    cards = ideal_cards(base_absorption(0.0), titanium())
    base = seen(cards)
    # Round noise of 0.01 and a curve of two pieces make the distances readable by eye.
    curve = base.estimate + np.array([[0.0, -0.1], [0.0, 0.1], [0.2, 0.1]])
    covariance = 1e-4 * np.eye(2)

    def moved(x: float, z: float) -> tuple[float, float]:
        point = replace(base, estimate=base.estimate + np.array([x, z]))
        found = departure(point, curve, covariance)
        return float(found.sigmas), float(found.position)

    assert moved(-0.03, 0.0) == pytest.approx((3.0, 0.5))
    assert moved(-0.03, -0.14) == pytest.approx((5.0, 0.0))
    assert moved(0.1, 0.12) == pytest.approx((2.0, 1.5))
    assert moved(0.24, 0.13) == pytest.approx((5.0, 2.0))
