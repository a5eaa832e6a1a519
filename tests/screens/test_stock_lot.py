"""The page of a lot by key: verdict, life, evidence, bottles, uses, history, the next step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.desk.office import Desk
from kiosk.desk.stock.lot_details import lot_history
from kiosk.screens.stock.lot_facts import life_of
from tests.screens import recall_story, shelf_story
from tests.screens.conftest import Chair


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return shelf_story.busy_morning(tmp_path, monkeypatch)


async def loaded(chair: Chair) -> str:
    await chair.until(lambda: chair.app.screen._page is not None, "the lot")
    await chair.pilot.pause()
    return " ".join(chair.text().split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_everything_about_a_lot_on_one_page(desk, tmp_path, size):
    async with shelf_story.at(desk, "lot", size=size, folder=tmp_path, lot="L-0002") as chair:
        text = await loaded(chair)
        assert "Lot 24-117 · Halden SMP Carbon Black" in text
        assert "2 bottles, 17.4 ml" in text
        assert "✓ in use ✓ SMP SUITABLE" in text
        assert "Declared for scalp use, carbon only: CI 77266" in text
        assert "received released opened card now" in text
        assert "22 Oct 26 22 Oct 26 1 Nov 26 20 Nov 26 20 Nov 26" in text
        assert "22 Jul 2027 on the label · opened 1 Nov 26 + 12 months ends later" in text
        assert "✓ label photo ✓ data sheet – certificate" in text
        assert "1.00 of reference, ✓ within 10 %" in text
        assert "20.0 ml = 2.6 used + 17.4 left ✓" in text
        assert "nobody yet" in text
        assert "LOT 24-117 · L-0002 · from Meridian Supplies" in text
        assert "✓ B-0002 ▕██████░░▏ 7.4 ml 22 Jul 27 opened 1 Nov 26" in text
        assert "✓ B-0003 ▕████████▏ 10.0 ml 22 Jul 27 sealed" in text


async def test_expiry_names_the_earlier_of_the_two_dates(desk, tmp_path):
    async with shelf_story.at(desk, "lot", folder=tmp_path, lot="L-0003") as chair:
        text = await loaded(chair)
        # Opened on 25 October with one month after opening.
        assert "23 Dec 2027 on the label · opened 25 Oct 26 + 1 month → 25 Nov 26" in text
        assert "card" not in text


async def test_a_stopped_lot_shows_its_card_and_every_bottle_at_80x24(desk, tmp_path):
    async with shelf_story.at(desk, "lot", folder=tmp_path, lot="L-0005") as chair:
        text = await loaded(chair)
        assert "… in quarantine ✕ BODY TATTOO" in text
        assert "✕ Ordinary tattoo ink: not documented for scalp use." in text
        assert "Rule INK-B06" in text
        assert "What lifts it: Nothing. If it was used, record a non-conformance." in text
        assert "✕ B-0008" in text


@pytest.mark.parametrize(
    ("lot", "label"),
    [("L-0006", "Inspect"), ("L-0004", "Open"), ("L-0002", "Handle"), ("L-0001", "Dispose")],
)
async def test_the_next_step_follows_from_where_the_lot_stands(desk, tmp_path, lot, label):
    async with shelf_story.at(desk, "lot", folder=tmp_path, lot=lot) as chair:
        await loaded(chair)
        cell = chair.app.screen.bar.cell("step")
        assert (cell.label, cell.available) == (label, True)


async def test_uses_name_clients_and_days(tmp_path):
    story = recall_story.tell(tmp_path)
    async with shelf_story.at(story.desk, "lot", folder=tmp_path, lot="L-0001") as chair:
        text = await loaded(chair)
        assert "2 clients in 3 uses" in text
        assert "3 uses" in text
        await chair.press("f3")
        await chair.on("lot-uses")
        await chair.until(lambda: "L-0001 reached 2 clients in 3 uses." in chair.text(), "uses")
        rows = [line for line in chair.text().splitlines() if "M-" in line]
        # The newest first: C-0001 came again nine days later.
        assert [row.split()[4] for row in rows] == ["C-0001", "C-0002", "C-0001"]
        assert rows[0].split()[1:4] == ["14", "Mar", "26"]
        assert "B-0001" in rows[0]
        assert "SMP SUITABLE" in rows[0]
        await chair.press("f1")
        await chair.on("lot-history")
        await chair.press("f6")
        await chair.on("lot")


async def test_a_lot_that_reached_nobody_says_so(desk, tmp_path):
    async with shelf_story.at(desk, "lot-uses", folder=tmp_path, lot="L-0006") as chair:
        await chair.until(lambda: "L-0006 reached nobody yet." in chair.text(), "the sentence")


async def test_history_holds_the_lots_and_its_bottles_events_newest_first(desk, tmp_path):
    async with shelf_story.at(desk, "lot-history", folder=tmp_path, lot="L-0002") as chair:
        await chair.until(lambda: chair.app.screen._pages, "the events")
        await chair.pilot.pause()
        text = chair.text()
        order = [
            text.index(said)
            for said in ("card of lot L-0002", "dispense -2.60 ml", "opened on", "released", "rece")
        ]
        assert order == sorted(order)
        assert "B-0004" not in text


async def test_history_reads_older_events_where_the_list_ends(desk, tmp_path, monkeypatch):
    from kiosk.screens.stock import lot_history as screen

    monkeypatch.setattr(screen, "PAGE", 3)
    async with shelf_story.at(desk, "lot-history", folder=tmp_path, lot="L-0002") as chair:
        await chair.until(lambda: chair.app.screen._pages, "the events")
        await chair.pilot.pause()
        await chair.press("down", "down", "down")
        await chair.until(lambda: len(chair.app.screen._pages) == 2, "the next page")
        assert "dispense" in chair.text()
        await chair.press("up")
        await chair.until(lambda: "card of lot L-0002" in chair.text(), "the page before")


async def test_an_unknown_lot_is_a_sentence_with_nothing_to_press(desk, tmp_path):
    async with shelf_story.at(desk, "lot", folder=tmp_path, lot="L-9999") as chair:
        await chair.until(lambda: "there is no 'L-9999'" in chair.text(), "the sentence")
        for action in ("step", "papers", "uses", "history"):
            assert not chair.app.screen.bar.cell(action).available
        await chair.press("f6")
        await chair.on("board")


def test_life_is_in_order_of_days_and_ends_today(desk):
    from kiosk.desk.stock.lot_page import lot_page

    stations = life_of(lot_page(desk, "L-0002"), date(2026, 11, 20))
    assert [s.name for s in stations] == ["received", "released", "opened", "card", "now"]


def test_history_of_a_lot_goes_back_page_by_page(desk):
    whole = lot_history(desk, "L-0002", limit=50)
    first = lot_history(desk, "L-0002", limit=4)
    rest = lot_history(desk, "L-0002", limit=50, before_seq=first[-1].seq)
    assert [line.seq for line in [*first, *rest]] == [line.seq for line in whole]
    assert len(whole) == 7


@pytest.mark.parametrize(
    ("lot", "key", "screen"),
    [("L-0006", "f1", "inspect"), ("L-0002", "f1", "handle"), ("L-0002", "f2", "papers")],
)
async def test_every_door_of_a_lot_leads_somewhere(desk, tmp_path, lot, key, screen):
    async with shelf_story.at(desk, "lot", folder=tmp_path, lot=lot) as chair:
        await loaded(chair)
        await chair.press(key)
        await chair.on(screen)
        assert chair.app.state.shelf.lot == lot
