"""Receiving, inspecting, handling, counting and the scanner, as they were looked at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input

from kiosk.desk.stock.claiming import book_in_bottle
from kiosk.desk.stock.inspecting import choose_profile
from kiosk.desk.stock.scans import remember_article
from kiosk.inventory.scanning import TEST_CODE
from tests.desk.clinic import Clinic
from tests.screens.snapshots import ScreenPicture, right_textual
from tests.screens.stockroom import GTIN, Hand, code, stocked, working

pytestmark = pytest.mark.skipif(not right_textual(), reason="pictures are of another Textual")

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
FILE = (
    "product;lot_no;label_expiry;supplier;invoice;bottle_ml;bottles;seal\n"
    "SMP-CARBON;A-1;2027-06-30;Meridian;R-9;10;4;intact\n"
    "SMP-CARBON;A-2;05/06/2027;Meridian;R-9;10;2;intact\n"
    "WATER;W-9;2028-01;Meridian;R-9;100;2;intact\n"
)


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(ScreenPicture)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Three lots in use, one in quarantine, one past its date."""
    made = stocked(tmp_path)
    made.deliver(lot_no="24-117", ml=10, bottles=2)
    made.deliver("WATER", lot_no="W-31", ml=100)
    made.deliver(lot_no="22-209", label=date(2026, 3, 1), release=False)
    made.deliver(lot_no="25-044", release=False)
    for name in ("B-0001", "B-0002", "B-0003"):
        book_in_bottle(made.desk, made.owner, name, "Room 1")
    remember_article(made.desk, made.owner, "SMP-CARBON", GTIN)
    return made


async def receive(hand: Hand, _folder: Path) -> None:
    hand.app.screen.line("supplier").value = "Meridian"
    hand.app.screen.line("invoice").value = "R-9"
    await hand.scan(code("A-77"))
    await hand.until(lambda: hand.app.focused.id == "seal", "the seal")


async def receive_choice(hand: Hand, _folder: Path) -> None:
    await hand.scan(code("A-77", gtin="09506000134352"))
    await hand.sees("Which product is it?")


async def receive_booked(hand: Hand, folder: Path) -> None:
    await receive(hand, folder)
    await hand.press("i", "enter")
    await hand.sees("booked in")


async def import_delivery(hand: Hand, folder: Path) -> None:
    (folder / "d.csv").write_text(FILE)
    hand.app.screen.line("file").value = str(folder / "d.csv")
    await hand.press("enter")
    await hand.sees("1 row cannot be booked")
    hand.app.screen.line("file").value = "delivery.csv"


async def inspect(hand: Hand, _folder: Path) -> None:
    await hand.sees("nothing forbids a release")


async def inspect_signed(hand: Hand, folder: Path) -> None:
    await inspect(hand, folder)
    await hand.press("f1")
    await hand.sees("You received it yourself")


async def inspect_refused(hand: Hand, _folder: Path) -> None:
    choose_profile(hand.app.state.desk, hand.app.state.operator, "EU")
    await hand.go("inspect")
    await hand.sees("forbid a release")
    await hand.press("f1")
    await hand.sees("Not released")


async def handle(hand: Hand, _folder: Path) -> None:
    await hand.sees("Open it")


async def handle_blocked(hand: Hand, _folder: Path) -> None:
    hand.app.state.shelf.lot, hand.app.state.shelf.bottle = "L-0003", "B-0004"
    await hand.go("handle")
    await hand.sees("Dispose of all that is in it")


async def count(hand: Hand, _folder: Path) -> None:
    await hand.sees("1 Room 1")


async def count_why(hand: Hand, folder: Path) -> None:
    await count(hand, folder)
    await hand.enter("Room 1", "10", "8")
    await hand.sees("Why does bottle B-0002 differ?")


async def scanner(hand: Hand, _folder: Path) -> None:
    await hand.scan(f"]d2{TEST_CODE}")
    await hand.sees("F1 keeps this")


SCENES = {
    "receive": ("receive", receive),
    "receive-choice": ("receive", receive_choice),
    "receive-booked": ("receive", receive_booked),
    "import-delivery": ("import-delivery", import_delivery),
    "inspect": ("inspect", inspect),
    "inspect-signed": ("inspect", inspect_signed),
    "inspect-refused": ("inspect", inspect_refused),
    "handle": ("handle", handle),
    "handle-blocked": ("handle", handle_blocked),
    "count": ("count", count),
    "count-why": ("count", count_why),
    "scanner": ("scanner", scanner),
}
CHOSEN = {"inspect": ("L-0004", ""), "handle": ("L-0001", "B-0001")}


@pytest.mark.parametrize("look", ["colour", "mono"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCENES)
async def test_picture(clinic, tmp_path, monkeypatch, snapshot, name: str, size: str, look: str):
    if look == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    screen, scene = SCENES[name]
    lot, bottle = CHOSEN.get(screen, ("", ""))
    async with working(clinic, tmp_path, screen, size=SIZES[size], lot=lot, bottle=bottle) as hand:
        await scene(hand, tmp_path)
        for field in hand.app.screen.query(Input):
            field.cursor_blink = False
        await hand.pilot.pause(0.4)
        picture = hand.app.export_screenshot()
    assert picture == snapshot(name=f"{name}-{size}-{look}")
