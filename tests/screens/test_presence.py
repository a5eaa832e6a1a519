"""Whoever types or touches is there: the kiosk must not lock itself under their hands."""

from __future__ import annotations

import time

from textual.events import MouseDown
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.screens.app import KioskApp


async def test_typing_into_a_field_counts() -> None:
    app = KioskApp(open_desk=None)
    async with app.run_test() as pilot:
        asked = time.monotonic()
        await pilot.press("a")
        assert app.screen.query_one("#task Input", Input).value == "a"
        assert app.idle_s <= time.monotonic() - asked


async def test_touching_a_cell_of_the_bar_counts() -> None:
    app = KioskApp(open_desk=None)
    async with app.run_test() as pilot:
        asked = time.monotonic()
        await touch(pilot, 2, 23)
        assert app.idle_s <= time.monotonic() - asked


async def touch(pilot: Pilot[None], x: int, y: int) -> None:
    """As the terminal reports it; the pilot's own click goes past the app."""
    pilot.app.post_message(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))
    await pilot.pause()
