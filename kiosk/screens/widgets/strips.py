"""Lines 1 and 2 of every screen: who, whom, instrument, clock, kiosk, saved; and the path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.widgets import Static

from kiosk.screens.state import State

PATH = ("Client", "Skin", "Hair", "Review", "Recipe", "Bottles", "Mix", "Confirm", "Done")


def instrument_words(state: State, *, short: bool) -> str:
    """The instrument's state as a sign and a word."""
    unit = state.unit
    if unit.identity is None:
        if unit.error is not None:
            return "[$stop]✕[/] instrument lost" if not short else "[$stop]✕[/] no instrument"
        return "[$wait]…[/] looking for the unit"
    name = unit.identity.model.upper()
    if unit.gate is None or not unit.gate.ready:
        return f"{name} [$check]▲[/] calibrate"
    age = unit.gate.age
    if age is None:
        return f"{name} [$pass]✓[/]"
    minutes = int(age.total_seconds() // 60)
    told = f"{minutes // 60}:{minutes % 60:02d}"
    words = f"cal. {told}" if short else f"calibrated {told} ago"
    return f"{name} [$pass]✓[/] {words}"


class StatusStrip(Static):
    """Line 1. `show` is called when something in it changed, and once a second for the clock."""

    def __init__(self) -> None:
        super().__init__("", id="status", markup=True)

    def show(self, state: State, now: datetime, shelf: str = "") -> None:
        """Draw the strip for this state; `shelf` stands in place of client and instrument."""
        short = self.app.size.width < 100
        operator = state.operator
        if operator is None:
            who = "nobody signed in"
        else:
            who = operator.id if short else f"{operator.id} {operator.role.value}"
        sitting = state.sitting
        if sitting is None:
            whom = "no client" if not short else "–"
        else:
            whom = f"{sitting.client.id} {sitting.client.initials}"
        clock = f"{now:%a} {now.day} {now:%b} {now:%H:%M}"
        saved = "[$pass]✓[/] saved" if state.saved else "[$wait]…[/] saving"
        about = (shelf,) if shelf else (whom, instrument_words(state, short=short))
        parts = (who, *about, clock, state.kiosk, saved)
        self.update(" " + " [$faint]│[/] ".join(parts))


class PathLine(Static):
    """Line 2: where on the path this screen is."""

    def __init__(self, here: str, path: Sequence[str] = PATH) -> None:
        shown = []
        for step in path:
            shown.append(f"[$here b]{step}[/]" if step == here else f"[$faint]{step}[/]")
        text = " [$faint]›[/] ".join(shown) if here in path else f"[$here b]{here}[/]"
        super().__init__(" " + text, id="path", markup=True)
