"""What a chair must hear of while it works: that a lot in the hand or in the cup was recalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from kiosk.desk.office import Desk, look
from kiosk.desk.stock.leaving import stops_on_cup
from kiosk.desk.stock.recall_view import stop_on_lot
from kiosk.stops import Stop
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Cup:
    """A mix after it was recorded; `closed` is how it ended, empty while it stands.

    `stops` speak against its lots now: with one, it cannot end as used.
    """

    closed: str
    stops: tuple[Stop, ...]


def find_cup(desk: Desk, mix: str) -> Cup | None:
    """How a mix stands now; None where this database has none of that name."""
    with look(desk) as connection:
        row = connection.execute(
            select(t.mixes.c.seq, t.mixes.c.closed).where(t.mixes.c.mix == mix)
        ).first()
        if row is None:
            return None
        return Cup(row.closed, () if row.closed else tuple(stops_on_cup(connection, row.seq)))


def stops_in_hand(desk: Desk, bottles: Sequence[str]) -> tuple[Stop, ...]:
    """The recalls that hold the lots of some bottles; look-ups by key, for every few seconds."""
    with look(desk) as connection:
        lots = connection.scalars(
            select(t.bottles.c.lot).where(t.bottles.c.bottle.in_(bottles)).distinct()
        ).all()
        found = (stop_on_lot(connection, lot) for lot in sorted(lots))
        return tuple(stop for stop in found if stop is not None)
