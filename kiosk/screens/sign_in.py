"""Sign in with operator and PIN; the first frame a person sees. Imports nothing heavy."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from kiosk.screens.routes import home
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.field import Field


class SignIn(KioskScreen):
    """Operator and PIN. What is still loading is said beside the form."""

    NAME = "sign-in"
    PLACE = "Sign in"
    QUESTION = "Who is at the chair?"

    def compose_task(self) -> ComposeResult:
        """The form, and what the program is waiting for."""
        with Horizontal(classes="row"):
            with Vertical(classes="form"):
                yield Label("Operator")
                yield Field(id="operator", placeholder="P-01", max_length=32)
                yield Label("PIN")
                yield Field(id="pin", password=True, placeholder="4 to 12 digits", max_length=12)
                yield Static("", id="waiting")
            yield Static(self.kiosk.hint, classes="side")

    def begin(self) -> None:
        """Say what is still loading."""
        self.refresh_state()

    def refresh_state(self) -> None:
        """Show progress, or why there is none."""
        state = self.state
        text = f"[$wait]…[/] {state.preparing}" if state.preparing else ""
        self.query_one("#waiting", Static).update(text)
        if failure := state.extra.get("failure"):
            self.say(failure)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "operator":
            self.query_one("#pin", Input).focus()
        else:
            self.do_sign_in()

    @work(exclusive=True)
    async def do_sign_in(self) -> None:
        """Check the PIN; wait for the database if it is not open yet."""
        await self._sign_in()

    async def _sign_in(self) -> None:
        operator = self.query_one("#operator", Input).value.strip()
        pin = self.query_one("#pin", Input).value
        if not operator or not pin:
            self.say("[$check]▲[/] Type your operator id and your PIN.")
            self.query_one("#operator" if not operator else "#pin", Input).focus()
            return
        if self.state.extra.get("failure"):
            return
        self.say("[$wait]…[/] checking")
        await self.kiosk.ready.wait()
        from kiosk.desk import people

        desk = self.state.desk
        assert desk is not None
        found = await self.ask(people.sign_in, desk, operator, pin)
        self.query_one("#pin", Input).value = ""
        if found is None:
            self.query_one("#pin", Input).focus()
            return
        self.say()
        self.welcome(found)

    def welcome(self, operator: object) -> None:
        """Where a fresh session begins."""
        from kiosk.desk.people import Operator

        assert isinstance(operator, Operator)
        self.state.operator = operator
        self.kiosk.go(home(operator.role))

    def do_leave(self) -> None:
        """Quit."""
        self.app.exit()


class Locked(SignIn):
    """The same form over work in progress; it replaces the whole screen and shows no client."""

    PLACE = "Locked"
    QUESTION = "Locked. Who goes on?"

    def begin(self) -> None:
        """Offer the operator who was signed in."""
        super().begin()
        if self.state.operator is not None:
            self.query_one("#operator", Input).value = self.state.operator.id
            self.query_one("#pin", Input).focus()

    def show_status(self) -> None:
        """Line 1 without the client."""
        sitting, self.state.sitting = self.state.sitting, None
        try:
            super().show_status()
        finally:
            self.state.sitting = sitting

    def welcome(self, operator: object) -> None:
        """Back to the work, under whoever signed in now."""
        from kiosk.desk.people import Operator

        assert isinstance(operator, Operator)
        self.state.operator = operator
        self.app.pop_screen()

    def do_leave(self) -> None:
        """Sign out for good instead of quitting."""
        self.app.pop_screen()
        self.kiosk.sign_out()
