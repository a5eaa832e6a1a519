"""The clinic and who works in it."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

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
    connection.execute(
        insert(clinic), {"id": 1, "name": body.name, "timezone": body.timezone, "profile": ""}
    )


def _add(connection: Connection, event: Recorded, body: OperatorAdded) -> None:
    connection.execute(insert(operators), {"operator": event.entity, "role": body.role})


class ProfileChosen(Body, frozen=True):
    """Whose law the clinic works under."""

    profile: Word


def _choose(connection: Connection, _event: Recorded, body: ProfileChosen) -> None:
    connection.execute(update(clinic).values(profile=body.profile))


PROJECTIONS = {
    "clinic.profile_chosen": projection(ProfileChosen, _choose),
    "clinic.created": projection(ClinicCreated, _create),
    "operator.added": projection(OperatorAdded, _add),
}
