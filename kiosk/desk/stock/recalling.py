"""Recalls at the desk: previewed, confirmed, amended, closed, clients reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.recall_view import (
    client_uses,
    contacts_of,
    dossier_of,
    lots_under,
    match,
    notices_holding,
    notices_in_force,
    open_mixes,
    states_of,
    wanted_elsewhere,
    whole_list,
)
from kiosk.desk.stock.recall_view import stopped_mixes as stopped
from kiosk.desk.stock.signing import Witness
from kiosk.inventory.recalls.contacts import Contact, ContactState
from kiosk.inventory.recalls.dossier import Dossier, Outcome, amendment, difference, ending
from kiosk.inventory.recalls.effects import (
    Effects,
    LotState,
    MixAlert,
    effects,
    moves,
    state_of,
)
from kiosk.inventory.recalls.findings import NearMiss, Preview
from kiosk.inventory.recalls.notice import Notice, NoticeError
from kiosk.inventory.recalls.notice_file import document
from kiosk.ledger.events import Event
from kiosk.storage import tables as t

LOT_EVENT = {
    LotState.RECALLED: "lot.recalled",
    LotState.HOLD: "lot.held",
    LotState.QUARANTINE: "lot.quarantined",
}


@dataclass(frozen=True, slots=True)
class RecallPlan:
    """What confirming a notice would do; `frees` are lots that an amendment lets go.

    `doubtful` were hit by the version before and are near misses of this one: they stay under the
    recall until somebody takes them in or a later version decides.
    """

    preview: Preview
    effects: Effects
    frees: tuple[str, ...]
    doubtful: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class RecallEntry:
    """One recall on the list."""

    dossier: Dossier
    lots: dict[str, LotState]
    contacts: tuple[Contact, ...]

    @property
    def waiting(self) -> int:
        """How many clients still have to be reached."""
        open_states = {ContactState.TO_CONTACT, ContactState.NOT_REACHED}
        return sum(contact.state in open_states for contact in self.contacts)


def plan_recall(desk: Desk, notice: Notice, accept: Collection[str] = ()) -> RecallPlan:
    """What a new notice, or a later version of one, would do; records nothing.

    `accept` are near misses that a person takes in, by lot id.

    Raises:
        DeskError: a lot to accept is no near miss, or the version is not later.
    """
    with look(desk) as connection:
        return _plan(connection, desk, notice, accept)


def apply_recall(
    desk: Desk,
    operator: Operator,
    notice: Notice,
    accept: Collection[str] = (),
    *,
    second: Witness | None = None,
) -> RecallPlan:
    """Confirm a notice, or an amended version of it: lots, mixes and clients in one transaction.

    Raises:
        DeskError: as for `plan_recall`, or lots are freed and nobody else signs.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        plan = _plan(task.connection, desk, notice, accept)
        if plan.frees and second is None:
            raise DeskError(
                f"witness: the amendment frees {', '.join(plan.frees)}", "A second person signs."
            )
        body: dict[str, Any] = {
            "version": notice.version,
            "notice": document(notice),
            "hits": _hit_bodies(plan, lots_under(task.connection, notice.id)),
        }
        if second is not None:
            body["second"] = second.signature
        task.record(Event("recall.applied", notice.id, body))
        _carry_out(task, notice.id, plan.effects)
        return plan


def _hit_bodies(plan: RecallPlan, before: dict[str, LotState]) -> list[dict[str, str]]:
    effect = state_of(plan.preview.notice).value
    hits = [(hit.lot.id, effect, hit.reason, hit.group.value) for hit in plan.preview.hits]
    # What an event does not name would no longer be under the recall, and nobody could free it.
    hits += [
        (miss.lot.id, before[miss.lot.id].value, f"Still in doubt. {miss.reason}", "doubtful")
        for miss in plan.doubtful
    ]
    return [dict(zip(("lot", "effect", "reason", "group"), hit, strict=True)) for hit in hits]


def _plan(
    connection: Connection, desk: Desk, notice: Notice, accept: Collection[str]
) -> RecallPlan:
    dossier = dossier_of(connection, notice.id)
    if dossier is not None:
        _refuse_earlier(dossier, notice)
    found = match(connection, notice)
    try:
        found = found.accepting(accept)
    except KeyError as error:
        raise DeskError(
            f"accept: {error.args[0]} is no near miss of this notice",
            "Name lots of the preview's list.",
        ) from error
    if dossier is None:
        lots = found.lots
        uses = client_uses(connection, lots, desk.zone)
        done = effects(found, states_of(connection, lots), open_mixes(connection), uses)
        return RecallPlan(found, done, ())
    before = lots_under(connection, notice.id)
    lots = found.lots | set(before)
    uses = client_uses(connection, lots, desk.zone)
    done = amendment(
        before,
        found,
        states_of(connection, lots),
        open_mixes(connection),
        uses,
        contacts_of(connection, notice.id, set(before), uses),
        elsewhere=wanted_elsewhere(connection, notice.id),
    )
    changed = difference(before, found)
    return RecallPlan(found, done, changed.freed, changed.doubtful)


def _refuse_earlier(dossier: Dossier, notice: Notice) -> None:
    try:
        dossier.amended(notice)
    except NoticeError as error:
        problem = error.problems[0]
        raise DeskError(f"{problem.field}: {problem.sentence}", problem.mend) from error


def _carry_out(task: Work, recall: str, done: Effects) -> None:
    for change in done.changes:
        why = {"reason": f"{recall}: {change.reason}"}
        task.record(Event(LOT_EVENT[change.after], change.lot, why))
    known = {
        row.client: row.state
        for row in task.connection.execute(
            select(t.recall_contacts).where(t.recall_contacts.c.recall == recall)
        )
    }
    for contact in done.contacts:
        if known.get(contact.client) != contact.state.value:
            body = {"client": contact.client, "state": contact.state.value}
            task.record(Event("recall.contacted", recall, body))


def close_recall(
    desk: Desk,
    operator: Operator,
    recall: str,
    outcome: Outcome,
    reason: str,
    *,
    second: Witness | None = None,
) -> Effects:
    """End a recall. Completed, its lots stay recalled; otherwise they go to quarantine.

    Raises:
        NotFound: there is no such recall.
        DeskError: no reason, closed already, clients still to be reached, or nobody else signs
            although lots are freed.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        connection = task.connection
        dossier = _known(connection, recall)
        before = lots_under(connection, recall)
        uses = client_uses(connection, before, desk.zone)
        contacts = contacts_of(connection, recall, set(before), uses)
        try:
            closed = dossier.closed(outcome, reason)
        except NoticeError as error:
            problem = error.problems[0]
            raise DeskError(f"{problem.field}: {problem.sentence}", problem.mend) from error
        waiting = [c.client for c in contacts if c.state is ContactState.TO_CONTACT]
        if outcome is Outcome.COMPLETED and waiting:
            raise DeskError(
                f"clients: {', '.join(waiting)} were not contacted yet",
                "Contact them, and record who could not be reached.",
            )
        if outcome.frees and before and second is None:
            raise DeskError(
                f"witness: closing as {outcome.value} frees {', '.join(sorted(before))}",
                "A second person signs.",
            )
        done = ending(
            closed,
            set(before),
            states_of(connection, set(before)),
            uses,
            contacts,
            elsewhere=wanted_elsewhere(connection, recall),
        )
        body = {"outcome": outcome.value, "reason": reason.strip()}
        if second is not None:
            body["second"] = second.signature
        task.record(Event("recall.closed", recall, body))
        _carry_out(task, recall, done)
        return done


def record_contact(
    desk: Desk, operator: Operator, recall: str, client: str, state: ContactState
) -> None:
    """Record whether a client could be reached.

    Raises:
        NotFound: no such recall, or the client is not on its list.
        DeskError: a person cannot record that state now.
    """
    if not operator.may(Duty.TREAT):
        require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        entry = _entry(task.connection, desk, _known(task.connection, recall))
        contact = next((c for c in entry.contacts if c.client == client), None)
        if contact is None:
            raise NotFound(f"client: {client} is not on the list of {recall}", "")
        try:
            contact.moved(state)
        except ValueError as error:
            raise DeskError(f"state: {error}", "Look at the list again.") from error
        body = {"client": client, "state": state.value}
        task.record(Event("recall.contacted", recall, body))


def list_recalls(desk: Desk) -> tuple[RecallEntry, ...]:
    """Every recall, the newest first."""
    with look(desk) as connection:
        names = connection.scalars(
            select(t.recalls.c.recall)
            .where(t.recalls.c.version > 0)
            .group_by(t.recalls.c.recall)
            .order_by(func.max(t.recalls.c.seq).desc())
        ).all()
        return tuple(_entry(connection, desk, _known(connection, name)) for name in names)


def find_recall(desk: Desk, recall: str) -> RecallEntry:
    """One recall; raises NotFound."""
    with look(desk) as connection:
        return _entry(connection, desk, _known(connection, recall))


def _known(connection: Connection, recall: str) -> Dossier:
    dossier = dossier_of(connection, recall)
    if dossier is None:
        raise NotFound(f"recall: there is no '{recall}'", "'smp-kiosk recall list' shows them.")
    return dossier


def _entry(connection: Connection, desk: Desk, dossier: Dossier) -> RecallEntry:
    recall = dossier.current.id
    return RecallEntry(
        dossier,
        lots_under(connection, recall),
        tuple(whole_list(connection, recall, desk.zone)),
    )


def stopped_mixes(desk: Desk) -> tuple[MixAlert, ...]:
    """Cups that still stand, at whatever kiosk, and hold a lot that a notice recalls or holds."""
    with look(desk) as connection:
        return stopped(connection)


def match_lot(task: Work, lot: str) -> tuple[str, ...]:
    """Hold a lot against every notice in force: for one that is new here or was changed.

    Returns:
        The recalls that hit it.
    """
    hit_by = []
    for notice in notices_in_force(task.connection):
        wanted = lots_under(task.connection, notice.id).get(lot)
        reason = "meant by the notice"
        if wanted is None:
            hits = match(task.connection, notice, [lot]).hits
            if not hits:
                continue
            wanted, reason = state_of(notice), hits[0].reason
            body = {"lot": lot, "effect": wanted.value, "reason": reason}
            task.record(Event("recall.hit", notice.id, {"version": notice.version, "hit": body}))
            uses = client_uses(task.connection, [lot], task.desk.zone)
            tell_clients(task, lot, {use.client for use in uses})
        if moves(states_of(task.connection, [lot])[lot], wanted):
            task.record(Event(LOT_EVENT[wanted], lot, {"reason": f"{notice.id}: {reason}"}))
        hit_by.append(notice.id)
    return tuple(hit_by)


def tell_clients(task: Work, lot: str, clients: Collection[str]) -> None:
    """Put clients whom a recalled lot has just been found to have reached on its recalls' lists.

    One who was told already is told again: that was about another use.
    """
    holding = notices_holding(task.connection, [lot]).get(lot, {})
    for recall in sorted(name for name, how in holding.items() if how is LotState.RECALLED):
        for client in sorted(clients):
            body = {"client": client, "state": ContactState.TO_CONTACT.value}
            task.record(Event("recall.contacted", recall, body))
