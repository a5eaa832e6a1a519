"""One bottle: opened, drawn from outside a mix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.shelf import find_bottle
from kiosk.inventory.model import Bottle
from kiosk.inventory.picking import offer
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, blocking


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
    if bottle.lot.received_on is not None and day < bottle.lot.received_on:
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
        take_out(task, bottle_id, qty_ul, ref, reason)
        return find_bottle(task.connection, bottle_id)


def take_out(
    task: Work,
    bottle_id: str,
    qty_ul: int,
    ref: str,
    reason: str,
    measured: Mapping[str, Any] | None = None,
) -> None:
    """The rules of `dispense` inside a running transaction.

    `measured` says how the volume is known where it was not read off; it goes into the event.
    """
    require_trusted_clock(task)
    bottle = find_bottle(task.connection, bottle_id)
    if stops := blocking(offer(bottle, task.today).stops):
        raise Refused(stops)
    require_volume(bottle, qty_ul)
    if bottle.opened_on is None:
        raise DeskError(f"bottle: {bottle_id} is sealed", "Open it first.")
    body = {"type": "dispense", "qty_ul": -qty_ul, "ref": ref, "reason": reason}
    task.record(Event("stock.moved", bottle_id, body | dict(measured or {})))


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
