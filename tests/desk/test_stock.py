"""The life of a lot and its bottles."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.journal import verify_ledger
from kiosk.inventory.model import Kind, LotState
from kiosk.stops import Refused
from kiosk.storage import tables as t
from tests.desk.clinic import (
    CARBON,
    DISTILLED,
    PMU,
    TATTOO,
    TODAY,
    WATER,
    Clinic,
    found,
    rows,
)


def delivery(**changes: object) -> stock.Delivery:
    values = {
        "product": "SMP-CARBON", "lot_no": "24-117", "label_expiry": date(2027, 6, 30),
        "supplier": "Meridian", "bottle_ul": 10_000, "bottles": 2, "received_on": None,
    }  # fmt: skip
    return stock.Delivery(**(values | changes))


def test_ac_s08_a_delivery_begins_in_quarantine_and_cannot_be_used_before_its_release(
    clinic: Clinic,
) -> None:
    clinic.add(CARBON)
    lot = stock.receive(clinic.desk, clinic.owner, delivery())
    assert lot.state is LotState.QUARANTINE
    assert lot.received_on == TODAY
    first, second = clinic.bottles_of(lot.id)
    with pytest.raises(Refused, match="quarantine"):
        stock.open_bottle(clinic.desk, clinic.owner, first)
    with pytest.raises(Refused, match="quarantine"):
        stock.dispense(clinic.desk, clinic.owner, first, 100, "", "test")
    assert stock.release(clinic.desk, clinic.owner, lot.id).state is LotState.RELEASED
    opened = stock.open_bottle(clinic.desk, clinic.owner, first)
    assert (opened.opened_on, opened.lot.state) == (TODAY, LotState.OPEN)
    left = stock.dispense(clinic.desk, clinic.owner, first, 2600, "card", "swatch card")
    assert left.remaining_ul == 7400
    assert clinic.remaining(second) == 10_000


def test_lot_numbers_are_kept_character_for_character(clinic: Clinic) -> None:
    clinic.add(CARBON)
    for lot_no in ("  00.1-a ", "SS 199", "ÄÖ/7"):
        lot = stock.receive(clinic.desk, clinic.owner, delivery(lot_no=lot_no))
        assert lot.lot_no == lot_no


@pytest.mark.parametrize("lot_no", ["", "   "])
def test_ac_s01_a_lot_without_a_number_is_never_released_only_rejected(
    clinic: Clinic, lot_no: str
) -> None:
    clinic.add(CARBON)
    lot = stock.receive(clinic.desk, clinic.owner, delivery(lot_no=lot_no))
    with pytest.raises(Refused) as refused:
        stock.release(clinic.desk, clinic.owner, lot.id)
    assert refused.value.stop.rule == "LOT-Q01"
    rejected = stock.reject(clinic.desk, clinic.owner, lot.id, "no lot number")
    assert rejected.state is LotState.REJECTED
    with pytest.raises(DeskError, match="REJECTED"):
        stock.release(clinic.desk, clinic.owner, lot.id)
    with pytest.raises(DeskError, match="rejected"):
        stock.quarantine(clinic.desk, clinic.owner, lot.id, "second thoughts")


@pytest.mark.parametrize(
    ("product", "changes", "rule"),
    [
        (TATTOO, {}, "INK-B05"),
        (DISTILLED, {}, "DILUENT-D5"),
        (CARBON, {"label_expiry": None}, "LOT-Q02"),
        (CARBON, {"label_expiry": TODAY - timedelta(days=1)}, "EXPIRED-B02"),
    ],
)
def test_what_cannot_be_released(
    sqlite_clinic: Clinic, product: object, changes: dict[str, object], rule: str
) -> None:
    sqlite_clinic.add(product)
    arrived = delivery(product=product.id, **changes)
    lot = stock.receive(sqlite_clinic.desk, sqlite_clinic.owner, arrived)
    with pytest.raises(Refused) as refused:
        stock.release(sqlite_clinic.desk, sqlite_clinic.owner, lot.id)
    assert refused.value.stop.rule == rule


def test_a_released_lot_can_go_back_into_quarantine(clinic: Clinic) -> None:
    bottle, _ = clinic.stock_up()
    lot = clinic.lot_of(bottle)
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    back = stock.quarantine(clinic.desk, clinic.owner, lot, " leaking cap ")
    assert (back.state, back.reason) == (LotState.QUARANTINE, "leaking cap")
    with pytest.raises(Refused):
        stock.dispense(clinic.desk, clinic.owner, bottle, 100, "", "test")
    stock.release(clinic.desk, clinic.owner, lot, "cap replaced")
    assert stock.dispense(clinic.desk, clinic.owner, bottle, 100, "", "test")


@pytest.mark.parametrize("act", [stock.quarantine, stock.reject])
def test_a_lot_changes_its_state_for_a_reason(sqlite_clinic: Clinic, act) -> None:
    bottle, _ = sqlite_clinic.stock_up()
    with pytest.raises(DeskError, match="reason: "):
        act(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(bottle), "  ")


def test_the_first_opening_counts(clinic: Clinic) -> None:
    bottle, _ = clinic.stock_up()
    clinic.clock.forward(days=20)
    earlier = TODAY + timedelta(days=3)
    assert stock.open_bottle(clinic.desk, clinic.owner, bottle, earlier).opened_on == earlier
    with pytest.raises(DeskError, match="opened on 2026-03-05 already"):
        stock.open_bottle(clinic.desk, clinic.owner, bottle)


@pytest.mark.parametrize(("days", "said"), [(1, "future"), (-1, "before the delivery")])
def test_an_opening_lies_between_delivery_and_today(
    sqlite_clinic: Clinic, days: int, said: str
) -> None:
    bottle, _ = sqlite_clinic.stock_up()
    with pytest.raises(DeskError, match=said):
        stock.open_bottle(
            sqlite_clinic.desk, sqlite_clinic.owner, bottle, TODAY + timedelta(days=days)
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bottle_ul": 0}, "bottle_ul"),
        ({"bottle_ul": -5}, "bottle_ul"),
        ({"bottle_ul": 2**53}, "size_ul"),
        ({"bottles": 0}, "bottles"),
        ({"bottles": 1001}, "bottles"),
        ({"product": "NONE"}, "product"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"supplier": "nul\0"}, "supplier"),
    ],
)
def test_a_delivery_that_cannot_be_booked_names_the_field_and_leaves_nothing(
    sqlite_clinic: Clinic, changes: dict[str, object], field: str
) -> None:
    sqlite_clinic.add(CARBON)
    before = sqlite_clinic.kinds()
    with pytest.raises(DeskError, match=field):
        stock.receive(sqlite_clinic.desk, sqlite_clinic.owner, delivery(**changes))
    assert sqlite_clinic.kinds() == before


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_product_needs_an_id_that_can_be_kept(clinic: Clinic, name: str) -> None:
    item = type(CARBON)(name, "Halden", "", "", Kind.PIGMENT, "")
    with pytest.raises(DeskError):
        stock.add_product(clinic.desk, clinic.owner, item)


def test_a_product_id_is_taken_once(clinic: Clinic) -> None:
    clinic.add(CARBON)
    with pytest.raises(DeskError, match="exists already"):
        clinic.add(CARBON)


@pytest.mark.parametrize("microlitres", [0, -100, 10_001])
def test_a_bottle_gives_no_more_than_it_holds(clinic: Clinic, microlitres: int) -> None:
    bottle, _ = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    with pytest.raises(DeskError):
        stock.dispense(clinic.desk, clinic.owner, bottle, microlitres, "", "test")
    assert clinic.remaining(bottle) == 10_000


def test_a_sealed_bottle_is_opened_before_something_is_taken(sqlite_clinic: Clinic) -> None:
    bottle, _ = sqlite_clinic.stock_up()
    with pytest.raises(DeskError, match="sealed"):
        stock.dispense(sqlite_clinic.desk, sqlite_clinic.owner, bottle, 10, "", "test")


def test_an_empty_bottle_is_not_opened_and_a_pmu_bottle_may_be(sqlite_clinic: Clinic) -> None:
    bottle, _ = sqlite_clinic.stock_up()
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, bottle)
    stock.dispense(sqlite_clinic.desk, sqlite_clinic.owner, bottle, 10_000, "", "spilt")
    with pytest.raises(Refused, match="empty"):
        stock.dispense(sqlite_clinic.desk, sqlite_clinic.owner, bottle, 1, "", "test")
    sqlite_clinic.add(PMU)
    brow = sqlite_clinic.deliver("PMU")
    assert stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, brow).opened_on == TODAY
    # Drawing from it is another matter.
    with pytest.raises(Refused):
        stock.dispense(sqlite_clinic.desk, sqlite_clinic.owner, brow, 10, "", "test")


def test_what_is_not_there_is_said_to_be_not_there(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    with pytest.raises(NotFound, match="'L-9'"):
        stock.release(desk, owner, "L-9")
    with pytest.raises(NotFound, match="'B-9'"):
        stock.open_bottle(desk, owner, "B-9")


def test_ac_s12_stock_is_offered_in_the_order_to_use_it(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    late = clinic.deliver(lot_no="3", label=date(2026, 9, 30))
    early = clinic.deliver(lot_no="2", label=date(2026, 5, 31))
    opened = clinic.deliver(lot_no="1", label=date(2026, 6, 30))
    shut = clinic.deliver(lot_no="0", label=date(2026, 4, 30), release=False)
    water = clinic.deliver("WATER", lot_no="W", label=date(2026, 4, 1))
    stock.open_bottle(clinic.desk, clinic.owner, opened)
    offers = stock.next_bottles(clinic.desk, Kind.PIGMENT)
    assert [item.bottle.id for item in offers] == [opened, early, late, shut]
    whole = stock.list_stock(clinic.desk)
    assert [item.bottle.id for item in whole] == [opened, early, late, shut, water]


def test_the_day_of_use_is_the_clinics_own(sqlite_url: str) -> None:
    # 2026-03-02 09:00 UTC is already the 2nd at 22:00 in Auckland; 12:00 UTC is the 3rd there.
    clinic = found(sqlite_url, timezone="Pacific/Auckland")
    clinic.add(CARBON)
    bottle = clinic.deliver(label=date(2026, 3, 2))
    assert stock.list_stock(clinic.desk)[0].usable
    clinic.clock.forward(hours=3)
    assert not stock.list_stock(clinic.desk)[0].usable
    with pytest.raises(Refused, match="label's date passed on 2 Mar 2026"):
        stock.open_bottle(clinic.desk, clinic.owner, bottle)
    clinic.desk.close()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-100, 7000)), min_size=1, max_size=8))
def test_no_bottle_ever_holds_less_than_nothing_and_movements_add_up(
    sqlite_clinic: Clinic, takings: list[tuple[int, int]]
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    with suppress(DeskError):
        sqlite_clinic.add(CARBON)
    lot = stock.receive(desk, owner, delivery())
    stock.release(desk, owner, lot.id)
    names = sqlite_clinic.bottles_of(lot.id)
    for name in names:
        stock.open_bottle(desk, owner, name)
    for which, microlitres in takings:
        with suppress(DeskError, Refused):
            stock.dispense(desk, owner, names[which], microlitres, "", "test")
    sums = dict(
        rows(
            desk.engine,
            select(t.movements.c.bottle, func.sum(t.movements.c.qty_ul)).group_by(
                t.movements.c.bottle
            ),
        )
    )
    for name in names:
        assert sums[name] == sqlite_clinic.remaining(name) >= 0
    assert verify_ledger(desk).ok
