"""What a scanned code means in this clinic: a bottle of its own, a product, a lot that is here."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, or_, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look
from kiosk.desk.people import Operator
from kiosk.desk.stock.catalogue import amend_product
from kiosk.desk.stock.recall_view import ARTICLE
from kiosk.desk.stock.shelf import find_bottle, find_product
from kiosk.inventory.model import ARTICLES, Product
from kiosk.inventory.picking import Offer, offer
from kiosk.inventory.recalls.names import normal_form
from kiosk.inventory.scanning.model import Reading
from kiosk.stops import Severity, Stop
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reading means here; `lots` are those of the product that carry the scanned number.

    `stranger` is the id on a label of the clinic's own kind that names no bottle of this database.
    """

    bottle: Offer | None = None
    stranger: str = ""
    products: tuple[Product, ...] = ()
    lots: tuple[str, ...] = ()


def article_of(reading: Reading) -> str:
    """The article number of a reading: the GTIN, or HIBC's labeller and product; empty for none."""
    if reading.gtin:
        return reading.gtin
    return f"{reading.labeller} {reading.product}" if reading.labeller and reading.product else ""


def recognise(desk: Desk, reading: Reading) -> Meaning:
    """Look a reading up; nothing in it is known where everything comes back empty."""
    today = desk.today()
    with look(desk) as connection:
        if reading.bottle:
            try:
                return Meaning(bottle=offer(find_bottle(connection, reading.bottle), today))
            except NotFound:
                return Meaning(stranger=reading.bottle)
        products = _products_of(connection, article_of(reading))
        names = [product.id for product in products]
        return Meaning(products=products, lots=_lots_of(connection, names, reading.lot or ""))


def foreign(reading: Reading, meaning: Meaning) -> Stop:
    """The stop on drawing from a container that is none of this clinic's stock."""
    if meaning.stranger:
        said = f"{meaning.stranger} is on no bottle of this clinic."
    elif meaning.products and reading.lot:
        said = f"Lot {reading.lot} of {meaning.products[0].name} was never received here."
    elif meaning.products:
        said = f"This is {meaning.products[0].name}; its code names no lot."
    else:
        said = f"Nothing of this clinic carries this code ({reading.described})."
    return Stop(
        "BOTTLE-FOREIGN",
        Severity.SAFETY,
        said,
        "What was never received was never inspected, and nobody could trace it",
        "Scan the clinic's own label on the bottle, or receive and release its lot first.",
    )


def _products_of(connection: Connection, article: str) -> tuple[Product, ...]:
    """The products that are known to carry an article number, or came with it in a delivery."""
    if not article:
        return ()
    declared = connection.execute(
        select(t.products.c.product, t.products.c.declared).where(
            t.products.c.declared.contains(ARTICLES)
        )
    )
    found = [name for name, facts in declared if article in json.loads(facts).get(ARTICLES, ())]
    if not found:
        found = [
            *connection.scalars(
                select(t.lots.c.product)
                .join(t.lot_identifiers, t.lot_identifiers.c.lot == t.lots.c.lot)
                .where(
                    t.lot_identifiers.c.kind == ARTICLE,
                    t.lot_identifiers.c.normal == normal_form(article),
                )
                .distinct()
            )
        ]
    return tuple(find_product(connection, name) for name in sorted(found))


def _lots_of(connection: Connection, products: list[str], lot_no: str) -> tuple[str, ...]:
    if not products or not lot_no:
        return ()
    return tuple(
        connection.scalars(
            select(t.lots.c.lot)
            .join(t.lot_identifiers, t.lot_identifiers.c.lot == t.lots.c.lot)
            .where(
                t.lots.c.product.in_(products),
                t.lot_identifiers.c.kind == "LOT",
                t.lot_identifiers.c.normal == normal_form(lot_no),
            )
            .distinct()
            .order_by(t.lots.c.lot)
        )
    )


def remember_article(desk: Desk, operator: Operator, product: str, article: str) -> bool:
    """Keep an article number with its product; the next scan of it needs no choice.

    Returns:
        Whether it was new.

    Raises:
        DeskError: another product is known to carry it.
        NotFound: there is no such product.
    """
    with look(desk) as connection:
        known = find_product(connection, product)
        others = [p.id for p in _products_of(connection, article) if p.id != product]
    numbers = [*known.declared.get(ARTICLES, ())]
    if article in numbers:
        return False
    if others:
        raise DeskError(
            f"article: {article} belongs to {', '.join(others)}",
            "One number is one article: compare the containers, or amend that product.",
        )
    amended = replace(known, declared={**known.declared, ARTICLES: [*numbers, article]})
    amend_product(desk, operator, amended, f"{article} scanned from its container")
    return True


def find_products(desk: Desk, text: str, *, limit: int = 9) -> tuple[Product, ...]:
    """Products whose id or name has this in it, in alphabetical order; an exact id alone."""
    wanted = text.strip().lower()
    name = t.products.c.brand + " " + t.products.c.line + " " + t.products.c.shade
    with look(desk) as connection:
        ids = connection.scalars(
            select(t.products.c.product)
            .where(
                or_(
                    func.lower(t.products.c.product).contains(wanted, autoescape=True),
                    func.lower(name).contains(wanted, autoescape=True),
                )
            )
            .order_by(t.products.c.product)
            .limit(limit)
        ).all()
        exact = [name for name in ids if name.lower() == wanted]
        return tuple(find_product(connection, name) for name in exact or ids)


def usual_size(desk: Desk, product: str) -> int:
    """How much the newest bottle of a product held when it came, in µl; 0 where none ever came."""
    with look(desk) as connection:
        size = connection.scalar(
            select(t.bottles.c.size_ul)
            .join(t.lots)
            .where(t.lots.c.product == product)
            .order_by(t.bottles.c.bottle.desc())
            .limit(1)
        )
    return size or 0
