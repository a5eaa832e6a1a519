"""One bottle aside, and what a label says noted item by item."""

from __future__ import annotations

import pytest

from kiosk.desk.errors import DeskError
from kiosk.desk.office import work
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock.claiming import book_in_bottle
from kiosk.desk.stock.holding import free_bottle, hold_bottle
from kiosk.desk.stock.inspecting import choose_profile
from kiosk.desk.stock.judging import release, stops_on_release
from kiosk.desk.stock.label_facts import note_on_label
from kiosk.desk.stock.label_files import write_labels, write_set_up_code
from kiosk.desk.stock.places import bottles_named, places_in_use
from kiosk.inventory.picking import offer
from kiosk.ledger.events import Event
from kiosk.ledger.projections.bottles import BELOW_ZERO
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, Clinic
from tests.desk.stock.parts import bottle, require_whole


def test_nobody_draws_from_a_held_bottle_until_it_is_freed(clinic: Clinic) -> None:
    clinic.add(CARBON)
    name = clinic.deliver()
    treats = Operator("P-02", Role.PRACTITIONER)
    held = hold_bottle(clinic.desk, treats, name, "cracked ")
    assert held.held == "cracked"
    assert [s.rule for s in offer(held, clinic.desk.today()).stops] == ["BOTTLE-HELD"]
    with pytest.raises(DeskError, match="is held already"):
        hold_bottle(clinic.desk, treats, name, "again")
    with pytest.raises(Refused, match="may not change stock"):
        free_bottle(clinic.desk, treats, name, "looked at it")
    with pytest.raises(DeskError, match="reason"):
        free_bottle(clinic.desk, clinic.owner, name, " ")
    assert free_bottle(clinic.desk, clinic.owner, name, "only the cap").held == ""
    with pytest.raises(DeskError, match="is not held"):
        free_bottle(clinic.desk, clinic.owner, name, "again")
    require_whole(clinic)


def test_what_waits_for_a_count_is_freed_by_nothing_else(clinic: Clinic) -> None:
    clinic.add(CARBON)
    name = clinic.deliver()
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(Event("bottle.held", name, {"reason": BELOW_ZERO}))
    with pytest.raises(DeskError, match="waits for a count"):
        free_bottle(clinic.desk, clinic.owner, name, "it will be right")
    assert bottle(clinic, name).held == BELOW_ZERO


def test_what_forbids_a_release_is_known_before_anybody_signs(clinic: Clinic) -> None:
    clinic.add(CARBON)
    choose_profile(clinic.desk, clinic.owner, "EU")
    clinic.deliver(release=False)
    stops = stops_on_release(clinic.desk, "L-0001")
    with pytest.raises(Refused) as refused:
        release(clinic.desk, clinic.owner, "L-0001")
    assert stops == refused.value.stops
    note_on_label(clinic.desk, clinic.owner, "L-0001", "Statement on use", seen=True)
    after = {stop.rule for stop in stops_on_release(clinic.desk, "L-0001")}
    assert {stop.rule for stop in stops} - after == {"CHECKLIST-STATEMENT-ON-USE"}
    with pytest.raises(DeskError, match="not seen on a label"):
        note_on_label(clinic.desk, clinic.owner, "L-0001", "Invoice", seen=True)
    with pytest.raises(DeskError, match="nothing would change"):
        note_on_label(clinic.desk, clinic.owner, "L-0001", "Statement on use", seen=True)


def test_places_are_those_of_bottles_that_hold_something(clinic: Clinic) -> None:
    clinic.add(CARBON)
    clinic.deliver(bottles=3)
    for name, place in (("B-0001", "Room 2"), ("B-0002", "Room 1"), ("B-0003", "Room 2")):
        book_in_bottle(clinic.desk, clinic.owner, name, place)
    assert places_in_use(clinic.desk) == (("Room 1", 1), ("Room 2", 2))
    assert bottles_named(clinic.desk, ["B-0003"])["B-0003"].place == "Room 2"


def test_files_to_print_are_written_anew_or_the_reason_is_said(clinic: Clinic, tmp_path) -> None:
    clinic.add(CARBON)
    name = clinic.deliver()
    folder = tmp_path / "print"
    for _ in range(2):
        path = write_labels(clinic.desk, name, form="zpl", folder=folder)
    assert path.read_bytes().startswith(b"^XA")
    assert [one.name for one in folder.iterdir()] == [f"labels-{name}.zpl"]
    assert write_set_up_code(folder).read_bytes() == write_set_up_code(folder).read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(DeskError, match="cannot be written"):
        write_set_up_code(tmp_path / "file")
