"""What is on the shelf: lots and bottles as the tables know them now, and what to take next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from kiosk.desk.errors import NotFound
from kiosk.desk.office import Desk, look
from kiosk.inventory.claims import Claim
from kiosk.inventory.model import USABLE_STATES, Bottle, Kind, Lot, LotState, Product
from kiosk.inventory.picking import Offer, first_expiring, first_usable
from kiosk.inventory.usability import NOT_CARBON_LIKE, ink_stops
from kiosk.inventory.verdict import classify
from kiosk.stops import blocking
from kiosk.storage import tables as t

_STATES = {state.value: state for state in LotState}
_CARD_OF_LOT = t.cards.c.lot == t.lots.c.lot

_BOTTLES = (
    select(t.bottles, t.lots, t.products, t.cards.c.ink)
    .select_from(t.bottles.join(t.lots).join(t.products).outerjoin(t.cards, _CARD_OF_LOT))
    .order_by(t.bottles.c.bottle)
)


_NAMED = _BOTTLES.where(t.bottles.c.bottle.in_(bindparam("names", expanding=True)))


def _candidates(*more: object) -> Select[tuple[object, ...]]:
    return _BOTTLES.order_by(None).where(
        t.bottles.c.remaining_ul >= bindparam("volume"),
        # Said again for the index that leaves empty bottles out.
        t.bottles.c.remaining_ul != 0,
        t.bottles.c.held == "",
        t.bottles.c.sent_to == "",
        func.trim(t.lots.c.lot_no) != "",
        func.coalesce(t.cards.c.ink, "") != NOT_CARBON_LIKE,
        t.lots.c.product.in_(bindparam("sound", expanding=True)),
        t.lots.c.state.in_([state.value for state in USABLE_STATES]),
        t.lots.c.label_expiry >= bindparam("today"),
        *more,  # type: ignore[arg-type]
    )


_AT_HAND = t.bottles.alias()
_AT_HAND_OPENED = select(_AT_HAND.c.bottle).where(
    _AT_HAND.c.remaining_ul != 0, _AT_HAND.c.opened_on.is_not(None)
)
# The first lots of which a sealed bottle is there: the first bottles are among theirs, and a lot
# is looked at once for all its bottles. All that is asked of a bottle here stands in one index.
_FIRST_LOTS = (
    select(t.lots.c.lot)
    .where(
        t.lots.c.lot.in_(
            select(_AT_HAND.c.lot)
            .where(
                _AT_HAND.c.opened_on.is_(None),
                _AT_HAND.c.remaining_ul >= bindparam("volume"),
                _AT_HAND.c.remaining_ul != 0,
                _AT_HAND.c.held == "",
                _AT_HAND.c.sent_to == "",
            )
            .distinct()
        ),
        func.trim(t.lots.c.lot_no) != "",
        t.lots.c.lot.not_in(select(t.cards.c.lot).where(t.cards.c.ink == NOT_CARBON_LIKE)),
        t.lots.c.product.concat("").in_(bindparam("sound", expanding=True)),
        t.lots.c.state.in_([state.value for state in USABLE_STATES]),
        t.lots.c.label_expiry >= bindparam("today"),
    )
    .order_by(t.lots.c.label_expiry, func.coalesce(t.lots.c.received_on, ""), t.lots.c.lot)
    .limit(bindparam("limit"))
)

# What is open is little; what is sealed may be much, but its date is that of its label.
_OPENED = _candidates(t.bottles.c.bottle.in_(_AT_HAND_OPENED))
_SEALED = (
    _candidates(t.bottles.c.opened_on.is_(None), t.bottles.c.lot.in_(_FIRST_LOTS))
    .order_by(t.lots.c.label_expiry, func.coalesce(t.lots.c.received_on, ""), t.bottles.c.bottle)
    .limit(bindparam("limit"))
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
        declared=json.loads(row.declared),
    )


def _lot_of(row: Row[tuple[object, ...]], product: Product) -> Lot:
    return Lot(
        id=row.lot,
        product=product,
        lot_no=row.lot_no,
        label_expiry=_day(row.label_expiry),
        received_on=_day(row.received_on),
        state=_STATES[row.state],
        supplier=row.supplier,
        reason=row.reason,
        ink=row.ink or "",
        invoice=row.invoice,
        seal=row.seal,
        # On most containers nothing was noted, and this is asked of every lot at hand.
        label=json.loads(row.label) if row.label != "{}" else {},
        known_as=row.verdict,
        rules_version=row.rules_version,
    )


def _claim_on(row: Row[tuple[object, ...]]) -> Claim | None:
    if row.claimed_by is None:
        return None
    since, until = map(datetime.fromisoformat, (row.claimed_at, row.claimed_until))
    return Claim(row.bottle, row.claimed_by, row.claimed_actor, since, until)


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
        bottles.append(
            Bottle(
                row.bottle,
                lot,
                row.size_ul,
                row.remaining_ul,
                _day(row.opened_on),
                row.place,
                row.sent_to,
                row.held,
                _claim_on(row),
                row.drops_per_ml,
            )
        )
    return bottles


def find_product(connection: Connection, product: str) -> Product:
    """A product by its id; raises NotFound."""
    row = connection.execute(select(t.products).where(t.products.c.product == product)).first()
    if row is None:
        raise NotFound(f"product: there is no '{product}'", "Add it to the catalogue first.")
    return _product_of(row)


_PRODUCTS_OF = select(t.products).where(t.products.c.kind == bindparam("of"))


def products_of(connection: Connection, kind: Kind) -> list[Product]:
    """The catalogue's products of a kind."""
    return [_product_of(row) for row in connection.execute(_PRODUCTS_OF, {"of": kind.value}).all()]


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


_LOTS_AT_HAND = (
    select(t.lots, t.cards.c.ink)
    .select_from(t.lots.outerjoin(t.cards, _CARD_OF_LOT))
    # Without "distinct", which would have SQLite read every bottle there ever was in order of lots.
    .where(t.lots.c.lot.in_(select(t.bottles.c.lot).where(t.bottles.c.remaining_ul != 0)))
)


def lots_at_hand(connection: Connection) -> list[Lot]:
    """Every lot of which something is left."""
    # Once for each product and not for each of its lots.
    products = {row.product: row for row in connection.execute(select(t.products))}
    known: dict[str, Product] = {}
    lots = []
    for row in connection.execute(_LOTS_AT_HAND).all():
        product = known.get(row.product)
        if product is None:
            product = known[row.product] = _product_of(products[row.product])
        lots.append(_lot_of(row, product))
    return lots


def bottles_of_lot(connection: Connection, lot_id: str) -> list[Bottle]:
    """Every bottle of a lot, empty ones as well."""
    return _bottles(connection.execute(_BOTTLES.where(t.bottles.c.lot == lot_id)).all())


def _no_bottle(bottle_id: str) -> NotFound:
    return NotFound(f"bottle: there is no '{bottle_id}'", "'smp-kiosk lots list' shows them.")


def named_bottles(connection: Connection, *names: str) -> dict[str, Bottle]:
    """Several bottles by their ids.

    Raises:
        NotFound: there is no bottle of that name.
    """
    rows = connection.execute(_NAMED, {"names": names}).all()
    found = {bottle.id: bottle for bottle in _bottles(rows)}
    for name in names:
        if name not in found:
            raise _no_bottle(name)
    return found


def all_bottles(connection: Connection) -> list[Bottle]:
    """Every bottle with its lot and product."""
    return _bottles(connection.execute(_BOTTLES).all())


def bottles_at_hand(connection: Connection, *, opened: bool = False) -> list[Bottle]:
    """Every bottle that is not empty by its book; with `opened` those alone that are open."""
    wanted = [t.bottles.c.opened_on.is_not(None)] if opened else []
    return _bottles(
        connection.execute(_BOTTLES.where(t.bottles.c.remaining_ul != 0, *wanted)).all()
    )


def first_to_use(
    connection: Connection, kind: Kind, today: date, *, at_least_ul: int = 1, limit: int = 50
) -> tuple[Offer, ...]:
    """The first bottles of a kind that nothing speaks against, in the order to use them.

    The database leaves out what may not be used and puts sealed bottles in order, by source dates
    and states alone. What it lets through is judged and put in order again as every bottle is.
    """
    sound = [
        product.id
        for product in products_of(connection, kind)
        if not blocking(ink_stops(classify(product)))
    ]
    what = {
        "sound": sound,
        "today": today.isoformat(),
        "volume": max(at_least_ul, 1),
        "limit": limit,
    }
    # Every opened bottle comes before every sealed one.
    opened = first_usable(_bottles(connection.execute(_OPENED, what).all()), today, limit)
    if len(opened) == limit:
        return opened
    sealed = _bottles(connection.execute(_SEALED, what).all())
    return (*opened, *first_usable(sealed, today, limit))[:limit]


def next_bottles(desk: Desk, kind: Kind, *, limit: int = 50) -> tuple[Offer, ...]:
    """Bottles of a kind in the order to use them, at most `limit`.

    After those that may be used come some that may not, with what stops them: an empty shelf needs
    an explanation.
    """
    today = desk.today()
    with look(desk) as connection:
        usable = first_to_use(connection, kind, today, limit=limit)
        if len(usable) == limit:
            return usable
        # The newest of what still holds something: what was emptied years ago explains nothing.
        rows = connection.execute(
            _BOTTLES.order_by(None)
            .where(
                t.products.c.kind == kind.value,
                t.bottles.c.remaining_ul != 0,
                t.bottles.c.bottle.not_in([item.bottle.id for item in usable]),
            )
            .order_by(t.bottles.c.bottle.desc())
            .limit(limit)
        ).all()
    rest = first_expiring(_bottles(rows), kind, today)
    return (*usable, *(item for item in rest if not item.usable))[:limit]


def list_stock(desk: Desk) -> tuple[Offer, ...]:
    """The whole stock, pigment first, each kind in the order to use it."""
    with look(desk) as connection:
        bottles = all_bottles(connection)
    today = desk.today()
    return (
        *first_expiring(bottles, Kind.PIGMENT, today),
        *first_expiring(bottles, Kind.DILUENT, today),
    )
