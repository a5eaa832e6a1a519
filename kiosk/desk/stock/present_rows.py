"""The rows of the lists that show what is here now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from kiosk.desk.office import Desk
from kiosk.desk.stock.holdings import holdings
from kiosk.desk.stock.shelf import bottles_at_hand, lots_at_hand
from kiosk.inventory.model import Bottle, LotState, standing
from kiosk.inventory.picking import offer
from kiosk.inventory.sheets.rows import HeldRow, LotRow, OpenedRow, StockRow
from kiosk.inventory.usability import expiry_of, lot_stops
from kiosk.ledger.canonical import decode
from kiosk.stops import Severity
from kiosk.storage import tables as t

_HELD_STATES = {
    LotState.QUARANTINE: ("lot.received", "lot.quarantined"),
    LotState.HOLD: ("lot.held",),
    LotState.RECALLED: ("lot.recalled",),
    LotState.REJECTED: ("lot.rejected",),
}


def _holds(remaining_ul: int) -> int:
    # A book below zero is a question to be counted out; a list of stock shows no volume for it.
    return max(remaining_ul, 0)


def _state(bottle: Bottle, today: date) -> str:
    if bottle.held:
        return "HELD"
    if bottle.under_way:
        return "UNDER WAY"
    expiry = expiry_of(bottle)
    return standing(
        bottle.lot.state,
        expires=expiry.on if expiry else None,
        today=today,
        remaining_ul=bottle.remaining_ul,
    ).value


def stock_on_hand(connection: Connection, desk: Desk) -> Iterable[StockRow]:
    """Every bottle that is not empty by its book."""
    today = desk.today()
    for bottle in bottles_at_hand(connection):
        item, lot = offer(bottle, today), bottle.lot
        yield StockRow(
            lot.product.id,
            lot.product.name,
            lot.id,
            lot.lot_no,
            bottle.id,
            _state(bottle, today),
            item.finding.verdict.value,
            lot.label_expiry,
            item.expiry.on if item.expiry else None,
            bottle.opened_on,
            bottle.size_ul,
            _holds(bottle.remaining_ul),
            bottle.place,
            item.usable,
        )


@dataclass(slots=True)
class _Sum:
    bottles: int = 0
    ul: int = 0
    first_to_end: date | None = None


def _sums(connection: Connection) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for held in holdings(connection):
        entry = sums.setdefault(held.lot.id, _Sum())
        entry.bottles += held.bottles
        entry.ul += _holds(held.ul)
        ends = [day for day in (entry.first_to_end, held.expires_on) if day is not None]
        entry.first_to_end = min(ends, default=None)
    return sums


def lots_by_expiry(connection: Connection, desk: Desk) -> Iterable[LotRow]:
    """Every lot of which something is left."""
    today, sums, numbers = desk.today(), _sums(connection), _numbers(connection)
    for lot in lots_at_hand(connection):
        here = sums[lot.id]
        state = standing(lot.state, expires=lot.label_expiry, today=today, remaining_ul=here.ul)
        yield LotRow(
            lot.id,
            lot.lot_no,
            tuple(numbers.get(lot.id, ())),
            lot.product.id,
            lot.product.name,
            state.value,
            lot.label_expiry,
            here.first_to_end,
            lot.received_on,
            lot.supplier,
            lot.invoice,
            here.bottles,
            here.ul,
        )


def _numbers(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(
        select(t.lot_identifiers).order_by(t.lot_identifiers.c.lot, t.lot_identifiers.c.line)
    ):
        found.setdefault(row.lot, []).append(f"{row.kind} {row.text}")
    return found


def opened_bottles(connection: Connection, _desk: Desk) -> Iterable[OpenedRow]:
    """Every open bottle that is not empty, with who entered its opening."""
    opened = [b for b in bottles_at_hand(connection, opened=True) if b.opened_on is not None]
    by = _openers(connection)
    for bottle in opened:
        lot, expiry = bottle.lot, expiry_of(bottle)
        assert bottle.opened_on is not None
        yield OpenedRow(
            bottle.id,
            lot.id,
            lot.lot_no,
            lot.product.id,
            lot.product.name,
            bottle.opened_on,
            by.get((bottle.id, bottle.opened_on.isoformat()), ""),
            lot.label_expiry,
            expiry.on if expiry else None,
            expiry is not None and expiry.pao_assumed,
            _holds(bottle.remaining_ul),
            bottle.place,
        )


def _openers(connection: Connection) -> dict[tuple[str, str], str]:
    """Who entered each opening of the bottles at hand, by bottle and day."""
    opened = select(t.bottles.c.bottle).where(
        t.bottles.c.remaining_ul != 0, t.bottles.c.opened_on.is_not(None)
    )
    rows = connection.execute(
        select(t.ledger.c.entity, t.ledger.c.payload, t.ledger.c.actor)
        .where(t.ledger.c.entity.in_(opened), t.ledger.c.kind == "bottle.opened")
        .order_by(t.ledger.c.seq.desc())
    )
    # The oldest entry of a day is the last one here, and stays.
    return {(r.entity, decode(r.payload)["body"]["opened_on"]): r.actor for r in rows}


def held_lots(connection: Connection, _desk: Desk) -> Iterable[HeldRow]:
    """Every lot that is here and that nobody may draw from, by its state."""
    sums = _sums(connection)
    held = [lot for lot in lots_at_hand(connection) if lot.state in _HELD_STATES]
    since = _since(connection)
    notices: dict[str, list[str]] = {}
    for lot_id, recall in connection.execute(
        select(t.recalled_lots.c.lot, t.recalled_lots.c.recall).order_by(t.recalled_lots.c.recall)
    ):
        notices.setdefault(lot_id, []).append(recall)
    for lot in held:
        gravest = next(stop for stop in lot_stops(lot) if stop.severity is Severity.SAFETY)
        yield HeldRow(
            lot.id,
            lot.lot_no,
            lot.product.id,
            lot.product.name,
            lot.state.value,
            since[lot.id, lot.state],
            lot.reason,
            " | ".join(notices.get(lot.id, ())),
            gravest.lifts,
            lot.supplier,
            sums[lot.id].bottles,
            sums[lot.id].ul,
        )


def _since(connection: Connection) -> dict[tuple[str, LotState], datetime]:
    """When each lot last came into each of the states in which nobody draws from it."""
    state_of = {kind: state for state, kinds in _HELD_STATES.items() for kind in kinds}
    rows = connection.execute(
        select(t.ledger.c.entity, t.ledger.c.kind, func.max(t.ledger.c.at))
        .where(t.ledger.c.kind.in_(state_of))
        .group_by(t.ledger.c.entity, t.ledger.c.kind)
        .order_by(func.max(t.ledger.c.at))
    )
    return {(lot, state_of[kind]): datetime.fromisoformat(at) for lot, kind, at in rows}
