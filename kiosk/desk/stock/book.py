"""A bottle's book as the tables keep it, and one more movement in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Work
from kiosk.inventory.model import Bottle, LotState
from kiosk.inventory.usability import stops_on
from kiosk.inventory.volumes.booking import require_bookable, witness_stop
from kiosk.inventory.volumes.movements import RULES, Blocked, Movement, MovementType, Witness
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t

#: What stops a bottle without making it blocked stock: it is only empty, or not here.
_NO_BLOCK = {"EMPTY", "BOTTLE-AWAY"}

_USES = {MovementType.MIX_IN, MovementType.DISPENSE, MovementType.NONCONFORMING_USE}


def movement_id(seq: int, line: int) -> str:
    """The id of a booked movement: its event's number and its line there."""
    return f"{seq}.{line}"


def read_book(connection: Connection, bottle: str) -> list[Movement]:
    """Every movement of a bottle, oldest first."""
    rows = connection.execute(
        select(t.movements, t.ledger.c.actor)
        .join(t.ledger, t.ledger.c.seq == t.movements.c.seq)
        .where(t.movements.c.bottle == bottle)
        .order_by(t.movements.c.seq, t.movements.c.line)
    )
    return [
        Movement(
            movement_id(row.seq, row.line),
            bottle,
            MovementType(row.type),
            row.qty_ul,
            row.actor,
            row.reason,
            corrects=movement_id(row.corrects, 1) if row.corrects else "",
        )
        for row in rows
    ]


def blocked_for(bottle: Bottle, today: date) -> frozenset[Blocked]:
    """Why a bottle is blocked stock today, as far as the doors out of stock differ by it."""
    found = set()
    for stop in stops_on(bottle, today):
        if stop.severity is not Severity.SAFETY or stop.rule in _NO_BLOCK:
            continue
        if stop.rule == "EXPIRED-B02":
            found.add(Blocked.EXPIRED)
        elif bottle.lot.state is LotState.RECALLED and stop.rule == "LOT-B01":
            found.add(Blocked.RECALLED)
        else:
            found.add(Blocked.HELD)
    return frozenset(found)


def book(
    task: Work,
    bottle: Bottle,
    kind: MovementType,
    qty_ul: int,
    reason: str,
    *,
    ref: str = "",
    second: str = "",
    token: str = "",
    measured: Mapping[str, Any] | None = None,
) -> None:
    """Book one movement that is not for a client; `qty_ul` is signed.

    `measured` says how the volume is known where it was not read off; it goes into the event.

    Raises:
        ValueError: it is a use, which asks for more than a bottle's book can tell.
        Refused: the bottle is blocked and this is no way out of stock.
        DeskError: something is missing, or the bottle holds less.
    """
    if kind in _USES:
        raise ValueError(f"{kind.value} is no movement for this door")
    movement = Movement(
        "next", bottle.id, kind, qty_ul, task.actor, reason.strip(), second_actor=second
    )
    if not second and RULES[kind].witness is Witness.ALWAYS:
        raise Refused([witness_stop(kind)])
    try:
        stops = require_bookable(
            read_book(task.connection, bottle.id), movement, blocked_for(bottle, task.today)
        )
    except QuantityError as error:
        raise DeskError(str(error), error.mend) from error
    if stops:
        raise Refused(stops)
    body: dict[str, Any] = {
        **(measured or {}),
        "type": kind.value,
        "qty_ul": qty_ul,
        "ref": ref,
        "reason": reason.strip(),
        "token": token,
    }
    if second:
        body["second"] = second
    task.record(Event("stock.moved", bottle.id, body))
