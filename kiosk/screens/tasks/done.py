"""Recorded: the mix, the cup's label, and the ledger head that proves it."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Digits, Static

from kiosk.desk import visits
from kiosk.screens.shell import KioskScreen


class Done(KioskScreen):
    """Nothing to decide here; the next client is one key away."""

    NAME = "done"
    PLACE = "Done"
    QUESTION = "Recorded."

    def compose_task(self) -> ComposeResult:
        """Ratio, label, head."""
        yield Digits("", id="big")
        yield Static("", id="label")
        yield Static("", id="head")

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

    def do_ledger(self) -> None:
        """The ledger."""
        self.kiosk.go("ledger")

    def do_day(self) -> None:
        """Close the visit; to the day's start."""
        self._close("day")
