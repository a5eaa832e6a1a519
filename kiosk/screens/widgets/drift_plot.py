"""A card's readings over time, as text: distance from the first one, with its two limits."""

from __future__ import annotations

from collections.abc import Sequence

from calibration.drift import Point
from calibration.gate import CARD_PASS, CARD_WARN

#: The scale shows at least so much, so that a steady unit looks steady.
_LEAST_TOP = 0.8
_SIGNS = {"watch": "[$check]▲[/]", "unusual": "[$check]▲[/]", "out": "[$stop]✕[/]"}


def drift_lines(points: Sequence[Point], *, width: int, height: int) -> list[str]:
    """`height` lines of markup, newest reading at the right; one column a reading.

    The limits are dotted lines with their numbers at the left, so nothing rests on colour.
    """
    columns = max(width - 8, 1)
    shown = list(points)[-columns:]
    top = max([_LEAST_TOP, *(point.difference for point in shown)])

    def row_of(value: float) -> int:
        return min(height - 1, max(0, height - 1 - round(value / top * (height - 1))))

    limits = {row_of(CARD_PASS): f"{CARD_PASS:.1f}", row_of(CARD_WARN): f"{CARD_WARN:.1f}"}
    labels = {0: f"{top:.1f}", height - 1: "0.0"} | limits
    marks = {
        (row_of(point.difference), column): _SIGNS.get(point.state, "[$strong]●[/]")
        for column, point in enumerate(shown)
    }
    lines = []
    for row in range(height):
        ground = "┄" if row in limits else ("─" if row == height - 1 else " ")
        cells = [marks.get((row, column), f"[$faint]{ground}[/]") for column in range(columns)]
        lines.append(f"[$faint]{labels.get(row, ''):>5}[/] [$line]│[/]{''.join(cells)}")
    return lines
