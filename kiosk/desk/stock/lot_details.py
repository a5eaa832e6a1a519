"""What stands behind a lot's page: its swatch card, whom it reached when, its whole history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from calibration.swatch_card.lots import strength_alarm
from kiosk.desk import journal
from kiosk.desk.office import Desk, look
from kiosk.desk.stock.uses import Use, uses_of_lots
from kiosk.ledger import reader
from kiosk.storage import tables as t

#: So many cards of a product lie before one on its small control chart.
CARDS_BEFORE = 7


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """A lot's swatch card as it was judged when it was read.

    `strength` is against the product's first card (1.0), `alarm` whether it lies outside of the
    control limits, `hue` the CIEDE2000 between the lot's own path of dilution and the nearest
    carbon's, `earlier` the strengths of the product's cards before this one, oldest first.
    """

    read_on: date
    strength: float
    alarm: bool
    ink: str
    hue: float
    earlier: tuple[float, ...]


def lot_card(desk: Desk, lot: str) -> CardOnFile | None:
    """The card of a lot, None where none was read."""
    with look(desk) as connection:
        card = connection.execute(
            select(t.cards, t.lots.c.product)
            .select_from(t.cards.join(t.lots))
            .where(t.cards.c.lot == lot)
        ).first()
        if card is None:
            return None
        earlier = connection.scalars(
            select(t.cards.c.strength)
            .select_from(t.cards.join(t.lots))
            .where(t.lots.c.product == card.product, t.cards.c.seq < card.seq)
            .order_by(t.cards.c.seq.desc())
            .limit(CARDS_BEFORE)
        ).all()
    return CardOnFile(
        date.fromisoformat(card.read_on),
        card.strength,
        strength_alarm(card.strength),
        card.ink,
        json.loads(card.detail)["ink"]["against_carbon"]["size"],
        tuple(reversed(earlier)),
    )


def lot_uses(desk: Desk, lot: str) -> tuple[Use, ...]:
    """Every use of a lot, the newest first."""
    with look(desk) as connection:
        return uses_of_lots(connection, [lot])[::-1]


def lot_history(
    desk: Desk, lot: str, *, limit: int = 50, before_seq: int | None = None
) -> list[journal.Line]:
    """What was recorded about a lot and about its bottles, the newest first.

    The next page begins before the last line's `seq`.
    """
    bottles = select(t.bottles.c.bottle).where(t.bottles.c.lot == lot)
    itself = select(t.lots.c.lot).where(t.lots.c.lot == lot)
    among = select(itself.union_all(bottles).subquery())
    with look(desk) as connection:
        return journal.told(desk, reader.tail(connection, limit, before_seq, entity=among))
