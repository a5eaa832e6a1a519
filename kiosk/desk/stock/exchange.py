"""Kiosks that were apart tell each other what happened, by a file on a stick.

Both of two uses of one bottle happened, so both are kept, each under its own kiosk, number,
instant and actor. What then does not fit is not smoothed over but held for a person: a bottle
until it is counted, a lot in the graver of two states that were given to it apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.doubts import Doubtful, doubtful_bottles
from kiosk.desk.stock.recalling import match_lot, tell_clients
from kiosk.inventory.model import LotState
from kiosk.ledger import writer
from kiosk.ledger.canonical import LedgerValueError
from kiosk.ledger.events import Event
from kiosk.ledger.parcel import (
    NUMBERS,
    Parcel,
    ParcelDamaged,
    Place,
    Sent,
    newest_numbers,
    pack,
    stored,
    unpack,
)
from kiosk.ledger.projections import Unprojectable
from kiosk.storage import tables as t

#: From what anybody may lift to what nobody does.
_GRAVITY = (
    LotState.RELEASED,
    LotState.OPEN,
    LotState.QUARANTINE,
    LotState.HOLD,
    LotState.REJECTED,
    LotState.DISPOSED,
    LotState.RECALLED,
)
_STATE_EVENTS = {
    "lot.released": LotState.RELEASED,
    "lot.quarantined": LotState.QUARANTINE,
    "lot.held": LotState.HOLD,
    "lot.rejected": LotState.REJECTED,
    "lot.disposed": LotState.DISPOSED,
    "lot.recalled": LotState.RECALLED,
}
_EVENT_OF = {state: kind for kind, state in _STATE_EVENTS.items()}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file brought: of every kiosk its first and last new number, and what is doubtful.

    `events` is empty where all of it was here already. `lots` are those that went back to the
    graver of two states, or were hit by a recall that the other side did not know of.
    """

    sender: str
    events: Mapping[str, tuple[int, int]]
    bottles: tuple[Doubtful, ...] = ()
    lots: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many events came."""
        return sum(last - first + 1 for first, last in self.events.values())


def event_numbers(desk: Desk) -> dict[str, int]:
    """The newest event number of every kiosk whose events are here: what another need not send."""
    with look(desk) as connection:
        return newest_numbers(connection)


def export_events(desk: Desk, *, after: Mapping[str, int] | None = None) -> bytes:
    """This log as a file for another kiosk, from the first event on that it lacks.

    Events of third kiosks that were taken in here go with it, because this kiosk's own may rest on
    them. `after` is what the other holds (its `event_numbers`); without it, everything is sent.

    Raises:
        DatabaseUnusable: the log is not as it was written; nothing of it is handed on.
    """
    with look(desk) as connection:
        return pack(connection, desk.kiosk, after or {})


def take_in(desk: Desk, operator: Operator, data: bytes) -> TakenIn:
    """Add what another kiosk recorded to this log: all of it, or nothing.

    Raises:
        DeskError: the file is damaged or of another format; events before its first are missing
            here; it says something else than what is here already; both kiosks gave out one id.
    """
    require(operator, Duty.MANAGE)
    try:
        parcel = unpack(data)
    except ParcelDamaged as error:
        raise DeskError(f"file: {error}", "Write the file again at the other kiosk.") from error
    with work(desk, operator.id) as task:
        here = newest_numbers(task.connection)
        new = _new_events(task, parcel, here)
        if not new:
            return TakenIn(parcel.kiosk, {})
        ranges = _ranges(new)
        states = _states(task.connection)
        _append(task, parcel, new, ranges)
        bottles = doubtful_bottles(task, parcel, new, here)
        lots = {*_stand_by_the_graver(task, parcel, new, here, states), *_recalled(task, new)}
        return TakenIn(parcel.kiosk, ranges, bottles, tuple(sorted(lots)))


def _new_events(task: Work, parcel: Parcel, here: Mapping[str, int]) -> list[Sent]:
    """The events that are not here yet; whatever contradicts what is here is refused."""
    first: dict[str, int] = {}
    for event in parcel.events:
        first.setdefault(event.kiosk, event.kiosk_seq)
    known: dict[Place, Sent] = {}
    for kiosk, number in first.items():
        known |= stored(task.connection, kiosk, number)
    reached = dict(here)
    new = []
    for event in parcel.events:
        expected = reached.get(event.kiosk, 0) + 1
        if event.kiosk_seq < expected:
            if event.place in known and not event.same(known[event.place]):
                raise DeskError(
                    f"file: event {event.kiosk_seq} of {event.kiosk} says one thing here and "
                    "another there",
                    "Verify both ledgers. If two kiosks have one name, give one of them another.",
                )
            continue
        if event.kiosk_seq > expected:
            _missing(event.kiosk, expected, event.kiosk_seq - 1)
        if event.kiosk == task.desk.kiosk:
            _lost_own(event.kiosk, event.kiosk_seq)
        reached[event.kiosk] = event.kiosk_seq
        new.append(event)
    for kiosk, number in parcel.holds.items():
        if number > reached.get(kiosk, 0):
            if kiosk == task.desk.kiosk:
                _lost_own(kiosk, number)
            _missing(kiosk, reached.get(kiosk, 0) + 1, number)
    return new


def _lost_own(kiosk: str, number: int) -> NoReturn:
    raise DeskError(
        f"file: it knows event {number} of {kiosk}, which is this kiosk and has no such event",
        "This log is an older backup, or two kiosks have one name. Restore the newest.",
    )


def _missing(kiosk: str, first: int, last: int) -> NoReturn:
    which = (
        f"event {first} of {kiosk} is"
        if first == last
        else (f"events {first} to {last} of {kiosk} are")
    )
    raise DeskError(
        f"file: {which} missing between what is here and what the file holds",
        "Write a file that begins earlier. If that kiosk is lost, count what it worked with.",
    )


def _ranges(events: Sequence[Sent]) -> dict[str, tuple[int, int]]:
    ranges: dict[str, tuple[int, int]] = {}
    for event in events:
        first, _ = ranges.get(event.kiosk, (event.kiosk_seq, 0))
        ranges[event.kiosk] = (first, event.kiosk_seq)
    return ranges


def _append(
    task: Work, parcel: Parcel, new: Sequence[Sent], ranges: Mapping[str, tuple[int, int]]
) -> None:
    for kiosk, (first, last) in ranges.items():
        body = {"kiosk": kiosk, "first": first, "last": last, "head": parcel.head}
        task.record(Event("exchange.merged", kiosk, body))
    for event in new:
        body = dict(event.body)
        if event.names is not None:
            body[NUMBERS[event.kind]] = _number_here(task.connection, event)
        try:
            writer.append(
                task.connection,
                kiosk=event.kiosk,
                actor=event.actor,
                at=event.at,
                events=[Event(event.kind, event.entity, body)],
            )
        except (Unprojectable, LedgerValueError) as error:
            _refuse(task.connection, event, error)


def _number_here(connection: Connection, event: Sent) -> int:
    assert event.names is not None
    kiosk, number = event.names
    found: int | None = connection.scalar(
        select(t.ledger.c.seq).where(t.ledger.c.kiosk == kiosk, t.ledger.c.kiosk_seq == number)
    )
    if found is None:
        _missing(kiosk, number, number)
    return found


def _refuse(
    connection: Connection, event: Sent, error: Unprojectable | LedgerValueError
) -> NoReturn:
    who = f"event {event.kiosk_seq} of {event.kiosk} ({event.kind} {event.entity})"
    if isinstance(error.__cause__, IntegrityError):
        twin = connection.execute(
            select(t.ledger.c.kiosk, t.ledger.c.kiosk_seq).where(
                t.ledger.c.kind == event.kind, t.ledger.c.entity == event.entity
            )
        ).first()
        if twin is not None:
            raise DeskError(
                f"file: {event.kiosk} and {twin.kiosk} each gave out {event.entity} "
                f"({event.kind}, event {event.kiosk_seq} there, event {twin.kiosk_seq} of "
                f"{twin.kiosk} here), and it is not the same thing",
                "Nothing was taken in. Deliveries and clients are entered at one kiosk while the "
                "kiosks are apart; enter one of the two again after an exchange.",
            ) from error
    raise DeskError(
        f"file: {who} does not fit to what is here: {error.problem}", "Nothing was taken in."
    ) from error


def _states(connection: Connection) -> dict[str, tuple[LotState, str]]:
    rows = connection.execute(select(t.lots.c.lot, t.lots.c.state, t.lots.c.reason))
    return {row.lot: (LotState(row.state), row.reason) for row in rows}


def _stand_by_the_graver(
    task: Work,
    parcel: Parcel,
    new: Sequence[Sent],
    here: Mapping[str, int],
    before: Mapping[str, tuple[LotState, str]],
) -> list[str]:
    """Give lots back the state they had here where the other side did not know of it.

    Without this the log that is read last would decide, and could release what was recalled.
    """
    judged = {event.entity: event for event in new if event.kind in _STATE_EVENTS}
    after = _states(task.connection)
    order = {event.place: number for number, event in enumerate(parcel.events)}
    back = []
    for lot, last in sorted(judged.items()):
        if lot not in before or _GRAVITY.index(before[lot][0]) <= _GRAVITY.index(after[lot][0]):
            continue
        ours = task.connection.execute(
            select(t.ledger.c.kiosk, t.ledger.c.kiosk_seq)
            .where(t.ledger.c.kind.in_(_STATE_EVENTS), t.ledger.c.entity == lot)
            .order_by(t.ledger.c.seq)
        ).all()
        unknown = [
            row
            for row in ours
            if row.kiosk_seq <= here.get(row.kiosk, 0)
            and (
                row.kiosk_seq > parcel.holds.get(row.kiosk, 0)
                or order.get((row.kiosk, row.kiosk_seq), -1) > order[last.place]
            )
        ]
        if unknown:
            state, reason = before[lot]
            why = f"{reason} ({last.kiosk} did not know of it)"
            task.record(Event(_EVENT_OF[state], lot, {"reason": why}))
            back.append(lot)
    return back


def _recalled(task: Work, new: Sequence[Sent]) -> list[str]:
    """Hold lots against the notices in force that were not known where the other was recorded."""
    kinds = {event.kind for event in new}
    if "recall.applied" in kinds:
        lots = list(task.connection.scalars(select(t.lots.c.lot).order_by(t.lots.c.lot)))
    else:
        changed = {"lot.received", "lot.corrected", *_STATE_EVENTS}
        lots = sorted({e.entity for e in new if e.kind in changed})
    known = set(task.connection.scalars(select(t.recalled_lots.c.lot)))
    hit = [lot for lot in lots if match_lot(task, lot) and lot not in known]
    for lot, client in _used_there(new):
        if lot in known:
            tell_clients(task, lot, [client])
    return hit


def _used_there(new: Sequence[Sent]) -> list[tuple[str, str]]:
    """Which lot reached which client at the other kiosk, each pair once."""
    found = []
    for event in new:
        if event.kind == "mix.confirmed":
            found += [(part["lot"], event.body["client"]) for part in event.body["parts"]]
        elif event.kind == "use.nonconforming" and event.body["client"]:
            found.append((event.body["lot"], event.body["client"]))
    return list(dict.fromkeys(found))
