"""Until when a bottle may be used."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.expiry import effective_expiry
from kiosk.inventory.usability import stops_on
from tests.inventory.stock import bottle, pigment

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MONTHS = st.integers(1, 120)


@pytest.mark.parametrize(
    ("label", "effective", "source"),
    [
        (date(2026, 1, 31), date(2026, 1, 31), "label"),
        (date(2027, 12, 31), date(2026, 3, 10), "opened"),
    ],
)
def test_ac_s02_the_earlier_of_the_two_dates_counts(
    label: date, effective: date, source: str
) -> None:
    found = effective_expiry(label, date(2025, 3, 10), 12)
    assert found is not None
    assert (found.on, found.source) == (effective, source)


@given(label=DAYS, opened=DAYS, months=MONTHS)
def test_ac_s02_opening_never_moves_the_date_later(label: date, opened: date, months: int) -> None:
    sealed = effective_expiry(label, None, months)
    open_ = effective_expiry(label, opened, months)
    assert sealed is not None
    assert open_ is not None
    assert sealed.on == label
    assert open_.on <= sealed.on


@given(opened=DAYS, months=MONTHS)
def test_months_keep_the_day_number_or_end_with_the_month(opened: date, months: int) -> None:
    found = effective_expiry(date(2099, 12, 31), opened, months)
    assert found is not None
    index = opened.month - 1 + months
    year, month = opened.year + index // 12, index % 12 + 1
    assert found.on == date(year, month, min(opened.day, monthrange(year, month)[1]))


@pytest.mark.parametrize(
    ("opened", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
    ],
)
def test_month_ends_and_the_leap_day(opened: date, months: int, until: date) -> None:
    found = effective_expiry(date(2099, 12, 31), opened, months)
    assert found is not None
    assert found.on == until


def test_a_silent_maker_gets_twelve_months_that_are_marked_as_assumed() -> None:
    found = effective_expiry(date(2030, 1, 1), date(2026, 5, 1), None)
    assert found is not None
    assert (found.on, found.pao_assumed) == (date(2027, 5, 1), True)
    told = effective_expiry(date(2030, 1, 1), date(2026, 5, 1), 12)
    assert told is not None
    assert not told.pao_assumed


def test_without_a_label_date_no_date_is_invented() -> None:
    assert effective_expiry(None, date(2026, 5, 1), 12) is None
    assert effective_expiry(None, None, 12) is None


@pytest.mark.parametrize("opened", [None, date(2026, 1, 10)])
def test_the_last_day_is_usable_to_its_end_and_the_next_is_not(opened: date | None) -> None:
    label = date(2026, 6, 30)
    last = label if opened is None else date(2026, 2, 10)
    item = bottle(pigment(pao_months=1), label=label, opened=opened)
    assert stops_on(item, last) == ()
    assert [stop.rule for stop in stops_on(item, last + timedelta(days=1))] == ["EXPIRED-B02"]


def test_the_sentence_names_the_date_that_failed() -> None:
    by_label = stops_on(bottle(pigment(), label=date(2026, 4, 30)), date(2026, 5, 1))
    assert by_label[0].sentence == "The label's date passed on 30 Apr 2026."
    by_opening = stops_on(bottle(pigment(pao_months=3), opened=date(2026, 1, 15)), date(2026, 5, 1))
    assert "period after opening ended on 15 Apr 2026" in by_opening[0].sentence


def test_the_date_is_described_with_its_source() -> None:
    label = effective_expiry(date(2026, 6, 3), None, 12)
    opened = effective_expiry(date(2027, 6, 3), date(2026, 5, 1), 1)
    assert label is not None
    assert opened is not None
    assert label.described == "3 Jun 2026 (on the label)"
    assert opened.described == "1 Jun 2026 (counted from the opening)"
