"""What ends a calibration, and that only one place decides it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calibration.gate import CalibrationRecord, explain_card, judge
from calibration.validity import (
    EIGHT_HOURS,
    LED_HEAD,
    CalibrationKey,
    Circumstances,
    Usage,
    ValidityRules,
    invalidations,
    rules_for,
)

DONE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PLUGGED = DONE - timedelta(minutes=5)
SOON = DONE + timedelta(minutes=10)
KEY = CalibrationKey("A1", 8.0, "SCI", 16.0, 168.0, 12.5)
MADE = Circumstances(KEY, 25.0)


def causes(
    *,
    now: datetime = SOON,
    rules: ValidityRules = LED_HEAD,
    connected_at: datetime = PLUGGED,
    **usage: object,
) -> list[str]:
    use = Usage(**usage)  # type: ignore[arg-type]
    found = invalidations(
        DONE, now=now, connected_at=connected_at, rules=rules, made_under=MADE, usage=use
    )
    return [each.cause for each in found]


def test_a_fresh_calibration_under_the_same_circumstances_holds() -> None:
    assert causes(readings=49, now=SOON) == []
    assert causes(now=DONE + timedelta(hours=1)) == []


def test_an_hour_and_a_minute_end_a_led_head_and_not_a_cr30() -> None:
    late = DONE + timedelta(hours=1, minutes=1)
    assert causes(now=late) == ["age"]
    assert causes(now=late, rules=rules_for("CR30")) == []


@pytest.mark.parametrize(("readings", "ended"), [(49, []), (50, ["readings"]), (51, ["readings"])])
def test_the_fiftieth_reading_is_the_last(readings: int, ended: list[str]) -> None:
    assert causes(readings=readings) == ended
    assert causes(readings=readings, rules=rules_for("Spectrolino")) == ended
    assert causes(readings=readings, rules=EIGHT_HOURS) == []


@pytest.mark.parametrize(
    ("temperature", "ended"),
    [(29.9, []), (30.0, ["temperature"]), (20.0, ["temperature"]), (None, [])],
)
def test_five_degrees_either_way_end_it(temperature: float | None, ended: list[str]) -> None:
    assert causes_at(temperature) == ended


def causes_at(temperature: float | None) -> list[str]:
    found = invalidations(
        DONE,
        now=SOON,
        connected_at=PLUGGED,
        rules=LED_HEAD,
        made_under=MADE,
        usage=Usage(now=Circumstances(KEY, temperature)),
    )
    return [each.cause for each in found]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"serial": "A2"}, "instrument"),
        ({"aperture_mm": 3.0}, "aperture"),
        ({"specular": "SCE"}, "specular mode"),
        ({"gain": 64.0}, "gain"),
        ({"integration_ms": 100.0}, "integration time"),
        ({"led_ma": 25.0}, "lamp current"),
    ],
)
def test_every_setting_is_part_of_the_calibration(change: dict[str, object], named: str) -> None:
    now = Circumstances(replace(KEY, **change), 25.0)  # type: ignore[arg-type]
    found = invalidations(
        DONE,
        now=SOON,
        connected_at=PLUGGED,
        rules=EIGHT_HOURS,
        made_under=MADE,
        usage=Usage(now=now),
    )
    assert [each.cause for each in found] == ["settings"]
    assert named in found[0].sentence


def test_the_units_own_flag_counts_whatever_the_rules() -> None:
    assert causes(rules=EIGHT_HOURS, asks_for_calibration=True) == ["device"]


def test_all_reasons_are_told_and_the_connection_comes_first() -> None:
    assert causes(
        now=DONE + timedelta(hours=9),
        connected_at=DONE + timedelta(hours=1),
        readings=60,
        asks_for_calibration=True,
    ) == ["reconnect", "device", "age", "readings"]


def test_the_gate_decides_by_the_same_rules() -> None:
    later = timedelta(seconds=30)
    record = CalibrationRecord("A1", DONE, DONE + later, DONE + 2 * later, "pass", MADE)
    now = DONE + timedelta(hours=1, minutes=1)
    assert judge(record, now=now, connected_at=PLUGGED).ready
    strict = judge(record, now=now, connected_at=PLUGGED, rules=LED_HEAD)
    assert not strict.ready
    assert "1:01" in strict.reason
    other = Usage(now=Circumstances(replace(KEY, aperture_mm=3.0)))
    assert "aperture" in judge(record, now=SOON, connected_at=PLUGGED, usage=other).reason


CARD = (92.0, -0.5, 2.0)


def darker(factor: float) -> tuple[float, float, float]:
    """The card's colour with all its light scaled (CIE 15:2018, 8.2.1: f is a cube root here)."""
    root = factor ** (1 / 3)
    return (116 * root * (CARD[0] + 16) / 116 - 16, CARD[1] * root, CARD[2] * root)


def test_a_silent_calibration_on_the_wrong_surface_is_recognised_and_called_so() -> None:
    said = explain_card(darker(0.92), CARD)
    assert "8% too dark" in said
    assert "other than its tile" in said
    assert "5% too bright" in explain_card(darker(1.05), CARD)


def test_a_card_that_changed_its_colour_is_not_called_a_wrong_calibration() -> None:
    said = explain_card((91.0, 1.5, 5.0), CARD)
    assert "clean" in said
    assert "too dark" not in said


def test_a_card_within_its_limit_needs_no_explanation() -> None:
    assert "as it did" in explain_card((92.1, -0.5, 2.1), CARD)


@pytest.mark.parametrize("name", ["AS7265x", "smp-head", "my own head", "as7261", ""])
def test_a_name_that_nobody_knows_has_the_strictest_rules(name: str) -> None:
    assert rules_for(name) is LED_HEAD


@pytest.mark.parametrize(
    ("name", "readings"),
    [("CM-700d/CM-600d", None), ("CM-2500d", None), ("CR30", None), ("Spectrolino 8mm", 50)],
)
def test_a_unit_that_adds_to_its_name_keeps_the_rules_of_its_model(
    name: str, readings: int | None
) -> None:
    assert rules_for(name).maximum_age == timedelta(hours=8)
    assert rules_for(name).maximum_readings == readings


def test_instruments_behind_spotread_are_asked_for_no_black() -> None:
    assert not rules_for("X-Rite i1 Pro 2").needs_black
    assert not rules_for("spotread").needs_black
