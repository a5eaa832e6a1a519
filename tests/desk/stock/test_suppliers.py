"""Who delivers, and whom the clinic no longer buys from."""

import pytest

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock.bottles import dispense, open_bottle
from kiosk.desk.stock.suppliers import (
    add_supplier,
    approve_supplier,
    approved_supplier,
    block_supplier,
    list_suppliers,
)
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, Clinic


def known(clinic: Clinic, name: str) -> bool:
    with clinic.desk.engine.connect() as connection:
        return approved_supplier(connection, name)


def test_blocking_names_the_lots_that_are_here_to_be_looked_at(clinic: Clinic) -> None:
    clinic.add(CARBON)
    desk, owner = clinic.desk, clinic.owner
    add_supplier(desk, owner, "S-1", "MERIDIAN")
    here = clinic.deliver(lot_no="1", bottles=2)
    used_up = clinic.deliver(lot_no="2", ml=1)
    open_bottle(desk, owner, used_up)
    dispense(desk, owner, used_up, 1000, "", "test")
    blocked = block_supplier(desk, owner, "S-1", " forged papers ")
    assert (blocked.state, blocked.reason) == ("BLOCKED", "forged papers")
    assert blocked.lots_at_hand == (clinic.lot_of(here),)
    # They are looked at by a person; blocking a supplier judges no bottle.
    assert open_bottle(desk, owner, here).opened_on is not None
    again = approve_supplier(desk, owner, "S-1", "new papers")
    assert (again.state, again.reason) == ("APPROVED", "new papers")
    assert list_suppliers(desk) == (again,)


def test_a_supplier_is_approved_by_any_of_its_names_until_it_is_blocked(clinic: Clinic) -> None:
    desk, owner = clinic.desk, clinic.owner
    assert not known(clinic, "Öhler")
    add_supplier(desk, owner, "S-1", "Öhler")
    assert known(clinic, " ÖHLER ")
    assert known(clinic, "s-1")
    assert not known(clinic, "")
    assert not known(clinic, "Öhler & Co")
    block_supplier(desk, owner, "S-1", "late")
    assert not known(clinic, "öhler")


def test_two_suppliers_of_one_name_are_blocked_if_either_is(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    add_supplier(desk, owner, "S-1", "Meridian")
    add_supplier(desk, owner, "S-2", "Meridian")
    block_supplier(desk, owner, "S-2", "forged papers")
    assert not known(sqlite_clinic, "Meridian")
    sqlite_clinic.add(CARBON)
    with pytest.raises(Refused, match="forged papers"):
        sqlite_clinic.deliver()


def test_what_is_wrong_about_a_supplier_is_said(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    for supplier, name in (("", "x"), ("S-1", "  ")):
        with pytest.raises(DeskError, match="may not be empty"):
            add_supplier(desk, owner, supplier, name)
    add_supplier(desk, owner, "S-1", "Meridian")
    with pytest.raises(DeskError, match="exists already"):
        add_supplier(desk, owner, "S-1", "Other")
    with pytest.raises(DeskError, match="reason: "):
        block_supplier(desk, owner, "S-1", " ")
    with pytest.raises(NotFound, match="'S-9'"):
        approve_supplier(desk, owner, "S-9", "x")
    with pytest.raises(Refused):
        block_supplier(desk, Operator("P-09", Role.PRACTITIONER), "S-1", "x")
    assert sqlite_clinic.kinds().count("supplier.blocked") == 0
