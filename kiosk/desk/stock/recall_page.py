"""Everything about one recall on one page, from its lots down to the clients they reached."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.recall_view import (
    client_uses,
    dossier_of,
    lots_under,
    match,
    states_of,
    stock_lots,
    stopped_mixes,
    whole_list,
)
from kiosk.desk.stock.recalling import LOT_EVENT, RecallEntry, tell_clients
from kiosk.desk.stock.shelf import bottles_of_lot
from kiosk.desk.stock.uses import Use, uses_of_lots
from kiosk.inventory.model import Bottle
from kiosk.inventory.recalls.dossier import Dossier
from kiosk.inventory.recalls.effects import LotState, MixAlert, moves, state_of
from kiosk.inventory.recalls.findings import Group, NearMiss
from kiosk.inventory.recalls.stock import StockLot
from kiosk.ledger.events import Event
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot under a recall: why, where it stands now, its bottles and every use of it."""

    lot: StockLot
    state: LotState
    group: Group
    reason: str
    bottles: tuple[Bottle, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class RecallPage:
    """See the module. `cups` says of every mix how it ended, empty while it stands.

    `near_misses` are lots that are like a hit, as the stock is now; nobody has taken them in.
    """

    entry: RecallEntry
    lots: tuple[HeldLot, ...]
    near_misses: tuple[NearMiss, ...]
    alerts: tuple[MixAlert, ...]
    cups: dict[str, str]

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every use of every lot, by lots."""
        return tuple(use for held in self.lots for use in held.uses)


def recall_page(desk: Desk, recall: str) -> RecallPage:
    """The page of a recall.

    Raises:
        NotFound: there is no such recall.
    """
    with look(desk) as connection:
        dossier = _known(connection, recall)
        under = lots_under(connection, recall)
        found = match(connection, dossier.current)
        why = {hit.lot.id: (hit.group, hit.reason) for hit in found.hits}
        lots = tuple(
            _held(connection, lot, why, recall) for lot in stock_lots(connection, set(under))
        )
        mixes = {use.mix for held in lots for use in held.uses if use.mix}
        cups = connection.execute(
            select(t.mixes.c.mix, t.mixes.c.closed).where(t.mixes.c.mix.in_(mixes))
        )
        in_force = dossier.closing is None or not dossier.closing.outcome.frees
        return RecallPage(
            RecallEntry(dossier, under, tuple(whole_list(connection, recall, desk.zone))),
            lots,
            tuple(m for m in found.near_misses if m.lot.id not in under) if in_force else (),
            tuple(a for a in stopped_mixes(connection) if set(a.lots) & set(under)),
            dict(cups.all()),
        )


def _held(
    connection: Connection,
    lot: StockLot,
    why: dict[str, tuple[Group, str]],
    recall: str,
) -> HeldLot:
    # What the notice does not name by itself was taken in, or is still in doubt: the recall's own
    # row says so.
    group, reason = why.get(lot.id) or (Group.ACCEPTED, _reason(connection, recall, lot.id))
    return HeldLot(
        lot,
        states_of(connection, [lot.id])[lot.id],
        group,
        reason,
        tuple(bottles_of_lot(connection, lot.id)),
        uses_of_lots(connection, [lot.id]),
    )


def _reason(connection: Connection, recall: str, lot: str) -> str:
    said: str = connection.execute(
        select(t.recalled_lots.c.reason).where(
            t.recalled_lots.c.recall == recall, t.recalled_lots.c.lot == lot
        )
    ).scalar_one()
    return said


def _known(connection: Connection, recall: str) -> Dossier:
    dossier = dossier_of(connection, recall)
    if dossier is None:
        raise NotFound(f"recall: there is no '{recall}'", "The list of recalls shows them.")
    return dossier


def take_in(desk: Desk, operator: Operator, recall: str, lot: str) -> None:
    """Take a near miss into a recall that is on file: its lot, its mixes and its clients.

    The notice stays what its source wrote; that a person took the lot in is in the ledger.

    Raises:
        NotFound: there is no such recall.
        DeskError: the lot is no near miss of it, or the recall frees its lots.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        connection = task.connection
        dossier = _known(connection, recall)
        notice = dossier.current
        if dossier.closing is not None and dossier.closing.outcome.frees:
            raise DeskError(f"recall: {recall} was closed", "Amend it to open it again.")
        near = {miss.lot.id: miss for miss in match(connection, notice, [lot]).near_misses}
        if lot not in near or lot in lots_under(connection, recall):
            raise DeskError(f"lot: {lot} is no near miss of {recall}", "Look at the list again.")
        wanted = state_of(notice)
        reason = f"Taken in by hand. {near[lot].reason}"
        hit = {"lot": lot, "effect": wanted.value, "reason": reason}
        task.record(Event("recall.hit", recall, {"version": notice.version, "hit": hit}))
        if moves(states_of(connection, [lot])[lot], wanted):
            task.record(Event(LOT_EVENT[wanted], lot, {"reason": f"{recall}: {reason}"}))
        uses = client_uses(connection, [lot], desk.zone)
        tell_clients(task, lot, {use.client for use in uses})
