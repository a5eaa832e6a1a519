"""The instrument's screens at 80x24 and 120x40, in colour and monochrome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.cr30 import CAPABILITIES
from drivers.discovery import PortReport
from drivers.readings import Identity
from kiosk.demo import clinic
from kiosk.desk import calibrating, units
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator, Role
from kiosk.screens.app import KioskApp
from tests.screens.snapshots import ScreenPicture, right_textual

pytestmark = pytest.mark.skipif(not right_textual(), reason="pictures are of another Textual")

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
UNIT = Identity("CR30", "CM000T0001", "V11.3.")
OWNER = Operator("P-01", Role.OWNER)
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
PORTS = (
    PortReport("/dev/ttyUSB0", "1A86:7523", "cr30", "CM000T0001", "ready", ""),
    PortReport(
        "/dev/ttyUSB1",
        "0403:6001",
        None,
        None,
        "unconfirmed",
        "A serial cable that many devices use. If a colorimeter is on it, say so: F3.",
    ),
    PortReport("", "0971:2000", "spotread", None, "not-serial", "Use the spotread bridge."),
)


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(ScreenPicture)


def three_weeks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KioskApp:
    """Three weeks of mornings with one unit, slowly darker, on the last day suddenly so."""
    monkeypatch.setattr(clinic, "utc_now", lambda: NOW)
    monkeypatch.setattr(units, "look_for_units", lambda: PORTS)
    desk: Desk = clinic.demo_desk(tmp_path)
    for day in range(21):
        at = NOW - timedelta(days=20 - day)
        morning = replace(desk, clock=lambda at=at: at)
        calibrating.record_step(morning, OWNER, UNIT, "black")
        calibrating.record_step(morning, OWNER, UNIT, "white")
        wave = 0.03 * ((day * 7) % 5 - 2)
        lightness = 94.0 + wave - 0.006 * day - (0.35 if day == 20 else 0.0)
        calibrating.record_card(morning, OWNER, UNIT, [(lightness, -0.5 + wave / 3, 2.0)] * 3)
    desk = replace(desk, clock=lambda: NOW)
    made = KioskApp(open_desk=lambda: desk)
    made.state.operator = OWNER
    made.state.unit.identity, made.state.unit.capabilities = UNIT, CAPABILITIES
    made.refresh_gate = lambda: None
    made.instrument = ("cr30", "/dev/ttyUSB0")
    made.start_line = lambda: None
    return made


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["units", "drift", "history", "fit"])
async def test_picture(
    snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: str, look: str
) -> None:
    if look == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    app = three_weeks(tmp_path, monkeypatch)
    async with app.run_test(size=SIZES[size]) as pilot:
        await app.ready.wait()
        await pilot.pause(0.3)
        app.go("drift" if name == "history" else name)
        await pilot.pause(0.5)
        if name == "history":
            await pilot.press("f3")
            await pilot.pause(0.3)
        picture = app.export_screenshot()
    assert picture == snapshot(name=f"{name}-{size}-{look}")
