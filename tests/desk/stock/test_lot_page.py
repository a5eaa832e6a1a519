"""A lot on one page, and how it is found."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.desk import cards, stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.leaving import discard, empty_bottle
from kiosk.desk.stock.lot_page import LotPage, find_stock, lot_page
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.desk.stock.receiving import Delivery
from kiosk.inventory import counting
from kiosk.inventory.counting import Found
from kiosk.inventory.model import Identifier, LotState
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.parts import bottle as bottle_of
from tests.desk.stock.parts import witness
from tests.desk.stories import CARD, CARD_BLANK

BATCH, NUMBER = "RX44Q22Y77W122O72RD68G87IMX40", "SS199"


def page(clinic: Clinic, lot: str) -> LotPage:
    return lot_page(clinic.desk, lot)


def test_a_lots_life_is_told_in_the_order_it_happened(clinic: Clinic) -> None:
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver(release=False))
    clinic.clock.forward(hours=1)
    stock.release(clinic.desk, clinic.owner, lot)
    clinic.clock.forward(hours=1)
    stock.quarantine(clinic.desk, clinic.owner, lot, "label smeared")
    life = page(clinic, lot).life
    assert [moment.kind for moment in life] == ["lot.received", "lot.released", "lot.quarantined"]
    assert [moment.at.hour for moment in life] == [9, 10, 11]
    assert {moment.actor for moment in life} == {"P-01"}
    assert page(clinic, lot).lot.reason == "label smeared"


def test_a_lot_that_is_used_past_its_date_or_used_up_stands_so(clinic: Clinic) -> None:
    clinic.add(CARBON)
    bottle = clinic.deliver(label=TODAY + timedelta(days=3))
    lot = clinic.lot_of(bottle)
    assert page(clinic, lot).standing is LotState.RELEASED
    clinic.clock.forward(days=4)
    assert page(clinic, lot).standing is LotState.EXPIRED
    empty_bottle(clinic.desk, clinic.owner, bottle, "past its date", second=witness())
    assert page(clinic, lot).standing is LotState.EXHAUSTED


def test_a_page_says_whom_a_lot_reached_and_how_strong_it_is(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    lot = clinic.lot_of(pigment)
    cards.read_card(clinic.desk, clinic.owner, lot, CARD_BLANK, CARD)
    visits = [clinic.visit("AA"), clinic.visit("BB")]
    for visit in (*visits, visits[0]):
        clinic.confirm(clinic.order(visit, pigment, water))
    found = page(clinic, lot)
    assert (found.uses, found.clients, found.strength) == (3, 2, 1.0)
    assert found.finding.verdict.value == "SMP_SUITABLE"
    assert found.stops == ()
    assert found.recalls == ()
    assert [item.bottle.id for item in found.bottles] == [pigment]
    # A use that no rule allowed reached somebody as well.
    stock.quarantine(clinic.desk, clinic.owner, lot, "question")
    report = Report(pigment, 100, TODAY, clinic.visit("CC"), "seen by a colleague", "client told")
    record_nonconformance(clinic.desk, clinic.owner, report)
    found = page(clinic, lot)
    assert (found.uses, found.clients) == (4, 3)
    assert [stop.rule for stop in found.stops] == ["LOT-QUARANTINE"]


def test_the_balance_names_every_way_in_and_out(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    desk, owner, lot = clinic.desk, clinic.owner, clinic.lot_of(pigment)
    record = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    stock.dispense(desk, owner, pigment, 600, "card", "swatch card")
    discard(desk, owner, pigment, 400, "spilt")
    count = begin_count(desk, owner, bottles=[pigment])
    count = counting.enter(count, pigment, Found(8_000))
    finish_count(desk, owner, count, {pigment: "not known"}, second=witness())
    empty_bottle(desk, owner, pigment, "wrong shade", give_back=True)
    found = page(clinic, lot).balance
    assert found.received_ul == 10_000
    assert found.used_ul == record.pigment_ul + 600
    assert found.waste_ul == 400
    assert found.adjusted_ul == 8_000 - (10_000 - record.pigment_ul - 600 - 400)
    assert found.returned_ul == 8_000
    assert found.remaining_ul == 0
    assert found.sound
    assert not replace(found, remaining_ul=1).sound


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["dispense", "discard", "count", "empty", "return", "mix", "against"]),
        st.integers(0, 2),
        st.integers(0, 6000),
    ),
    min_size=1,
    max_size=10,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_STEPS)
def test_a_balance_is_sound_after_any_story(
    sqlite_clinic: Clinic, steps: list[tuple[str, int, int]]
) -> None:
    clinic = sqlite_clinic
    with suppress(DeskError):
        clinic.add(CARBON, WATER)
    water = clinic.deliver("WATER", lot_no="W", ml=500)
    lot = clinic.lot_of(clinic.deliver(lot_no="any", bottles=3))
    for what, which, ul in steps:
        with suppress(DeskError, Refused):
            act(clinic, what, clinic.bottles_of(lot)[which], water, ul)
    found = page(clinic, lot)
    assert found.balance.sound
    assert found.balance.received_ul == 30_000
    assert found.balance.remaining_ul == sum(b.bottle.remaining_ul for b in found.bottles)


def act(clinic: Clinic, what: str, bottle: str, water: str, ul: int) -> None:
    desk, owner = clinic.desk, clinic.owner
    if bottle_of(clinic, bottle).opened_on is None and what in {"dispense", "mix"}:
        stock.open_bottle(desk, owner, bottle)
    if what == "dispense":
        stock.dispense(desk, owner, bottle, ul, "", "test")
    elif what == "discard":
        discard(desk, owner, bottle, ul, "spilt")
    elif what == "count":
        count = counting.enter(begin_count(desk, owner, bottles=[bottle]), bottle, Found(ul))
        finish_count(desk, owner, count, {bottle: "not known"}, second=witness())
    elif what == "mix":
        clinic.confirm(clinic.order(clinic.visit(), bottle, water, total_ul=5250))
    elif what == "against":
        lot = clinic.lot_of(bottle)
        stock.quarantine(desk, owner, lot, "question")
        report = Report(bottle, ul, TODAY, "", "found", "told")
        try:
            record_nonconformance(desk, owner, report)
        finally:
            stock.release(desk, owner, lot)
    else:
        empty_bottle(desk, owner, bottle, "x", give_back=what == "return")


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


def shelf(clinic: Clinic) -> tuple[str, str]:
    """The lot of two numbers, and another."""
    clinic.add(CARBON, WATER, replace(CARBON, id="MULLER", brand="Müller", line="Öl"))
    delivery = Delivery(
        "SMP-CARBON", NUMBER, date(2027, 6, 30), "", 10_000, 2,
        identifiers=(Identifier("BATCH", BATCH),),
    )  # fmt: skip
    two = stock.receive(clinic.desk, clinic.owner, delivery).id
    clinic.deliver("WATER", lot_no="SS1990")
    other = clinic.lot_of(clinic.deliver("MULLER", lot_no="7"))
    return two, other


@pytest.mark.parametrize("written", [BATCH, NUMBER, "ss 199", "Ss-199", BATCH.lower(), "L-0001"])
def test_ac_s06_a_lot_is_found_by_each_of_its_numbers(clinic: Clinic, written: str) -> None:
    two, _ = shelf(clinic)
    (found,) = find_stock(clinic.desk, written)
    assert (found.lot, found.bottle) == (two, "")


@pytest.mark.parametrize("written", ["B-0002", "b-0002", " B-0002 "])
def test_a_bottle_is_found_by_its_id(clinic: Clinic, written: str) -> None:
    two, _ = shelf(clinic)
    (found,) = find_stock(clinic.desk, written)
    assert (found.lot, found.bottle, found.why) == (two, "B-0002", "bottle")


@pytest.mark.parametrize("written", ["müller", "MÜLLER", "müller öl", "mull"])
def test_a_product_is_found_by_part_of_its_name_in_any_case(clinic: Clinic, written: str) -> None:
    _, other = shelf(clinic)
    (found,) = find_stock(clinic.desk, written)
    assert (found.lot, found.why) == (other, "product")


@pytest.mark.parametrize("written", ["SS19", "SS1991", "%", "_", "B-9999"])
def test_what_is_only_alike_is_not_found(clinic: Clinic, written: str) -> None:
    shelf(clinic)
    with pytest.raises(NotFound, match="is no lot"):
        find_stock(clinic.desk, written)


def test_nothing_is_looked_for_where_nothing_was_typed(sqlite_clinic: Clinic) -> None:
    shelf(sqlite_clinic)
    assert find_stock(sqlite_clinic.desk, "  ") == ()
    assert len(find_stock(sqlite_clinic.desk, "water")) == 1


def test_a_lot_that_is_not_there_has_no_page(sqlite_clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="'L-9'"):
        page(sqlite_clinic, "L-9")
