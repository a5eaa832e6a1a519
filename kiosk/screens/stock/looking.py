"""What the screens that look at stock have in common: their style, and scans that find a lot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.markup import escape

from kiosk.desk.stock.filters import Filter, Show
from kiosk.desk.stock.scans import foreign, recognise
from kiosk.inventory.scanning import Status
from kiosk.screens.scanning import said
from kiosk.screens.stock.place import StockScreen

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan

#: To these the page of a scanned lot leads back; from others one goes on as before.
_PLACES = frozenset({"board", "work-list", "lots", "calendar"})


class LookingScreen(StockScreen):
    """Base of the board, the lists and the lot page."""

    CSS_PATH = Path(__file__).with_name("shelf.tcss")

    def on_scan(self, scan: Scan) -> None:
        """A label shows its lot, from wherever one is."""
        if scan.status is Status.REFUSED:
            self.say(said(scan))
        else:
            self._show_scanned(scan)

    @work(exclusive=True, group="scan")
    async def _show_scanned(self, scan: Scan) -> None:
        desk = self.state.desk
        if desk is None:
            return
        meaning = await self.ask(recognise, desk, scan.reading)
        if meaning is None:
            return
        if meaning.bottle is not None:
            bottle = meaning.bottle.bottle
            self.show_lot(bottle.lot.id, bottle.id)
        elif len(meaning.lots) == 1:
            self.show_lot(meaning.lots[0])
        elif text := scan.reading.lot or next((p.id for p in meaning.products), ""):
            self.state.shelf.wanted, self.state.shelf.row = Filter(text=text, show=Show.ALL), 0
            self.kiosk.go("lots")
        else:
            self.say(f"[$stop b]✕[/] {escape(foreign(scan.reading, meaning).sentence)}")

    def show_lot(self, lot: str, bottle: str = "") -> None:
        """To a lot's page; back leads here again."""
        shelf = self.state.shelf
        shelf.lot, shelf.bottle = lot, bottle
        if self.NAME in _PLACES:
            shelf.came_from = self.NAME
        self.kiosk.go("lot")
