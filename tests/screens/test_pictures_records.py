"""Recalls, products, suppliers and papers at 80x24 and 120x40, in colour and monochrome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.screens.routes import build
from tests.screens import recall_story as story
from tests.screens.conftest import Chair
from tests.screens.recall_story import shows
from tests.screens.snapshots import ScreenPicture, right_textual

pytestmark = pytest.mark.skipif(not right_textual(), reason="pictures are of another Textual")

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(ScreenPicture)


async def go(chair: Chair, name: str, *words: str) -> None:
    chair.app.switch_screen(build(name))
    await chair.on(name)
    await shows(chair, *words)


async def draw(chair: Chair, records, name: str, folder: Path) -> None:
    """Walk to what the picture shows."""
    shelf = chair.app.state.shelf
    if name.startswith("recall") and name not in {"recall-form", "recall-problems"}:
        story.open_cup(records)
        shelf.recall = story.recall(records)
    match name:
        case "recalls":
            await go(chair, "recalls", "3 of 3")
        case "recall":
            await go(chair, "recall", "Lots 1", "like it?")
        case "recall-mixes":
            await go(chair, "recall", "Lots 1")
            await chair.press("f1")
            await shows(chair, "B-0002")
            await chair.press("f1")
            await shows(chair, "still open")
        case "recall-clients":
            await go(chair, "recall", "Lots 1")
            await chair.press("f2")
            await shows(chair, "C-0002 AK")
            await chair.press("f1")
            await chair.until(lambda: chair.app.screen.marked is not None, "the list")
        case "recall-close":
            await go(chair, "recall-close", "Everything was done")
            await chair.press("right")
            await shows(chair, "Their PIN")
        case "recall-scope":
            await go(chair, "recall-form", "FDA-2026-07")
            await chair.press("f1")
            await shows(chair, "LOT: 24-117")
        case "recall-problems":
            await go(chair, "recall-form", "Who says")
            await chair.press("f1")
            await chair.pilot.pause()
            await chair.press("f1")
            await shows(chair, "is missing.")
        case "preview":
            story.open_cup(records)
            (folder / "n.json").write_text(json.dumps(story.by_dates()))
            await go(chair, "recall-form", "Who says")
            chair.app.screen.query_one("#file").value = str(folder / "n.json")
            await chair.press("f2")
            await shows(chair, "like it, not hit 1", "B-0001, B-0002")
        case "products":
            await go(chair, "products", "4 found", "Rule")
        case "product":
            shelf.product = "HALO-GREY"
            await go(chair, "product", "permanent make-up", "dioxide")
        case "product-reclass":
            shelf.product = "SMP-CARBON"
            await go(chair, "product", "SMP, carbon")
            chair.app.screen.query_one("#colourants").value = "CI 77266; CI 74160"
            chair.app.screen.query_one("#reason").value = "label of March"
            await shows(chair, "body tattoo")
            await chair.press("f1")
            await shows(chair, "F1 once more")
        case "suppliers":
            await go(chair, "suppliers", "MERIDIAN")
        case "assets":
            story.list_assets(records)
            await go(chair, "assets", "PROBE-2")
        case "papers":
            story.file_papers(records)
            shelf.lot = "L-0001"
            await go(chair, "papers", "whole", "sha-256")
        case "law":
            await go(chair, "law", "None is chosen")
    for field in chair.app.screen.query("Input"):
        # A picture is taken at no fixed moment of the blinking.
        field.cursor_blink = False
    await chair.pilot.pause(0.2)


NAMES = (
    "recalls", "recall", "recall-mixes", "recall-clients", "recall-close", "recall-scope",
    "recall-problems", "preview", "products", "product", "product-reclass", "suppliers", "assets",
    "papers", "law",
)  # fmt: skip


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
async def test_picture(records, snapshot, monkeypatch, tmp_path, name, size, look) -> None:
    if look == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    app = story.app_of(records)
    async with app.run_test(size=SIZES[size]) as pilot:
        await story.typing_by_hand(app)
        chair = Chair(app, pilot)
        await draw(chair, records, name, tmp_path)
        picture = app.export_screenshot()
    assert picture == snapshot(name=f"{name}-{size}-{look}")
