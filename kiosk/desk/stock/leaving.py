"""How stock leaves without a client: waste, write-off, return, disposal of a whole lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.book import blocked_for, book
from kiosk.desk.stock.commands import done_already
from kiosk.desk.stock.recall_view import stop_on_lot
from kiosk.desk.stock.shelf import bottles_of_lot, find_bottle, find_lot
from kiosk.desk.stock.signing import Witness
from kiosk.inventory.model import Bottle, Lot, LotState
from kiosk.inventory.usability import lot_stops
from kiosk.inventory.volumes.movements import Blocked, MovementType
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, Stop
from kiosk.storage import tables as t


def discard(
    desk: Desk,
    operator: Operator,
    bottle_id: str,
    qty_ul: int,
    reason: str,
    *,
    second: Witness | None = None,
    token: str = "",
    measured: Mapping[str, Any] | None = None,
) -> Bottle:
    """Pour something away; it goes to the waste account and to no client.

    `measured` says how the volume is known where it was not read off; it goes into the event.

    Raises:
        Refused: the bottle is blocked, and not all of it goes or nobody witnesses it; the clock
            cannot be trusted, so nobody knows whether it is blocked.
        DeskError: no reason, nothing to pour, or less in it.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        if not done_already(task.connection, token):
            bottle = find_bottle(task.connection, bottle_id)
            if qty_ul <= 0:
                raise DeskError("qty_ul: must be more than nothing", "Type the volume in µl.")
            signed = second.signature if second else ""
            book(
                task,
                bottle,
                MovementType.DISCARD,
                -qty_ul,
                reason,
                second=signed,
                token=token,
                measured=measured,
            )
        return find_bottle(task.connection, bottle_id)


def empty_bottle(
    desk: Desk,
    operator: Operator,
    bottle_id: str,
    reason: str,
    *,
    second: Witness | None = None,
    give_back: bool = False,
) -> Bottle:
    """Dispose of a bottle with all that is in it, or return it to its supplier.

    The kind of movement follows from why the bottle is blocked.

    Raises:
        Refused: it is blocked and nobody witnesses it.
        DeskError: no reason, or it is empty already.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        bottle = find_bottle(task.connection, bottle_id)
        if bottle.remaining_ul <= 0:
            raise DeskError(f"bottle: {bottle_id} is empty already", "There is nothing to book.")
        _empty(task, bottle, reason, second, give_back=give_back)
        return find_bottle(task.connection, bottle_id)


def _way_out(bottle: Bottle, task: Work, *, give_back: bool) -> MovementType:
    if give_back:
        return MovementType.RETURN_TO_SUPPLIER
    blocked = blocked_for(bottle, task.today)
    if Blocked.RECALLED in blocked:
        return MovementType.WRITE_OFF_RECALLED
    if Blocked.EXPIRED in blocked:
        return MovementType.WRITE_OFF_EXPIRED
    return MovementType.DISCARD


def _empty(
    task: Work, bottle: Bottle, reason: str, second: Witness | None, *, give_back: bool
) -> None:
    kind = _way_out(bottle, task, give_back=give_back)
    signed = second.signature if second else ""
    book(task, bottle, kind, -bottle.remaining_ul, reason, second=signed)


def dispose_lot(
    desk: Desk, operator: Operator, lot_id: str, reason: str, *, second: Witness | None = None
) -> Lot:
    """Destroy everything that is left of a lot; it is gone for good.

    Raises:
        Refused: the lot is blocked and nobody witnesses it.
        DeskError: no reason, or it is gone already.
    """
    return _end(desk, operator, lot_id, reason, second, give_back=False)


def return_lot(
    desk: Desk, operator: Operator, lot_id: str, reason: str, *, second: Witness | None = None
) -> Lot:
    """Send everything that is left of a lot back to its supplier; the lot is rejected.

    Raises:
        Refused: the lot is blocked and nobody witnesses it.
        DeskError: no reason, or it is gone already.
    """
    return _end(desk, operator, lot_id, reason, second, give_back=True)


def _end(
    desk: Desk,
    operator: Operator,
    lot_id: str,
    reason: str,
    second: Witness | None,
    *,
    give_back: bool,
) -> Lot:
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why.")
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        lot = find_lot(task.connection, lot_id)
        if lot.state is LotState.DISPOSED:
            raise DeskError(f"lot: {lot_id} is gone already", lot.reason)
        for bottle in bottles_of_lot(task.connection, lot_id):
            if bottle.remaining_ul > 0:
                _empty(task, bottle, reason, second, give_back=give_back)
        # A recalled lot stays recalled, whether anything is left of it or not.
        if lot.state is not LotState.RECALLED:
            kind, why = (
                ("lot.rejected", f"returned to the supplier: {reason.strip()}")
                if give_back
                else ("lot.disposed", reason.strip())
            )
            task.record(Event(kind, lot_id, {"reason": why}))
        return find_lot(task.connection, lot_id)


def close_mix(desk: Desk, operator: Operator, mix: str, how: str, reason: str = "") -> None:
    """Say how a cup ended: `used`, `discarded` or `incident`; what is left of it is waste.

    Raises:
        DeskError: no such mix or no such ending, or an incident without a reason.
        Refused: "used", although a lot in it was recalled, put aside or found to be an ink that is
            never used since it was mixed.
    """
    require(operator, Duty.TREAT)
    if how not in {"used", "discarded", "incident"}:
        raise DeskError(f"how: '{how}' is not known", "Choose used, discarded or incident.")
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        row = task.connection.execute(select(t.mixes).where(t.mixes.c.mix == mix)).first()
        if row is None:
            raise DeskError(f"mix: there is no '{mix}'", "The visit lists its mixes.")
        if row.closed:
            return
        if how == "used" and (stops := stops_on_cup(task.connection, row.seq)):
            raise Refused(stops)
        if how == "incident" and not reason.strip():
            raise DeskError("reason: is empty", "Say what happened.")
        task.record(Event("mix.closed", mix, {"how": how, "reason": reason.strip()}))


def stops_on_cup(connection: Connection, seq: int) -> list[Stop]:
    """What speaks against the lots of a cup now; `seq` is the event that made it."""
    lots = connection.scalars(
        select(t.bottles.c.lot)
        .join(t.movements)
        .where(t.movements.c.seq == seq)
        .distinct()
        .order_by(t.bottles.c.lot)
    ).all()
    found: list[Stop] = []
    for lot_id in lots:
        lot = find_lot(connection, lot_id)
        if (recalled := stop_on_lot(connection, lot_id)) is not None:
            found.append(recalled)
        # That the rest of a lot was thrown away says nothing about what had been drawn from it.
        elif lot.state is not LotState.DISPOSED:
            found += [stop for stop in lot_stops(lot) if stop.severity is Severity.SAFETY]
    return [
        replace(stop, lifts=f"Discarded, or an incident where it reached the client. {stop.lifts}")
        for stop in found
    ]
