"""Products, lots and bottles, and every change of what a bottle holds."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    Day,
    Projection,
    Ref,
    ShortWord,
    Unprojectable,
    Volume,
    Word,
    projection,
)
from kiosk.storage.tables import bottles, lots, movements, products


class ProductAdded(Body, frozen=True):
    """A product as its label declares it; `pao_months` is the period after opening."""

    brand: str
    line: str
    shade: str
    kind: ShortWord
    intended_use: str
    colourants: list[str]
    sterile: bool
    pao_months: Count | None


class NewBottle(Body, frozen=True):
    """One bottle of a delivery, full."""

    bottle: ID
    size_ul: Volume


class LotReceived(Body, frozen=True):
    """A delivery of one lot; `lot_no` is empty where the label has none."""

    product: ID
    lot_no: str
    label_expiry: Day | None
    received_on: Day
    supplier: str
    bottles: list[NewBottle]


class LotJudged(Body, frozen=True):
    """Why a lot changed its state."""

    reason: str


class BottleOpened(Body, frozen=True):
    """The clinic's calendar day on which a bottle was opened."""

    opened_on: Day


class StockMoved(Body, frozen=True):
    """A change of one bottle's content; `qty_ul` is negative where something left it."""

    type: Word
    qty_ul: int
    ref: Ref
    reason: str


# Built once: a replay runs these for every part of every mix, and to build one takes longer than
# to run it.
_AFTER = bottles.c.remaining_ul + bindparam("qty_ul")
_CHANGE = (
    update(bottles)
    .where(bottles.c.bottle == bindparam("of"), _AFTER >= 0)
    .values(remaining_ul=_AFTER)
)
_CHANGE_OF_LOT = _CHANGE.where(bottles.c.lot == bindparam("of_lot"))
_BOOK = insert(movements)
_LOT_OF = select(bottles.c.lot).where(bottles.c.bottle == bindparam("of"))


def move(
    connection: Connection,
    event: Recorded,
    *,
    line: int,
    bottle: str,
    change: StockMoved,
    lot: str | None = None,
) -> None:
    """Book one movement and change the bottle; Unprojectable before it would hold less than 0.

    Unprojectable as well where a `lot` is given and the bottle is of another.
    """
    what = {"of": bottle, "qty_ul": change.qty_ul}
    if lot is None:
        done = connection.execute(_CHANGE, what)
    else:
        done = connection.execute(_CHANGE_OF_LOT, what | {"of_lot": lot})
    if done.rowcount == 0:
        raise Unprojectable(event, _why_not(connection, bottle, change, lot))
    connection.execute(
        _BOOK,
        {
            "seq": event.seq,
            "line": line,
            "bottle": bottle,
            "type": change.type,
            "qty_ul": change.qty_ul,
            "ref": change.ref,
            "reason": change.reason,
        },
    )


def _why_not(connection: Connection, bottle: str, change: StockMoved, lot: str | None) -> str:
    found = connection.execute(
        select(bottles.c.lot, bottles.c.remaining_ul).where(bottles.c.bottle == bottle)
    ).first()
    if found is None:
        return f"names bottle {bottle}, which was never received"
    if lot not in (None, found.lot):
        return f"says bottle {bottle} is of lot {lot}, not {found.lot}"
    return f"takes {-change.qty_ul} µl from bottle {bottle}, which holds {found.remaining_ul} µl"


def _add(connection: Connection, event: Recorded, body: ProductAdded) -> None:
    connection.execute(
        insert(products),
        {
            "product": event.entity,
            "brand": body.brand,
            "line": body.line,
            "shade": body.shade,
            "kind": body.kind,
            "intended_use": body.intended_use,
            "colourants": encode(body.colourants).decode(),
            "sterile": body.sterile,
            "pao_months": body.pao_months,
        },
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
            "state": "QUARANTINE",
            "reason": "",
        },
    )
    for line, new in enumerate(body.bottles, start=1):
        connection.execute(
            insert(bottles),
            {"bottle": new.bottle, "lot": event.entity, "size_ul": new.size_ul, "remaining_ul": 0},
        )
        full = StockMoved(type="receive", qty_ul=new.size_ul, ref=event.entity, reason="")
        move(connection, event, line=line, bottle=new.bottle, change=full)


def _to(state: str) -> Projection:
    def judge(connection: Connection, event: Recorded, body: LotJudged) -> None:
        done = connection.execute(
            update(lots).where(lots.c.lot == event.entity).values(state=state, reason=body.reason)
        )
        if done.rowcount == 0:
            raise Unprojectable(event, "judges a lot that was never received")

    return projection(LotJudged, judge)


def _open(connection: Connection, event: Recorded, body: BottleOpened) -> None:
    lot = connection.scalar(_LOT_OF, {"of": event.entity})
    if lot is None:
        raise Unprojectable(event, "opens a bottle that was never received")
    # The first opening counts, whichever of two was entered first.
    connection.execute(
        update(bottles)
        .where(
            bottles.c.bottle == event.entity,
            or_(bottles.c.opened_on.is_(None), bottles.c.opened_on > body.opened_on),
        )
        .values(opened_on=body.opened_on)
    )
    connection.execute(
        update(lots).where(lots.c.lot == lot, lots.c.state == "RELEASED").values(state="OPEN")
    )


def _move(connection: Connection, event: Recorded, body: StockMoved) -> None:
    move(connection, event, line=1, bottle=event.entity, change=body)


PROJECTIONS = {
    "product.added": projection(ProductAdded, _add),
    "lot.received": projection(LotReceived, _receive),
    "lot.released": _to("RELEASED"),
    "lot.quarantined": _to("QUARANTINE"),
    "lot.rejected": _to("REJECTED"),
    "bottle.opened": projection(BottleOpened, _open),
    "stock.moved": projection(StockMoved, _move),
}
