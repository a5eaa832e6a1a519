"""Which clients a lot reached, and when: what a recall asks first."""

from __future__ import annotations

from datetime import date

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.desk.stock.lot_details import lot_uses
from kiosk.desk.stock.uses import Use
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import counted, short_day, sign_cell
from kiosk.screens.widgets.list_table import ListTable


class LotUses(LookingScreen):
    """One row a use, the newest first."""

    NAME = "lot-uses"
    PLACE = "Lots"
    QUESTION = "Whom did this lot reach?"

    def compose_task(self) -> ComposeResult:
        """Totals and the table."""
        yield Static("", id="about")
        yield ListTable(
            (("", 1), ("day", 9), ("client", 9), ("bottle", 9), ("volume", 8), ("known as", 13),
             ("mix", None)),
            id="uses",
        )  # fmt: skip

    def begin(self) -> None:
        """Load the uses."""
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk, lot = self.state.desk, self.state.shelf.lot
        if desk is None:
            return
        found = await self.ask(lot_uses, desk, lot)
        if found is None:
            return
        clients = len({use.client for use in found if use.client})
        said = f"{lot} reached {counted(clients, 'client')} in {counted(len(found), 'use')}."
        self.query_one("#about", Static).update(
            f"[$strong b]{said if found else f'{lot} reached nobody yet.'}[/]\n"
        )
        self.query_one(ListTable).show_all(found, lambda use: _row(use, use.day(desk.zone)))

    def do_history(self) -> None:
        """What was recorded."""
        self.kiosk.go("lot-history")

    def do_back(self) -> None:
        """To the lot."""
        self.kiosk.go("lot")


def _row(use: Use, day: date) -> tuple[str | Text, ...]:
    return (
        sign_cell("pass" if use.how == "mix" else "stop"),
        short_day(day),
        use.client or "–",
        use.bottle,
        f"{use.qty_ul / 1000:.2f} ml",
        use.known_as.replace("_", " ") or "–",
        use.mix or use.how,
    )
