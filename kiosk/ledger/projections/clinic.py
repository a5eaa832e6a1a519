"""The clinic and who works in it."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import ID, Body, Word, projection
from kiosk.storage.tables import clinic, operators


class ClinicCreated(Body, frozen=True):
    """The clinic's name and its IANA time zone."""

    name: str
    timezone: ID


class OperatorAdded(Body, frozen=True):
    """An operator's role; the operator is the event's entity."""

    role: Word


def _create(connection: Connection, _event: Recorded, body: ClinicCreated) -> None:
    # A log has one clinic, so a second founding meets the primary key.
    connection.execute(insert(clinic), {"id": 1, "name": body.name, "timezone": body.timezone})


def _add(connection: Connection, event: Recorded, body: OperatorAdded) -> None:
    connection.execute(insert(operators), {"operator": event.entity, "role": body.role})


PROJECTIONS = {
    "clinic.created": projection(ClinicCreated, _create),
    "operator.added": projection(OperatorAdded, _add),
}
