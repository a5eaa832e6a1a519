"""What a client told, held against the bottles of a mix; and that nobody else learns of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from kiosk.clients.patch_tests import Seen
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.mixing import prepare_mix
from kiosk.desk.people import Operator, Role
from kiosk.desk.screening import (
    Screening,
    apply_patch,
    find_screening,
    read_patch,
    record_allergies,
)
from kiosk.desk.stock.correcting import Facts, correct_lot
from kiosk.desk.stock.judging import release
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t
from kiosk.storage.engine import writing
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic, rows
from tests.desk.stock.parts import require_whole

LISTED = {"ingredients": ["Aqua", "CI 77266"], "ingredients_complete": True}
CLEAR = {"ingredients": ["Aqua"], "ingredients_complete": True}
CLIENT = "C-0001"


def told(clinic: Clinic, *allergies: str) -> None:
    record_allergies(clinic.desk, clinic.owner, CLIENT, allergies)


def patched(clinic: Clinic, seen: Seen = Seen.NO_REACTION, product: str = "SMP-CARBON") -> None:
    """A patch of a product that was read the day after; the clock goes on by a day."""
    apply_patch(clinic.desk, clinic.owner, CLIENT, product)
    clinic.clock.forward(days=1)
    read_patch(clinic.desk, clinic.owner, CLIENT, product, seen)


def shelf(clinic: Clinic, carbon: dict[str, object], water: dict[str, object]) -> tuple[str, str]:
    clinic.add(replace(CARBON, declared=carbon), replace(WATER, declared=water))
    return clinic.deliver(), clinic.deliver("WATER", lot_no="W-31", ml=100)


def rules(clinic: Clinic, visit: str, pigment: str, water: str) -> dict[str, Severity]:
    stops = prepare_mix(clinic.desk, clinic.order(visit, pigment, water)).stops
    return {s.rule: s.severity for s in stops if s.rule.startswith("SCREENING")}


def test_ac_p33_a_declared_allergen_blocks_and_no_reason_passes_it(clinic: Clinic) -> None:
    pigment, water = shelf(clinic, LISTED, CLEAR)
    visit = clinic.visit()
    told(clinic, "nickel")
    patched(clinic)
    assert rules(clinic, visit, pigment, water) == {}
    facts = Facts("24-117", date(2027, 6, 30), TODAY, (), {"contains": ["nickel"]})
    correct_lot(clinic.desk, clinic.owner, clinic.lot_of(pigment), facts, "seen on the label")
    release(clinic.desk, clinic.owner, clinic.lot_of(pigment))
    assert rules(clinic, visit, pigment, water) == {"SCREENING-MATCH": Severity.SAFETY}
    with pytest.raises(Refused, match="declares 'nickel'"):
        clinic.confirm(clinic.order(visit, pigment, water, reason="the client insists"))
    # Another client may have it.
    assert rules(clinic, clinic.visit("BB"), pigment, water) == {}


@pytest.mark.parametrize("which", ["pigment", "diluent"])
def test_ac_p33_pigment_and_diluent_are_asked_alike(sqlite_clinic: Clinic, which: str) -> None:
    bad = {"ingredients": ["Aqua", "Phenoxyethanol"], "ingredients_complete": True}
    pigment, water = shelf(sqlite_clinic, *((bad, CLEAR) if which == "pigment" else (LISTED, bad)))
    visit = sqlite_clinic.visit()
    told(sqlite_clinic, "preservatives")
    patched(sqlite_clinic)
    assert rules(sqlite_clinic, visit, pigment, water) == {"SCREENING-MATCH": Severity.SAFETY}


@pytest.mark.parametrize("complete", [False, None])
def test_ac_p33_an_incomplete_list_says_not_declared_and_not_absent(
    sqlite_clinic: Clinic, complete: bool | None
) -> None:
    part: dict[str, object] = {"ingredients": ["Aqua"]}
    if complete is not None:
        part["ingredients_complete"] = complete
    # A list that is said to be incomplete makes an ink unknown; so the diluent has it here.
    pigment, water = shelf(sqlite_clinic, LISTED, part)
    visit = sqlite_clinic.visit()
    told(sqlite_clinic, "nickel", "latex")
    patched(sqlite_clinic)
    order = sqlite_clinic.order(visit, pigment, water)
    (stop,) = (
        s for s in prepare_mix(sqlite_clinic.desk, order).stops if s.rule.startswith("SCREENING")
    )
    assert (stop.rule, stop.severity) == ("SCREENING-UNDECLARED", Severity.POLICY)
    assert "nickel, latex: not declared" in stop.sentence
    assert "absent" not in stop.sentence + stop.evidence + stop.lifts


def test_without_an_allergy_nothing_is_asked(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    visit = sqlite_clinic.visit()
    assert rules(sqlite_clinic, visit, pigment, water) == {}
    told(sqlite_clinic)
    assert rules(sqlite_clinic, visit, pigment, water) == {}


def test_ac_p34_with_an_allergy_a_patch_is_read_before_the_first_session(clinic: Clinic) -> None:
    pigment, water = shelf(clinic, LISTED, CLEAR)
    visit = clinic.visit()
    told(clinic, "nickel")
    for act in (
        lambda: None,
        lambda: apply_patch(clinic.desk, clinic.owner, CLIENT, "SMP-CARBON"),
        lambda: read_patch(clinic.desk, clinic.owner, CLIENT, "SMP-CARBON", Seen.NO_REACTION),
    ):
        act()
        assert rules(clinic, visit, pigment, water) == {"SCREENING-PATCH": Severity.SAFETY}
    with pytest.raises(Refused):
        clinic.confirm(clinic.order(visit, pigment, water, reason="in a hurry"))
    for days in (1, 6):
        clinic.clock.forward(days=days)
        found = read_patch(clinic.desk, clinic.owner, CLIENT, "SMP-CARBON", Seen.NO_REACTION)
    assert rules(clinic, visit, pigment, water) == {}
    (test,) = found.patches
    assert "day 2 (3 Mar 2026)" in test.described
    assert "day 8 (9 Mar 2026)" in test.described
    assert "safe" not in test.described.casefold()
    clinic.confirm(clinic.order(visit, pigment, water))
    require_whole(clinic)


def test_a_reaction_blocks_that_product_for_that_client_whatever_was_told(
    sqlite_clinic: Clinic,
) -> None:
    pigment, water = shelf(sqlite_clinic, LISTED, CLEAR)
    visit = sqlite_clinic.visit()
    patched(sqlite_clinic, Seen.REACTION)
    assert rules(sqlite_clinic, visit, pigment, water) == {"SCREENING-REACTION": Severity.SAFETY}
    assert rules(sqlite_clinic, sqlite_clinic.visit("BB"), pigment, water) == {}


def test_the_ledger_learns_that_something_was_told_and_not_what(clinic: Clinic) -> None:
    pigment, water = shelf(clinic, LISTED, {})
    visit = clinic.visit()
    told(clinic, "nickel")
    patched(clinic)
    with pytest.raises(Refused):
        clinic.confirm(clinic.order(visit, pigment, water, reason=""))
    order = clinic.order(visit, pigment, water, reason="nickel was patch tested elsewhere")
    clinic.confirm(order)
    told(clinic, "CI 77266")
    with pytest.raises(Refused):
        clinic.confirm(clinic.order(visit, pigment, water))
    text = clinic.ledger_text().casefold()
    for secret in ("nickel", "allerg", "patch", "reaction", "not declared"):
        assert secret not in text, secret
    events = [line for line in clinic.ledger_text().splitlines() if "screening.recorded" in line]
    assert len(events) == 4
    # What the reason said can be read by who has the client's key, and is not lost.
    assert "kept with the client's record" in clinic.ledger_text()
    kinds = rows(
        clinic.desk.engine, select(t.private_records.c.kind, func.count()).group_by("kind")
    )
    assert dict(map(tuple, kinds))["screening-reason"] == 1
    require_whole(clinic)


def test_what_is_kept_is_sealed_and_gone_with_the_key(clinic: Clinic) -> None:
    pigment, water = shelf(clinic, LISTED, CLEAR)
    visit = clinic.visit()
    told(clinic, "nickel")
    with clinic.desk.engine.connect() as connection:
        sealed = connection.scalars(select(t.private_records.c.sealed)).all()
    assert not any(b"nickel" in bytes(one) for one in sealed)
    with writing(clinic.desk.engine) as connection:
        connection.execute(delete(t.client_keys))
    with pytest.raises(DeskError, match="cannot be read here"):
        find_screening(clinic.desk, clinic.owner, CLIENT)
    # That nobody can tell what was told is no reason to go on.
    assert rules(clinic, visit, pigment, water) == {"SCREENING-UNREADABLE": Severity.SAFETY}


def test_an_older_record_put_back_is_noticed(sqlite_clinic: Clinic) -> None:
    pigment, water = shelf(sqlite_clinic, LISTED, CLEAR)
    visit = sqlite_clinic.visit()
    told(sqlite_clinic)
    empty = rows(sqlite_clinic.desk.engine, select(t.screenings.c.record))[0].record
    told(sqlite_clinic, "nickel")
    with writing(sqlite_clinic.desk.engine) as connection:
        connection.execute(update(t.screenings).values(record=empty))
    assert "SCREENING-UNREADABLE" in rules(sqlite_clinic, visit, pigment, water)


def test_what_was_told_is_kept_whole_and_replaced_whole(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.stock_up()
    sqlite_clinic.visit()
    told(sqlite_clinic, "nickel", "latex")
    apply_patch(sqlite_clinic.desk, sqlite_clinic.owner, CLIENT, "SMP-CARBON")
    told(sqlite_clinic, "latex")
    found = find_screening(sqlite_clinic.desk, sqlite_clinic.owner, CLIENT)
    assert found.allergies == ("latex",)
    assert [test.product for test in found.patches] == ["SMP-CARBON"]
    sqlite_clinic.visit("BB")
    assert find_screening(sqlite_clinic.desk, sqlite_clinic.owner, "C-0002") == Screening()


def test_what_cannot_be_is_refused(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    sqlite_clinic.stock_up()
    sqlite_clinic.visit()
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(NotFound, match="C-9"):
        record_allergies(desk, owner, "C-9", ["nickel"])
    with pytest.raises(DeskError, match="allergies"):
        told(sqlite_clinic, " ")
    with pytest.raises(NotFound, match="NONE"):
        apply_patch(desk, owner, CLIENT, "NONE")
    with pytest.raises(DeskError, match="future"):
        apply_patch(desk, owner, CLIENT, "SMP-CARBON", tomorrow)
    with pytest.raises(NotFound, match="was not put on"):
        read_patch(desk, owner, CLIENT, "SMP-CARBON", Seen.NO_REACTION)
    apply_patch(desk, owner, CLIENT, "SMP-CARBON")
    with pytest.raises(DeskError, match="already"):
        apply_patch(desk, owner, CLIENT, "SMP-CARBON")
    with pytest.raises(DeskError, match="before the application"):
        read_patch(desk, owner, CLIENT, "SMP-CARBON", Seen.NO_REACTION, TODAY - timedelta(days=1))


@pytest.mark.parametrize("role", [Role.STOCK_MANAGER, Role.AUDITOR])
def test_only_who_treats_reads_or_writes_it(sqlite_clinic: Clinic, role: Role) -> None:
    sqlite_clinic.visit()
    who = Operator("X-1", role)
    for act in (
        lambda: find_screening(sqlite_clinic.desk, who, CLIENT),
        lambda: record_allergies(sqlite_clinic.desk, who, CLIENT, ["nickel"]),
        lambda: apply_patch(sqlite_clinic.desk, who, CLIENT, "SMP-CARBON"),
        lambda: read_patch(sqlite_clinic.desk, who, CLIENT, "SMP-CARBON", Seen.REACTION),
    ):
        with pytest.raises(Refused, match="may not treat clients"):
            act()
