"""Every bottle: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.markup import escape
from textual.timer import Timer
from textual.widgets import Input, Static

from kiosk.desk.stock.filters import Filter, Order, Show
from kiosk.desk.stock.table import StockPage, stock_table
from kiosk.inventory.model import Kind
from kiosk.inventory.picking import Offer
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import (
    bottle_level,
    bottle_sign,
    bottle_word,
    counted,
    short_day,
    short_name,
    sign_markup,
    until_cell,
)
from kiosk.screens.stock.wanted import KINDS, SHOWS, SORTS, WITHINS
from kiosk.screens.widgets.choice import Choice
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.list_table import PAGE, ListTable

#: Asked again only when the fingers rest, and once for a whole scan.
QUIET_S = 0.12

_NARROW = (
    ("", 1), ("bottle", 8), ("lot", 10), ("product", None), ("left", 15), ("until", 9),
    ("state", 10),
)  # fmt: skip
_WIDE = (
    ("", 1), ("bottle", 9), ("lot", 12), ("product", None), ("left", 18), ("until", 9),
    ("state", 10), ("received", 9), ("place", 9),
)  # fmt: skip


class Lots(LookingScreen):
    """A search field, four choices and one page of bottles."""

    NAME = "lots"
    PLACE = "Lots"
    QUESTION = "Which bottle?"
    AUTO_FOCUS = "#search"

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Filter()
        self._offset = 0
        self._page = StockPage((), 0)
        self._quiet: Timer | None = None

    def compose_task(self) -> ComposeResult:
        """Field, choices, table."""
        with Horizontal(id="finder"):
            yield Field(id="search", placeholder="scan or type a number, a bottle, a product")
            yield Static("", id="found")
        with Horizontal(id="choices"):
            yield Choice[Show]("Show", SHOWS, id="show")
            yield Choice[Kind | None]("Kind", KINDS, id="kind")
            yield Choice[int]("Within", WITHINS, id="within")
            yield Choice[tuple[Order, bool]]("Sort", SORTS, id="sort")
        self._wide = self.app.size.width >= 110
        yield ListTable(_WIDE if self._wide else _NARROW, id="stock")

    def begin(self) -> None:
        """As the list was left, or with what was typed on the board."""
        shelf = self.state.shelf
        self._wanted = shelf.wanted or Filter()
        if shelf.search:
            self._wanted = replace(self._wanted, text=shelf.search)
            shelf.search, shelf.row = "", 0
        self._show_choices()
        self._show_text()
        self._load(shelf.row // PAGE * PAGE, shelf.row % PAGE)
        if shelf.row:
            self.query_one(ListTable).focus()

    def _show_text(self) -> None:
        field = self.query_one("#search", Field)
        with self.prevent(Input.Changed):
            field.value = self._wanted.text
            field.cursor_position = len(field.value)

    def _show_choices(self) -> None:
        wanted = self._wanted
        chosen = {
            "show": wanted.show,
            "kind": wanted.kind,
            "within": wanted.within_days,
            "sort": (wanted.order, wanted.descending),
        }
        for name, value in chosen.items():
            self.query_one(f"#{name}", Choice).choose(value)

    # ── loading ──────────────────────────────────────────────────────────────────────────────────

    @work(exclusive=True, group="load")
    async def _load(self, offset: int, cursor: int = 0) -> None:
        await self._ask_for(offset, cursor)

    async def _ask_for(self, offset: int, cursor: int = 0) -> bool:
        desk = self.state.desk
        if desk is None:
            return False
        page = await self.ask(stock_table, desk, self._wanted, limit=PAGE, offset=offset)
        if page is None:
            return False
        self._page, self._offset = page, offset
        self._draw(cursor)
        return True

    def _draw(self, cursor: int) -> None:
        desk = self.state.desk
        assert desk is not None
        today = desk.today()
        table = self.query_one(ListTable)
        table.show(
            (
                (
                    bottle_sign(item),
                    item.bottle.id,
                    item.bottle.lot.lot_no or "none",
                    item.bottle.lot.product.name
                    if self._wide
                    else short_name(item.bottle.lot.product),
                    bottle_level(item, 8 if self._wide else 5),
                    until_cell(item),
                    bottle_word(item, today),
                    *(
                        (short_day(item.bottle.lot.received_on), item.bottle.place)
                        if self._wide
                        else ()
                    ),
                )
                for item in self._page.rows
            ),
            cursor=cursor,
        )
        total = self._page.total
        first, last = self._offset + 1, self._offset + len(self._page.rows)
        rows = f"{first:,}–{last:,} of " if total > len(self._page.rows) else ""
        self.query_one("#found", Static).update(f"{rows}{counted(total, 'bottle')}")
        self._describe()

    @property
    def marked(self) -> Offer | None:
        """The bottle under the cursor."""
        row = self.query_one(ListTable).marked
        return self._page.rows[row] if row is not None and row < len(self._page.rows) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        item = self.marked
        self.bar.allow("open", item is not None)
        if item is None:
            self.say("[$wait b]…[/] No bottle is like that. F3 begins anew.")
        elif item.stops:
            stop = item.stops[0]
            sign = sign_markup("stop" if not item.usable else "wait")
            self.say(
                f"{sign} {escape(stop.sentence)}\n  [$faint]What lifts it: {escape(stop.lifts)}[/]"
            )
        else:
            until = item.expiry.described if item.expiry else ""
            self.say(f"{sign_markup('pass')} {item.bottle.id} may be used until {until}.")

    # ── choosing ─────────────────────────────────────────────────────────────────────────────────

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        if self._quiet is not None:
            self._quiet.stop()
        self._quiet = self.set_timer(QUIET_S, self._take_text)

    def _take_text(self) -> None:
        self._wanted = replace(self._wanted, text=self.query_one("#search", Field).value.strip())
        self._load(0)

    @on(Choice.Changed)
    def _chosen(self) -> None:
        order, descending = self.query_one("#sort", Choice).value
        show = self.query_one("#show", Choice).value
        within = self.query_one("#within", Choice).value
        if within != self._wanted.within_days:
            # Days mean nothing to the other lists, so who chooses them wants this one.
            show = Show.EXPIRING
            self.query_one("#show", Choice).choose(show)
        self._wanted = replace(
            self._wanted,
            show=show,
            kind=self.query_one("#kind", Choice).value,
            within_days=within,
            order=order,
            descending=descending,
        )
        self._load(0)

    @on(ListTable.Turned)
    def _turned(self, event: ListTable.Turned) -> None:
        if event.by > 0 and self._offset + len(self._page.rows) < self._page.total:
            self._load(self._offset + PAGE)
        elif event.by < 0 and self._offset:
            self._load(self._offset - PAGE, PAGE - 1)
        elif event.by < 0:
            self.query_one("#search", Field).focus()

    async def on_key(self, event: Key) -> None:
        """From the field and the choices down into the table."""
        if event.key == "down" and not self.query_one(ListTable).has_focus:
            event.stop()
            self.query_one(ListTable).focus()

    # ── going on ─────────────────────────────────────────────────────────────────────────────────

    @on(Input.Submitted, "#search")
    def _entered(self) -> None:
        self._find_and_open()

    @work(exclusive=True, group="load")
    async def _find_and_open(self) -> None:
        """The one bottle there is, or into the table where there are several."""
        if self._quiet is not None:
            self._quiet.stop()
        self._wanted = replace(self._wanted, text=self.query_one("#search", Field).value.strip())
        if not await self._ask_for(0):
            return
        if self._page.total == 1:
            self.do_open()
        elif self._page.total:
            self.query_one(ListTable).focus()

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.do_open()

    def _leave(self) -> None:
        shelf = self.state.shelf
        shelf.wanted = self._wanted
        shelf.row = self._offset + (self.query_one(ListTable).marked or 0)

    def do_open(self) -> None:
        """To the lot's page."""
        if (item := self.marked) is None:
            return
        self._leave()
        self.show_lot(item.bottle.lot.id, item.bottle.id)

    def do_filter(self) -> None:
        """To the next choice."""
        choices = list(self.query(Choice))
        here = next((i for i, choice in enumerate(choices) if choice.has_focus), -1)
        choices[(here + 1) % len(choices)].focus()

    def do_find(self) -> None:
        """An empty field."""
        field = self.query_one("#search", Field)
        field.value = ""
        field.focus()

    def do_saved(self) -> None:
        """To the saved filters."""
        self._leave()
        self.kiosk.go("saved-filters")
