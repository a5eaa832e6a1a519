"""How a mix ended that nobody has closed: used, thrown away, or an incident."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.desk.stock.leaving import close_mix
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.widgets.field import Field


class Cup(LookingScreen):
    """One mix, a reason, and three endings."""

    NAME = "cup"
    PLACE = "Board"
    QUESTION = "How did this mix end?"

    def compose_task(self) -> ComposeResult:
        """Which mix, and why."""
        yield Static(f"Mix [$strong b]{self.state.shelf.mix}[/]\n", id="about")
        yield Field(id="reason", placeholder="what happened; an incident needs it", max_length=200)
        yield Static(
            "\n[$faint]What is left in the cup is waste either way. Used is refused where a lot in "
            "it was recalled or put aside since it was mixed.[/]"
        )

    def do_used(self) -> None:
        """It was used."""
        self._close("used")

    def do_discarded(self) -> None:
        """It was thrown away."""
        self._close("discarded")

    def do_incident(self) -> None:
        """Something went wrong."""
        self._close("incident")

    @work(exclusive=True)
    async def _close(self, how: str) -> None:
        desk, operator = self.state.desk, self.state.operator
        assert desk is not None
        assert operator is not None
        reason = self.query_one("#reason", Field).value

        def close() -> bool:
            close_mix(desk, operator, self.state.shelf.mix, how, reason)
            return True

        if await self.ask(close):
            self.do_back()

    def do_back(self) -> None:
        """To the chair where it was just mixed, or to the other mixes."""
        sitting = self.state.sitting
        mix = sitting.mix if sitting is not None else None
        mine = mix is not None and mix.mix == self.state.shelf.mix
        self.kiosk.go("done" if mine else "work-list")
