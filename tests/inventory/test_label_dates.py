"""The date on a label: read where it can only be one, asked about where it can be several."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.inventory.label_dates import (
    Ambiguous,
    LabelDate,
    Order,
    Unreadable,
    read_gs1_date,
    read_label_date,
)

TODAY = date(2026, 5, 1)
FAR = date(2036, 5, 1)
DAYS = st.dates(date(2000, 1, 1), FAR)


def read(text: str, *, day_first: bool | None = None) -> LabelDate | Ambiguous | Unreadable:
    return read_label_date(text, day_first=day_first, today=TODAY)


def the_day(text: str) -> date:
    found = read(text)
    assert isinstance(found, LabelDate), found
    return found.on


def the_choices(text: str) -> list[date]:
    found = read(text)
    assert isinstance(found, Ambiguous), found
    return [choice.on for choice in found.choices]


def test_ac_s04_ambiguous_and_impossible_dates() -> None:
    asked = read("05/06/2027")
    assert isinstance(asked, Ambiguous)
    assert [choice.on for choice in asked.choices] == [date(2027, 5, 6), date(2027, 6, 5)]
    assert asked.question.startswith("Which number is the day?")
    assert "6 May 2027" in asked.question
    assert "5 June 2027" in asked.question

    refused = read("02/30/2027")
    assert isinstance(refused, Unreadable)
    assert refused.reason == "February 2027 has 28 days and no 30."

    assert the_day("04.2027") == date(2027, 4, 30)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        # As recall notices and labels print them.
        ("30/11/2019", date(2019, 11, 30)),
        ("02/29/2020", date(2020, 2, 29)),
        ("04.2022", date(2022, 4, 30)),
        ("07/2017", date(2017, 7, 31)),
        ("04.27.18", date(2018, 4, 27)),
        ("2027-04", date(2027, 4, 30)),
        ("2027-04-30", date(2027, 4, 30)),
        ("APR 2027", date(2027, 4, 30)),
        ("FEB2028", date(2028, 2, 29)),
        ("30 NOV 2027", date(2027, 11, 30)),
        ("30NOV27", date(2027, 11, 30)),
        ("Nov 30, 2027", date(2027, 11, 30)),
        ("2027-NOV-30", date(2027, 11, 30)),
        ("Sept. 2027", date(2027, 9, 30)),
        ("EXP 05/2027", date(2027, 5, 31)),
        ("EXP05/27", date(2027, 5, 31)),
        ("Exp. Date: 2027/4", date(2027, 4, 30)),
        ("USE BY 2027 04", date(2027, 4, 30)),
        ("MHD: 30.11.2027", date(2027, 11, 30)),
        ("31 DÉC 2027", date(2027, 12, 31)),
        ("März 2027", date(2027, 3, 31)),
        ("2027年4月30日", date(2027, 4, 30)),
        ("有效期至 2027年4月", date(2027, 4, 30)),
        ("２０２７／０４", date(2027, 4, 30)),
        ("2027. 4. 30.", date(2027, 4, 30)),
        ("30 – 11 – 2027", date(2027, 11, 30)),
        ("20271130", date(2027, 11, 30)),
        ("202704", date(2027, 4, 30)),
        ("(17)281231", date(2028, 12, 31)),
        ("17281231", date(2028, 12, 31)),
        ("(17)280200", date(2028, 2, 29)),
        ("05/05/2027", date(2027, 5, 5)),
    ],
)
def test_forms_that_allow_one_date_are_read(text: str, on: date) -> None:
    assert the_day(text) == on


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("07/01/26", [date(2007, 1, 26), date(2026, 1, 7), date(2026, 7, 1)]),
        ("30/11/15", [date(2015, 11, 30), date(2030, 11, 15)]),
        ("281231", [date(2028, 12, 31), date(2031, 12, 28)]),
        ("27.4.30", [date(2027, 4, 30), date(2030, 4, 27)]),
        ("042027", [date(2027, 4, 20), date(2027, 4, 30)]),
        ("05062027", [date(2027, 5, 6), date(2027, 6, 5)]),
        ("05/06", [date(2005, 6, 30), date(2006, 5, 31)]),
    ],
)
def test_forms_that_allow_several_dates_list_them_earliest_first(
    text: str, choices: list[date]
) -> None:
    assert the_choices(text) == choices


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12M", "period after opening"),
        ("PAO 24 M", "24 months"),
        ("6 months", "period after opening"),
        ("MFG 04/2026", "making or the lot"),
        ("(11)260401", "making or the lot"),
        ("LOT 0427", "making or the lot"),
        ("2027-30-11", "no month 30"),
        ("2027-04-00", "no 0"),
        ("29 Feb 2027", "28 days"),
        ("31.04.2027", "30 days"),
        ("2036-05-02", "over 10 years ahead"),
        ("05/2036", "over 10 years ahead"),
        ("1999-12-31", "before 2000"),
        ("(17)991231", "before 2000"),
        ("0000-01-01", "before 2000"),
        ("27/05", "a day without its year"),
        ("APR 27", "may be a year or a day"),
        ("2027", "is a year"),
        ("R9.4.30", "no date"),
        ("令和9年4月30日", "no date"),
        ("27年4月30日", "no date"),
        ("५/६/२०२७", "no date"),
        ("2027-04-30T00:00", "no date"),
        ("2027--04", "no date"),
        ("MFG 07/01/23; EXP 07/01/26", "making or the lot"),
        ("soon", "no date"),
        ("", "no date"),
    ],
)
def test_what_is_no_usable_date_is_refused_with_a_reason_and_a_mend(text: str, says: str) -> None:
    found = read(text)
    assert isinstance(found, Unreadable), found
    assert says in found.reason
    assert found.mend.endswith(".")


def test_the_last_day_within_ten_years_is_still_a_date() -> None:
    assert the_day("2036-05-01") == FAR


def test_what_is_known_of_the_day_decides_only_between_day_and_month() -> None:
    assert read("05/06/2027", day_first=True) == LabelDate(date(2027, 6, 5), Order.DAY_MONTH_YEAR)
    assert read("05/06/2027", day_first=False) == LabelDate(date(2027, 5, 6), Order.MONTH_DAY_YEAR)
    # The only possible reading stays, and a year that may come first is still asked about.
    assert read("02/29/2020", day_first=True) == read("02/29/2020")
    assert isinstance(read("281231", day_first=True), Ambiguous)
    asked = read("07/01/26", day_first=True)
    assert isinstance(asked, Ambiguous)
    assert [choice.on for choice in asked.choices] == [date(2007, 1, 26), date(2026, 1, 7)]


def test_a_scanned_date_has_one_order() -> None:
    assert read_gs1_date("281231", today=TODAY) == LabelDate(
        date(2028, 12, 31), Order.YEAR_MONTH_DAY
    )
    for broken in ("28123", "2812310", "28123a", "281331", "٢٨١٢٣١"):
        assert isinstance(read_gs1_date(broken, today=TODAY), Unreadable)


@given(year=st.integers(2000, 2035), month=st.integers(1, 12))
def test_day_00_of_a_scan_is_the_end_of_its_month(year: int, month: int) -> None:
    found = read_gs1_date(f"{year % 100:02d}{month:02d}00", today=TODAY)
    assert isinstance(found, LabelDate)
    assert found.on == date(year, month, monthrange(year, month)[1])
    assert found.whole_month


UNAMBIGUOUS = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d", "%Y%m%d", "%Y年%m月%d日",
    "%d %b %Y", "%d-%b-%Y", "%d%b%y", "%B %d, %Y", "%Y %b %d", "EXP %d %B %Y",
]  # fmt: skip
MONTHS_ONLY = ["%m/%Y", "%m.%Y", "%m-%Y", "%Y-%m", "%Y年%m月", "%b %Y", "%Y %B", "EXP %m/%Y"]


@given(on=DAYS, form=st.sampled_from(UNAMBIGUOUS), loud=st.booleans())
def test_a_date_in_a_form_with_one_order_comes_back(on: date, form: str, loud: bool) -> None:
    text = on.strftime(form)
    assert the_day(text.upper() if loud else text) == on


@given(year=st.integers(2000, 2035), month=st.integers(1, 12), form=st.sampled_from(MONTHS_ONLY))
def test_a_month_comes_back_as_its_last_day(year: int, month: int, form: str) -> None:
    assert the_day(date(year, month, 1).strftime(form)) == date(
        year, month, monthrange(year, month)[1]
    )


def possible(text: str, *forms: str) -> set[date]:
    """Every date that the calendar of the standard library finds in a text, within the limits."""
    found = set()
    for form in forms:
        try:
            on = datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if "%d" not in form:
            on = on.replace(day=monthrange(on.year, on.month)[1])
        if date(2000, 1, 1) <= on <= FAR:
            found.add(on)
    return found


def check_exactly(text: str, dates: set[date]) -> None:
    found = read(text)
    if not dates:
        assert isinstance(found, Unreadable)
    elif len(dates) == 1:
        assert isinstance(found, LabelDate)
        assert {found.on} == dates
    else:
        assert isinstance(found, Ambiguous)
        assert [choice.on for choice in found.choices] == sorted(dates)


SEPARATOR = st.sampled_from("/.- ")
TWO = st.integers(0, 99).map("{:02d}".format)


@given(a=TWO, b=TWO, year=st.integers(1990, 2045), s=SEPARATOR)
def test_three_numbers_with_a_full_year_list_exactly_what_is_possible(
    a: str, b: str, year: int, s: str
) -> None:
    text = f"{a}{s}{b}{s}{year}"
    check_exactly(text, possible(text, f"%d{s}%m{s}%Y", f"%m{s}%d{s}%Y"))


@given(a=TWO, b=TWO, c=TWO, s=SEPARATOR)
def test_three_short_numbers_list_exactly_what_is_possible(a: str, b: str, c: str, s: str) -> None:
    text = f"{a}{s}{b}{s}{c}"
    forms = (f"%d{s}%m{s}%y", f"%m{s}%d{s}%y", f"%y{s}%m{s}%d")
    check_exactly(text, possible(text, *forms))


@given(on=DAYS, form=st.sampled_from(["%y%m%d", "%d%m%y", "%m%d%y"]))
def test_six_digits_never_lose_the_date_that_was_meant(on: date, form: str) -> None:
    found = read(on.strftime(form))
    if isinstance(found, Ambiguous):
        assert on in [choice.on for choice in found.choices]
    else:
        assert isinstance(found, LabelDate)
        assert found.on == on


@given(a=st.integers(1, 12), b=st.integers(1, 12), day_first=st.booleans())
def test_an_answer_to_which_is_the_day_leaves_one_of_the_two(
    a: int, b: int, day_first: bool
) -> None:
    assume(a != b)
    found = read(f"{a:02d}/{b:02d}/2027", day_first=day_first)
    assert isinstance(found, LabelDate)
    assert found.on == (date(2027, b, a) if day_first else date(2027, a, b))


@given(text=st.text(max_size=40), shift=st.integers(0, 9000))
def test_any_text_gives_an_answer_within_the_limits(text: str, shift: int) -> None:
    today = TODAY + timedelta(days=shift)
    found = read_label_date(text, today=today)
    dates = found.choices if isinstance(found, Ambiguous) else [found]
    for one in dates:
        if isinstance(one, LabelDate):
            assert date(2000, 1, 1) <= one.on <= today + timedelta(days=3653)
