"""Whether a unit may be believed right now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calibration.gate import CalibrationRecord, describe_age, judge, judge_card

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CONNECTED = MORNING - timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
DONE = CalibrationRecord("CM000T0001", MORNING, MORNING + MINUTE / 4, MORNING + MINUTE / 2, "pass")


def test_ac_p01_eight_hours_are_good_and_a_minute_more_is_not() -> None:
    at_the_limit = judge(DONE, now=MORNING + timedelta(hours=8), connected_at=CONNECTED)
    assert at_the_limit.ready
    late = judge(DONE, now=MORNING + timedelta(hours=8, minutes=1), connected_at=CONNECTED)
    assert not late.ready
    assert "8:01" in late.reason
    assert late.age == timedelta(hours=8, minutes=1)


def test_ac_p01_a_passing_calibration_opens_the_gate_again() -> None:
    now = MORNING + timedelta(hours=9)
    assert not judge(DONE, now=now, connected_at=CONNECTED).ready
    again = CalibrationRecord(DONE.serial, now - MINUTE, now - MINUTE, now, "pass")
    assert judge(again, now=now, connected_at=CONNECTED).ready


def test_the_older_of_black_and_white_decides_the_age() -> None:
    record = replace(
        DONE, white_at=MORNING + timedelta(hours=5), card_at=MORNING + timedelta(hours=6)
    )
    state = judge(record, now=MORNING + timedelta(hours=8, minutes=1), connected_at=CONNECTED)
    assert not state.ready


def test_a_reconnected_unit_is_calibrated_again() -> None:
    state = judge(DONE, now=MORNING + 2 * MINUTE, connected_at=MORNING + MINUTE)
    assert not state.ready
    assert "reconnected" in state.reason


@pytest.mark.parametrize("missing", ["black_at", "white_at"])
def test_a_unit_that_lacks_a_step_is_not_calibrated(missing: str) -> None:
    state = judge(replace(DONE, **{missing: None}), now=MORNING + MINUTE, connected_at=CONNECTED)
    assert not state.ready
    assert "not been calibrated" in state.reason
    assert state.age is None


def test_another_unit_has_no_calibration_of_its_own() -> None:
    state = judge(CalibrationRecord("CM000T0002"), now=MORNING + MINUTE, connected_at=CONNECTED)
    assert not state.ready


def test_without_a_unit_the_gate_is_shut() -> None:
    assert not judge(DONE, now=MORNING + MINUTE, connected_at=None).ready


def test_a_calibration_in_the_future_is_not_believed() -> None:
    state = judge(DONE, now=MORNING - MINUTE, connected_at=CONNECTED)
    assert not state.ready
    assert "clock" in state.reason


def test_the_white_card_must_be_read() -> None:
    unread = replace(DONE, card_at=None, card_outcome=None)
    assert not judge(unread, now=MORNING + MINUTE, connected_at=CONNECTED).ready


@pytest.mark.parametrize("redone", ["black_at", "white_at"])
def test_the_white_card_must_be_read_after_the_newest_step(redone: str) -> None:
    record = replace(DONE, **{redone: DONE.card_at + MINUTE})
    state = judge(record, now=MORNING + 3 * MINUTE, connected_at=CONNECTED)
    assert not state.ready
    assert "white card" in state.reason


@pytest.mark.parametrize(
    ("outcome", "ready"), [("baseline", True), ("pass", True), ("warn", True), ("fail", False)]
)
def test_only_a_failed_card_shuts_the_gate(outcome: str, ready: bool) -> None:
    record = replace(DONE, card_outcome=outcome)
    assert judge(record, now=MORNING + MINUTE, connected_at=CONNECTED).ready is ready


BASE = (80.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("lab", "outcome"),
    [
        (BASE, "pass"),
        ((80.29, 0.0, 0.0), "pass"),
        ((80.31, 0.0, 0.0), "warn"),
        ((80.0, 0.59, 0.0), "warn"),
        ((80.0, 0.0, -0.61), "fail"),
        ((80.4, 0.4, 0.4), "fail"),
    ],
)
def test_the_card_against_its_first_reading(lab: tuple[float, float, float], outcome: str) -> None:
    said, difference = judge_card(lab, BASE)
    assert said == outcome
    assert difference == pytest.approx(
        sum((x - y) ** 2 for x, y in zip(lab, BASE, strict=True)) ** 0.5
    )


def test_the_first_reading_of_the_card_is_the_baseline() -> None:
    assert judge_card(BASE, None) == ("baseline", None)


def test_ages_are_shown_in_hours_and_minutes() -> None:
    assert describe_age(timedelta(minutes=42, seconds=59)) == "0:42"
    assert describe_age(timedelta(hours=8, minutes=1)) == "8:01"
