"""The catalogue: what the clinic buys, and what class of ink the rules make of it."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import declaring
from kiosk.desk.stock.declaring import Listed
from kiosk.screens.stock.classes import CLASSES
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import sign_cell
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.list_table import ListTable


class Products(RecordScreen):
    """What is typed narrows the list; the fact that decides the class stands below."""

    NAME = "products"
    PLACE = "Products"
    QUESTION = "What is in the catalogue?"
    AUTO_FOCUS = "#search"

    def compose_task(self) -> ComposeResult:
        """Search field, list, the deciding fact."""
        with Horizontal(id="finder"):
            yield Field(id="search", placeholder="brand, name or id", max_length=64)
            yield Static("", id="found")
        yield ListTable(
            (("", 1), ("id", 14), ("product", None), ("class", 17), ("opened", 7), ("lots", 4)),
            id="products",
        )
        yield Static("", id="about")

    def begin(self) -> None:
        """Load the list."""
        self._rows: tuple[Listed, ...] = ()
        self.bar.allow("open", False)
        self._search()

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._search()

    @work(exclusive=True, group="load")
    async def _search(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(declaring.find_products, desk, self.typed("search"))
        if found is None:
            return
        self._rows = found.products
        known = [row.product.id for row in found.products]
        at = known.index(self.state.shelf.product) if self.state.shelf.product in known else 0
        self.query_one("#products", ListTable).show(map(_row, found.products), cursor=at)
        more = ", more: type on" if found.more else ""
        self.write("found", f"{len(found.products)} found{more}")
        self.bar.allow("open", bool(found.products))
        self._describe()

    @property
    def marked(self) -> Listed | None:
        """The product under the cursor."""
        row = self.query_one("#products", ListTable).marked
        return self._rows[row] if row is not None and row < len(self._rows) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.marked
        if row is None:
            self.write("about", "[$faint]Nothing is called so. F2 puts a product in.[/]")
            return
        said = row.product.intended_use or "no use stated"
        self.write(
            "about",
            f"{escape(row.finding.sentence)}\n[$faint]Rule {row.finding.rule} · "
            f"stated use: {escape(said)}[/]",
        )

    @on(ListTable.RowSelected)
    @on(Input.Submitted, "#search")
    def _selected(self) -> None:
        self.run_action_id("open")

    def do_open(self) -> None:
        """To the marked product."""
        if (row := self.marked) is not None:
            self.state.shelf.product = row.product.id
            self.kiosk.go("product")

    def do_new(self) -> None:
        """To an empty product."""
        self.state.shelf.product = ""
        self.kiosk.go("product")

    def do_suppliers(self) -> None:
        """To the suppliers."""
        self.kiosk.go("suppliers")

    def do_assets(self) -> None:
        """To the assets."""
        self.kiosk.go("assets")

    def do_law(self) -> None:
        """To the legal profiles."""
        self.kiosk.go("law")


def _row(row: Listed) -> tuple[str | Text, ...]:
    sign, word = CLASSES[row.finding.verdict]
    months = row.product.pao_months
    return (
        sign_cell(sign),
        row.product.id,
        row.product.name,
        word,
        f"{months} mo" if months else "–",
        f"{row.lots_at_hand:4}",
    )
