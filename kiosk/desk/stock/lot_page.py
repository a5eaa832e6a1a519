"""Everything about one lot on one page: its life, its bottles, its papers, whom it reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, union_all

from kiosk.desk.errors import NotFound
from kiosk.desk.office import Desk, look
from kiosk.desk.stock.on_file import documents_of
from kiosk.desk.stock.shelf import bottles_of_lot, find_lot, products_of
from kiosk.inventory.model import Document, Identifier, Kind, Lot, LotState, standing
from kiosk.inventory.picking import Offer, offer
from kiosk.inventory.recalls.names import normal_form
from kiosk.inventory.usability import lot_stops
from kiosk.inventory.verdict import Finding, classify
from kiosk.inventory.volumes.movements import MovementType
from kiosk.stops import Stop
from kiosk.storage import tables as t

_WASTE = {
    MovementType.DISCARD.value,
    MovementType.WRITE_OFF_EXPIRED.value,
    MovementType.WRITE_OFF_RECALLED.value,
}
_USED = {
    MovementType.MIX_IN.value,
    MovementType.DISPENSE.value,
    MovementType.NONCONFORMING_USE.value,
}


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a lot's volume went; what was received is the sum of the rest."""

    received_ul: int
    used_ul: int
    waste_ul: int
    returned_ul: int
    adjusted_ul: int
    """By counts and corrections, signed: negative where less was found than booked."""
    remaining_ul: int

    @property
    def sound(self) -> bool:
        """Whether it adds up."""
        gone = self.used_ul + self.waste_ul + self.returned_ul
        return self.received_ul + self.adjusted_ul - gone == self.remaining_ul


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to the lot as a whole."""

    at: datetime
    kind: str
    actor: str
    seq: int


@dataclass(frozen=True, slots=True)
class LotPage:
    """See the module."""

    lot: Lot
    standing: LotState
    finding: Finding
    identifiers: tuple[Identifier, ...]
    bottles: tuple[Offer, ...]
    documents: tuple[Document, ...]
    stops: tuple[Stop, ...]
    life: tuple[Moment, ...]
    balance: Balance
    uses: int
    clients: int
    strength: float | None
    recalls: tuple[str, ...]


def lot_page(desk: Desk, lot_id: str) -> LotPage:
    """The page of a lot.

    Raises:
        NotFound: there is no such lot.
    """
    today = desk.today()
    with look(desk) as connection:
        lot = find_lot(connection, lot_id)
        bottles = bottles_of_lot(connection, lot_id)
        remaining = sum(bottle.remaining_ul for bottle in bottles)
        uses, clients = _reach(connection, lot_id)
        return LotPage(
            lot,
            standing(lot.state, expires=lot.label_expiry, today=today, remaining_ul=remaining),
            classify(lot.product),
            _identifiers(connection, lot_id),
            tuple(offer(bottle, today) for bottle in bottles),
            documents_of(connection, lot_id, lot.product.id),
            tuple(lot_stops(lot)),
            _life(connection, lot_id),
            _balance(connection, lot_id, remaining),
            uses,
            clients,
            connection.scalar(select(t.cards.c.strength).where(t.cards.c.lot == lot_id)),
            tuple(
                connection.scalars(
                    select(t.recalled_lots.c.recall)
                    .where(t.recalled_lots.c.lot == lot_id)
                    .order_by(t.recalled_lots.c.recall)
                )
            ),
        )


def _identifiers(connection: Connection, lot: str) -> tuple[Identifier, ...]:
    rows = connection.execute(
        select(t.lot_identifiers)
        .where(t.lot_identifiers.c.lot == lot)
        .order_by(t.lot_identifiers.c.line)
    )
    return tuple(Identifier(row.kind, row.text) for row in rows)


def _life(connection: Connection, lot: str) -> tuple[Moment, ...]:
    rows = connection.execute(
        select(t.ledger.c.at, t.ledger.c.kind, t.ledger.c.actor, t.ledger.c.seq)
        .where(t.ledger.c.entity == lot)
        .order_by(t.ledger.c.seq)
    )
    return tuple(Moment(datetime.fromisoformat(r.at), r.kind, r.actor, r.seq) for r in rows)


def _balance(connection: Connection, lot: str, remaining: int) -> Balance:
    rows = connection.execute(
        select(t.movements.c.type, func.sum(t.movements.c.qty_ul))
        .join(t.bottles)
        .where(t.bottles.c.lot == lot)
        .group_by(t.movements.c.type)
    )
    sums = {kind: int(ul) for kind, ul in rows}
    returned = sums.get(MovementType.RETURN_TO_SUPPLIER.value, 0)
    received = sums.get(MovementType.RECEIVE.value, 0)
    used = sum(ul for kind, ul in sums.items() if kind in _USED)
    waste = sum(ul for kind, ul in sums.items() if kind in _WASTE)
    adjusted = sum(sums.values()) - received - used - waste - returned
    return Balance(received, -used, -waste, -returned, adjusted, remaining)


def _reach(connection: Connection, lot: str) -> tuple[int, int]:
    """Uses and clients of a lot; a use that no rule allowed reached its client as well."""
    mixed = (
        select(t.mixes.c.client)
        .select_from(t.bottles.join(t.movements).join(t.mixes, t.mixes.c.mix == t.movements.c.ref))
        .where(t.bottles.c.lot == lot, t.movements.c.type == MovementType.MIX_IN.value)
    )
    against = select(t.nonconformances.c.client).where(t.nonconformances.c.lot == lot)
    both = union_all(mixed, against).subquery()
    row = connection.execute(
        select(func.count(), func.count(both.c.client.distinct())).select_from(both)
    ).one()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a lot, and the bottle where a bottle was asked for."""

    lot: str
    bottle: str
    lot_no: str
    product: str
    why: str


def find_stock(desk: Desk, text: str, *, limit: int = 50) -> tuple[Found, ...]:
    """Lots by any of their numbers, by product or by id, and bottles by id.

    Numbers are compared in their normal form: "ss-202" finds "SS 202" and not "SS 2021".

    Raises:
        NotFound: nothing is called so.
    """
    wanted = text.strip()
    if not wanted:
        return ()
    normal = normal_form(wanted)
    with look(desk) as connection:
        rows = connection.execute(
            select(t.lots.c.lot, t.lots.c.lot_no, t.lots.c.product, t.bottles.c.bottle)
            .select_from(t.bottles.join(t.lots))
            .where(func.lower(t.bottles.c.bottle) == wanted.lower())
        ).all()
        found = [Found(r.lot, r.bottle, r.lot_no, r.product, "bottle") for r in rows]
        numbers = select(t.lot_identifiers.c.lot).where(t.lot_identifiers.c.normal == normal)
        # Here and not in the database, because SQLite tells "Ü" from "ü".
        folded = wanted.casefold()
        products = [
            product.id
            for kind in Kind
            for product in products_of(connection, kind)
            if folded in product.id.casefold() or folded in product.name.casefold()
        ]
        for why, where in (
            ("number", t.lots.c.lot.in_(numbers)),
            ("lot", func.lower(t.lots.c.lot) == wanted.lower()),
            ("product", t.lots.c.product.in_(products)),
        ):
            more = connection.execute(
                select(t.lots.c.lot, t.lots.c.lot_no, t.lots.c.product)
                .where(where)
                .order_by(t.lots.c.lot.desc())
                .limit(limit)
            )
            known = {entry.lot for entry in found}
            found += [
                Found(r.lot, "", r.lot_no, r.product, why) for r in more if r.lot not in known
            ]
    if not found:
        raise NotFound(
            f"'{wanted}' is no lot, bottle, number or product here", "Type or scan it again."
        )
    return tuple(found[:limit])
