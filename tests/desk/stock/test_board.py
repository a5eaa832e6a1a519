"""The stock manager's morning: every line has its cause, and none rests on a wrong clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from kiosk.desk import stock
from kiosk.desk.office import work
from kiosk.desk.stock.assets import Asset, add_asset
from kiosk.desk.stock.board import Board, Line, day_board
from kiosk.desk.stock.claiming import claim_bottle, send_bottle
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.leaving import close_mix
from kiosk.desk.stock.planning import plan_sessions
from kiosk.desk.stock.receiving import Delivery
from kiosk.desk.stock.suppliers import add_supplier, block_supplier
from kiosk.inventory import counting
from kiosk.inventory.counting import Found
from kiosk.inventory.model import Kind
from kiosk.ledger.events import Event
from kiosk.storage.tables import bottles
from tests.desk.clinic import CARBON, NOW, TODAY, WATER, Clinic


def board(clinic: Clinic) -> Board:
    return day_board(clinic.desk)


def lines(clinic: Clinic) -> dict[str, Line]:
    return {line.name: line for line in board(clinic).lines}


def names(clinic: Clinic) -> set[str]:
    # That nobody counted for a month is true of most clinics here, and has its own test.
    return set(lines(clinic)) - {"count"}


def ids(clinic: Clinic, line: str) -> list[str]:
    return [item.id for item in lines(clinic)[line].items]


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_an_empty_clinic_has_nothing_to_do(clinic: Clinic) -> None:
    found = board(clinic)
    assert (found.lines, found.clock, found.bottles, found.lots) == ((), None, 0, 0)
    assert (found.pigment_ul, found.diluent_ul) == (0, 0)


def test_what_may_be_used_is_counted_and_put_in_order(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    later = clinic.deliver(lot_no="24-200", label=date(2028, 1, 31), bottles=3)
    clinic.deliver(lot_no="24-300", release=False)
    found = board(clinic)
    assert [item.bottle.id for item in found.next_pigment][:2] == [pigment, later]
    assert [item.bottle.id for item in found.next_diluent] == [water]
    assert (found.pigment_ul, found.diluent_ul) == (40_000, 100_000)
    assert (found.bottles, found.lots) == (6, 4)


@pytest.mark.parametrize(
    ("days", "line"),
    [(91, None), (90, 90), (31, 90), (30, 30), (11, 30), (10, 10), (6, 10), (5, 5), (3, 5),
     (2, 2), (1, 1), (0, 1), (-1, "expired")],
)  # fmt: skip
def test_sealed_stock_stands_in_the_line_of_its_nearest_alert(
    sqlite_clinic: Clinic, days: int, line: int | str | None
) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)
    bottle = clinic.deliver(label=in_days(max(days, 0)), bottles=4)
    if days < 0:
        clinic.clock.forward(days=-days)
    expected = f"expiring-{line}" if isinstance(line, int) else line
    assert names(clinic) == ({expected} if expected else set())
    if expected:
        (item,) = lines(clinic)[expected].items
        assert (item.kind, item.id) == ("lot", clinic.lot_of(bottle))
        assert item.sentence.startswith("4 × Halden SMP Carbon Black, lot 24-117, 40.0 ml")


def test_an_opened_bottle_ends_by_its_opening(clinic: Clinic) -> None:
    clinic.add(WATER)
    water = clinic.deliver("WATER", lot_no="W-31", bottles=2)
    stock.open_bottle(clinic.desk, clinic.owner, water)
    # One month after opening, whatever the label says: 2 April.
    assert ids(clinic, "opened-90") == [water]
    clinic.clock.forward(days=1)
    assert ids(clinic, "opened-30") == [water]
    assert "2 Apr 2026" in lines(clinic)["opened-30"].items[0].sentence
    clinic.clock.forward(days=31)
    assert ids(clinic, "expired") == [water]
    assert lines(clinic)["expired"].sign == "stop"
    # Its sealed sister is as good as before.
    assert board(clinic).diluent_ul == 10_000


def test_lots_that_wait_are_named_with_why_and_how_long(clinic: Clinic) -> None:
    clinic.add(CARBON)
    first = clinic.lot_of(clinic.deliver(lot_no="1", release=False))
    clinic.clock.forward(days=3)
    second = clinic.lot_of(clinic.deliver(lot_no="2"))
    stock.quarantine(clinic.desk, clinic.owner, second, "label smeared")
    line = lines(clinic)["quarantine"]
    assert line.sentence == "in quarantine, oldest 3 days"
    assert {item.id for item in line.items} == {first, second}
    assert any("label smeared" in item.sentence for item in line.items)
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(
            Event("lot.held", first, {"reason": "a notice without lot numbers"}),
            Event("lot.recalled", second, {"reason": "R-1"}),
        )
    assert ids(clinic, "hold") == [first]
    assert ids(clinic, "recalled") == [second]
    assert "quarantine" not in names(clinic)


def test_a_rejected_lot_past_its_date_is_nobodys_work(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver(label=in_days(1), release=False))
    stock.reject(clinic.desk, clinic.owner, lot, "leaking")
    clinic.clock.forward(days=5)
    assert names(clinic) == set()


def test_a_bottle_that_is_held_or_on_its_way_is_named_and_not_offered(clinic: Clinic) -> None:
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver(bottles=3, label=in_days(20)))
    held, sent, _ = clinic.bottles_of(lot)
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(Event("bottle.held", held, {"reason": "cracked"}))
    send_bottle(clinic.desk, clinic.owner, sent, "Room 2")
    found = lines(clinic)
    assert [(i.id, i.sentence) for i in found["held"].items] == [(held, "cracked")]
    assert [(i.id, i.sentence) for i in found["sent"].items] == [(sent, "to Room 2")]
    (expiring,) = found["expiring-30"].items
    assert expiring.sentence.startswith("1 × ")
    assert board(clinic).pigment_ul == 10_000
    assert board(clinic).bottles == 3


def test_claims_are_named_until_they_lapse(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    claim_bottle(clinic.desk, clinic.owner, pigment)
    assert ids(clinic, "claimed") == [pigment]
    clinic.clock.forward(minutes=29, seconds=59)
    assert "claimed" in names(clinic)
    clinic.clock.forward(seconds=1)
    assert "claimed" not in names(clinic)


def test_a_mix_is_named_until_it_is_closed(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    record = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    (item,) = lines(clinic)["mixes"].items
    assert (item.kind, item.id) == ("mix", record.mix)
    assert "2 Mar 09:00" in item.sentence
    close_mix(clinic.desk, clinic.owner, record.mix, "used")
    assert "mixes" not in names(clinic)


def test_what_came_from_a_blocked_supplier_is_to_be_looked_at(clinic: Clinic) -> None:
    clinic.add(CARBON)
    add_supplier(clinic.desk, clinic.owner, "S-1", "meridian")
    bottle = clinic.deliver(bottles=2)
    assert "suppliers" not in names(clinic)
    block_supplier(clinic.desk, clinic.owner, "S-1", "forged papers")
    assert ids(clinic, "suppliers") == [clinic.lot_of(bottle)]


def test_clients_of_a_recall_are_named_until_they_were_reached(clinic: Clinic) -> None:
    clinic.visit()
    (client,) = visits_of(clinic)
    for state, shown in (("to-contact", True), ("not-reached", True), ("reached", False)):
        with work(clinic.desk, clinic.owner.id) as task:
            body = {"client": client, "state": state}
            task.record(Event("recall.contacted", "R-1", body))
        assert ("contacts" in names(clinic)) is shown


def test_things_past_their_day_are_named(clinic: Clinic) -> None:
    add_asset(
        clinic.desk,
        clinic.owner,
        Asset("BAL-1", "balance", "SN-9", TODAY, "IN SERVICE", ""),
    )
    assert names(clinic) == set()
    clinic.clock.forward(days=1)
    (item,) = lines(clinic)["assets"].items
    assert (item.id, item.sentence) == ("BAL-1", "balance SN-9, due 2 Mar 2026")


def test_stock_is_counted_once_a_month(clinic: Clinic) -> None:
    clinic.add(CARBON)
    bottle = clinic.deliver()
    clinic.clock.forward(days=29)
    assert "count" not in lines(clinic)
    clinic.clock.forward(days=1)
    assert "never counted" in lines(clinic)["count"].items[0].sentence
    count = begin_count(clinic.desk, clinic.owner, bottles=[bottle])
    count = counting.enter(count, bottle, Found(10_000))
    finish_count(clinic.desk, clinic.owner, count, {})
    assert "count" not in lines(clinic)
    clinic.clock.forward(days=30)
    assert "last counted 2026-04-01" in lines(clinic)["count"].items[0].sentence


# ── use that is to be expected ───────────────────────────────────────────────────────────────────


def twelve_weeks_of_use(clinic: Clinic, *, last_mix_ul: int = 0) -> str:
    """44.4 ml that arrived twelve weeks ago, of which 14.4 ml were used: 1.2 ml a week."""
    clinic.add(CARBON, WATER)
    bottle = clinic.deliver(label=in_days(84 + 40), ml=44.4)
    water = clinic.deliver("WATER", lot_no="W-31", ml=1000)
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    for week in range(12):
        clinic.clock.now = NOW + timedelta(days=7 * week + 3)
        used = 1200 - (last_mix_ul if week == 11 else 0)
        if used:
            stock.dispense(clinic.desk, clinic.owner, bottle, used, "test", "test")
    if last_mix_ul:
        order = clinic.order(
            clinic.visit(), bottle, water, ratio=10, total_ul=11 * last_mix_ul, reason="training"
        )
        assert clinic.confirm(order).pigment_ul == last_mix_ul
    clinic.clock.now = NOW + timedelta(days=84)
    return bottle


def test_ac_s14_what_will_not_be_used_in_time_is_said(clinic: Clinic) -> None:
    bottle = twelve_weeks_of_use(clinic)
    assert clinic.remaining(bottle) == 30_000
    (item,) = lines(clinic)["leftover"].items
    assert (item.kind, item.id) == ("bottle", bottle)
    # 30 ml less 40 days of 1.2 ml a week: 30 - 6.86.
    assert item.sentence.startswith("≈23 ml will expire")


def test_ac_s14_booked_sessions_are_considered(clinic: Clinic) -> None:
    twelve_weeks_of_use(clinic, last_mix_ul=1000)
    assert "≈23 ml will expire" in lines(clinic)["leftover"].items[0].sentence
    # Twelve sessions of 1 ml each and two past the date: 30 - 12, since 12 is more than 6.86.
    today = clinic.desk.today()
    days = [today + timedelta(days=3 * (i + 1)) for i in range(12)]
    days += [today + timedelta(days=41), today + timedelta(days=50)]
    (client,) = visits_of(clinic)
    plan_sessions(clinic.desk, clinic.owner, client, days)
    assert "≈18 ml will expire" in lines(clinic)["leftover"].items[0].sentence


def visits_of(clinic: Clinic) -> list[str]:
    from kiosk.desk.visits import find_clients

    return [client.id for client in find_clients(clinic.desk)]


def test_what_nobody_uses_will_expire_whole(clinic: Clinic) -> None:
    clinic.add(CARBON)
    bottle = clinic.deliver(label=in_days(60), bottles=2)
    # In the first two weeks an average is one busy afternoon, or an idle one.
    clinic.clock.forward(days=13)
    assert "leftover" not in names(clinic)
    clinic.clock.forward(days=1)
    (item,) = lines(clinic)["leftover"].items
    assert item.id == clinic.lot_of(bottle)
    assert item.sentence.startswith("≈20 ml will expire")


def test_old_stock_of_an_unknown_day_is_watched_from_the_day_it_was_entered(
    sqlite_clinic: Clinic,
) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)
    delivery = Delivery("SMP-CARBON", "1", in_days(60), "", 10_000, 1, day_unknown=True)
    lot = stock.receive(clinic.desk, clinic.owner, delivery)
    stock.release(clinic.desk, clinic.owner, lot.id)
    assert "leftover" not in names(clinic)
    clinic.clock.forward(days=14)
    assert ids(clinic, "leftover") == [lot.id]


def test_a_product_that_runs_short_is_named_even_when_nothing_is_left(clinic: Clinic) -> None:
    bottle = twelve_weeks_of_use(clinic)
    assert "low" not in names(clinic)
    stock.dispense(clinic.desk, clinic.owner, bottle, 28_000, "test", "test")
    # 28 ml more make 3.5 ml a week: two weeks' lead are 7.1 ml, and 2 ml are left.
    (item,) = lines(clinic)["low"].items
    assert (item.kind, item.id) == ("product", "SMP-CARBON")
    assert "2.0 ml may be used" in item.sentence
    stock.dispense(clinic.desk, clinic.owner, bottle, 2_000, "test", "test")
    assert "0 µl may be used" in lines(clinic)["low"].items[0].sentence


def test_the_calendar_counts_what_ends_this_month_the_next_two_and_later(clinic: Clinic) -> None:
    clinic.add(CARBON)
    for number, (label, count) in enumerate(
        [(date(2026, 3, 31), 1), (date(2026, 4, 1), 2), (date(2026, 5, 31), 3),
         (date(2026, 6, 1), 4), (date(2027, 3, 5), 5)]
    ):  # fmt: skip
        clinic.deliver(lot_no=f"n{number}", label=label, bottles=count)
    clinic.deliver(lot_no="waits", label=date(2026, 3, 31), release=False)
    assert [(month.first, month.bottles, month.ul) for month in board(clinic).calendar] == [
        (date(2026, 3, 1), 1, 10_000),
        (date(2026, 4, 1), 2, 20_000),
        (date(2026, 5, 1), 3, 30_000),
        (None, 9, 90_000),
    ]


def test_a_calendar_begun_in_november_goes_on_in_the_new_year(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.clock.forward(days=260)
    firsts = [month.first for month in board(sqlite_clinic).calendar]
    assert firsts == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), None]


def test_no_line_rests_on_a_clock_that_is_not_trusted(clinic: Clinic) -> None:
    clinic.add(CARBON)
    clinic.deliver(lot_no="old", label=in_days(20), bottles=2)
    waits = clinic.lot_of(clinic.deliver(lot_no="waits", release=False))
    clinic.clock.forward(days=40)
    add_asset(clinic.desk, clinic.owner, Asset("A", "probe", "", in_days(41), "IN SERVICE", ""))
    trusted = board(clinic)
    assert {line.name for line in trusted.lines} >= {"expired", "quarantine", "count"}
    clinic.clock.forward(days=-30)
    found = board(clinic)
    assert found.clock is not None
    assert found.clock.rule == "CLOCK-UNTRUSTED"
    # What is in quarantine is there on any day; how long, nobody knows.
    (line,) = found.lines
    assert (line.name, line.sentence) == ("quarantine", "in quarantine")
    assert [item.id for item in line.items] == [waits]
    assert (found.calendar, found.next_pigment, found.next_diluent) == ((), (), ())
    assert (found.pigment_ul, found.diluent_ul) == (None, None)
    assert found.bottles == 3


def test_no_more_picks_than_were_asked_for(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(replace(CARBON, id="C2"))
    sqlite_clinic.deliver("C2", bottles=6)
    assert len(day_board(sqlite_clinic.desk, picks=2).next_pigment) == 2
    assert all(
        item.bottle.lot.product.kind is Kind.PIGMENT
        for item in day_board(sqlite_clinic.desk).next_pigment
    )


def test_a_bottle_below_zero_adds_nothing_to_what_may_be_used(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    bottle, _ = clinic.stock_up()
    clinic.deliver(lot_no="24-200")
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    with clinic.desk.engine.begin() as connection:
        connection.execute(
            update(bottles).where(bottles.c.bottle == bottle).values(remaining_ul=-400, held="x")
        )
    assert board(clinic).pigment_ul == 10_000
