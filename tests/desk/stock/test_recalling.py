"""Recalls: previewed, confirmed, amended, closed, clients reached."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.mixing import MixRecord
from kiosk.desk.stock import leaving, recalling
from kiosk.desk.stock.recalling import apply_recall, close_recall, plan_recall
from kiosk.inventory.model import Identifier, LotState
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.inventory.recalls.findings import Group, Near
from kiosk.stops import Refused
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.notices import lots, notice, typed
from tests.desk.stock.parts import at, require_whole, witness


def state(clinic: Clinic, lot: str) -> str:
    with clinic.desk.engine.connect() as connection:
        return connection.scalar(select(t.lots.c.state).where(t.lots.c.lot == lot)) or ""


def mix(clinic: Clinic, pigment: str, water: str, initials: str = "JM") -> MixRecord:
    return clinic.confirm(clinic.order(clinic.visit(initials), pigment, water))


def received(clinic: Clinic, lot_no: str, **more: object) -> str:
    """A released lot of the carbon; its id."""
    values = {"product": "SMP-CARBON", "lot_no": lot_no, "label_expiry": date(2027, 6, 30),
              "supplier": "Meridian", "bottle_ul": 10_000, "bottles": 1}  # fmt: skip
    lot = stock.receive(clinic.desk, clinic.owner, stock.Delivery(**(values | more)))
    if lot.state is LotState.QUARANTINE:
        stock.release(clinic.desk, clinic.owner, lot.id)
    return lot.id


def states_of_contacts(clinic: Clinic, recall: str = "FDA-2026-07") -> dict[str, str]:
    found = recalling.find_recall(clinic.desk, recall).contacts
    return {contact.client: contact.state.value for contact in found}


@pytest.mark.parametrize("said", [notice, typed], ids=["file", "form"])
def test_a_preview_says_everything_and_records_nothing(sqlite_clinic: Clinic, said) -> None:
    pigment, water = sqlite_clinic.stock_up()
    record = mix(sqlite_clinic, pigment, water)
    before = sqlite_clinic.kinds()
    plan = plan_recall(sqlite_clinic.desk, said())
    assert [hit.lot.id for hit in plan.preview.hits] == [sqlite_clinic.lot_of(pigment)]
    assert [alert.mix.id for alert in plan.effects.alerts] == [record.mix]
    assert [exposure.client for exposure in plan.effects.exposed] == [record.client]
    assert sqlite_clinic.kinds() == before
    assert state(sqlite_clinic, sqlite_clinic.lot_of(pigment)) == "OPEN"


def test_ac_s22_usable_bottles_become_recalled_and_all_clients_are_listed(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    first = clinic.deliver(bottles=3)
    opened, shelf, empty = clinic.bottles_of(clinic.lot_of(first))
    water = clinic.deliver("WATER", lot_no="W-31", ml=100)
    stock.open_bottle(clinic.desk, clinic.owner, empty)
    stock.dispense(clinic.desk, clinic.owner, empty, 10_000, "", "spilt")
    made = []
    for number in range(7):
        clinic.clock.forward(days=1)
        made.append(mix(clinic, opened, water, "ABCDEFG"[number]))
        if number < 6:
            leaving.close_mix(clinic.desk, clinic.owner, made[-1].mix, "used")
    plan = apply_recall(clinic.desk, clinic.owner, notice())
    (change,) = plan.effects.changes
    # The empty one is not to be put aside; the open one and the one on the shelf are.
    assert set(change.bottles) == {opened, shelf}
    for desk in (clinic.desk, at(clinic, "kiosk-2").desk):
        offers = {item.bottle.id: item for item in stock.list_stock(desk)}
        for bottle in (opened, shelf):
            assert offers[bottle].bottle.lot.state is LotState.RECALLED
            assert "LOT-B01" in {stop.rule for stop in offers[bottle].stops}
    entry = recalling.find_recall(clinic.desk, "FDA-2026-07")
    assert {c.client for c in entry.contacts} == {record.client for record in made}
    days = {c.client: c.exposure.days for c in entry.contacts}
    assert [days[record.client] for record in made] == [
        (TODAY + timedelta(days=number + 1),) for number in range(7)
    ]
    assert entry.waiting == 7
    assert [alert.mix.id for alert in recalling.stopped_mixes(clinic.desk)] == [made[-1].mix]
    require_whole(clinic)


def test_lots_of_every_state_are_hit_and_none_is_weakened(clinic: Clinic) -> None:
    clinic.add(CARBON)
    desk, owner = clinic.desk, clinic.owner
    kept = {
        "QUARANTINE": clinic.lot_of(clinic.deliver(release=False)),
        "RELEASED": clinic.lot_of(clinic.deliver()),
        "OPEN": clinic.lot_of(clinic.deliver()),
        "REJECTED": clinic.lot_of(clinic.deliver()),
        "DISPOSED": clinic.lot_of(clinic.deliver()),
    }
    stock.open_bottle(desk, owner, clinic.bottles_of(kept["OPEN"])[0])
    stock.reject(desk, owner, kept["REJECTED"], "seal broken")
    leaving.dispose_lot(desk, owner, kept["DISPOSED"], "spilt over")
    apply_recall(desk, owner, notice())
    assert {was: state(clinic, lot) for was, lot in kept.items()} == {
        "QUARANTINE": "RECALLED",
        "RELEASED": "RECALLED",
        "OPEN": "RECALLED",
        "REJECTED": "REJECTED",
        "DISPOSED": "DISPOSED",
    }
    assert set(recalling.find_recall(desk, "FDA-2026-07").lots) == set(kept.values())
    # And when the notice turns out to be a mistake, what was gone for good does not come back.
    close_recall(desk, owner, "FDA-2026-07", Outcome.WITHDRAWN, "wrong maker", second=witness())
    assert {was: state(clinic, lot) for was, lot in kept.items()} == {
        "QUARANTINE": "QUARANTINE",
        "RELEASED": "QUARANTINE",
        "OPEN": "QUARANTINE",
        "REJECTED": "REJECTED",
        "DISPOSED": "DISPOSED",
    }


def test_numbers_are_compared_without_case_and_spaces_and_never_in_part(
    sqlite_clinic: Clinic,
) -> None:
    sqlite_clinic.add(CARBON)
    same = received(sqlite_clinic, "ss 202")
    other = {received(sqlite_clinic, number) for number in ("SS20", "SS2020", "SS219")}
    plan = apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice(scope=lots("SS-202")))
    assert plan.preview.lots == {same}
    # A part or a longer form of the number is shown; another number is not.
    assert len(plan.preview.near_misses) == 2
    assert {state(sqlite_clinic, lot) for lot in other} == {"RELEASED"}


def test_any_number_of_a_container_may_be_the_one(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    lot = received(sqlite_clinic, "BK124IMX40", identifiers=(Identifier("BATCH", "SS 219"),))
    found = plan_recall(
        sqlite_clinic.desk,
        notice(scope={"lots": [{"numbers": [{"kind": "BATCH", "value": "ss219"}]}]}),
    )
    assert found.preview.lots == {lot}


def test_a_brand_is_known_by_its_other_names(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    lot = received(sqlite_clinic, "24-117")
    elsewhere = notice(brand="Nordland Inks", aliases=["Halden"])
    assert plan_recall(sqlite_clinic.desk, elsewhere).preview.lots == {lot}
    assert (
        plan_recall(sqlite_clinic.desk, notice(brand="Nordland Inks")).preview.lots == frozenset()
    )


def test_ac_s20_a_recall_by_dates_hits_the_window_and_what_has_no_date(clinic: Clinic) -> None:
    clinic.add(CARBON)
    inside = received(clinic, "A", received_on=date(2018, 9, 1))
    first_day = received(clinic, "B", received_on=date(2018, 8, 6))
    last_day = received(clinic, "C", received_on=date(2018, 10, 1))
    before = received(clinic, "D", received_on=date(2018, 8, 5))
    long_after = received(clinic, "E", received_on=date(2019, 6, 1))
    undated = received(clinic, "F", day_unknown=True)
    scope = {
        "all_lots": True,
        "windows": [{"event": "distributed", "first": "2018-08-06", "last": "2018-10-01"}],
    }
    plan = plan_recall(clinic.desk, notice(scope=scope))
    groups = {hit.lot.id: hit.group for hit in plan.preview.hits}
    assert groups == {
        inside: Group.DATED,
        first_day: Group.DATED,
        last_day: Group.DATED,
        undated: Group.UNDATED,
    }
    apply_recall(clinic.desk, clinic.owner, notice(scope=scope))
    assert {lot: state(clinic, lot) for lot in groups} == dict.fromkeys(groups, "RECALLED")
    assert {state(clinic, before), state(clinic, long_after)} == {"RELEASED"}


def test_a_near_miss_is_hit_only_when_somebody_takes_it_in(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    exact, like = received(sqlite_clinic, "SS202"), received(sqlite_clinic, "SS2O2")
    plan = plan_recall(sqlite_clinic.desk, notice(scope=lots("SS202")))
    assert [(miss.lot.id, miss.near) for miss in plan.preview.near_misses] == [
        (like, Near.LOOKALIKE)
    ]
    with pytest.raises(DeskError, match=f"accept: {exact}"):
        apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice(scope=lots("SS202")), [exact])
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice(scope=lots("SS202")), [like])
    assert {state(sqlite_clinic, exact), state(sqlite_clinic, like)} == {"RECALLED"}


def test_a_lot_once_taken_in_stays_until_somebody_decides(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    exact, like = received(sqlite_clinic, "SS202"), received(sqlite_clinic, "SS2O2")
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    apply_recall(desk, owner, notice(scope=lots("SS202")), [like])
    # The second version names the same lots; that the other one only looks like it is not new.
    plan = apply_recall(desk, owner, notice(scope=lots("SS202"), version=2))
    assert [miss.lot.id for miss in plan.doubtful] == [like]
    assert plan.frees == ()
    assert set(recalling.find_recall(desk, "FDA-2026-07").lots) == {exact, like}
    close_recall(desk, owner, "FDA-2026-07", Outcome.WITHDRAWN, "a false alarm", second=witness())
    assert {state(sqlite_clinic, exact), state(sqlite_clinic, like)} == {"QUARANTINE"}


def test_a_notice_that_names_no_lot_holds_all_of_the_product(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    lot, other = clinic.lot_of(pigment), received(clinic, "X9")
    mix(clinic, pigment, water)
    plan = apply_recall(clinic.desk, clinic.owner, notice(scope={"unknown_lot": True}))
    assert {state(clinic, lot), state(clinic, other)} == {"HOLD"}
    # Nobody is told of a lot that may not be meant, but who was treated is seen.
    assert plan.effects.contacts == ()
    assert len(plan.effects.exposed) == 1
    for blocked in (lot, other):
        with pytest.raises(Refused) as refused:
            stock.release(clinic.desk, clinic.owner, blocked)
        assert "B01" in refused.value.stop.rule
        with pytest.raises(Refused):
            stock.quarantine(clinic.desk, clinic.owner, blocked, "to release it then")
    # The source names one of the two: that one is recalled, the other is inspected.
    apply_recall(
        clinic.desk, clinic.owner, notice(version=2, scope=lots("24-117")), second=witness()
    )
    assert (state(clinic, lot), state(clinic, other)) == ("RECALLED", "QUARANTINE")
    assert states_of_contacts(clinic) == {"C-0001": "to-contact"}
    require_whole(clinic)


def test_ac_s23_a_narrowed_recall_frees_to_quarantine_and_clears_clients(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    water = clinic.deliver("WATER", lot_no="W-31", ml=100)
    one, two = clinic.deliver(lot_no="L1"), clinic.deliver(lot_no="L2")
    mix(clinic, one, water, "AA")
    mix(clinic, two, water, "BB")
    desk, owner = clinic.desk, clinic.owner
    apply_recall(desk, owner, notice(scope=lots("L1", "L2")))
    recalling.record_contact(desk, owner, "FDA-2026-07", "C-0002", ContactState.REACHED)
    narrowed = notice(scope=lots("L1"), version=2)
    assert plan_recall(desk, narrowed).frees == (clinic.lot_of(two),)
    before = clinic.kinds()
    with pytest.raises(DeskError, match="witness"):
        apply_recall(desk, owner, narrowed)
    assert clinic.kinds() == before
    plan = apply_recall(desk, owner, narrowed, second=witness())
    work = {(task.kind.value, task.subject) for task in plan.effects.tasks}
    assert work >= {("inspect", clinic.lot_of(two)), ("tell-cleared", "C-0002")}
    assert state(clinic, clinic.lot_of(one)) == "RECALLED"
    assert state(clinic, clinic.lot_of(two)) == "QUARANTINE"
    assert states_of_contacts(clinic) == {"C-0001": "to-contact", "C-0002": "cleared"}
    dossier = recalling.find_recall(desk, "FDA-2026-07").dossier
    assert len(dossier.version(1).scope.lots) == 2
    assert "S-02" in clinic.ledger_text()
    require_whole(clinic)


def test_a_widened_recall_takes_more_lots_and_their_clients(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON, WATER)
    water = sqlite_clinic.deliver("WATER", lot_no="W-31", ml=100)
    one, two = sqlite_clinic.deliver(lot_no="L1"), sqlite_clinic.deliver(lot_no="L2")
    mix(sqlite_clinic, one, water, "AA")
    mix(sqlite_clinic, two, water, "BB")
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    apply_recall(desk, owner, notice(scope=lots("L1")))
    recalling.record_contact(desk, owner, "FDA-2026-07", "C-0001", ContactState.REACHED)
    apply_recall(desk, owner, notice(scope={"all_lots": True}, version=3))
    assert state(sqlite_clinic, sqlite_clinic.lot_of(two)) == "RECALLED"
    assert states_of_contacts(sqlite_clinic) == {"C-0001": "reached", "C-0002": "to-contact"}
    assert [n.version for n in recalling.find_recall(desk, "FDA-2026-07").dossier.versions] == [
        1,
        3,
    ]


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_is_not_later_is_refused(sqlite_clinic: Clinic, version: int) -> None:
    sqlite_clinic.stock_up()
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice(version=2))
    with pytest.raises(DeskError, match=f"version: is {version}; version 2 is on file"):
        apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice(version=version))


def test_a_recall_is_completed_when_every_client_was_tried(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    mix(sqlite_clinic, pigment, water, "AA")
    mix(sqlite_clinic, pigment, water, "BB")
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    apply_recall(desk, owner, notice())
    with pytest.raises(DeskError, match=r"clients: C-000\d, C-000\d were not contacted"):
        close_recall(desk, owner, "FDA-2026-07", Outcome.COMPLETED, "done")
    recalling.record_contact(desk, owner, "FDA-2026-07", "C-0001", ContactState.REACHED)
    recalling.record_contact(desk, owner, "FDA-2026-07", "C-0002", ContactState.NOT_REACHED)
    with pytest.raises(DeskError, match="reason"):
        close_recall(desk, owner, "FDA-2026-07", Outcome.COMPLETED, " ")
    close_recall(desk, owner, "FDA-2026-07", Outcome.COMPLETED, "lot returned")
    assert state(sqlite_clinic, sqlite_clinic.lot_of(pigment)) == "RECALLED"
    with pytest.raises(DeskError, match="outcome"):
        close_recall(desk, owner, "FDA-2026-07", Outcome.WITHDRAWN, "again", second=witness())
    # It goes on speaking: what arrives afterwards is recalled at once.
    again = stock.receive(
        desk, owner, stock.Delivery("SMP-CARBON", "24 117", date(2027, 6, 30), "M", 5000, 1)
    )
    assert again.state is LotState.RECALLED


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.ENTERED_BY_MISTAKE])
def test_what_a_closed_recall_frees_goes_to_quarantine_on_two_signatures(
    clinic: Clinic, outcome: Outcome
) -> None:
    pigment, water = clinic.stock_up()
    mix(clinic, pigment, water)
    desk, owner, lot = clinic.desk, clinic.owner, clinic.lot_of(pigment)
    apply_recall(desk, owner, notice())
    with pytest.raises(DeskError, match="witness"):
        close_recall(desk, owner, "FDA-2026-07", outcome, "wrong shade")
    assert state(clinic, lot) == "RECALLED"
    close_recall(desk, owner, "FDA-2026-07", outcome, "wrong shade", second=witness())
    assert state(clinic, lot) == "QUARANTINE"
    assert states_of_contacts(clinic) == {"C-0001": "cleared"}
    entry = recalling.find_recall(desk, "FDA-2026-07")
    assert (entry.lots, entry.dossier.closing.outcome) == ({}, outcome)
    # A freed lot is a lot in quarantine like any other, and a new delivery is not hit any more.
    stock.release(desk, owner, lot)
    assert state(clinic, received(clinic, "24-117")) == "RELEASED"
    # An amendment opens it again, without a second person: nothing is freed.
    plan = apply_recall(desk, owner, notice(version=2, scope=lots("24-117")))
    assert (plan.frees, state(clinic, lot)) == ((), "RECALLED")
    assert states_of_contacts(clinic) == {"C-0001": "to-contact"}
    require_whole(clinic)


def test_what_one_recall_frees_another_still_holds(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    desk, owner, lot = sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment)
    apply_recall(desk, owner, notice())
    apply_recall(desk, owner, notice(id="EU-9", scope={"all_lots": True}))
    apply_recall(desk, owner, notice(id="NZ-1", scope={"unknown_lot": True}))
    assert state(sqlite_clinic, lot) == "RECALLED"
    close_recall(desk, owner, "FDA-2026-07", Outcome.WITHDRAWN, "x", second=witness())
    assert state(sqlite_clinic, lot) == "RECALLED"
    close_recall(desk, owner, "EU-9", Outcome.WITHDRAWN, "x", second=witness())
    # The last one only asks: the lot is on hold, and not in use.
    assert state(sqlite_clinic, lot) == "HOLD"
    with pytest.raises(Refused):
        stock.release(desk, owner, lot)
    close_recall(desk, owner, "NZ-1", Outcome.WITHDRAWN, "x", second=witness())
    assert state(sqlite_clinic, lot) == "QUARANTINE"
    assert [entry.dossier.current.id for entry in recalling.list_recalls(desk)] == [
        "NZ-1", "EU-9", "FDA-2026-07",
    ]  # fmt: skip
