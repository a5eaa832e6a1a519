"""The first start: a clinic, its first operator, and the database they live in."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from kiosk.desk.founding import machine_zone
from kiosk.screens.shell import KioskScreen


class SetUp(KioskScreen):
    """Asks for what cannot be guessed; everything else has a default."""

    NAME = "set-up"
    PLACE = "Set-up"
    QUESTION = "This kiosk has no database yet. Whose clinic is it?"

    def compose_task(self) -> ComposeResult:
        """Four fields."""
        with Horizontal(classes="row"):
            with Vertical(classes="form"):
                yield Label("Clinic")
                yield Input(id="clinic", max_length=80)
                yield Label("Time zone")
                yield Input(id="zone", value=machine_zone(), max_length=64)
                yield Label("Your operator id (you will be the owner)")
                yield Input(id="operator", value="P-01", max_length=32)
                yield Label("Your PIN")
                yield Input(id="pin", password=True, max_length=12)
            yield Static(self.kiosk.hint, classes="side")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "pin":
            self.do_found()
        else:
            self.focus_next()

    @work(exclusive=True)
    async def do_found(self) -> None:
        """Create the database; then the day can begin."""
        fields = {
            name: self.query_one(f"#{name}", Input).value
            for name in ("clinic", "zone", "operator", "pin")
        }
        found = self.kiosk.found
        assert found is not None
        self.say("[$wait]…[/] creating the database")
        made = await self.ask(
            found,
            name=fields["clinic"],
            timezone=fields["zone"].strip(),
            operator=fields["operator"].strip(),
            pin=fields["pin"],
        )
        if made is None:
            return
        desk, operator = made
        self.kiosk.use_desk(desk)
        self.state.operator = operator
        self.kiosk.start_line()
        self.kiosk.go("day")

    def do_leave(self) -> None:
        """Quit; nothing was made."""
        self.app.exit()
