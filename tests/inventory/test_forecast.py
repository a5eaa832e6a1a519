"""What will be used in time, what not, and what to say about it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.forecast import (
    ALERT_DAYS,
    Dated,
    OnShelf,
    WeeklyUse,
    alert,
    expiry_calendar,
    horizon,
    leftovers,
    low_stock,
    place_in_front,
    weekly_use,
)
from kiosk.stops import Severity

TODAY = date(2026, 5, 1)


def later(days: int) -> date:
    return TODAY + timedelta(days=days)


def shelf(name: str, ul: int, days: int | None, product: str = "P") -> OnShelf:
    return OnShelf(name, product, ul, None if days is None else later(days))


def test_ac_s14_what_will_not_be_used_in_time() -> None:
    bottle = shelf("B-1", 30_000, 40)
    (found,) = leftovers([bottle], 1200, today=TODAY)
    assert found.will_expire_ul == pytest.approx(23_143, abs=1)  # 30 - 1.2 * 40/7
    assert found.sentence.startswith("≈23 ml will expire")
    assert "30 ml" in found.sentence
    assert "in 40 days" in found.sentence

    # Booked sessions within the average change nothing, more than the average does, and those
    # after the last day cannot help.
    few, many, late = Dated(later(7), 3_000), Dated(later(39), 10_000), Dated(later(41), 30_000)
    assert leftovers([bottle], 1200, [few, late], today=TODAY) == (found,)
    (rest,) = leftovers([bottle], 1200, [few, many, late], today=TODAY)
    assert rest.will_expire_ul == 17_000


def test_the_average_counts_the_window_and_not_the_time_before_the_product_came() -> None:
    uses = [Dated(later(-100), 9_999), Dated(later(-80), 6_000), Dated(later(-3), 8_400)]
    assert weekly_use(uses, since=later(-400), today=TODAY).ul_per_week == 1200
    recent = weekly_use(uses, since=later(-28), today=TODAY)
    assert (recent.ul_per_week, recent.days, recent.known) == (2100, 28, True)
    assert not weekly_use(uses, since=later(-13), today=TODAY).known
    assert weekly_use(uses, since=TODAY, today=TODAY).ul_per_week == 0
    assert weekly_use([Dated(later(1), 500)], since=later(-28), today=TODAY).ul_per_week == 0


def test_a_later_bottle_serves_only_what_earlier_ones_leave() -> None:
    first, second = shelf("B-1", 2_000, 14), shelf("B-2", 10_000, 28)
    found = leftovers([second, first], 2_000, today=TODAY)
    # 4 ml are wanted by day 14 and 8 by day 28: all of the first, 6 of the second.
    assert [(item.bottle, item.will_expire_ul) for item in found] == [("B-2", 4_000)]


def test_bottles_past_their_day_empty_or_undated_are_not_forecast() -> None:
    none = [shelf("B-1", 5_000, -1), shelf("B-2", 0, 5), shelf("B-3", 5_000, None)]
    assert leftovers(none, 0, today=TODAY) == ()
    (last_day,) = leftovers([shelf("B-4", 5_000, 0)], 0, [Dated(TODAY, 1_500)], today=TODAY)
    assert last_day.will_expire_ul == 3_500


BOTTLES = st.lists(st.tuples(st.integers(1, 30_000), st.integers(0, 200)), max_size=6)


@given(
    bottles=BOTTLES,
    rate=st.integers(0, 20_000),
    booked=st.lists(st.tuples(st.integers(0, 250), st.integers(1, 9_000)), max_size=6),
)
def test_no_more_is_used_than_wanted_and_nothing_comes_from_nowhere(
    bottles: list[tuple[int, int]], rate: int, booked: list[tuple[int, int]]
) -> None:
    stock = [shelf(f"B-{i}", ul, days) for i, (ul, days) in enumerate(bottles)]
    plans = [Dated(later(days), ul) for days, ul in booked]
    found = leftovers(stock, rate, plans, today=TODAY)
    assert all(0 < item.will_expire_ul <= item.remaining_ul for item in found)
    # By the last day the whole demand is a bound on what was used.
    last = max((days for _, days in bottles), default=0)
    wanted = max(Fraction(rate * last, 7), Fraction(sum(ul for days, ul in booked if days <= last)))
    used = sum(ul for ul, _ in bottles) - sum(item.will_expire_ul for item in found)
    assert used <= wanted


def test_ac_p29_the_notice_names_the_day_that_the_bottle_will_not_see() -> None:
    sessions = [date(2025, 6, 16), date(2025, 6, 23)]
    stop = horizon("B-1", date(2025, 6, 20), sessions, today=date(2025, 6, 16))
    assert stop is not None
    assert stop.severity is Severity.ADVICE
    assert "out of date for day 8 (23 Jun 2025)" in stop.sentence
    assert horizon("B-1", date(2025, 6, 23), sessions, today=date(2025, 6, 16)) is None
    assert horizon("B-1", date(2025, 6, 20), sessions, today=date(2025, 6, 23)) is None
    assert horizon("B-1", date(2025, 6, 20), [], today=date(2025, 6, 16)) is None


def test_ac_s13_a_delivery_that_ends_sooner_goes_in_front() -> None:
    on_shelf = [OnShelf("B-1", "P", 5_000, date(2026, 5, 31))]
    stop = place_in_front("P", date(2026, 2, 28), on_shelf, today=date(2025, 11, 3))
    assert stop is not None
    assert stop.severity is Severity.ADVICE
    assert stop.sentence.startswith("Place in front")
    assert "1 bottle" in stop.sentence


@pytest.mark.parametrize(
    "bottle",
    [
        OnShelf("B-1", "P", 5_000, date(2026, 2, 28)),
        OnShelf("B-1", "P", 0, date(2026, 5, 31)),
        OnShelf("B-1", "Q", 5_000, date(2026, 5, 31)),
        OnShelf("B-1", "P", 5_000, None),
    ],
)
def test_nothing_is_said_where_the_shelf_has_nothing_later_of_the_product(bottle: OnShelf) -> None:
    assert place_in_front("P", date(2026, 2, 28), [bottle], today=date(2025, 11, 3)) is None


@pytest.mark.parametrize(
    ("left", "says"),
    [(91, None), (90, 90), (31, 90), (30, 30), (11, 30), (10, 10), (6, 10), (5, 5), (3, 5),
     (2, 2), (1, 1), (0, 1), (-1, None)],
)  # fmt: skip
def test_alerts_are_tiers_so_that_a_day_off_misses_none(left: int, says: int | None) -> None:
    assert ALERT_DAYS == (90, 30, 10, 5, 2, 1)
    assert alert(later(left), today=TODAY) == says


def test_the_calendar_has_every_bottle_once_and_undated_ones_last() -> None:
    months = expiry_calendar(
        [
            OnShelf("B-3", "P", 1_000, None),
            OnShelf("B-2", "P", 700, date(2026, 8, 31)),
            OnShelf("B-1", "Q", 300, date(2026, 8, 1)),
            OnShelf("B-4", "P", 200, date(2025, 8, 1)),
            OnShelf("B-5", "P", 0, date(2026, 8, 1)),
        ]
    )
    assert [(month.first, month.bottles, month.ul) for month in months] == [
        (date(2025, 8, 1), ("B-4",), 200),
        (date(2026, 8, 1), ("B-1", "B-2"), 1_000),
        (None, ("B-3",), 1_000),
    ]


def test_low_stock_is_less_than_is_used_until_a_delivery_can_be_here() -> None:
    use = WeeklyUse(Fraction(2_800), 84)
    found = low_stock("Halden", 3_999, use, lead_days=10, minimum_ul=1_000)
    assert found is not None
    assert (found.reorder_at_ul, found.lasts_days) == (4_000, 9)
    assert "enough for 9 days" in found.sentence
    assert low_stock("Halden", 4_000, use, lead_days=10, minimum_ul=1_000) is None
    assert low_stock("Halden", 4_000, use, lead_days=10, minimum_ul=4_001) is not None
    # Ten days of use say nothing yet: only the minimum counts, and no end is foretold.
    new = low_stock("H", 900, WeeklyUse(Fraction(2_800), 10), lead_days=30, minimum_ul=1_000)
    assert new is not None
    assert (new.reorder_at_ul, new.lasts_days) == (1_000, None)
    assert "enough" not in new.sentence
    assert low_stock("H", 9_000, WeeklyUse(Fraction(0), 84), lead_days=30, minimum_ul=1) is None
