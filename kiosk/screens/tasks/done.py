"""Recorded: the mix, the cup's label, and the ledger head that proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Digits, Static

from kiosk.desk import visits
from kiosk.desk.stock.at_the_chair import Cup, find_cup
from kiosk.screens.tasks.recall_watch import WatchingScreen
from kiosk.stops import Stop

if TYPE_CHECKING:
    from kiosk.desk.office import Desk

_OPEN = "[$faint]The cup stands open until F4 says how it ended.[/]"


class Done(WatchingScreen):
    """Nothing to decide here; the next client is one key away."""

    NAME = "done"
    PLACE = "Done"
    QUESTION = "Recorded."

    def compose_task(self) -> ComposeResult:
        """Ratio, label, head."""
        yield Digits("", id="big")
        yield Static("", id="label")
        yield Static("", id="head")
        yield Static(_OPEN, id="cup")

    def begin(self) -> None:
        """Draw the record."""
        sitting = self.state.sitting
        if sitting is None or sitting.mix is None:
            self.kiosk.go("day")
            return
        mix = sitting.mix
        desk = self.state.desk
        assert desk is not None
        self.query_one("#big", Digits).update(f"1:{mix.ratio}")
        when = mix.at.astimezone(desk.zone)
        parts = "\n".join(
            f"{part.role:<8} {part.qty_ul / 1000:6.2f} ml   {part.bottle}   "
            f"lot {escape(part.lot_no)}"
            for part in mix.parts
        )
        self.query_one("#label", Static).update(
            f"[$faint]Write on the cup[/]\n"
            f"[$strong b]{mix.client} {sitting.client.initials}   {when:%d %b %Y %H:%M}   "
            f"1:{mix.ratio}   {(mix.pigment_ul + mix.diluent_ul) / 1000:.2f} ml[/]\n"
            f"One client, today. Discard what is left after the session.\n\n{parts}\n"
        )
        self.query_one("#head", Static).update(
            f"[$pass]✓[/] {mix.mix} signed by {mix.signer}, event {mix.events} of the ledger\n"
            f"[$faint]head[/] {mix.head[:32]}\n     {mix.head[32:]}"
        )
        self._cup: Cup | None = None
        self.watch_for_recalls(self._look_at_cup)

    def _look_at_cup(self, desk: Desk) -> tuple[Stop, ...]:
        """Runs in a thread."""
        sitting = self.state.sitting
        if sitting is None or sitting.mix is None:
            return ()
        self._cup = found = find_cup(desk, sitting.mix.mix)
        return found.stops if found is not None else ()

    def looked(self) -> None:
        """Say whether the cup was closed meanwhile."""
        if self._cup is None:
            return
        ended = self._cup.closed
        self.bar.allow("cup", not ended)
        told = f"[$pass]✓[/] The cup was closed: {ended}." if ended else _OPEN
        self.query_one("#cup", Static).update(told)

    @work(exclusive=True)
    async def _close(self, target: str) -> None:
        sitting, desk, operator = self.state.sitting, self.state.desk, self.state.operator
        if sitting is not None and desk is not None and operator is not None:
            await self.ask(visits.close_visit, desk, operator, sitting.visit.id)
        self.state.sitting = None
        self.kiosk.go(target)

    def do_client(self) -> None:
        """Close the visit; next client."""
        self._close("client")

    def do_more(self) -> None:
        """Another mix for the same client."""
        sitting = self.state.sitting
        if sitting is not None:
            sitting.mix = None
        self.kiosk.go("bottles")

    def do_cup(self) -> None:
        """How the cup ended."""
        sitting = self.state.sitting
        if sitting is not None and sitting.mix is not None:
            self.state.shelf.mix = sitting.mix.mix
            self.kiosk.go("cup")

    def do_ledger(self) -> None:
        """The ledger."""
        self.kiosk.go("ledger")

    def do_day(self) -> None:
        """Close the visit; to the day's start."""
        self._close("day")
