"""Versions of a recall: what an amendment frees, adds and keeps, and how a recall ends."""

from datetime import date

import pytest

from kiosk.inventory.recalls.contacts import ContactState, Use
from kiosk.inventory.recalls.dossier import Dossier, Outcome, amendment, difference, ending
from kiosk.inventory.recalls.effects import LotState, OpenMix, TaskKind, effects
from kiosk.inventory.recalls.notice import NoticeError, Reach
from tests.inventory.recalls.stock import found, lot, notice

S, C = LotState, ContactState
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
STOCK = [lot("1001", name="L1"), lot("2002", name="L2"), lot("3003", name="L3")]
USES = [
    Use(MAY, "one", "L1", "M1"),
    Use(MAY, "two", "L2", "M2"),
    Use(MAY, "both", "L1", "M3"),
    Use(JUNE, "both", "L2", "M4"),
    Use(JUNE, "three", "L3", "M5"),
]
FIRST = found(notice("1001", "2002"), STOCK)
RECALLED = {"L1": S.RECALLED, "L2": S.RECALLED, "L3": S.RELEASED}


def confirmed():
    return effects(FIRST, dict.fromkeys(RECALLED, S.RELEASED), [], USES).contacts


def states(contacts) -> dict[str, ContactState]:
    return {contact.client: contact.state for contact in contacts}


def test_difference_of_two_versions() -> None:
    changed = difference(FIRST.lots, found(notice("1001", "3003", version=2), STOCK))
    assert changed.freed == ("L2",)
    assert [hit.lot.id for hit in changed.added] == ["L3"]
    assert [hit.lot.id for hit in changed.kept] == ["L1"]
    assert changed.doubtful == ()


def test_what_is_a_near_miss_now_is_not_freed_without_a_person() -> None:
    after = found(notice("1001", "2O02", version=2), STOCK)
    changed = difference(FIRST.lots, after)
    assert (changed.freed, [miss.lot.id for miss in changed.doubtful]) == ((), ["L2"])
    done = amendment(FIRST.lots, after, RECALLED, [], USES, confirmed(), elsewhere={})
    assert done.changes == ()
    assert states(done.contacts)["two"] is C.TO_CONTACT


def test_widened_the_new_lot_and_its_clients_come_in() -> None:
    after = found(notice("1001", "2002", "3003", version=2), STOCK)
    cups = [OpenMix("M9", "kiosk 2", ("L3",))]
    told = tuple(contact.moved(C.REACHED) for contact in confirmed())
    done = amendment(FIRST.lots, after, RECALLED, cups, USES, told, elsewhere={})
    assert [(change.lot, change.after) for change in done.changes] == [("L3", S.RECALLED)]
    assert [alert.mix.id for alert in done.alerts] == ["M9"]
    assert states(done.contacts) == {
        "one": C.REACHED,
        "two": C.REACHED,
        "both": C.REACHED,
        "three": C.TO_CONTACT,
    }
    asked = [task.subject for task in done.tasks if task.kind is TaskKind.CONTACT_CLIENT]
    assert asked == ["three"]


def test_who_was_told_of_one_use_is_told_again_of_another() -> None:
    narrow = found(notice("1001"), STOCK)
    told = effects(narrow, dict.fromkeys(RECALLED, S.RELEASED), [], USES).contacts
    told = tuple(contact.moved(C.REACHED) for contact in told)
    after = found(notice("1001", "2002", version=2), STOCK)
    done = amendment(narrow.lots, after, RECALLED, [], USES, told, elsewhere={})
    assert states(done.contacts) == {
        "one": C.REACHED,
        "both": C.TO_CONTACT,
        "two": C.TO_CONTACT,
    }


def test_cleared_clients_who_had_been_told_are_told_so() -> None:
    told = tuple(contact.moved(C.REACHED) for contact in confirmed())
    after = found(notice("1001", version=2), STOCK)
    done = amendment(FIRST.lots, after, RECALLED, [], USES, told, elsewhere={})
    assert states(done.contacts) == {"one": C.REACHED, "both": C.REACHED, "two": C.CLEARED}
    assert [(task.kind, task.subject) for task in done.tasks] == [
        (TaskKind.INSPECT, "L2"),
        (TaskKind.TELL_CLEARED, "two"),
    ]
    # Narrowed once more, nobody is told twice; widened again, the cleared are back on the list.
    again = found(notice("1001", version=3), STOCK)
    states_now = RECALLED | {"L2": S.QUARANTINE}
    third = amendment(after.lots, again, states_now, [], USES, done.contacts, elsewhere={})
    assert third.tasks == ()
    wide = found(notice("1001", "2002", version=4), STOCK)
    fourth = amendment(again.lots, wide, states_now, [], USES, third.contacts, elsewhere={})
    assert states(fourth.contacts)["two"] is C.TO_CONTACT


@pytest.mark.parametrize(
    ("now", "elsewhere", "after"),
    [
        (S.RECALLED, {}, S.QUARANTINE),
        (S.HOLD, {}, S.QUARANTINE),
        (S.RECALLED, {"L2": S.RECALLED}, None),
        (S.RECALLED, {"L2": S.HOLD}, S.HOLD),
        (S.RECALLED, {"L1": S.RECALLED}, S.QUARANTINE),
        (S.DISPOSED, {}, None),
        (S.REJECTED, {}, None),
        (S.EXHAUSTED, {}, None),
    ],
)
def test_where_a_freed_lot_goes(
    now: LotState, elsewhere: dict[str, LotState], after: LotState | None
) -> None:
    narrowed = found(notice("1001", version=2), STOCK)
    done = amendment(FIRST.lots, narrowed, RECALLED | {"L2": now}, [], [], [], elsewhere=elsewhere)
    assert [change.after for change in done.changes] == ([after] if after else [])


def test_once_the_source_names_its_lots_the_others_of_a_hold_are_freed() -> None:
    asked = found(notice(reach=Reach.UNKNOWN_LOT), STOCK)
    named = found(notice("1001", version=2), STOCK)
    held = dict.fromkeys(asked.lots, S.HOLD)
    done = amendment(asked.lots, named, held, [], USES, (), elsewhere={})
    assert {change.lot: change.after for change in done.changes} == {
        "L1": S.RECALLED,
        "L2": S.QUARANTINE,
        "L3": S.QUARANTINE,
    }
    assert states(done.contacts) == {"one": C.TO_CONTACT, "both": C.TO_CONTACT}


def test_versions_are_kept_and_counted_upwards() -> None:
    first, second = notice("1001"), notice("1001", version=3)
    dossier = Dossier((first,)).amended(second)
    assert dossier.current is second
    assert dossier.version(1) is first
    with pytest.raises(KeyError):
        dossier.version(2)
    for wrong, field in ((notice("1", version=3), "version"), (notice("1", name="N-2"), "id")):
        with pytest.raises(NoticeError) as refused:
            dossier.amended(wrong)
        assert refused.value.problems[0].field == field


def test_a_recall_is_closed_once_and_with_a_reason() -> None:
    dossier = Dossier((notice("1001"),))
    with pytest.raises(NoticeError, match="reason"):
        dossier.closed(Outcome.COMPLETED, "  ")
    done = dossier.closed(Outcome.COMPLETED, "All destroyed. ")
    assert done.closing is not None
    assert done.closing.reason == "All destroyed."
    assert done.versions == dossier.versions
    with pytest.raises(NoticeError, match="completed"):
        done.closed(Outcome.WITHDRAWN, "Again")
    assert done.amended(notice("1001", version=2)).closing is None


def test_completed_leaves_the_lots_recalled_and_the_list_as_it_is() -> None:
    closed = Dossier((FIRST.notice,)).closed(Outcome.COMPLETED, "All destroyed.")
    done = ending(closed, FIRST.lots, RECALLED, USES, confirmed(), elsewhere={})
    assert (done.changes, done.tasks) == ((), ())
    assert done.contacts == confirmed()
    assert {exposure.client for exposure in done.exposed} == {"one", "two", "both"}


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.ENTERED_BY_MISTAKE])
def test_withdrawn_or_entered_by_mistake_frees_lots_and_clears_clients(outcome: Outcome) -> None:
    assert outcome.frees
    closed = Dossier((FIRST.notice,)).closed(outcome, "Wrong brand typed.")
    done = ending(closed, FIRST.lots, RECALLED, USES, confirmed(), elsewhere={"L1": S.RECALLED})
    assert [(change.lot, change.after) for change in done.changes] == [("L2", S.QUARANTINE)]
    assert "Wrong brand typed." in done.changes[0].reason
    assert set(states(done.contacts).values()) == {C.CLEARED}


def test_an_open_recall_has_no_ending() -> None:
    with pytest.raises(ValueError, match="not closed"):
        ending(Dossier((FIRST.notice,)), FIRST.lots, RECALLED, [], [], elsewhere={})
