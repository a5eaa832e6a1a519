"""AC-P46: a clock that lies behind the last event."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.desk import stock, tones
from kiosk.desk.care import confirm_clock
from kiosk.desk.errors import DeskError
from kiosk.desk.journal import latest, verify_ledger
from kiosk.desk.office import CLOCK_TOLERANCE
from kiosk.desk.people import Operator, Role, sign_in
from kiosk.stops import Refused
from tests.calibration.surfaces import sample
from tests.desk.clinic import CARBON, PIN, SKIN, Clinic


def test_ac_p46_decisions_on_dates_are_refused_and_readings_are_kept(clinic: Clinic) -> None:
    desk, owner = clinic.desk, clinic.owner
    pigment, water = clinic.stock_up()
    waiting = clinic.deliver(lot_no="25-031", release=False)
    visit = clinic.visit()
    clinic.clock.now = datetime(2019, 1, 1, tzinfo=UTC)
    refused_acts = [
        lambda: stock.receive(desk, owner, stock.Delivery(CARBON.id, "X", None, "", 1000, 1)),
        lambda: stock.release(desk, owner, clinic.lot_of(waiting)),
        lambda: stock.open_bottle(desk, owner, pigment),
        lambda: stock.dispense(desk, owner, pigment, 10, "", "test"),
        lambda: clinic.confirm(clinic.order(visit, pigment, water)),
    ]
    for act in refused_acts:
        with pytest.raises(Refused) as refused:
            act()
        stop = refused.value.stop
        assert stop.rule == "CLOCK-UNTRUSTED"
        # Both clocks are named.
        assert "01 Jan 2019" in stop.sentence
        assert "02 Mar 2026" in stop.sentence
    assert "mix.confirmed" not in clinic.kinds()
    tones.keep_reading(desk, owner, visit, "Crown", sample(SKIN))
    clinic.accept(visit, "skin", SKIN)
    assert clinic.kinds()[-1] == "tone.accepted"
    assert verify_ledger(desk).ok


def test_two_minutes_behind_is_two_machines_and_more_is_a_wrong_clock(
    sqlite_clinic: Clinic,
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    last = sqlite_clinic.clock.now
    sqlite_clinic.clock.now = last - CLOCK_TOLERANCE - timedelta(seconds=1)
    with pytest.raises(Refused):
        stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment)
    sqlite_clinic.clock.now = last - CLOCK_TOLERANCE
    assert stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment).opened_on


def test_an_event_recorded_while_the_clock_was_wrong_does_not_make_it_right(
    sqlite_clinic: Clinic,
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    visit = sqlite_clinic.visit()
    sqlite_clinic.clock.now = datetime(2019, 1, 1, tzinfo=UTC)
    sqlite_clinic.accept(visit, "skin", SKIN)
    sign_in(sqlite_clinic.desk, "P-01", PIN)
    with pytest.raises(Refused):
        stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment)


def test_ac_p46_a_manager_confirms_the_clock_and_both_clocks_are_in_the_log(
    clinic: Clinic,
) -> None:
    desk, owner = clinic.desk, clinic.owner
    right = clinic.clock.now
    pigment, _ = clinic.stock_up()
    clinic.clock.now = datetime(2031, 1, 1, tzinfo=UTC)  # the battery was changed
    sign_in(desk, "P-01", PIN)
    clinic.clock.now = right + timedelta(hours=1)
    with pytest.raises(DeskError, match="reason"):
        confirm_clock(desk, owner, " ")
    with pytest.raises(Refused):
        confirm_clock(desk, Operator("T-01", Role.PRACTITIONER), "new battery")
    confirm_clock(desk, owner, "new battery")
    newest = latest(desk, 1)[0]
    assert newest.at == clinic.clock.now
    assert "01 Jan 2031" in newest.text
    assert "new battery" in newest.text
    with pytest.raises(DeskError, match="contradicts no event"):
        confirm_clock(desk, owner, "again")
    # From here on it is watched again.
    clinic.clock.now -= timedelta(minutes=3)
    with pytest.raises(Refused):
        stock.open_bottle(desk, owner, pigment)
    assert verify_ledger(desk).ok
