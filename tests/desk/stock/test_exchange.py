"""Kiosks that were apart, each with a database of its own, brought together by a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.people import Role, add_operator
from kiosk.desk.stock.claiming import claim_bottle, give_back
from kiosk.desk.stock.correcting import correct_amount
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.exchange import event_numbers, export_events, take_in
from kiosk.desk.stock.papers import Paper, attach, withdraw
from kiosk.desk.stock.recalling import apply_recall
from kiosk.inventory.counting import Found, enter
from kiosk.inventory.model import LotState
from kiosk.ledger.canonical import encode
from kiosk.ledger.chain import leaf_hash
from kiosk.ledger.projections.bottles import BELOW_ZERO, CORRECTED_TWICE, COUNTED_APART
from kiosk.stops import Refused
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, WATER, Clinic, rows
from tests.desk.stock.parts import at, bottle, join, require_whole, shelf, sums, witness
from tests.inventory.recalls.stock import notice


@pytest.fixture
def two(clinic: Clinic, tmp_path: Path) -> Iterator[Callable[..., tuple[Clinic, Clinic]]]:
    """Two kiosks of one clinic with some stock; the first one on either back end."""
    made: list[Clinic] = []

    def make(ml: float = 10, bottles: int = 1) -> tuple[Clinic, Clinic]:
        clinic.add(CARBON, WATER)
        clinic.deliver(ml=ml, bottles=bottles)
        clinic.deliver("WATER", lot_no="W-31", ml=100)
        stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
        made.append(join(clinic, tmp_path, "kiosk-2"))
        return clinic, made[0]

    yield make
    for other in made:
        other.desk.close()


def give(sender: Clinic, receiver: Clinic) -> object:
    return take_in(receiver.desk, receiver.owner, export_events(sender.desk))


def draw(clinic: Clinic, ul: int, name: str = "B-0001") -> None:
    stock.dispense(clinic.desk, clinic.owner, name, ul, "", f"at {clinic.desk.kiosk}")


def events(clinic: Clinic) -> list[tuple[object, ...]]:
    """Everything but the place in this one log, by the place in each kiosk's own."""
    columns = ("kiosk", "kiosk_seq", "at", "actor", "kind", "entity")
    found = rows(clinic.desk.engine, select(*(t.ledger.c[name] for name in columns)))
    return sorted(tuple(row) for row in found)


def test_ac_s17_two_kiosks_that_drew_from_one_bottle_apart(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two(ml=1)
    draw(one, 700)
    one.clock.forward(minutes=5)
    draw(other, 700)
    found = give(other, one)
    # Both uses exist, each under its own kiosk.
    assert sums(one)["B-0001"] == one.remaining("B-0001") == -400
    (doubtful,) = found.bottles  # type: ignore[attr-defined]
    assert (doubtful.bottle, doubtful.balance_ul) == ("B-0001", -400)
    assert "-0.40 ml" in doubtful.sentence
    assert "kiosk-1" in doubtful.sentence
    assert "kiosk-2" in doubtful.sentence
    assert bottle(one, "B-0001").held == BELOW_ZERO
    with pytest.raises(Refused, match="held"):
        draw(one, 10)
    require_whole(one)
    # The hold ends with the count, and with nothing else.
    count = begin_count(one.desk, one.owner, bottles=["B-0001"])
    count = enter(count, "B-0001", Found(120))
    (done,) = finish_count(
        one.desk, one.owner, count, {"B-0001": "both kiosks used it"}, second=witness()
    )
    assert (done.qty_ul, done.ends_hold) == (520, True)
    assert (bottle(one, "B-0001").held, one.remaining("B-0001")) == ("", 120)
    draw(one, 20)
    # Given back, the other kiosk says the same of every bottle.
    give(one, other)
    assert shelf(other) == shelf(one)
    assert (bottle(other, "B-0001").held, other.remaining("B-0001")) == ("", 100)
    require_whole(one)
    require_whole(other)


def test_events_keep_their_kiosk_number_instant_and_actor(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    add_operator(other.desk, other.owner, "S-02", Role.STOCK_MANAGER, "13579")
    one.clock.forward(hours=1)
    order = other.order(other.visit(), "B-0001", "B-0002")
    mix = other.confirm(order)
    found = give(other, one)
    assert found.events["kiosk-2"][1] == event_numbers(other.desk)["kiosk-2"]  # type: ignore[attr-defined]
    ours = [event for event in events(one) if event[:1] == ("kiosk-2",)]
    assert ours == [event for event in events(other) if event[:1] == ("kiosk-2",)]
    assert one.remaining("B-0001") == other.remaining("B-0001") == 10_000 - mix.parts[0].qty_ul
    # The same file once more is nothing new, and no event either.
    before = one.kinds()
    assert give(other, one).count == 0  # type: ignore[attr-defined]
    assert one.kinds() == before
    require_whole(one)


def test_only_what_the_other_lacks_need_be_sent(two: Callable[..., tuple[Clinic, Clinic]]) -> None:
    one, other = two()
    draw(other, 100)
    # Everything, because the other kiosk's first event is that it joined.
    assert export_events(other.desk, after=event_numbers(one.desk)).count(b"\n") == 12
    give(other, one)
    draw(other, 200)
    data = export_events(other.desk, after=event_numbers(one.desk))
    # The head of the file and the draw.
    assert data.count(b"\n") == 2
    take_in(one.desk, one.owner, data)
    assert one.remaining("B-0001") == 9_700
    nothing = export_events(other.desk, after=event_numbers(other.desk))
    assert nothing.count(b"\n") == 1
    assert take_in(one.desk, one.owner, nothing).count == 0


def test_missing_events_are_named_and_nothing_is_taken_in(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    for ul in (100, 200, 300):
        draw(other, ul)
    late = export_events(other.desk, after=event_numbers(one.desk) | {"kiosk-2": 3})
    before = events(one)
    with pytest.raises(DeskError, match="events 1 to 3 of kiosk-2 are missing"):
        take_in(one.desk, one.owner, late)
    empty = export_events(other.desk, after=event_numbers(other.desk))
    with pytest.raises(DeskError, match="events 1 to 4 of kiosk-2 are missing"):
        take_in(one.desk, one.owner, empty)
    assert events(one) == before


def lines(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.splitlines()]


def joined(documents: list[dict[str, object]]) -> bytes:
    return b"".join(encode(document) + b"\n" for document in documents)


def forged(data: bytes, index: int, old: str, new: str, *, hashed: bool) -> bytes:
    documents = lines(data)
    text = str(documents[index]["event"])
    assert old in text
    documents[index]["event"] = text.replace(old, new)
    if hashed:
        documents[index]["leaf"] = leaf_hash(str(documents[index]["event"]).encode()).hex()
    return joined(documents)


def test_a_file_that_was_changed_is_refused(two: Callable[..., tuple[Clinic, Clinic]]) -> None:
    one, other = two()
    draw(other, 100)
    draw(other, 200)
    data = export_events(other.desk)
    documents = lines(data)
    first_draw = len(documents) - 2
    cases = {
        "does not have the hash": forged(data, first_draw, "-100", "-900", hashed=False),
        "does not follow": forged(data, first_draw, "-100", "-900", hashed=True),
        "not the newest event": forged(data, len(documents) - 1, "-200", "-900", hashed=True),
        "cut short": joined(documents[:-1]),
        "no exchange of this version": joined(
            [documents[0] | {"format": "smp-kiosk-exchange/9"}, *documents[1:]]
        ),
        "no JSON": b"\x00\xff" + data,
        "does not say whose": joined([documents[0] | {"holds": 3}, *documents[1:]]),
        "holds no event": joined([*documents[:-1], {"seq": "x"}]),
    }
    before = events(one)
    for said, damaged in cases.items():
        with pytest.raises(DeskError, match=said):
            take_in(one.desk, one.owner, damaged)
    for broken in (b"", b"\n", data[:-1]):
        with pytest.raises(DeskError, match="file"):
            take_in(one.desk, one.owner, broken)
    assert events(one) == before


def test_what_is_here_already_must_be_the_same(two: Callable[..., tuple[Clinic, Clinic]]) -> None:
    one, other = two()
    draw(other, 100)
    give(other, one)
    # A whole log, well-formed to its last hash, in which the one draw was another.
    documents = lines(export_events(other.desk))
    documents[-1]["event"] = str(documents[-1]["event"]).replace("-100", "-50")
    leaf = leaf_hash(str(documents[-1]["event"]).encode()).hex()
    documents[-1]["leaf"] = documents[0]["head"] = leaf
    with pytest.raises(DeskError, match="event 2 of kiosk-2 says one thing here and another"):
        take_in(one.desk, one.owner, joined(documents))


def test_two_deliveries_under_one_id_are_refused_and_said(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    one.deliver(lot_no="25-001")
    other.deliver(lot_no="25-002")
    before = events(one)
    with pytest.raises(DeskError, match="kiosk-2 and kiosk-1 each gave out L-0003"):
        give(other, one)
    assert events(one) == before
    require_whole(one)


def test_an_older_backup_of_this_kiosk_is_noticed(sqlite_clinic: Clinic, tmp_path: Path) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    other = join(clinic, tmp_path, "kiosk-2")
    early = join(clinic, tmp_path, "kiosk-3")
    stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
    give(clinic, other)
    restored = at(early, "kiosk-1")
    for data in (
        export_events(other.desk),
        export_events(other.desk, after=event_numbers(other.desk)),
    ):
        with pytest.raises(DeskError, match="which is this kiosk and has no such event"):
            take_in(restored.desk, restored.owner, data)
    for made in (other, early):
        made.desk.close()


def test_a_third_kiosk_gets_what_the_second_one_rests_on(
    sqlite_clinic: Clinic, tmp_path: Path
) -> None:
    """A bottle that kiosk 3 received and kiosk 2 drew from comes to kiosk 1 with kiosk 2's file."""
    one = sqlite_clinic
    one.stock_up()
    two = join(one, tmp_path, "kiosk-2")
    three = join(one, tmp_path, "kiosk-3")
    new = three.deliver(lot_no="25-001")
    stock.open_bottle(three.desk, three.owner, new)
    give(three, two)
    draw(two, 100, new)
    give(two, three)
    draw(three, 50, new)
    give(two, one)
    give(three, one)
    assert one.remaining(new) == 9_850
    assert sums(one) == sums(three)
    for clinic in (one, two, three):
        require_whole(clinic)
    for made in (two, three):
        made.desk.close()


def test_numbers_of_other_events_mean_the_same_events_in_every_log(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    draw(one, 40)
    draw(other, 1000)
    wrong = len(other.kinds())
    correct_amount(other.desk, other.owner, wrong, 100, "a digit too many")
    paper = attach(other.desk, other.owner, "L-0001", Paper("sds", "sheet.pdf", b"%PDF sheet"))
    withdraw(other.desk, other.owner, paper.seq, "superseded")
    give(other, one)
    assert one.remaining("B-0001") == 10_000 - 40 - 100
    (correction,) = rows(
        one.desk.engine, select(t.movements).where(t.movements.c.corrects.is_not(None))
    )
    (taken_back,) = rows(
        one.desk.engine, select(t.movements).where(t.movements.c.seq == correction.corrects)
    )
    assert (taken_back.qty_ul, correction.qty_ul) == (-1000, 1000)
    (document,) = rows(one.desk.engine, select(t.documents))
    assert document.withdrawn == "superseded"
    give(one, other)
    assert give(other, one).count == 1  # type: ignore[attr-defined]
    require_whole(one)
    require_whole(other)


def test_a_count_made_apart_is_kept_as_what_it_found_and_counted_again(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    draw(one, 1000)
    draw(other, 500)
    count = enter(begin_count(other.desk, other.owner, bottles=["B-0001"]), "B-0001", Found(9400))
    finish_count(other.desk, other.owner, count, {"B-0001": "spilt"})
    found = give(other, one)
    # 0.10 ml were missing there against its own book; both uses are booked as well.
    assert one.remaining("B-0001") == 10_000 - 1000 - 500 - 100
    assert "counted on one side" in found.bottles[0].sentence  # type: ignore[attr-defined]
    assert bottle(one, "B-0001").held == COUNTED_APART
    again = enter(begin_count(one.desk, one.owner, bottles=["B-0001"]), "B-0001", Found(8400))
    finish_count(one.desk, one.owner, again, {})
    assert bottle(one, "B-0001").held == ""
    require_whole(one)


def test_a_count_here_and_an_unknown_use_there_are_counted_again(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    """The count found what the other kiosk had taken, and then that use is booked as well."""
    one, other = two()
    draw(other, 400)
    count = enter(begin_count(one.desk, one.owner, bottles=["B-0001"]), "B-0001", Found(9600))
    finish_count(one.desk, one.owner, count, {"B-0001": "not known"})
    give(other, one)
    assert bottle(one, "B-0001").held == COUNTED_APART
    assert one.remaining("B-0001") == 9200
    assert one.kinds()[-1] == "bottle.held"
    require_whole(one)


def test_a_movement_that_was_corrected_on_both_sides_is_counted(
    two: Callable[..., tuple[Clinic, Clinic]], tmp_path: Path
) -> None:
    one, other = two()
    draw(one, 1000)
    wrong = len(one.kinds())
    give(one, other)
    (there,) = rows(
        other.desk.engine, select(t.movements.c.seq).where(t.movements.c.qty_ul == -1000)
    )
    correct_amount(one.desk, one.owner, wrong, 100, "a digit too many")
    correct_amount(other.desk, other.owner, there.seq, 100, "a digit too many")
    give(other, one)
    assert bottle(one, "B-0001").held == CORRECTED_TWICE
    require_whole(one)


def test_what_was_stopped_here_stays_stopped_whatever_the_other_did_not_know(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    stock.quarantine(one.desk, one.owner, "L-0001", "complaint")
    stock.quarantine(other.desk, other.owner, "L-0001", "label smudged")
    stock.release(other.desk, other.owner, "L-0001")
    found = give(other, one)
    assert found.lots == ("L-0001",)  # type: ignore[attr-defined]
    lot = bottle(one, "B-0001").lot
    assert lot.state is LotState.QUARANTINE
    assert "complaint" in lot.reason
    # Whoever knows both may release it, here or there.
    give(one, other)
    stock.release(other.desk, other.owner, "L-0001")
    assert give(other, one).lots == ()  # type: ignore[attr-defined]
    assert bottle(one, "B-0001").lot.state is LotState.RELEASED
    require_whole(one)


def test_a_release_of_what_nobody_stopped_is_taken_over(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    fresh = one.deliver(lot_no="25-001", release=False)
    give(one, other)
    stock.release(other.desk, other.owner, one.lot_of(fresh))
    assert give(other, one).lots == ()  # type: ignore[attr-defined]
    assert bottle(one, fresh).lot.state is LotState.RELEASED


def test_a_claim_that_was_made_apart_changes_no_claim_here(
    two: Callable[..., tuple[Clinic, Clinic]],
) -> None:
    one, other = two()
    claim_bottle(one.desk, one.owner, "B-0001")
    claim_bottle(other.desk, other.owner, "B-0001")
    give(other, one)
    assert bottle(one, "B-0001").claim.kiosk == "kiosk-1"  # type: ignore[union-attr]
    give_back(other.desk, other.owner, "B-0001")
    give(other, one)
    assert bottle(one, "B-0001").claim.kiosk == "kiosk-1"  # type: ignore[union-attr]
    require_whole(one)


@pytest.mark.parametrize("applied_here", [True, False])
def test_a_delivery_and_the_notice_that_names_it_meet_when_the_logs_do(
    two: Callable[..., tuple[Clinic, Clinic]], applied_here: bool
) -> None:
    one, other = two()
    told, received = (one, other) if applied_here else (other, one)
    apply_recall(told.desk, told.owner, notice("25-001", products=(), material=None))
    new = received.deliver(lot_no="25-001")
    assert give(other, one).lots == (one.lot_of(new),)  # type: ignore[attr-defined]
    assert bottle(one, new).lot.state is LotState.RECALLED
    require_whole(one)


def test_only_a_manager_takes_a_log_in(sqlite_clinic: Clinic, tmp_path: Path) -> None:
    sqlite_clinic.stock_up()
    other = join(sqlite_clinic, tmp_path, "kiosk-2")
    hands = add_operator(
        sqlite_clinic.desk, sqlite_clinic.owner, "P-03", Role.PRACTITIONER, "97531"
    )
    with pytest.raises(Refused):
        take_in(sqlite_clinic.desk, hands, export_events(other.desk))
    other.desk.close()
