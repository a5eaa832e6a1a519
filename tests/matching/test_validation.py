"""The closed loop: what it promises, that it is reproducible, and that its worlds are worlds."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kiosk.matching.constants import default_constants
from kiosk.matching.forward import dot_healed
from kiosk.matching.inverse import contrast, follicle, fraction_for
from kiosk.matching.spectral import nist_spectra, spectral_dot, spectrum_to_channels
from kiosk.matching.validation import LIMIT, report
from kiosk.matching.validation_text import as_markdown
from kiosk.matching.worlds import (
    WORLDS,
    Clients,
    draw_truth,
    follicle_y,
    healed_y,
    lightness,
    needed_fraction,
)

C = default_constants()


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return report()


def cells(found: dict[str, Any], part: str, **wanted: str) -> list[dict[str, Any]]:
    chosen = [
        cell for cell in found[part] if all(cell[key] == value for key, value in wanted.items())
    ]
    assert chosen
    return chosen


def test_the_interval_holds_in_worlds_of_its_own_priors(found: dict[str, Any]) -> None:
    own = cells(found, "priors", world="priors")
    assert len(own) == 4
    for cell in [*own, found["dark"]["own_priors"]]:
        assert 0.88 <= cell["coverage"] <= 0.92


def test_spectra_and_a_harder_undertone_do_not_break_it(found: dict[str, Any]) -> None:
    (cell,) = cells(found, "priors", world="spectral")
    assert 0.88 <= cell["coverage"] <= 0.92
    assert cell["too_dark"] < 0.10


def test_knowing_more_narrows_the_interval_and_keeps_its_promise(found: dict[str, Any]) -> None:
    factors = [cell["factor"] for cell in cells(found, "priors", world="priors")]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] == pytest.approx(2.0, abs=0.05)
    assert factors[2] == pytest.approx(1.7, abs=0.05)
    assert factors[3] == pytest.approx(1.6, abs=0.05)


def test_the_cautious_quantile_is_what_keeps_dots_from_being_too_dark(
    found: dict[str, Any],
) -> None:
    median, advised, strict = found["quantiles"]
    assert median["quantile"] == 0.5
    assert median["too_dark"] > 3 * advised["too_dark"] > 3 * strict["too_dark"]
    assert advised["too_dark"] < 0.06


def test_worlds_outside_the_priors_are_reported_as_such(found: dict[str, Any]) -> None:
    (heavy,) = cells(found, "priors", world="heavy hand")
    (light,) = cells(found, "priors", world="light hand")
    assert heavy["coverage"] < 0.80
    assert light["coverage"] < 0.80
    assert heavy["needs_lighter"] > 10 * heavy["needs_darker"]
    assert light["needs_darker"] > 10 * light["needs_lighter"]


def test_anchors_mend_what_outcomes_mend_slowly(found: dict[str, Any]) -> None:
    (day_one,) = cells(found, "priors", world="heavy hand")
    anchored, judged, _ = cells(found, "learned", world="heavy hand")
    assert "anchors" in anchored["state"]
    assert 0.88 <= anchored["coverage"] <= 0.94
    assert anchored["too_dark"] < judged["too_dark"] < day_one["too_dark"]


def test_very_dark_skins_keep_their_colour_and_band(found: dict[str, Any]) -> None:
    dark = found["dark"]
    assert dark["spectra_found"] == dark["skins"]
    assert dark["reproduced_within"] < 1e-6
    assert set(dark["bands"]) == {"dark", "brown"}
    assert sum(dark["status"].values()) == dark["skins"]


def test_one_seed_one_report(found: dict[str, Any]) -> None:
    again = json.loads(json.dumps(report(draws=2), allow_nan=False))
    assert again == report(draws=2)
    assert again["priors"] != report(draws=2, seed=1)["priors"]
    assert as_markdown(found) == as_markdown(json.loads(json.dumps(found)))


def test_the_page_says_what_it_rests_on(found: dict[str, Any]) -> None:
    page = as_markdown(found)
    assert C.version in page
    assert "No client was involved" in page
    for world in WORLDS:
        assert f"**{world.name}**" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1


@pytest.fixture(scope="module")
def clients() -> Clients:
    hair = np.broadcast_to(np.array([0.025, 0.025, 0.026]), (100, 3))
    return Clients.of(nist_spectra(), hair)


def test_the_needed_fraction_heals_to_the_follicle(clients: Clients) -> None:
    rng = np.random.default_rng(5)
    for world in WORLDS:
        truth = draw_truth(rng, clients.count, C, world)
        needed = needed_fraction(clients, truth, C, world)
        healed = lightness(healed_y(clients, truth, needed, C, world))
        assert healed == pytest.approx(lightness(follicle_y(clients, truth)), abs=1e-6)


def test_a_world_without_spread_is_the_model(clients: Clients) -> None:
    sure = replace(C, cv_gain=0.0, cv_lot=0.0, cv_mix=0.0, sigma_retention=0.0, sigma_opacity=0.0)
    truth = draw_truth(np.random.default_rng(5), clients.count, sure, WORLDS[0])
    target = follicle(clients.skin, clients.hair, sure)
    expected = fraction_for(contrast(clients.skin[:, 1], target[:, 1]), sure)
    assert needed_fraction(clients, truth, sure, WORLDS[0]) == pytest.approx(expected)
    healed = healed_y(clients, truth, np.full(100, 0.03), sure, WORLDS[0])
    assert healed == pytest.approx(dot_healed(clients.skin, 0.03, sure)[:, 1])
    hard = replace(sure, undertone=1.0)
    spectra = spectrum_to_channels(spectral_dot(clients.spectra, np.full(100, 0.03), hard))
    healed = healed_y(clients, truth, np.full(100, 0.03), sure, WORLDS[1])
    assert healed == pytest.approx(spectra[:, 1])


def test_truths_spread_as_the_constants_say() -> None:
    truth = draw_truth(np.random.default_rng(5), 200_000, C, WORLDS[0])
    # sqrt(0.15² + 0.25² + 0.06²)
    assert np.std(np.log(truth.strength)) == pytest.approx(0.29766, rel=0.01)
    assert np.median(truth.strength) == pytest.approx(1.0, rel=0.01)
    assert truth.retention.mean() == pytest.approx(C.retention, abs=0.002)
    heavy = draw_truth(np.random.default_rng(5), 200_000, C, WORLDS[3])
    assert np.median(heavy.strength) == pytest.approx(1.6, rel=0.01)


def test_hair_lighter_than_skin_needs_no_fraction(clients: Clients) -> None:
    white = Clients.of(clients.spectra, np.full((100, 3), 0.9))
    truth = draw_truth(np.random.default_rng(5), 100, C, WORLDS[1])
    assert np.isnan(needed_fraction(white, truth, C, WORLDS[1])).all()


def test_the_limit_is_the_one_of_the_page(found: dict[str, Any]) -> None:
    assert found["limit"] == LIMIT
    assert f"too dark by > {LIMIT:g} L*" in as_markdown(found)
