"""A stock manager at the kiosk: the test clinic, its own clock, no instrument, a wedge scanner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.events import Key, Paste

from kiosk.desk.people import Operator
from kiosk.screens.app import KioskApp
from kiosk.storage.migrate import create
from tests.desk.clinic import CARBON, WATER, Clinic, found
from tests.screens.conftest import Chair

GTIN = "09521234543213"
GS = "\x1d"
_KEYS = {GS: "ctrl+right_square_bracket", "\x1b": "escape", "\t": "tab", "\x03": "ctrl+c"}


def stocked(folder: Path) -> Clinic:
    """A fresh clinic with two products and nothing on the shelf."""
    url = f"sqlite:///{folder / 'clinic.db'}"
    create(url)
    clinic = found(url)
    clinic.add(CARBON, WATER)
    return clinic


def code(lot: str = "A-77", until: str = "270630", gtin: str = GTIN, more: str = "") -> str:
    """What a scanner sends for a maker's DataMatrix."""
    return f"]d201{gtin}17{until}10{lot}{more}"


class Hand(Chair):
    """A chair with a scanner."""

    async def scan(self, text: str, end: str = "enter") -> None:
        """One burst, as fast as the event queue takes it, and the rest after it."""
        for character in text:
            self.app.post_message(Key(_KEYS.get(character, character), character))
        if end:
            self.app.post_message(Key(end, "\t" if end == "tab" else "\r"))
        await self.pilot.pause(0.25)

    async def paste(self, text: str) -> None:
        """Text from the clipboard."""
        self.app.post_message(Paste(text))
        await self.pilot.pause(0.1)

    async def enter(self, *texts: str) -> None:
        """Type each text and press Enter after it."""
        for text in texts:
            await self.type(text)
            await self.press("enter")

    async def go(self, name: str) -> None:
        """To a screen, as another one leads there."""
        self.app.go(name)
        await self.on(name)
        await self.pilot.pause(0.1)

    async def sees(self, text: str) -> None:
        """Wait until the screen says something, line breaks aside."""
        await self.until(lambda: text in " ".join(self.text().split()), text)

    def says(self, text: str) -> bool:
        """Whether the screen says something now."""
        return text in " ".join(self.text().split())

    def value(self, field: str) -> str:
        """What stands in a field."""
        return str(self.app.screen.query_one(f"#{field}").value)


@asynccontextmanager
async def working(
    clinic: Clinic,
    folder: Path,
    screen: str,
    *,
    size: tuple[int, int] = (80, 24),
    operator: Operator | None = None,
    lot: str = "",
    bottle: str = "",
) -> AsyncIterator[Hand]:
    """Somebody at a screen of the stock, with a scanner that is listened to."""
    app = KioskApp(open_desk=lambda: clinic.desk)
    app.preferences = folder / "preferences.json"
    app.state.operator = operator or clinic.owner
    app.state.shelf.lot, app.state.shelf.bottle = lot, bottle
    async with app.run_test(size=size) as pilot:
        hand = Hand(app, pilot)
        await app.ready.wait()
        await hand.until(lambda: not app.state.preparing, "everything to be loaded")
        await hand.go(screen)
        yield hand
