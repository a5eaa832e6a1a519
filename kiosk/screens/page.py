"""A plain page on top of a task: help, why, derivation. Back closes it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.screens.shell import KioskScreen


class Page(KioskScreen):
    """Text over the whole task area; it scrolls where it must."""

    NAME = "page"
    AUTO_FOCUS = "#task"

    def __init__(self, place: str, question: str, text: str) -> None:
        super().__init__()
        self._place = place
        self._question = question
        self._text = text

    def compose_task(self) -> ComposeResult:
        """The text."""
        yield Static(self._text)

    def begin(self) -> None:
        """Put this page's own title in place."""
        self.query_one("#question", Static).update(self._question)
        self.query_one("#path", Static).update(f" [$here b]{self._place}[/]")
        self.query_one("#task").can_focus = True
        self.query_one("#task").focus()

    def do_back(self) -> None:
        """Close the page; the task below is as it was."""
        self.app.pop_screen()


def help_page(screen: KioskScreen) -> Page:
    """The keys of a screen, from the action table."""
    lines = []
    for number, action in enumerate(screen.row, start=1):
        if action is not None:
            lines.append(f"[$key]F{number}[/]  [$strong]{action.label:<12}[/] {action.help}")
    lines += [
        "",
        "[$key]Tab[/] and [$key]Shift+Tab[/] move between fields, arrows move in lists.",
        "[$key]Esc[/] is the last action of the bar, [$key]?[/] this page.",
        "A click or a touch on a cell of the bar does the same as its key.",
    ]
    return Page("Help", "What the keys do here", "\n".join(lines))
