"""Bottles whose book cannot be believed after two logs were brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, select

from kiosk.desk.office import Work
from kiosk.inventory.volumes.merging import Discrepancy, Doubt, merge
from kiosk.inventory.volumes.movements import Movement, MovementType
from kiosk.ledger.events import Event
from kiosk.ledger.parcel import Parcel, Sent
from kiosk.ledger.projections.bottles import BELOW_ZERO, CORRECTED_TWICE, COUNTED_APART
from kiosk.storage import tables as t

_HOLD = {
    Doubt.OVERDRAWN: BELOW_ZERO,
    Doubt.COUNTED_APART: COUNTED_APART,
    Doubt.CORRECTED_TWICE: CORRECTED_TWICE,
}


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A bottle that waits for its count, what its book says now, and the sentence for it."""

    bottle: str
    balance_ul: int
    sentence: str


def doubtful_bottles(
    task: Work, parcel: Parcel, new: Sequence[Sent], here: Mapping[str, int]
) -> tuple[Doubtful, ...]:
    """Hold the bottles whose movements do not fit together, and say why.

    Args:
        task: the transaction, with the new events in its tables.
        parcel: where they came from.
        new: the events that came.
        here: what was here before, as the newest number of each kiosk.
    """
    rows = _movements(task.connection, new)
    ours = [_movement(row, rows) for row in rows if row.kiosk_seq <= here.get(row.kiosk, 0)]
    theirs = [_movement(r, rows) for r in rows if r.kiosk_seq <= parcel.holds.get(r.kiosk, 0)]
    found = merge({task.desk.kiosk: ours, parcel.kiosk: theirs}).discrepancies
    return tuple(_hold(task, discrepancy) for discrepancy in found)


def _hold(task: Work, discrepancy: Discrepancy) -> Doubtful:
    held = task.connection.scalar(
        select(t.bottles.c.held).where(t.bottles.c.bottle == discrepancy.bottle)
    )
    if not held:
        why = {"reason": _HOLD[discrepancy.doubts[0]]}
        task.record(Event("bottle.held", discrepancy.bottle, why))
    return Doubtful(discrepancy.bottle, discrepancy.balance_ul, discrepancy.stop.sentence)


def _movements(connection: Connection, new: Sequence[Sent]) -> Sequence[Row[tuple[object, ...]]]:
    """Every movement of the bottles that the new events moved, with its event's place."""
    places = {event.place for event in new}
    log, moved = t.ledger, t.movements
    touched: set[str] = set()
    for kiosk in {kiosk for kiosk, _ in places}:
        numbers = [number for of, number in places if of == kiosk]
        touched |= set(
            connection.scalars(
                select(moved.c.bottle)
                .join(log, log.c.seq == moved.c.seq)
                .where(
                    and_(
                        log.c.kiosk == kiosk,
                        log.c.kiosk_seq >= min(numbers),
                        log.c.kiosk_seq <= max(numbers),
                    )
                )
            )
        )
    return connection.execute(
        select(moved, log.c.kiosk, log.c.kiosk_seq, log.c.actor)
        .join(log, log.c.seq == moved.c.seq)
        .where(moved.c.bottle.in_(touched))
        .order_by(moved.c.seq, moved.c.line)
    ).all()


def _movement(row: Row[tuple[object, ...]], rows: Sequence[Row[tuple[object, ...]]]) -> Movement:
    # Under its kiosk's own number, which is the same in every log.
    return Movement(
        _name(row),
        row.bottle,
        MovementType(row.type),
        row.qty_ul,
        row.actor,
        row.reason,
        corrects=next((_name(r) for r in rows if r.seq == row.corrects), "")
        if row.corrects
        else "",
    )


def _name(row: Row[tuple[object, ...]]) -> str:
    return f"{row.kiosk}/{row.kiosk_seq}.{row.line}"
