"""How much of a product goes in a week, and how much of it is booked for sessions to come."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from kiosk.inventory.forecast import WINDOW_DAYS, Dated, WeeklyUse, weekly_use
from kiosk.inventory.volumes.movements import MovementType
from kiosk.storage import tables as t

_USES = (MovementType.MIX_IN.value, MovementType.DISPENSE.value)


def weekly_uses(connection: Connection, today: date) -> dict[str, WeeklyUse]:
    """The weekly use of every product that was ever delivered, by its id; 0 for one unused."""
    used = _used(connection, today - timedelta(days=WINDOW_DAYS))
    return {
        product: weekly_use([Dated(today, used.get(product, 0))], since=since, today=today)
        for product, since in _at_hand_since(connection).items()
    }


def _used(connection: Connection, since: date) -> dict[str, int]:
    # The first event of the window bounds the movements by their own key.
    first = connection.scalar(
        select(t.ledger.c.seq)
        .where(t.ledger.c.at >= since.isoformat())
        .order_by(t.ledger.c.at)
        .limit(1)
    )
    if first is None:
        return {}
    # Summed up by bottle first: the window has ten times as many movements as bottles. By a changed
    # name, or SQLite would read the movements of ten years in the order of its index on bottles.
    bottle = t.movements.c.bottle.concat("")
    drawn = (
        select(bottle.label("bottle"), func.sum(t.movements.c.qty_ul).label("ul"))
        .where(t.movements.c.seq >= first, t.movements.c.type.in_(_USES))
        .group_by(bottle)
        .subquery()
    )
    rows = connection.execute(
        select(t.lots.c.product, func.sum(drawn.c.ul))
        .select_from(drawn.join(t.bottles, t.bottles.c.bottle == drawn.c.bottle).join(t.lots))
        .group_by(t.lots.c.product)
    )
    return {product: -int(qty) for product, qty in rows}


def _at_hand_since(connection: Connection) -> dict[str, date]:
    """When each product first arrived; where nobody knows, when it was first entered."""
    arrived = select(t.lots.c.product, func.min(t.lots.c.received_on)).group_by(t.lots.c.product)
    entered = (
        select(t.lots.c.product, func.min(t.ledger.c.at))
        .join(t.ledger, t.ledger.c.entity == t.lots.c.lot)
        # The kind under a changed name: the lots without a day are few, the deliveries many.
        .where(t.lots.c.received_on.is_(None), t.ledger.c.kind.concat("") == "lot.received")
        .group_by(t.lots.c.product)
    )
    days: dict[str, date] = {}
    for product, text in (*connection.execute(arrived), *connection.execute(entered)):
        if text is not None:
            day = date.fromisoformat(text[:10])
            days[product] = min(days.get(product, day), day)
    return days


def booked_uses(connection: Connection, today: date) -> dict[str, tuple[Dated, ...]]:
    """What planned sessions will take of each product, by what a mix of it took the last time.

    A session counts for the products that its client's last mix was made with.
    """
    planned = t.planned_sessions
    # Of the clients who are expected alone: the last mix of everybody there ever was is many mixes.
    expected = select(planned.c.client).where(planned.c.day >= today.isoformat())
    last = (
        select(t.mixes.c.client, func.max(t.mixes.c.seq).label("seq"))
        .where(t.mixes.c.client.in_(expected))
        .group_by(t.mixes.c.client)
        .subquery()
    )
    rows = connection.execute(
        select(t.lots.c.product, planned.c.day, func.sum(-t.movements.c.qty_ul))
        .select_from(
            planned.join(last, last.c.client == planned.c.client)
            .join(t.movements, t.movements.c.seq == last.c.seq)
            .join(t.bottles)
            .join(t.lots)
        )
        .where(
            planned.c.day >= today.isoformat(),
            t.movements.c.type == MovementType.MIX_IN.value,
        )
        .group_by(t.lots.c.product, planned.c.day)
        .order_by(t.lots.c.product, planned.c.day)
    )
    found: dict[str, list[Dated]] = {}
    for product, day, ul in rows:
        found.setdefault(product, []).append(Dated(date.fromisoformat(day), int(ul)))
    return {product: tuple(uses) for product, uses in found.items()}
