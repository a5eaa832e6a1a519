"""The stock as a table: what a filter lets through, in which order, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from kiosk.desk import stock
from kiosk.desk.office import work
from kiosk.desk.stock.claiming import send_bottle
from kiosk.desk.stock.filters import Filter, Order, Show
from kiosk.desk.stock.receiving import Delivery
from kiosk.desk.stock.table import stock_table
from kiosk.inventory.model import Identifier, Kind, LotState
from kiosk.ledger.events import Event
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, PMU, TATTOO, TODAY, WATER, Clinic
from tests.desk.test_cost import hundreds_of_steps


def listed(clinic: Clinic, limit: int = 200, offset: int = 0, **wanted: object) -> list[str]:
    page = stock_table(clinic.desk, Filter(**wanted), limit=limit, offset=offset)
    return [item.bottle.id for item in page.rows]


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


#: Bottles of the shelf below by what is the matter with them.
FINE, OPEN, SPENT, HELD, SENT = "B-0001", "B-0002", "B-0003", "B-0004", "B-0005"
SOON, PAST, WAITS, ON_HOLD, RECALLED, REJECTED = (f"B-{n:04d}" for n in range(6, 12))
BROW, BODY, WATERS, BLANK = "B-0012", "B-0013", "B-0014", "B-0015"
EVERYTHING = {f"B-{n:04d}" for n in range(1, 16)}


@pytest.fixture
def shelf(clinic: Clinic) -> Clinic:
    """One bottle of everything that can be the matter, as of today."""
    clinic.add(CARBON, PMU, TATTOO, WATER)
    desk, owner = clinic.desk, clinic.owner
    lot = clinic.lot_of(clinic.deliver(lot_no="24-117", label=days(400), bottles=5))
    assert clinic.bottles_of(lot) == [FINE, OPEN, SPENT, HELD, SENT]
    stock.open_bottle(desk, owner, OPEN)
    stock.dispense(desk, owner, OPEN, 2_500, "", "test")
    stock.open_bottle(desk, owner, SPENT)
    stock.dispense(desk, owner, SPENT, 10_000, "", "test")
    with work(desk, owner.id) as task:
        task.record(Event("bottle.held", HELD, {"reason": "cracked"}))
    send_bottle(desk, owner, SENT, "Room 2")
    clinic.deliver(lot_no="24-118", label=days(20))
    past = clinic.lot_of(clinic.deliver(lot_no="24-119", label=days(0)))
    clinic.deliver(lot_no="24-120", label=days(300), release=False)
    lots = [clinic.lot_of(clinic.deliver(lot_no=f"24-{n}", label=days(300))) for n in (121, 122)]
    with work(desk, owner.id) as task:
        task.record(Event("lot.held", lots[0], {"reason": "question"}))
        task.record(Event("lot.recalled", lots[1], {"reason": "R-1"}))
    wrong = clinic.lot_of(clinic.deliver(lot_no="24-123", label=days(300), release=False))
    stock.reject(desk, owner, wrong, "leaking")
    clinic.deliver("PMU", lot_no="BR-1", label=days(300))
    clinic.deliver("TATTOO", lot_no="T-1", label=days(300), release=False)
    clinic.deliver("WATER", lot_no="W-31", label=days(500), ml=100)
    clinic.deliver(lot_no="", label=None, release=False)
    with desk.engine.begin() as connection:
        # Since yesterday, without a day going by for everything else.
        connection.execute(
            update(t.lots).where(t.lots.c.lot == past).values(label_expiry=days(-1).isoformat())
        )
    return clinic


@pytest.mark.parametrize(
    ("show", "bottles"),
    [
        (Show.AT_HAND, EVERYTHING - {SPENT}),
        (Show.ALL, EVERYTHING),
        (Show.EMPTY, {SPENT}),
        (Show.USABLE, {FINE, OPEN, SOON, WATERS}),
        (Show.OPENED, {OPEN}),
        (Show.EXPIRING, {SOON}),
        (Show.EXPIRED, {PAST}),
        (Show.QUARANTINE, {WAITS, BODY, BLANK}),
        (Show.HOLD, {ON_HOLD, HELD}),
        (Show.RECALLED, {RECALLED}),
        (Show.REJECTED, {REJECTED}),
    ],
)
def test_each_word_shows_what_it_says(shelf: Clinic, show: Show, bottles: set[str]) -> None:
    found = listed(shelf, show=show)
    assert set(found) == bottles
    assert len(found) == len(bottles)
    assert stock_table(shelf.desk, Filter(show=show), limit=1).total == len(bottles)


def test_usable_is_what_the_bottles_own_stops_say(shelf: Clinic) -> None:
    page = stock_table(shelf.desk, Filter(show=Show.ALL), limit=200)
    by_stops = {item.bottle.id for item in page.rows if item.usable}
    assert set(listed(shelf, show=Show.USABLE)) == by_stops


def test_expiring_reaches_as_far_as_was_asked(shelf: Clinic) -> None:
    assert listed(shelf, show=Show.EXPIRING, within_days=19) == []
    assert listed(shelf, show=Show.EXPIRING, within_days=20) == [SOON]
    # An opened bottle ends twelve months after its opening, before its label does.
    assert OPEN in listed(shelf, show=Show.EXPIRING, within_days=365)
    assert FINE not in listed(shelf, show=Show.EXPIRING, within_days=399)


@pytest.mark.parametrize(
    ("text", "bottles"),
    [
        ("24-118", {SOON}),
        ("24 1", EVERYTHING - {SPENT, BROW, BODY, WATERS, BLANK}),
        ("br1", {BROW}),
        (FINE, {FINE}),
        (FINE.lower(), {FINE}),
        (OPEN, {OPEN}),
        (HELD, {HELD}),
        ("L-0002", {SOON}),
        ("aqua", {WATERS}),
        ("STERILE WAT", {WATERS}),
        ("pmu", {BROW}),
        ("B-00", set()),
        ("%", set()),
        ("nothing", set()),
    ],
)
def test_a_text_finds_numbers_products_and_bottles(
    shelf: Clinic, text: str, bottles: set[str]
) -> None:
    assert set(listed(shelf, text=text)) == bottles
    assert stock_table(shelf.desk, Filter(text=text)).total == len(bottles)


def test_a_text_and_a_word_must_both_hold(shelf: Clinic) -> None:
    assert listed(shelf, text="24-1", show=Show.RECALLED) == [RECALLED]
    assert listed(shelf, text=FINE, show=Show.OPENED) == []
    # An empty bottle is no stock, and still found where all of it is asked for.
    assert listed(shelf, text=SPENT) == []
    assert listed(shelf, text=SPENT, show=Show.ALL) == [SPENT]
    assert listed(shelf, kind=Kind.DILUENT) == [WATERS]
    assert listed(shelf, kind=Kind.PIGMENT, text="aqua") == []


def test_any_further_number_of_a_container_finds_it(clinic: Clinic) -> None:
    clinic.add(CARBON)
    batch = (Identifier("BATCH", "RX44Q22Y77W122O72RD68G87IMX40"),)
    delivery = Delivery("SMP-CARBON", "SS199", days(300), "", 1000, 1, identifiers=batch)
    stock.receive(clinic.desk, clinic.owner, delivery)
    for written in ("ss 199", "rx44q22", "RX44Q22Y77W122O72RD68G87IMX40"):
        assert listed(clinic, text=written) == ["B-0001"]
    assert listed(clinic, text="q22y77") == []


def test_rows_are_put_in_order(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER, replace(CARBON, id="A", brand="ärlig"))
    first = clinic.deliver(label=days(300), ml=5)
    clinic.clock.forward(days=1)
    second = clinic.deliver("WATER", lot_no="W", label=days(200), ml=20)
    clinic.clock.forward(days=1)
    third = clinic.deliver("A", lot_no="1", label=None, release=False, ml=10)
    opened = clinic.deliver(lot_no="2", label=days(300), ml=8)
    stock.open_bottle(clinic.desk, clinic.owner, opened)
    # Undated ones come last; of two that end on one day the open one is first.
    assert listed(clinic) == [second, opened, first, third]
    assert listed(clinic, descending=True) == [third, first, opened, second]
    assert listed(clinic, order=Order.RECEIVED) == [first, second, opened, third]
    assert listed(clinic, order=Order.PRODUCT) == [second, opened, first, third]
    assert listed(clinic, order=Order.REMAINING) == [first, opened, third, second]


def test_pages_are_the_whole_cut_in_pieces(shelf: Clinic) -> None:
    for order in Order:
        whole = listed(shelf, show=Show.ALL, order=order)
        pages = [listed(shelf, 4, at, show=Show.ALL, order=order) for at in range(0, 20, 4)]
        assert [name for page in pages for name in page] == whole
        assert set(whole) == EVERYTHING
    assert listed(shelf, 10, 500) == []
    assert listed(shelf, 0) == []


def test_bottles_below_zero_are_at_hand_and_usable_by_nobody(sqlite_clinic: Clinic) -> None:
    bottle, _ = sqlite_clinic.stock_up()
    with sqlite_clinic.desk.engine.begin() as connection:
        connection.execute(
            update(t.bottles).where(t.bottles.c.bottle == bottle).values(remaining_ul=-400)
        )
    assert bottle in listed(sqlite_clinic)
    assert bottle not in listed(sqlite_clinic, show=Show.USABLE)
    assert listed(sqlite_clinic, order=Order.REMAINING)[0] == bottle


# ── against the plain way: every bottle read, judged and sorted ──────────────────────────────────

_STATES = st.sampled_from([LotState.RELEASED, LotState.QUARANTINE, LotState.RECALLED])
_BOTTLE = st.tuples(
    st.sampled_from([0, 0, 5_000, 10_000, -300]),
    st.sampled_from([None, None, -400, -20, 0]),
    st.sampled_from(["", "", "", "cracked"]),
    st.sampled_from(["", "", "", "Room 2"]),
)
_LOT = st.tuples(
    st.sampled_from(["SMP-CARBON", "WATER", "TATTOO"]),
    _STATES,
    st.sampled_from([None, -1, 0, 10, 300]),
    st.sampled_from(["24-1", "24-17", ""]),
    st.lists(_BOTTLE, min_size=1, max_size=6),
)


def fill(clinic: Clinic, lots: Sequence[tuple[object, ...]]) -> None:
    number = 0
    with clinic.desk.engine.begin() as connection:
        for table in (t.bottles, t.lot_identifiers, t.lots):
            connection.execute(table.delete())
        for at, (product, state, label, lot_no, bottles) in enumerate(lots):
            connection.execute(
                insert(t.lots),
                {
                    "lot": f"L-{at}", "product": product, "lot_no": lot_no,
                    "label_expiry": None if label is None else days(label).isoformat(),
                    "received_on": days(-at % 3 - 500).isoformat(), "supplier": "", "invoice": "",
                    "seal": "intact", "label": "{}", "state": state.value, "reason": "",
                    "verdict": "", "rules_version": "",
                },
            )  # fmt: skip
            for remaining, opened, held, sent in bottles:
                number += 1
                connection.execute(
                    insert(t.bottles),
                    {
                        "bottle": f"B-{number:03d}", "lot": f"L-{at}", "size_ul": 10_000,
                        "remaining_ul": remaining, "place": "", "sent_to": sent, "held": held,
                        "opened_on": None if opened is None else days(opened).isoformat(),
                    },
                )  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_LOT, min_size=1, max_size=5))
def test_the_table_is_what_judging_every_bottle_gives(
    sqlite_clinic: Clinic, lots: list[tuple[object, ...]]
) -> None:
    clinic = sqlite_clinic
    if "product.added" not in clinic.kinds():
        clinic.add(CARBON, WATER, TATTOO)
    fill(clinic, lots)
    every = {item.bottle.id: item for item in stock.list_stock(clinic.desk)}
    assert sorted(listed(clinic, show=Show.ALL)) == sorted(every)
    plain = {
        Show.USABLE: {name for name, item in every.items() if item.usable},
        Show.EMPTY: {name for name, item in every.items() if item.bottle.remaining_ul == 0},
        Show.OPENED: {
            name
            for name, item in every.items()
            if item.bottle.opened_on is not None and item.bottle.remaining_ul != 0
        },
        Show.EXPIRED: {
            name
            for name, item in every.items()
            if item.bottle.remaining_ul != 0 and item.expiry is not None and item.expiry.on < TODAY
        },
    }
    for show, expected in plain.items():
        found = listed(clinic, show=show)
        assert set(found) == expected
        assert len(found) == len(expected)
        assert stock_table(clinic.desk, Filter(show=show), limit=0).total == len(expected)
    at_hand = [item for item in every.values() if item.bottle.remaining_ul != 0]
    until = [item.expiry.on if item.expiry else date.max for item in at_hand]
    page = stock_table(clinic.desk, Filter(), limit=100)
    assert [i.expiry.on if i.expiry else date.max for i in page.rows] == sorted(until)
    for name in every:
        assert listed(clinic, text=name, show=Show.ALL) == [name]


def test_a_page_costs_no_more_for_the_bottles_that_are_not_on_it(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)

    def look() -> None:
        assert len(stock_table(clinic.desk, Filter(), limit=50).rows) == 50

    clinic.deliver(lot_no="1", bottles=100)
    few = hundreds_of_steps(clinic.desk, look)
    clinic.deliver(lot_no="2", label=days(500), bottles=1000)
    clinic.deliver(lot_no="3", label=days(600), bottles=1000)
    many = hundreds_of_steps(clinic.desk, look)
    # An index entry each, some ten steps; reading and judging each bottle takes hundreds.
    assert many - few < 2000 * 20 / 100
