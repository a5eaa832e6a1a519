"""Screens by name. Names are strings so that the first frame imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.screens.shell import KioskScreen

ROUTES: dict[str, str] = {
    "set-up": "kiosk.screens.tasks.set_up:SetUp",
    "sign-in": "kiosk.screens.sign_in:SignIn",
    "day": "kiosk.screens.tasks.day:Day",
    "client": "kiosk.screens.tasks.client:ClientSearch",
    "healed": "kiosk.screens.tasks.healed:Healed",
    "skin": "kiosk.screens.tasks.reading:ReadSkin",
    "hair": "kiosk.screens.tasks.reading:ReadHair",
    "review": "kiosk.screens.tasks.review:Review",
    "recipe": "kiosk.screens.tasks.recipe:Recipe",
    "bottles": "kiosk.screens.tasks.bottles:Bottles",
    "mix": "kiosk.screens.tasks.mix:Mix",
    "confirm": "kiosk.screens.tasks.confirm:Confirm",
    "done": "kiosk.screens.tasks.done:Done",
    "stock": "kiosk.screens.tasks.stock:Stock",
    "ledger": "kiosk.screens.tasks.ledger:Ledger",
}


def build(name: str) -> KioskScreen:
    """A fresh screen by its name."""
    module, _, attribute = ROUTES[name].partition(":")
    screen: KioskScreen = getattr(import_module(module), attribute)()
    return screen


def preload() -> None:
    """Import every task screen, and the desk with them; for a worker thread."""
    for target in ROUTES.values():
        import_module(target.partition(":")[0])
