"""A recall over time: its versions, what an amendment frees and adds, and how it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.inventory.recalls.contacts import Contact, Use, exposures, followed_up
from kiosk.inventory.recalls.effects import (
    Effects,
    LotChange,
    LotState,
    OpenMix,
    Task,
    TaskKind,
    contact_tasks,
    on_stock,
    state_of,
)
from kiosk.inventory.recalls.findings import Hit, NearMiss, Preview
from kiosk.inventory.recalls.notice import Notice, NoticeError, Problem


class Outcome(StrEnum):
    """How a recall ends."""

    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    ENTERED_BY_MISTAKE = "entered-by-mistake"

    @property
    def frees(self) -> bool:
        """Whether the lots leave the recall; who ends it so needs a second person."""
        return self is not Outcome.COMPLETED


@dataclass(frozen=True, slots=True)
class Closing:
    """Outcome and reason, the reason in the words of who closed it."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A notice with all its versions, the oldest first and never empty; none is ever dropped."""

    versions: tuple[Notice, ...]
    closing: Closing | None = None

    @property
    def current(self) -> Notice:
        """The version that counts."""
        return self.versions[-1]

    def version(self, number: int) -> Notice:
        """One version by its number.

        Raises:
            KeyError: this dossier has no such version.
        """
        return {notice.version: notice for notice in self.versions}[number]

    def amended(self, notice: Notice) -> Dossier:
        """The dossier with a later version; a closed one is open again, for sources do widen.

        Version numbers may leave gaps: a clinic need not have seen every version.

        Raises:
            NoticeError: another notice's id, or a version that is not later.
        """
        if notice.id != self.current.id:
            raise _refusal(
                "id", f"is {notice.id}, not {self.current.id}.", "Amend the notice of that id."
            )
        if notice.version <= self.current.version:
            raise _refusal(
                "version",
                f"is {notice.version}; version {self.current.version} is on file.",
                "Give an amendment a higher number.",
            )
        return Dossier((*self.versions, notice))

    def closed(self, outcome: Outcome, reason: str) -> Dossier:
        """The dossier after somebody ended it.

        Raises:
            NoticeError: without a reason, or closed already.
        """
        if self.closing is not None:
            raise _refusal(
                "outcome", f"is set: {self.closing.outcome}.", "Only an amendment reopens a recall."
            )
        if not reason.strip():
            raise _refusal("reason", "is empty.", "Say in a sentence why the recall ends.")
        return replace(self, closing=Closing(outcome, reason.strip()))


def _refusal(field: str, sentence: str, mend: str) -> NoticeError:
    return NoticeError((Problem(field, sentence, mend),))


@dataclass(frozen=True, slots=True)
class Difference:
    """What an amendment changes for a stock.

    `freed` are lot ids. `doubtful` were hit before and are near misses now: they stay as they are
    until a person takes them in (`Preview.accepting`) or a later version decides.
    """

    freed: tuple[str, ...]
    added: tuple[Hit, ...]
    kept: tuple[Hit, ...]
    doubtful: tuple[NearMiss, ...]


def difference(before: Collection[str], after: Preview) -> Difference:
    """Lots confirmed under the version before, by id, against the preview of the new one."""
    old = frozenset(before)
    doubtful = tuple(miss for miss in after.near_misses if miss.lot.id in old)
    still = after.lots.union(miss.lot.id for miss in doubtful)
    return Difference(
        freed=tuple(sorted(old - still)),
        added=tuple(hit for hit in after.hits if hit.lot.id not in old),
        kept=tuple(hit for hit in after.hits if hit.lot.id in old),
        doubtful=doubtful,
    )


def amendment(
    before: Collection[str],
    after: Preview,
    states: Mapping[str, LotState],
    open_mixes: Iterable[OpenMix],
    uses: Iterable[Use],
    contacts: Collection[Contact],
    *,
    elsewhere: Mapping[str, LotState],
) -> Effects:
    """What confirming an amended version does; needs a second person where it frees a lot.

    `before` are the lots under the version before, `contacts` its list. `states` has these lots
    and every lot hit. `elsewhere` says in which state (RECALLED or HOLD) other notices in force
    want a lot: freed here, it goes there.
    """
    changed = difference(before, after)
    changes, alerts, tasks = on_stock(after, states, open_mixes)
    freed = _freed(changed.freed, states, elsewhere, f"Not meant by {after.notice.title}.")
    exposed = exposures(after.lots.union(miss.lot.id for miss in changed.doubtful), uses)
    notify = state_of(after.notice) is LotState.RECALLED
    followed = followed_up(exposed, contacts, notify=notify)
    return Effects(
        changes=(*changes, *freed),
        alerts=alerts,
        exposed=exposed,
        contacts=followed,
        tasks=(*tasks, *_inspections(freed), *contact_tasks(contacts, followed)),
    )


def ending(
    dossier: Dossier,
    before: Collection[str],
    states: Mapping[str, LotState],
    uses: Iterable[Use],
    contacts: Collection[Contact],
    *,
    elsewhere: Mapping[str, LotState],
) -> Effects:
    """What closing does, for a dossier just closed; arguments as for `amendment`.

    Completed, everything stays where it is. Withdrawn or entered by mistake, the lots go to
    quarantine and the clients are cleared.

    Raises:
        ValueError: the dossier is not closed.
    """
    if dossier.closing is None:
        raise ValueError(f"{dossier.current.id} is not closed")
    if not dossier.closing.outcome.frees:
        return Effects((), (), exposures(before, uses), tuple(contacts), ())
    why = f"{dossier.current.title} closed, {dossier.closing.outcome}: {dossier.closing.reason}"
    freed = _freed(before, states, elsewhere, why)
    followed = followed_up((), contacts, notify=False)
    tasks = (*_inspections(freed), *contact_tasks(contacts, followed))
    return Effects(freed, (), (), followed, tasks)


def _freed(
    lots: Iterable[str],
    states: Mapping[str, LotState],
    elsewhere: Mapping[str, LotState],
    reason: str,
) -> tuple[LotChange, ...]:
    """Freed lots go to quarantine, never back into use: what happened meanwhile is not known."""
    changes = []
    for lot in sorted(lots):
        after = elsewhere.get(lot, LotState.QUARANTINE)
        if states[lot] in (LotState.RECALLED, LotState.HOLD) and states[lot] is not after:
            changes.append(LotChange(lot, states[lot], after, (), reason))
    return tuple(changes)


def _inspections(freed: Iterable[LotChange]) -> Iterator[Task]:
    for change in freed:
        if change.after is LotState.QUARANTINE:
            sentence = "Freed by the recall: inspect, then release or reject."
            yield Task(TaskKind.INSPECT, change.lot, sentence)
