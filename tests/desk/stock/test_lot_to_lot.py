"""A new lot that looks otherwise than the one before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.desk import cards, mixing, stock
from kiosk.desk.recommending import Advice, advise
from kiosk.stops import Severity
from tests.calibration.surfaces import UNIT
from tests.desk.clinic import Clinic
from tests.desk.stories import CARD, CARD_BLANK

Card = list[tuple[float, tuple[float, float, float]]]


def weaker(share: float) -> Card:
    """The same ink at part of its strength: a swatch of 1:r looks like one of 1:(r+1)/s - 1."""
    return [((ratio + 1.0) * share - 1.0, lab) for ratio, lab in CARD]


def ask(clinic: Clinic, initials: str) -> tuple[str, Advice]:
    visit = clinic.visit(initials)
    clinic.calibrate()
    clinic.measure(visit)
    connected = clinic.clock.now - timedelta(minutes=1)
    found = advise(clinic.desk, clinic.owner, visit, identity=UNIT, connected_at=connected)
    return visit, found


def read(clinic: Clinic, bottle: str, card: Card) -> cards.CardReport:
    return cards.read_card(clinic.desk, clinic.owner, clinic.lot_of(bottle), CARD_BLANK, card)


def notices(advice: Advice) -> list[str]:
    return [stop.sentence for stop in advice.flags if stop.rule == "LOT-DIFFERS"]


def test_ac_s25_practitioners_hear_of_a_lot_that_differs_and_its_card_counts_for_it_alone(
    clinic: Clinic,
) -> None:
    old, water = clinic.stock_up()
    read(clinic, old, CARD)
    new = clinic.deliver(lot_no="24-200", release=False)
    report = read(clinic, new, weaker(0.80))
    assert report.comparison is not None
    assert (report.comparison.ratio, report.comparison.notice) == (10.0, True)
    assert report.comparison.delta_e > 2.0
    # While the old lot is used, nobody is told and the old lot's card counts.
    _, before = ask(clinic, "AA")
    assert before.known.lot is not None
    assert before.known.lot.id == clinic.lot_of(old)
    assert before.known.constants.strength == 1.0
    assert notices(before) == []
    stock.release(clinic.desk, clinic.owner, clinic.lot_of(new))
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(old), "used up soon")
    visit, after = ask(clinic, "BB")
    assert after.known.constants.strength == pytest.approx(0.80, abs=0.01)
    (sentence,) = notices(after)
    assert f"Lot {clinic.lot_of(new)} looks {report.comparison.delta_e:.1f} CIEDE2000" in sentence
    assert clinic.lot_of(old) in sentence
    # Who mixes is told too, and signs nothing for it.
    ratio = after.recommendation.advised_ratio
    prepared = mixing.prepare_mix(
        clinic.desk, clinic.order(visit, new, water, ratio=ratio, reason="")
    )
    (stop,) = [stop for stop in prepared.stops if stop.rule == "LOT-DIFFERS"]
    assert stop.severity is Severity.ADVICE
    # The old lot's recipe is what it was.
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(new), "test")
    stock.release(clinic.desk, clinic.owner, clinic.lot_of(old))
    _, again = ask(clinic, "CC")
    assert again.recommendation.fraction == before.recommendation.fraction
    assert notices(again) == []


def test_a_lot_that_looks_the_same_is_nothing_to_tell(sqlite_clinic: Clinic) -> None:
    old, _ = sqlite_clinic.stock_up()
    read(sqlite_clinic, old, CARD)
    new = sqlite_clinic.deliver(lot_no="24-200")
    report = read(sqlite_clinic, new, weaker(0.97))
    assert report.comparison is not None
    assert report.comparison.delta_e < 2.0
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(old), "test")
    assert notices(ask(sqlite_clinic, "AA")[1]) == []
