"""What a studio learned: swatch cards of lots, proven recipes, healed outcomes."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Connection, delete, insert

from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    Day,
    Digest,
    ShortWord,
    Word,
    projection,
)
from kiosk.storage.tables import anchors, cards, outcomes

Strength = Annotated[float, Meta(gt=0)]
Colour = Annotated[list[float], Meta(min_length=3, max_length=3)]


class CardRead(Body, frozen=True):
    """A lot's swatch card: the fit's law and strength, and what the card says of the ink."""

    read_on: Day
    law: ShortWord
    strength: Strength
    ink: Word
    detail: dict[str, Any]


class AnchorAdded(Body, frozen=True):
    """An accepted result of the studio; colours of a person who is not named anywhere."""

    product: ID
    ratio: Count
    strength: Strength
    skin: Colour
    hair: Colour


class OutcomeJudged(Body, frozen=True):
    """A healed result of a mix; what was seen is in the erasable `record`."""

    client: ID
    mix: ID
    record: ID
    digest: Digest


def _read(connection: Connection, event: Recorded, body: CardRead) -> None:
    # A lot that is read again has the newer card; the ledger keeps both.
    connection.execute(delete(cards).where(cards.c.lot == event.entity))
    connection.execute(
        insert(cards),
        {
            "lot": event.entity,
            "seq": event.seq,
            "read_on": body.read_on,
            "law": body.law,
            "strength": body.strength,
            "ink": body.ink,
            "detail": encode(body.detail).decode(),
        },
    )


def _add(connection: Connection, event: Recorded, body: AnchorAdded) -> None:
    connection.execute(
        insert(anchors),
        {
            "anchor": event.entity,
            "product": body.product,
            "ratio": body.ratio,
            "strength": body.strength,
            "skin": encode(body.skin).decode(),
            "hair": encode(body.hair).decode(),
        },
    )


def _judge(connection: Connection, event: Recorded, body: OutcomeJudged) -> None:
    connection.execute(
        insert(outcomes),
        {
            "seq": event.seq,
            "client": body.client,
            "mix": body.mix,
            "record": body.record,
            "digest": body.digest,
        },
    )


PROJECTIONS = {
    "lot.card_read": projection(CardRead, _read),
    "anchor.added": projection(AnchorAdded, _add),
    "outcome.judged": projection(OutcomeJudged, _judge),
}
