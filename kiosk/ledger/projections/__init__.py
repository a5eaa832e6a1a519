"""What follows from an event in the tables that screens read.

One file for each domain, each with the kinds it answers to. A kind that is named nowhere has no
table (a sign-in, a stop that was met): it lives in the ledger alone.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from kiosk.ledger.events import Recorded
from kiosk.ledger.projections import (
    bottles,
    catalogue,
    clients,
    clinic,
    instruments,
    learning,
    lots,
    mixes,
    recalls,
)
from kiosk.ledger.projections.kinds import Projection, Unprojectable

_ALL: dict[str, Projection] = (
    clinic.PROJECTIONS
    | instruments.PROJECTIONS
    | clients.PROJECTIONS
    | catalogue.PROJECTIONS
    | lots.PROJECTIONS
    | bottles.PROJECTIONS
    | mixes.PROJECTIONS
    | recalls.PROJECTIONS
    | learning.PROJECTIONS
)

#: Kinds that change a table.
KINDS: frozenset[str] = frozenset(_ALL)


def project(connection: Connection, event: Recorded) -> None:
    """Change the tables as `event` says; Unprojectable where they contradict it."""
    projection = _ALL.get(event.kind)
    if projection is None:
        return
    try:
        projection(connection, event)
    except msgspec.ValidationError as error:
        raise Unprojectable(event, f"has a body that cannot be used: {error}") from error
    except (IntegrityError, DataError) as error:
        raise Unprojectable(event, f"contradicts an earlier event: {error.orig}") from error


__all__ = ["KINDS", "Unprojectable", "project"]
