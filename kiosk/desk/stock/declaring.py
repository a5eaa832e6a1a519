"""Looking products up, and what the rules make of one before it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.stock.shelf import find_product
from kiosk.inventory.model import Product
from kiosk.inventory.verdict import Finding, classify, load_catalogue
from kiosk.inventory.verdict.colourants import Reading, read_colourants
from kiosk.inventory.verdict.reading import DeclarationError
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Listed:
    """A product with its class and the lots of it that still hold something."""

    product: Product
    finding: Finding
    lots_at_hand: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products that were looked for, by brand and name; `more` says that not all are shown."""

    products: tuple[Listed, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """What the rules make of a product as it is typed.

    `known` names every colourant that was read, `doubts` what was not, as sentences.
    """

    finding: Finding
    known: tuple[str, ...]
    doubts: tuple[str, ...]


def find_products(desk: Desk, text: str = "", *, limit: int = 50) -> Catalogue:
    """Products whose id or name contains `text`."""
    wanted = text.strip().lower()
    name = t.products.c.brand + " " + t.products.c.line + " " + t.products.c.shade
    with look(desk) as connection:
        found = connection.scalars(
            select(t.products.c.product)
            .where(
                or_(
                    func.lower(t.products.c.product).contains(wanted, autoescape=True),
                    func.lower(name).contains(wanted, autoescape=True),
                )
            )
            .order_by(func.lower(name), t.products.c.product)
            .limit(limit + 1)
        ).all()
        here: dict[str, int] = dict(
            connection.execute(
                select(t.lots.c.product, func.count(t.lots.c.lot.distinct()))
                .join(t.bottles)
                .where(t.bottles.c.remaining_ul != 0, t.lots.c.product.in_(found))
                .group_by(t.lots.c.product)
            ).all()
        )
        products = [find_product(connection, one) for one in found[:limit]]
    listed = (Listed(one, classify(one), here.get(one.id, 0)) for one in products)
    return Catalogue(tuple(listed), len(found) > limit)


def known_product(desk: Desk, product: str) -> Product:
    """A product of the catalogue; raises NotFound."""
    with look(desk) as connection:
        return find_product(connection, product)


def read_declared(product: Product) -> Declared:
    """What the rules make of a product; asks no database.

    Raises:
        DeskError: what is declared of it cannot be read.
    """
    catalogue = load_catalogue()
    listed = product.declared.get("ingredients") or ()
    reading = read_colourants(product.colourants, listed, catalogue)
    known = tuple(catalogue.colourants[ci].shown for ci in reading.known)
    try:
        return Declared(classify(product), known, tuple(_doubts(reading)))
    except DeclarationError as error:
        raise DeskError(f"{error.field}: {error.problem}", error.mend) from error


def _doubts(reading: Reading) -> list[str]:
    said = [f"'{p.printed}' ({p.how}) counts as CI {p.ci}" for p in reading.pointers]
    for stranger in reading.strangers:
        near = f"; is it {' or '.join(stranger.near)}?" if stranger.near else ""
        said.append(f"CI {stranger.printed} is not in the table{near}")
    said += [f"CAS {cas} is not in the table" for cas in reading.stray_cas]
    said += [f"'{text}' is no number" for text in reading.unread]
    return said
