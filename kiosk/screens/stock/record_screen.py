"""What the screens of recalls, products, suppliers, papers and assets have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.types import CSSPathType
from textual.widgets import Static

from kiosk.screens.stock.place import StockScreen
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.form_line import FormLine

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator


class RecordScreen(StockScreen):
    """A list with what is said about its marked row, and lines to type into."""

    CSS_PATH: ClassVar[CSSPathType | None] = Path(__file__).with_name("records.tcss")

    @property
    def signed_in(self) -> tuple[Desk, Operator] | None:
        """The desk and who works at it; None while nobody does."""
        desk, operator = self.state.desk, self.state.operator
        return (desk, operator) if desk is not None and operator is not None else None

    def line(self, name: str) -> FormLine:
        """The line of a field, by the field's id."""
        line = self.query_one(f"#{name}", Field).parent
        assert isinstance(line, FormLine)
        return line

    def typed(self, name: str) -> str:
        """What was typed into a field."""
        return self.query_one(f"#{name}", Field).value.strip()

    def clear(self, *names: str) -> None:
        """Empty some fields."""
        for name in names:
            self.line(name).value = ""

    def write(self, name: str, markup: str) -> None:
        """Show text in one of the screen's own places."""
        self.query_one(f"#{name}", Static).update(markup)

    def ask_for(self, question: str) -> None:
        """The question of this screen as it is now."""
        self.write("question", question)
