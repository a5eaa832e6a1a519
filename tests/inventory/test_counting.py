"""Counting without being told what should be there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.counting import (
    Adjustment,
    Booked,
    Count,
    Found,
    Limits,
    SheetLine,
    begin,
    close,
    enter,
    variance,
)
from kiosk.inventory.volumes.quantities import QuantityError

LIMITS = Limits(second_person_ul=500, second_person_share=0.10)


def started(*bottles: Booked) -> Count:
    return begin(bottles or [Booked("B-1", 10_000, 4_000)], actor="anna", limits=LIMITS)


def counted(book: Booked, ul: int, u_ul: float = 0.0) -> Count:
    return enter(started(book), book.bottle, Found(ul, u_ul))


def closed(count: Count, reason: str = "", second: str = "") -> Adjustment:
    books = {entry.bottle: entry.book_ul for entry in count.booked}
    (only,) = close(count, {"B-1": reason}, book_now=books, second_actor=second)
    return only


def test_the_book_value_stays_hidden_until_a_number_was_typed() -> None:
    count = started(Booked("B-2", 5_000, 777), Booked("B-1", 10_000, 4_321))
    assert count.sheet() == (SheetLine("B-1", 10_000, None), SheetLine("B-2", 5_000, None))
    assert not any(number in str(count.sheet()) for number in ("4321", "4_321", "777"))
    with pytest.raises(QuantityError, match="not counted yet") as refused:
        variance(count, "B-1")
    assert "4.3" not in str(refused.value)
    typed = enter(count, "B-1", Found(4_000))
    assert variance(typed, "B-1").difference_ul == -321
    assert typed.sheet()[0].found == Found(4_000)
    assert typed.open == ("B-2",)


def test_as_booked_is_an_adjustment_of_nothing() -> None:
    done = closed(counted(Booked("B-1", 10_000, 4_000), 4_000))
    assert (done.qty_ul, done.reason, done.counted_ul) == (0, "as booked", 4_000)


@pytest.mark.parametrize("ul", [3_700, 4_300])
def test_less_and_more_than_the_book_both_need_a_reason(ul: int) -> None:
    count = counted(Booked("B-1", 10_000, 4_000), ul)
    with pytest.raises(QuantityError, match="Nothing explains it"):
        closed(count, " ")
    done = closed(count, "poured by eye")
    assert (done.qty_ul, done.reason) == (ul - 4_000, "poured by eye")


def test_evaporation_explains_a_loss_up_to_the_allowance_and_is_shown() -> None:
    booked = Booked("B-1", 10_000, 4_000, allowance_ul=200)
    within = counted(booked, 3_850)
    assert "0.15 ml of it is allowed for evaporation" in variance(within, "B-1").sentence
    done = closed(within)
    assert (done.qty_ul, done.allowed_ul, done.reason) == (-150, 150, "evaporation allowance")
    beyond = variance(counted(booked, 3_700), "B-1")
    assert (beyond.difference_ul, beyond.allowed_ul, beyond.unexplained_ul) == (-300, 200, -100)
    assert beyond.needs_reason
    # Nothing evaporates into a bottle.
    assert variance(counted(booked, 4_100), "B-1").unexplained_ul == 100


@pytest.mark.parametrize(
    ("size", "book", "ul", "second"),
    [
        (10_000, 4_000, 3_500, False),
        (10_000, 4_000, 3_499, True),
        (10_000, 4_000, 4_501, True),
        (2_000, 1_500, 1_300, False),
        (2_000, 1_500, 1_299, True),
    ],
)
def test_above_the_limits_a_second_person_signs(
    size: int, book: int, ul: int, second: bool
) -> None:
    count = counted(Booked("B-1", size, book), ul)
    assert variance(count, "B-1").second_person is second
    if second:
        for nobody in ("", "anna"):
            with pytest.raises(QuantityError, match="above the limit"):
                closed(count, "spilt", nobody)
    assert closed(count, "spilt", "berta").second_actor == ("berta" if second else "")


def test_what_the_weighing_cannot_tell_from_nothing_changes_no_book() -> None:
    booked = Booked("B-1", 10_000, 4_000)
    done = closed(counted(booked, 3_950, u_ul=25.0))
    assert (done.qty_ul, done.reason) == (0, "within the uncertainty of the weighing")
    assert done.counted_ul == 3_950
    with pytest.raises(QuantityError, match="Nothing explains it"):
        closed(counted(booked, 3_949, u_ul=25.0))


def test_a_held_bottle_is_adjusted_to_what_was_found_and_freed() -> None:
    done = closed(counted(Booked("B-1", 10_000, -400, held=True), 0, u_ul=300.0), "both used it")
    assert (done.qty_ul, done.ends_hold) == (400, True)


def test_a_recount_counts_and_the_first_number_stays_known() -> None:
    again = enter(counted(Booked("B-1", 10_000, 4_000), 3_000), "B-1", Found(4_000))
    assert variance(again, "B-1").earlier_ul == (3_000,)
    assert closed(again).earlier_ul == (3_000,)


def test_a_count_closes_only_when_all_was_counted_and_nothing_moved_meanwhile() -> None:
    count = enter(
        started(Booked("B-1", 10_000, 4_000), Booked("B-2", 5_000, 700)), "B-1", Found(4_000)
    )
    books = {"B-1": 4_000, "B-2": 700}
    with pytest.raises(QuantityError, match="B-2 not counted yet"):
        close(count, {}, book_now=books)
    missing = enter(count, "B-2", Found(0))
    with pytest.raises(QuantityError, match="B-1 was used while"):
        close(missing, {"B-2": "gone"}, book_now=books | {"B-1": 3_900})
    done = close(missing, {"B-2": "gone"}, book_now=books, second_actor="berta")
    assert [(one.bottle, one.qty_ul) for one in done] == [("B-1", 0), ("B-2", -700)]


@pytest.mark.parametrize(
    ("bottle", "found"),
    [
        ("B-1", Found(-1)),
        ("B-1", Found(12_501)),
        ("B-1", Found(5, -1.0)),
        ("B-1", Found(5, float("nan"))),
        ("B-9", Found(5)),
    ],
)
def test_a_number_that_cannot_be_is_refused(bottle: str, found: Found) -> None:
    with pytest.raises(QuantityError):
        enter(started(), bottle, found)


def test_a_sheet_names_every_container_once() -> None:
    for bottles in ([], [Booked("B-1", 1, 1), Booked("B-1", 1, 1)]):
        with pytest.raises(QuantityError):
            begin(bottles, actor="anna")


@given(
    book=st.integers(-2_000, 10_000),
    ul=st.integers(0, 12_500),
    allowance=st.integers(0, 1_000),
)
def test_after_a_typed_count_the_book_says_what_was_found(
    book: int, ul: int, allowance: int
) -> None:
    done = closed(counted(Booked("B-1", 10_000, book, allowance), ul), "counted", "berta")
    assert book + done.qty_ul == ul
    assert 0 <= done.allowed_ul <= min(allowance, max(0, book - ul))
