"""One line of a form: label, field, and beside it a hint or what is wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.markup import escape
from textual.widgets import Static

from kiosk.screens.widgets.field import Field


class FormLine(Horizontal):
    """A field of one line; the room beside it is there before anything is wrong.

    Args:
        label: what is asked; at most eleven letters.
        id: of the field itself.
        hint: stands beside the field until something is wrong.
        note: False where a screen says elsewhere what is wrong.
    """

    def __init__(
        self,
        label: str,
        *,
        id: str,  # noqa: A002 - Textual's own name for it
        hint: str = "",
        password: bool = False,
        max_length: int = 300,
        note: bool = True,
    ) -> None:
        super().__init__(classes="form-line")
        self._label = label
        self._hint = hint
        self._note = note
        self._problem = ""
        self.field = Field(id=id, password=password, max_length=max_length)

    def compose(self) -> ComposeResult:
        """Label, field, note."""
        yield Static(self._label, classes="form-label")
        yield self.field
        if self._note:
            yield Static(f"[$faint]{self._hint}[/]", classes="form-note")

    def on_descendant_focus(self) -> None:
        """The label says where one is, also where no colour is shown."""
        self.query(".form-label").add_class("here")

    def on_descendant_blur(self) -> None:
        """The label steps back."""
        self.query(".form-label").remove_class("here")

    @property
    def value(self) -> str:
        """What was typed."""
        return self.field.value

    @value.setter
    def value(self, text: str) -> None:
        self.field.value = text

    @property
    def problem(self) -> str:
        """What is wrong with it, empty where nothing is."""
        return self._problem

    def complain(self, problem: str = "") -> None:
        """Say what is wrong; without a problem the hint comes back."""
        self._problem = problem
        label, *note = self.query(Static)
        label.update(f"[$check]▲[/] {self._label}" if problem else self._label)
        for one in note:
            one.update(f"[$check]{escape(problem)}[/]" if problem else f"[$faint]{self._hint}[/]")

    def tell(self, note: str) -> None:
        """Say beside the field how it was understood, until something is wrong with it."""
        if self._note:
            self.query(Static).last().update(f"[$faint]{escape(note)}[/]")
