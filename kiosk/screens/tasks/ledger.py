"""What was recorded, newest first, and whether it is whole."""

from __future__ import annotations

import time

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import DataTable, Static

from kiosk.desk import journal
from kiosk.screens.shell import KioskScreen


class Ledger(KioskScreen):
    """A look around; verification recomputes everything from the events."""

    NAME = "ledger"
    PLACE = "Ledger"
    QUESTION = "What was recorded?"

    def compose_task(self) -> ComposeResult:
        """Verdict and table."""
        yield Static("", id="verdict")
        table: DataTable[Text] = DataTable(id="events", cursor_type="row")
        yield table

    def begin(self) -> None:
        """Load the newest events and verify them all."""
        table = self.query_one(DataTable)
        for label, width in (("event", 6), ("when", 14), ("who", 6), ("what", 200)):
            table.add_column(label, width=width)
        self._load()
        self.do_verify()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        lines = await self.ask(journal.latest, desk)
        table = self.query_one(DataTable)
        table.clear()
        for line in lines or []:
            cells = (str(line.seq), f"{line.at:%d %b %H:%M}", line.actor, line.text)
            # As Text, or brackets in a lot number would be taken for markup.
            table.add_row(*map(Text, cells))

    @work(exclusive=True, group="verify")
    async def do_verify(self) -> None:
        """Recompute every hash and every table."""
        desk = self.state.desk
        if desk is None:
            return
        verdict = self.query_one("#verdict", Static)
        verdict.update("[$wait]…[/] verifying")
        started = time.perf_counter()
        found = await self.ask(journal.verify_ledger, desk)
        if found is None:
            verdict.update("[$check]▲[/] could not be verified")
            return
        took = time.perf_counter() - started
        if found.ok:
            head = found.head or ""
            verdict.update(
                f"[$pass]✓[/] {found.events} events verified in {took:.1f} s   "
                f"[$faint]head[/] {head[:8]}…{head[-8:]}"
            )
        else:
            verdict.update(f"[$stop b]✕[/] [$strong b]{escape(found.reason or '')}[/]")

    def do_back(self) -> None:
        """To where one came from: the record just made, or the day."""
        sitting = self.state.sitting
        self.kiosk.go("done" if sitting is not None and sitting.mix is not None else "day")
