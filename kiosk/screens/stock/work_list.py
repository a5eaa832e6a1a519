"""What is behind one line of the board, one by one, and the screen that each needs."""

from __future__ import annotations

from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk.stock.board import Item, Line, day_board
from kiosk.desk.stock.lot_page import find_stock
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import sign_markup
from kiosk.screens.widgets.list_table import ListTable

#: The screen that a line's things need, and what its key is called.
_DOORS: Final[dict[str, tuple[str, str]]] = {
    "expired": ("handle", "Dispose"),
    "recalled": ("handle", "Dispose"),
    "held": ("handle", "Handle"),
    "sent": ("handle", "Handle"),
    "quarantine": ("inspect", "Inspect"),
    "hold": ("inspect", "Inspect"),
    "suppliers": ("inspect", "Inspect"),
    "mixes": ("cup", "Close mix"),
    "stopped-mixes": ("cup", "Close mix"),
    "contacts": ("recalls", "Recalls"),
    "low": ("product", "Product"),
    "count": ("count", "Count"),
    "assets": ("assets", "Assets"),
}
_LOT_PAGE: Final = ("lot", "Lot page")


class WorkList(LookingScreen):
    """One table; F1 and Enter go where the marked thing is dealt with."""

    NAME = "work-list"
    PLACE = "Board"
    QUESTION = "What is to be done?"

    def __init__(self) -> None:
        super().__init__()
        self._line: Line | None = None

    def compose_task(self) -> ComposeResult:
        """The line, and its things."""
        yield Static("", id="about")
        yield ListTable((("", 14), ("", None)), id="items", header=False)

    def begin(self) -> None:
        """Load the line."""
        for action in ("act", "lot"):
            self.bar.allow(action, False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        board = await self.ask(day_board, desk, picks=0)
        if board is None:
            return
        name = self.state.shelf.line
        self._line = next((line for line in board.lines if line.name == name), None)
        self._show()

    def _show(self) -> None:
        line = self._line
        about, table = self.query_one("#about", Static), self.query_one(ListTable)
        if line is None:
            about.update("[$pass b]✓[/] [$strong b]Nothing is left of this line.[/]\n")
            table.show(())
            self.say()
            return
        sign = sign_markup(line.sign)
        about.update(f"{sign} [$strong b]{line.count:,}  {escape(line.sentence)}[/]\n")
        widest = max(len(item.id) for item in line.items)
        table.set_columns((("", min(widest + 1, 15)), ("", None)))
        table.show_all(line.items, lambda item: (item.id, item.sentence))
        self._describe()

    @property
    def marked(self) -> Item | None:
        """The thing under the cursor."""
        row = self.query_one(ListTable).marked
        return self._line.items[row] if self._line and row is not None else None

    @property
    def _door(self) -> tuple[str, str]:
        return _DOORS.get(self._line.name, _LOT_PAGE) if self._line else _LOT_PAGE

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        item = self.marked
        if item is None:
            return
        self.say(f"{item.id}: {escape(item.sentence)}")
        self.bar.allow("act", True, self._door[1])
        self.bar.allow("lot", item.kind in {"lot", "bottle"})

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("act")

    @work(exclusive=True, group="open")
    async def do_act(self) -> None:
        """Where the marked thing is dealt with."""
        if (item := self.marked) is not None:
            await self._open(item, self._door[0])

    @work(exclusive=True, group="open")
    async def do_lot(self) -> None:
        """To the lot's page."""
        if (item := self.marked) is not None:
            await self._open(item, "lot")

    async def _open(self, item: Item, route: str) -> None:
        desk, shelf = self.state.desk, self.state.shelf
        if desk is None:
            return
        if item.kind == "bottle":
            found = await self.ask(find_stock, desk, item.id)
            if not found:
                return
            shelf.lot, shelf.bottle = found[0].lot, item.id
        elif item.kind == "lot":
            shelf.lot, shelf.bottle = item.id, ""
        elif item.kind == "mix":
            shelf.mix = item.id
        elif item.kind == "product":
            shelf.product = item.id
        shelf.came_from = "work-list"
        self.kiosk.go(route)
