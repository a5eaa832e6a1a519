"""What may be used, by the month in which it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.desk.office import Desk, clock_stop, look
from kiosk.desk.stock.holdings import Holding, holdings
from kiosk.inventory.model import Lot
from kiosk.stops import Stop

#: Months that have a row of their own; what ends after them is one row.
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Ending:
    """What of a lot ends in a month; `until` is its first day to end."""

    lot: Lot
    bottles: int
    ul: int
    until: date


@dataclass(frozen=True, slots=True)
class EndingMonth:
    """A month; `first` is its first day, None for everything later."""

    first: date | None
    lots: tuple[Ending, ...]

    @property
    def bottles(self) -> int:
        """How many bottles end in it."""
        return sum(entry.bottles for entry in self.lots)

    @property
    def ul(self) -> int:
        """How much ends in it."""
        return sum(entry.ul for entry in self.lots)


@dataclass(frozen=True, slots=True)
class ExpiryCalendar:
    """Months from today's to the last in which anything ends; none where `clock` is set."""

    today: date
    clock: Stop | None
    months: tuple[EndingMonth, ...]


def expiry_calendar(desk: Desk) -> ExpiryCalendar:
    """Everything that may be used today, by the month in which it ends.

    Opened bottles count with the date of their opening; a lot may so stand in two months.
    """
    today = desk.today()
    with look(desk) as connection:
        if (clock := clock_stop(connection, desk.clock())) is not None:
            return ExpiryCalendar(today, clock, ())
        usable = [h for h in holdings(connection) if h.usable(today)]
    months = [_month(today, ahead) for ahead in range(MONTHS)]
    ending: dict[date | None, dict[str, Ending]] = {}
    for h in usable:
        assert h.expires_on is not None
        first = h.expires_on.replace(day=1)
        here = ending.setdefault(first if first <= months[-1] else None, {})
        here[h.lot.id] = _added(here.get(h.lot.id), h, h.expires_on)
    last = max((month for month in ending if month is not None), default=months[0])
    rows: list[date | None] = [month for month in months if month <= last]
    if None in ending:
        rows = [*months, None]
    return ExpiryCalendar(
        today,
        None,
        tuple(
            EndingMonth(
                month,
                tuple(sorted(ending.get(month, {}).values(), key=lambda e: (e.until, e.lot.id))),
            )
            for month in rows
        ),
    )


def _added(known: Ending | None, h: Holding, until: date) -> Ending:
    if known is None:
        return Ending(h.lot, h.bottles, h.ul, until)
    return Ending(h.lot, known.bottles + h.bottles, known.ul + h.ul, min(known.until, until))


def _month(today: date, ahead: int) -> date:
    months = today.year * 12 + today.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)
