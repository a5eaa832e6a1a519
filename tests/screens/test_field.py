"""Typing into a field: the screen around it stays as it is, and a long text stays in view."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Label

from kiosk.screens.widgets.field import Field


class Form(App[None]):
    CSS = "Field { width: 20; }"

    def compose(self) -> ComposeResult:
        yield Label("Operator")
        yield Field()
        yield Label("below")


async def test_a_key_arranges_nothing_anew() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await pilot.pause()  # the first layout is still on its way
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app, layouts.append)
        await pilot.press("a", "b", "backspace", "c")
        assert app.query_one(Field).value == "ac"
        assert layouts == []


async def test_a_text_longer_than_the_field_scrolls_with_the_cursor() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await pilot.press(*"0123456789abcdefghijklmnopqrst")
        await pilot.pause()
        field = app.query_one(Field)
        shown = "".join(segment.text for segment in field.render_line(0))
        assert shown.rstrip().endswith("opqrst")
        await pilot.press("home")
        await pilot.pause()
        shown = "".join(segment.text for segment in field.render_line(0))
        assert shown.strip().startswith("0123")
