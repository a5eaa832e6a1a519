"""The lists as files: what is here now, and what happened in a period."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.office import work
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.leaving import empty_bottle
from kiosk.desk.stock.listing import SHEET_NAMES, Period, stock_sheet
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.desk.stock.receiving import Delivery
from kiosk.inventory import counting
from kiosk.inventory.counting import Found
from kiosk.inventory.model import Identifier
from kiosk.inventory.sheets.lists import SHEETS
from kiosk.ledger.events import Event
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic, found
from tests.desk.stock.parts import bottle as bottle_of
from tests.desk.stock.parts import witness
from tests.desk.stories import INITIALS, tell


def sheet(clinic: Clinic, name: str, period: Period | None = None) -> list[dict[str, str]]:
    text = stock_sheet(clinic.desk, name, period)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_every_list_can_be_asked_for() -> None:
    assert set(SHEET_NAMES) == set(SHEETS)


def test_stock_on_hand_is_every_bottle_that_holds_something(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    lot = clinic.lot_of(clinic.deliver(bottles=4))
    full, opened, empty, held = clinic.bottles_of(lot)
    water = clinic.deliver("WATER", lot_no="W-31", release=False)
    for name, ul in ((opened, 600), (empty, 10_000)):
        stock.open_bottle(clinic.desk, clinic.owner, name)
        stock.dispense(clinic.desk, clinic.owner, name, ul, "", "test")
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(Event("bottle.held", held, {"reason": "cracked"}))
        task.record(Event("bottle.placed", full, {"place": "Room 1"}))
    listed = {row["bottle"]: row for row in sheet(clinic, "stock-on-hand")}
    assert set(listed) == {full, opened, held, water}
    row = listed[opened]
    assert (row["product"], row["product_name"]) == ("SMP-CARBON", "Halden SMP Carbon Black")
    assert (row["state"], row["verdict"], row["usable"]) == ("OPEN", "SMP_SUITABLE", "yes")
    # Opened 2 March 2026 with twelve months after it, before the label's June 2027.
    assert (row["label_expiry"], row["effective_expiry"]) == ("2027-06-30", "2027-03-02")
    assert (row["remaining_ul"], row["remaining_ml"], row["size_ml"]) == ("9400", "9.4", "10")
    assert (listed[held]["state"], listed[held]["usable"]) == ("HELD", "no")
    assert (listed[water]["state"], listed[water]["usable"]) == ("QUARANTINE", "no")
    assert (listed[full]["place"], listed[full]["effective_expiry"]) == ("Room 1", "2027-06-30")


def test_a_book_below_zero_is_listed_as_nothing(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    bottle, _ = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    with clinic.desk.engine.begin() as connection:
        connection.execute(
            update(t.bottles)
            .where(t.bottles.c.bottle == bottle)
            .values(remaining_ul=-400, held="more was taken than it held: count it")
        )
    (row,) = [r for r in sheet(clinic, "stock-on-hand") if r["bottle"] == bottle]
    assert (row["state"], row["remaining_ul"]) == ("HELD", "0")
    for name in ("lots-by-expiry", "opened-bottles"):
        assert "-400" not in stock_sheet(clinic.desk, name)


def test_lots_are_listed_by_the_first_of_their_bottles_to_end(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    numbers = (Identifier("BATCH", "RX44"),)
    delivery = Delivery(
        "SMP-CARBON", "SS199", date(2027, 6, 30), "Meridian", 10_000, 3,
        identifiers=numbers, invoice="R-7",
    )  # fmt: skip
    lot = stock.receive(clinic.desk, clinic.owner, delivery).id
    stock.release(clinic.desk, clinic.owner, lot)
    first, second, _ = clinic.bottles_of(lot)
    stock.open_bottle(clinic.desk, clinic.owner, first)
    stock.open_bottle(clinic.desk, clinic.owner, second)
    stock.dispense(clinic.desk, clinic.owner, second, 10_000, "", "test")
    water = clinic.lot_of(clinic.deliver("WATER", lot_no="W-31", label=date(2027, 1, 31)))
    undated = clinic.lot_of(clinic.deliver("WATER", lot_no="W-32", label=None, release=False))
    rows = sheet(clinic, "lots-by-expiry")
    assert [row["lot"] for row in rows] == [water, lot, undated]
    row = rows[1]
    assert (row["effective_expiry"], row["label_expiry"]) == ("2027-03-02", "2027-06-30")
    assert row["identifiers"] == "LOT SS199 | BATCH RX44"
    assert (row["bottles"], row["remaining_ml"]) == ("2", "20")
    assert (row["supplier"], row["invoice"], row["state"]) == ("Meridian", "R-7", "OPEN")
    assert rows[2]["effective_expiry"] == ""


def test_an_opened_bottle_is_listed_with_who_opened_it(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    record = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    (of_pigment, of_water) = sorted(sheet(clinic, "opened-bottles"), key=lambda r: r["bottle"])
    assert (of_pigment["opened_on"], of_pigment["opened_by"]) == ("2026-03-02", record.signer)
    assert (of_water["effective_expiry"], of_water["period_assumed"]) == ("2026-04-02", "no")


def test_what_is_held_is_listed_with_since_when_and_what_would_lift_it(clinic: Clinic) -> None:
    clinic.add(CARBON)
    waits = clinic.lot_of(clinic.deliver(lot_no="1", release=False))
    clinic.clock.forward(hours=1)
    back = clinic.lot_of(clinic.deliver(lot_no="2"))
    stock.quarantine(clinic.desk, clinic.owner, back, "label smeared")
    nameless = clinic.lot_of(clinic.deliver(lot_no="", release=False))
    recalled = clinic.lot_of(clinic.deliver(lot_no="3", bottles=2))
    clinic.deliver(lot_no="4")
    clinic.clock.forward(hours=1)
    hit = {"lot": recalled, "effect": "RECALLED", "reason": "lot 3"}
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(
            Event("recall.applied", "R-1", {"version": 1, "notice": {}, "hits": [hit]}),
            Event("lot.recalled", recalled, {"reason": "R-1: lot 3"}),
        )
    rows = {row["lot"]: row for row in sheet(clinic, "quarantine-and-recall")}
    assert set(rows) == {waits, back, nameless, recalled}
    assert rows[waits]["since"] == "2026-03-02T09:00:00Z"
    assert (rows[back]["since"], rows[back]["reason"]) == ("2026-03-02T10:00:00Z", "label smeared")
    assert "Reject it or return it" in rows[nameless]["lifts"]
    row = rows[recalled]
    assert (row["state"], row["since"], row["notice"]) == (
        "RECALLED", "2026-03-02T11:00:00Z", "R-1",
    )  # fmt: skip
    assert (row["bottles"], row["remaining_ml"]) == ("2", "20")


def test_movements_add_up_and_name_who_signed_besides(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    record = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    count = begin_count(clinic.desk, clinic.owner, bottles=[pigment, water])
    count = counting.enter(counting.enter(count, pigment, Found(8_000)), water, Found(94_750))
    why = {pigment: "not known", water: "not known"}
    finish_count(clinic.desk, clinic.owner, count, why, second=witness())
    empty_bottle(clinic.desk, clinic.owner, water, "wrong one", second=witness())
    rows = sheet(clinic, "movements")
    for bottle in (pigment, water):
        of_bottle = [row for row in rows if row["bottle"] == bottle]
        total = sum(int(row["in_ul"]) - int(row["out_ul"]) for row in of_bottle)
        assert total == bottle_of(clinic, bottle).remaining_ul
    by = {(row["type"], row["bottle"]): row for row in rows}
    assert by["mix_in", pigment]["ref"] == record.mix
    assert by["mix_in", pigment]["out_ul"] == str(record.pigment_ul)
    # Above the limit for the pigment; nothing was missing from the water beyond it.
    assert by["count_adjust", pigment]["second_actor"] == "S-02"
    assert by["discard", water]["second_actor"] == "S-02"
    assert by["receive", water]["second_actor"] == ""


def test_a_period_is_days_of_the_clinic(sqlite_url: str) -> None:
    # Midnight in Auckland is 11:00 UTC in March: 09:00 UTC is the 2nd, 12:00 UTC the 3rd there.
    clinic = found(sqlite_url, timezone="Pacific/Auckland")
    clinic.add(CARBON)
    bottle = clinic.deliver()
    stock.open_bottle(clinic.desk, clinic.owner, bottle)
    for hours, ul in ((0, 100), (1, 200), (3, 300)):
        clinic.clock.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(hours=hours)
        stock.dispense(clinic.desk, clinic.owner, bottle, ul, "", "test")

    def out(first: date, last: date) -> list[str]:
        rows = sheet(clinic, "movements", Period(first, last))
        return [row["out_ul"] for row in rows if row["type"] == "dispense"]

    second, third = date(2026, 3, 2), date(2026, 3, 3)
    assert out(second, second) == ["100", "200"]
    assert out(third, third) == ["300"]
    assert out(second, third) == ["100", "200", "300"]
    assert out(date(2026, 3, 4), date(2026, 3, 9)) == []
    clinic.desk.close()


def test_overrides_name_the_bottle_that_the_rule_spoke_of(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    later_water = clinic.deliver("WATER", lot_no="W-32", label=date(2028, 1, 31), ml=100)
    visit = clinic.visit()
    record = clinic.confirm(clinic.order(visit, pigment, later_water, reason="=training"))
    rows = {row["rule"]: row for row in sheet(clinic, "overrides")}
    assert set(rows) == {"FEFO", "RATIO-UNADVISED"}
    fefo = rows["FEFO"]
    assert (fefo["bottle"], fefo["product"], fefo["lot_no"]) == (later_water, "WATER", "W-32")
    assert rows["RATIO-UNADVISED"]["bottle"] == pigment
    for row in rows.values():
        assert (row["signed_by"], row["session"]) == (record.signer, visit)
        # As text, which a spreadsheet does not run.
        assert row["rationale"] == "'=training"
        assert row["rules_version"]
    assert sheet(clinic, "overrides", Period(TODAY, TODAY)) == list(sheet(clinic, "overrides"))
    assert sheet(clinic, "overrides", Period(TODAY + timedelta(days=1), date(2027, 1, 1))) == []


def test_a_stop_that_was_passed_without_a_mix_names_its_visit(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    visit = clinic.visit()
    with work(clinic.desk, clinic.owner.id) as task:
        body = {"rule": "CALIBRATION-AGE", "sentence": "It is old.", "reason": "check passed"}
        task.record(Event("stop.passed", visit, body))
    (row,) = sheet(clinic, "overrides")
    assert (row["session"], row["bottle"], row["rule"]) == (visit, "", "CALIBRATION-AGE")


def test_non_conformances_are_listed_with_the_day_they_happened(clinic: Clinic) -> None:
    clinic.add(CARBON)
    bottle = clinic.deliver(release=False)
    visit = clinic.visit()
    clinic.clock.forward(days=2)
    report = Report(bottle, 450, TODAY, visit, "seen by a colleague", "client told")
    record_nonconformance(clinic.desk, clinic.owner, report)
    (row,) = sheet(clinic, "non-conformances")
    assert (row["used_on"], row["entered_at"]) == ("2026-03-02", "2026-03-04T09:00:00Z")
    assert (row["bottle"], row["lot_no"], row["used_ml"]) == (bottle, "24-117", "0.45")
    assert (row["session"], row["blocks"]) == (visit, "LOT-QUARANTINE")
    assert (row["found_by"], row["action"]) == ("seen by a colleague", "client told")
    # The period is of the entry: what was entered late is new to who reads monthly lists.
    assert sheet(clinic, "non-conformances", Period(TODAY, TODAY)) == []


def test_no_list_names_a_client(clinic: Clinic) -> None:
    tell(clinic)
    with clinic.desk.engine.connect() as connection:
        (client,) = [row.client for row in connection.execute(t.clients.select())][:1]
    for name in SHEET_NAMES:
        text = stock_sheet(clinic.desk, name)
        assert INITIALS not in text
        assert client not in text


@pytest.mark.parametrize(
    ("name", "period", "said"),
    [
        ("everything", None, "there is no 'everything'"),
        ("stock-on-hand", Period(TODAY, TODAY), "what is here now"),
        ("movements", Period(TODAY, TODAY - timedelta(days=1)), "ends before it begins"),
    ],
)
def test_a_list_that_cannot_be_made_says_why(
    sqlite_clinic: Clinic, name: str, period: Period | None, said: str
) -> None:
    with pytest.raises(DeskError, match=said):
        stock_sheet(sqlite_clinic.desk, name, period)


def test_a_comma_may_stand_between_cells(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.stock_up()
    text = stock_sheet(sqlite_clinic.desk, "stock-on-hand", delimiter=",")
    assert text.splitlines()[0].startswith("product,product_name,lot")
    assert len(text.splitlines()) == 3
