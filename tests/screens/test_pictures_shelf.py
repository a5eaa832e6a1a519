"""The screens that look at stock at 80x24 and 120x40, in colour and monochrome."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from kiosk.desk.stock.filters import Filter, Show, save_filter
from kiosk.inventory.model import Kind
from tests.screens import recall_story, shelf_story
from tests.screens.snapshots import ScreenPicture, right_textual

pytestmark = pytest.mark.skipif(not right_textual(), reason="pictures are of another Textual")

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
#: The picture's name, its screen, and what other screens would have left on the shelf.
SCREENS = {
    "board": ("board", {}),
    "board-clock": ("board", {}),
    "work-list": ("work-list", {"line": "quarantine"}),
    "lots": ("lots", {}),
    "lots-none": ("lots", {"wanted": Filter(text="zzz", show=Show.EXPIRED)}),
    "saved-filters": ("saved-filters", {"wanted": Filter(text="24-")}),
    "lot": ("lot", {"lot": "L-0002"}),
    "lot-stopped": ("lot", {"lot": "L-0005"}),
    "lot-uses": ("lot-uses", {"lot": "L-0001"}),
    "lot-history": ("lot-history", {"lot": "L-0002"}),
    "calendar": ("calendar", {}),
    "cup": ("cup", {"mix": "M-0123456789ab"}),
}


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(ScreenPicture)


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
async def test_picture(
    snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: str, look: str
) -> None:
    if look == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    if name == "lot-uses":
        desk = recall_story.tell(tmp_path).desk
    else:
        desk = shelf_story.busy_morning(tmp_path, monkeypatch)
    if name == "board-clock":
        desk = replace(desk, clock=lambda: shelf_story.NOW - timedelta(days=3))
    file = tmp_path / "preferences.json"
    save_filter(file, "Monday", Filter(show=Show.EXPIRING, within_days=90))
    save_filter(file, "Opened pigment", Filter(show=Show.OPENED, kind=Kind.PIGMENT))
    screen, left = SCREENS[name]
    async with shelf_story.at(
        desk, screen, size=SIZES[size], folder=tmp_path, holds="11 bottles · 7 lots", **left
    ) as chair:
        for field in chair.app.screen.query(Input):
            field.cursor_blink = False
        await chair.pilot.pause(0.4)
        picture = chair.app.export_screenshot()
    assert picture == snapshot(name=f"{name}-{size}-{look}")
