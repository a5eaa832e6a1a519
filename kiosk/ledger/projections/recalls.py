"""Recalls: each version of a notice, the lots it hit, and whether clients were reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    ShortWord,
    Unprojectable,
    Word,
    projection,
)
from kiosk.storage.tables import recall_contacts, recalled_lots, recalls


class Hit(Body, frozen=True):
    """One lot that a notice speaks of; `effect` is what it does to the lot."""

    lot: ID
    effect: ShortWord
    reason: str


class RecallApplied(Body, frozen=True):
    """One version of a notice with every lot it hits now."""

    version: Count
    notice: dict[str, Any]
    hits: list[Hit]


class RecallHit(Body, frozen=True):
    """A lot that came, or was corrected, after the notice and is hit by it as well."""

    version: Count
    hit: Hit


class RecallClosed(Body, frozen=True):
    """How it ended."""

    outcome: Word
    reason: str


class ClientContacted(Body, frozen=True):
    """How far one client was reached about a recall."""

    client: ID
    state: ShortWord


def _keep(connection: Connection, recall: str, version: int, hits: list[Hit]) -> None:
    if hits:
        connection.execute(
            insert(recalled_lots),
            [
                {
                    "recall": recall,
                    "lot": hit.lot,
                    "version": version,
                    "effect": hit.effect,
                    "reason": hit.reason,
                }
                for hit in hits
            ],
        )


def _apply(connection: Connection, event: Recorded, body: RecallApplied) -> None:
    connection.execute(
        insert(recalls),
        {
            "recall": event.entity,
            "version": body.version,
            "seq": event.seq,
            "notice": encode(body.notice).decode(),
            "state": "ACTIVE",
            "outcome": "",
        },
    )
    # The newest version says which lots are hit; what an older one hit is in its event.
    connection.execute(delete(recalled_lots).where(recalled_lots.c.recall == event.entity))
    _keep(connection, event.entity, body.version, body.hits)


def _hit(connection: Connection, event: Recorded, body: RecallHit) -> None:
    _keep(connection, event.entity, body.version, [body.hit])


def _close(connection: Connection, event: Recorded, body: RecallClosed) -> None:
    done = connection.execute(
        update(recalls)
        .where(recalls.c.recall == event.entity)
        .values(state="CLOSED", outcome=f"{body.outcome}: {body.reason}")
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "closes a recall that was never entered")


def _contact(connection: Connection, event: Recorded, body: ClientContacted) -> None:
    values = {"state": body.state, "at": instant_text(event.at)}
    done = connection.execute(
        update(recall_contacts)
        .where(recall_contacts.c.recall == event.entity, recall_contacts.c.client == body.client)
        .values(**values)
    )
    if done.rowcount == 0:
        connection.execute(
            insert(recall_contacts), {"recall": event.entity, "client": body.client, **values}
        )


PROJECTIONS = {
    "recall.applied": projection(RecallApplied, _apply),
    "recall.hit": projection(RecallHit, _hit),
    "recall.closed": projection(RecallClosed, _close),
    "recall.contacted": projection(ClientContacted, _contact),
}
