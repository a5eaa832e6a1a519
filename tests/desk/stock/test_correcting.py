"""Mistakes in the book put right, and never a way round a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock import leaving
from kiosk.desk.stock.catalogue import amend_product
from kiosk.desk.stock.correcting import Facts, correct_amount, correct_lot, open_late
from kiosk.inventory.model import Bottle, Identifier, Lot, LotState
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.parts import bottle, require_whole, sums, witness

LABEL = date(2027, 6, 30)
AS_IT_IS = Facts("24-117", LABEL, TODAY)


def last(clinic: Clinic, kind: str) -> int:
    """The number of the newest event of a kind; numbers count from 1 without a gap."""
    kinds = clinic.kinds()
    return len(kinds) - kinds[::-1].index(kind)


def corrected(clinic: Clinic, lot: str, facts: Facts, reason: str = "misread") -> Lot:
    return correct_lot(clinic.desk, clinic.owner, lot, facts, reason)


@pytest.mark.parametrize(
    "facts",
    [
        replace(AS_IT_IS, lot_no="24-177"),
        replace(AS_IT_IS, label_expiry=date(2029, 1, 31)),
        replace(AS_IT_IS, label_expiry=None),
        replace(AS_IT_IS, received_on=TODAY - timedelta(days=30)),
        replace(AS_IT_IS, received_on=None),
        replace(AS_IT_IS, identifiers=(Identifier("BATCH", "RX44"),)),
        replace(AS_IT_IS, label={"sterile": True}),
    ],
)
def test_a_lot_whose_facts_change_is_judged_again(sqlite_clinic: Clinic, facts: Facts) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = corrected(sqlite_clinic, sqlite_clinic.lot_of(pigment), facts)
    assert lot.state is LotState.QUARANTINE
    assert (lot.lot_no, lot.label_expiry, lot.received_on) == (
        facts.lot_no, facts.label_expiry, facts.received_on,
    )  # fmt: skip
    assert dict(lot.label) == dict(facts.label)
    assert "misread" in lot.reason
    with pytest.raises(Refused):
        stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment)


def test_what_stood_there_before_is_still_in_the_ledger(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    corrected(clinic, clinic.lot_of(pigment), replace(AS_IT_IS, lot_no="99-X"))
    assert '"lot_no":"24-117"' in clinic.ledger_text()
    assert '"lot_no":"99-X"' in clinic.ledger_text()
    require_whole(clinic)


@pytest.mark.parametrize(
    ("facts", "reason", "field"),
    [
        (replace(AS_IT_IS, lot_no="X"), "  ", "reason"),
        (replace(AS_IT_IS, received_on=TODAY + timedelta(days=1)), "why", "received_on"),
        (AS_IT_IS, "why", "nothing would change"),
    ],
)
def test_a_correction_says_why_and_changes_something(
    sqlite_clinic: Clinic, facts: Facts, reason: str, field: str
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    before = sqlite_clinic.kinds()
    with pytest.raises(DeskError, match=field):
        corrected(sqlite_clinic, sqlite_clinic.lot_of(pigment), facts, reason)
    assert sqlite_clinic.kinds() == before


def test_no_number_is_found_later_for_a_lot_that_came_without(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    lot = sqlite_clinic.lot_of(sqlite_clinic.deliver(lot_no="", release=False))
    with pytest.raises(Refused) as refused:
        corrected(sqlite_clinic, lot, AS_IT_IS)
    assert refused.value.stop.rule == "LOT-Q01"


def test_a_number_taken_away_by_mistake_can_be_given_back(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = sqlite_clinic.lot_of(pigment)
    corrected(sqlite_clinic, lot, replace(AS_IT_IS, lot_no=""))
    with pytest.raises(Refused) as refused:
        stock.release(sqlite_clinic.desk, sqlite_clinic.owner, lot)
    assert refused.value.stop.rule == "LOT-Q01"
    assert corrected(sqlite_clinic, lot, AS_IT_IS).lot_no == "24-117"


def test_a_correction_does_not_move_a_lot_that_is_out_of_use(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = sqlite_clinic.lot_of(pigment)
    stock.reject(sqlite_clinic.desk, sqlite_clinic.owner, lot, "seal broken")
    assert corrected(sqlite_clinic, lot, replace(AS_IT_IS, lot_no="X")).state is LotState.REJECTED


def poured(clinic: Clinic, ul: int = 600, *, away: bool = False) -> tuple[str, int]:
    """An opened bottle with one dispense or discard, and that event's number."""
    pigment, _ = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    if away:
        leaving.discard(clinic.desk, clinic.owner, pigment, ul, "spilt")
    else:
        stock.dispense(clinic.desk, clinic.owner, pigment, ul, "card", "swatch card")
    return pigment, last(clinic, "stock.moved")


@pytest.mark.parametrize(("right", "left"), [(60, 9940), (0, 10_000), (6000, 4000)])
@pytest.mark.parametrize("away", [False, True])
def test_a_wrong_amount_is_taken_back_and_booked_again(
    clinic: Clinic, away: bool, right: int, left: int
) -> None:
    pigment, event = poured(clinic, away=away)
    after = correct_amount(clinic.desk, clinic.owner, event, right, "a digit slipped")
    assert after.remaining_ul == left == sums(clinic)[pigment]
    with pytest.raises(DeskError, match="corrected already"):
        correct_amount(clinic.desk, clinic.owner, event, 100, "again")
    if right:
        # What replaced it may be corrected in its turn.
        correct_amount(clinic.desk, clinic.owner, last(clinic, "stock.moved"), 500, "no")
        assert sums(clinic)[pigment] == 9500
    require_whole(clinic)


@pytest.mark.parametrize(
    ("ul", "reason", "said"),
    [(600, "why", "booked already"), (20_000, "why", "never held"), (60, " ", "reason")],
)
def test_an_amount_that_cannot_be_right_is_refused(
    sqlite_clinic: Clinic, ul: int, reason: str, said: str
) -> None:
    pigment, event = poured(sqlite_clinic)
    with pytest.raises(DeskError, match=said):
        correct_amount(sqlite_clinic.desk, sqlite_clinic.owner, event, ul, reason)
    assert sums(sqlite_clinic)[pigment] == 9400


def test_a_use_and_a_delivery_are_not_mended_by_their_amount(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    sqlite_clinic.confirm(sqlite_clinic.order(sqlite_clinic.visit(), pigment, water))
    for kind in ("mix.confirmed", "lot.received"):
        with pytest.raises(DeskError, match="not mended"):
            correct_amount(
                sqlite_clinic.desk, sqlite_clinic.owner, last(sqlite_clinic, kind), 1, "why"
            )
    with pytest.raises(NotFound, match="booked no movement"):
        correct_amount(sqlite_clinic.desk, sqlite_clinic.owner, 1, 1, "why")


def test_blocked_stock_does_not_leave_by_a_correction(clinic: Clinic) -> None:
    pigment, event = poured(clinic)
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(pigment), "complaint")
    with pytest.raises(Refused) as refused:
        correct_amount(clinic.desk, clinic.owner, event, 5000, "it was more")
    assert refused.value.stop.rule == "DOOR-BLOCKED"
    # What was booked as taken and was not comes back, and stays blocked.
    back = correct_amount(clinic.desk, clinic.owner, event, 0, "it was another bottle")
    assert (back.remaining_ul, back.lot.state) == (10_000, LotState.QUARANTINE)


def test_blocked_waste_does_not_grow_without_its_witness(sqlite_clinic: Clinic) -> None:
    pigment, event = poured(sqlite_clinic, away=True)
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment), "x")
    with pytest.raises(Refused) as refused:
        correct_amount(sqlite_clinic.desk, sqlite_clinic.owner, event, 5000, "it was more")
    assert "DOOR-WITNESS" in {stop.rule for stop in refused.value.stops}


def test_ac_s15_an_opening_entered_late_counts_from_its_day_and_names_late_uses(
    clinic: Clinic,
) -> None:
    clinic.clock.now = clinic.clock.now.replace(year=2027, month=1, day=15)
    clinic.add(replace(CARBON, pao_months=1), WATER)
    pigment, water = clinic.deliver(), clinic.deliver("WATER", lot_no="W-31", ml=100)
    clinic.clock.now = clinic.clock.now.replace(month=2, day=20)
    in_time = clinic.confirm(clinic.order(clinic.visit("AA"), pigment, water))
    clinic.clock.now = clinic.clock.now.replace(month=3, day=1)
    # By the day it was entered the bottle was good until 20 March.
    late = clinic.confirm(clinic.order(clinic.visit("BB"), pigment, water))
    found = open_late(clinic.desk, clinic.owner, pigment, date(2027, 1, 31), "forgotten")
    assert found.bottle.opened_on == date(2027, 1, 31)
    # Opened 31 January with a month to go: good through 28 February.
    assert [use.mix for use in found.late] == [late.mix]
    assert in_time.mix not in {use.mix for use in found.late}
    item = stock.next_bottles(clinic.desk, found.bottle.lot.product.kind)[0]
    assert item.expiry.on == date(2027, 2, 28)
    assert not item.usable
    with pytest.raises(Refused, match="Opened too long"):
        clinic.confirm(clinic.order(clinic.visit("CC"), pigment, water))
    require_whole(clinic)


def test_ac_s15_a_future_opening_is_refused(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    with pytest.raises(DeskError, match="future"):
        open_late(
            sqlite_clinic.desk, sqlite_clinic.owner, pigment, TODAY + timedelta(days=1), "why"
        )


def _open(day: date, reason: str = "forgotten") -> Callable[[Clinic, str], object]:
    return lambda clinic, name: open_late(clinic.desk, clinic.owner, name, day, reason)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (_open(TODAY, " "), "reason"),
        (_open(TODAY - timedelta(days=1)), "before the delivery"),
        (_open(TODAY + timedelta(days=5)), "was open by 2026-03-07 already"),
        (_open(TODAY + timedelta(days=6)), "was open by"),
    ],
)
def test_a_late_opening_is_earlier_than_what_is_known(
    sqlite_clinic: Clinic, act: Callable[[Clinic, str], object], said: str
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    sqlite_clinic.clock.forward(days=10)
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment, TODAY + timedelta(days=5))
    with pytest.raises(DeskError, match=said):
        act(sqlite_clinic, pigment)
    assert bottle(sqlite_clinic, pigment).opened_on == TODAY + timedelta(days=5)


def test_a_longer_period_after_opening_does_not_bring_a_bottle_back(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, water)
    sealed = clinic.deliver("WATER", lot_no="W-32")
    clinic.clock.forward(days=60)
    changed = amend_product(clinic.desk, clinic.owner, replace(WATER, pao_months=6), "data sheet")
    assert changed == ()

    def state(name: str) -> LotState:
        found: Bottle = bottle(clinic, name)
        return found.lot.state

    assert (state(water), state(sealed)) == (LotState.QUARANTINE, LotState.RELEASED)
    with pytest.raises(Refused):
        clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    # A shorter one needs nobody: the date it gives is only earlier.
    stock.release(clinic.desk, clinic.owner, clinic.lot_of(water))
    amend_product(clinic.desk, clinic.owner, replace(WATER, pao_months=1), "label says so")
    assert state(water) is LotState.RELEASED


def test_a_disposed_bottle_that_was_not_empty_is_still_disposed_of(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = sqlite_clinic.lot_of(pigment)
    leaving.dispose_lot(sqlite_clinic.desk, sqlite_clinic.owner, lot, "old", second=witness())
    event = last(sqlite_clinic, "stock.moved")
    back = correct_amount(sqlite_clinic.desk, sqlite_clinic.owner, event, 4000, "some is left")
    assert (back.remaining_ul, back.lot.state) == (6000, LotState.DISPOSED)
    for act in (stock.quarantine, stock.reject):
        with pytest.raises(DeskError, match="gone"):
            act(sqlite_clinic.desk, sqlite_clinic.owner, lot, "to have it back")
    with pytest.raises(DeskError):
        stock.release(sqlite_clinic.desk, sqlite_clinic.owner, lot)


def test_nothing_is_corrected_while_the_clock_cannot_be_trusted(sqlite_clinic: Clinic) -> None:
    pigment, event = poured(sqlite_clinic)
    lot = sqlite_clinic.lot_of(pigment)
    sqlite_clinic.clock.forward(days=-400)
    for act in (
        lambda: correct_amount(sqlite_clinic.desk, sqlite_clinic.owner, event, 60, "x"),
        lambda: corrected(sqlite_clinic, lot, replace(AS_IT_IS, lot_no="Z")),
        lambda: open_late(sqlite_clinic.desk, sqlite_clinic.owner, pigment, TODAY, "x"),
        lambda: leaving.discard(sqlite_clinic.desk, sqlite_clinic.owner, pigment, 1, "x"),
    ):
        with pytest.raises(Refused, match="clock"):
            act()
