"""Tiles, probes, balances: what falls due when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import assets
from kiosk.desk.stock.assets import Asset
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import Sign, short_day, sign_cell
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable

#: A certificate takes weeks to get.
SOON_DAYS = 30


class Assets(RecordScreen):
    """What falls due first stands first; one day field serves a service and a new thing."""

    NAME = "assets"
    PLACE = "Products"
    QUESTION = "What has to be serviced?"

    def compose_task(self) -> ComposeResult:
        """List, and the lines to type into."""
        yield ListTable(
            (("", 1), ("id", 12), ("kind", 12), ("serial", None), ("due", 10), ("state", 14)),
            id="assets",
        )
        yield Static("", id="about")
        with Vertical(classes="form-part below"):
            yield FormLine("Good until", id="due", hint="2027-06-30, or empty", max_length=10)
            yield FormLine("Note", id="note", hint="what was done; why retired")
            yield FormLine("New: id", id="id", hint="to add one", max_length=64)
            yield FormLine("Kind", id="kind", hint="tile, probe, balance …", max_length=32)
            yield FormLine("Serial", id="serial", hint="as printed")

    def begin(self) -> None:
        """Load the list."""
        self._rows: tuple[Asset, ...] = ()
        for action in ("service", "retire", "papers"):
            self.bar.allow(action, False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self, mark: str = "") -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(assets.list_assets, desk)
        if found is None:
            return
        today = desk.today()
        self._rows = found
        at = next((i for i, row in enumerate(found) if row.id == mark), 0)
        self.query_one("#assets", ListTable).show((_row(a, today) for a in found), cursor=at)
        self._describe()

    @property
    def marked(self) -> Asset | None:
        """The thing under the cursor."""
        row = self.query_one("#assets", ListTable).marked
        return self._rows[row] if row is not None and row < len(self._rows) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.marked
        for action in ("service", "papers"):
            self.bar.allow(action, row is not None)
        self.bar.allow("retire", row is not None and row.state == "IN SERVICE")
        said = escape(row.note) if row else "No thing is on the list. F2 adds one."
        self.write("about", said or "[$faint]no note[/]")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id in {"note", "serial"}:
            self.run_action_id("service" if event.input.id == "note" else "new")
        else:
            self.focus_next()

    def _day(self) -> tuple[bool, date | None]:
        """Whether the day can be read, and the day."""
        text = self.typed("due")
        self.line("due").complain()
        if not text:
            return True, None
        try:
            return True, date.fromisoformat(text)
        except ValueError:
            self.line("due").complain("is no date")
            self.say("[$check]▲[/] Write the day as 2027-06-30.")
            self.query_one("#due").focus()
            return False, None

    @work(exclusive=True, group="change")
    async def do_service(self) -> None:
        """Record a service of the marked thing."""
        who, row = self.signed_in, self.marked
        readable, due = self._day()
        if who is None or row is None or not readable:
            return
        await self._done(assets.service_asset, row.id, due, self.typed("note"), mark=row.id)

    @work(exclusive=True, group="change")
    async def do_retire(self) -> None:
        """Take the marked thing out of service."""
        row = self.marked
        if row is not None:
            await self._done(assets.retire_asset, row.id, self.typed("note"), mark=row.id)

    @work(exclusive=True, group="change")
    async def do_new(self) -> None:
        """Put a thing on the list."""
        readable, due = self._day()
        if not readable:
            return
        names = ("id", "kind", "serial", "note")
        new, kind, serial, note = (self.typed(name) for name in names)
        asset = Asset(new, kind, serial, due, "IN SERVICE", note)
        await self._done(assets.add_asset, asset, mark=new)

    async def _done(self, act: Callable[..., None], *said: object, mark: str) -> None:
        who = self.signed_in
        if who is None:
            return
        self.say()
        if await self.ask(_acted, act, *who, *said):
            self.clear("due", "note", "id", "kind", "serial")
            self._load(mark)

    def do_papers(self) -> None:
        """The marked thing's papers."""
        if (row := self.marked) is not None:
            self.state.shelf.subject = row.id
            self.kiosk.go("papers")

    def do_back(self) -> None:
        """To the catalogue."""
        self.kiosk.go("products")


def _acted(act: Callable[..., None], *said: object) -> bool:
    act(*said)
    return True


def _row(asset: Asset, today: date) -> tuple[str | Text, ...]:
    sign: Sign = "pass"
    if asset.state != "IN SERVICE":
        sign = "wait"
    elif asset.overdue(today):
        sign = "stop"
    elif asset.due_on is not None and (asset.due_on - today).days <= SOON_DAYS:
        sign = "check"
    return (
        sign_cell(sign),
        asset.id,
        asset.kind,
        asset.serial or "–",
        short_day(asset.due_on) if asset.due_on else "never",
        "overdue" if sign == "stop" else asset.state.lower(),
    )
