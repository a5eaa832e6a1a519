"""The action bar: six cells in the same places on every screen, made from the action table.

Textual's own Footer leaks about 400 objects for each change of screen (textual#6666) and has no
room for a finger, so the kiosk draws its own.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from kiosk.screens.actions import Action, Row


class ActionCell(Static):
    """One cell: key and label. Clicking it is the same as pressing the key."""

    class Pressed(Message):
        """Somebody chose this cell."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    available: reactive[bool] = reactive(True)

    def __init__(self, number: int, action: Action | None) -> None:
        super().__init__(classes="cell" if action else "cell empty")
        self.number = number
        self.table_action = action
        self.label = action.label if action else ""

    def render(self) -> str:
        """Key and label, or nothing where the cell has no action."""
        if self.table_action is None:
            return ""
        return f"[$key]F{self.number}[/] {self.label}"

    def watch_available(self, available: bool) -> None:
        """Grey the cell while its action is not possible."""
        self.set_class(not available, "unavailable")

    def on_click(self, event: Click) -> None:
        """Act on the finished click, never on the press (touch screens)."""
        event.stop()
        if self.table_action is not None and self.available and event.chain == 1:
            self.post_message(self.Pressed(self.table_action.id))


class ActionBar(Horizontal):
    """All six cells."""

    def __init__(self, row: Row) -> None:
        super().__init__(id="bar")
        self._row = row

    def compose(self) -> ComposeResult:
        """The cells, left to right."""
        for number, action in enumerate(self._row, start=1):
            yield ActionCell(number, action)

    def cell(self, action_id: str) -> ActionCell | None:
        """The cell of an action, if this screen has it."""
        for cell in self.query(ActionCell):
            if cell.table_action is not None and cell.table_action.id == action_id:
                return cell
        return None

    def allow(self, action_id: str, allowed: bool, label: str | None = None) -> None:
        """Make an action possible or not, and say something else in its cell."""
        cell = self.cell(action_id)
        if cell is None:
            return
        cell.available = allowed
        if label is not None and label != cell.label:
            cell.label = label
            cell.refresh()
