"""A delivery: what arrived, on which day, in how many bottles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.commands import event_of
from kiosk.desk.stock.holdings import holdings
from kiosk.desk.stock.recalling import match_lot
from kiosk.desk.stock.shelf import find_lot, find_product
from kiosk.desk.stock.suppliers import blocked_supplier
from kiosk.inventory.forecast import place_in_front
from kiosk.inventory.model import USABLE_STATES, Identifier, Lot
from kiosk.inventory.recalls.names import normal_form
from kiosk.inventory.verdict import classify
from kiosk.inventory.verdict.declaration import Seal
from kiosk.inventory.verdict.reading import DeclarationError, label_from
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Stop
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrives: a lot of a product in a number of equal bottles.

    `received_on` of None means today, or with `day_unknown` that nobody knows. `identifiers` are
    further numbers on the container besides the lot number. `label` is what was found on it.
    `token` names the delivery, so that booking it twice books it once.
    """

    product: str
    lot_no: str
    label_expiry: date | None
    supplier: str
    bottle_ul: int
    bottles: int
    received_on: date | None = None
    day_unknown: bool = False
    identifiers: tuple[Identifier, ...] = ()
    invoice: str = ""
    seal: str = "unknown"
    label: Mapping[str, Any] = field(default_factory=dict, hash=False)
    token: str = ""


def receive(desk: Desk, operator: Operator, delivery: Delivery) -> Lot:
    """Book a delivery in; every delivery begins in quarantine.

    Raises:
        DeskError: a field cannot be used; the sentence names it.
        Refused: the supplier is blocked.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        return find_lot(task.connection, book_in(task, delivery))


def book_in(task: Work, delivery: Delivery) -> str:
    """`receive` inside a running transaction; returns the new lot's id, or the first booking's.

    Raises:
        DeskError: a field cannot be used; the sentence names it.
    """
    if (booked := event_of(task.connection, delivery.token)) is not None:
        return booked
    if delivery.bottle_ul <= 0:
        raise DeskError("bottle_ul: a bottle holds more than nothing", "Type the volume in µl.")
    if not 1 <= delivery.bottles <= 1000:
        raise DeskError("bottles: between 1 and 1000", "Book larger deliveries in parts.")
    _require_readable(delivery)
    if (stop := blocked_supplier(task.connection, delivery.supplier)) is not None:
        raise Refused([stop])
    product = find_product(task.connection, delivery.product)
    received_on = None if delivery.day_unknown else delivery.received_on or task.today
    if received_on is not None and received_on > task.today:
        raise DeskError("received_on: lies in the future", "Type the day it arrived.")
    finding = classify(product)
    lot, first_bottle = _next_numbers(task.connection)
    task.record(
        Event(
            "lot.received",
            lot,
            {
                "product": delivery.product,
                "lot_no": delivery.lot_no,
                "identifiers": identifier_bodies(delivery.lot_no, delivery.identifiers),
                "label_expiry": delivery.label_expiry.isoformat()
                if delivery.label_expiry
                else None,
                "received_on": received_on.isoformat() if received_on else None,
                "supplier": delivery.supplier,
                "invoice": delivery.invoice,
                "seal": delivery.seal,
                "label": dict(delivery.label),
                "verdict": finding.verdict.value,
                "rules_version": finding.rules_version,
                "bottles": [
                    {"bottle": f"B-{first_bottle + i:04d}", "size_ul": delivery.bottle_ul}
                    for i in range(delivery.bottles)
                ],
                "token": delivery.token,
            },
        )
    )
    for twin in _contradicting(task.connection, lot):
        why = {"reason": f"{lot} has the same lot number and another label date"}
        task.record(Event("lot.quarantined", twin, why))
    match_lot(task, lot)
    return lot


def _require_readable(delivery: Delivery) -> None:
    """Refuse what the rules could not read when the lot is judged, once it is in the ledger."""
    if delivery.seal not in set(Seal):
        raise DeskError(
            f"seal: '{delivery.seal}' is no state of a seal",
            f"Choose one of: {', '.join(Seal)}.",
        )
    try:
        label_from(delivery.label)
    except DeclarationError as error:
        raise DeskError(f"{error.field}: {error.problem}", error.mend) from error


def _contradicting(connection: Connection, lot: str) -> list[str]:
    """Usable lots of the same product and number whose label date is another."""
    mine, other = t.lots.alias(), t.lots
    number = t.lot_identifiers.alias()
    return list(
        connection.scalars(
            select(other.c.lot)
            .select_from(
                mine.join(number, number.c.lot == mine.c.lot)
                .join(
                    t.lot_identifiers,
                    (t.lot_identifiers.c.normal == number.c.normal)
                    & (t.lot_identifiers.c.kind == number.c.kind),
                )
                .join(other, other.c.lot == t.lot_identifiers.c.lot)
            )
            .where(
                mine.c.lot == lot,
                other.c.lot != lot,
                number.c.kind == "LOT",
                other.c.product == mine.c.product,
                other.c.label_expiry != mine.c.label_expiry,
                other.c.state.in_([state.value for state in USABLE_STATES]),
            )
            .distinct()
        )
    )


def notices_on(desk: Desk, lot_id: str) -> tuple[Stop, ...]:
    """What the person who puts a delivery away should know: it expires before what is there."""
    today = desk.today()
    with look(desk) as connection:
        lot = find_lot(connection, lot_id)
        if lot.label_expiry is None:
            return ()
        name = lot.product.name
        shelf = [
            # By the name that the notice says.
            replace(held.on_shelf(), product=name)
            for held in holdings(connection)
            if held.lot.product.id == lot.product.id
            and held.lot.id != lot_id
            and held.usable(today)
            # The sealed bottles of a lot are one holding.
            for _ in range(held.bottles)
        ]
    notice = place_in_front(name, lot.label_expiry, shelf, today=today)
    return (notice,) if notice else ()


def identifier_bodies(lot_no: str, identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    """Every number of a container as its event tells it, the lot number first."""
    numbers = (Identifier("LOT", lot_no), *identifiers) if lot_no.strip() else identifiers
    return [{"kind": i.kind, "text": i.text, "normal": normal_form(i.text)} for i in numbers]


def _next_numbers(connection: Connection) -> tuple[str, int]:
    lots = connection.execute(select(func.count()).select_from(t.lots)).scalar_one()
    bottles = connection.execute(select(func.count()).select_from(t.bottles)).scalar_one()
    return f"L-{lots + 1:04d}", bottles + 1
