"""The demo clinic with more in its stock's life: what the board and the lot page have to show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo import clinic
from kiosk.desk import cards, stock
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import papers
from kiosk.screens.app import KioskApp
from kiosk.screens.routes import build
from tests.screens.conftest import Chair

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
OWNER = Operator("P-01", Role.OWNER)
#: A published worked example of a swatch card (blank, then r of 1:r and CIELAB).
BLANK = (94.312351, 0.0, 1.485949)
CARD = [
    (80.0, (78.63, 0.67, 0.36)),
    (40.0, (71.56, 1.27, 1.32)),
    (20.0, (64.49, 0.95, 0.55)),
    (10.0, (54.83, 1.29, 1.03)),
    (5.0, (45.21, 1.62, 1.34)),
]


def quiet_morning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The demo clinic as it stands on a fixed morning."""
    monkeypatch.setattr(clinic, "utc_now", lambda: NOW)
    return replace(clinic.demo_desk(folder), clock=lambda: NOW)


def busy_morning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same with a card and papers, and an opened bottle of water near its end."""
    desk = quiet_morning(folder, monkeypatch)
    cards.read_card(desk, OWNER, "L-0002", BLANK, CARD)
    for kind in ("label-photo", "sds"):
        papers.attach(desk, OWNER, "L-0002", papers.Paper(kind, f"{kind}.pdf", kind.encode()))
    stock.open_bottle(desk, OWNER, "B-0004", (NOW - timedelta(days=26)).date())
    return desk


#: What the desk says of a database file that is none.
DAMAGED = "not a database"


def damage(folder: Path) -> None:
    """Overwrite the demo clinic's file, as a failing stick does."""
    for file in folder.glob("demo.db*"):
        if file.is_file():
            file.write_bytes(b"\xff" * 65_536)


@asynccontextmanager
async def at(
    desk: Desk, screen: str, *, size: tuple[int, int] = (80, 24), folder: Path, **shelf: Any
) -> AsyncIterator[Chair]:
    """A person at one of the stock screens; `shelf` is what other screens would have left."""
    app = KioskApp(open_desk=lambda: desk)
    app.preferences = folder / "preferences.json"
    app.state.operator = OWNER
    for name, value in shelf.items():
        setattr(app.state.shelf, name, value)
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        app.switch_screen(build(screen))
        chair = Chair(app, pilot)
        await chair.on(screen)
        yield chair
