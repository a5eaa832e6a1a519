"""Filters of the stock list that somebody kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock.filters import (
    Filter,
    delete_filter,
    preferences_file,
    save_filter,
    saved_filters,
)
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.wanted import words
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.list_table import ListTable


class SavedFilters(LookingScreen):
    """The filter of the list, a name for it, and those that were kept."""

    NAME = "saved-filters"
    PLACE = "Lots"
    QUESTION = "Which filter?"

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[tuple[str, Filter]] = []

    def compose_task(self) -> ComposeResult:
        """The present filter, a name, the list."""
        yield Static("", id="present")
        yield Field(id="name", placeholder="a name for it", max_length=60)
        yield ListTable((("name", 24), ("filter", None)), id="kept")

    def begin(self) -> None:
        """Load what was kept."""
        present = self.state.shelf.wanted or Filter()
        self.query_one("#present", Static).update(f"[$faint]Now[/]  {escape(words(present))}")
        self._load()

    @property
    def _file(self) -> Path:
        return self.kiosk.preferences or preferences_file()

    @work(exclusive=True)
    async def _load(self) -> None:
        await self._show()

    async def _show(self, cursor: str = "") -> None:
        found = await self.ask(saved_filters, self._file)
        self._kept = list((found or {}).items())
        names = [name for name, _ in self._kept]
        self.query_one(ListTable).show(
            ((name, words(wanted)) for name, wanted in self._kept),
            cursor=names.index(cursor) if cursor in names else 0,
        )
        for action in ("apply", "delete"):
            self.bar.allow(action, bool(self._kept))
        if found is not None and not found:
            self.say("[$wait b]…[/] None is kept yet. Type a name and press F2.")

    @work(exclusive=True)
    async def _change(self, change: Callable[[], bool], cursor: str = "") -> None:
        if await self.ask(change):
            self.say()
            await self._show(cursor)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.do_save()

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.do_apply()

    def do_apply(self) -> None:
        """To the list with the marked filter."""
        row = self.query_one(ListTable).marked
        if row is not None:
            self.state.shelf.wanted, self.state.shelf.row = self._kept[row][1], 0
            self.kiosk.go("lots")

    def do_save(self) -> None:
        """Keep the present filter."""
        name = self.query_one("#name", Field).value.strip()
        present, file = self.state.shelf.wanted or Filter(), self._file

        def save() -> bool:
            save_filter(file, name, present)
            return True

        self._change(save, name)

    def do_delete(self) -> None:
        """Forget the marked one."""
        row = self.query_one(ListTable).marked
        if row is None:
            return
        name, file = self._kept[row][0], self._file

        def delete() -> bool:
            delete_filter(file, name)
            return True

        self._change(delete)

    def do_back(self) -> None:
        """To the list as it was."""
        self.kiosk.go("lots")
