"""A life as a line of stations: what happened, and when, in its order but not to scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.markup import escape

_GAP = 2


@dataclass(frozen=True, slots=True)
class Station:
    """One station; `sign` is markup of one cell."""

    name: str
    when: str
    sign: str = "●"

    @property
    def width(self) -> int:
        """Cells that its words need."""
        return max(len(self.name), len(self.when))


_LEFT_OUT = Station("…", "", "┄")


def timeline_lines(stations: Sequence[Station], width: int) -> tuple[str, str, str]:
    """Rail, names and days, as three lines of markup of at most `width` cells.

    Where not all fit, stations after the first are left out and a "…" stands for them.
    """
    shown = list(stations)
    while len(shown) > 2 and _needed(shown) > width:
        left_out = shown[1] is _LEFT_OUT
        shown[1 : 3 if left_out else 2] = [_LEFT_OUT]
        if len(shown) <= 3:
            break
    spare = max(width - _needed(shown), 0) // max(len(shown) - 1, 1)
    rail, names, days = "", "", ""
    for number, station in enumerate(shown):
        last = number == len(shown) - 1
        cells = station.width + (0 if last else _GAP + min(spare, 6))
        rail += station.sign + ("" if last else f"[$faint]{'─' * (cells - 1)}[/]")
        names += f"{escape(station.name)}{' ' * (cells - len(station.name))}"
        days += f"{station.when}{' ' * (cells - len(station.when))}"
    return rail, names.rstrip(), f"[$faint]{days.rstrip()}[/]"


def _needed(stations: Sequence[Station]) -> int:
    return sum(station.width for station in stations) + _GAP * (len(stations) - 1)
