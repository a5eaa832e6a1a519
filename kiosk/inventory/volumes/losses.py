"""What a bottle loses without anybody using it, and what never comes out of it.

Both are stated beside the book and never inside it: an allowance explains a difference found by
counting, it does not change what is booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.inventory.volumes.quantities import QuantityError, say_ml


@dataclass(frozen=True, slots=True)
class Losses:
    """A clinic's allowance for one kind of bottle, in whole microlitres; 0 where none is made."""

    evaporation_ul_per_week: int = 0
    dead_ul: int = 0
    """What stays at the walls and below the dropper, and goes out with the empty bottle."""

    def __post_init__(self) -> None:
        if self.evaporation_ul_per_week < 0 or self.dead_ul < 0:
            raise QuantityError("losses", "an allowance is not negative", "Give 0 for none.")


@dataclass(frozen=True, slots=True)
class Drawable:
    """What of a bottle's content can be drawn, with the part that cannot."""

    book_ul: int
    dead_ul: int

    @property
    def ul(self) -> int:
        """The volume that comes out."""
        return max(0, self.book_ul - self.dead_ul)

    @property
    def sentence(self) -> str:
        """Both numbers, so that the smaller one does not hide the larger."""
        if self.dead_ul == 0:
            return f"{say_ml(self.book_ul)}."
        return f"{say_ml(self.ul)} of {say_ml(self.book_ul)}: {say_ml(self.dead_ul)} stays inside."


def drawable(book_ul: int, losses: Losses) -> Drawable:
    """What comes out of a bottle that holds so much by its book."""
    return Drawable(book_ul, losses.dead_ul)


def evaporated(losses: Losses, opened_on: date | None, since: date, today: date) -> int:
    """What may have evaporated since a day, in microlitres; nothing leaves a sealed bottle.

    Args:
        losses: the allowance.
        opened_on: when the bottle was opened, None while it is sealed.
        since: the last count, or the receipt.
        today: the clinic's local day.
    """
    if opened_on is None:
        return 0
    days = (today - max(opened_on, since)).days
    return losses.evaporation_ul_per_week * max(0, days) // 7
