"""From one session to the next: one rung darker at most, however loud the evidence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.forward import field_healed
from kiosk.matching.gains import (
    FieldReading,
    client_lesson,
    client_prior,
    field_evidence,
    verdict_evidence,
    with_client,
)
from kiosk.matching.healing import eligibility
from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommend import recommend
from kiosk.matching.sessions import (
    darker_choice_stop,
    darkest_allowed,
    lighter_rung,
    next_session,
)
from kiosk.matching.thresholds import default_thresholds
from kiosk.stops import Severity
from tests.matching.worked import BLACK, BLOND, BROWN, FAIR, MEDIUM, illustrative

C = illustrative()
T = default_thresholds()


def test_healed_lighter_than_forecast_goes_one_rung_darker_and_shows_why() -> None:
    # Forecast 57, measured 60 on day 21, after a session at 1:14.
    ladder = replace(C, ladder=(4, 6, 8, 10, 12, 14, 18, 20))
    skin = (60.7, 11.0, 15.0)
    cover = 0.102
    forecast = channels_to_lab(field_healed(lab_to_channels(skin), fraction_of(14), cover, ladder))
    assert forecast[0] == pytest.approx(57.0, abs=0.1)

    healed = eligibility(21, skin, (60.0, 11.0, 15.0), T)
    assert healed.healed
    evidence = field_evidence(FieldReading(skin[0], 60.0, 10, 10), 14, cover, ladder)
    lesson = client_lesson(client_prior(ladder, T), evidence, healed)
    assert evidence.value is not None
    assert evidence.value < 0.5
    assert "less kept than expected" in lesson.sentence

    # A studio whose ink is weaker in skin works on this ladder.
    weak = replace(ladder, A0=7.0)
    before = recommend(MEDIUM, BLACK, weak)
    after = recommend(MEDIUM, BLACK, with_client(weak, lesson, T))
    change = next_session(14, before, after, T)
    assert change.wanted is not None
    assert change.wanted < 12
    assert change.advised == 12
    assert change.held
    assert "1:12" in change.sentence
    assert change.before == before.advised_ratio


def test_a_verdict_too_dark_goes_lighter_as_far_as_it_says() -> None:
    constants = replace(C, cv_gain=0.25)
    lesson = client_lesson(
        client_prior(constants, T),
        verdict_evidence("too dark", 1.0, T),
        eligibility(30, MEDIUM, MEDIUM, T),
    )
    before = recommend(MEDIUM, BLACK, constants)
    after = recommend(MEDIUM, BLACK, with_client(constants, lesson, T))
    change = next_session(25, before, after, T)
    assert change.advised == after.advised_ratio
    assert not change.held
    assert "lighter" in change.sentence


@given(last=st.integers(1, 80), index=st.integers(0, 8))
def test_never_darker_than_one_rung(last: int, index: int) -> None:
    result = replace(recommend(MEDIUM, BLACK, C), advised_ratio=C.ladder[index])
    change = next_session(last, result, result, T)
    assert change.advised is not None
    assert change.advised in C.ladder
    assert sum(change.advised <= rung < last for rung in C.ladder) <= 1
    assert change.held is (change.advised != C.ladder[index])


def test_no_rung_stays_no_rung() -> None:
    none = recommend(BROWN, BLOND, C)
    change = next_session(40, recommend(MEDIUM, BLACK, C), none, T)
    assert change.advised is None
    assert change.sentence == none.reason
    assert set(change.as_dict()) == {
        "last", "before", "wanted", "advised", "held", "sentence",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("last", "darkest"), [(60, 55), (58, 55), (20, 20), (15, 20), (25, 20), (200, 60)]
)
def test_one_rung_from_where_the_last_session_stood(last: int, darkest: int) -> None:
    assert darkest_allowed(last, C.ladder, T) == darkest


def test_a_studio_may_allow_two_rungs() -> None:
    two = replace(T, rungs_darker=2)
    assert darkest_allowed(60, C.ladder, two) == 50
    assert darkest_allowed(25, C.ladder, two) == 20


def test_rungs_on_the_light_side_end_with_the_ladder() -> None:
    assert lighter_rung(55, 1, C.ladder) == 60
    assert lighter_rung(60, 1, C.ladder) is None
    with pytest.raises(InputError, match="no rung"):
        lighter_rung(52, 1, C.ladder)


def test_a_darker_choice_is_a_policy_stop_and_a_lighter_one_is_not() -> None:
    stop = darker_choice_stop(12, 8, C)
    assert stop is not None
    assert stop.severity is Severity.POLICY
    assert "1:8" in stop.sentence
    assert "1:12" in stop.sentence
    assert darker_choice_stop(12, 12, C) is None
    assert darker_choice_stop(12, 15, C) is None
    assert darker_choice_stop(recommend(FAIR, BLOND, C).advised_ratio, 60, C) is not None
