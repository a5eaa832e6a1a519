"""What was recorded about a lot and its bottles, newest first."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape

from kiosk.desk.journal import Line
from kiosk.desk.stock.lot_details import lot_history
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import faint
from kiosk.screens.widgets.list_table import PAGE, ListTable


class LotHistory(LookingScreen):
    """The ledger's sentences; older ones are read where the list ends."""

    NAME = "lot-history"
    PLACE = "Lots"
    QUESTION = "What was recorded about this lot?"

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[list[Line]] = []
        self._at = 0

    def compose_task(self) -> ComposeResult:
        """The table."""
        yield ListTable((("event", 6), ("when", 15), ("who", 8), ("what", None)), id="history")

    def begin(self) -> None:
        """Load the newest events."""
        self._load(None)

    @work(exclusive=True)
    async def _load(self, before_seq: int | None) -> None:
        desk = self.state.desk
        if desk is None:
            return
        lot = self.state.shelf.lot
        lines = await self.ask(lot_history, desk, lot, limit=PAGE, before_seq=before_seq)
        if lines:
            self._pages.append(lines)
            self._show(len(self._pages) - 1)
        elif lines is not None and not self._pages:
            self.say("[$wait b]…[/] Nothing was recorded about this lot.")

    def _show(self, page: int, cursor: int = 0) -> None:
        self._at = page
        self.query_one(ListTable).show(
            (
                (faint(f"{line.seq:6}"), f"{line.at:%-d %b %y %H:%M}", line.actor, line.text)
                for line in self._pages[page]
            ),
            cursor=cursor,
        )
        self._describe()

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.query_one(ListTable).marked
        if row is not None and self._at < len(self._pages):
            self.say(escape(self._pages[self._at][row].text))

    @on(ListTable.Turned)
    def _turned(self, event: ListTable.Turned) -> None:
        if event.by < 0 and self._at:
            self._show(self._at - 1, PAGE - 1)
        elif event.by > 0 and self._at + 1 < len(self._pages):
            self._show(self._at + 1)
        elif event.by > 0 and self._pages and len(self._pages[-1]) == PAGE:
            self._load(self._pages[-1][-1].seq)

    def do_uses(self) -> None:
        """Whom it reached."""
        self.kiosk.go("lot-uses")

    def do_back(self) -> None:
        """To the lot."""
        self.kiosk.go("lot")
