"""Commands that have a name: given twice, they are done once."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kiosk.storage import tables as t


def done_already(connection: Connection, token: str) -> bool:
    """Whether a command of this name was carried out; never for one without a name."""
    return event_of(connection, token) is not None


def event_of(connection: Connection, token: str) -> str | None:
    """The entity of the event that a command led to, None where it was not carried out yet."""
    if not token:
        return None
    return connection.scalar(
        select(t.ledger.c.entity)
        .join(t.commands, t.commands.c.seq == t.ledger.c.seq)
        .where(t.commands.c.token == token)
    )
