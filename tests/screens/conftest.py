"""A kiosk for tests: a real database, a real pty with a simulated unit, the real app."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

# Read once, when textual is imported: the terminal of the snapshots is a 24-bit one.
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
os.environ["TEXTUAL_ANIMATIONS"] = "none"

from textual.pilot import Pilot

from drivers.simulators.cr30 import Cr30Unit
from drivers.simulators.pty_host import PtyHost, running
from drivers.simulators.targets import load
from kiosk.demo.clinic import demo_desk
from kiosk.desk.office import Desk
from kiosk.screens.app import KioskApp
from kiosk.screens.routes import build
from tests.desk.clinic import Clinic

CARD = Path(__file__).parents[2] / "kiosk" / "demo" / "data" / "card.csv"


class Bedside:
    """The simulated unit of a test and what can be done to it."""

    def __init__(self, host: PtyHost, port: Path) -> None:
        self.host = host
        self.port = port
        self._surfaces = {"skin": "skin-medium", "hair": "hair-black", "card": str(CARD)}

    def place(self, surface: str) -> None:
        """Put the probe where a screen asks for it, as the demo's hand does."""
        if surface in self._surfaces:
            self.host.control(f"target {self._surfaces[surface]}")


@pytest.fixture
def bedside(tmp_path: Path) -> Iterator[Bedside]:
    """A simulated CR30 behind a pty, served by a thread of this process."""
    port = tmp_path / "cr30"
    unit = Cr30Unit(seed=7, target=load("skin-medium"), attended=True)
    with running(unit, port) as host:
        yield Bedside(host, port)


@pytest.fixture
def make_desk(tmp_path: Path) -> Callable[[], Desk]:
    """The demo clinic in a fresh file."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    return lambda: demo_desk(folder)


@pytest.fixture
def kiosk(bedside: Bedside, make_desk: Callable[[], Desk]) -> KioskApp:
    """The app on that unit and that clinic, not yet running."""
    return KioskApp(
        open_desk=make_desk,
        instrument=("cr30", str(bedside.port)),
        on_place=bedside.place,
        hint="operator P-01, PIN 2468",
    )


class Chair:
    """A person at the keyboard: presses keys and waits for what the screen does."""

    def __init__(self, app: KioskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> str:
        """The name of the screen that is up."""
        return getattr(self.app.screen, "NAME", "")

    async def until(self, met: Callable[[], object], what: str) -> None:
        """Wait for something to become true; fails naming it."""
        for _ in range(400):
            if met():
                return
            await self.pilot.pause(0.025)
        pytest.fail(f"waited 10 s for: {what} (on {self.screen}: {self.text()})")

    async def on(self, name: str) -> None:
        """Wait for a screen."""
        await self.until(
            lambda: self.screen == name and self.app.screen.is_mounted, f"screen {name}"
        )
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other; a second press of a function key is no echo."""
        self.app._last_action = ("", 0.0)
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a word."""
        await self.pilot.press(*text)

    def text(self) -> str:
        """What stands on the screen, as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    async def sign_in(self) -> None:
        """From the first screen to the day."""
        await self.type("P-01")
        await self.press("enter")
        await self.pilot.pause()
        await self.type("2468")
        await self.press("enter")
        await self.on("day")
        await self.until(lambda: self.app.state.unit.identity, "the unit")
        await self.pilot.pause()

    async def calibrate(self) -> None:
        """Black, white, card."""
        # Black, white and the card, which is placed once or three times.
        for _ in range(5):
            await self.press("f1")
            await self.until(lambda: not self.app.state.unit.busy, "the calibration step")
            await self.pilot.pause(0.15)
            gate = self.app.state.unit.gate
            if gate is not None and gate.ready:
                break
        await self.until(
            lambda: self.app.state.unit.gate and self.app.state.unit.gate.ready, "gate"
        )
        await self.pilot.pause()

    async def read_all(self) -> None:
        """Every site of the reading screen that is up."""
        for _ in range(40):
            if self.app.screen.bar.cell("on").available:
                return
            await self.press("f1")
            await self.until(lambda: not self.app.state.unit.busy, "a reading")
            await self.pilot.pause()
        pytest.fail("the sites were not finished")

    async def to_recipe(self) -> None:
        """From sign-in to the recipe."""
        await self.sign_in()
        await self.calibrate()
        await self.press("f2")
        await self.on("client")
        await self.type("JM")
        await self.until(lambda: len(self.app.screen._found) == 1, "the client")
        await self.press("enter")
        await self.on("skin")
        await self.read_all()
        await self.press("f5")
        await self.on("hair")
        await self.read_all()
        await self.press("f5")
        await self.on("review")
        await self.press("f1")
        await self.on("recipe")

    async def to_done(self) -> None:
        """From the recipe to the record."""
        await self.press("f1")
        await self.on("bottles")
        await self.until(lambda: self.app.screen.bar.cell("take").available, "two usable bottles")
        await self.press("f1")
        await self.on("mix")
        await self.until(lambda: self.app.screen.bar.cell("mixed").available, "the plan")
        await self.press("f1")
        await self.on("confirm")
        await self.pilot.pause(0.2)
        await self.type("2468")
        await self.press("enter")
        await self.on("done")


@pytest.fixture
def sit_down(
    kiosk: KioskApp,
) -> Callable[..., object]:
    """An async context that runs the app at a size and gives a person at the keyboard."""

    @asynccontextmanager
    async def sit(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Chair]:
        async with kiosk.run_test(size=size) as pilot:
            yield Chair(kiosk, pilot)

    return sit


@pytest.fixture(scope="session")
def _told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of that clinic, told once."""
    from tests.screens.recall_story import tell

    folder = tmp_path_factory.mktemp("told")
    tell(folder).desk.close()
    return folder / "kiosk.db"


@pytest.fixture
def records(tmp_path: Path, _told: Path) -> Iterator[Clinic]:
    """A clinic with lots, uses and suppliers, for the screens about records."""
    from tests.screens.recall_story import reopen

    shutil.copyfile(_told, tmp_path / "kiosk.db")
    clinic = reopen(tmp_path)
    yield clinic
    clinic.desk.close()


@pytest.fixture
def sit_at(records: Clinic) -> Callable[..., object]:
    """An async context: a person at one screen of a kiosk on that clinic, its owner signed in."""
    from tests.screens.recall_story import app_of, typing_by_hand

    @asynccontextmanager
    async def sit(
        name: str, size: tuple[int, int] = (80, 24), app: KioskApp | None = None
    ) -> AsyncIterator[Chair]:
        app = app or app_of(records)
        async with app.run_test(size=size) as pilot:
            await typing_by_hand(app)
            app.switch_screen(build(name))
            chair = Chair(app, pilot)
            await chair.on(name)
            yield chair

    return sit
