"""The date printed on a bottle, as a person types it from the label.

A date read one month late lets expired ink onto a scalp, so nothing here guesses: text that allows
two dates comes back as a question with both, and text that allows none says what is wrong. Real
recall notices print "07/01/26", "30/11/2019", "02/29/2020", "04.2022" and "07/2017" beside each
other. The separator decides nothing: both "30.11.2019" and "10.19.18" have been seen with points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.parser import parserinfo
from dateutil.relativedelta import relativedelta

#: Beyond these a date is taken for a slip of the finger. Pigment keeps three years or so.
EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 10


class Order(StrEnum):
    """In which order the parts of a date stand; the value is what a screen shows."""

    YEAR_MONTH_DAY = "year, month, day"
    DAY_MONTH_YEAR = "day, month, year"
    MONTH_DAY_YEAR = "month, day, year"
    YEAR_MONTH = "year, month"
    MONTH_YEAR = "month, year"


@dataclass(frozen=True, slots=True)
class LabelDate:
    """The last day on which the label allows use, and how the text was read."""

    on: date
    order: Order
    whole_month: bool = False
    """No day is printed, so it is the last one of the month."""

    @property
    def sentence(self) -> str:
        """The date with a month in letters, so that it can be compared with the label."""
        why = "end of the month printed" if self.whole_month else self.order.value
        return f"{self.on:%-d %B %Y} ({why})"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Text that allows several dates; every one of them is in `choices`, earliest first."""

    choices: tuple[LabelDate, ...]

    @property
    def question(self) -> str:
        """What to ask the person who holds the bottle."""
        orders = {choice.order for choice in self.choices}
        ask = (
            "Which number is the day?"
            if orders == {Order.DAY_MONTH_YEAR, Order.MONTH_DAY_YEAR}
            else "Which date does the label mean?"
        )
        return f"{ask} " + " or ".join(choice.sentence for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Text that gives no usable date: why, and what to do about it."""

    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Why one reading fails; a larger `near` is nearer to a date and makes the better reason."""

    near: int
    reason: str
    mend: str = "Look at the label again; keep the lot in quarantine if it does say so."


_TYPE_IT = "Type it as 2027-04-30, or as 2027-04 where only the month is printed."

# The months of dateutil are English; the others are what European labels add to them.
_MORE_MONTHS = (
    ("jän", "janv", "janvier", "januar", "gen", "gennaio", "ene", "enero"),
    ("fév", "févr", "février", "februar", "febbraio", "febrero"),
    ("mär", "märz", "mars", "marzo"),
    ("avr", "avril", "aprile", "abr", "abril"),
    ("mai", "mag", "maggio", "mayo"),
    ("juin", "juni", "giu", "giugno", "junio"),
    ("juil", "juillet", "juli", "lug", "luglio", "julio"),
    ("août", "ago", "agosto"),
    ("septembre", "set", "settembre", "septiembre"),
    ("octobre", "okt", "oktober", "ott", "ottobre", "octubre"),
    ("novembre", "noviembre"),
    ("déc", "décembre", "dez", "dezember", "dic", "dicembre", "diciembre"),
)
_MONTH_NUMBER = {
    name.casefold(): number
    for names in (parserinfo.MONTHS, _MORE_MONTHS)
    for number, group in enumerate(names, start=1)
    for name in group
}

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_EXPIRY_WORDS = re.compile(
    r"(?:exp(?:iry|ires|iration)?\.?(?:\s*date)?|use\s+(?:by|before)|best\s+before(?:\s+end)?|bbe|bbd"
    r"|bb|mhd|dluo|ddm|verwendbar\s+bis|haltbar\s+bis|有效期至?|使用期限)[.:\s]*",
)
_MADE_WORDS = re.compile(
    r"(?:mfg|mfd|manufactured|made|prod(?:uced|uction)?|hergestellt|lot|batch)\b"
)
_PAO = re.compile(r"(?:pao[:\s]*)?(\d{1,2})\s*(?:m|mo|mths?|months?|monate|mois|mesi|meses)\.?")
_GS1 = re.compile(r"\((?:15|17)\)\s*(\d{6})")
_GS1_MADE = re.compile(r"\(11\)\s*\d{6}")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일]?)?")
_GAP = r"(?:\s*[./-]\s*|\s+)"
_NUMBERS = re.compile(rf"(\d{{1,8}})(?:{_GAP}(\d{{1,4}}))?(?:{_GAP}(\d{{1,4}}))?")
_WORD = r"([^\W\d_]{3,10})"
_LOOSE = r"[\s./,-]*"
_DAY_WORD = re.compile(rf"(\d{{1,2}}){_LOOSE}{_WORD}{_LOOSE}(\d{{4}}|\d{{2}})")
_WORD_DAY = re.compile(rf"{_WORD}{_LOOSE}(\d{{1,2}})[\s./,-]+(\d{{4}}|\d{{2}})")
_YEAR_WORD = re.compile(rf"(\d{{4}}){_LOOSE}{_WORD}(?:{_LOOSE}(\d{{1,2}}))?")
_WORD_YEAR = re.compile(rf"{_WORD}{_LOOSE}(\d{{4}})")
_WORD_SHORT = re.compile(rf"{_WORD}{_LOOSE}(\d{{1,2}})")


def read_label_date(
    text: str, *, day_first: bool | None = None, today: date
) -> LabelDate | Ambiguous | Unreadable:
    """The date that typed label text means.

    Two-digit years are resolved by the rule of the GS1 General Specifications (51 years back to 50
    ahead); whatever then lies before 2000 or over ten years ahead is refused. A bare run of six
    digits allows YYMMDD and DDMMYY alike and so is asked about: a scanned GS1 date goes through
    `read_gs1_date`, or is typed with its identifier "(17)".

    Args:
        text: what was typed; "EXP" and its like may stand in front.
        day_first: what is known about a label of three numbers. It only decides between day-month
            and month-day where both are possible.
        today: the clinic's local day.
    """
    shown = " ".join(text.split())[:60]
    folded = unicodedata.normalize("NFKC", shown).translate(_DASHES).casefold().strip(" .,")
    if _MADE_WORDS.match(folded) or _GS1_MADE.fullmatch(folded):
        return Unreadable(
            f"'{shown}' names the making or the lot, not until when to use it.",
            "Look for EXP, an hourglass or 'use by' on the label.",
        )
    if words := _EXPIRY_WORDS.match(folded):
        folded = folded[words.end() :]
    if months := _PAO.fullmatch(folded):
        return Unreadable(
            f"'{shown}' is the period after opening (the open jar), {int(months[1])} months, and "
            "not a date.",
            "Enter it with the product; here goes the date printed on this container.",
        )
    if scanned := _GS1.fullmatch(folded):
        return read_gs1_date(scanned[1], today=today)
    tried = list(_readings(folded, today))
    if not tried:
        return Unreadable(f"'{shown}' is no date in a known form.", _TYPE_IT)
    return _settled(tried, day_first)


def read_gs1_date(digits: str, *, today: date) -> LabelDate | Unreadable:
    """The value of a scanned (17) or (15): YYMMDD, where day 00 is the last day of the month."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        return Unreadable(f"'{digits}' is not six digits.", "Scan it again, or type the date.")
    made = _gs1(digits, today)
    return Unreadable(made.reason, made.mend) if isinstance(made, _Flaw) else made


def _settled(
    tried: list[LabelDate | _Flaw], day_first: bool | None
) -> LabelDate | Ambiguous | Unreadable:
    found: dict[date, LabelDate] = {}
    for reading in tried:
        if isinstance(reading, LabelDate):
            found.setdefault(reading.on, reading)
    if not found:
        flaws = [reading for reading in tried if isinstance(reading, _Flaw)]
        nearest = max(flaws, key=lambda flaw: flaw.near)
        return Unreadable(nearest.reason, nearest.mend)
    choices = [found[on] for on in sorted(found)]
    both = {Order.DAY_MONTH_YEAR, Order.MONTH_DAY_YEAR} <= {choice.order for choice in choices}
    if day_first is not None and both:
        other = Order.MONTH_DAY_YEAR if day_first else Order.DAY_MONTH_YEAR
        choices = [choice for choice in choices if choice.order is not other]
    return choices[0] if len(choices) == 1 else Ambiguous(tuple(choices))


def _readings(text: str, today: date) -> Iterator[LabelDate | _Flaw]:
    """Every reading that the form of the text allows, possible or not."""
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return
    if not text.isascii() and (match := _CJK.fullmatch(text)):
        yield _ymd(match[1], match[2], match[3], today)
    elif re.search(r"[^\W\d_]", text):
        yield from _in_words(text, today)
    elif text.isascii() and (match := _NUMBERS.fullmatch(text)):
        a, b, c = match.groups()
        if b is None:
            yield from _one_run(a, today)
        elif c is None:
            yield from _two_numbers(a, b, today)
        else:
            yield from _three_numbers(a, b, c, today)


def _three_numbers(a: str, b: str, c: str, today: date) -> Iterator[LabelDate | _Flaw]:
    shape = (len(a), len(b), len(c))
    if shape[1] > 2:
        return
    if shape[0] in {2, 4} and shape[2] <= 2:
        yield _ymd(a, b, c, today)
    if shape[2] in {2, 4} and shape[0] <= 2:
        yield _made(Order.DAY_MONTH_YEAR, c, b, a, today)
        yield _made(Order.MONTH_DAY_YEAR, c, a, b, today)


def _two_numbers(a: str, b: str, today: date) -> Iterator[LabelDate | _Flaw]:
    if len(a) == 4 and len(b) <= 2:
        yield _ymd(a, b, None, today)
    elif len(b) == 4 and len(a) <= 2:
        yield _made(Order.MONTH_YEAR, b, a, None, today)
    elif len(a) <= 2 and len(b) == 2:
        usual = _made(Order.MONTH_YEAR, b, a, None, today)
        yield usual
        if len(a) == 2:
            swapped = _ymd(a, b, None, today)
            # Month and year is how such labels are printed. The other way round is rare enough
            # that a day without its year ("27/05") is as likely, so alone it settles nothing.
            if isinstance(usual, _Flaw) and isinstance(swapped, LabelDate):
                reason = f"'{a}/{b}' may be a year and a month, or a day without its year."
                yield _Flaw(9, reason, _TYPE_IT)
            else:
                yield swapped


def _one_run(run: str, today: date) -> Iterator[LabelDate | _Flaw]:
    if len(run) == 8:
        yield _ymd(run[:4], run[4:6], run[6:], today)
        yield _made(Order.DAY_MONTH_YEAR, run[4:], run[2:4], run[:2], today)
        yield _made(Order.MONTH_DAY_YEAR, run[4:], run[:2], run[2:4], today)
        if run[:2] in {"15", "17"}:
            yield _gs1(run[2:], today)
    elif len(run) == 6:
        yield _gs1(run, today)
        yield _made(Order.DAY_MONTH_YEAR, run[4:], run[2:4], run[:2], today)
        yield _made(Order.MONTH_DAY_YEAR, run[4:], run[:2], run[2:4], today)
        yield _ymd(run[:4], run[4:], None, today)
        yield _made(Order.MONTH_YEAR, run[2:], run[:2], None, today)
    elif len(run) == 4:
        yield _Flaw(9, f"'{run}' is a year, or a month without a clear year.", _TYPE_IT)


def _in_words(text: str, today: date) -> Iterator[LabelDate | _Flaw]:
    # A month in letters leaves one order: with two digits on either side the day stands first. Only
    # "APR 27" is a year to some and a day to others.
    if (match := _DAY_WORD.fullmatch(text)) and (month := _month(match[2])):
        yield _made(Order.DAY_MONTH_YEAR, match[3], month, match[1], today)
    elif (match := _WORD_YEAR.fullmatch(text)) and (month := _month(match[1])):
        yield _made(Order.MONTH_YEAR, match[2], month, None, today)
    elif (match := _WORD_DAY.fullmatch(text)) and (month := _month(match[1])):
        yield _made(Order.MONTH_DAY_YEAR, match[3], month, match[2], today)
    elif (match := _YEAR_WORD.fullmatch(text)) and (month := _month(match[2])):
        yield _ymd(match[1], month, match[3], today)
    elif (match := _WORD_SHORT.fullmatch(text)) and _month(match[1]):
        reason = f"The {match[2]} in '{text.upper()}' may be a year or a day."
        yield _Flaw(9, reason, _TYPE_IT)


def _month(name: str) -> str | None:
    number = _MONTH_NUMBER.get(name)
    return None if number is None else str(number)


def _gs1(digits: str, today: date) -> LabelDate | _Flaw:
    day = None if digits[4:] == "00" else digits[4:]
    return _ymd(digits[:2], digits[2:4], day, today)


def _ymd(year: str, month: str, day: str | None, today: date) -> LabelDate | _Flaw:
    order = Order.YEAR_MONTH if day is None else Order.YEAR_MONTH_DAY
    return _made(order, year, month, day, today)


def _made(order: Order, year: str, month: str, day: str | None, today: date) -> LabelDate | _Flaw:
    """One reading as a date, or why it is none."""
    full, number = int(year), int(month)
    if len(year) == 2:
        full = _full_year(full, today)
    if not 1 <= number <= 12:
        return _Flaw(1, f"There is no month {number}.")
    if full < EARLIEST.year:
        return _Flaw(3, f"The year {full} is before {EARLIEST.year}: probably a slip.")
    last = date(full, number, 1) + relativedelta(day=31)
    if day is not None and not 1 <= int(day) <= last.day:
        return _Flaw(2, f"{last:%B %Y} has {last.day} days and no {int(day)}.")
    on = last if day is None else last.replace(day=int(day))
    if on > today + relativedelta(years=YEARS_AHEAD):
        return _Flaw(3, f"{on:%-d %B %Y} is over {YEARS_AHEAD} years ahead: probably a slip.")
    return LabelDate(on, order, whole_month=day is None)


def _full_year(two_digits: int, today: date) -> int:
    century, now = divmod(today.year, 100)
    distance = two_digits - now
    if distance >= 51:
        century -= 1
    elif distance <= -50:
        century += 1
    return century * 100 + two_digits
