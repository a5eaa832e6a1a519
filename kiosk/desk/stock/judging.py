"""Where a lot stands: released, in quarantine, rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.inspecting import Inspection, inspection
from kiosk.desk.stock.recall_view import stop_on_lot
from kiosk.desk.stock.recalling import match_lot
from kiosk.desk.stock.shelf import find_lot
from kiosk.inventory.model import Bottle, Lot, LotState
from kiosk.inventory.usability import lot_stops, stops_on
from kiosk.inventory.verdict import classify
from kiosk.inventory.verdict.judgement import Effect
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, Stop, ranked
from kiosk.storage import tables as t


def release(desk: Desk, operator: Operator, lot_id: str, reason: str = "inspected") -> Lot:
    """Release a lot from quarantine, on the checklist of the clinic's legal profile.

    The event keeps what the lot is known as, what it went without, and whether the one who
    received it released it too.

    Raises:
        Refused: an item of the checklist is missing, a value is over its limit, the lot is past its
            date or recalled, or its class is never released. The stops name each.
        DeskError: it is not in quarantine or on hold.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        lot = find_lot(task.connection, lot_id)
        if lot.state not in {LotState.QUARANTINE, LotState.HOLD}:
            raise DeskError(f"lot: {lot_id} is {lot.state.value}, not in quarantine", "")
        if recalls := match_lot(task, lot_id):
            raise Refused([_under_recall(lot, recall) for recall in recalls])
        found = inspection(task.connection, lot, task.today)
        stops = _stops_on_release(found, task.today)
        if stops:
            raise Refused(ranked(stops))
        finding = classify(lot.product)
        body = {
            "reason": reason,
            "verdict": finding.verdict.value,
            "rules_version": finding.rules_version,
            "profile": found.profile,
            "checklist": [item.name for item in found.checklist if item.satisfied],
            "without": [item.name for item in found.without],
            "received_by_same": _received_by(task, lot_id) == operator.id,
        }
        task.record(Event("lot.released", lot_id, body))
        return find_lot(task.connection, lot_id)


def stops_on_release(desk: Desk, lot_id: str) -> tuple[Stop, ...]:
    """What would refuse a release today, gravest first; records nothing.

    A notice that nobody held the lot against yet is found only by `release` itself.
    """
    today = desk.today()
    with look(desk) as connection:
        lot = find_lot(connection, lot_id)
        held = stop_on_lot(connection, lot_id)
        stops = _stops_on_release(inspection(connection, lot, today), today)
    return ranked([*([held] if held else []), *stops])


def _under_recall(lot: Lot, recall: str) -> Stop:
    return Stop(
        "LOT-B01",
        Severity.SAFETY,
        f"Recall {recall} stands against lot {lot.lot_no or lot.id}.",
        lot.reason or f"Notice {recall}",
        "An amended or withdrawn notice; then the lot is inspected anew.",
    )


def _stops_on_release(found: Inspection, today: date) -> list[Stop]:
    # Judged as if it were released: what then still stops is what forbids the release. Somebody
    # who only lacks a signature for each use may have the lot released all the same.
    as_released = Bottle("-", replace(found.lot, state=LotState.RELEASED), 1, 1)
    stops = [s for s in stops_on(as_released, today) if s.severity is Severity.SAFETY]
    stops += [
        Stop(
            f"CHECKLIST-{item.name.upper().replace(' ', '-')}",
            Severity.SAFETY,
            f"Not released: {item.name.lower()} is missing. {item.why}.",
            item.source,
            f"To satisfy it: {item.satisfied_by}.",
        )
        for item in found.missing
    ]
    known = {stop.sentence for stop in stops}
    for reason in found.judgement.reasons:
        stop = reason.as_stop()
        # Under the law that was chosen every reason counts; without one, those of the ink itself.
        counts = reason.effect is Effect.SAFETY and (found.profile or reason.rule == "B04")
        if stop is not None and counts and stop.sentence not in known:
            stops.append(stop)
    return stops


def _received_by(task: Work, lot_id: str) -> str | None:
    return task.connection.scalar(
        select(t.ledger.c.actor).where(
            t.ledger.c.entity == lot_id, t.ledger.c.kind == "lot.received"
        )
    )


def quarantine(desk: Desk, operator: Operator, lot_id: str, reason: str) -> Lot:
    """Put a lot back into quarantine, with the reason.

    Raises:
        Refused: a recall holds it; quarantine can end in a release, and would be a way out.
        DeskError: no reason was given, or the lot is gone for good.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the lot goes into quarantine.")
    with work(desk, operator.id) as task:
        lot = find_lot(task.connection, lot_id)
        if lot.state is LotState.REJECTED:
            raise DeskError(f"lot: {lot_id} was rejected", "A rejected lot stays rejected.")
        if lot.state is LotState.DISPOSED:
            raise DeskError(f"lot: {lot_id} is gone", lot.reason)
        _refuse_recalled(task, lot)
        task.record(Event("lot.quarantined", lot_id, {"reason": reason.strip()}))
        return find_lot(task.connection, lot_id)


def reject(desk: Desk, operator: Operator, lot_id: str, reason: str) -> Lot:
    """Reject a lot for good; the only way out for one without a lot number.

    Raises:
        Refused: it is recalled; it stays that, and is disposed of or returned.
        DeskError: no reason was given, or the lot is gone already.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the lot is rejected.")
    with work(desk, operator.id) as task:
        lot = find_lot(task.connection, lot_id)
        if lot.state is LotState.DISPOSED:
            raise DeskError(f"lot: {lot_id} is gone already", lot.reason)
        if lot.state is LotState.RECALLED:
            _refuse_recalled(task, lot)
        task.record(Event("lot.rejected", lot_id, {"reason": reason.strip()}))
        return find_lot(task.connection, lot_id)


def _refuse_recalled(task: Work, lot: Lot) -> None:
    stop = stop_on_lot(task.connection, lot.id)
    if stop is None and lot.state is LotState.RECALLED:
        stop = next(stop for stop in lot_stops(lot) if stop.rule == "LOT-B01")
    if stop is not None:
        raise Refused([stop])
