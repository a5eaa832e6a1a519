"""Clients and their visits."""

import pytest
from sqlalchemy import delete, update

from kiosk.desk import visits
from kiosk.desk.errors import DeskError, NotFound
from kiosk.storage.tables import client_keys, private_records
from tests.desk.clinic import Clinic


def test_clients_are_found_by_id_and_by_initials_last_seen_first(clinic: Clinic) -> None:
    desk, owner = clinic.desk, clinic.owner
    for initials in ("jm", "ak", "ts"):
        visits.register_client(desk, owner, initials)
    clinic.clock.forward(hours=1)
    visits.open_visit(desk, owner, "C-0002")
    assert [c.id for c in visits.find_clients(desk)] == ["C-0002", "C-0001", "C-0003"]
    assert [c.initials for c in visits.find_clients(desk, " JM ")] == ["JM"]
    assert [c.id for c in visits.find_clients(desk, "0003")] == ["C-0003"]
    assert visits.find_clients(desk, "zz") == []
    seen = visits.find_clients(desk, "AK")[0]
    assert (seen.visits, seen.last_visit) == (1, clinic.clock.now)


@pytest.mark.parametrize("typed", ["", "12", "ABCDE", "J\nM"])
def test_initials_that_cannot_be_used_register_nobody(sqlite_clinic: Clinic, typed: str) -> None:
    with pytest.raises(DeskError, match="initials: "):
        visits.register_client(sqlite_clinic.desk, sqlite_clinic.owner, typed)
    assert visits.find_clients(sqlite_clinic.desk) == []


def test_a_visit_needs_a_client_and_an_end_needs_a_visit(clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="'C-0009'"):
        visits.open_visit(clinic.desk, clinic.owner, "C-0009")
    with pytest.raises(NotFound, match="'V-9'"):
        visits.close_visit(clinic.desk, clinic.owner, "V-9")
    visit = clinic.visit()
    visits.close_visit(clinic.desk, clinic.owner, visit)
    assert clinic.kinds()[-2:] == ["visit.opened", "visit.closed"]


def test_an_erased_client_stays_as_a_pseudonym(clinic: Clinic) -> None:
    clinic.visit("JM")
    with clinic.desk.engine.begin() as connection:
        connection.execute(delete(client_keys))
    assert [(c.id, c.initials) for c in visits.find_clients(clinic.desk)] == [("C-0001", "–")]


def test_initials_altered_in_the_database_do_not_hide_the_clients(clinic: Clinic) -> None:
    clinic.visit("JM")
    clinic.visit("AK")
    with clinic.desk.engine.begin() as connection:
        connection.execute(
            update(private_records)
            .where(private_records.c.client == "C-0001")
            .values(sealed=b"not sealed by this kiosk")
        )
    found = {c.id: c.initials for c in visits.find_clients(clinic.desk)}
    assert found == {"C-0001": "–", "C-0002": "AK"}
