"""One recall: its lots and what is like them, then bottles, mixes and the clients they reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk import visits
from kiosk.desk.stock import recall_page, recalling
from kiosk.desk.stock.recall_page import RecallPage
from kiosk.inventory.recalls.contacts import Contact, ContactState
from kiosk.inventory.recalls.notice import Notice
from kiosk.screens.page import Page
from kiosk.screens.stock import recall_rows as rows
from kiosk.screens.stock.recall_rows import LEVELS, Level, Shown
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import counted
from kiosk.screens.widgets.list_table import ListTable


class Recall(RecordScreen):
    """Four levels in one table; one key goes down a level, back goes up."""

    NAME = "recall"
    PLACE = "Recalls"
    QUESTION = "What did this recall reach?"

    def compose_task(self) -> ComposeResult:
        """Summary, trail, a table for each level, and why the marked row is here."""
        yield Static("", id="summary")
        yield Static("", id="trail")
        for level in LEVELS:
            table = ListTable(rows.COLUMNS[level], id=level)
            table.display = level == "lots"
            yield table
        yield Static("", id="about")

    def begin(self) -> None:
        """Load the recall; from here on the drill is timed."""
        self._page: RecallPage | None = None
        self._initials: dict[str, str] = {}
        self._level: Level = "lots"
        #: What was marked on the levels above: a lot, a bottle, a mix.
        self._within: dict[Level, str] = {}
        self._shown: tuple[Shown, ...] = ()
        self._opened_at: datetime | None = None
        self._answered = ""
        for action in ("drill", "clients", "versions", "amend", "close"):
            self.bar.allow(action, False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None or not self.state.shelf.recall:
            self.kiosk.go("recalls")
            return
        self._opened_at = self._opened_at or desk.clock()
        page = await self.ask(recall_page.recall_page, desk, self.state.shelf.recall)
        if page is None:
            return
        names = [contact.client for contact in page.entry.contacts]
        self._initials = await self.ask(visits.initials_of, desk, names) or {}
        self._page = page
        for action in ("clients", "versions", "amend"):
            self.bar.allow(action, True)
        self.bar.allow("close", page.entry.dossier.closing is None)
        self._summarise(page)
        self._draw()

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────

    def _summarise(self, page: RecallPage) -> None:
        notice, closing = page.entry.dossier.current, page.entry.dossier.closing
        standing = "[$stop b]✕[/] [$strong b]active[/]"
        if closing is not None:
            standing = f"[$pass b]✓[/] [$strong b]closed, {closing.outcome.value}[/]"
        versions = len(page.entry.dossier.versions)
        kept = f"  [$faint]of {versions} versions[/]" if versions > 1 else ""
        self.write(
            "summary",
            f"{standing}  {escape(notice.title)}{kept}  [$faint]{escape(notice.brand)}[/]\n"
            f"{escape(notice.hazard)}\n{_now(page)}",
        )

    def _draw(self, cursor: int = 0) -> None:
        page = self._page
        assert page is not None
        desk = self.state.desk
        assert desk is not None
        self._shown = rows.rows_of(self._level, page, self._within, self._initials, desk.zone)
        if self._level == "clients" and not self._answered and self._opened_at is not None:
            took = (desk.clock() - self._opened_at).total_seconds()
            self._answered = f"drill {int(took // 60)}:{took % 60:04.1f}"
        counts = rows.counts(page)
        names = (
            f"[$here b]{level.capitalize()} {counts[level]}[/]"
            if level == self._level
            else f"[$faint]{level.capitalize()} {counts[level]}[/]"
            for level in LEVELS
        )
        within = ", ".join(self._within.values())
        of = f"  [$faint]of {within}[/]" if within else ""
        self.write("trail", " [$faint]›[/] ".join(names) + f"{of}   [$faint]{self._answered}[/]")
        for level in LEVELS:
            self.query_one(f"#{level}", ListTable).display = level == self._level
        self._table.show((shown.cells for shown in self._shown), cursor=cursor)
        self._table.focus()
        self._describe()

    @property
    def _table(self) -> ListTable:
        return self.query_one(f"#{self._level}", ListTable)

    @property
    def marked(self) -> Shown | None:
        """The row under the cursor."""
        row = self._table.marked
        return self._shown[row] if row is not None and row < len(self._shown) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        shown = self.marked
        nothing = rows.NOTHING[self._level] if self._page is not None else ""
        self.write("about", shown.about if shown is not None else f"[$faint]{nothing}[/]")
        following = LEVELS[LEVELS.index(self._level) + 1 :]
        if self._level == "clients":
            contact = self._contact()
            offered = contact.next_states if contact is not None else ()
            self.bar.allow("drill", ContactState.REACHED in offered, "Reached")
            self.bar.allow("clients", ContactState.NOT_REACHED in offered, "No answer")
            return
        self.bar.allow("clients", self._page is not None, "Clients")
        if shown is not None and shown.near:
            self.bar.allow("drill", True, "Take in")
        else:
            self.bar.allow("drill", shown is not None, f"{following[0].capitalize()} ›")

    def _contact(self) -> Contact | None:
        shown, page = self.marked, self._page
        if shown is None or page is None:
            return None
        return next((c for c in page.entry.contacts if c.client == shown.id), None)

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("drill")

    def do_drill(self) -> None:
        """One level down; at the clients, the marked one was reached."""
        shown = self.marked
        if shown is None:
            return
        if self._level == "clients":
            self._record(shown.id, ContactState.REACHED)
        elif shown.near:
            self._take_in(shown.id)
        else:
            self._within[self._level] = shown.id
            self._level = LEVELS[LEVELS.index(self._level) + 1]
            self._draw()

    def do_clients(self) -> None:
        """Everybody at once; at the clients, the marked one could not be reached."""
        if self._level == "clients":
            if (shown := self.marked) is not None:
                self._record(shown.id, ContactState.NOT_REACHED)
            return
        self._within = {}
        self._level = "clients"
        self._draw()

    @work(exclusive=True, group="change")
    async def _record(self, client: str, state: ContactState) -> None:
        who, page = self.signed_in, self._page
        if who is None or page is None:
            return
        row = self._table.cursor_row
        await self._change(recalling.record_contact, client, state, row=row)

    @work(exclusive=True, group="change")
    async def _take_in(self, lot: str) -> None:
        await self._change(recall_page.take_in, lot, row=self._table.cursor_row)

    async def _change(self, function: Callable[..., object], *arguments: object, row: int) -> None:
        """Do something to the recall and show it as it is then; a refusal stays on the screen."""
        who, page = self.signed_in, self._page
        if who is None or page is None:
            return
        desk, operator = who
        self.say()
        recall = page.entry.dossier.current.id
        await self.ask(function, desk, operator, recall, *arguments)
        found = await self.ask(recall_page.recall_page, desk, recall)
        if found is not None:
            self._page = found
            self._summarise(found)
            self._draw(row)

    def do_versions(self) -> None:
        """Every version, the newest first."""
        if self._page is not None:
            told = "\n\n".join(map(_told, reversed(self._page.entry.dossier.versions)))
            self.app.push_screen(Page("Recalls", "What did the notice say?", told))

    def do_amend(self) -> None:
        """To the form, filled with what the notice says now."""
        self.kiosk.go("recall-form")

    def do_close(self) -> None:
        """To the end of the recall."""
        self.kiosk.go("recall-close")

    def do_back(self) -> None:
        """Up one level; from the lots to the list."""
        if self._level == "lots":
            self.kiosk.go("recalls")
            return
        above = LEVELS[LEVELS.index(self._level) - 1]
        # The list of all clients was reached in one step, and is left in one.
        self._level = above if above in self._within else "lots"
        mark = self._within.pop(self._level, "")
        self._draw()
        at = next((i for i, shown in enumerate(self._shown) if shown.id == mark), 0)
        self._table.move_cursor(row=at, animate=False)


def _now(page: RecallPage) -> str:
    """What still has to be done about it, in a line."""
    if page.alerts:
        alert = page.alerts[0]
        more = f" and {len(page.alerts) - 1} more" if len(page.alerts) > 1 else ""
        return (
            f"[$stop b]✕[/] Open mix {alert.mix.id} at {alert.mix.kiosk}{more}: "
            "discarded or incident only"
        )
    waiting = page.entry.waiting
    if waiting:
        return f"[$check]▲[/] {counted(waiting, 'client')} still to be reached"
    if page.near_misses:
        return f"[$check]▲[/] {counted(len(page.near_misses), 'lot')} like it: take in or leave"
    return "[$pass]✓[/] [$faint]nobody waits for a call, no mix stands open[/]"


def _told(notice: Notice) -> str:
    scope = notice.scope
    lots = "; ".join(" / ".join(number.named for number in lot) for lot in scope.lots)
    windows = ", or ".join(window.described for window in scope.windows)
    products = "; ".join(product.text for product in notice.products) or "everything of the brand"
    reach = {"lots": f"lots {lots}", "all_lots": "all lots", "unknown_lot": "lots not named yet"}
    lines = (
        f"[$strong b]{escape(notice.title)}[/]  [$faint]issued {notice.issued_on}[/]",
        f"{escape(notice.brand)}: {escape(products)}",
        f"{escape(reach[scope.reach.value])}{f', {escape(windows)}' if windows else ''}",
        escape(notice.hazard),
        f"[$faint]{escape(notice.evidence)}[/]",
    )
    return "\n".join(lines)
