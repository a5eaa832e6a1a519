"""What stock will do before it expires: be used, be left over, run out, or end between sessions.

Everything is computed from dated facts at the moment somebody looks; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from kiosk.stops import Severity, Stop

#: Days before the effective expiry on which the day board changes what it says of a bottle.
ALERT_DAYS = (90, 30, 10, 5, 2, 1)

#: Twelve weeks: long enough to hold several clients' three sessions, short enough to follow a
#: clinic that grows.
WINDOW_DAYS = 84

#: Over fewer days an average is one busy afternoon.
FEWEST_DAYS = 14


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A bottle with what is left in it and the last day on which it may be used."""

    bottle: str
    product: str
    remaining_ul: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A positive volume that was used, or is booked to be used, on a day."""

    on: date
    ul: int


@dataclass(frozen=True, slots=True)
class WeeklyUse:
    """Average use; `known` is False where there was too little time to speak of one."""

    ul_per_week: Fraction
    days: int

    @property
    def known(self) -> bool:
        """Whether the average rests on at least two weeks."""
        return self.days >= FEWEST_DAYS


@dataclass(frozen=True, slots=True)
class Leftover:
    """What of one bottle is still there when it expires."""

    bottle: str
    expires_on: date
    days: int
    remaining_ul: int
    will_expire_ul: int

    @property
    def sentence(self) -> str:
        """The line of the day board."""
        return (
            f"≈{_about(self.will_expire_ul)} will expire: {self.bottle} holds "
            f"{_about(self.remaining_ul)} and ends on {self.expires_on:%-d %b %Y}, "
            f"in {_days(self.days)}."
        )


@dataclass(frozen=True, slots=True)
class Month:
    """The bottles that expire in one calendar month; `first` is None for those without a date."""

    first: date | None
    bottles: tuple[str, ...]
    ul: int


@dataclass(frozen=True, slots=True)
class LowStock:
    """A product that runs short: what may be used, and below which volume to order."""

    product: str
    usable_ul: int
    reorder_at_ul: int
    lasts_days: int | None
    """Until it is used up at the average rate; None where nothing is used."""

    @property
    def sentence(self) -> str:
        """The line of the day board."""
        lasts = "" if self.lasts_days is None else f", enough for {_days(self.lasts_days)}"
        return (
            f"{self.product} is low: {_about(self.usable_ul)} may be used{lasts}. "
            f"Order below {_about(self.reorder_at_ul)}."
        )


def weekly_use(
    uses: Iterable[Dated], *, since: date, today: date, window_days: int = WINDOW_DAYS
) -> WeeklyUse:
    """Average over the window that ends today, or since `since` where that is later.

    Args:
        uses: what left the bottles in use; discards and losses are no use.
        since: when the product was first at hand. Weeks before it would water the average down.
        today: the clinic's local day; uses after it are left out.
        window_days: how far back to look.
    """
    start = max(since, today - timedelta(days=window_days))
    days = (today - start).days
    used = sum(use.ul for use in uses if start < use.on <= today)
    return WeeklyUse(Fraction(7 * used, days) if days > 0 else Fraction(0), days)


def leftovers(
    bottles: Iterable[OnShelf],
    ul_per_week: Fraction | float,
    booked: Iterable[Dated] = (),
    *,
    today: date,
) -> tuple[Leftover, ...]:
    """What of the bottles of ONE product will expire unused, first expiring first.

    By any day the demand is the average carried forward, or what is booked until then where that is
    more: booked sessions are part of what the average foresees, so the two are not added. Bottles
    are emptied first expiring first, so one that ends later serves only what earlier ones leave.
    Bottles that are past their date, empty or without a date are left out.
    """
    plans = sorted((use.on, use.ul) for use in booked if use.on >= today)
    rate = Fraction(ul_per_week) / 7
    served = 0
    found = []
    for expires_on, bottle in _by_date(bottles, today):
        days = (expires_on - today).days
        planned = sum(ul for on, ul in plans if on <= expires_on)
        demand = max(int(rate * days), planned)
        used = min(bottle.remaining_ul, max(0, demand - served))
        served += used
        if left := bottle.remaining_ul - used:
            found.append(Leftover(bottle.bottle, expires_on, days, bottle.remaining_ul, left))
    return tuple(found)


def _by_date(bottles: Iterable[OnShelf], today: date) -> list[tuple[date, OnShelf]]:
    usable = (
        (bottle.expires_on, bottle)
        for bottle in bottles
        if bottle.expires_on is not None and bottle.expires_on >= today and bottle.remaining_ul > 0
    )
    return sorted(usable, key=lambda entry: (entry[0], entry[1].bottle))


def horizon(bottle: str, expires_on: date, sessions: Sequence[date], *, today: date) -> Stop | None:
    """Advice where the bottle ends before a planned session, naming the first such day.

    `sessions` are all of the client's sessions, past ones too: days are counted from the first of
    them, which is day 1. Nothing is said of a session today; that is the expiry's own stop.
    """
    late = [on for on in sorted(sessions) if on > today and on > expires_on]
    if not late:
        return None
    first = min(sessions)
    names = ", ".join(f"day {(on - first).days + 1} ({on:%-d %b %Y})" for on in late)
    return Stop(
        "HORIZON",
        Severity.ADVICE,
        f"Bottle {bottle} will be out of date for {names}.",
        f"Its effective expiry is {expires_on:%-d %b %Y}",
        "A bottle that lasts, or another one on that day.",
    )


def place_in_front(
    product: str, delivered_until: date, shelf: Iterable[OnShelf], *, today: date
) -> Stop | None:
    """Advice where a delivery of a product expires sooner than some of it on the shelf."""
    same = (bottle for bottle in shelf if bottle.product == product)
    later = [bottle for on, bottle in _by_date(same, today) if on > delivered_until]
    if not later:
        return None
    count = "1 bottle" if len(later) == 1 else f"{len(later)} bottles"
    return Stop(
        "SHELF-ORDER",
        Severity.ADVICE,
        f"Place in front: this delivery ends on {delivered_until:%-d %b %Y}, before {count} of "
        f"{product} on the shelf.",
        "First expired, first out",
        "One key, once it stands in front.",
    )


def alert(expires_on: date, *, today: date) -> int | None:
    """The alert that holds now: the fewest of `ALERT_DAYS` that are not fewer than the days left.

    None where more are left than any alert speaks of, or the last day is over. A tier and not a
    single day, so that a kiosk that was off on that day does not miss it.
    """
    left = (expires_on - today).days
    return min((days for days in ALERT_DAYS if days >= left), default=None) if left >= 0 else None


def expiry_calendar(bottles: Iterable[OnShelf]) -> tuple[Month, ...]:
    """Bottles that hold something by the month in which they expire; undated ones come last."""
    months: dict[date | None, list[OnShelf]] = {}
    for bottle in bottles:
        if bottle.remaining_ul > 0:
            first = bottle.expires_on.replace(day=1) if bottle.expires_on else None
            months.setdefault(first, []).append(bottle)
    return tuple(
        Month(
            first,
            tuple(sorted(bottle.bottle for bottle in months[first])),
            sum(bottle.remaining_ul for bottle in months[first]),
        )
        for first in sorted(months, key=lambda month: month or date.max)
    )


def low_stock(
    product: str,
    usable_ul: int,
    use: WeeklyUse,
    *,
    lead_days: int,
    minimum_ul: int,
) -> LowStock | None:
    """Whether to order: fewer than the minimum, or than is used until a delivery can be here.

    Args:
        product: how people call it.
        usable_ul: what may be drawn; blocked stock is not stock.
        use: the average; where it is not known only the minimum decides.
        lead_days: from the order to release, quarantine included.
        minimum_ul: never to be undercut.
    """
    during = int(use.ul_per_week * lead_days / 7) if use.known else 0
    reorder_at = max(minimum_ul, during)
    if usable_ul >= reorder_at:
        return None
    lasts = None
    if use.known and use.ul_per_week > 0:
        lasts = int(7 * max(0, usable_ul) / use.ul_per_week)
    return LowStock(product, usable_ul, reorder_at, lasts)


def _about(microlitres: int) -> str:
    if abs(microlitres) < 100:
        return f"{microlitres} µl"
    places = 0 if microlitres >= 10_000 else 1
    return f"{microlitres / 1000:.{places}f} ml"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
