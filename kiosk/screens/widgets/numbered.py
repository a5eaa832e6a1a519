"""Numbered lines of which one is chosen: by its digit, with the arrows and Enter, or by a click."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Click, Key
from textual.markup import escape
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

#: As many as there are digits to press.
MOST = 9


class Numbered(Static, can_focus=True):
    """Up to nine lines under a sentence; takes no part in the tab order while it is empty.

    Args:
        id: Textual's own name for it.
        stays: whether the mark is still seen while the focus is elsewhere.
    """

    class Chosen(Message):
        """A line was chosen; `index` counts from 0."""

        def __init__(self, numbered: Numbered, index: int) -> None:
            super().__init__()
            self.numbered = numbered
            self.index = index

        @property
        def control(self) -> Numbered:
            """The lines it was chosen from."""
            return self.numbered

    class Moved(Message):
        """Another line is marked."""

    DEFAULT_CSS = "Numbered { height: auto; }"

    at: reactive[int] = reactive(0)

    def __init__(self, *, id: str, stays: bool = False) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._stays = stays
        self._sentence = ""
        self.lines: tuple[str, ...] = ()
        self.can_focus = False

    def offer(self, sentence: str, lines: Sequence[str], *, at: int = 0) -> None:
        """Show lines to choose from; without any the place is empty."""
        self._sentence, self.lines = sentence, tuple(lines[:MOST])
        self.can_focus = bool(self.lines)
        self.at = min(at, max(len(self.lines) - 1, 0))
        self.refresh(layout=True)

    def render(self) -> str:
        """The sentence, then each line with its digit; the marked one has an arrow."""
        rows = [f"[$strong]{escape(self._sentence)}[/]"] if self._sentence else []
        for number, line in enumerate(self.lines):
            here = number == self.at and (self.has_focus or self._stays)
            mark = "▸" if number == self.at and self.has_focus else "·" if here else " "
            look = "$strong b" if here else "$foreground"
            rows.append(f"{mark}[$key]{number + 1}[/] [{look}]{escape(line)}[/]")
        return "\n".join(rows)

    def on_key(self, event: Key) -> None:
        """A digit chooses at once; arrows mark, Enter takes what is marked."""
        key = event.key
        if key.isdigit() and 1 <= int(key) <= len(self.lines):
            self._choose(int(key) - 1)
        elif key in {"up", "down"} and self.lines:
            self.at = (self.at + (1 if key == "down" else -1)) % len(self.lines)
            self.post_message(self.Moved())
        elif key == "enter" and self.lines:
            self._choose(self.at)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: Click) -> None:
        """A touch on a line takes it."""
        row = event.y - (1 if self._sentence else 0)
        if 0 <= row < len(self.lines):
            event.stop()
            self._choose(row)

    def _choose(self, index: int) -> None:
        self.at = index
        self.post_message(self.Chosen(self, index))

    def on_focus(self) -> None:
        """The arrow shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The arrow goes."""
        self.refresh()
