"""The stock manager's morning: what needs somebody, what ends when, what to use next."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.markup import escape
from textual.timer import Timer
from textual.widgets import Static

from kiosk.desk.stock import board as desk_board
from kiosk.inventory.picking import Offer
from kiosk.screens.failures import stop_card
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import (
    bottle_level,
    counted,
    faint,
    ml,
    short_name,
    sign_cell,
    until_cell,
)
from kiosk.screens.widgets.level_bar import bar
from kiosk.screens.widgets.list_table import ListTable

#: Another kiosk may have closed a mix or claimed a bottle meanwhile.
REFRESH_S = 60.0
#: A word that was begun here is finished here; then the list shows what it finds.
QUIET_S = 0.25

_BAR = 14


class Board(LookingScreen):
    """Three tables: the lines of the day, the months in which stock ends, the next bottles."""

    NAME = "board"
    PLACE = "Board"
    QUESTION = "What needs somebody today?"
    AUTO_FOCUS = "#today"

    def __init__(self) -> None:
        super().__init__()
        self._board: desk_board.Board | None = None
        self._next: tuple[Offer, ...] = ()
        self._typed = ""
        self._quiet: Timer | None = None

    def compose_task(self) -> ComposeResult:
        """Lines and calendar side by side, the next bottles below."""
        with Horizontal(id="upper"):
            with Vertical(id="left"):
                yield Static("[$faint]Today[/]")
                yield ListTable((("", 1), ("", 4), ("", None)), id="today", header=False)
            with Vertical(id="right"):
                yield Static("[$faint]Expiry[/]")
                yield ListTable((("", 5), ("", None), ("", 5)), id="expiry", header=False)
                yield Static("", id="on-hand")
        yield Static("[$faint]Next to use[/]", id="next-title")
        yield ListTable(
            (("", 1), ("", 8), ("", 10), ("", None), ("", 15), ("", 9), ("", 6)),
            id="next",
            header=False,
        )

    def begin(self) -> None:
        """Load, and look again from time to time."""
        shelf = self.state.shelf
        shelf.search, shelf.wanted, shelf.row = "", None, 0
        self.bar.allow("work", False)
        self._load()
        self.set_interval(REFRESH_S, self._load)

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        picks = 4 if self.size.height >= 32 else 2
        found = await self.ask(desk_board.day_board, desk, picks=picks)
        if found is None:
            return
        self._board = found
        bottles, lots = counted(found.bottles, "bottle"), counted(found.lots, "lot")
        self.state.shelf.holds = f"{bottles} · {lots}"
        self.show_status()
        self._show_lines(found)
        self._show_expiry(found)
        self._show_next(found)
        self._describe()

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────

    def _show_lines(self, found: desk_board.Board) -> None:
        table = self.query_one("#today", ListTable)
        table.show(
            ((sign_cell(line.sign), f"{line.count:4}", line.sentence) for line in found.lines),
            cursor=table.marked or 0,
        )
        self.bar.allow("work", bool(found.lines))

    def _show_expiry(self, found: desk_board.Board) -> None:
        table = self.query_one("#expiry", ListTable)
        if found.clock is not None:
            table.show(())
            self.query_one("#on-hand", Static).update("[$faint]Dates not trusted.[/]")
            return
        # The far end holds most of the stock; on its scale the months that matter would be specks.
        most = max((month.bottles for month in found.calendar if month.first), default=0)
        unit = max(most / _BAR, 1.0)
        table.show(
            [
                (
                    f"{month.first:%b}" if month.first else "later",
                    Text(bar(month.bottles, unit, _BAR)),
                    f"{month.bottles:5}",
                )
                for month in found.calendar
            ],
            cursor=table.marked or 0,
        )
        width = 26 if self.size.width < 110 else 36
        self.query_one("#on-hand", Static).update(
            "\n".join(
                f"[$faint]{what}[/]{ml(ul or 0):>{width - len(what)}}"
                for what, ul in (
                    ("Pigment on hand", found.pigment_ul),
                    ("Sterile diluent", found.diluent_ul),
                )
            )
        )

    def _show_next(self, found: desk_board.Board) -> None:
        self._next = (*found.next_pigment, *found.next_diluent)
        table = self.query_one("#next", ListTable)
        table.show(
            (
                (
                    faint(str(number)),
                    item.bottle.id,
                    item.bottle.lot.lot_no,
                    short_name(item.bottle.lot.product),
                    bottle_level(item),
                    until_cell(item),
                    "opened" if item.bottle.opened_on else "",
                )
                for kind in (found.next_pigment, found.next_diluent)
                for number, item in enumerate(kind, start=1)
            ),
            cursor=table.marked or 0,
        )

    @on(ListTable.RowHighlighted, "#today")
    def _describe(self) -> None:
        """The first thing behind the marked line, so that a glance may be enough."""
        found = self._board
        if found is None:
            return
        line = self._line()
        if found.clock is not None:
            self.say(stop_card(found.clock))
        elif line is None:
            self.say("[$pass b]✓[/] Nothing needs you today.")
        else:
            more = f"  [$faint]and {line.count - 1} more[/]" if line.count > 1 else ""
            self.say(f"{escape(line.items[0].sentence)}{more}")

    def _line(self) -> desk_board.Line | None:
        row = self.query_one("#today", ListTable).marked
        return self._board.lines[row] if self._board is not None and row is not None else None

    # ── going on ─────────────────────────────────────────────────────────────────────────────────

    @on(ListTable.RowSelected)
    def _selected(self, event: ListTable.RowSelected) -> None:
        if event.data_table.id == "today":
            self.do_work()
        elif event.data_table.id == "expiry":
            self.kiosk.go("calendar")
        elif self._next:
            bottle = self._next[min(event.cursor_row, len(self._next) - 1)].bottle
            self.show_lot(bottle.lot.id, bottle.id)

    async def on_key(self, event: Key) -> None:
        """What is typed on the board is searched for in the whole stock."""
        if not event.is_printable or not event.character or event.character == "?":
            return
        event.stop()
        event.prevent_default()
        self._typed += event.character
        if self._quiet is not None:
            self._quiet.stop()
        self._quiet = self.set_timer(QUIET_S, self._search)

    def _search(self) -> None:
        self.state.shelf.search = self._typed
        self.kiosk.go("lots")

    def do_receive(self) -> None:
        """Book a delivery in."""
        self.kiosk.go("receive")

    def do_work(self) -> None:
        """What is behind the marked line."""
        if (line := self._line()) is not None:
            self.state.shelf.line = line.name
            self.kiosk.go("work-list")

    def do_find(self) -> None:
        """To the list of lots."""
        self.kiosk.go("lots")

    def do_count(self) -> None:
        """Count."""
        self.kiosk.go("count")

    def do_recall(self) -> None:
        """To the recalls."""
        self.kiosk.go("recalls")

    def do_back(self) -> None:
        """To the day."""
        self.kiosk.go("day")
