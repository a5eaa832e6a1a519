"""The sheet of a count that is going on, and its rows as a table shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.text import Text

from kiosk.inventory import counting
from kiosk.inventory.counting import Count, Variance
from kiosk.inventory.model import Bottle
from kiosk.inventory.volumes.quantities import say_ml
from kiosk.screens.stock.rows import faint, short_name, sign_cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """A count that is going on; it outlives the screen, for it takes longer than a look aside."""

    count: Count
    token: str
    bottles: Mapping[str, Bottle]
    reasons: dict[str, str] = field(default_factory=dict)

    def variance(self, bottle: str) -> Variance | None:
        """The difference of a bottle, None before it was counted."""
        return None if bottle in self.count.open else counting.variance(self.count, bottle)

    def unexplained(self) -> list[str]:
        """The counted bottles whose difference still needs a reason."""
        found = []
        for entry in self.count.booked:
            variance = self.variance(entry.bottle)
            if variance is not None and variance.needs_reason and entry.bottle not in self.reasons:
                found.append(entry.bottle)
        return found

    @property
    def second_person(self) -> bool:
        """Whether a difference is above the limits."""
        found = (self.variance(entry.bottle) for entry in self.count.booked)
        return any(variance is not None and variance.second_person for variance in found)

    @property
    def ready(self) -> bool:
        """Whether everything was counted and explained."""
        return not self.count.open and not self.unexplained()


def row_of(sheet: Sheet, name: str) -> list[str | Text]:
    """One bottle of the sheet; the book shows only as a difference, once a number was typed."""
    bottle, variance = sheet.bottles[name], sheet.variance(name)
    about: list[str | Text] = [
        name, bottle.lot.lot_no or "none", short_name(bottle.lot.product),
        faint(say_ml(bottle.size_ul)),
    ]  # fmt: skip
    if variance is None:
        return [sign_cell("wait"), *about, faint("not yet"), ""]
    found = say_ml(variance.counted_ul)
    if not variance.difference_ul or variance.by_measuring:
        return [sign_cell("pass"), *about, found, ""]
    explained = not variance.needs_reason or name in sheet.reasons
    sign = sign_cell("stop" if variance.second_person else "check" if not explained else "pass")
    return [sign, *about, found, f"{variance.difference_ul / 1000:+.2f} ml"]
