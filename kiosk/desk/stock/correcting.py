"""Mistakes in the book, put right by new events; what was recorded stays to be read.

Nothing here is a way round a stop. A lot whose facts change goes back to quarantine and is judged
again, a correction of an amount never turns waste into a use, and a recalled lot stays recalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.book import blocked_for, movement_id, read_book
from kiosk.desk.stock.recalling import match_lot
from kiosk.desk.stock.receiving import identifier_bodies
from kiosk.desk.stock.shelf import find_bottle, find_lot
from kiosk.desk.stock.uses import Use, uses_of_bottle
from kiosk.inventory.expiry import effective_expiry
from kiosk.inventory.model import USABLE_STATES, Bottle, Identifier, Lot
from kiosk.inventory.usability import lot_stops, stops_on
from kiosk.inventory.volumes.booking import balance, correction, stops_on_movement
from kiosk.inventory.volumes.movements import Movement, MovementType
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.ledger import reader
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t

#: Amounts of these may be mended. A client's use is mended with its mix, a delivery by a count.
_MENDABLE = {MovementType.DISPENSE, MovementType.DISCARD}


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a container after all; the whole of it, not only what changes."""

    lot_no: str
    label_expiry: date | None
    received_on: date | None
    identifiers: tuple[Identifier, ...] = ()
    label: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LateOpening:
    """A bottle whose opening was entered late, and the uses that lie past its new limit."""

    bottle: Bottle
    late: tuple[Use, ...]


def correct_lot(desk: Desk, operator: Operator, lot_id: str, facts: Facts, reason: str) -> Lot:
    """Change what was noted from a lot's container; a lot in use goes back to quarantine.

    Raises:
        DeskError: no reason, a day in the future, or nothing would change.
        Refused: it came without a lot number; a number found later could be anybody's.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say what was wrong.")
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        lot = find_lot(task.connection, lot_id)
        if facts.received_on is not None and facts.received_on > task.today:
            raise DeskError("received_on: lies in the future", "Type the day it arrived.")
        _require_change(task, lot, facts)
        task.record(
            Event(
                "lot.corrected",
                lot_id,
                {
                    "lot_no": facts.lot_no,
                    "identifiers": identifier_bodies(facts.lot_no, facts.identifiers),
                    "label_expiry": facts.label_expiry.isoformat() if facts.label_expiry else None,
                    "received_on": facts.received_on.isoformat() if facts.received_on else None,
                    "label": dict(facts.label),
                    "reason": reason.strip(),
                },
            )
        )
        if lot.state in USABLE_STATES:
            again = {"reason": f"corrected: {reason.strip()}"}
            task.record(Event("lot.quarantined", lot_id, again))
        match_lot(task, lot_id)
        return find_lot(task.connection, lot_id)


def _require_change(task: Work, lot: Lot, facts: Facts) -> None:
    numbers = identifier_bodies(facts.lot_no, facts.identifiers)
    known = task.connection.execute(
        select(t.lot_identifiers.c.kind, t.lot_identifiers.c.text)
        .where(t.lot_identifiers.c.lot == lot.id)
        .order_by(t.lot_identifiers.c.line)
    )
    if (
        (facts.lot_no, facts.label_expiry, facts.received_on)
        == (lot.lot_no, lot.label_expiry, lot.received_on)
        and dict(facts.label) == dict(lot.label)
        and [(number["kind"], number["text"]) for number in numbers] == [*known]
    ):
        raise DeskError("facts: nothing would change", "It stands there so already.")
    if facts.lot_no.strip() and not lot.lot_no.strip() and not _came_with_number(task, lot.id):
        raise Refused([stop for stop in lot_stops(lot) if stop.rule == "LOT-Q01"])


def _came_with_number(task: Work, lot: str) -> bool:
    received = reader.tail(task.connection, limit=1, kind="lot.received", entity=lot)
    return any(event.body["lot_no"].strip() for event in received)


def correct_amount(desk: Desk, operator: Operator, event: int, qty_ul: int, reason: str) -> Bottle:
    """Put a wrong amount right: the movement is taken back and booked again.

    Args:
        desk: the open desk.
        operator: who corrects.
        event: the number of the event that booked the movement.
        qty_ul: what really left the bottle, as a positive volume; 0 where nothing did.
        reason: what was wrong.

    Raises:
        NotFound: the event booked no movement.
        DeskError: its kind is not mended here, it was corrected already, or the bottle held less.
        Refused: more would leave a bottle that is blocked by now; nobody can tell any more when.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        row = task.connection.execute(
            select(t.movements).where(t.movements.c.seq == event).order_by(t.movements.c.line)
        ).first()
        if row is None:
            raise NotFound(f"event: {event} booked no movement", "The lot's page lists them.")
        if (kind := MovementType(row.type)) not in _MENDABLE:
            raise DeskError(
                f"event: a movement of kind '{kind.value}' is not mended by its amount",
                "Count the bottle; a wrong mix is closed with its reason.",
            )
        bottle = find_bottle(task.connection, row.bottle)
        _mend(task, bottle, movement_id(row.seq, row.line), event, qty_ul, reason)
        return find_bottle(task.connection, row.bottle)


def _mend(task: Work, bottle: Bottle, wrong_id: str, event: int, qty_ul: int, reason: str) -> None:
    history = read_book(task.connection, bottle.id)
    wrong = next(entry for entry in history if entry.id == wrong_id)
    if any(entry.corrects == wrong_id for entry in history):
        raise DeskError(f"event: {event} was corrected already", "Correct what replaced it.")
    right = (
        Movement("right", bottle.id, wrong.type, -qty_ul, task.actor, reason.strip())
        if qty_ul > 0
        else None
    )
    if right is not None and right.qty_ul == wrong.qty_ul:
        raise DeskError("qty_ul: is what was booked already", "Enter what really left the bottle.")
    try:
        steps = correction(
            wrong, right, taking_back="back", actor=task.actor, reason=reason.strip()
        )
    except QuantityError as error:
        raise DeskError(str(error), error.mend) from error
    if right is not None and right.qty_ul < wrong.qty_ul:
        # A correction that takes more is a taking: it asks what every taking asks.
        against = [
            stop
            for stop in stops_on(bottle, task.today)
            if stop.severity is Severity.SAFETY and stop.rule != "EMPTY"
        ]
        if against:
            held = balance(history) - wrong.qty_ul
            door = stops_on_movement(right, held, blocked_for(bottle, task.today))
            raise Refused([*door, *against])
    if balance(history) + balance(steps) < 0:
        raise DeskError(
            f"qty_ul: bottle {bottle.id} never held that much", "Count it, then correct."
        )
    for step in steps:
        body: dict[str, Any] = {
            "type": step.type.value,
            "qty_ul": step.qty_ul,
            "ref": "",
            "reason": step.reason,
        }
        if step.corrects:
            body["corrects"] = event
        task.record(Event("stock.moved", bottle.id, body))


def open_late(
    desk: Desk, operator: Operator, bottle_id: str, opened_on: date, reason: str
) -> LateOpening:
    """Enter an opening that happened earlier than it was entered.

    The earlier day counts at once, and every use after the new limit is returned: those clients
    got something that was past its time.

    Raises:
        DeskError: no reason, a day in the future, before the delivery, or after the known opening.
    """
    if not operator.may(Duty.TREAT):
        require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why it was not entered at once.")
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        bottle = find_bottle(task.connection, bottle_id)
        _require_day(task, bottle, opened_on)
        body = {"opened_on": opened_on.isoformat(), "reason": reason.strip()}
        task.record(Event("bottle.opened", bottle_id, body))
        changed = find_bottle(task.connection, bottle_id)
        return LateOpening(changed, _past_limit(task, changed))


def _require_day(task: Work, bottle: Bottle, opened_on: date) -> None:
    if opened_on > task.today:
        raise DeskError("opened_on: lies in the future", "Type the day it was opened.")
    came = bottle.lot.received_on
    if came is not None and opened_on < came:
        raise DeskError(
            f"opened_on: lies before the delivery on {came.isoformat()}",
            "Type the day it was opened.",
        )
    if bottle.opened_on is not None and opened_on >= bottle.opened_on:
        raise DeskError(
            f"opened_on: {bottle.id} was open by {bottle.opened_on.isoformat()} already",
            "Only an earlier day can be entered; the first opening counts.",
        )


def _past_limit(task: Work, bottle: Bottle) -> tuple[Use, ...]:
    lot = bottle.lot
    limit = effective_expiry(lot.label_expiry, bottle.opened_on, lot.product.pao_months)
    if limit is None:
        return ()
    zone = task.desk.zone
    return tuple(
        use for use in uses_of_bottle(task.connection, bottle.id) if use.day(zone) > limit.on
    )
