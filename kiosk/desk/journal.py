"""The ledger as a person looks at it, and its verification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.desk.office import Desk, look
from kiosk.ledger import reader
from kiosk.ledger.events import Recorded
from kiosk.ledger.verify import Verification, verify
from kiosk.provenance.journal import sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One event, readable."""

    seq: int
    at: datetime
    actor: str
    text: str
    leaf: str


def latest(desk: Desk, limit: int = 200, before_seq: int | None = None) -> list[Line]:
    """The newest events first."""
    with look(desk) as connection:
        events = reader.tail(connection, limit=limit, before_seq=before_seq)
    return told(desk, events)


def told(desk: Desk, events: Iterable[Recorded]) -> list[Line]:
    """Events as lines in the clinic's time."""
    return [
        Line(event.seq, event.at.astimezone(desk.zone), event.actor, sentence(event), event.leaf)
        for event in events
    ]


def verify_ledger(desk: Desk) -> Verification:
    """Recompute every hash and every table; names the first event that does not fit."""
    with look(desk) as connection:
        return verify(connection)
