"""The catalogue: what the clinic buys, as label and papers declare it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.recalling import match_lot
from kiosk.desk.stock.shelf import find_lot, find_product
from kiosk.desk.stock.uses import Use, uses_of_lots
from kiosk.inventory.expiry import DEFAULT_PAO_MONTHS
from kiosk.inventory.model import USABLE_STATES, Product
from kiosk.inventory.verdict import classify, declaration_of_product
from kiosk.inventory.verdict.reading import DeclarationError
from kiosk.ledger.events import Event
from kiosk.storage import tables as t


def product_body(product: Product) -> dict[str, object]:
    """A product as its event tells it."""
    return {
        "brand": product.brand,
        "line": product.line,
        "shade": product.shade,
        "kind": product.kind.value,
        "intended_use": product.intended_use,
        "colourants": list(product.colourants),
        "sterile": product.sterile,
        "pao_months": product.pao_months,
        "declared": dict(product.declared),
    }


def checked_product(product: Product) -> Product:
    """A product that may stand in the catalogue.

    Raises:
        DeskError: its id or brand is empty, or what it declares cannot be read by the rules.
    """
    if not product.id.strip() or not product.brand.strip():
        raise DeskError("product: id and brand may not be empty", "Type both.")
    try:
        declaration_of_product(product)
    except DeclarationError as error:
        raise DeskError(f"{error.field}: {error.problem}", error.mend) from error
    return product


def add_product(desk: Desk, operator: Operator, product: Product) -> None:
    """Put a product into the catalogue.

    Raises:
        DeskError: the id is taken or a field is empty.
    """
    require(operator, Duty.STOCK)
    checked_product(product)
    with work(desk, operator.id) as task:
        if task.connection.execute(
            select(t.products.c.product).where(t.products.c.product == product.id)
        ).first():
            raise DeskError(f"product: '{product.id}' exists already", "Choose another id.")
        task.record(Event("product.added", product.id, product_body(product)))


@dataclass(frozen=True, slots=True)
class Reclassed:
    """A lot that is known as something else now, and whom it had reached before."""

    lot: str
    before: str
    now: str
    uses: tuple[Use, ...]


def amend_product(
    desk: Desk, operator: Operator, product: Product, reason: str
) -> tuple[Reclassed, ...]:
    """Change what a product declares; its lots are judged again at once.

    A lot whose class changes goes back to quarantine, in whatever direction it changed. So does one
    with an opened bottle where the period after opening got longer: a date that has passed is not
    moved by typing. Under another name a lot may be one that a notice means.

    Raises:
        NotFound: there is no such product.
        DeskError: no reason, or pigment would become diluent.
    """
    require(operator, Duty.STOCK)
    checked_product(product)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say which paper shows it.")
    with work(desk, operator.id) as task:
        known = find_product(task.connection, product.id)
        if known.kind is not product.kind:
            raise DeskError(
                f"kind: {product.id} is {known.kind.value}", "Add another product instead."
            )
        body = product_body(product) | {"reason": reason.strip()}
        task.record(Event("product.amended", product.id, body))
        changed = reclass(task, product.id)
        if _months_open(product) > _months_open(known):
            _look_at_opened(task, product, reason.strip())
        if (known.brand, known.line, known.shade) != (product.brand, product.line, product.shade):
            for lot in _lots_of(task, product.id):
                match_lot(task, lot)
        return changed


def _months_open(product: Product) -> int:
    return DEFAULT_PAO_MONTHS if product.pao_months is None else product.pao_months


def _look_at_opened(task: Work, product: Product, reason: str) -> None:
    why = f"good for {_months_open(product)} months after opening now, longer than before: {reason}"
    for lot in _opened(task.connection, product.id):
        task.record(Event("lot.quarantined", lot, {"reason": why}))


def _opened(connection: Connection, product: str) -> Sequence[str]:
    """Lots in use of which a bottle is open."""
    return connection.scalars(
        select(t.lots.c.lot)
        .join(t.bottles)
        .where(
            t.lots.c.product == product,
            t.lots.c.state.in_([state.value for state in USABLE_STATES]),
            t.bottles.c.opened_on.is_not(None),
            t.bottles.c.remaining_ul != 0,
        )
        .distinct()
        .order_by(t.lots.c.lot)
    ).all()


@dataclass(frozen=True, slots=True)
class Amendment:
    """What amending a product would do; `reopened` go to quarantine for a longer period open."""

    reclassed: tuple[Reclassed, ...]
    reopened: tuple[str, ...]


def plan_amendment(desk: Desk, product: Product) -> Amendment:
    """What `amend_product` would do to the lots of a product; records nothing.

    Raises:
        NotFound: there is no such product.
    """
    checked_product(product)
    with look(desk) as connection:
        known = find_product(connection, product.id)
        longer = _months_open(product) > _months_open(known)
        return Amendment(
            _reclassed(connection, product),
            tuple(_opened(connection, product.id)) if longer else (),
        )


def _lots_of(task: Work, product: str) -> Sequence[str]:
    return task.connection.scalars(
        select(t.lots.c.lot).where(t.lots.c.product == product).order_by(t.lots.c.lot)
    ).all()


def reclass_all(desk: Desk, operator: Operator) -> tuple[Reclassed, ...]:
    """Judge every lot again, as after an update of the rules."""
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        names = task.connection.scalars(select(t.products.c.product)).all()
        return tuple(changed for name in names for changed in reclass(task, name))


def reclass(task: Work, product: str) -> tuple[Reclassed, ...]:
    """Record every lot of a product whose class is another than it was last known as."""
    declared = find_product(task.connection, product)
    changed = _reclassed(task.connection, declared)
    version = classify(declared).rules_version
    for one in changed:
        known = {"verdict": one.now, "rules_version": version}
        task.record(Event("lot.reclassed", one.lot, known))
        if find_lot(task.connection, one.lot).state in USABLE_STATES:
            why = f"class was {one.before or 'not known'}, is {one.now}"
            task.record(Event("lot.quarantined", one.lot, {"reason": why}))
    return changed


def _reclassed(connection: Connection, product: Product) -> tuple[Reclassed, ...]:
    """Lots of a product that would be known as something else if it declared this."""
    now = classify(product).verdict.value
    rows = connection.execute(
        select(t.lots.c.lot, t.lots.c.verdict)
        .where(t.lots.c.product == product.id, t.lots.c.verdict != now)
        .order_by(t.lots.c.lot)
    ).all()
    return tuple(
        Reclassed(row.lot, row.verdict, now, uses_of_lots(connection, [row.lot])) for row in rows
    )
