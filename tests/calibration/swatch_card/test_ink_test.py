"""A card as a test of the ink: never a carbon, sooner or later every toner, and never a release."""

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.colorimetry import Floats
from calibration.sampling import as_lab
from calibration.swatch_card.card import (
    STANDARD_RATIOS,
    MissingBlank,
    SwatchCard,
    standard_card,
)
from calibration.swatch_card.fit import PoorFit, fit_card
from calibration.swatch_card.ink_test import InkTest, InkVerdict, judge_ink, lean_of
from calibration.swatch_card.laws import Law
from calibration.swatch_card.simulation import (
    Cards,
    World,
    film,
    ideal_cards,
    noisy_cards,
    titanium,
    white_paper,
)
from calibration.swatch_card.toners import TONERS, Toner, base_absorption, toned
from calibration.swatch_card.undertone import Noise
from tests.calibration.swatch_card.worlds import WORKED

GRAVITY = {"carbon-like": 0, "cannot tell": 1, "not carbon-like": 2}

exponents = st.floats(0.6, 1.3)
bases = st.one_of(st.none(), st.floats(0.0, 1.3))


def card_from(cards: Cards) -> SwatchCard:
    return standard_card(as_lab(cards.blank), [as_lab(lab) for lab in cards.swatches])


def carbon_card(exponent: float | None, world: World | None = None) -> SwatchCard:
    return card_from(ideal_cards(base_absorption(exponent), world or titanium()))


def toned_card(exponent: float | None, toner: Toner, share: float) -> SwatchCard:
    return card_from(ideal_cards(toned(base_absorption(exponent), toner, share), titanium()))


@given(exponent=exponents, strength=st.floats(15.0, 150.0))
def test_carbon_black_is_never_flagged(exponent: float, strength: float) -> None:
    found = judge_ink(carbon_card(exponent, titanium(strength)), "ks")
    assert found.verdict == "carbon-like"
    assert found.against_carbon.size < 0.1
    assert found.exponent == pytest.approx(exponent, abs=0.05)
    assert found.suggestion is None


@given(exponent=exponents)
def test_carbon_black_in_a_film_is_never_flagged(exponent: float) -> None:
    found = judge_ink(carbon_card(exponent, film(white_paper())), "film")
    assert found.verdict == "carbon-like"
    assert found.against_carbon.size < 0.3


def test_bone_black_is_not_flagged() -> None:
    found = judge_ink(carbon_card(None), "ks")
    assert found.verdict == "carbon-like"
    assert found.exponent == pytest.approx(-0.92, abs=0.01)


@settings(max_examples=25)
@given(base=bases, toner=st.sampled_from(TONERS))
def test_more_toner_is_never_less_suspect(base: float | None, toner: Toner) -> None:
    shares = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
    found = [judge_ink(toned_card(base, toner, share), "ks") for share in shares]
    sizes = [result.against_carbon.size for result in found]
    assert sizes == sorted(sizes)
    grades = [GRAVITY[result.verdict] for result in found]
    assert grades == sorted(grades)
    assert found[0].verdict == "carbon-like"
    assert found[4].verdict == "not carbon-like"


@settings(max_examples=15)
@given(base=exponents, toner=st.sampled_from(TONERS))
def test_a_reference_lot_sees_at_least_as_small_a_share(base: float, toner: Toner) -> None:
    reference = carbon_card(base)
    for share in (0.1, 0.2):
        found = judge_ink(toned_card(base, toner, share), "ks", reference)
        assert found.verdict == "not carbon-like"
    assert judge_ink(reference, "ks", reference).verdict == "carbon-like"


@pytest.mark.parametrize(
    ("base", "toner", "lean"),
    [
        (1.0, "blue", "green to blue"),
        (None, "blue", "green to blue"),
        (1.0, "green", "green to blue"),
        (1.0, "violet", "violet to red"),
        (None, "violet", "blue to violet"),
    ],
)
def test_a_departure_points_towards_its_toner(base: float | None, toner: Toner, lean: str) -> None:
    found = judge_ink(toned_card(base, toner, 0.2), "ks")
    assert found.against_carbon.lean == lean
    assert lean in found.sentence


@pytest.mark.parametrize(
    ("a", "b", "lean"),
    [
        (1.0, 0.0, "violet to red"),
        (0.0, 1.0, "yellow to brown"),
        (-1.0, 0.0, "green to blue"),
        (0.0, -1.0, "blue to violet"),
        (1.0, -1.0, "violet to red"),
    ],
)
def test_quarters_of_the_hue_circle(a: float, b: float, lean: str) -> None:
    assert lean_of(a, b) == lean


def test_a_toner_is_an_alarm_with_its_evidence() -> None:
    found = judge_ink(toned_card(1.0, "blue", 0.2), "ks")
    assert found.verdict == "not carbon-like"
    assert found.suggestion == "quarantine the lot"
    away = [swatch.from_nearest_carbon for swatch in found.swatches]
    assert [swatch.name for swatch in found.swatches] == ["1:80", "1:40", "1:20", "1:10", "1:5"]
    assert max(away) == pytest.approx(found.against_carbon.size, abs=0.8)
    assert min(away) > 3.0
    assert all(swatch.from_reference is None for swatch in found.swatches)


def test_an_ink_that_no_law_follows_is_tested_all_the_same() -> None:
    card = card_from(ideal_cards(toned(base_absorption(1.0), "violet", 0.8), film(white_paper())))
    with pytest.raises(PoorFit) as caught:
        fit_card(card)
    assert judge_ink(card, caught.value.law).verdict == "not carbon-like"


def test_toners_balanced_among_the_carbons_need_a_reference_lot() -> None:
    # Carbon of exponent 1.0 with 8 % blue and 12 % violet looks like a cooler carbon.
    ink = 0.8 * base_absorption(1.0) + 0.2 * (
        0.35 * toned(base_absorption(1.0), "blue", 1.0)
        + 0.65 * toned(base_absorption(1.0), "violet", 1.0)
    )
    card = card_from(ideal_cards(ink, titanium()))
    alone = judge_ink(card, "ks")
    beside = judge_ink(card, "ks", carbon_card(1.0))
    assert alone.verdict == "carbon-like"
    assert alone.exponent < 0.4
    assert beside.verdict == "not carbon-like"
    assert beside.against_reference is not None
    assert "the reference lot" in beside.sentence


@pytest.mark.parametrize(
    ("exponent", "verdict"),
    [(1.0, "carbon-like"), (0.75, "carbon-like"), (1.25, "carbon-like"), (0.3, "not carbon-like")],
)
def test_lots_of_one_carbon_may_drift_a_little(exponent: float, verdict: InkVerdict) -> None:
    found = judge_ink(carbon_card(exponent), "ks", carbon_card(1.0))
    assert found.verdict == verdict


def test_a_reference_lot_settles_a_doubt_but_not_an_alarm() -> None:
    doubtful, toner = toned_card(1.0, "blue", 0.04), toned_card(1.0, "blue", 0.2)
    assert judge_ink(doubtful, "ks").verdict == "cannot tell"
    assert judge_ink(doubtful, "ks", doubtful).verdict == "carbon-like"
    assert judge_ink(toner, "ks", toner).verdict == "not carbon-like"


def test_a_reference_lot_on_another_paper() -> None:
    grey = titanium(scattering=0.0)
    reference = card_from(ideal_cards(base_absorption(1.0), grey))
    assert judge_ink(carbon_card(1.0), "ks", reference).verdict == "carbon-like"


def test_the_worked_card_lies_between_the_limits() -> None:
    # a* and b* near +1.3 and +1.1: carbons of that b* have a* near +0.3.
    found = judge_ink(WORKED, "ks")
    assert found.verdict == "cannot tell"
    assert 1.2 < found.against_carbon.size < 1.8
    assert found.against_carbon.lean == "violet to red"
    assert found.suggestion == "repeat the card"


@pytest.mark.parametrize("ink", [base_absorption(1.0), toned(base_absorption(1.0), "blue", 0.3)])
def test_swatches_too_light_to_show_a_hue(ink: Floats) -> None:
    # The darkest has L* 92: there even a strong toner changes less than the instrument scatters.
    found = judge_ink(card_from(ideal_cards(ink, titanium(strength=0.3))), "ks")
    assert found.verdict == "cannot tell"
    assert found.against_carbon.resolution > 5.0
    assert "too light" in found.sentence


def test_swatches_that_disagree_cannot_tell() -> None:
    card = carbon_card(1.0)
    random = np.random.default_rng(3)
    swatches = tuple(
        replace(s, lab=(s.lab[0], *(np.array(s.lab[1:]) + random.choice([-1.6, 1.6], 2))))
        for s in card.swatches
    )
    found = judge_ink(replace(card, swatches=swatches), "ks")
    assert found.verdict == "cannot tell"
    assert found.misfit > 4.0
    assert "do not agree" in found.sentence


def test_a_noisier_instrument_asks_for_more_before_it_alarms() -> None:
    card = toned_card(1.0, "blue", 0.06)
    assert judge_ink(card, "ks").verdict == "not carbon-like"
    noisy = judge_ink(card, "ks", noise=Noise(1.2, 0.9, 0.9))
    assert noisy.verdict == "cannot tell"
    assert noisy.against_carbon.size == pytest.approx(
        judge_ink(card, "ks").against_carbon.size, 0.1
    )


@pytest.mark.parametrize("law", ["ks", "film"])
def test_the_law_found_by_the_fit_is_the_one_to_use(law: Law) -> None:
    world = titanium(scattering=0.0) if law == "ks" else film(white_paper())
    card = carbon_card(1.0, world)
    fit = fit_card(card)
    assert fit.law == law
    assert judge_ink(fit.card, fit.law).verdict == "carbon-like"


def test_the_chart_runs_from_the_blank_to_the_darkest_swatch() -> None:
    card = toned_card(1.0, "green", 0.2)
    alone, beside = judge_ink(card, "ks"), judge_ink(card, "ks", carbon_card(1.0))
    assert list(alone.chart()) == ["this lot", "nearest carbon", "bone black"]
    assert list(beside.chart()) == ["this lot", "nearest carbon", "bone black", "reference lot"]
    for series in beside.chart().values():
        assert [point[0] for point in series] == pytest.approx(
            [0.0, *(1.0 / (1.0 + ratio) for ratio in STANDARD_RATIOS)]
        )
        assert series[0][1:] == card.blank[1:]  # type: ignore[index]
    lot, bone = (np.array(beside.chart()[name])[1:] for name in ("this lot", "bone black"))
    assert lot[:, 1:] == pytest.approx(np.array([s.lab[1:] for s in card.swatches]))
    assert (lot[:, 1] < bone[:, 1]).all()


def test_no_result_can_say_that_an_ink_is_carbon() -> None:
    assert set(get_args(InkVerdict)) == {"carbon-like", "cannot tell", "not carbon-like"}
    names = {field.name for field in fields(InkTest)}
    assert not any("clear" in name or "pass" in name or "safe" in name for name in names)
    found = judge_ink(carbon_card(1.0), "ks")
    assert "cannot show that there is none" in found.sentence
    assert found.suggestion is None


def test_the_stored_form_is_plain_data() -> None:
    stored = judge_ink(toned_card(1.0, "blue", 0.2), "ks", carbon_card(1.0)).as_dict()
    assert stored["verdict"] == "not carbon-like"
    assert stored["suggestion"] == "quarantine the lot"
    swatches = stored["swatches"]
    assert isinstance(swatches, dict)
    assert list(swatches) == ["1:80", "1:40", "1:20", "1:10", "1:5"]
    assert all(isinstance(entry["from_reference"], float) for entry in swatches.values())


def test_an_unsound_card_is_refused_whichever_it_is() -> None:
    sound, faulty = carbon_card(1.0), replace(carbon_card(1.0), blank=None)
    with pytest.raises(MissingBlank):
        judge_ink(faulty, "ks")
    with pytest.raises(MissingBlank):
        judge_ink(sound, "ks", faulty)


def test_noise_alone_is_no_suspicion() -> None:
    ideal = ideal_cards(base_absorption(0.9), titanium())
    cards = noisy_cards(ideal, Noise(), 40, np.random.default_rng(11))
    for blank, swatches in zip(cards.blank, cards.swatches, strict=True):
        found = judge_ink(card_from(Cards(blank, swatches)), "ks")
        assert found.verdict != "not carbon-like"
