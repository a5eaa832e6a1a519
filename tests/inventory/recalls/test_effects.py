"""What confirming a notice does to lots, open mixes and clients."""

from datetime import date

import pytest

from kiosk.inventory.recalls.contacts import Contact, ContactState, Exposure, Use, exposures
from kiosk.inventory.recalls.effects import (
    LotState,
    OpenMix,
    TaskKind,
    effects,
    state_of,
    stop_of,
)
from kiosk.inventory.recalls.findings import Group
from kiosk.inventory.recalls.notice import Event, Material, ProductName, Reach, Window
from kiosk.inventory.recalls.stock import StockBottle
from kiosk.stops import Severity
from tests.inventory.recalls.stock import found, lot, notice

S = LotState
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("before", "recalled", "held"),
    [
        (S.EXPECTED, S.RECALLED, S.HOLD),
        (S.QUARANTINE, S.RECALLED, S.HOLD),
        (S.RELEASED, S.RECALLED, S.HOLD),
        (S.OPEN, S.RECALLED, S.HOLD),
        (S.HOLD, S.RECALLED, None),
        (S.EXPIRED, S.RECALLED, None),
        (S.RECALLED, None, None),
        (S.EXHAUSTED, None, None),
        (S.DISPOSED, None, None),
        (S.REJECTED, None, None),
    ],
)
def test_the_state_of_a_lot_is_never_weakened(
    before: LotState, recalled: LotState | None, held: LotState | None
) -> None:
    for reach, after in ((Reach.ALL_LOTS, recalled), (Reach.UNKNOWN_LOT, held)):
        done = effects(found(notice(reach=reach), [lot("SS1")]), {"L1": before}, [], [])
        assert [change.after for change in done.changes] == ([after] if after else [])
        assert all(change.before is before for change in done.changes)


def test_a_change_names_the_bottles_to_put_aside_and_the_reason() -> None:
    bottles = (StockBottle("B1", 0, True), StockBottle("B2", 1, True), StockBottle("B3", 9, False))
    done = effects(found(notice("ss-1"), [lot("SS1", bottles=bottles)]), {"L1": S.OPEN}, [], [])
    (change,) = done.changes
    assert change.bottles == ("B2", "B3")
    assert change.reason == "LOT SS1 is LOT ss-1 of the notice."
    (task,) = done.tasks
    assert (task.kind, task.subject) == (TaskKind.PUT_ASIDE, "L1")
    assert "B2, B3" in task.sentence


def test_a_used_up_lot_is_recalled_without_anything_to_put_aside() -> None:
    empty = (StockBottle("B1", 0, True),)
    done = effects(found(notice("SS1"), [lot("SS1", bottles=empty)]), {"L1": S.OPEN}, [], [])
    assert [change.after for change in done.changes] == [S.RECALLED]
    assert done.tasks == ()


def test_a_recalled_diluent_stops_the_mixes_and_finds_the_clients_of_other_pigments() -> None:
    water = notice("W-7", products=(ProductName("Sterile water"),), material=Material.DILUENT)
    stock = [
        lot("W7", name="LW", line="Sterile water", shade="", kind=Material.DILUENT),
        lot("W7", name="LP"),
    ]
    cups = [OpenMix("M1", "kiosk 2", ("LP", "LW")), OpenMix("M2", "kiosk 3", ("LP",))]
    uses = [Use(MAY, "c1", "LP", "M0"), Use(MAY, "c1", "LW", "M0"), Use(JUNE, "c2", "LP", "M9")]
    done = effects(found(water, stock), {"LW": S.OPEN}, cups, uses)
    assert [(alert.mix.id, alert.lots) for alert in done.alerts] == [("M1", ("LW",))]
    assert [exposure.client for exposure in done.exposed] == ["c1"]
    assert [change.lot for change in done.changes] == ["LW"]


def test_a_notice_without_lot_lists_clients_but_alarms_none_and_asks() -> None:
    cups = [OpenMix("M1", "kiosk 2", ("L1",))]
    done = effects(
        found(notice(reach=Reach.UNKNOWN_LOT), [lot("SS1")]),
        {"L1": S.RELEASED},
        cups,
        [Use(MAY, "c1", "L1", "M0")],
    )
    assert [exposure.client for exposure in done.exposed] == ["c1"]
    assert done.contacts == ()
    assert [alert.mix.id for alert in done.alerts] == ["M1"]
    kinds = [task.kind for task in done.tasks]
    assert kinds == [TaskKind.ASK_SOURCE, TaskKind.PUT_ASIDE, TaskKind.CLOSE_MIX]
    assert "US FDA" in done.tasks[0].sentence


def test_undated_lots_and_near_misses_become_work_for_people() -> None:
    window = Window(Event.RECEIVED, date(2018, 8, 6), None)
    seen = found(
        notice("SS1", windows=(window,)),
        [lot("SS1", received=None), lot("SS1x", name="L2")],
    )
    done = effects(seen, {"L1": S.DISPOSED}, [], [])
    assert [(task.kind, task.subject) for task in done.tasks] == [
        (TaskKind.FIND_DATE, "L1"),
        (TaskKind.DECIDE_NEAR_MISS, "L2"),
    ]


def test_an_accepted_near_miss_counts_as_a_hit() -> None:
    seen = found(notice("SS1"), [lot("SS1x")]).accepting(["L1"])
    done = effects(seen, {"L1": S.RELEASED}, [], [Use(MAY, "c1", "L1", "M")])
    assert seen.hits[0].group is Group.ACCEPTED
    assert [change.after for change in done.changes] == [S.RECALLED]
    assert [contact.client for contact in done.contacts] == ["c1"]


def test_the_most_recently_treated_come_first_and_each_day_once() -> None:
    uses = [
        Use(MAY, "early", "L1", "M1"),
        Use(JUNE, "late", "L2", "M3"),
        Use(MAY, "late", "L1", "M2"),
        Use(MAY, "late", "L2", "M2"),
        Use(JUNE, "other", "L9", "M4"),
    ]
    late, early = exposures({"L1", "L2"}, uses)
    assert (late.client, late.days) == ("late", (MAY, JUNE))
    assert (early.client, early.days) == ("early", (MAY,))


@pytest.mark.parametrize("reach", Reach)
def test_the_stop_names_notice_hazard_and_source_and_nobody_passes_it(reach: Reach) -> None:
    what = notice(*(["SS1"] if reach is Reach.LOTS else []), reach=reach)
    stop = stop_of(what)
    assert (stop.rule, stop.severity) == ("B01", Severity.SAFETY)
    assert stop.sentence == "Recall N-1, version 1: microbial contamination"
    assert stop.evidence == "US FDA, F-1236-2019"
    assert stop.lifts.startswith("Nothing") == (state_of(what) is S.RECALLED)


C = ContactState


@pytest.mark.parametrize(
    ("state", "by_hand"),
    [
        (C.TO_CONTACT, {C.REACHED, C.NOT_REACHED}),
        (C.NOT_REACHED, {C.REACHED, C.NOT_REACHED}),
        (C.REACHED, {C.NOT_REACHED}),
        (C.CLEARED, set()),
    ],
)
def test_what_a_person_may_record_of_a_contact(state: ContactState, by_hand: set) -> None:
    contact = Contact(Exposure("c1", (Use(MAY, "c1", "L1", "M1"),)), state)
    for to in ContactState:
        if to in by_hand:
            assert contact.moved(to) == Contact(contact.exposure, to)
        else:
            with pytest.raises(ValueError, match="c1"):
                contact.moved(to)
