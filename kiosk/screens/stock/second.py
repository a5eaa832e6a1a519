"""The second signature, typed on the screen itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.desk.stock import signing
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.form_line import FormLine

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator
    from kiosk.desk.stock.signing import Witness
    from kiosk.screens.shell import KioskScreen


class SecondSignature(Vertical):
    """Two lines, shown where a second person has to sign."""

    def __init__(self) -> None:
        super().__init__(classes="form-part hidden")
        self.asked = False

    def compose(self) -> ComposeResult:
        """Who, and their PIN."""
        yield FormLine("Second", id="second", hint="alone: you again")
        yield FormLine("Their PIN", id="pin", hint="lots come free", password=True, max_length=12)

    def ask(self, needed: bool) -> None:
        """Show the lines, or hide them."""
        self.asked = needed
        self.set_class(not needed, "hidden")

    async def given(self, screen: KioskScreen, desk: Desk, operator: Operator) -> Witness | None:
        """The signature, None where it is not asked for or was refused; the screen says why."""
        if not self.asked:
            return None
        pin = self.query_one("#pin", Field)
        second = self.query_one("#second", Field).value.strip()
        if not second or not pin.value:
            screen.say("[$check]▲[/] This sets lots free. A second person signs with their PIN.")
            self.query_one("#pin" if second else "#second", Field).focus()
            return None
        typed, pin.value = pin.value, ""
        return await screen.ask(signing.witness, desk, operator, second, typed)
