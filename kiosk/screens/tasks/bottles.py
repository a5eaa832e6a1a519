"""Which bottles: first expiring first, and why others may not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import DataTable, Static

from kiosk.desk import stock
from kiosk.desk.stock.scans import Meaning, foreign, recognise
from kiosk.inventory.model import Kind
from kiosk.inventory.picking import Offer
from kiosk.inventory.scanning import Status
from kiosk.screens.failures import stop_card, stop_cards
from kiosk.screens.shell import KioskScreen
from kiosk.screens.tasks.bottle_rows import COLUMNS, cells, state_words
from kiosk.stops import Stop, blocking

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan


def _stops(item: Offer | None) -> tuple[Stop, ...]:
    return item.stops if item is not None else ()


def _good(item: Offer | None) -> str:
    if item is None:
        return ""
    expiry = item.expiry.described if item.expiry else "no date"
    return f"[$pass]✓[/] {item.bottle.id} {state_words(item)}, good through {expiry}."


class Bottles(KioskScreen):
    """One table for pigment, one for diluent; the marked row of each is the one to take."""

    NAME = "bottles"
    PLACE = "Bottles"
    QUESTION = "Which bottles? The first of each list expires first."

    def compose_task(self) -> ComposeResult:
        """Two tables."""
        for kind, title in ((Kind.PIGMENT, "Pigment"), (Kind.DILUENT, "Diluent")):
            with Vertical(classes="half"):
                yield Static(f"[$faint]{title}[/]")
                table: DataTable[object] = DataTable(id=f"{kind.value}s", cursor_type="row")
                table.show_header = False
                yield table

    def begin(self) -> None:
        """Load both lists."""
        self._offers: dict[Kind, tuple[Offer, ...]] = {Kind.PIGMENT: (), Kind.DILUENT: ()}
        for table in self.query(DataTable):
            for label, width in COLUMNS:
                table.add_column(label, width=width)
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk, sitting = self.state.desk, self.state.sitting
        if desk is None or sitting is None:
            return
        for kind in Kind:
            offers = await self.ask(stock.next_bottles, desk, kind) or ()
            self._offers[kind] = offers
            table = self._table(kind)
            table.clear()
            for item in offers:
                table.add_row(*cells(item))
            marked = sitting.pigment if kind is Kind.PIGMENT else sitting.diluent
            for row, item in enumerate(offers):
                if item.bottle.id == marked:
                    table.move_cursor(row=row)
        self._judge(Kind.PIGMENT)

    def _table(self, kind: Kind) -> DataTable[object]:
        return self.query_one(f"#{kind.value}s", DataTable)

    def marked(self, kind: Kind) -> Offer | None:
        """The bottle that is marked in a list."""
        offers = self._offers[kind]
        row = self._table(kind).cursor_row
        return offers[row] if 0 <= row < len(offers) else None

    @on(DataTable.RowHighlighted)
    def _highlighted(self, event: DataTable.RowHighlighted) -> None:
        self._judge(Kind.PIGMENT if event.data_table.id == "pigments" else Kind.DILUENT)

    @on(DataTable.RowSelected)
    def _selected(self) -> None:
        self.do_take()

    def _judge(self, touched: Kind) -> None:
        both = {kind: self.marked(kind) for kind in Kind}
        missing = next((kind for kind, item in both.items() if item is None), None)
        if missing is not None:
            self.say(
                f"[$stop b]✕[/] No {missing.value} is in stock. Receive and release a lot first."
            )
            self.bar.allow("take", False)
            return
        # What is wrong with the row just touched is said first.
        order = [touched, *(kind for kind in Kind if kind is not touched)]
        stops = [stop for kind in order for stop in blocking(_stops(both[kind]))]
        self.say(stop_card(stops[0]) if stops else "\n".join(map(_good, both.values())))
        usable = all(item is not None and item.usable for item in both.values())
        self.bar.allow("take", usable)

    # ── scans ────────────────────────────────────────────────────────────────────────────────────

    def on_scan(self, scan: Scan) -> None:
        """The bottle in the hand: marked where it may be used, its stop card where it may not."""
        if scan.status is Status.REFUSED:
            self.say(f"[$check]▲[/] {escape(scan.reason)}")
        else:
            self._find(scan)

    @work(exclusive=True, group="scan")
    async def _find(self, scan: Scan) -> None:
        desk = self.state.desk
        if desk is None:
            return
        meaning = await self.ask(recognise, desk, scan.reading)
        if meaning is None:
            return
        row = self._row_of(meaning)
        if row is not None:
            kind, number = row
            table = self._table(kind)
            table.move_cursor(row=number)
            table.focus()
            self._judge(kind)
        elif meaning.bottle is not None and (stops := blocking(meaning.bottle.stops)):
            self.say(stop_cards(stops))
        else:
            self.say(stop_card(foreign(scan.reading, meaning)))

    def _row_of(self, meaning: Meaning) -> tuple[Kind, int] | None:
        """The list and row of a scanned bottle, or of the first one of a scanned lot."""
        for kind, offers in self._offers.items():
            for number, item in enumerate(offers):
                bottle = item.bottle
                if meaning.bottle is not None and bottle.id == meaning.bottle.bottle.id:
                    return kind, number
                if bottle.lot.id in meaning.lots:
                    return kind, number
        return None

    def do_take(self) -> None:
        """Use the two marked bottles."""
        sitting = self.state.sitting
        pigment, diluent = self.marked(Kind.PIGMENT), self.marked(Kind.DILUENT)
        if sitting is None or pigment is None or diluent is None:
            return
        if pigment.usable and diluent.usable:
            sitting.pigment, sitting.diluent = pigment.bottle.id, diluent.bottle.id
            self.kiosk.go("mix")

    def do_pigment(self) -> None:
        """To the pigment list."""
        self._table(Kind.PIGMENT).focus()

    def do_diluent(self) -> None:
        """To the diluent list."""
        self._table(Kind.DILUENT).focus()

    def do_back(self) -> None:
        """To the recipe."""
        self.kiosk.go("recipe")
