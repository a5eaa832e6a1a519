"""What confirming a notice sets in motion: lot states, stops at open mixes, clients, tasks.

Decisions only: the desk turns them into events. A recall never weakens a state and never releases
a lot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.inventory.recalls.contacts import (
    Contact,
    ContactState,
    Exposure,
    Use,
    exposures,
    followed_up,
)
from kiosk.inventory.recalls.findings import Group, Hit, Preview
from kiosk.inventory.recalls.notice import Notice, Reach
from kiosk.stops import Severity, Stop


class LotState(StrEnum):
    """Where a lot stands; the values are those of the stock's own lot states."""

    EXPECTED = "EXPECTED"
    QUARANTINE = "QUARANTINE"
    RELEASED = "RELEASED"
    OPEN = "OPEN"
    HOLD = "HOLD"
    RECALLED = "RECALLED"
    EXPIRED = "EXPIRED"
    EXHAUSTED = "EXHAUSTED"
    DISPOSED = "DISPOSED"
    REJECTED = "REJECTED"


#: Out of use for good; were such a lot recalled and then freed, it would come back to quarantine.
_GONE = frozenset({LotState.EXHAUSTED, LotState.DISPOSED, LotState.REJECTED})
_KEPT_BY = {
    LotState.RECALLED: _GONE | {LotState.RECALLED},
    # A hold can end in a release, so it replaces no state that cannot.
    LotState.HOLD: _GONE | {LotState.RECALLED, LotState.HOLD, LotState.EXPIRED},
}


@dataclass(frozen=True, slots=True)
class OpenMix:
    """A cup that is not closed; `lots` has every lot in it, pigment and diluent."""

    id: str
    kiosk: str
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LotChange:
    """A lot's new state; `bottles` are those with something in them that must be put aside."""

    lot: str
    before: LotState
    after: LotState
    bottles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class MixAlert:
    """An open mix that holds one of the lots; it may end as discarded or as incident only."""

    mix: OpenMix
    lots: tuple[str, ...]
    stop: Stop


class TaskKind(StrEnum):
    """What a person has to do."""

    PUT_ASIDE = "put-aside"
    CLOSE_MIX = "close-mix"
    CONTACT_CLIENT = "contact-client"
    TELL_CLEARED = "tell-cleared"
    ASK_SOURCE = "ask-source"
    FIND_DATE = "find-date"
    DECIDE_NEAR_MISS = "decide-near-miss"
    INSPECT = "inspect"


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work; `subject` is the id of a lot, mix, client or notice, by `kind`."""

    kind: TaskKind
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What a notice, an amendment or a closing does.

    `exposed` lists every client on whom a lot in scope was used, used-up lots included. `contacts`
    is the list to work through; a notice that has yet to name its lots adds nobody to it.
    """

    changes: tuple[LotChange, ...]
    alerts: tuple[MixAlert, ...]
    exposed: tuple[Exposure, ...]
    contacts: tuple[Contact, ...]
    tasks: tuple[Task, ...]


def state_of(notice: Notice) -> LotState:
    """The state in which a notice puts the lots it hits: RECALLED, or HOLD while it names none."""
    return LotState.HOLD if notice.scope.reach is Reach.UNKNOWN_LOT else LotState.RECALLED


def moves(before: LotState, wanted: LotState) -> bool:
    """Whether a notice that wants its lots RECALLED or on HOLD changes a lot in this state."""
    return before not in _KEPT_BY[wanted]


def stop_of(notice: Notice) -> Stop:
    """The stop on every lot that this notice hits; an advisory stops as a recall does."""
    held = state_of(notice) is LotState.HOLD
    named = f"{notice.kind.value.capitalize()} {notice.id}, version {notice.version}"
    return Stop(
        rule="B01",
        severity=Severity.SAFETY,
        sentence=f"{named}: {notice.hazard}",
        evidence=notice.evidence,
        lifts=(
            "The source names its lots and this one is not among them."
            if held
            else "Nothing while the notice stands; a lot that its source frees is inspected anew."
        ),
    )


def effects(
    preview: Preview,
    states: Mapping[str, LotState],
    open_mixes: Iterable[OpenMix],
    uses: Iterable[Use],
) -> Effects:
    """What confirming the first version of a notice does; `states` has at least every lot hit."""
    changes, alerts, tasks = on_stock(preview, states, open_mixes)
    exposed = exposures(preview.lots, uses)
    notify = state_of(preview.notice) is LotState.RECALLED
    contacts = followed_up(exposed, (), notify=notify)
    return Effects(changes, alerts, exposed, contacts, (*tasks, *contact_tasks((), contacts)))


def on_stock(
    preview: Preview, states: Mapping[str, LotState], open_mixes: Iterable[OpenMix]
) -> tuple[tuple[LotChange, ...], tuple[MixAlert, ...], tuple[Task, ...]]:
    """The part of the effects that asks no client: new states, alerts, work in the store."""
    notice, lots = preview.notice, preview.lots
    state = state_of(notice)
    # Used-up bottles do not spare a lot its state: a recount may find something in them.
    changes = tuple(
        LotChange(hit.lot.id, states[hit.lot.id], state, _filled(hit), hit.reason)
        for hit in preview.hits
        if moves(states[hit.lot.id], state)
    )
    alerts = tuple(
        MixAlert(mix, inside, stop_of(notice))
        for mix in open_mixes
        if (inside := tuple(lot for lot in mix.lots if lot in lots))
    )
    tasks = (*_stock_tasks(preview, changes), *(_close_mix(alert) for alert in alerts))
    return changes, alerts, tasks


def _filled(hit: Hit) -> tuple[str, ...]:
    return tuple(bottle.id for bottle in hit.lot.bottles if bottle.remaining_ul > 0)


def _stock_tasks(preview: Preview, changes: tuple[LotChange, ...]) -> Iterator[Task]:
    notice = preview.notice
    if preview.hits and state_of(notice) is LotState.HOLD:
        yield Task(
            TaskKind.ASK_SOURCE, notice.id, f"Ask {notice.source} which lots {notice.id} means."
        )
    for change in changes:
        if change.bottles:
            bottles = ", ".join(change.bottles)
            yield Task(TaskKind.PUT_ASIDE, change.lot, f"Put aside and mark: {bottles}.")
    for hit in preview.of_group(Group.UNDATED):
        yield Task(TaskKind.FIND_DATE, hit.lot.id, "Find out when this lot was received.")
    for miss in preview.near_misses:
        yield Task(TaskKind.DECIDE_NEAR_MISS, miss.lot.id, miss.reason)


def _close_mix(alert: MixAlert) -> Task:
    sentence = f"Stop the mix at {alert.mix.kiosk}: close it as discarded or as incident."
    return Task(TaskKind.CLOSE_MIX, alert.mix.id, sentence)


def contact_tasks(before: Iterable[Contact], after: Iterable[Contact]) -> Iterator[Task]:
    """Whom to tell, and whom to tell that it is over, as far as that has changed."""
    old = {contact.client: contact for contact in before}
    for contact in after:
        known = old.get(contact.client)
        if contact.state is ContactState.TO_CONTACT and contact != known:
            days = ", ".join(day.isoformat() for day in contact.exposure.days)
            yield Task(TaskKind.CONTACT_CLIENT, contact.client, f"Tell the client: used {days}.")
        elif (
            contact.state is ContactState.CLEARED
            and known is not None
            and known.state is ContactState.REACHED
        ):
            sentence = "Told of a recall that no longer concerns them: tell the client so."
            yield Task(TaskKind.TELL_CLEARED, contact.client, sentence)
