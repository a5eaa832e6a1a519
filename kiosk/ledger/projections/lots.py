"""Lots: how they came, where they stand, what class of ink they are known as."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, delete, insert, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.bottles import NewBottle, receive_bottle
from kiosk.ledger.projections.commands import Token, remember
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Day,
    Projection,
    ShortWord,
    Unprojectable,
    projection,
)
from kiosk.storage.tables import lot_identifiers, lots

#: Empty where nothing is known.
Class = Annotated[str, Meta(max_length=32)]


class Identifier(Body, frozen=True):
    """One of the numbers on a container; `normal` is the form that recalls and searches compare."""

    kind: ShortWord
    text: str
    normal: str


class LotReceived(Body, frozen=True):
    """A delivery of one lot; `lot_no` is empty where the label has none.

    `received_on` is None where nobody knows it any more. `label` is what was found on the
    container itself.
    """

    product: ID
    lot_no: str
    label_expiry: Day | None
    received_on: Day | None
    supplier: str
    bottles: list[NewBottle]
    identifiers: list[Identifier] = msgspec.field(default_factory=list)
    invoice: str = ""
    seal: ShortWord = "unknown"
    label: dict[str, Any] = msgspec.field(default_factory=dict)
    verdict: Class = ""
    rules_version: Class = ""
    token: Token = ""


class LotJudged(Body, frozen=True):
    """Why a lot changed its state."""

    reason: str


class LotReleased(Body, frozen=True):
    """Why a lot may be used, and as what it is known on that day."""

    reason: str
    verdict: Class = ""
    rules_version: Class = ""


class LotCorrected(Body, frozen=True):
    """What stands on the container after all; the whole of it, not only what changed."""

    lot_no: str
    identifiers: list[Identifier]
    label_expiry: Day | None
    received_on: Day | None
    label: dict[str, Any]
    reason: str


class LotReclassed(Body, frozen=True):
    """Another class of ink than was recorded before."""

    verdict: Class
    rules_version: Class


def _identify(connection: Connection, lot: str, identifiers: list[Identifier]) -> None:
    if identifiers:
        connection.execute(
            insert(lot_identifiers),
            [
                {"lot": lot, "line": line, "kind": i.kind, "text": i.text, "normal": i.normal}
                for line, i in enumerate(identifiers, start=1)
            ],
        )


def _receive(connection: Connection, event: Recorded, body: LotReceived) -> None:
    connection.execute(
        insert(lots),
        {
            "lot": event.entity,
            "product": body.product,
            "lot_no": body.lot_no,
            "label_expiry": body.label_expiry,
            "received_on": body.received_on,
            "supplier": body.supplier,
            "invoice": body.invoice,
            "seal": body.seal,
            "label": encode(body.label).decode(),
            "state": "QUARANTINE",
            "reason": "",
            "verdict": body.verdict,
            "rules_version": body.rules_version,
        },
    )
    _identify(connection, event.entity, body.identifiers)
    for line, new in enumerate(body.bottles, start=1):
        receive_bottle(connection, event, line, new)
    remember(connection, event, body.token)


def _change(connection: Connection, event: Recorded, what: str, **values: Any) -> None:
    done = connection.execute(update(lots).where(lots.c.lot == event.entity).values(**values))
    if done.rowcount == 0:
        raise Unprojectable(event, f"{what} a lot that was never received")


def _to(state: str) -> Projection:
    def judge(connection: Connection, event: Recorded, body: LotJudged) -> None:
        _change(connection, event, "judges", state=state, reason=body.reason)

    return projection(LotJudged, judge)


def _release(connection: Connection, event: Recorded, body: LotReleased) -> None:
    _change(
        connection,
        event,
        "releases",
        state="RELEASED",
        reason=body.reason,
        verdict=body.verdict,
        rules_version=body.rules_version,
    )


def _correct(connection: Connection, event: Recorded, body: LotCorrected) -> None:
    _change(
        connection,
        event,
        "corrects",
        lot_no=body.lot_no,
        label_expiry=body.label_expiry,
        received_on=body.received_on,
        label=encode(body.label).decode(),
    )
    connection.execute(delete(lot_identifiers).where(lot_identifiers.c.lot == event.entity))
    _identify(connection, event.entity, body.identifiers)


def _reclass(connection: Connection, event: Recorded, body: LotReclassed) -> None:
    _change(
        connection,
        event,
        "classes",
        verdict=body.verdict,
        rules_version=body.rules_version,
    )


PROJECTIONS = {
    "lot.received": projection(LotReceived, _receive),
    "lot.released": projection(LotReleased, _release),
    "lot.quarantined": _to("QUARANTINE"),
    "lot.held": _to("HOLD"),
    "lot.recalled": _to("RECALLED"),
    "lot.rejected": _to("REJECTED"),
    "lot.disposed": _to("DISPOSED"),
    "lot.corrected": projection(LotCorrected, _correct),
    "lot.reclassed": projection(LotReclassed, _reclass),
}
