"""Who is in the chair: search by id or initials, or register somebody new."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import DataTable, Input

from kiosk.desk import visits
from kiosk.screens.shell import KioskScreen
from kiosk.screens.state import Sitting


class ClientSearch(KioskScreen):
    """One field for both: what is typed searches, and F2 registers it as initials."""

    NAME = "client"
    PLACE = "Client"
    QUESTION = "Who is in the chair?"

    def compose_task(self) -> ComposeResult:
        """Search field and list."""
        yield Input(id="search", placeholder="id or initials, for example JM", max_length=16)
        table: DataTable[str] = DataTable(id="clients", cursor_type="row", zebra_stripes=False)
        yield table

    def begin(self) -> None:
        """Fill the list."""
        table = self.query_one(DataTable)
        table.add_column("client", width=10)
        table.add_column("initials", width=10)
        table.add_column("visits", width=8)
        table.add_column("last visit", width=20)
        self._found: list[visits.Client] = []
        self._found_for = ""
        self._search("")

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    @on(Input.Submitted, "#search")
    def _entered(self) -> None:
        self.do_open()

    @on(DataTable.RowSelected)
    def _selected(self) -> None:
        self.do_open()

    @work(exclusive=True, group="search")
    async def _search(self, text: str) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(visits.find_clients, desk, text)
        self._found, self._found_for = found or [], text
        table = self.query_one(DataTable)
        table.clear()
        for client in self._found:
            last = client.last_visit
            when = last.astimezone(desk.zone).strftime("%d %b %Y, %H:%M") if last else "–"
            table.add_row(client.id, client.initials, str(client.visits), when)
        self.bar.allow("open", bool(self._found))
        self.bar.allow("healed", bool(self._found))
        self.bar.allow("new", bool(text.strip()))
        if not self._found:
            self.say("[$wait]…[/] Nobody found. F2 registers what you typed as initials.")
        else:
            self.say()

    @property
    def _answered(self) -> bool:
        """Whether the list is the answer to what is typed: until then it shows somebody else."""
        return self._found_for == self.query_one("#search", Input).value

    @work(exclusive=True, group="open")
    async def do_open(self) -> None:
        """Open a visit for the marked client."""
        for _ in range(40):
            if self._answered:
                break
            await asyncio.sleep(0.05)
        if self._found and self._answered:
            row = max(self.query_one(DataTable).cursor_row, 0)
            await self._open(self._found[min(row, len(self._found) - 1)])

    def do_healed(self) -> None:
        """To the healed results of the marked client."""
        if self._found and self._answered:
            row = max(self.query_one(DataTable).cursor_row, 0)
            self.state.healing = self._found[min(row, len(self._found) - 1)]
            self.kiosk.go("healed")

    @work(exclusive=True, group="open")
    async def do_new(self) -> None:
        """Register the typed initials and open a visit."""
        desk, operator = self.state.desk, self.state.operator
        assert desk is not None
        assert operator is not None
        typed = self.query_one("#search", Input).value
        client = await self.ask(visits.register_client, desk, operator, typed)
        if client is not None:
            await self._open(client)

    async def _open(self, client: visits.Client) -> None:
        desk, operator = self.state.desk, self.state.operator
        assert desk is not None
        assert operator is not None
        visit = await self.ask(visits.open_visit, desk, operator, client.id)
        if visit is not None:
            self.state.sitting = Sitting(client, visit)
            self.kiosk.go("skin")
