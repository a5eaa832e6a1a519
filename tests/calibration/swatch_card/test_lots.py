"""Strength against the reference lot, lot against lot, control chart, the next card."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, delta_e_2000
from calibration.swatch_card.fit import OutsideCard, PoorFit, fit_card
from calibration.swatch_card.lots import (
    LawMismatch,
    compare_lots,
    control_chart,
    reswatch_due,
    strength,
    strength_alarm,
)
from tests.calibration.swatch_card.worlds import (
    TRUE_SLOPE,
    WORKED,
    card_of,
    fractions,
    reflected,
    with_noise,
)

REFERENCE = fit_card(card_of(TRUE_SLOPE))


def test_a_lot_at_85_percent() -> None:
    lot = strength(fit_card(card_of(0.85 * TRUE_SLOPE)), REFERENCE)
    assert lot.value == pytest.approx(0.85, abs=1e-6)
    assert lot.fraction_factor == pytest.approx(1.1765, abs=5e-5)
    assert lot.kappa == pytest.approx(TRUE_SLOPE / TRUE_SLOPE[1], abs=1e-6)
    assert lot.alarm


def test_a_lot_at_85_percent_read_with_noise() -> None:
    # Both cards noisy; one such draw was published as 83 %.
    random = np.random.default_rng(21)
    found = []
    while len(found) < 150:
        try:
            lot = fit_card(with_noise(card_of(0.85 * TRUE_SLOPE), random))
            reference = fit_card(with_noise(card_of(TRUE_SLOPE), random))
        except PoorFit:
            continue
        found.append(strength(lot, reference).value)
    assert np.mean(found) == pytest.approx(0.85, abs=0.005)
    assert np.std(found) < 0.025
    assert min(found) > 0.80
    assert max(found) < 0.90


def test_the_reference_lot_has_strength_one() -> None:
    assert strength(REFERENCE, REFERENCE).value == 1.0


@given(factor=st.floats(0.5, 1.5))
def test_strength_is_the_concentration(factor: float) -> None:
    lot = strength(fit_card(card_of(factor * TRUE_SLOPE)), REFERENCE)
    assert lot.value == pytest.approx(factor, rel=1e-6)


def test_slopes_of_two_laws_are_not_compared() -> None:
    film = fit_card(card_of(TRUE_SLOPE / 3.0, law="film"))
    with pytest.raises(LawMismatch):
        strength(film, REFERENCE)


@pytest.mark.parametrize(
    ("value", "alarm"), [(1.0, False), (0.90, False), (1.10, False), (0.89, True), (1.11, True)]
)
def test_control_limits(value: float, alarm: bool) -> None:
    assert strength_alarm(value) is alarm


def test_control_chart_runs_by_date() -> None:
    points = control_chart(
        [(date(2026, 3, 1), "B", 0.88), (date(2025, 9, 1), "A", 1.02), (date(2026, 5, 4), "C", 1.1)]
    )
    assert [(point.lot, point.alarm) for point in points] == [
        ("A", False),
        ("B", True),
        ("C", False),
    ]


@pytest.mark.parametrize(("factor", "notice"), [(1.0, False), (0.95, False), (0.80, True)])
def test_lots_are_compared_at_one_in_ten(factor: float, notice: bool) -> None:
    found = compare_lots(fit_card(card_of(factor * TRUE_SLOPE)), REFERENCE)
    labs = channels_to_lab(
        np.array([reflected(f * TRUE_SLOPE * fractions((10.0,))[0]) for f in (factor, 1.0)])
    )
    assert found.delta_e == pytest.approx(float(delta_e_2000(labs[0], labs[1])), abs=1e-5)
    assert found.difference == pytest.approx(labs[0] - labs[1], abs=1e-5)
    assert found.notice is notice


def test_two_papers_do_not_make_two_lots() -> None:
    other_paper = card_of(TRUE_SLOPE, blank=np.array([0.78, 0.78, 0.70]))
    assert compare_lots(fit_card(other_paper), REFERENCE).delta_e < 0.01


def test_lots_are_not_compared_beyond_their_cards() -> None:
    short = fit_card(card_of(TRUE_SLOPE, ratios=(80.0, 60.0, 40.0, 20.0)))
    with pytest.raises(OutsideCard):
        compare_lots(short, REFERENCE)
    assert compare_lots(short, REFERENCE, ratio=40.0).delta_e < 0.01


OPENED = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("read", "today", "since"),
    [
        (date(2026, 1, 10), date(2026, 7, 30), None),
        (date(2026, 1, 10), date(2026, 7, 31), date(2026, 7, 31)),
        (date(2026, 6, 1), date(2026, 7, 31), date(2026, 7, 31)),
        (date(2026, 7, 31), date(2027, 1, 30), None),
        (date(2026, 7, 31), date(2027, 1, 31), date(2027, 1, 31)),
    ],
)
def test_six_months_open_ask_for_a_new_card(read: date, today: date, since: date | None) -> None:
    due = reswatch_due(opened_on=OPENED, card_read_on=read, settled_on=None, today=today)
    assert (None if due is None else (due.since, due.reason)) == (since and (since, "open"))


def test_a_sealed_bottle_keeps_its_card() -> None:
    due = reswatch_due(
        opened_on=None, card_read_on=date(2020, 1, 1), settled_on=None, today=date(2026, 1, 1)
    )
    assert due is None


def test_a_sediment_asks_for_a_new_card_at_once() -> None:
    seen = date(2026, 3, 2)
    due = reswatch_due(
        opened_on=OPENED, card_read_on=date(2026, 2, 1), settled_on=seen, today=date(2026, 3, 3)
    )
    assert due is not None
    assert (due.since, due.reason) == (seen, "settled")
    mended = reswatch_due(opened_on=OPENED, card_read_on=seen, settled_on=seen, today=seen)
    assert mended is None


def test_the_worked_card_against_the_true_slopes() -> None:
    assert strength(fit_card(WORKED), REFERENCE).value == pytest.approx(14.448078 / 14.3, abs=1e-5)
