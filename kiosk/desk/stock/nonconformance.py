"""A use that no rule allowed and that happened all the same: recorded, never as a normal use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.bottles import require_volume
from kiosk.desk.stock.commands import event_of
from kiosk.desk.stock.recalling import tell_clients
from kiosk.desk.stock.shelf import find_bottle
from kiosk.desk.visits import find_visit
from kiosk.inventory.model import Bottle
from kiosk.inventory.usability import stops_on
from kiosk.ledger.events import Event
from kiosk.stops import Severity
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says happened. `visit` is empty where nobody knows whom it reached.

    `found` is how it came out, `action` what was done about it.
    """

    bottle: str
    qty_ul: int
    used_on: date
    visit: str
    found: str
    action: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Nonconformance:
    """One recorded non-conformance."""

    seq: int
    bottle: str
    lot: str
    client: str
    visit: str
    used_on: date
    qty_ul: int
    rules: str


def record_nonconformance(desk: Desk, operator: Operator, report: Report) -> Bottle:
    """Record that blocked material was used; stock falls, the block stays, a recall finds it.

    Raises:
        DeskError: a field cannot be used, or nothing spoke against the bottle: then it is an
            ordinary use and belongs into a mix.
    """
    if not operator.may(Duty.TREAT):
        require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        known = event_of(task.connection, report.token)
        if known is None:
            _record(task, report)
        elif known != report.bottle:
            raise DeskError("token: was used for something else", "Send the report again.")
        return find_bottle(task.connection, report.bottle)


def _record(task: Work, report: Report) -> None:
    if not report.found.strip() or not report.action.strip():
        raise DeskError(
            "found: how it came out and what was done about it are both needed",
            "Write a sentence each.",
        )
    if report.used_on > task.today:
        raise DeskError("used_on: lies in the future", "Type the day it happened.")
    bottle = find_bottle(task.connection, report.bottle)
    require_volume(bottle, report.qty_ul)
    rules = [
        stop.rule for stop in stops_on(bottle, report.used_on) if stop.severity is Severity.SAFETY
    ] or [stop.rule for stop in stops_on(bottle, task.today) if stop.severity is Severity.SAFETY]
    if not rules:
        raise DeskError(
            f"bottle: nothing speaks against {bottle.id}",
            "Record an ordinary mix in the client's visit.",
        )
    came = bottle.lot.received_on
    if came is not None and report.used_on < came:
        raise DeskError(
            f"used_on: lies before the delivery on {came.isoformat()}",
            "Type the day it happened, or correct the lot's day.",
        )
    client = find_visit(task.connection, report.visit).client if report.visit else None
    if bottle.opened_on is None or report.used_on < bottle.opened_on:
        # It was open by then: once its block is lifted, the period after opening counts from here.
        opened = {"opened_on": report.used_on.isoformat(), "reason": report.found.strip()}
        task.record(Event("bottle.opened", bottle.id, opened))
    task.record(
        Event(
            "use.nonconforming",
            bottle.id,
            {
                "lot": bottle.lot.id,
                "qty_ul": report.qty_ul,
                "used_on": report.used_on.isoformat(),
                "visit": report.visit or None,
                "client": client,
                "rules": rules,
                "found": report.found.strip(),
                "action": report.action.strip(),
                "token": report.token,
            },
        )
    )
    if client is not None:
        tell_clients(task, bottle.lot.id, [client])


def list_nonconformances(desk: Desk) -> tuple[Nonconformance, ...]:
    """Every non-conformance, oldest first."""
    with look(desk) as connection:
        rows = connection.execute(select(t.nonconformances).order_by(t.nonconformances.c.seq)).all()
    return tuple(
        Nonconformance(
            row.seq,
            row.bottle,
            row.lot,
            row.client or "",
            row.visit or "",
            date.fromisoformat(row.used_on),
            row.qty_ul,
            row.rules,
        )
        for row in rows
    )
