"""The sessions to come, and the bottle that will not last until them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.desk.care import confirm_clock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.mixing import prepare_mix
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import open_bottle
from kiosk.desk.stock.planning import MOST_SESSIONS, plan_sessions, planned
from kiosk.desk.visits import find_clients
from kiosk.stops import Refused, Severity, Stop
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.parts import require_whole

FIRST, SECOND = date(2025, 6, 16), date(2025, 6, 23)


def client_of(clinic: Clinic) -> str:
    return find_clients(clinic.desk)[0].id


def plan(clinic: Clinic, *days: date) -> tuple[date, ...]:
    return plan_sessions(clinic.desk, clinic.owner, client_of(clinic), days)


def horizons(clinic: Clinic, visit: str, pigment: str, water: str) -> list[Stop]:
    prepared = prepare_mix(clinic.desk, clinic.order(visit, pigment, water))
    return [stop for stop in prepared.stops if stop.rule == "HORIZON"]


def on_the_sixteenth(clinic: Clinic, label: date) -> tuple[str, str, str]:
    """A visit on 16 June, a pigment that ends on `label`, and water that lasts."""
    clinic.clock.now = datetime(2025, 6, 16, 9, 0, tzinfo=UTC)
    clinic.add(CARBON, WATER)
    pigment = clinic.deliver(label=label)
    return clinic.visit(), pigment, clinic.deliver("WATER", lot_no="W-31", ml=100)


def begin_in_june(clinic: Clinic) -> None:
    """Back to a day before the scenario's; a person says that the clock is right."""
    clinic.clock.now = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
    confirm_clock(clinic.desk, clinic.owner, "set for the scenario")


def test_ac_p29_a_bottle_that_ends_between_two_sessions_is_named(clinic: Clinic) -> None:
    begin_in_june(clinic)
    visit, pigment, water = on_the_sixteenth(clinic, date(2025, 6, 20))
    plan(clinic, FIRST, SECOND)
    (stop,) = horizons(clinic, visit, pigment, water)
    assert stop.severity is Severity.ADVICE
    assert pigment in stop.sentence
    assert "out of date for day 8 (23 Jun 2025)" in stop.sentence
    # Advice is no hurdle: the mix is signed as any other.
    assert clinic.confirm(clinic.order(visit, pigment, water)).pigment_ul > 0
    require_whole(clinic)


@pytest.mark.parametrize(
    ("label", "named"),
    [(date(2025, 6, 22), True), (SECOND, False), (date(2025, 6, 24), False)],
)
def test_the_last_day_of_a_bottle_is_a_day_of_use(
    sqlite_clinic: Clinic, label: date, named: bool
) -> None:
    begin_in_june(sqlite_clinic)
    visit, pigment, water = on_the_sixteenth(sqlite_clinic, label)
    plan(sqlite_clinic, FIRST, SECOND)
    assert bool(horizons(sqlite_clinic, visit, pigment, water)) is named


def test_days_are_counted_from_the_clients_first_mix(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit = clinic.visit()
    clinic.confirm(clinic.order(visit, pigment, water))
    clinic.clock.forward(days=7)
    # Water opened a week ago is good until 2 April; day 36 is 6 April.
    plan(clinic, TODAY + timedelta(days=14), date(2026, 4, 6))
    (stop,) = horizons(clinic, clinic.visit_of(client_of(clinic)), pigment, water)
    assert water in stop.sentence
    assert "for day 36 (6 Apr 2026)." in stop.sentence


def test_a_sealed_bottle_is_judged_as_the_opened_one_it_is_about_to_be(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit = clinic.visit()
    plan(clinic, date(2026, 4, 3))
    # Labelled until 2027; opened today its month ends on 2 April.
    (stop,) = horizons(clinic, visit, pigment, water)
    assert water in stop.sentence
    plan(clinic, date(2026, 4, 2))
    assert horizons(clinic, visit, pigment, water) == []


def test_nobody_elses_sessions_count_and_today_is_the_expirys_own_matter(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    mine, other = clinic.visit("AA"), clinic.visit("BB")
    clients = {client.initials: client.id for client in find_clients(clinic.desk)}
    plan_sessions(clinic.desk, clinic.owner, clients["BB"], [date(2026, 9, 1)])
    assert horizons(clinic, mine, pigment, water) == []
    assert len(horizons(clinic, other, pigment, water)) == 1
    plan_sessions(clinic.desk, clinic.owner, clients["BB"], [TODAY])
    assert horizons(clinic, other, pigment, water) == []


def test_a_blocked_bottle_needs_no_further_notice(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.add(CARBON)
    _, water = clinic.add(WATER), clinic.deliver("WATER", lot_no="W-31", ml=100)
    waits = clinic.deliver(label=date(2026, 3, 5), release=False)
    visit = clinic.visit()
    plan(clinic, date(2026, 3, 20))
    assert horizons(clinic, visit, waits, water) == []


def test_a_plan_replaces_the_one_before(clinic: Clinic) -> None:
    clinic.visit()
    later = TODAY + timedelta(days=14)
    assert plan(clinic, later, TODAY, later) == (TODAY, later)
    assert planned(clinic.desk, client_of(clinic)) == (TODAY, later)
    clinic.clock.forward(days=7)
    # What is over is over, and stays on the list until somebody plans anew.
    assert planned(clinic.desk, client_of(clinic)) == (TODAY, later)
    assert plan(clinic, later) == (later,)
    assert planned(clinic.desk, client_of(clinic)) == (later,)
    assert plan(clinic) == ()
    assert planned(clinic.desk, client_of(clinic)) == ()
    require_whole(clinic)


def test_what_cannot_be_planned_changes_nothing(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.visit()
    with pytest.raises(DeskError, match="2026-03-01 is over"):
        plan(clinic, TODAY - timedelta(days=1), TODAY)
    with pytest.raises(DeskError, match="25 sessions"):
        plan(clinic, *(TODAY + timedelta(days=i) for i in range(MOST_SESSIONS + 1)))
    with pytest.raises(NotFound, match="C-9"):
        plan_sessions(clinic.desk, clinic.owner, "C-9", [TODAY])
    with pytest.raises(NotFound, match="C-9"):
        planned(clinic.desk, "C-9")
    with pytest.raises(Refused):
        plan_sessions(clinic.desk, Operator("S-02", Role.STOCK_MANAGER), client_of(clinic), [TODAY])
    assert "sessions.planned" not in clinic.kinds()


def test_an_opening_that_counts_brings_the_horizon_nearer(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    pigment, water = clinic.stock_up()
    open_bottle(clinic.desk, clinic.owner, water)
    clinic.clock.forward(days=20)
    visit = clinic.visit()
    plan(clinic, date(2026, 4, 10))
    # Twenty days of its month are gone.
    (stop,) = horizons(clinic, visit, pigment, water)
    assert "2 Apr 2026" in stop.evidence
