"""What stands behind a lot's page, and the months in which stock ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.desk import cards, stock
from kiosk.desk.stock.expiring import MONTHS, expiry_calendar
from kiosk.desk.stock.lot_details import lot_card, lot_history, lot_uses
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic

#: A published worked example of a swatch card (blank, then r of 1:r and CIELAB).
BLANK = (94.312351, 0.0, 1.485949)
CARD = [
    (80.0, (78.63, 0.67, 0.36)),
    (40.0, (71.56, 1.27, 1.32)),
    (20.0, (64.49, 0.95, 0.55)),
    (10.0, (54.83, 1.29, 1.03)),
    (5.0, (45.21, 1.62, 1.34)),
]


def test_a_lot_without_a_card_has_none(clinic: Clinic) -> None:
    clinic.stock_up()
    assert lot_card(clinic.desk, "L-0001") is None


def test_a_card_is_shown_as_it_was_judged_with_those_before_it(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)
    for lot_no in ("1", "2"):
        clinic.deliver(lot_no=lot_no)
    first = cards.read_card(clinic.desk, clinic.owner, "L-0001", BLANK, CARD)
    # Every swatch at half the ratio it is said to have: half the pigment gives the same colour.
    stronger = [(2 * ratio, lab) for ratio, lab in CARD]
    second = cards.read_card(clinic.desk, clinic.owner, "L-0002", BLANK, stronger)
    found = lot_card(clinic.desk, "L-0002")
    assert found is not None
    assert found.read_on == TODAY
    # In 1:r the pigment is one part of 1 + r, so "twice" differs a little over the card.
    assert found.strength == second.strength == pytest.approx(2.0, rel=0.1)
    assert found.alarm
    assert found.earlier == (1.0,)
    assert found.hue == second.ink.against_carbon.size
    at_first = lot_card(clinic.desk, "L-0001")
    assert at_first is not None
    assert (at_first.strength, at_first.alarm, at_first.earlier) == (1.0, False, ())
    assert at_first.ink == first.ink.verdict


def test_uses_and_history_speak_of_this_lot_alone(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    other = clinic.deliver(lot_no="other")
    mix = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    (use,) = lot_uses(clinic.desk, clinic.lot_of(pigment))
    assert (use.client, use.mix, use.bottle) == ("C-0001", mix.mix, pigment)
    assert lot_uses(clinic.desk, clinic.lot_of(other)) == ()
    lines = lot_history(clinic.desk, clinic.lot_of(pigment))
    assert [line.seq for line in lines] == sorted((line.seq for line in lines), reverse=True)
    assert any(f"bottle {pigment} opened" in line.text for line in lines)
    assert not any(other in line.text for line in lines)


def test_stock_ends_in_the_month_of_its_effective_date(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    water = clinic.deliver("WATER", lot_no="W", label=date(2026, 12, 31), ml=100, bottles=3)
    clinic.deliver(lot_no="in quarantine", label=date(2026, 5, 31), release=False)
    clinic.deliver(lot_no="far", label=date(2031, 5, 31))
    stock.open_bottle(clinic.desk, clinic.owner, water)
    months = {m.first: m for m in expiry_calendar(clinic.desk).months}
    # Opened on 2 March with one month after opening.
    april, december = months[date(2026, 4, 1)], months[date(2026, 12, 1)]
    assert (april.bottles, april.ul, april.lots[0].until) == (1, 100_000, date(2026, 4, 2))
    assert (december.bottles, december.ul) == (2, 200_000)
    assert months[date(2026, 5, 1)].lots == ()
    assert [entry.lot.lot_no for entry in months[None].lots] == ["far"]
    assert len(months) == MONTHS + 1


def test_no_month_is_shown_while_the_clock_is_not_trusted(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.stock_up()
    sqlite_clinic.clock.now -= timedelta(days=2)
    found = expiry_calendar(sqlite_clinic.desk)
    assert found.months == ()
    assert found.clock is not None
    assert found.clock.rule == "CLOCK-UNTRUSTED"
