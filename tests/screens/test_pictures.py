"""Every screen at 80x24 and 120x40, in colour and monochrome, as it was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calibration.gate import GateState
from calibration.sampling import HAIR, SKIN, Sample, Site, form_tone, take_sample
from drivers.cr30 import CAPABILITIES, CONDITION
from drivers.readings import Identity, RawReading, Spectrum
from drivers.simulators.targets import load
from kiosk.clients.sites import HAIR_SITES, SKIN_SITES
from kiosk.demo import clinic
from kiosk.desk import calibrating, recommending, tones, visits
from kiosk.desk.mixing import MixPart, MixRecord
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator, Role
from kiosk.screens.app import KioskApp
from kiosk.screens.page import help_page
from kiosk.screens.routes import build
from kiosk.screens.state import Sitting
from tests.screens.snapshots import ScreenPicture, right_textual

pytestmark = pytest.mark.skipif(not right_textual(), reason="pictures are of another Textual")

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
UNIT = Identity("CR30", "CM000T0001", "V11.3.")
OWNER = Operator("P-01", Role.OWNER)
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(ScreenPicture)


def sample(target: str, shift: float) -> Sample:
    """A reading of a shipped surface, a little brighter or darker, at a fixed moment."""
    values = tuple(value * (1.0 + shift) for value in load(target).reflectance)
    spectrum = Spectrum(400, 10, values)
    return take_sample(RawReading(UNIT, CONDITION, spectrum, NOW, 1, b"\xbb"))


def site(place, protocol, target: str, shifts: tuple[float, ...]) -> Site:
    return Site(place.name, protocol, tuple(sample(target, shift) for shift in shifts))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The demo clinic as it stands on a fixed morning."""
    monkeypatch.setattr(clinic, "utc_now", lambda: NOW)
    return replace(clinic.demo_desk(tmp_path), clock=lambda: NOW)


@pytest.fixture
def app(desk: Desk) -> KioskApp:
    """The app with everything in its state that a whole path would leave there."""
    calibrating.record_step(desk, OWNER, UNIT, "black")
    calibrating.record_step(desk, OWNER, UNIT, "white")
    calibrating.record_card(desk, OWNER, UNIT, [(94.0, -0.5, 2.0)] * 3)
    client = visits.find_clients(desk, "JM")[0]
    visit = visits.open_visit(desk, OWNER, client.id)
    skin = {p.key: site(p, SKIN, "skin-medium", (0.0, 0.01, -0.008)) for p in SKIN_SITES}
    hair = {p.key: site(p, HAIR, "hair-black", (0.0, 0.02, -0.02, 0.01, 0.0)) for p in HAIR_SITES}
    sitting = Sitting(client, visit, sites={**skin, **hair})
    for surface, sites in (("skin", skin), ("hair", hair)):
        tone = form_tone(list(sites.values()))
        sitting.tones[surface] = tones.accept_tone(desk, OWNER, visit.id, tone)
    connected = NOW - timedelta(minutes=50)
    sitting.advice = recommending.advise(
        desk, OWNER, visit.id, identity=UNIT, connected_at=connected
    )
    sitting.ratio = sitting.advice.recommendation.advised_ratio
    sitting.pigment, sitting.diluent = "B-0002", "B-0004"
    made = KioskApp(open_desk=lambda: desk, hint="operator P-01, PIN 2468")
    state = made.state
    state.sitting = sitting
    state.operator = OWNER
    state.unit.identity, state.unit.capabilities = UNIT, CAPABILITIES
    state.unit.connected_at = connected
    state.unit.gate = GateState(True, "calibrated", timedelta(minutes=42))
    made.refresh_gate = lambda: None  # the gate of the picture, not of the frozen clock
    return made


async def show(app: KioskApp, pilot, name: str) -> str:
    """Go to a screen as its path would have left things, and take its picture."""
    await app.ready.wait()
    sitting = app.state.sitting
    if name == "reading":
        done, first = SKIN_SITES[0], SKIN_SITES[1]
        sitting.sites = {
            done.key: sitting.sites[done.key],
            first.key: site(first, SKIN, "skin-medium", (0.0, 0.01, -0.2)),
        }
        name = "skin"
    elif name == "no-recipe":
        blond = replace(sitting.tones["hair"], lab=(66.0, 4.0, 20.0))
        from kiosk.matching.constants import default_constants
        from kiosk.matching.recommend import recommend

        result = recommend(sitting.tones["skin"].lab, blond.lab, default_constants())
        sitting.advice = replace(sitting.advice, hair=blond, recommendation=result)
        sitting.ratio = None
        name = "recipe"
    elif name == "confirm":
        await show(app, pilot, "mix")
        await pilot.press("f1")
        await pilot.pause(0.4)
        return app.export_screenshot()
    elif name == "done":
        parts = (
            MixPart("B-0002", "L-0002", "24-117", "SMP-CARBON", "pigment", 500),
            MixPart("B-0004", "L-0003", "W-31", "WATER-STERILE", "diluent", 8220),
        )
        sitting.mix = MixRecord(
            "M-0123456789ab", "C-0001", 40, 120, 4800, parts, "P-01", NOW, "7f3a" * 16, 34
        )
    elif name == "blocked":
        await show(app, pilot, "bottles")
        await pilot.press(*["down"] * 5)
        await pilot.pause(0.2)
        return app.export_screenshot()
    elif name == "help":
        await show(app, pilot, "recipe")
        app.push_screen(help_page(app.screen))
        await pilot.pause(0.3)
        return app.export_screenshot()
    if name == "day":
        app.state.sitting = None
    if name == "healed":
        app.state.healing = sitting.client
    app.switch_screen(build(name))
    await pilot.pause(0.4)
    return app.export_screenshot()


NAMES = (
    "day",
    "client",
    "healed",
    "skin",
    "reading",
    "hair",
    "review",
    "recipe",
    "no-recipe",
    "bottles",
    "blocked",
    "mix",
    "confirm",
    "done",
    "help",
)


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
async def test_picture(app_maker, snapshot, name: str, size: str, look: str) -> None:
    app = app_maker(look)
    async with app.run_test(size=SIZES[size]) as pilot:
        picture = await show(app, pilot, name)
    assert picture == snapshot(name=f"{name}-{size}-{look}")


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
async def test_picture_of_sign_in(app_maker, snapshot, size: str, look: str) -> None:
    app = app_maker(look)
    app.state.operator = app.state.sitting = None
    async with app.run_test(size=SIZES[size]) as pilot:
        await app.ready.wait()
        for _ in range(200):
            if not app.state.preparing:
                break
            await pilot.pause(0.05)
        await pilot.pause(0.3)
        picture = app.export_screenshot()
    assert picture == snapshot(name=f"sign-in-{size}-{look}")


@pytest.fixture
def app_maker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """The app in colour, or as NO_COLOR shows it."""

    def make(look: str) -> KioskApp:
        if look == "mono":
            monkeypatch.setenv("NO_COLOR", "1")
        else:
            monkeypatch.delenv("NO_COLOR", raising=False)
        app: KioskApp = request.getfixturevalue("app")
        return app

    return make
