"""What the screens that do something with stock have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textual import on
from textual.css.query import NoMatches

from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.numbered import Numbered

_HERE = Path(__file__).parent


class HandlingScreen(RecordScreen):
    """Lines to type into, and a place (`Numbered`) where something is chosen."""

    CSS_PATH = [_HERE / "records.tcss", _HERE / "handling.tcss"]  # noqa: RUF012 - Textual's own

    def __init__(self) -> None:
        super().__init__()
        self._then: Callable[[int], object] | None = None

    def focus_line(self, name: str) -> None:
        """Put the cursor into a line."""
        self.query_one(f"#{name}", Field).focus()

    def next_line(self, name: str, names: Sequence[str]) -> None:
        """To the line after this one."""
        if after := names[names.index(name) + 1 :]:
            self.focus_line(after[0])

    # ── choices ──────────────────────────────────────────────────────────────────────────────────

    @property
    def choosing(self) -> bool:
        """Whether there is something to choose."""
        return self._then is not None

    def choose_from(
        self, question: str, words: Sequence[str], then: Callable[[int], object]
    ) -> None:
        """Offer numbered lines; `then` is called with the index of the one that was chosen."""
        self._then = then
        self.query_one("#task").add_class("choosing")
        numbered = self.query_one("#choices", Numbered)
        numbered.offer(question, words)
        numbered.focus()
        numbered.scroll_visible(animate=False)

    def close_choices(self) -> None:
        """Take the lines away."""
        self._then = None
        self.query_one("#task").remove_class("choosing")
        self.query_one("#choices", Numbered).offer("", ())

    @on(Numbered.Chosen, "#choices")
    def _choice_made(self, event: Numbered.Chosen) -> None:
        then = self._then
        self.close_choices()
        if then is not None:
            then(event.index)

    def run_action_id(self, action_id: str) -> None:
        """As everywhere; but where something is to be chosen, back first leaves that choice."""
        if action_id == "back" and self.choosing:
            self.close_choices()
            self.focus_first()
            return
        super().run_action_id(action_id)

    def focus_first(self) -> None:
        """Where the cursor goes when a choice was left."""
        try:
            self.query_one(self.AUTO_FOCUS or "#task").focus()
        except NoMatches:
            return
