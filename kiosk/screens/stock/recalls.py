"""Which recalls there are, how they stand, and how many clients are still to be reached."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk.stock import recalling
from kiosk.desk.stock.recalling import RecallEntry
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import sign_cell
from kiosk.screens.widgets.list_table import ListTable


class Recalls(RecordScreen):
    """The newest first; what is wrong with the marked one below."""

    NAME = "recalls"
    PLACE = "Recalls"
    QUESTION = "Which recalls stand?"

    def compose_task(self) -> ComposeResult:
        """List, and what the marked one says."""
        yield ListTable(
            (("", 1), ("state", 9), ("recall", 16), ("about", None), ("lots", 5), ("to reach", 9)),
            id="recalls",
        )
        yield Static("", id="about")

    def begin(self) -> None:
        """Load the list."""
        self._entries: tuple[RecallEntry, ...] = ()
        self.bar.allow("open", False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(recalling.list_recalls, desk)
        if found is None:
            return
        self._entries = found
        known = [entry.dossier.current.id for entry in found]
        at = known.index(self.state.shelf.recall) if self.state.shelf.recall in known else 0
        self.query_one("#recalls", ListTable).show(map(_row, found), cursor=at)
        self.bar.allow("open", bool(found))
        self._describe()

    @property
    def marked(self) -> RecallEntry | None:
        """The recall under the cursor."""
        row = self.query_one("#recalls", ListTable).marked
        return self._entries[row] if row is not None and row < len(self._entries) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        entry = self.marked
        if entry is None:
            self.write("about", "[$pass b]✓[/] No recall is on file. F2 enters a notice.")
            return
        notice, closing = entry.dossier.current, entry.dossier.closing
        end = ""
        if closing is not None:
            end = f"  [$faint]Closed as {closing.outcome.value}: {escape(closing.reason)}[/]"
        self.write(
            "about",
            f"{escape(notice.hazard)}\n[$faint]{escape(notice.evidence)}, "
            f"{notice.issued_on}, version {notice.version}[/]{end}",
        )

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("open")

    def do_open(self) -> None:
        """To the marked recall."""
        if (entry := self.marked) is not None:
            self.state.shelf.recall = entry.dossier.current.id
            self.kiosk.go("recall")

    def do_new(self) -> None:
        """To an empty notice."""
        self.state.shelf.recall = ""
        self.kiosk.go("recall-form")

    def do_products(self) -> None:
        """To the catalogue."""
        self.kiosk.go("products")


def _row(entry: RecallEntry) -> tuple[str | Text, ...]:
    notice = entry.dossier.current
    closed = entry.dossier.closing is not None
    reached = len(entry.contacts) - entry.waiting
    named = f"{notice.brand} {notice.products[0].text if notice.products else ''}".strip()
    more = f" +{len(notice.products) - 1}" if len(notice.products) > 1 else ""
    return (
        sign_cell("pass" if closed and not entry.waiting else "stop" if not closed else "check"),
        "closed" if closed else "active",
        notice.id,
        f"{named}{more}",
        str(len(entry.lots)),
        f"{entry.waiting} of {entry.waiting + reached}" if entry.contacts else "nobody",
    )
