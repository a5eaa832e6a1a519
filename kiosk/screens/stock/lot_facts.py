"""A lot's page in words: the stations of its life, and one line for each kind of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from textual.markup import escape

from kiosk.desk.stock.lot_details import CardOnFile
from kiosk.desk.stock.lot_page import Balance, LotPage
from kiosk.inventory.expiry import DEFAULT_PAO_MONTHS
from kiosk.inventory.model import Kind
from kiosk.inventory.picking import Offer
from kiosk.screens.stock.rows import Sign, counted, short_day, sign_markup
from kiosk.screens.widgets.level_bar import control_marks
from kiosk.screens.widgets.timeline import Station

_STATIONS: Final[dict[str, tuple[str, str]]] = {
    "lot.received": ("received", "[$strong]●[/]"),
    "lot.released": ("released", "[$strong]●[/]"),
    "lot.card_read": ("card", "[$strong]●[/]"),
    "lot.corrected": ("corrected", "[$strong]●[/]"),
    "lot.reclassed": ("re-classed", sign_markup("check")),
    "lot.quarantined": ("quarantine", sign_markup("wait")),
    "lot.held": ("hold", sign_markup("check")),
    "lot.recalled": ("recalled", sign_markup("stop")),
    "lot.rejected": ("rejected", sign_markup("stop")),
    "lot.disposed": ("disposed", sign_markup("stop")),
}
_INK: Final[dict[str, Sign]] = {"carbon-like": "pass", "not carbon-like": "stop"}
#: What a lot should have on file, as its line names them.
_PAPERS: Final = (
    ("label-photo", "label photo"),
    ("sds", "data sheet"),
    ("certificate", "certificate"),
)


def life_of(page: LotPage, today: date) -> list[Station]:
    """What happened to the lot, from its delivery to today."""
    dated: list[tuple[date, Station]] = []
    for moment in page.life:
        if moment.kind not in _STATIONS:
            continue
        name, sign = _STATIONS[moment.kind]
        day = moment.at.date()
        if moment.kind == "lot.received" and page.lot.received_on is not None:
            day = page.lot.received_on
        dated.append((day, Station(name, short_day(day), sign)))
    if opened := [o.bottle.opened_on for o in page.bottles if o.bottle.opened_on is not None]:
        first = min(opened)
        dated.append((first, Station("opened", short_day(first), "[$strong]●[/]")))
    stations = [station for _, station in sorted(dated, key=lambda entry: entry[0])]
    if page.uses:
        stations.append(
            Station(counted(page.uses, "use"), counted(page.clients, "client"), "[$strong]●[/]")
        )
    return [*stations, Station("now", short_day(today), "○")]


def fact_lines(page: LotPage, card: CardOnFile | None) -> Iterator[str]:
    """One line for each kind of evidence, its name first."""
    yield _named("expires", _expiry(page))
    yield _named("papers", _papers(page))
    if page.lot.product.kind is Kind.PIGMENT:
        yield _named("card", _card(card))
    yield _named("balance", _balance(page.balance))
    yield _named("reached", _reach(page))
    yield _named("numbers", _numbers(page))


def _named(name: str, said: str) -> str:
    return f"[$faint]{name:<9}[/]{said}"


def _expiry(page: LotPage) -> str:
    lot = page.lot
    if lot.label_expiry is None:
        return f"{sign_markup('stop')} no date on the label, so nobody may use it"
    label = f"{lot.label_expiry:%-d %b %Y} on the label"
    opened = [o for o in page.bottles if o.bottle.opened_on is not None and o.bottle.remaining_ul]
    first = min(opened, key=lambda o: o.expiry.on if o.expiry else date.max, default=None)
    return label if first is None else f"{label} · {_opened(first)}"


def _opened(item: Offer) -> str:
    bottle, expiry = item.bottle, item.expiry
    assert bottle.opened_on is not None
    assert expiry is not None
    pao = bottle.lot.product.pao_months
    months = counted(DEFAULT_PAO_MONTHS if pao is None else pao, "month")
    if pao is None:
        months += " (assumed)"
    ends = f"→ {short_day(expiry.on)}" if expiry.source == "opened" else "ends later"
    return f"opened {short_day(bottle.opened_on)} + {months} {ends}"


def _papers(page: LotPage) -> str:
    there = {document.kind for document in page.documents if not document.withdrawn}
    said = [
        f"{sign_markup('pass')} {name}" if kind in there else f"[$faint]– {name}[/]"
        for kind, name in _PAPERS
    ]
    more = len([kind for kind in there if kind not in dict(_PAPERS)])
    withdrawn = sum(bool(document.withdrawn) for document in page.documents)
    if more:
        said.append(f"{sign_markup('pass')} {more} more")
    if withdrawn:
        said.append(f"{sign_markup('check')} {withdrawn} withdrawn")
    return "   ".join(said)


def _card(card: CardOnFile | None) -> str:
    if card is None:
        return "[$faint]– none read: strength and carbon unknown[/]"
    marks = control_marks([*card.earlier, card.strength])
    within = f"{sign_markup('check')} over" if card.alarm else f"{sign_markup('pass')} within"
    ink = sign_markup(_INK.get(card.ink, "check"))
    return (
        f"{marks} {card.strength:.2f} of reference, {within} 10 %   "
        f"{ink} {escape(card.ink)}, hue {card.hue:.1f} ΔE00"
    )


def _balance(balance: Balance) -> str:
    parts = [f"{balance.used_ul / 1000:.1f} used"]
    if balance.waste_ul:
        parts.append(f"{balance.waste_ul / 1000:.1f} waste")
    if balance.returned_ul:
        parts.append(f"{balance.returned_ul / 1000:.1f} returned")
    parts.append(f"{balance.remaining_ul / 1000:.1f} left")
    counts = f" {balance.adjusted_ul / 1000:+.1f} counted" if balance.adjusted_ul else ""
    sign = sign_markup("pass") if balance.sound else sign_markup("stop") + " does not add up"
    return f"{balance.received_ul / 1000:.1f}{counts} ml = {' + '.join(parts)}  {sign}"


def _reach(page: LotPage) -> str:
    reached = "nobody yet"
    if page.uses:
        reached = f"{counted(page.clients, 'client')} in {counted(page.uses, 'use')}"
    if not page.recalls:
        return f"{reached}   [$faint]no recall[/]"
    return f"{reached}   {sign_markup('stop')} recall {escape(', '.join(page.recalls))}"


def _numbers(page: LotPage) -> str:
    lot = page.lot
    said = [f"{identifier.kind} {identifier.text}" for identifier in page.identifiers]
    said.append(lot.id)
    if lot.supplier:
        said.append(f"from {lot.supplier}")
    return escape(" · ".join(said))
