"""Clients and their visits: pseudonyms in the ledger, initials in the erasable store."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from kiosk.clients.identity import ClientInputError, checked_initials, next_client_id
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.storage import private
from kiosk.storage.tables import clients, private_records, visits

_INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Client:
    """A person as the kiosk knows them: a pseudonym, and initials while they are not erased."""

    id: str
    initials: str
    visits: int = 0
    last_visit: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One sitting of one client."""

    id: str
    client: str
    opened_at: datetime


def register_client(desk: Desk, operator: Operator, initials: str) -> Client:
    """Give a new client an id and a key of their own.

    Raises:
        DeskError: the initials cannot be used.
    """
    require(operator, Duty.TREAT)
    try:
        checked = checked_initials(initials)
    except ClientInputError as error:
        raise DeskError(str(error)) from error
    with work(desk, operator.id) as task:
        taken = task.connection.execute(select(func.count()).select_from(clients)).scalar_one()
        client = next_client_id(taken)
        private.create_key(task.connection, client)
        private.seal(task.connection, client, _INITIALS, checked.encode())
        task.record(Event("client.registered", client, {}))
    return Client(client, checked)


def _initials(connection: Connection, client: str) -> str:
    row = connection.execute(
        select(private_records.c.record).where(
            private_records.c.client == client, private_records.c.kind == _INITIALS
        )
    ).first()
    if row is None:
        return "–"
    try:
        return private.unseal(connection, row.record).decode()
    except (private.RecordErased, ValueError):
        # Erased, or altered in the database: the pseudonym still serves, and the list must open.
        return "–"


def initials_of(desk: Desk, names: Iterable[str]) -> dict[str, str]:
    """The initials of some clients by their ids; a dash for who was erased."""
    with look(desk) as connection:
        return {name: _initials(connection, name) for name in names}


def find_clients(desk: Desk, text: str = "") -> list[Client]:
    """Clients whose id or initials contain `text`; the last seen first."""
    wanted = text.strip().casefold()
    with look(desk) as connection:
        rows = connection.execute(
            select(
                clients.c.client,
                func.count(visits.c.visit).label("visits"),
                func.max(visits.c.opened_at).label("last"),
            )
            .select_from(clients.outerjoin(visits))
            .group_by(clients.c.client)
            .order_by(func.coalesce(func.max(visits.c.opened_at), "").desc(), clients.c.client)
        ).all()
        found = [
            Client(
                row.client,
                _initials(connection, row.client),
                row.visits,
                datetime.fromisoformat(row.last) if row.last else None,
            )
            for row in rows
        ]
    return [c for c in found if wanted in c.id.casefold() or wanted in c.initials.casefold()]


def open_visit(desk: Desk, operator: Operator, client: str) -> Visit:
    """Begin a sitting.

    Raises:
        NotFound: there is no such client.
    """
    require(operator, Duty.TREAT)
    with work(desk, operator.id) as task:
        known = task.connection.execute(
            select(clients.c.client).where(clients.c.client == client)
        ).first()
        if known is None:
            raise NotFound(f"client: there is no '{client}'", "Search again or register them.")
        visit = f"V-{uuid.uuid4().hex[:12]}"
        task.record(Event("visit.opened", visit, {"client": client}))
        return Visit(visit, client, task.now)


def close_visit(desk: Desk, operator: Operator, visit: str) -> None:
    """End a sitting."""
    require(operator, Duty.TREAT)
    with work(desk, operator.id) as task:
        find_visit(task.connection, visit)
        task.record(Event("visit.closed", visit, {}))


_VISIT = select(visits).where(visits.c.visit == bindparam("of"))


def find_visit(connection: Connection, visit: str) -> Visit:
    """A visit by its id.

    Raises:
        NotFound: there is no such visit.
    """
    row = connection.execute(_VISIT, {"of": visit}).first()
    if row is None:
        raise NotFound(f"visit: there is no '{visit}'", "Open the client again.")
    return Visit(row.visit, row.client, datetime.fromisoformat(row.opened_at))


__all__ = [
    "Client",
    "Visit",
    "close_visit",
    "find_clients",
    "find_visit",
    "initials_of",
    "open_visit",
    "register_client",
]
