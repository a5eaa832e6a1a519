"""A use that no rule allowed and that happened all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.mixing import prepare_mix
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import nonconformance, recalling
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.nonconformance import Report, list_nonconformances, record_nonconformance
from kiosk.inventory.model import Kind, LotState, Product
from kiosk.stops import Refused, Severity
from tests.desk.clinic import DISTILLED, PIN, TODAY, Clinic
from tests.desk.stock.notices import notice
from tests.desk.stock.parts import bottle, require_whole, sums

TONED = Product(
    "TONED", "Halden", "SMP Carbon", "Black", Kind.PIGMENT, "Scalp micropigmentation (SMP)",
    ("CI 77266", "CI 74160"), True, 12,
)  # fmt: skip


def report(name: str, visit: str = "", **changes: object) -> Report:
    said = Report(name, 250, TODAY, visit, "seen in the day's count", "client was told")
    return replace(said, **changes)


def record(clinic: Clinic, said: Report, operator: Operator | None = None):
    return record_nonconformance(clinic.desk, operator or clinic.owner, said)


@pytest.mark.parametrize("role", list(Role))
def test_ac_p30_declared_toner_is_blocked_for_every_role_with_its_reason(
    sqlite_clinic: Clinic, role: Role
) -> None:
    _, water = sqlite_clinic.stock_up()
    sqlite_clinic.add(TONED)
    toned = sqlite_clinic.deliver("TONED", release=False)
    who = Operator("X-9", role)
    order = sqlite_clinic.order(sqlite_clinic.visit(), toned, water, reason="the client insists")
    stops = {stop.rule: stop for stop in prepare_mix(sqlite_clinic.desk, order).stops}
    assert stops["INK-B06"].severity is Severity.SAFETY
    assert "74160" in stops["INK-B06"].sentence
    for act in (
        lambda: sqlite_clinic.confirm(order),
        lambda: stock.release(sqlite_clinic.desk, who, sqlite_clinic.lot_of(toned)),
        lambda: stock.open_bottle(sqlite_clinic.desk, who, toned),
        lambda: stock.dispense(sqlite_clinic.desk, who, toned, 10, "", "x"),
    ):
        with pytest.raises(Refused):
            act()
    assert sums(sqlite_clinic)[toned] == 10_000


def test_ac_p30_recorded_anyway_stock_falls_the_block_stays_and_a_recall_finds_the_client(
    clinic: Clinic,
) -> None:
    clinic.add(TONED)
    toned = clinic.deliver("TONED", release=False)
    visit = clinic.visit()
    before = clinic.kinds()
    left = record(clinic, report(toned, visit))
    assert clinic.kinds()[len(before) :] == ["bottle.opened", "use.nonconforming"]
    assert (left.remaining_ul, left.lot.state) == (9750, LotState.QUARANTINE)
    assert left.opened_on == TODAY
    page = lot_page(clinic.desk, left.lot.id)
    assert (page.uses, page.clients, page.balance.used_ul, page.balance.sound) == (1, 1, 250, True)
    (entry,) = list_nonconformances(clinic.desk)
    assert (entry.bottle, entry.client, entry.qty_ul) == (toned, "C-0001", 250)
    assert "INK-B06" in entry.rules
    with pytest.raises(Refused):
        stock.release(clinic.desk, clinic.owner, left.lot.id)
    plan = recalling.apply_recall(clinic.desk, clinic.owner, notice())
    assert [contact.client for contact in plan.effects.contacts] == ["C-0001"]
    assert "mix.confirmed" not in clinic.kinds()
    require_whole(clinic)


def test_ac_p31_smp_in_the_name_and_no_ingredient_is_unknown(sqlite_clinic: Clinic) -> None:
    _, water = sqlite_clinic.stock_up()
    bare = Product("BARE", "SMP Labs", "SMP Black", "", Kind.PIGMENT, "SMP", (), True)
    sqlite_clinic.add(bare)
    name = sqlite_clinic.deliver("BARE", release=False)
    order = sqlite_clinic.order(sqlite_clinic.visit(), name, water)
    found = prepare_mix(sqlite_clinic.desk, order)
    assert "INK-Q04" in {s.rule for s in found.stops if s.severity is Severity.SAFETY}
    with pytest.raises(Refused):
        sqlite_clinic.confirm(order)
    assert record(sqlite_clinic, report(name)).remaining_ul == 9750


def test_ac_p32_distilled_water_is_blocked_and_cites_the_outbreak(sqlite_clinic: Clinic) -> None:
    pigment, sterile = sqlite_clinic.stock_up()
    sqlite_clinic.add(DISTILLED)
    distilled = sqlite_clinic.deliver("DISTILLED", release=False)
    visit = sqlite_clinic.visit()
    with pytest.raises(Refused) as refused:
        sqlite_clinic.confirm(sqlite_clinic.order(visit, pigment, distilled))
    stop = next(s for s in refused.value.stops if s.rule.startswith("DILUENT"))
    assert (stop.severity, "MMWR 61(33)" in stop.evidence) == (Severity.SAFETY, True)
    made = sqlite_clinic.confirm(sqlite_clinic.order(visit, pigment, sterile))
    assert {part.lot_no for part in made.parts} == {"24-117", "W-31"}


def test_a_bottle_used_while_blocked_counts_as_opened_from_that_day(clinic: Clinic) -> None:
    """Otherwise, released later, it would pass as sealed and outlive its period after opening."""
    clinic.stock_up()
    water = clinic.deliver("WATER", lot_no="W-40", ml=100, release=False)
    record(clinic, report(water))
    stock.release(clinic.desk, clinic.owner, clinic.lot_of(water))
    clinic.clock.now = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
    item = next(i for i in stock.list_stock(clinic.desk) if i.bottle.id == water)
    assert item.expiry.on == date(2026, 4, 2)
    assert not item.usable


def test_a_block_that_stood_on_the_day_of_use_counts_although_it_was_lifted(
    sqlite_clinic: Clinic,
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment)
    sqlite_clinic.clock.forward(days=500)
    record(sqlite_clinic, report(pigment, used_on=date(2027, 7, 1)))
    assert "EXPIRED-B02" in list_nonconformances(sqlite_clinic.desk)[0].rules


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"found": " "}, "found"),
        ({"action": ""}, "found"),
        ({"used_on": TODAY + timedelta(days=1)}, "future"),
        ({"used_on": TODAY - timedelta(days=1)}, "before the delivery"),
        ({"qty_ul": 0}, "qty_ul"),
        ({"qty_ul": 10_001}, "holds 10.00 ml"),
        ({"visit": "V-9"}, "visit"),
        ({"bottle": "B-9"}, "bottle"),
    ],
)
def test_a_report_that_cannot_be_true_is_refused_and_leaves_nothing(
    sqlite_clinic: Clinic, changes: dict[str, object], said: str
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment), "x")
    before = sqlite_clinic.kinds()
    with pytest.raises((DeskError, NotFound), match=said):
        record(sqlite_clinic, report(pigment, **changes))
    assert sqlite_clinic.kinds() == before


def test_what_nothing_speaks_against_is_an_ordinary_use(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    with pytest.raises(DeskError, match="nothing speaks against"):
        record(sqlite_clinic, report(pigment))


def test_a_report_sent_twice_is_recorded_once(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment), "x")
    for _ in range(2):
        record(sqlite_clinic, report(pigment, token="R-1"))
    assert len(list_nonconformances(sqlite_clinic.desk)) == 1
    # A name that stands for another bottle's report does not swallow this one.
    other = sqlite_clinic.deliver(release=False)
    with pytest.raises(DeskError, match="token"):
        record(sqlite_clinic, report(other, token="R-1"))


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.STOCK_MANAGER])
def test_whoever_treats_or_keeps_stock_may_report(sqlite_clinic: Clinic, role: Role) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment), "x")
    assert record(sqlite_clinic, report(pigment), Operator("X", role)).remaining_ul == 9750
    with pytest.raises(Refused, match="auditor"):
        record(sqlite_clinic, report(pigment), Operator("X", Role.AUDITOR))


def test_a_use_is_never_a_normal_one_in_any_list(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = sqlite_clinic.lot_of(pigment)
    stock.quarantine(sqlite_clinic.desk, sqlite_clinic.owner, lot, "x")
    record(sqlite_clinic, report(pigment, sqlite_clinic.visit()))
    assert bottle(sqlite_clinic, pigment).lot.state is LotState.QUARANTINE
    assert nonconformance.list_nonconformances(sqlite_clinic.desk)
    assert '"type":"dispense"' not in sqlite_clinic.ledger_text()
    assert PIN not in sqlite_clinic.ledger_text()
