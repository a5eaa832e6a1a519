"""The rows of a recall's preview: lots in their groups, clients, what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from rich.text import Text
from textual.markup import escape

from kiosk.desk.stock.recalling import RecallPlan
from kiosk.inventory.recalls.effects import LotState, TaskKind, state_of
from kiosk.inventory.recalls.findings import Group, Hit, NearMiss
from kiosk.inventory.recalls.notice import Problem
from kiosk.inventory.recalls.stock import StockLot
from kiosk.screens.stock.recall_rows import GROUPS, arrived, number_of, short
from kiosk.screens.stock.rows import Sign, counted, faint, ml, short_day, sign_cell

View = Literal["lots", "clients", "tasks"]
VIEWS: Final[tuple[View, ...]] = ("lots", "clients", "tasks")
#: What the key says that leads on from a view.
LABELS: Final[dict[View, str]] = {"lots": "Clients", "clients": "To do", "tasks": "Lots"}
NOTHING: Final[dict[View, str]] = {
    "lots": "It means nothing that was ever received here.",
    "clients": "It reached nobody.",
    "tasks": "Nothing is to be done.",
}
COLUMNS: Final[dict[View, tuple[tuple[str, int | None], ...]]] = {
    "lots": (
        ("", 1),
        ("group", 10),
        ("lot", 7),
        ("number", 11),
        ("product", None),
        ("received", 9),
        ("left", 8),
    ),
    "clients": (("", 1), ("client", 13), ("used on", None), ("lots", 20)),
    "tasks": (("", 1), ("what", 15), ("of", 14), ("to do", None)),
}
_TASKS: Final[dict[TaskKind, tuple[Sign, str]]] = {
    TaskKind.PUT_ASIDE: ("stop", "put aside"),
    TaskKind.CLOSE_MIX: ("stop", "stop the mix"),
    TaskKind.CONTACT_CLIENT: ("check", "tell client"),
    TaskKind.TELL_CLEARED: ("check", "tell it is over"),
    TaskKind.ASK_SOURCE: ("wait", "ask the source"),
    TaskKind.FIND_DATE: ("wait", "find the date"),
    TaskKind.DECIDE_NEAR_MISS: ("wait", "decide"),
    TaskKind.INSPECT: ("wait", "inspect"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: what it is, its cells, and what is said about it."""

    id: str
    cells: Sequence[str | Text]
    about: str
    near: bool = False


def problem(found: Problem) -> str:
    """A complaint in full: the field, what is wrong, the mend."""
    field = found.field.replace("_", " ")
    return (
        f"[$check]▲[/] {escape(field)}: {escape(found.sentence)}\n  [$faint]{escape(found.mend)}[/]"
    )


def summary(plan: RecallPlan) -> str:
    """What would happen, in three lines: how much is hit, and by which group."""
    found, done = plan.preview, plan.effects
    bottles = sum(len(hit.lot.bottles) for hit in found.hits)
    word = "on hold" if state_of(found.notice) is LotState.HOLD else "recalled"
    title = f"[$strong b]{escape(found.notice.title)}[/]  {escape(found.notice.hazard)}"
    first = [
        f"[$stop]✕[/] {counted(len(found.hits), 'lot')} {word}, {counted(bottles, 'bottle')}",
        counted(len(done.exposed), "client"),
    ]
    if done.alerts:
        first.append(
            f"[$stop]✕[/] {counted(len(done.alerts), 'open mix').replace('mixs', 'mixes')}"
        )
    if plan.frees:
        first.append(f"[$check]▲[/] {counted(len(plan.frees), 'lot')} freed")
    groups = [
        f"{_SENTENCES[group]} {len(hits)}" for group in Group if (hits := found.of_group(group))
    ]
    if found.notice.scope.windows:
        # Both groups are named even where one is empty: that nothing came undated is an answer.
        for group in (Group.DATED, Group.UNDATED):
            if not found.of_group(group):
                groups.append(f"{_SENTENCES[group]} 0")
    groups.append(f"like it, not hit {len(found.near_misses)}")
    return f"{title}\n{' · '.join(first)}\n[$faint]{' · '.join(groups)}[/]"


_SENTENCES: Final[dict[Group, str]] = {
    Group.NUMBER: "by number",
    Group.ALL_LOTS: "all lots",
    Group.UNKNOWN_LOT: "lots not named yet",
    Group.DATED: "dated, in the window",
    Group.UNDATED: "of unknown date",
    Group.ACCEPTED: "taken in by hand",
}


def rows_of(view: View, plan: RecallPlan, initials: dict[str, str]) -> tuple[Shown, ...]:
    """The rows of a view; hits stand in the order of their groups, near misses last."""
    if view == "lots":
        found = plan.preview
        hits = chain.from_iterable(found.of_group(group) for group in Group)
        doubtful = {miss.lot.id for miss in plan.doubtful}
        return (
            *map(_hit, hits),
            *map(_freed, plan.frees),
            *(_near(miss, miss.lot.id in doubtful) for miss in found.near_misses),
        )
    if view == "clients":
        listed = {contact.client for contact in plan.effects.contacts}
        return tuple(
            Shown(
                exposure.client,
                (
                    sign_cell("check" if exposure.client in listed else "wait"),
                    f"{exposure.client} {initials.get(exposure.client, '')}".strip(),
                    ", ".join(map(short_day, exposure.days)),
                    ", ".join(sorted({use.lot for use in exposure.uses})),
                ),
                "To be told."
                if exposure.client in listed
                else "Listed; nobody is told before the lots are named.",
            )
            for exposure in plan.effects.exposed
        )
    return tuple(
        Shown(
            task.subject,
            (sign_cell(_TASKS[task.kind][0]), _TASKS[task.kind][1], task.subject, task.sentence),
            escape(task.sentence),
        )
        for task in plan.effects.tasks
    )


def _cells(sign: Sign, group: str | Text, lot: StockLot) -> tuple[str | Text, ...]:
    left = sum(bottle.remaining_ul for bottle in lot.bottles)
    return (
        sign_cell(sign),
        group,
        lot.id,
        number_of(lot),
        short(lot),
        short_day(lot.received_on) if lot.received_on else "unknown",
        f"{ml(left):>8}",
    )


def _hit(hit: Hit) -> Shown:
    bottles = ", ".join(bottle.id for bottle in hit.lot.bottles)
    about = f"{escape(hit.reason)}\n[$faint]{arrived(hit.lot)}: {bottles}[/]"
    return Shown(hit.lot.id, _cells("stop", GROUPS[hit.group], hit.lot), about)


def _freed(lot: str) -> Shown:
    cells = (sign_cell("check"), "set free", lot, "", faint("to quarantine"), "", "")
    return Shown(lot, cells, "No longer meant. It is inspected before anybody may use it.")


def _near(miss: NearMiss, doubtful: bool) -> Shown:
    kept = "It stays held until somebody decides." if doubtful else "F2 takes it in."
    about = f"{escape(miss.reason)}\n[$faint]{arrived(miss.lot)}. {kept}[/]"
    word = "still held" if doubtful else "like it?"
    return Shown(miss.lot.id, _cells("check", word, miss.lot), about, near=True)
