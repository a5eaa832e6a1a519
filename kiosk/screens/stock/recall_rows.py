"""The rows of a recall, level by level: lots, bottles, mixes, clients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from rich.text import Text
from textual.markup import escape

from kiosk.desk.stock.recall_page import HeldLot, RecallPage
from kiosk.desk.stock.uses import Use
from kiosk.inventory.recalls.contacts import Contact, ContactState
from kiosk.inventory.recalls.effects import LotState
from kiosk.inventory.recalls.findings import Group, NearMiss
from kiosk.inventory.recalls.stock import StockLot
from kiosk.inventory.verdict import Verdict
from kiosk.screens.stock.classes import CLASSES
from kiosk.screens.stock.rows import Sign, counted, faint, ml, short_day, sign_cell

Level = Literal["lots", "bottles", "mixes", "clients"]
LEVELS: Final[tuple[Level, ...]] = ("lots", "bottles", "mixes", "clients")

COLUMNS: Final[dict[Level, tuple[tuple[str, int | None], ...]]] = {
    "lots": (
        ("", 1),
        ("lot", 7),
        ("number", 11),
        ("product", None),
        ("hit by", 10),
        ("now", 10),
        ("left", 8),
    ),
    "bottles": (("", 1), ("bottle", 9), ("lot", 8), ("left", 10), ("opened", 10), ("uses", None)),
    "mixes": (("", 1), ("mix", 15), ("day", 10), ("client", 8), ("took", 9), ("ended", None)),
    "clients": (("", 1), ("client", 13), ("contact", 11), ("used on", None), ("lots", 14)),
}
NOTHING: Final[dict[Level, str]] = {
    "lots": "No lot is under this recall.",
    "bottles": "Nothing of this lot is on file.",
    "mixes": "Nothing was mixed from it.",
    "clients": "It reached nobody.",
}
GROUPS: Final[dict[Group, str]] = {
    Group.NUMBER: "number",
    Group.ALL_LOTS: "all lots",
    Group.UNKNOWN_LOT: "not named",
    Group.DATED: "its dates",
    Group.UNDATED: "no date",
    Group.ACCEPTED: "by hand",
}
_CONTACTS: Final[dict[ContactState, tuple[Sign, str]]] = {
    ContactState.TO_CONTACT: ("stop", "to contact"),
    ContactState.NOT_REACHED: ("check", "not reached"),
    ContactState.REACHED: ("pass", "reached"),
    ContactState.CLEARED: ("pass", "cleared"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: what it is, its cells, and what is said about it; `near` is no hit yet."""

    id: str
    cells: Sequence[str | Text]
    about: str
    near: bool = False


def counts(page: RecallPage) -> dict[Level, int]:
    """How many of each there are in the whole recall."""
    return {
        "lots": len(page.lots),
        "bottles": sum(len(held.bottles) for held in page.lots),
        "mixes": len({use.mix or use.seq for use in page.uses}),
        "clients": len(page.entry.contacts),
    }


def rows_of(
    level: Level,
    page: RecallPage,
    within: dict[Level, str],
    initials: dict[str, str],
    zone: tzinfo,
) -> tuple[Shown, ...]:
    """The rows of a level; `within` is what was marked on the levels above."""
    if level == "lots":
        return (*map(_lot, page.lots), *map(_near, page.near_misses))
    lots = [held for held in page.lots if within.get("lots", held.lot.id) == held.lot.id]
    if level == "bottles":
        return tuple(row for held in lots for row in _bottles(held))
    uses = [
        use for held in lots for use in held.uses if within.get("bottles", use.bottle) == use.bottle
    ]
    if level == "mixes":
        return tuple(_mix(use, page, zone) for use in uses)
    wanted = {use.client for use in uses if within.get("mixes", _name(use)) == _name(use)}
    everybody = not within
    return tuple(
        _client(contact, initials)
        for contact in page.entry.contacts
        if everybody or contact.client in wanted
    )


def number_of(lot: StockLot) -> str:
    """The numbers on a lot's container."""
    return ", ".join(number.value for number in lot.identifiers) or "no number"


def short(lot: StockLot) -> str:
    """Line and shade; the brand, which is in every notice, only where there is nothing else."""
    return " ".join(part for part in (lot.line, lot.shade) if part) or lot.brand


def arrived(lot: StockLot) -> str:
    """The whole name, and when it came."""
    day = f"received {short_day(lot.received_on)}" if lot.received_on else "came on an unknown day"
    return f"{escape(lot.named)}, {day}"


def _lot(held: HeldLot) -> Shown:
    lot = held.lot
    left = sum(bottle.remaining_ul for bottle in held.bottles)
    sign: Sign = "stop" if held.state is LotState.RECALLED else "check"
    cells = (
        sign_cell(sign),
        lot.id,
        number_of(lot),
        short(lot),
        GROUPS[held.group],
        held.state.value.lower(),
        f"{ml(left):>8}",
    )
    spread = f"{counted(len(held.bottles), 'bottle')}, {counted(len(held.uses), 'use')}"
    about = f"{escape(held.reason)}\n[$faint]{arrived(lot)}, {spread}[/]"
    return Shown(lot.id, cells, about)


def _near(miss: NearMiss) -> Shown:
    lot = miss.lot
    left = sum(bottle.remaining_ul for bottle in lot.bottles)
    cells = (
        sign_cell("check"),
        lot.id,
        number_of(lot),
        short(lot),
        "like it?",
        faint("not hit"),
        f"{ml(left):>8}",
    )
    about = f"{escape(miss.reason)}\n[$faint]{arrived(lot)}. F1 takes it in.[/]"
    return Shown(lot.id, cells, about, near=True)


def _bottles(held: HeldLot) -> list[Shown]:
    found = []
    for bottle in held.bottles:
        uses = [use for use in held.uses if use.bottle == bottle.id]
        clients = len({use.client for use in uses})
        cells = (
            sign_cell("stop" if bottle.remaining_ul > 0 else "wait"),
            bottle.id,
            held.lot.id,
            f"{ml(bottle.remaining_ul):>9}",
            short_day(bottle.opened_on) if bottle.opened_on else "sealed",
            f"{counted(len(uses), 'use')}, {counted(clients, 'client')}" if uses else "none",
        )
        todo = "Put it aside and mark it." if bottle.remaining_ul > 0 else "Empty."
        place = f" It is at {escape(bottle.place)}." if bottle.place else ""
        found.append(Shown(bottle.id, cells, f"{todo}{place}"))
    return found


def _name(use: Use) -> str:
    return use.mix or f"event {use.seq}"


def _mix(use: Use, page: RecallPage, zone: tzinfo) -> Shown:
    ended = page.cups.get(use.mix, "non-conformance")
    standing = use.mix != "" and not ended
    cells = (
        sign_cell("stop" if standing else "wait"),
        _name(use),
        short_day(use.day(zone)),
        use.client or "nobody",
        f"{use.qty_ul / 1000:.2f} ml",
        ended or "still open",
    )
    about = "The lot's class then is not on file."
    if use.known_as:
        about = f"The lot was known as {CLASSES[Verdict(use.known_as)][1]} then."
    if standing:
        about = f"The cup ends as discarded or as incident only. {about}"
    return Shown(_name(use), cells, f"{about}\n[$faint]bottle {use.bottle}, lot {use.lot}[/]")


def _client(contact: Contact, initials: dict[str, str]) -> Shown:
    sign, word = _CONTACTS[contact.state]
    lots = sorted({use.lot for use in contact.exposure.uses})
    days = contact.exposure.days
    told = ", ".join(map(short_day, days[:2]))
    more = f" +{len(days) - 2}" if len(days) > 2 else ""
    cells = (
        sign_cell(sign),
        f"{contact.client} {initials.get(contact.client, '')}".strip(),
        word,
        f"{told}{more}",
        ", ".join(lots),
    )
    mixes = ", ".join(dict.fromkeys(use.mix or "non-conformance" for use in contact.exposure.uses))
    return Shown(contact.client, cells, escape(mixes))
