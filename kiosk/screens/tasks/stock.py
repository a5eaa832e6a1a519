"""Every bottle, in the order to use them, and why some may not be used."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import DataTable, Static

from kiosk.desk import stock
from kiosk.inventory.model import Kind
from kiosk.inventory.picking import Offer
from kiosk.screens.failures import stop_cards
from kiosk.screens.shell import KioskScreen
from kiosk.screens.tasks.bottle_rows import COLUMNS, cells, state_words


class Stock(KioskScreen):
    """A look around; changing stock is done with the `lots` commands for now."""

    NAME = "stock"
    PLACE = "Stock"
    QUESTION = "What is on the shelf?"

    def compose_task(self) -> ComposeResult:
        """Totals and the table."""
        yield Static("", id="totals")
        table: DataTable[object] = DataTable(id="stock", cursor_type="row")
        yield table

    def begin(self) -> None:
        """Load the stock."""
        self._usable_only = False
        self._all: tuple[Offer, ...] = ()
        self._shown: tuple[Offer, ...] = ()
        table = self.query_one(DataTable)
        for label, width in COLUMNS:
            table.add_column(label, width=width)
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        self._all = await self.ask(stock.list_stock, desk) or ()
        self._fill()

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        table.clear()
        self._shown = tuple(item for item in self._all if item.usable or not self._usable_only)
        for item in self._shown:
            table.add_row(*cells(item))

        def total(kind: Kind) -> float:
            return (
                sum(
                    item.bottle.remaining_ul
                    for item in self._all
                    if item.usable and item.bottle.lot.product.kind is kind
                )
                / 1000
            )

        stopped = sum(not item.usable for item in self._all)
        self.query_one("#totals", Static).update(
            f"{len(self._all)} bottles   [$pass]✓[/] usable: {total(Kind.PIGMENT):.1f} ml pigment, "
            f"{total(Kind.DILUENT):.1f} ml diluent   [$stop]✕[/] {stopped} stopped"
        )
        self._describe()
        self.bar.allow("filter", True, "All" if self._usable_only else "Usable")

    @on(DataTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.query_one(DataTable).cursor_row
        if not 0 <= row < len(self._shown):
            self.say("[$wait]…[/] Nothing here.")
            return
        item = self._shown[row]
        if item.stops:
            self.say(stop_cards(item.stops))
            return
        expiry = item.expiry.described if item.expiry else "no date"
        self.say(
            f"[$pass]✓[/] {item.bottle.id}: {item.finding.sentence} {state_words(item)}, "
            f"good through {expiry}."
        )

    def do_filter(self) -> None:
        """Only usable bottles, or all."""
        self._usable_only = not self._usable_only
        self._fill()

    def do_back(self) -> None:
        """To the day."""
        self.kiosk.go("day")
