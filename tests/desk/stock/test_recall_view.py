"""The stock, the mixes and the notices as the recall rules see them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.desk import stock
from kiosk.desk.stock import recalling
from kiosk.desk.stock.board import day_board
from kiosk.desk.stock.exchange import export_events, take_in
from kiosk.desk.stock.recall_view import match, stock_lots, stop_on_lot, wanted_elsewhere
from kiosk.desk.stock.recalling import apply_recall, close_recall
from kiosk.desk.stock.uses import uses_of_lots
from kiosk.inventory.model import Identifier
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.inventory.recalls.effects import LotState
from kiosk.inventory.recalls.matcher import brands_to_look_at, numbers_wanted, preview
from kiosk.inventory.recalls.notice import Material
from kiosk.inventory.recalls.stock import Stock, StockLot
from tests.desk.clinic import CARBON, PMU, Clinic
from tests.desk.stock.notices import lots, notice
from tests.desk.stock.parts import join, require_whole, witness


def test_the_shelf_is_seen_with_all_numbers_and_empty_bottles(clinic: Clinic) -> None:
    clinic.add(CARBON)
    arrived = stock.Delivery(
        "SMP-CARBON", "SS 199", date(2027, 6, 30), "M", 5000, 2, day_unknown=True,
        identifiers=tuple(map(Identifier, ("BATCH", "mark", "GTIN"), ("BK1", "E06", "4"))),
    )  # fmt: skip
    lot = stock.receive(clinic.desk, clinic.owner, arrived)
    stock.release(clinic.desk, clinic.owner, lot.id)
    first, second = clinic.bottles_of(lot.id)
    stock.open_bottle(clinic.desk, clinic.owner, first)
    stock.dispense(clinic.desk, clinic.owner, first, 5000, "", "spilt")
    with clinic.desk.engine.connect() as connection:
        (seen,) = stock_lots(connection)
        found = match(connection, notice(scope=lots("E 06")))
    # A number of the article is none of the lot.
    assert [number.named for number in seen.identifiers] == ["LOT SS 199", "BATCH BK1", "E06"]
    assert (seen.received_on, seen.kind) == (None, Material.PIGMENT)
    (hit,) = found.hits
    assert [(b.id, b.remaining_ul, b.opened) for b in hit.lot.bottles] == [
        (first, 0, True), (second, 5000, False),
    ]  # fmt: skip


_BRANDS = ["Halden", "Haldens", "Hald3n", "Nordlicht", "Solid Ink", "Antone's Ink", "Dynamic"]
_NUMBERS = ["24-117", "24-l17", "24117", "SS 202", "SS2020", "X", ""]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(_BRANDS), st.sampled_from(["Black", "Blank", "Taupe"]),
            st.sampled_from(_NUMBERS), st.sampled_from([None, date(2018, 8, 7), date(2020, 1, 1)]),
        ),
        max_size=12,
    ),
    st.sampled_from(_BRANDS),
    st.sampled_from(
        [lots("24-117"), lots("ss202", "X"), {"all_lots": True}, {"unknown_lot": True}]
    ),
    st.booleans(),
)  # fmt: skip
def test_lots_that_are_not_even_looked_at_would_be_neither_hit_nor_near(
    shelf: list[tuple[str, str, str, date | None]],
    brand: str,
    scope: dict[str, object],
    named: bool,
) -> None:
    """The database leaves out most of ten years; the matcher must have agreed with it."""
    from kiosk.inventory.recalls.names import normal_form
    from kiosk.inventory.recalls.notice import LotNumber, NumberKind

    products = {"products": [{"shade": "Black"}]} if named else {
        "products": [], "all_products": True}  # fmt: skip
    said = notice(brand=brand, scope=scope, **products)
    everything = [
        StockLot(
            f"L-{place}", brand_, "", shade, Material.PIGMENT,
            (LotNumber(NumberKind.LOT, number),) if number else (), day,
        )
        for place, (brand_, shade, number, day) in enumerate(shelf)
    ]  # fmt: skip
    kept_brands = brands_to_look_at(said, {lot.brand for lot in everything})
    wanted = numbers_wanted(said)
    kept = [
        lot
        for lot in everything
        if lot.brand in kept_brands
        or any(normal_form(number.value) in wanted for number in lot.identifiers)
    ]
    assert preview(said, Stock(kept)) == preview(said, Stock(everything))


def test_a_stop_is_the_gravest_of_the_notices_in_force(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    desk, owner, lot = sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment)

    def stop() -> str:
        with desk.engine.connect() as connection:
            found = stop_on_lot(connection, lot)
        return found.sentence if found else ""

    assert stop() == ""
    apply_recall(desk, owner, notice(id="ASK", scope={"unknown_lot": True}))
    assert stop().startswith("Recall ASK")
    apply_recall(desk, owner, notice(id="ZZ", kind="advisory"))
    assert stop().startswith("Advisory ZZ")
    with desk.engine.connect() as connection:
        assert wanted_elsewhere(connection, "ASK") == {lot: LotState.RECALLED}
    close_recall(desk, owner, "ZZ", Outcome.WITHDRAWN, "x", second=witness())
    assert stop().startswith("Recall ASK")
    close_recall(desk, owner, "ASK", Outcome.COMPLETED, "they never answered")
    # What is completed goes on speaking.
    assert stop().startswith("Recall ASK")


def test_the_board_says_stop_at_a_cup_with_a_recalled_lot(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    mix = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    names = {line.name for line in day_board(clinic.desk).lines}
    assert "mixes" in names
    assert "stopped-mixes" not in names
    apply_recall(clinic.desk, clinic.owner, notice())
    lines = {line.name: line for line in day_board(clinic.desk).lines}
    assert [item.id for item in lines["stopped-mixes"].items] == [mix.mix]
    assert lines["stopped-mixes"].sign == "stop"
    assert [item.id for item in lines["contacts"].items] == ["C-0001"]


def test_uses_name_the_class_of_their_time_where_it_is_asked_for(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    sqlite_clinic.confirm(sqlite_clinic.order(sqlite_clinic.visit(), pigment, water))
    lot = sqlite_clinic.lot_of(pigment)
    with sqlite_clinic.desk.engine.connect() as connection:
        (told,) = uses_of_lots(connection, [lot])
        (bare,) = uses_of_lots(connection, [lot], classes=False)
        assert uses_of_lots(connection, []) == ()
    assert (told.known_as, bare.known_as) == ("SMP_SUITABLE", "")
    assert (told.client, told.mix, told.seq) == (bare.client, bare.mix, bare.seq)


def test_another_brand_is_not_touched(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON, PMU)
    brow = sqlite_clinic.deliver("PMU", lot_no="24-999", release=False)
    found = recalling.plan_recall(sqlite_clinic.desk, notice(scope={"all_lots": True}))
    assert sqlite_clinic.lot_of(brow) not in found.preview.lots
    assert found.preview.near_misses == ()


@pytest.mark.parametrize("kind", ["mix", "correction"])
def test_what_an_offline_kiosk_did_meanwhile_is_told_on_contact(
    sqlite_clinic: Clinic, tmp_path: Path, kind: str
) -> None:
    """AC-P47, offline: the stop arrives with the events, and the client comes on the list."""
    pigment, water = sqlite_clinic.stock_up()
    visit = sqlite_clinic.visit()
    away = join(sqlite_clinic, tmp_path, "kiosk-2")
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice())
    if kind == "mix":
        made = away.confirm(away.order(visit, pigment, water))
    else:
        stock.quarantine(away.desk, away.owner, away.lot_of(pigment), "odd")
        stock.release(away.desk, away.owner, away.lot_of(pigment))
    take_in(sqlite_clinic.desk, sqlite_clinic.owner, export_events(away.desk))
    offers = {item.bottle.id: item for item in stock.list_stock(sqlite_clinic.desk)}
    assert offers[pigment].bottle.lot.state == "RECALLED"
    if kind == "mix":
        entry = recalling.find_recall(sqlite_clinic.desk, "FDA-2026-07")
        assert [(c.client, c.state) for c in entry.contacts] == [
            ("C-0001", ContactState.TO_CONTACT)
        ]
        (alert,) = recalling.stopped_mixes(sqlite_clinic.desk)
        assert (alert.mix.id, alert.mix.kiosk) == (made.mix, "kiosk-2")
        # And the other kiosk learns of it the same way.
        take_in(away.desk, away.owner, export_events(sqlite_clinic.desk))
        assert [a.mix.id for a in recalling.stopped_mixes(away.desk)] == [made.mix]
    require_whole(sqlite_clinic)
    away.desk.close()


def test_days_of_a_contact_are_the_clinics_own(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    sqlite_clinic.clock.forward(days=1)
    sqlite_clinic.confirm(sqlite_clinic.order(sqlite_clinic.visit(), pigment, water))
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice())
    (contact,) = recalling.find_recall(sqlite_clinic.desk, "FDA-2026-07").contacts
    assert contact.exposure.days == (sqlite_clinic.desk.today(),)
    assert contact.exposure.days[0] == date(2026, 3, 2) + timedelta(days=1)
