"""Days in a delivery file: ISO, or whatever the reader that is passed in makes of a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from kiosk.inventory.deliveries.cells import plain_text, quoted
from kiosk.inventory.deliveries.problems import CellError
from kiosk.inventory.label_dates import LabelDate, Unreadable, read_label_date

#: Reads a date, ISO at least; raises ValueError with a sentence where it cannot or must not guess.
ReadDate = Callable[[str], date]

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTS = re.compile(r"[^\W_]+")


def read_iso_date(text: str) -> date:
    """Year-month-day and nothing else.

    Raises:
        ValueError: it is written in another way, or there is no such day.
    """
    if not _ISO.fullmatch(text):
        raise ValueError("is not written year-month-day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is a day that does not exist") from None


def printed_dates(*, today: date, day_first: bool | None = None) -> ReadDate:
    """A reader of dates as labels print them; `day_first` settles 05/06/2027 for a whole file.

    The reader raises ValueError for what allows two dates, because a file cannot be asked.
    """

    def read(text: str) -> date:
        found = read_label_date(text, day_first=day_first, today=today)
        if isinstance(found, LabelDate):
            return found.on
        raise ValueError(found.reason if isinstance(found, Unreadable) else found.question)

    return read


def _read(text: str, read_date: ReadDate) -> date:
    try:
        return read_date(plain_text(text))
    except CellError:
        raise
    except ValueError as error:
        # `error.args` and not str(): a reader's error may carry more than its sentence.
        why = str(error.args[0]).rstrip(".") if error.args else "cannot be read as a date"
        raise CellError(f"{quoted(text)}: {why}", "Write it as 2027-06-30.") from None


def label_date(text: str, read_date: ReadDate) -> date | None:
    """The date on a container; None for an empty cell, because a date is never invented.

    Raises:
        CellError: it cannot be read.
    """
    return _read(text, read_date) if text else None


def calendar_day(text: str, read_date: ReadDate) -> date | None:
    """A day on which something happened; None for an empty cell.

    Raises:
        CellError: it cannot be read, or names no day of the month: a label's "06/2027" ends with
            the month, but nothing arrives on the last day only because the day is missing.
    """
    if not text:
        return None
    if len(_PARTS.findall(text)) < 3 and not re.fullmatch(r"[0-9]{8}", text):
        raise CellError(f"{quoted(text)} names no day", "Write it as 2026-05-01.")
    return _read(text, read_date)
