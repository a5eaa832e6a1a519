"""What is on the shelf, summed up: opened bottles one by one, sealed ones by their lot.

A board over many thousand bottles asks here. Only what still holds something is read, and of the
sealed bottles only their number and volume.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from kiosk.desk.stock.shelf import lots_at_hand
from kiosk.inventory.expiry import effective_expiry
from kiosk.inventory.forecast import OnShelf
from kiosk.inventory.model import USABLE_STATES, Kind, Lot
from kiosk.inventory.usability import lot_stops
from kiosk.stops import Severity
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Holding:
    """One opened bottle, or all sealed bottles of a lot; `bottle` is empty for the latter.

    A sealed bottle that is held or under way stands for itself as well.
    """

    lot: Lot
    bottle: str
    bottles: int
    ul: int
    opened_on: date | None
    expires_on: date | None
    blocked: bool
    """Whether nobody may draw from it, whatever its date says."""

    @property
    def name(self) -> str:
        """The bottle's id, or the lot's for what is sealed."""
        return self.bottle or self.lot.id

    def usable(self, today: date) -> bool:
        """Whether anybody may draw from it today."""
        return (
            not self.blocked
            and self.ul > 0
            and self.expires_on is not None
            and self.expires_on >= today
        )

    def on_shelf(self) -> OnShelf:
        """As the forecasts take it."""
        return OnShelf(self.name, self.lot.product.id, self.ul, self.expires_on)


_b = t.bottles.c
_AT_HAND = _b.remaining_ul != 0
_SEALED = (
    select(_b.lot, func.count(), func.sum(_b.remaining_ul))
    .where(_AT_HAND, _b.opened_on.is_(None))
    .group_by(_b.lot)
)
_ONE = select(_b.lot, _b.bottle, _b.remaining_ul, _b.opened_on, _b.held, _b.sent_to)
_OPENED = _ONE.where(_AT_HAND, _b.opened_on.is_not(None))
# Each by its own small index: with one condition more SQLite reads all that is at hand instead.
_KEPT_BACK = (_ONE.where(_b.held != ""), _ONE.where(_b.sent_to != ""))


def holdings(connection: Connection) -> tuple[Holding, ...]:
    """Everything at hand, in no particular order; held and travelling bottles for themselves."""
    lots = {lot.id: lot for lot in lots_at_hand(connection)}
    blocked = {
        lot.id: lot.state not in USABLE_STATES
        or any(stop.severity is not Severity.ADVICE for stop in lot_stops(lot))
        for lot in lots.values()
    }
    kept_back = {
        row.bottle: row
        for statement in _KEPT_BACK
        for row in connection.execute(statement)
        if row.remaining_ul != 0 and row.opened_on is None
    }
    found, taken_out, ul_out = [], Counter[str](), Counter[str]()
    for row in (*connection.execute(_OPENED).all(), *kept_back.values()):
        lot = lots[row.lot]
        opened_on = date.fromisoformat(row.opened_on) if row.opened_on else None
        expiry = effective_expiry(lot.label_expiry, opened_on, lot.product.pao_months)
        expires = expiry.on if expiry else None
        stopped = blocked[lot.id] or bool(row.held or row.sent_to)
        found.append(Holding(lot, row.bottle, 1, row.remaining_ul, opened_on, expires, stopped))
        if opened_on is None:
            taken_out[lot.id] += 1
            ul_out[lot.id] += row.remaining_ul
    for lot_id, bottles, ul in connection.execute(_SEALED).all():
        lot, left = lots[lot_id], bottles - taken_out[lot_id]
        if left:
            sealed_ul = int(ul) - ul_out[lot_id]
            found.append(Holding(lot, "", left, sealed_ul, None, lot.label_expiry, blocked[lot_id]))
    return tuple(found)


def usable_ul(found: Iterable[Holding], kind: Kind, today: date) -> int:
    """How much of a kind may be drawn today."""
    return sum(h.ul for h in found if h.lot.product.kind is kind and h.usable(today))
