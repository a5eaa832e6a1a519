"""Mixes, and what each took out of which bottle."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    Volume,
    Word,
    projection,
)
from kiosk.ledger.projections.stock import StockMoved, move
from kiosk.storage.tables import mixes


class Part(Body, frozen=True):
    """What one bottle gave; `qty_ul` is positive here and negative in the movement."""

    bottle: ID
    lot: ID
    role: Word
    qty_ul: Volume


class MixConfirmed(Body, frozen=True):
    """A mix as it was made: 1 part pigment to `ratio` parts diluent."""

    visit: ID
    client: ID
    ratio: Count
    pigment_ul: Volume
    diluent_ul: Volume
    parts: list[Part]


_INSERT = insert(mixes)


def _confirm(connection: Connection, event: Recorded, body: MixConfirmed) -> None:
    connection.execute(
        _INSERT,
        {
            "mix": event.entity,
            "seq": event.seq,
            "visit": body.visit,
            "client": body.client,
            "confirmed_at": instant_text(event.at),
            "operator": event.actor,
            "ratio": body.ratio,
            "pigment_ul": body.pigment_ul,
            "diluent_ul": body.diluent_ul,
        },
    )
    for line, part in enumerate(body.parts, start=1):
        taken = StockMoved(type="mix_in", qty_ul=-part.qty_ul, ref=event.entity, reason=part.role)
        # A recall asks by lot: a part that names the wrong one would hide a client from it.
        move(connection, event, line=line, bottle=part.bottle, change=taken, lot=part.lot)


PROJECTIONS = {"mix.confirmed": projection(MixConfirmed, _confirm)}
