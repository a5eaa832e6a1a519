"""Where bottles are kept, as far as the book knows, and which ones a count names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from kiosk.desk.office import Desk, look
from kiosk.desk.stock.shelf import named_bottles
from kiosk.inventory.model import Bottle
from kiosk.storage import tables as t


def places_in_use(desk: Desk) -> tuple[tuple[str, int], ...]:
    """Every place with bottles that hold something, and how many; in alphabetical order."""
    with look(desk) as connection:
        rows = connection.execute(
            select(t.bottles.c.place, func.count())
            .where(t.bottles.c.remaining_ul != 0, t.bottles.c.sent_to == "")
            .group_by(t.bottles.c.place)
            .order_by(t.bottles.c.place)
        )
        return tuple((row[0], int(row[1])) for row in rows if row[0])


def bottles_named(desk: Desk, names: Sequence[str]) -> dict[str, Bottle]:
    """Bottles by their ids, with lot and product.

    Raises:
        NotFound: there is no bottle of that name.
    """
    with look(desk) as connection:
        return named_bottles(connection, *names)
