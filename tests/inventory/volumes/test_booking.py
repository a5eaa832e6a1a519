"""What may be booked on a bottle, and how a wrong movement is mended."""

import dataclasses

import pytest

from kiosk.inventory.volumes.booking import balance, balances, correction, require_bookable
from kiosk.inventory.volumes.movements import RULES, Blocked, Movement, MovementType, require_whole
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.stops import Severity
from tests.inventory.volumes.moves import move, received, used

T = MovementType


def rules(movement: Movement, *blocked: Blocked, holds: int = 1_000) -> list[str]:
    stops = require_bookable([received(holds)], movement, blocked)
    assert all(stop.severity is Severity.SAFETY for stop in stops)
    return [stop.rule for stop in stops]


def test_every_kind_has_a_rule_and_a_complete_movement_of_it_passes() -> None:
    assert set(RULES) == set(MovementType)
    for kind in MovementType:
        require_whole(move(kind))


@pytest.mark.parametrize("kind", MovementType)
def test_the_wrong_direction_is_refused(kind: MovementType) -> None:
    into = {T.RECEIVE, T.MIX_OUT}
    still = {T.RELEASE, T.QUARANTINE, T.OPEN, T.TRANSFER}
    either = {T.COUNT_ADJUST, T.CORRECT}
    for qty_ul in (-1, 0, 1):
        fits = kind in either or qty_ul == (1 if kind in into else 0 if kind in still else -1)
        if fits:
            require_whole(move(kind, qty_ul))
        else:
            with pytest.raises(QuantityError, match="qty_ul"):
                require_whole(move(kind, qty_ul))


@pytest.mark.parametrize(
    ("kind", "without", "field"),
    [
        (T.DISCARD, {"reason": " "}, "reason"),
        (T.COUNT_ADJUST, {"reason": ""}, "reason"),
        (T.NONCONFORMING_USE, {"session": ""}, "session"),
        (T.MIX_IN, {"session": ""}, "session"),
        (T.WRITE_OFF_EXPIRED, {"second_actor": ""}, "second_actor"),
        (T.WRITE_OFF_EXPIRED, {"second_actor": "anna"}, "second_actor"),
        (T.CORRECT, {"corrects": ""}, "corrects"),
        (T.DISPENSE, {"corrects": "k1:1"}, "corrects"),
    ],
)
def test_what_a_kind_needs_may_not_be_missing(
    kind: MovementType, without: dict[str, str], field: str
) -> None:
    with pytest.raises(QuantityError) as refused:
        require_whole(dataclasses.replace(move(kind), **without))
    assert refused.value.field == field


@pytest.mark.parametrize("kind", [T.DISCARD, T.RETURN_TO_SUPPLIER, T.WRITE_OFF_RECALLED])
def test_waste_is_never_for_a_client(kind: MovementType) -> None:
    with pytest.raises(QuantityError, match="never for a client"):
        require_whole(dataclasses.replace(move(kind), session="S-1"))


def test_no_more_leaves_than_is_there() -> None:
    book = [received(1_000), used(700, name="k1:2")]
    assert balance(book) == 300
    assert require_bookable(book, used(300, name="k1:3")) == ()
    with pytest.raises(QuantityError, match=r"holds 0.30 ml, not 0.31 ml"):
        require_bookable(book, used(310, name="k1:3"))


@pytest.mark.parametrize("kind", [T.DISPENSE, T.MIX_IN, T.OPEN, T.MIX_OUT])
@pytest.mark.parametrize("why", Blocked)
def test_ac_s18_a_blocked_bottle_is_not_used(kind: MovementType, why: Blocked) -> None:
    assert rules(move(kind), why) == ["DOOR-BLOCKED"]
    assert rules(move(kind)) == []


@pytest.mark.parametrize("kind", [T.DISCARD, T.RETURN_TO_SUPPLIER])
def test_ac_s18_it_leaves_whole_and_before_a_witness(kind: MovementType) -> None:
    assert rules(move(kind, -1_000, second="berta"), Blocked.EXPIRED) == []
    assert rules(move(kind, -1_000), Blocked.EXPIRED) == ["DOOR-WITNESS"]
    assert rules(move(kind, -400, second="berta"), Blocked.EXPIRED) == ["DOOR-WHOLE"]
    assert rules(move(kind, -400)) == []


def test_a_write_off_is_for_the_block_it_names_and_for_blocked_stock_alone() -> None:
    assert rules(move(T.WRITE_OFF_EXPIRED), Blocked.EXPIRED, Blocked.HELD) == []
    assert rules(move(T.WRITE_OFF_EXPIRED), Blocked.RECALLED) == ["DOOR-OTHER"]
    assert rules(move(T.WRITE_OFF_RECALLED), Blocked.RECALLED) == []
    assert rules(move(T.WRITE_OFF_RECALLED), Blocked.HELD) == ["DOOR-OTHER"]
    assert rules(move(T.WRITE_OFF_EXPIRED)) == ["DOOR-NOT-BLOCKED"]


def test_a_use_in_spite_of_a_block_is_a_nonconformance_and_that_is_no_ordinary_use() -> None:
    assert rules(move(T.NONCONFORMING_USE, -100), Blocked.RECALLED) == []
    assert rules(move(T.NONCONFORMING_USE, -100)) == ["DOOR-NOT-BLOCKED"]


def test_a_held_bottle_can_be_counted_and_carried_away() -> None:
    assert rules(move(T.COUNT_ADJUST, -100), Blocked.HELD) == []
    assert rules(move(T.TRANSFER), Blocked.RECALLED) == []


WRONG = used(700, name="k1:2")


def mend(right: Movement | None) -> tuple[Movement, ...]:
    return correction(WRONG, right, taking_back="k1:3", actor="berta", reason="mistyped")


def test_a_correction_takes_the_old_back_and_books_the_new() -> None:
    book = [received(), WRONG]
    back, right = mend(used(70, name="k1:4"))
    assert (back.type, back.qty_ul, back.corrects) == (T.CORRECT, 700, "k1:2")
    for movement in (back, right):
        assert require_bookable(book, movement) == ()
        book.append(movement)
    assert balance(book) == 930
    assert book[1] == WRONG


def test_a_correction_may_name_another_bottle_or_nothing_at_all() -> None:
    back, right = mend(used(700, name="k1:4", bottle="B-018"))
    before = [received(), received(name="k1:0", bottle="B-018"), WRONG]
    assert balances([*before, back, right]) == {"B-017": 1_000, "B-018": 300}
    (only,) = mend(None)
    assert balance([received(), WRONG, only]) == 1_000


def test_nothing_is_corrected_twice_and_no_correction_is_corrected() -> None:
    (back,) = mend(None)
    book = [received(), WRONG, back]
    again = dataclasses.replace(back, id="k1:5")
    with pytest.raises(QuantityError, match="corrected already"):
        require_bookable(book, again)
    undo = move(T.CORRECT, -700, name="k1:6", corrects="k1:3")
    with pytest.raises(QuantityError, match="a correction itself"):
        require_bookable(book, undo)
    stray = move(T.CORRECT, 10, name="k1:6", corrects="k9:9")
    with pytest.raises(QuantityError, match="no movement of this bottle"):
        require_bookable(book, stray)
    part = move(T.CORRECT, 10, name="k1:6", corrects="k1:2")
    with pytest.raises(QuantityError, match="does not take"):
        require_bookable([received(), WRONG], part)


def test_a_receipt_whose_content_was_used_cannot_be_taken_back() -> None:
    book = [received(), WRONG]
    with pytest.raises(QuantityError, match=r"holds 0\.30 ml"):
        require_bookable(book, move(T.CORRECT, -1_000, name="k1:3", corrects="k1:1"))


def test_a_correction_needs_a_reason_a_difference_and_fresh_ids() -> None:
    with pytest.raises(QuantityError, match="reason"):
        correction(WRONG, None, taking_back="k1:3", actor="berta", reason=" ")
    with pytest.raises(QuantityError, match="booked already"):
        mend(used(700, name="k1:4"))
    with pytest.raises(QuantityError, match="twice"):
        mend(used(70, name="k1:3"))
