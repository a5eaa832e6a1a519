"""How sure a recipe is: the 90 % interval on the ladder, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence


def interval_lines(
    width: int,
    *,
    ladder: Sequence[int],
    best: float | None,
    chosen: int | None,
    interval: tuple[float, float] | None,
) -> tuple[str, str]:
    """Scale and labels, as two lines of markup of `width` cells.

    ┬ is a rung, ━ the interval, ● the best match, ◆ the ratio to draw up.
    """
    values = [10.0, 80.0, *map(float, ladder), *(interval or ()), *((best,) if best else ())]
    low, high = min(values), min(max(values), 1000.0)
    left, right = f"1:{low:.0f} ", f" 1:{high:.0f}"
    cells = max(width - len(left) - len(right) - 2, 10)

    def at(value: float) -> int:
        share = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return min(max(round(share * (cells - 1)), 0), cells - 1)

    line = ["─"] * cells
    for rung in ladder:
        line[at(rung)] = "┬"
    if interval is not None:
        first, last = at(interval[0]), at(interval[1])
        for cell in range(first, last + 1):
            line[cell] = "┯" if line[cell] == "┬" else "━"
        line[first], line[last] = "┝", "┥"
    labels = [" "] * cells
    marks: dict[int, str] = {}
    if best is not None:
        marks[at(best)] = "[$strong]●[/]"
        _write(labels, at(best), f"best {best:.0f}")
    if chosen is not None:
        marks[at(chosen)] = "[$wait b]◆[/]"
        _write(labels, at(chosen), f"draw {chosen}")
    drawn = "".join(marks.get(i, f"[$faint]{cell}[/]") for i, cell in enumerate(line))
    pad = " " * len(left)
    return (
        f"[$faint]{left}├[/]{drawn}[$faint]┤{right}[/]",
        f"{pad} {''.join(labels).rstrip()}",
    )


def _write(cells: list[str], centre: int, text: str) -> None:
    """Put a label under its mark, moved aside where another one is."""
    start = min(max(centre - len(text) // 2, 0), len(cells) - len(text))
    while start < len(cells) - len(text) and any(
        cell != " " for cell in cells[max(start - 1, 0) : start + len(text) + 1]
    ):
        start += 1
    cells[start : start + len(text)] = list(text)
