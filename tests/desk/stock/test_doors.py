"""No way leads from a blocked bottle to a client."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.desk import mixing, stock
from kiosk.desk.errors import DeskError
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import leaving
from kiosk.desk.stock.claiming import claim_bottle
from kiosk.inventory.model import Kind
from kiosk.stops import Refused, Severity
from tests.desk.clinic import PIN
from tests.desk.stock.blocked import CASES, Blocked, build
from tests.desk.stock.doors import LIFTS, WAYS, NothingToTry, functions_of_the_desk, mixed
from tests.desk.stock.parts import at, require_whole

#: Not about a bottle or lot on a shelf, though the name of a parameter says so.
ELSEWHERE = {
    "doubts.doubtful_bottles",
    "references.add_reference",
    "correcting.fit_and_keep",
}


def test_every_function_that_takes_a_bottle_or_a_lot_is_in_the_table() -> None:
    found = set(functions_of_the_desk()) - ELSEWHERE
    assert found - set(WAYS) == set(), "add a way to tests/desk/stock/doors.py"


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest, sqlite_url: str):
    made = build(request.param, sqlite_url)
    yield made
    made.clinic.desk.close()


def attempts(case: Blocked):
    """Every direct way to use the bottle, by every role and at another kiosk."""
    clinic = case.clinic
    for role in Role:
        signer = "P-01" if role is Role.OWNER else role.value
        yield lambda signer=signer: mixed(case, signer=signer)
        yield lambda signer=signer: mixed(case, swap=True, signer=signer)
        who = Operator(signer, role)
        yield lambda who=who: stock.open_bottle(clinic.desk, who, case.bottle)
        yield lambda who=who: stock.dispense(clinic.desk, who, case.bottle, 50, "", "client")
        if case.name != "quarantined":  # which ends by a release
            yield lambda who=who: stock.release(clinic.desk, who, case.lot)
    yield lambda: mixed(replace(case, clinic=at(clinic, "kiosk-2")))


def refused(case: Blocked, rule: str) -> None:
    """A mix with reason and signature is refused, for that reason among others."""
    order = case.clinic.order(case.visit, *case.pair, reason="signed by me")
    with pytest.raises(Refused) as stopped:
        mixing.confirm_mix(case.clinic.desk, order, "P-01", PIN)
    rules = {stop.rule for stop in stopped.value.stops if stop.severity is Severity.SAFETY}
    assert rule in rules, (case.name, rules)
    with pytest.raises((Refused, DeskError)):
        stock.dispense(case.clinic.desk, case.clinic.owner, case.bottle, 50, "", "client")


def test_the_bottle_is_refused_to_everybody_with_the_reason_that_counts(case: Blocked) -> None:
    assert case.rule in case.rules()
    used = case.uses()
    refused(case, case.rule)
    for act in attempts(case):
        with pytest.raises((Refused, DeskError)):
            act()
    assert case.uses() == used
    offered = stock.next_bottles(case.clinic.desk, case.kind)
    assert case.bottle not in {item.bottle.id for item in offered if item.usable}
    if case.name != "on hold":  # which holds every lot of the product
        assert offered[0].usable
    require_whole(case.clinic)


def test_no_function_of_the_desk_makes_a_blocked_bottle_usable(
    case: Blocked, tmp_path: Path
) -> None:
    used, whole = case.uses(), case.events()
    now = case.copy(tmp_path / "0")
    for name, ways in WAYS.items():
        for number, way in enumerate(ways):
            where = f"{case.name}: {name} ({number})"
            try:
                way(now)
            except (Refused, DeskError, NothingToTry):
                pass
            except Exception as error:  # a crash is no answer either
                raise AssertionError(where) from error
            assert now.uses() <= used, f"{where}: it was used"
            if now.events() == whole:
                continue
            # Under the name of a cup that was made before, only its own record comes back.
            assert name != "mixing.confirm_mix", where
            if (case.name, name) not in LIFTS:
                _still_blocked(now, where)
            now.clinic.desk.close()
            now = case.copy(tmp_path / f"{name}-{number}")
    now.clinic.desk.close()


def _still_blocked(case: Blocked, where: str) -> None:
    rules = case.rules()
    assert rules, f"{where}: nothing stops it any more"
    with pytest.raises((Refused, DeskError)):
        mixed(case)
    with pytest.raises((Refused, DeskError)):
        stock.dispense(case.clinic.desk, case.clinic.owner, case.bottle, 50, "", "client")


OPEN_CUPS = {
    "recalled": True, "on hold": True, "quarantined": True, "rejected": True,
    # The cup was poured while its bottle was good.
    "expired by label": False, "opened too long": False, "held bottle": False, "under way": False,
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN_CUPS)
def test_a_cup_that_stands_is_stopped_with_its_lot(sqlite_url: str, name: str) -> None:
    case = build(name, sqlite_url)
    desk, owner = case.clinic.desk, case.clinic.owner
    if OPEN_CUPS[name]:
        with pytest.raises(Refused):
            leaving.close_mix(desk, owner, case.mix, "used")
        leaving.close_mix(desk, owner, case.mix, "discarded")
    else:
        leaving.close_mix(desk, owner, case.mix, "used")
    desk.close()


def test_a_claim_from_before_the_block_gives_no_right(sqlite_url: str) -> None:
    case = build("quarantined", sqlite_url)
    claim_bottle(case.clinic.desk, case.clinic.owner, case.bottle)
    refused(case, "LOT-QUARANTINE")
    case.clinic.desk.close()


def test_an_order_prepared_before_the_block_is_judged_at_the_signature(sqlite_url: str) -> None:
    case = build("held bottle", sqlite_url)
    clinic = case.clinic
    order = clinic.order(case.visit, case.pigment, case.water)
    assert mixing.prepare_mix(clinic.desk, order)
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(case.pigment), "just now")
    with pytest.raises(Refused):
        clinic.confirm(order)
    assert case.kind is Kind.PIGMENT
    clinic.desk.close()
