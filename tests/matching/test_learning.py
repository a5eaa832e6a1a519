"""What healed results teach: computed tables, the law turned round, and what teaches nothing."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.anchors import Anchor, fit_anchors
from kiosk.matching.constants import default_constants
from kiosk.matching.forward import field_healed
from kiosk.matching.gains import (
    FieldReading,
    Outcome,
    Verdict,
    client_lesson,
    client_prior,
    field_evidence,
    gain_of_field,
    outcome_of,
    studio_gain,
    studio_lesson,
    verdict_evidence,
    with_client,
    with_studio,
)
from kiosk.matching.healing import eligibility
from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import fraction_of
from kiosk.matching.learning import Belief, combined, taught
from kiosk.matching.recommend import recommend
from kiosk.matching.thresholds import default_thresholds
from tests.matching.worked import BLACK, BLOND, BROWN, MEDIUM, illustrative

C = illustrative()
T = default_thresholds()

HEALED = eligibility(35, MEDIUM, MEDIUM, T)
WIDE = Belief(1.0, 0.30)


@pytest.mark.parametrize(
    ("readings", "sigma", "gain", "sd", "factor"),
    [
        (3, 0.825327, 0.970823, 0.281951, 1.030054),
        (5, 0.602152, 0.950286, 0.268520, 1.052315),
        (10, 0.403212, 0.910919, 0.240688, 1.097792),
        (20, 0.275135, 0.864212, 0.202771, 1.157124),
    ],
)
def test_a_gain_of_three_quarters_seen_with_more_and_more_readings(
    readings: int, sigma: float, gain: float, sd: float, factor: float
) -> None:
    evidence = field_evidence(FieldReading(57.0, 56.138368, readings, readings), 30, 0.05, C)
    assert evidence.value == pytest.approx(0.75, abs=1e-6)
    assert evidence.sd == pytest.approx(sigma, abs=1e-6)
    lesson = client_lesson(WIDE, evidence, HEALED)
    assert lesson.learned
    assert (lesson.posterior.mean, lesson.posterior.sd) == pytest.approx((gain, sd), abs=1e-6)
    assert lesson.fraction_factor == pytest.approx(factor, abs=1e-6)
    assert "darker" in lesson.sentence


@given(
    gain=st.floats(0.3, 2.5), ratio=st.integers(10, 60), cover=st.floats(0.01, 0.2),
    lightness=st.floats(25.0, 72.0),
)  # fmt: skip
def test_the_field_law_gives_its_gain_back(
    gain: float, ratio: int, cover: float, lightness: float
) -> None:
    skin = lab_to_channels([lightness, 10.0, 14.0])
    field = field_healed(skin, fraction_of(ratio), cover, replace(C, gain=gain))
    found = gain_of_field(skin[1], field[1], fraction_of(ratio), cover, C)
    assert found == pytest.approx(gain, rel=1e-6)


def test_darker_than_solid_dots_is_refused_and_near_it_tells_nothing() -> None:
    solid = float(channels_to_lab(field_healed(
        lab_to_channels(MEDIUM), 1.0, 0.05, replace(C, A0=1000.0)))[0])  # fmt: skip
    beyond = field_evidence(FieldReading(57.0, solid - 0.1, 10, 10), 30, 0.05, C)
    assert beyond.value is None
    assert "cover" in beyond.sentence
    near = field_evidence(FieldReading(57.0, solid + 0.1, 10, 10), 30, 0.05, C)
    assert near.value is None
    lesson = client_lesson(WIDE, near, HEALED)
    assert not lesson.learned
    assert lesson.posterior == WIDE
    assert with_client(C, lesson, T) is C


@pytest.mark.parametrize("after", [57.0, 57.5, 60.0])
def test_no_effect_seen_is_a_gain_of_zero_known_as_badly_as_bare_skin(after: float) -> None:
    evidence = field_evidence(FieldReading(57.0, after, 10, 10), 30, 0.05, C)
    bare = field_evidence(FieldReading(57.0, 57.0, 10, 10), 30, 0.05, C)
    assert evidence.value == 0.0
    assert evidence.sd == bare.sd
    assert evidence.sd is not None
    assert evidence.sd > 0.1
    assert 0.0 < client_lesson(WIDE, evidence, HEALED).posterior.mean < 1.0


def test_a_tan_of_the_reference_site_is_taken_out_and_costs_certainty() -> None:
    plain = field_evidence(FieldReading(57.0, 56.0, 10, 10), 30, 0.05, C)
    tanned = field_evidence(
        FieldReading(58.5, 56.0, 10, 10, drift=-1.5, reference_readings=10), 30, 0.05, C
    )
    assert tanned.value == pytest.approx(plain.value)
    assert tanned.sd is not None
    assert plain.sd is not None
    assert tanned.sd > plain.sd


def test_an_early_reddened_reading_teaches_nothing() -> None:
    # Redness: 1.736 x 4 = 6.9 above the untreated skin.
    early = eligibility(5, MEDIUM, (57.0, 15.5, 17.0), T)
    assert not early.healed
    assert early.erythema_rise == pytest.approx(6.944, abs=1e-3)
    assert {reason.code for reason in early.reasons} == {"too-early", "reddened"}
    evidence = verdict_evidence("too light", 1.0, T)
    lesson = client_lesson(client_prior(C, T), evidence, early)
    assert not lesson.learned
    assert with_client(C, lesson, T) == C
    assert "Not healed" in lesson.sentence


@pytest.mark.parametrize(
    ("days", "red", "stops", "healed", "settled"),
    [
        (6, 0.0, (), False, False),
        (7, 0.0, (), True, False),
        (27, 0.0, (), True, False),
        (28, 0.0, (), True, True),
        (28, 1.7, (), True, True),
        (28, 1.8, (), False, False),
        (28, 0.0, ("SITE-UNUSABLE",), False, False),
    ],
)
def test_what_counts_as_healed(
    days: int, red: float, stops: tuple[str, ...], healed: bool, settled: bool
) -> None:
    now = (MEDIUM[0], MEDIUM[1] + red, MEDIUM[2])
    found = eligibility(days, MEDIUM, now, T, excluded_by=stops)
    assert (found.healed, found.settled) == (healed, settled)
    assert bool(found.reasons) is not settled
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_reading_before_the_session_is_an_error() -> None:
    with pytest.raises(InputError, match="before the session"):
        eligibility(-1, MEDIUM, MEDIUM, T)


@pytest.mark.parametrize(
    ("verdict", "mean"), [("too light", 0.889706), ("right", 1.0), ("too dark", 1.110294)]
)
def test_a_verdict_is_worth_fifteen_percent(verdict: Verdict, mean: float) -> None:
    # Prior 1 ± 0.25, evidence 0.85, 1 or 1.15 ± 0.15: (16 + 44.44 x) / 60.44.
    lesson = client_lesson(client_prior(C, T), verdict_evidence(verdict, 1.0, T), HEALED)
    assert lesson.posterior.mean == pytest.approx(mean, abs=1e-6)
    assert lesson.posterior.sd == pytest.approx(0.128624, abs=1e-6)


def test_a_verdict_is_about_the_forecast_it_was_made_with() -> None:
    second = verdict_evidence("right", 0.8, T)
    assert (second.value, second.sd) == pytest.approx((0.8, 0.12))
    with pytest.raises(InputError, match="too light, right, too dark"):
        verdict_evidence("fine", 1.0, T)  # type: ignore[arg-type]


def test_the_next_recipe_takes_gain_and_certainty_along() -> None:
    lesson = client_lesson(client_prior(C, T), verdict_evidence("too light", 1.0, T), HEALED)
    taught_constants = with_client(C, lesson, T)
    before, after = recommend(MEDIUM, BLACK, C), recommend(MEDIUM, BLACK, taught_constants)
    assert before.fraction is not None
    assert after.fraction is not None
    assert after.fraction / before.fraction == pytest.approx(lesson.fraction_factor)
    assert before.sigma_ln is not None
    assert after.sigma_ln is not None
    assert after.sigma_ln < before.sigma_ln
    assert T.least_sigma_retention <= taught_constants.sigma_retention < C.sigma_retention


def test_two_lessons_in_a_row_are_one_of_both() -> None:
    first = client_lesson(client_prior(C, T), verdict_evidence("too light", 1.0, T), HEALED)
    field = field_evidence(FieldReading(57.0, 56.138368, 20, 20), 30, 0.05, C)
    second = client_lesson(first.posterior, field, HEALED)
    precision = 1 / 0.25**2 + 1 / 0.15**2 + 1 / 0.275135**2
    mean = (1 / 0.25**2 + 0.85 / 0.15**2 + 0.75 / 0.275135**2) / precision
    assert second.posterior.mean == pytest.approx(mean, abs=1e-6)
    chained = with_client(with_client(C, first, T), second, T)
    assert chained.gain == pytest.approx(mean, abs=1e-6)


@given(
    prior=st.floats(0.2, 3.0), prior_sd=st.floats(0.01, 1.0),
    value=st.floats(0.0, 3.0), sd=st.floats(0.01, 10.0),
)  # fmt: skip
def test_a_belief_moves_towards_the_evidence_and_gets_surer(
    prior: float, prior_sd: float, value: float, sd: float
) -> None:
    mean, after = combined(prior, prior_sd, value, sd)
    assert min(prior, value) - 1e-12 <= mean <= max(prior, value) + 1e-12
    assert after < min(prior_sd, sd) + 1e-12


def test_no_evidence_is_an_infinite_spread() -> None:
    assert combined(1.0, 0.3, 0.5, math.inf) == pytest.approx((1.0, 0.3))


def test_anchors_by_hand() -> None:
    anchors = [Anchor("carbon A", MEDIUM, BLACK, ratio) for ratio in (20, 25, 30)]
    other = Anchor("carbon B", MEDIUM, BLACK, 60)
    fit = fit_anchors([*anchors, other], "carbon A", C, T)
    assert fit.anchored
    assert fit.strengths == pytest.approx((10.3478, 12.8116, 15.2754), abs=5e-5)
    assert fit.strength.mean == pytest.approx(12.8116, abs=5e-5)
    assert fit.strength.cv == pytest.approx(0.1950, abs=5e-5)
    advice = recommend(MEDIUM, BLACK, fit.applied(C), anchored=True)
    assert advice.fraction == pytest.approx(0.0384615, abs=5e-8)
    assert advice.label == "ANCHORED"
    assert fit.applied(C).sigma_retention == C.sigma_retention
    json.dumps(fit.lesson.as_dict(), allow_nan=False)


def test_one_anchor_of_the_product_is_not_enough() -> None:
    anchors = [Anchor("A", MEDIUM, BLACK, 25), Anchor("B", MEDIUM, BLACK, 25)]
    fit = fit_anchors(anchors, "A", C, T)
    assert not fit.anchored
    assert fit.applied(C) is C
    assert "1 of the 2" in fit.lesson.sentence
    assert fit_anchors([], "A", C, T).strengths == ()


def test_anchors_that_agree_still_leave_a_tenth() -> None:
    fit = fit_anchors([Anchor("A", MEDIUM, BLACK, 25)] * 3, "A", C, T)
    assert fit.strength.cv == pytest.approx(0.10)
    assert fit.lesson.evidence.sd == pytest.approx(0.0, abs=1e-12)


def test_a_weak_lot_of_an_anchor_is_taken_out() -> None:
    weak = fit_anchors([Anchor("A", MEDIUM, BLACK, 25, 0.8)] * 2, "A", C, T)
    full = fit_anchors([Anchor("A", MEDIUM, BLACK, 25)] * 2, "A", C, T)
    assert weak.strength.mean == pytest.approx(full.strength.mean / 0.8)


def test_an_anchor_nobody_could_see_is_refused() -> None:
    with pytest.raises(InputError, match="would not be seen"):
        fit_anchors([Anchor("A", BROWN, BLOND, 25)] * 2, "A", C, T)


def test_studio_gain_is_drawn_to_one_by_five_outcomes_of_one() -> None:
    # ln 1.2 x 5/10 and ln 1.2 x 20/25.
    few, cv_few = studio_gain([1.2] * 5, 0.25, T)
    many, cv_many = studio_gain([1.2] * 20, 0.25, T)
    assert (float(few), float(many)) == pytest.approx((1.2**0.5, 1.2**0.8))
    assert (float(cv_few), float(cv_many)) == pytest.approx(
        (0.25 * math.sqrt(0.5), 0.25 * math.sqrt(0.2))
    )
    assert studio_gain(np.empty(0), 0.25, T)[0] == 1.0
    assert float(studio_gain([1.0] * 995, 0.25, T)[1]) == 0.10


def test_one_wild_outcome_does_not_move_a_studio() -> None:
    calm = [0.95, 1.0, 1.0, 1.05, 1.1]
    assert studio_gain([*calm, 40.0], 0.25, T)[0] < 1.06


def test_studio_gain_is_kept_by_band_and_apart_for_scars() -> None:
    outcomes = [Outcome("tan", 1.3)] * 10 + [Outcome("dark", 0.8)] * 10
    outcomes += [Outcome("tan", 0.5, scar=True)] * 5
    tan = studio_lesson("tan", outcomes, C, T)
    scar = studio_lesson("tan", outcomes, C, T, scar=True)
    assert tan.posterior.mean == pytest.approx(1.3 ** (10 / 15))
    assert scar.posterior.mean == pytest.approx(0.5**0.5)
    assert with_studio(C, tan).gain == pytest.approx(tan.posterior.mean)
    assert with_studio(C, tan).cv_gain == pytest.approx(0.25 / math.sqrt(3))
    nothing = studio_lesson("brown", outcomes, C, T)
    assert not nothing.learned
    assert with_studio(C, nothing) is C
    with pytest.raises(InputError, match="very light"):
        studio_lesson("type VI", outcomes, C, T)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan])
def test_a_gain_that_cannot_be_is_named(bad: float) -> None:
    with pytest.raises(InputError, match="gain"):
        studio_gain([1.0, bad], 0.25, T)


def test_the_studio_keeps_settled_evidence_and_not_the_drawn_posterior() -> None:
    evidence = verdict_evidence("too dark", 1.0, T)
    assert outcome_of(evidence, 1.2, "tan", HEALED) == Outcome("tan", 1.2 * 1.15)
    assert outcome_of(evidence, 1.2, "tan", HEALED, scar=True) == Outcome("tan", 1.2 * 1.15, True)
    settling = eligibility(21, MEDIUM, MEDIUM, T)
    assert settling.healed
    assert outcome_of(evidence, 1.2, "tan", settling) is None
    nothing = field_evidence(FieldReading(57.0, 40.0, 10, 10), 30, 0.05, C)
    assert outcome_of(nothing, 1.0, "tan", HEALED) is None
    unseen = outcome_of(
        field_evidence(FieldReading(57.0, 57.0, 10, 10), 30, 0.05, C), 1.0, "tan", HEALED
    )
    assert unseen is not None
    assert studio_gain([1.0, 1.0, unseen.gain], 0.25, T)[0] == 1.0


def test_every_lesson_is_told_whole() -> None:
    evidence = field_evidence(FieldReading(57.0, 56.5, 10, 10), 30, 0.05, default_constants())
    told = taught("client gain", WIDE, evidence).as_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert set(told) == {
        "subject", "prior", "evidence", "posterior", "learned", "fraction_factor", "sentence",
    }  # fmt: skip
