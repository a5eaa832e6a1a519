"""The signature: what will be recorded, who signs, and the PIN."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.markup import escape
from textual.widgets import Input, Label, Static

from kiosk.desk import mixing
from kiosk.desk.mixing import PreparedMix
from kiosk.desk.stock.at_the_chair import stops_in_hand
from kiosk.screens.failures import stop_card
from kiosk.screens.tasks.recall_watch import WatchingScreen
from kiosk.stops import Severity, Stop


class Confirm(WatchingScreen):
    """Whoever types their PIN is the signer; the signed-in operator only started the session."""

    NAME = "confirm"
    PLACE = "Confirm"
    QUESTION = "Is this what is in the cup?"
    AUTO_FOCUS = "#pin"

    def compose_task(self) -> ComposeResult:
        """Summary on the left, signature on the right."""
        yield Static("", id="summary")
        with Horizontal(classes="row"):
            with Vertical(classes="form"):
                yield Label("Reason (needed for ▲ above)", id="reason-label")
                yield Input(id="reason", max_length=200)
                yield Label("Signer")
                yield Input(id="signer", max_length=32)
                yield Label("PIN")
                yield Input(id="pin", password=True, max_length=12)
            yield Static(
                "Your PIN is your signature. Afterwards the record can be corrected by a new "
                "event, never changed.",
                classes="side",
            )

    def begin(self) -> None:
        """Load the summary."""
        sitting, operator = self.state.sitting, self.state.operator
        if sitting is None or sitting.order is None or operator is None:
            self.kiosk.go("day")
            return
        self.query_one("#signer", Input).value = operator.id
        self._show_reason(False)
        self._prepare()
        in_hand = [sitting.order.pigment, sitting.order.diluent]
        self.watch_for_recalls(lambda desk: stops_in_hand(desk, in_hand))

    def recalled(self, stops: tuple[Stop, ...]) -> None:
        """Nobody signs for a recalled lot."""
        self.bar.allow("confirm", not stops)

    def _show_reason(self, needed: bool) -> None:
        self.query_one("#reason").display = needed
        self.query_one("#reason-label").display = needed
        if needed:
            self.query_one("#reason", Input).focus()

    @work(exclusive=True, group="prepare")
    async def _prepare(self) -> None:
        sitting, desk = self.state.sitting, self.state.desk
        assert sitting is not None
        assert desk is not None
        assert sitting.order is not None
        prepared = await self.ask(mixing.prepare_mix, desk, sitting.order)
        if prepared is not None:
            self._draw(prepared)

    def _draw(self, prepared: PreparedMix) -> None:
        sitting = self.state.sitting
        assert sitting is not None
        plan = prepared.plan
        lines = [
            f"[$strong b]1:{prepared.order.ratio}[/]  for [$strong b]{sitting.client.id} "
            f"{sitting.client.initials}[/], {plan.total_ul / 1000:.2f} ml",
            f"{plan.drawn_pigment_ul / 1000:.2f} ml from {prepared.pigment.id} "
            f"(lot {escape(prepared.pigment.lot.lot_no)}), "
            f"{plan.drawn_diluent_ul / 1000:.2f} ml from {prepared.diluent.id} "
            f"(lot {escape(prepared.diluent.lot.lot_no)})",
        ]
        policies = [s for s in prepared.stops if s.severity is Severity.POLICY]
        lines += [stop_card(stop) for stop in policies]
        self.query_one("#summary", Static).update("\n".join(lines))
        self._show_reason(bool(policies))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "pin":
            self.run_action_id("confirm")
        else:
            self.focus_next()

    @work(exclusive=True, group="confirm")
    async def do_confirm(self) -> None:
        """Record the mix, once."""
        sitting, desk = self.state.sitting, self.state.desk
        assert sitting is not None
        assert desk is not None
        assert sitting.order is not None
        pin = self.query_one("#pin", Input)
        if not pin.value:
            self.say("[$check]▲[/] Type your PIN to sign.")
            pin.focus()
            return
        order = replace(sitting.order, reason=self.query_one("#reason", Input).value)
        signer = self.query_one("#signer", Input).value.strip()
        self.state.saved = False
        self.bar.allow("confirm", False)
        self.say("[$wait]…[/] recording")
        mix = await self.ask(mixing.confirm_mix, desk, order, signer, pin.value)
        self.state.saved = True
        self.bar.allow("confirm", True)
        pin.value = ""
        if mix is not None:
            sitting.mix = mix
            sitting.order = None
            self.kiosk.go("done")

    def do_back(self) -> None:
        """To the mix."""
        self.kiosk.go("mix")
