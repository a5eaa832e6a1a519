"""Who delivers, and whom the clinic no longer buys from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage import tables as t

BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier; `lots_at_hand` are the lots from it that still hold something."""

    id: str
    name: str
    state: str
    reason: str
    lots_at_hand: tuple[str, ...]


def add_supplier(desk: Desk, operator: Operator, supplier: str, name: str) -> None:
    """Put a supplier on the list of approved ones.

    Raises:
        DeskError: the id is taken or a field is empty.
    """
    require(operator, Duty.STOCK)
    if not supplier.strip() or not name.strip():
        raise DeskError("supplier: id and name may not be empty", "Type both.")
    with work(desk, operator.id) as task:
        if _row(task.connection, supplier) is not None:
            raise DeskError(f"supplier: '{supplier}' exists already", "Choose another id.")
        task.record(Event("supplier.added", supplier, {"name": name.strip()}))


def block_supplier(desk: Desk, operator: Operator, supplier: str, reason: str) -> Supplier:
    """Stop new deliveries from a supplier; the lots that are here are returned for review."""
    return _judge(desk, operator, supplier, "supplier.blocked", reason)


def approve_supplier(desk: Desk, operator: Operator, supplier: str, reason: str) -> Supplier:
    """Let a supplier deliver again."""
    return _judge(desk, operator, supplier, "supplier.approved", reason)


def _judge(desk: Desk, operator: Operator, supplier: str, kind: str, reason: str) -> Supplier:
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why.")
    with work(desk, operator.id) as task:
        if _row(task.connection, supplier) is None:
            raise _no_supplier(supplier)
        task.record(Event(kind, supplier, {"reason": reason.strip()}))
        return next(s for s in _suppliers(task.connection) if s.id == supplier)


def list_suppliers(desk: Desk) -> tuple[Supplier, ...]:
    """Every supplier, with the lots that are here from it."""
    with look(desk) as connection:
        return _suppliers(connection)


def blocked_supplier(connection: Connection, name: str) -> Stop | None:
    """A SAFETY stop where a delivery's supplier, by id or by name, is blocked."""
    row = next((row for row in _called(connection, name) if row.state == BLOCKED), None)
    if row is None:
        return None
    return Stop(
        "SUPPLIER-Q09",
        Severity.SAFETY,
        f"Supplier {row.name} is blocked: {row.reason}.",
        "The clinic's own list of suppliers",
        "The supplier approved again by the stock manager, or another supplier.",
    )


def approved_supplier(connection: Connection, name: str) -> bool:
    """Whether a delivery's supplier, by id or by name, stands on the list and is not blocked."""
    found = _called(connection, name)
    return bool(found) and all(row.state != BLOCKED for row in found)


def plain_name(text: str) -> str:
    """A name as it is compared; here, because SQLite tells "Ü" from "ü"."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _called(connection: Connection, name: str) -> list[Row[Any]]:
    wanted = plain_name(name)
    rows = connection.execute(select(t.suppliers)).all() if wanted else []
    return [row for row in rows if wanted in {plain_name(row.supplier), plain_name(row.name)}]


def _row(connection: Connection, supplier: str) -> object:
    return connection.execute(
        select(t.suppliers.c.supplier).where(t.suppliers.c.supplier == supplier)
    ).first()


def _no_supplier(supplier: str) -> NotFound:
    return NotFound(f"supplier: there is no '{supplier}'", "'smp-kiosk suppliers list' shows them.")


_LOTS_AT_HAND = (
    select(t.lots.c.supplier, t.lots.c.lot)
    .join(t.bottles)
    .where(t.bottles.c.remaining_ul != 0)
    .distinct()
    .order_by(t.lots.c.lot)
)


def _suppliers(connection: Connection) -> tuple[Supplier, ...]:
    rows = connection.execute(select(t.suppliers).order_by(t.suppliers.c.supplier)).all()
    here: dict[str, list[str]] = {}
    for row in connection.execute(_LOTS_AT_HAND):
        here.setdefault(plain_name(row.supplier), []).append(row.lot)
    return tuple(
        Supplier(
            row.supplier,
            row.name,
            row.state,
            row.reason,
            tuple(
                dict.fromkeys(
                    lot
                    for name in (row.supplier, row.name)
                    for lot in here.get(plain_name(name), ())
                )
            ),
        )
        for row in rows
    )
