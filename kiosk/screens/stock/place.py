"""What the stock manager's screens have in common: their path, and the board as their home."""

from __future__ import annotations

from typing import ClassVar

from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.strips import StatusStrip

STOCK_PATH = ("Board", "Receive", "Lots", "Recalls", "Count", "Products")


class StockScreen(KioskScreen):
    """Base of every stock screen; back leads to the board."""

    WHOLE_PATH: ClassVar[tuple[str, ...]] = STOCK_PATH

    def show_status(self) -> None:
        """Line 1 with what is on the shelf, unless somebody is in the chair."""
        shelf = self.state.shelf.holds if self.state.sitting is None else ""
        for strip in self.query(StatusStrip):
            strip.show(self.state, self.kiosk.local_now(), shelf)

    def do_back(self) -> None:
        """To the board."""
        self.kiosk.go("board")
