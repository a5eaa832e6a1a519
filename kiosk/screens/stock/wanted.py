"""A filter of the stock list in words, and the words to choose from."""

from __future__ import annotations

from typing import Final

from kiosk.desk.stock.filters import Filter, Order, Show
from kiosk.inventory.forecast import ALERT_DAYS
from kiosk.inventory.model import Kind

#: Beyond the board's own alerts: half a year, a year.
DAYS: Final = tuple(sorted({*ALERT_DAYS, 180, 365}))

SHOWS: Final = tuple((show, show.value) for show in Show)
KINDS: Final[tuple[tuple[Kind | None, str], ...]] = (
    (None, "both"),
    *((kind, kind.value) for kind in Kind),
)
WITHINS: Final = tuple((days, _days) for days in DAYS for _days in (f"{days} d",))
_ORDERS: Final = {
    Order.EXPIRY: "expiry",
    Order.RECEIVED: "received",
    Order.PRODUCT: "product",
    Order.REMAINING: "left",
}
SORTS: Final = tuple(
    ((order, descending), f"{word} {'↓' if descending else '↑'}")
    for order, word in _ORDERS.items()
    for descending in (False, True)
)


def words(wanted: Filter) -> str:
    """A filter as a line of text."""
    show = wanted.show.value
    if wanted.show is Show.EXPIRING:
        show = f"expiring within {wanted.within_days} days"
    parts = [show]
    if wanted.kind is not None:
        parts.append(wanted.kind.value)
    if wanted.text:
        parts.append(f"“{wanted.text}”")
    parts.append(f"by {_ORDERS[wanted.order]}{', last first' if wanted.descending else ''}")
    return " · ".join(parts)
