"""Lots and bottles: receive, release, open, dispense, and what to take next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.inventory.model import Bottle, Kind, Lot, LotState, Product
from kiosk.inventory.picking import Offer, first_expiring, offer
from kiosk.inventory.verdict import Verdict, classify
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, blocking
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrives: a lot of a product in a number of equal bottles."""

    product: str
    lot_no: str
    label_expiry: date | None
    supplier: str
    bottle_ul: int
    bottles: int
    received_on: date | None = None
    """None means today."""


def add_product(desk: Desk, operator: Operator, product: Product) -> None:
    """Put a product into the catalogue.

    Raises:
        DeskError: the id is taken or a field is empty.
    """
    require(operator, Duty.STOCK)
    if not product.id.strip() or not product.brand.strip():
        raise DeskError("product: id and brand may not be empty", "Type both.")
    with work(desk, operator.id) as task:
        if task.connection.execute(
            select(t.products.c.product).where(t.products.c.product == product.id)
        ).first():
            raise DeskError(f"product: '{product.id}' exists already", "Choose another id.")
        task.record(
            Event(
                "product.added",
                product.id,
                {
                    "brand": product.brand,
                    "line": product.line,
                    "shade": product.shade,
                    "kind": product.kind.value,
                    "intended_use": product.intended_use,
                    "colourants": list(product.colourants),
                    "sterile": product.sterile,
                    "pao_months": product.pao_months,
                },
            )
        )


def receive(desk: Desk, operator: Operator, delivery: Delivery) -> Lot:
    """Book a delivery in; every delivery begins in quarantine.

    Raises:
        DeskError: a field cannot be used; the sentence names it.
    """
    require(operator, Duty.STOCK)
    if delivery.bottle_ul <= 0:
        raise DeskError("bottle_ul: a bottle holds more than nothing", "Type the volume in µl.")
    if not 1 <= delivery.bottles <= 1000:
        raise DeskError("bottles: between 1 and 1000", "Book larger deliveries in parts.")
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        _product(task.connection, delivery.product)
        received_on = delivery.received_on or task.today
        if received_on > task.today:
            raise DeskError("received_on: lies in the future", "Type the day it arrived.")
        lots_so_far = task.connection.execute(select(func.count()).select_from(t.lots)).scalar_one()
        bottles_so_far = task.connection.execute(
            select(func.count()).select_from(t.bottles)
        ).scalar_one()
        lot_id = f"L-{lots_so_far + 1:04d}"
        task.record(
            Event(
                "lot.received",
                lot_id,
                {
                    "product": delivery.product,
                    "lot_no": delivery.lot_no,
                    "label_expiry": delivery.label_expiry.isoformat()
                    if delivery.label_expiry
                    else None,
                    "received_on": received_on.isoformat(),
                    "supplier": delivery.supplier,
                    "bottles": [
                        {"bottle": f"B-{bottles_so_far + i + 1:04d}", "size_ul": delivery.bottle_ul}
                        for i in range(delivery.bottles)
                    ],
                },
            )
        )
        return find_lot(task.connection, lot_id)


#: What must be there before a lot may leave quarantine; classes that no signature clears stay.
_UNRELEASABLE = {Verdict.BODY_TATTOO, Verdict.UNKNOWN, Verdict.DILUENT_UNFIT}


def release(desk: Desk, operator: Operator, lot_id: str, reason: str = "inspected") -> Lot:
    """Release a lot from quarantine.

    Raises:
        Refused: it has no lot number, no expiry date, is past it, or its class is never released.
        DeskError: it is not in quarantine.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        lot = find_lot(task.connection, lot_id)
        if lot.state is not LotState.QUARANTINE:
            raise DeskError(f"lot: {lot_id} is {lot.state.value}, not in quarantine", "")
        # Judged as if it were released: what then still stops is what forbids the release.
        as_released = Bottle(
            "-",
            Lot(
                lot.id,
                lot.product,
                lot.lot_no,
                lot.label_expiry,
                lot.received_on,
                LotState.RELEASED,
            ),
            1,
            1,
        )
        stops = [
            stop
            for stop in offer(as_released, task.today).stops
            if stop.severity is Severity.SAFETY
        ]
        if classify(lot.product).verdict in _UNRELEASABLE or stops:
            raise Refused(stops)
        task.record(Event("lot.released", lot_id, {"reason": reason}))
        return find_lot(task.connection, lot_id)


def quarantine(desk: Desk, operator: Operator, lot_id: str, reason: str) -> Lot:
    """Put a lot back into quarantine, with the reason.

    Raises:
        DeskError: no reason was given.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the lot goes into quarantine.")
    with work(desk, operator.id) as task:
        lot = find_lot(task.connection, lot_id)
        if lot.state is LotState.REJECTED:
            raise DeskError(f"lot: {lot_id} was rejected", "A rejected lot stays rejected.")
        task.record(Event("lot.quarantined", lot_id, {"reason": reason.strip()}))
        return find_lot(task.connection, lot_id)


def reject(desk: Desk, operator: Operator, lot_id: str, reason: str) -> Lot:
    """Reject a lot for good; the only way out for one without a lot number."""
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the lot is rejected.")
    with work(desk, operator.id) as task:
        find_lot(task.connection, lot_id)
        task.record(Event("lot.rejected", lot_id, {"reason": reason.strip()}))
        return find_lot(task.connection, lot_id)


def open_bottle(
    desk: Desk, operator: Operator, bottle_id: str, opened_on: date | None = None
) -> Bottle:
    """Record that a bottle was opened; the first opening counts.

    Raises:
        DeskError: it is open already, or the day lies in the future.
        Refused: the bottle may not be used.
    """
    if not (operator.may(Duty.STOCK) or operator.may(Duty.TREAT)):
        require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        record_opening(task, bottle_id, opened_on)
        return find_bottle(task.connection, bottle_id)


def record_opening(task: Work, bottle_id: str, opened_on: date | None = None) -> None:
    """The rules of `open_bottle` inside a running transaction."""
    bottle = find_bottle(task.connection, bottle_id)
    day = opened_on or task.today
    if bottle.opened_on is not None:
        raise DeskError(
            f"bottle: {bottle_id} was opened on {bottle.opened_on.isoformat()} already",
            "The first opening counts.",
        )
    if day > task.today:
        raise DeskError("opened_on: lies in the future", "Type the day it was opened.")
    if day < bottle.lot.received_on:
        raise DeskError(
            f"opened_on: lies before the delivery on {bottle.lot.received_on.isoformat()}",
            "Type the day it was opened.",
        )
    # A POLICY stop is about drawing from the bottle, and is signed there.
    stops = [s for s in offer(bottle, task.today).stops if s.severity is Severity.SAFETY]
    if stops:
        raise Refused(stops)
    task.record(Event("bottle.opened", bottle_id, {"opened_on": day.isoformat()}))


def dispense(
    desk: Desk, operator: Operator, bottle_id: str, qty_ul: int, ref: str, reason: str
) -> Bottle:
    """Take a volume out of an opened bottle outside a mix (a test, a swatch card).

    Raises:
        Refused: the bottle may not be used.
        DeskError: it is sealed, or holds less.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        bottle = find_bottle(task.connection, bottle_id)
        if stops := blocking(offer(bottle, task.today).stops):
            raise Refused(stops)
        require_volume(bottle, qty_ul)
        if bottle.opened_on is None:
            raise DeskError(f"bottle: {bottle_id} is sealed", "Open it first.")
        task.record(
            Event(
                "stock.moved",
                bottle_id,
                {"type": "dispense", "qty_ul": -qty_ul, "ref": ref, "reason": reason},
            )
        )
        return find_bottle(task.connection, bottle_id)


def require_volume(bottle: Bottle, qty_ul: int) -> None:
    """Raise DeskError unless the bottle holds `qty_ul` (a positive whole number of µl)."""
    if qty_ul <= 0:
        raise DeskError("qty_ul: must be more than nothing", "Type the volume in µl.")
    if bottle.remaining_ul < qty_ul:
        raise DeskError(
            f"bottle: {bottle.id} holds {bottle.remaining_ul / 1000:.2f} ml, "
            f"not {qty_ul / 1000:.2f} ml",
            "Take another bottle, or a smaller batch.",
        )


# ── looking ──────────────────────────────────────────────────────────────────────────────────────

_CARD_OF_LOT = t.cards.c.lot == t.lots.c.lot

_BOTTLES = (
    select(t.bottles, t.lots, t.products, t.cards.c.ink)
    .select_from(t.bottles.join(t.lots).join(t.products).outerjoin(t.cards, _CARD_OF_LOT))
    .order_by(t.bottles.c.bottle)
)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _product_of(row: Row[tuple[object, ...]]) -> Product:
    return Product(
        id=row.product,
        brand=row.brand,
        line=row.line,
        shade=row.shade,
        kind=Kind(row.kind),
        intended_use=row.intended_use,
        colourants=tuple(json.loads(row.colourants)),
        sterile=row.sterile,
        pao_months=row.pao_months,
    )


def _lot_of(row: Row[tuple[object, ...]], product: Product) -> Lot:
    return Lot(
        id=row.lot,
        product=product,
        lot_no=row.lot_no,
        label_expiry=_day(row.label_expiry),
        received_on=date.fromisoformat(row.received_on),
        state=LotState(row.state),
        supplier=row.supplier,
        reason=row.reason,
        ink=row.ink or "",
    )


def _bottles(rows: Sequence[Row[tuple[object, ...]]]) -> list[Bottle]:
    # A shelf holds many bottles of few products: each product and lot is made once.
    products: dict[str, Product] = {}
    lots: dict[str, Lot] = {}
    bottles = []
    for row in rows:
        if (lot := lots.get(row.lot)) is None:
            product = products.get(row.product)
            if product is None:
                product = products[row.product] = _product_of(row)
            lot = lots[row.lot] = _lot_of(row, product)
        bottles.append(Bottle(row.bottle, lot, row.size_ul, row.remaining_ul, _day(row.opened_on)))
    return bottles


def _product(connection: Connection, product: str) -> Product:
    row = connection.execute(select(t.products).where(t.products.c.product == product)).first()
    if row is None:
        raise NotFound(f"product: there is no '{product}'", "Add it to the catalogue first.")
    return _product_of(row)


def find_lot(connection: Connection, lot_id: str) -> Lot:
    """A lot by its id; raises NotFound."""
    row = connection.execute(
        select(t.lots, t.products, t.cards.c.ink)
        .select_from(t.lots.join(t.products).outerjoin(t.cards, _CARD_OF_LOT))
        .where(t.lots.c.lot == lot_id)
    ).first()
    if row is None:
        raise NotFound(f"lot: there is no '{lot_id}'", "'smp-kiosk lots list' shows them.")
    return _lot_of(row, _product_of(row))


def find_bottle(connection: Connection, bottle_id: str) -> Bottle:
    """A bottle by its id; raises NotFound."""
    rows = connection.execute(_BOTTLES.where(t.bottles.c.bottle == bottle_id)).all()
    if not rows:
        raise _no_bottle(bottle_id)
    return _bottles(rows)[0]


def _no_bottle(bottle_id: str) -> NotFound:
    return NotFound(f"bottle: there is no '{bottle_id}'", "'smp-kiosk lots list' shows them.")


_AT_HAND = _BOTTLES.where(
    or_(t.bottles.c.remaining_ul > 0, t.bottles.c.bottle.in_(bindparam("named", expanding=True)))
)


def bottles_at_hand(connection: Connection, *named: str) -> dict[str, Bottle]:
    """Every bottle that is not empty, and the named ones in any case, by id.

    Raises:
        NotFound: there is no bottle of that name.
    """
    rows = connection.execute(_AT_HAND, {"named": named}).all()
    found = {bottle.id: bottle for bottle in _bottles(rows)}
    for bottle_id in named:
        if bottle_id not in found:
            raise _no_bottle(bottle_id)
    return found


def all_bottles(connection: Connection) -> list[Bottle]:
    """Every bottle with its lot and product."""
    return _bottles(connection.execute(_BOTTLES).all())


def next_bottles(desk: Desk, kind: Kind) -> tuple[Offer, ...]:
    """Bottles of a kind, in the order to use them; those that may not be used come last."""
    with look(desk) as connection:
        return first_expiring(all_bottles(connection), kind, desk.today())


def list_stock(desk: Desk) -> tuple[Offer, ...]:
    """The whole stock, pigment first, each kind in the order to use it."""
    with look(desk) as connection:
        bottles = all_bottles(connection)
    today = desk.today()
    return (
        *first_expiring(bottles, Kind.PIGMENT, today),
        *first_expiring(bottles, Kind.DILUENT, today),
    )
