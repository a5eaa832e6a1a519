"""A head from above with the reading sites on it, so that the probe's place needs no words."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Static

from kiosk.clients.sites import ReadingSite

_OUTLINE = (
    "        forehead",
    "      ╭─────────╮",
    "   ╭──╯         ╰──╮",
    "  ╭╯               ╰╮",
    " ╭╯                 ╰╮",
    " │                   │",
    " │                   │",
    " ╰╮                 ╭╯",
    "  ╰╮               ╭╯",
    "   ╰──╮         ╭──╯",
    "      ╰─────────╯",
    "          nape",
)
_LEFT, _TOP, _WIDTH, _HEIGHT = 2, 1, 17, 9
_NUMBERS = "123456"
_LOOK = {"accepted": "$pass", "unusable": "$stop", "open": "$faint"}
_SIGN = {"accepted": "✓", "unusable": "✕"}


class HeadMap(Static):
    """Redrawn with `show`; the site to read now is bright and framed."""

    def show(self, sites: Sequence[ReadingSite], states: Sequence[str], current: int) -> None:
        """Draw every site with its state ("open", "accepted", "unusable")."""
        grid = [list(line.ljust(25)) for line in _OUTLINE]
        marks: dict[tuple[int, int], str] = {}
        for index, (site, state) in enumerate(zip(sites, states, strict=True)):
            row = _TOP + round(site.y * _HEIGHT)
            column = _LEFT + round(site.x * _WIDTH)
            number = _NUMBERS[index]
            if index == current:
                marks[row, column - 1] = f"[$wait b]▸{number}[/]"
            else:
                sign = _SIGN.get(state, " ")
                marks[row, column - 1] = f"[{_LOOK[state]}]{sign}{number}[/]"
            grid[row][column] = ""
        lines = []
        for y, row_chars in enumerate(grid):
            cells = [
                marks.get((y, x), f"{char}") if char or (y, x) in marks else ""
                for x, char in enumerate(row_chars)
            ]
            lines.append("".join(cells))
        self.update("[$faint]" + "[/]\n[$faint]".join(lines) + "[/]")
