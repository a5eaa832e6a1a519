"""Things that are used and fall due: tiles, probes, balances, instruments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing; `due_on` is the day its certificate or service ends, None where none is set."""

    id: str
    kind: str
    serial: str
    due_on: date | None
    state: str
    note: str

    def overdue(self, today: date) -> bool:
        """Whether it is still in service past its day."""
        return self.state == "IN SERVICE" and self.due_on is not None and today > self.due_on


def add_asset(desk: Desk, operator: Operator, asset: Asset) -> None:
    """Put a thing on the list.

    Raises:
        DeskError: the id is taken or a field is empty.
    """
    require(operator, Duty.STOCK)
    if not asset.id.strip() or not asset.kind.strip():
        raise DeskError("asset: id and kind may not be empty", "Type both.")
    with work(desk, operator.id) as task:
        if task.connection.execute(
            select(t.assets.c.asset).where(t.assets.c.asset == asset.id)
        ).first():
            raise DeskError(f"asset: '{asset.id}' exists already", "Choose another id.")
        task.record(
            Event(
                "asset.added",
                asset.id,
                {
                    "kind": asset.kind,
                    "serial": asset.serial,
                    "due_on": asset.due_on.isoformat() if asset.due_on else None,
                    "note": asset.note,
                },
            )
        )


def service_asset(
    desk: Desk, operator: Operator, asset: str, due_on: date | None, note: str
) -> None:
    """Record a service or a new certificate and until when it holds.

    Raises:
        NotFound: there is no such asset.
        DeskError: the day lies in the past.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        if due_on is not None and due_on < task.today:
            raise DeskError("due_on: lies in the past", "Type the day until which it is good.")
        body = {"due_on": due_on.isoformat() if due_on else None, "note": note}
        _require(task.connection, asset)
        task.record(Event("asset.serviced", asset, body))


def retire_asset(desk: Desk, operator: Operator, asset: str, reason: str) -> None:
    """Take a thing out of service.

    Raises:
        NotFound: there is no such asset.
        DeskError: no reason was given.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why it is no longer used.")
    with work(desk, operator.id) as task:
        _require(task.connection, asset)
        task.record(Event("asset.retired", asset, {"reason": reason.strip()}))


def list_assets(desk: Desk) -> tuple[Asset, ...]:
    """Every thing, those that fall due first at the top."""
    with look(desk) as connection:
        found = _assets(connection)
    return tuple(sorted(found, key=lambda a: (a.state, a.due_on or date.max, a.id)))


def assets_due(connection: Connection, today: date) -> tuple[Asset, ...]:
    """What is in service past its day, longest overdue first."""
    late = [asset for asset in _assets(connection) if asset.overdue(today)]
    return tuple(sorted(late, key=lambda a: (a.due_on or today, a.id)))


def _assets(connection: Connection) -> list[Asset]:
    rows = connection.execute(select(t.assets)).all()
    return [
        Asset(
            row.asset,
            row.kind,
            row.serial,
            date.fromisoformat(row.due_on) if row.due_on else None,
            row.state,
            row.note,
        )
        for row in rows
    ]


def _require(connection: Connection, asset: str) -> None:
    found = connection.execute(select(t.assets.c.asset).where(t.assets.c.asset == asset)).first()
    if found is None:
        raise NotFound(f"asset: there is no '{asset}'", "'smp-kiosk assets list' shows them.")
