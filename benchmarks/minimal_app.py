"""The least a Textual app with a form can be: the kiosk is held against it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Input, Label


class MinimalApp(App[None]):
    """A label, an input with the focus, a footer."""

    def compose(self) -> ComposeResult:
        yield Label("What is your name?")
        yield Input()
        yield Footer()


if __name__ == "__main__":
    MinimalApp().run()
