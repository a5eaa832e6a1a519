"""Dates with two digits for the year, as symbols carry them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

#: An expiry further back than this is a misprint or a misread: no ink is kept that long.
OLDEST_EXPIRY_YEARS = 10


def full_year(two_digits: int, today: date) -> int:
    """The year between 49 years past and 50 ahead (GS1 General Specifications, section 7.12)."""
    century = today.year - today.year % 100
    ahead = two_digits - today.year % 100
    if ahead >= 51:
        return century + two_digits - 100
    if ahead <= -50:
        return century + two_digits + 100
    return century + two_digits


def read_yymmdd(text: str, today: date) -> date | None:
    """YYMMDD as a date, day 00 as the last of the month; None where there is no such day."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = full_year(int(text[:2]), today), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def read_yyjjj(text: str, today: date) -> date | None:
    """A year and the number of the day in it as a date; None where there is no such day."""
    year, day = full_year(int(text[:2]), today), int(text[2:])
    found = date(year, 1, 1) + timedelta(days=day - 1)
    return found if day > 0 and found.year == year else None


def too_old(expiry: date, today: date) -> bool:
    """Whether an expiry lies so far back that it must be a misprint or a misread."""
    return expiry < today - relativedelta(years=OLDEST_EXPIRY_YEARS)
