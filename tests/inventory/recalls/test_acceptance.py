"""The acceptance scenarios of recalls, as far as they are decisions."""

from datetime import date, timedelta

from kiosk.inventory.recalls.contacts import ContactState, Use
from kiosk.inventory.recalls.dossier import Dossier, amendment
from kiosk.inventory.recalls.effects import LotState, OpenMix, effects
from kiosk.inventory.recalls.findings import Group
from kiosk.inventory.recalls.notice import Event, LotNumber, NumberKind, Window
from kiosk.inventory.recalls.notice_file import dump, load
from kiosk.inventory.recalls.stock import StockBottle
from kiosk.stops import Severity
from tests.inventory.recalls.stock import found, is_hit, lot, notice

S, C = LotState, ContactState


def test_ac_s06_a_lot_is_found_by_either_of_its_identifiers() -> None:
    bottle = lot(
        LotNumber(NumberKind.BATCH, "RX44Q22Y77W122O72RD68G87IMX40"),
        LotNumber(NumberKind.LOT, "SS199"),
    )
    assert is_hit(notice("RX44Q22Y77W122O72RD68G87IMX40"), bottle)
    assert is_hit(notice("SS199"), bottle)
    assert not is_hit(notice("SS19"), bottle)


def test_ac_s20_recall_by_dates_hits_the_window_and_what_has_no_date() -> None:
    window = Window(Event.DISTRIBUTED, date(2018, 8, 6), date(2018, 10, 1))
    seen = found(
        notice(windows=(window,)),
        [
            lot("1", name="first day", received=date(2018, 8, 6)),
            lot("2", name="last day", received=date(2018, 10, 1)),
            lot("3", name="day before", received=date(2018, 8, 5)),
            lot("4", name="day after", received=date(2018, 10, 2)),
            lot("5", name="no date", received=None),
            lot("6", name="other product", line="Grey", received=date(2018, 9, 1)),
            lot("7", name="other product, no date", line="Grey", received=None),
        ],
    )
    assert [hit.lot.id for hit in seen.of_group(Group.DATED)] == ["first day", "last day"]
    assert [hit.lot.id for hit in seen.of_group(Group.UNDATED)] == ["no date"]
    assert len(seen.hits) == 3
    assert "2018-08-06 to 2018-10-01" in seen.hits[0].reason
    assert "not known" in seen.hits[2].reason


def test_ac_s22_three_bottles_seven_clients_and_an_open_mix() -> None:
    bottles = (
        StockBottle("open", 4_200, True),
        StockBottle("shelf", 10_000, False),
        StockBottle("empty", 0, True),
    )
    start = date(2026, 3, 2)
    uses = [Use(start + timedelta(days=i), f"client {i}", "L1", f"M{i}") for i in range(7)]
    uses.append(Use(start, "not concerned", "L2", "M8"))
    cups = [OpenMix("M9", "kiosk 2", ("L1", "water")), OpenMix("M10", "kiosk 1", ("L2", "water"))]
    seen = found(notice("ss 202"), [lot("SS-202", bottles=bottles), lot("SS219", name="L2")])
    done = effects(seen, {"L1": S.OPEN, "L2": S.RELEASED}, cups, uses)

    (change,) = done.changes
    assert (change.lot, change.before, change.after) == ("L1", S.OPEN, S.RECALLED)
    assert change.bottles == ("open", "shelf")
    listed = {contact.client: contact for contact in done.contacts}
    assert sorted(listed) == [f"client {i}" for i in range(7)]
    for i in range(7):
        contact = listed[f"client {i}"]
        assert contact.exposure.days == (start + timedelta(days=i),)
        assert contact.state is C.TO_CONTACT
    (alert,) = done.alerts
    assert (alert.mix.id, alert.mix.kiosk) == ("M9", "kiosk 2")
    assert alert.stop.severity is Severity.SAFETY


def test_ac_s22_a_used_up_lot_still_lists_its_clients() -> None:
    empty = (StockBottle("B1", 0, True),)
    seen = found(notice("SS1"), [lot("SS1", bottles=empty)])
    done = effects(seen, {"L1": S.EXHAUSTED}, [], [Use(date(2026, 3, 2), "c1", "L1", "M1")])
    assert done.changes == ()
    assert [contact.client for contact in done.contacts] == ["c1"]


def test_ac_s23_narrowed_the_freed_lot_is_quarantined_and_its_clients_cleared() -> None:
    stock = [lot("1001", name="L1"), lot("2002", name="L2")]
    uses = [
        Use(date(2026, 3, 2), "of L1", "L1", "M1"),
        Use(date(2026, 3, 3), "of L2", "L2", "M2"),
        Use(date(2026, 3, 4), "of both", "L1", "M3"),
        Use(date(2026, 3, 5), "of both", "L2", "M4"),
    ]
    first = notice("1001", "2002")
    before = found(first, stock)
    confirmed = effects(before, {"L1": S.OPEN, "L2": S.RELEASED}, [], uses)

    second = notice("1001", version=2)
    done = amendment(
        before.lots,
        found(second, stock),
        {"L1": S.RECALLED, "L2": S.RECALLED},
        [],
        uses,
        confirmed.contacts,
        elsewhere={},
    )

    assert [(c.lot, c.before, c.after) for c in done.changes] == [("L2", S.RECALLED, S.QUARANTINE)]
    assert {contact.client: contact.state for contact in done.contacts} == {
        "of L1": C.TO_CONTACT,
        "of both": C.TO_CONTACT,
        "of L2": C.CLEARED,
    }
    dossier = Dossier((first,)).amended(second)
    assert dossier.version(1) == first
    assert load(dump(dossier.version(1))) == first
