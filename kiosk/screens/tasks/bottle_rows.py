"""A bottle as one row of a table: sign, id, lot, product, level, date."""

from __future__ import annotations

from rich.text import Text

from kiosk.inventory.picking import Offer
from kiosk.screens.widgets.level_bar import level
from kiosk.stops import Severity, gravest

COLUMNS: tuple[tuple[str, int], ...] = (
    ("", 1),
    ("bottle", 6),
    ("lot", 8),
    ("product", 23),
    ("left", 16),
    ("until", 9),
)

_SIGN = {
    None: ("✓", "#4fd6a8"),
    Severity.ADVICE: ("…", "#6cc3f2"),
    Severity.POLICY: ("▲", "#f0b429"),
    Severity.SAFETY: ("✕", "#ff9166"),
}


def cells(offer: Offer) -> list[Text]:
    """The cells of one row, faint where the bottle may not be used."""
    bottle = offer.bottle
    sign, colour = _SIGN[gravest(offer.stops)]
    style = "" if offer.usable else "#8c8c8c"
    until = f"{offer.expiry.on:%d %b %y}" if offer.expiry else "no date"
    product = bottle.lot.product.name
    texts = (
        bottle.id,
        bottle.lot.lot_no or "none",
        product if len(product) <= 23 else product[:22] + "…",
        level(bottle.remaining_ul, bottle.size_ul),
        until,
    )
    return [Text(sign, style=colour), *(Text(text, style=style) for text in texts)]


def state_words(offer: Offer) -> str:
    """Opened or sealed, released or not."""
    bottle = offer.bottle
    if bottle.opened_on is not None:
        return f"opened {bottle.opened_on:%d %b %y}"
    return "sealed" if bottle.lot.state in {"RELEASED", "OPEN"} else bottle.lot.state.lower()
