"""Mixes, and what each took out of which bottle."""

from __future__ import annotations

from sqlalchemy import Connection, case, insert, update

from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.bottles import StockMoved, move
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    ShortWord,
    Unprojectable,
    Volume,
    Word,
    projection,
)
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


class MixClosed(Body, frozen=True):
    """How a cup ended: used, discarded or incident."""

    how: ShortWord
    reason: str


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
            "closed": "",
        },
    )
    for line, part in enumerate(body.parts, start=1):
        taken = StockMoved(type="mix_in", qty_ul=-part.qty_ul, ref=event.entity, reason=part.role)
        # A recall asks by lot: a part that names the wrong one would hide a client from it.
        move(connection, event, line=line, bottle=part.bottle, change=taken, lot=part.lot)


def _close(connection: Connection, event: Recorded, body: MixClosed) -> None:
    # The first closing counts.
    done = connection.execute(
        update(mixes)
        .where(mixes.c.mix == event.entity)
        .values(closed=case((mixes.c.closed == "", body.how), else_=mixes.c.closed))
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "closes a mix that was never made")


PROJECTIONS = {
    "mix.confirmed": projection(MixConfirmed, _confirm),
    "mix.closed": projection(MixClosed, _close),
}
