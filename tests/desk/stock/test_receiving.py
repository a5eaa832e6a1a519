"""What arrives: numbers as printed, days that may be unknown, twice said and once booked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.receiving import Delivery, notices_on
from kiosk.desk.stock.suppliers import add_supplier, approve_supplier, block_supplier
from kiosk.inventory.model import Identifier, Lot, LotState
from kiosk.stops import Refused, Severity
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic

LAST_YEAR = date(2025, 3, 2)
#: A delivery of two bottles with nothing out of the ordinary.
PLAIN = Delivery("SMP-CARBON", "24-117", date(2027, 6, 30), "Meridian", 10_000, 2)


def receive(clinic: Clinic, **changes: object) -> Lot:
    return stock.receive(clinic.desk, clinic.owner, replace(PLAIN, **changes))


@pytest.fixture(autouse=True)
def _catalogue(request: pytest.FixtureRequest) -> None:
    name = "clinic" if "clinic" in request.fixturenames else "sqlite_clinic"
    request.getfixturevalue(name).add(CARBON, WATER)


def test_every_number_on_a_container_is_kept_as_printed(clinic: Clinic) -> None:
    numbers = (Identifier("BATCH", "rx 44 "), Identifier("MARK", "00.7-ä"))
    lot = receive(clinic, lot_no=" 0042 ", identifiers=numbers)
    assert lot_page(clinic.desk, lot.id).identifiers == (Identifier("LOT", " 0042 "), *numbers)


def test_a_container_without_a_lot_number_keeps_its_others(clinic: Clinic) -> None:
    lot = receive(clinic, lot_no="", identifiers=(Identifier("BATCH", "X1"),))
    assert lot_page(clinic.desk, lot.id).identifiers == (Identifier("BATCH", "X1"),)


def test_a_day_that_nobody_knows_stays_unknown(clinic: Clinic) -> None:
    assert receive(clinic, day_unknown=True).received_on is None
    assert receive(clinic, lot_no="2").received_on == TODAY
    assert receive(clinic, lot_no="3", received_on=LAST_YEAR).received_on == LAST_YEAR
    # The day before nobody knows when is no day: such a bottle may have been opened any day.
    first = clinic.bottles_of("L-0001")[0]
    stock.release(clinic.desk, clinic.owner, "L-0001")
    assert stock.open_bottle(clinic.desk, clinic.owner, first, LAST_YEAR).opened_on == LAST_YEAR


def test_a_delivery_that_is_sent_twice_is_booked_once(clinic: Clinic) -> None:
    first = receive(clinic, token="order-7")
    again = receive(clinic, token="order-7")
    assert again.id == first.id
    assert clinic.kinds().count("lot.received") == 1
    assert len(clinic.bottles_of(first.id)) == 2
    # Without a name there is nothing to know it by.
    assert receive(clinic).id != receive(clinic).id


@pytest.mark.parametrize("written", ["MÜLLER & CO", " Müller & Co ", "S-1", "s-1"])
def test_a_blocked_supplier_delivers_nothing_under_any_of_its_names(
    clinic: Clinic, written: str
) -> None:
    add_supplier(clinic.desk, clinic.owner, "S-1", "Müller & Co")
    block_supplier(clinic.desk, clinic.owner, "S-1", "forged papers")
    with pytest.raises(Refused) as refused:
        receive(clinic, supplier=written)
    assert refused.value.stop.rule == "SUPPLIER-Q09"
    assert refused.value.stop.severity is Severity.SAFETY
    assert "forged papers" in refused.value.stop.sentence
    assert "lot.received" not in clinic.kinds()
    assert receive(clinic, supplier="Müller").state is LotState.QUARANTINE
    approve_supplier(clinic.desk, clinic.owner, "S-1", "new papers")
    assert receive(clinic, supplier=written).state is LotState.QUARANTINE


def test_the_same_number_with_another_date_sends_both_to_quarantine(clinic: Clinic) -> None:
    first = receive(clinic)
    stock.release(clinic.desk, clinic.owner, first.id)
    second = receive(clinic, lot_no="24 117", label_expiry=date(2027, 5, 31))
    here = lot_page(clinic.desk, first.id).lot
    assert (here.state, second.state) == (LotState.QUARANTINE, LotState.QUARANTINE)
    assert second.id in here.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"label_expiry": PLAIN.label_expiry},
        {"lot_no": "24-118", "label_expiry": date(2027, 5, 31)},
        {"product": "WATER", "label_expiry": date(2027, 5, 31)},
        # A date that is missing contradicts none; without one nothing is released anyway.
        {"label_expiry": None},
        {"lot_no": "", "identifiers": (Identifier("BATCH", "24-117"),)},
    ],
)
def test_a_delivery_that_contradicts_nothing_leaves_others_alone(
    sqlite_clinic: Clinic, changes: dict[str, object]
) -> None:
    first = receive(sqlite_clinic)
    stock.release(sqlite_clinic.desk, sqlite_clinic.owner, first.id)
    receive(sqlite_clinic, **changes)
    assert lot_page(sqlite_clinic.desk, first.id).lot.state is LotState.RELEASED


def test_ac_s13_a_delivery_that_ends_before_the_shelf_does_goes_in_front(clinic: Clinic) -> None:
    early, late = date(2026, 3, 31), date(2026, 6, 30)
    shelf = receive(clinic, lot_no="1", label_expiry=late, bottles=20)
    # What may not be used is not what anybody would reach for first.
    assert notices_on(clinic.desk, receive(clinic, lot_no="2", label_expiry=early).id) == ()
    stock.release(clinic.desk, clinic.owner, shelf.id)
    stock.open_bottle(clinic.desk, clinic.owner, clinic.bottles_of(shelf.id)[0])
    (notice,) = notices_on(clinic.desk, receive(clinic, lot_no="3", label_expiry=early).id)
    assert notice.severity is Severity.ADVICE
    assert "Place in front" in notice.sentence
    assert "31 Mar 2026" in notice.sentence
    # Twenty bottles, of which one is open, and not two entries of a list.
    assert "20 bottles" in notice.sentence


@pytest.mark.parametrize(
    "changes", [{"label_expiry": date(2026, 9, 30)}, {"label_expiry": None}, {"product": "WATER"}]
)
def test_a_delivery_that_lasts_longer_needs_no_notice(
    sqlite_clinic: Clinic, changes: dict[str, object]
) -> None:
    shelf = receive(sqlite_clinic, lot_no="1", label_expiry=date(2026, 6, 30))
    stock.release(sqlite_clinic.desk, sqlite_clinic.owner, shelf.id)
    came = receive(sqlite_clinic, **({"lot_no": "3", "label_expiry": date(2026, 5, 1)} | changes))
    assert notices_on(sqlite_clinic.desk, came.id) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seal": "fine"}, "seal"),
        ({"label": {"colour": "red"}}, "colour"),
        ({"label": {"sterile": "yes, very"}}, "sterile"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
    ],
)
def test_what_no_rule_could_read_later_is_refused_at_the_door(
    sqlite_clinic: Clinic, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(DeskError, match=field):
        receive(sqlite_clinic, **changes)
    assert "lot.received" not in sqlite_clinic.kinds()
