"""Bottles, lots and signs as cells of the stock screens' tables."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from rich.text import Text

from kiosk.inventory.model import LotState, Product, standing
from kiosk.inventory.picking import Offer
from kiosk.screens.theme import NEUTRAL
from kiosk.screens.widgets.level_bar import level
from kiosk.stops import Severity, gravest

Sign = Literal["pass", "check", "stop", "wait"]
_SIGNS: Final[dict[Sign, str]] = {"pass": "✓", "check": "▲", "stop": "✕", "wait": "…"}
#: How hard a stop is, as a sign.
OF_SEVERITY: Final[dict[Severity | None, Sign]] = {
    None: "pass",
    Severity.ADVICE: "wait",
    Severity.POLICY: "check",
    Severity.SAFETY: "stop",
}
#: Where a lot stands, as a sign and a word.
STANDING: Final[dict[LotState, tuple[Sign, str]]] = {
    LotState.QUARANTINE: ("wait", "in quarantine"),
    LotState.RELEASED: ("pass", "released"),
    LotState.OPEN: ("pass", "in use"),
    LotState.HOLD: ("check", "on hold"),
    LotState.RECALLED: ("stop", "recalled"),
    LotState.REJECTED: ("stop", "rejected"),
    LotState.DISPOSED: ("stop", "disposed of"),
    LotState.EXPIRED: ("stop", "past its date"),
    LotState.EXHAUSTED: ("wait", "used up"),
}
_OF_BOTTLE: Final[dict[LotState, str]] = {
    LotState.QUARANTINE: "quarantine",
    LotState.HOLD: "hold",
    LotState.RECALLED: "recalled",
    LotState.REJECTED: "rejected",
    LotState.DISPOSED: "disposed",
    LotState.EXPIRED: "expired",
    LotState.EXHAUSTED: "empty",
}


def sign_cell(sign: Sign) -> Text:
    """A sign in its hue, for a table."""
    return Text(_SIGNS[sign], style=NEUTRAL.variables[sign])


def sign_markup(sign: Sign) -> str:
    """A sign in its hue, for a sentence."""
    return f"[${sign} b]{_SIGNS[sign]}[/]"


def faint(text: str) -> Text:
    """Small print in a table."""
    return Text(text, style=NEUTRAL.variables["faint"])


def short_day(day: date | None) -> str:
    """A day in at most nine cells."""
    return f"{day:%-d %b %y}" if day is not None else "no date"


def ml(ul: int) -> str:
    """A volume with one decimal."""
    return f"{ul / 1000:,.1f} ml"


def counted(count: int, what: str) -> str:
    """A number with its noun: 1 bottle, 1,200 bottles."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def short_name(product: Product) -> str:
    """Line and shade; the brand only where there is no line."""
    return " ".join(part for part in (product.line, product.shade) if part) or product.brand


def bottle_word(item: Offer, today: date) -> str:
    """Where a bottle stands, in at most ten letters."""
    bottle = item.bottle
    if bottle.held:
        return "held"
    if bottle.under_way:
        return "under way"
    until = item.expiry.on if item.expiry else None
    state = standing(bottle.lot.state, expires=until, today=today, remaining_ul=bottle.remaining_ul)
    return _OF_BOTTLE.get(state) or ("opened" if bottle.opened_on else "sealed")


def bottle_sign(item: Offer) -> Text:
    """What speaks against a bottle, as a sign."""
    return sign_cell(OF_SEVERITY[gravest(item.stops)])


def bottle_level(item: Offer, width: int = 5) -> str:
    """What is left in a bottle, as a bar and a number."""
    return level(item.bottle.remaining_ul, item.bottle.size_ul, width)


def until_cell(item: Offer) -> str:
    """Until when a bottle may be used."""
    return short_day(item.expiry.on if item.expiry else None)
