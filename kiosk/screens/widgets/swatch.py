"""A measured colour on a mid-grey surround, with its numbers; the numbers count.

Below 24-bit colour a terminal's nearest colour is off by 9 to 20 CIEDE2000, so nothing is drawn
there: the widget says that the colour is not shown and keeps its place.
"""

from __future__ import annotations

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from kiosk.screens.numbers import lab_line

#: L* 50, a* = b* = 0: the surround against which colours are judged.
SURROUND = "#777777"


class Swatch(Widget):
    """Caption, colour field, L* a* b*. Set `colour` to "#rrggbb" and `lab`, or leave both None."""

    DEFAULT_CSS = """
    Swatch { width: 14; height: 6; }
    """

    caption: reactive[str] = reactive("")
    colour: reactive[str | None] = reactive(None)
    lab: reactive[tuple[float, float, float] | None] = reactive(None)

    def __init__(
        self,
        caption: str = "",
        *,
        lab: tuple[float, float, float] | None = None,
        colour: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.set_reactive(Swatch.caption, caption)
        self.set_reactive(Swatch.lab, lab)
        self.set_reactive(Swatch.colour, colour)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """The width the numbers need."""
        return 14

    @property
    def shows_colour(self) -> bool:
        """Whether this terminal can show the colour well enough to show it at all."""
        return self.app.console.color_system == "truecolor" and not self.app.no_color

    def render_line(self, y: int) -> Strip:
        """One row: caption on top, numbers at the bottom, the field between."""
        width, height = self.size
        text = self.rich_style
        if y == 0:
            return Strip([Segment(self.caption[:width].center(width), text)], width)
        if y == height - 1:
            numbers = lab_line(self.lab) if self.lab else "–"
            return Strip([Segment(numbers.center(width), text)], width)
        if self.colour is None or not self.shows_colour:
            words = ""
            if y == height // 2:
                words = "not shown" if self.lab is not None else "·"
            return Strip(
                [
                    Segment("▕", text),
                    Segment(words.center(width - 2), text),
                    Segment("▏", text),
                ],
                width,
            )
        grey = Style(bgcolor=RichColor.parse(SURROUND))
        if y in (1, height - 2) and height >= 6:
            return Strip([Segment(" " * width, grey)], width)
        field = Style(bgcolor=RichColor.parse(self.colour))
        return Strip(
            [Segment("  ", grey), Segment(" " * (width - 4), field), Segment("  ", grey)], width
        )
