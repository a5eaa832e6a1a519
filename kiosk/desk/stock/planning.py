"""The sessions a client is expected for, and whether a bottle lasts until them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.inventory.expiry import effective_expiry
from kiosk.inventory.forecast import horizon
from kiosk.inventory.model import Bottle
from kiosk.ledger.events import Event
from kiosk.stops import Stop
from kiosk.storage import tables as t

#: A course of treatment has three or four sessions; more are a slip of the hand.
MOST_SESSIONS = 24


def plan_sessions(
    desk: Desk, operator: Operator, client: str, days: Iterable[date]
) -> tuple[date, ...]:
    """Say on which days a client is expected from now on; replaces what was planned before.

    Returns:
        The days in order, each once; none where nothing is planned any more.

    Raises:
        NotFound: there is no such client.
        DeskError: a day is over, or there are too many.
    """
    require(operator, Duty.TREAT)
    planned_days = sorted(set(days))
    if len(planned_days) > MOST_SESSIONS:
        raise DeskError(f"days: {len(planned_days)} sessions", f"At most {MOST_SESSIONS}.")
    with work(desk, operator.id) as task:
        _require_client(task.connection, client)
        if planned_days and planned_days[0] < task.today:
            raise DeskError(
                f"days: {planned_days[0].isoformat()} is over", "Name today or days to come."
            )
        body = {"days": [day.isoformat() for day in planned_days]}
        task.record(Event("sessions.planned", client, body))
    return tuple(planned_days)


def planned(desk: Desk, client: str) -> tuple[date, ...]:
    """The days on which a client is expected, those that are over as well.

    Raises:
        NotFound: there is no such client.
    """
    with look(desk) as connection:
        _require_client(connection, client)
        return _planned(connection, client)


def horizon_stop(
    connection: Connection, client: str, bottle: Bottle, today: date, zone: ZoneInfo
) -> Stop | None:
    """Advice where a bottle drawn from today ends before one of the client's sessions.

    A sealed bottle is judged as if it were opened today, because that is what using it does. Days
    are counted from the client's first mix; without one today is the first.
    """
    coming = [day for day in _planned(connection, client) if day > today]
    lot = bottle.lot
    expiry = effective_expiry(lot.label_expiry, bottle.opened_on or today, lot.product.pao_months)
    if not coming or expiry is None:
        return None
    sessions = [*_treated(connection, client, zone), today, *coming]
    return horizon(bottle.id, expiry.on, sessions, today=today)


# Built once: to build a statement takes longer than to run it, and every mix asks.
_PLANNED = (
    select(t.planned_sessions.c.day)
    .where(t.planned_sessions.c.client == bindparam("of"))
    .order_by(t.planned_sessions.c.day)
)


def _planned(connection: Connection, client: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, connection.scalars(_PLANNED, {"of": client})))


def _treated(connection: Connection, client: str, zone: ZoneInfo) -> list[date]:
    """The clinic's days on which something was mixed for a client."""
    instants = connection.scalars(
        select(t.mixes.c.confirmed_at).where(t.mixes.c.client == client)
    ).all()
    return [datetime.fromisoformat(at).astimezone(zone).date() for at in instants]


def _require_client(connection: Connection, client: str) -> None:
    known = select(t.clients.c.client).where(t.clients.c.client == client)
    if connection.execute(known).first() is None:
        raise NotFound(f"client: there is no '{client}'", "Search again or register them.")
