"""Stock lists as CSV text: what is here now, and what happened in a period.

A list never says who was treated: sessions are named by their own id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.stock import past_rows, present_rows
from kiosk.inventory.sheets.lists import SHEETS
from kiosk.inventory.sheets.sheet import Delimiter
from kiosk.ledger.chain import instant_text
from kiosk.storage import tables as t

_NOW: Final[Mapping[str, Callable[[Connection, Desk], Iterable[Any]]]] = {
    "stock-on-hand": present_rows.stock_on_hand,
    "lots-by-expiry": present_rows.lots_by_expiry,
    "opened-bottles": present_rows.opened_bottles,
    "quarantine-and-recall": present_rows.held_lots,
}
_EVER: Final[Mapping[str, Callable[[Connection, past_rows.Where], Iterable[Any]]]] = {
    "movements": past_rows.movements,
    "overrides": past_rows.overrides,
    "non-conformances": past_rows.non_conformances,
}
#: Every list that can be asked for.
SHEET_NAMES: Final = (*_NOW, *_EVER)


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the clinic's time zone, both included."""

    first: date
    last: date

    def of_ledger(self, zone: ZoneInfo) -> ColumnElement[bool]:
        """The condition that an event lies in it."""
        begin = datetime.combine(self.first, time.min, zone)
        end = datetime.combine(self.last + timedelta(days=1), time.min, zone)
        at = t.ledger.c.at
        return (at >= instant_text(begin)) & (at < instant_text(end))


def stock_sheet(
    desk: Desk, name: str, period: Period | None = None, *, delimiter: Delimiter = ";"
) -> str:
    """A list by its name (see `SHEET_NAMES`), as RFC 4180 text.

    `period` limits the lists of what happened; without one they go back to the beginning.

    Raises:
        DeskError: there is no such list, it shows the present, or the period ends before it begins.
    """
    rows_of = _NOW.get(name)
    with look(desk) as connection:
        if rows_of is not None:
            if period is not None:
                raise DeskError(f"period: '{name}' shows what is here now", "Leave it out.")
            return SHEETS[name].csv(rows_of(connection, desk), delimiter=delimiter)
        if name not in _EVER:
            raise DeskError(
                f"list: there is no '{name}'", f"Choose one of: {', '.join(SHEET_NAMES)}."
            )
        if period is not None and period.last < period.first:
            raise DeskError("period: ends before it begins", "Name the first day first.")
        where = [] if period is None else [period.of_ledger(desk.zone)]
        return SHEETS[name].csv(_EVER[name](connection, where), delimiter=delimiter)
