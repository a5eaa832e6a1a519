"""Sheets of labels as data: where on an A4 page each label lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.inventory.labelling.content import LabelError

A4_MM: Final = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """A printed sheet's division, in millimetres from the page's top left corner.

    `inset` is kept free inside each label; on sheets without a border it covers the 4 mm that
    office printers cannot reach.
    """

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap_x: float
    gap_y: float
    inset: float

    @property
    def per_page(self) -> int:
        """Labels on one page."""
        return self.columns * self.rows

    def corners(self, count: int, start: int) -> Iterator[tuple[int, float, float]]:
        """(page, left, top) of `count` labels in mm, row by row; `start` 1 is the first place.

        Raises:
            LabelError: there is no such place on the sheet.
        """
        if not 1 <= start <= self.per_page:
            raise LabelError(
                f"start: sheet {self.name} has no place {start}", f"1 to {self.per_page}."
            )
        for place in range(start - 1, start - 1 + count):
            page, on_page = divmod(place, self.per_page)
            row, column = divmod(on_page, self.columns)
            yield (
                page,
                self.left + column * (self.width + self.gap_x),
                self.top + row * (self.height + self.gap_y),
            )


#: Common A4 sheets by their division; margins and gaps from the makers' templates.
GRIDS: Final[dict[str, Grid]] = {
    grid.name: grid
    for grid in (
        Grid("3x8", 3, 8, 70.0, 37.0, 0.0, 0.5, 0.0, 0.0, 4.5),
        Grid("3x7", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, 0.0, 2.0),
        Grid("4x10", 4, 10, 48.5, 25.4, 8.0, 21.5, 0.0, 0.0, 2.0),
        Grid("5x13", 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5, 0.0, 1.5),
    )
}


def grid_named(name: str) -> Grid:
    """The grid of that name; raises LabelError."""
    try:
        return GRIDS[name]
    except KeyError:
        raise LabelError(f"grid: there is no '{name}'", f"One of {', '.join(GRIDS)}.") from None
