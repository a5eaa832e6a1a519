"""The list of every bottle by key: searched, filtered, sorted, paged, and filters that are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.desk import stock
from kiosk.desk.office import Desk
from kiosk.desk.stock import table
from kiosk.desk.stock.filters import Filter, Order, Show, save_filter, saved_filters
from kiosk.inventory.model import Identifier, Kind
from kiosk.inventory.scanning import bottle_payload, decode
from tests.screens import shelf_story
from tests.screens.conftest import Chair


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return shelf_story.quiet_morning(tmp_path, monkeypatch)


async def total(chair: Chair, count: int) -> None:
    await chair.until(lambda: chair.app.screen._page.total == count, f"{count} bottles")
    await chair.pilot.pause()


def shown(chair: Chair) -> list[str]:
    return [item.bottle.id for item in chair.app.screen._page.rows]


async def test_typing_finds_and_enter_opens_the_one_bottles_lot(desk, tmp_path):
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 11)
        assert "11 bottles" in chair.text()
        await chair.type("W-31")
        await total(chair, 3)
        await chair.press("f3")
        await chair.type("b-0007")
        await total(chair, 1)
        assert "✓ B-0007 may be used until" in chair.text()
        await chair.press("enter")
        await chair.on("lot")
        await chair.until(lambda: "Lot 25-031" in chair.text(), "the lot")


async def test_ac_s06_a_bottle_is_found_by_each_of_its_numbers(desk, tmp_path):
    delivery = stock.Delivery(
        "SMP-CARBON",
        "SS199",
        (shelf_story.NOW + timedelta(days=500)).date(),
        "Meridian Supplies",
        10_000,
        1,
        identifiers=(Identifier("BATCH", "RX44Q22Y77W122O72RD68G87IMX40"),),
    )
    lot = stock.receive(desk, shelf_story.OWNER, delivery)
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 12)
        for number in ("RX44Q22Y77W122O72RD68G87IMX40", "SS199", "ss 199"):
            await chair.press("f3")
            chair.app.screen.query_one("#search").value = number
            await total(chair, 1)
            assert chair.app.screen.marked.bottle.lot.id == lot.id
            assert "SS199" in chair.text()


async def test_a_scanned_label_shows_its_lot_from_the_board(desk, tmp_path):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        scan = decode(bottle_payload("B-0011"), today=desk.today())
        chair.app.screen.on_scan(scan)
        await chair.on("lot")
        await chair.until(lambda: "Lot 24-090" in chair.text(), "the lot")
        assert chair.app.state.shelf.bottle == "B-0011"


async def test_a_label_of_nothing_here_says_so(desk, tmp_path):
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 11)
        chair.app.screen.on_scan(decode(bottle_payload("B-9999"), today=desk.today()))
        said = "B-9999 is on no bottle of this clinic."
        await chair.until(lambda: said in chair.text(), "the sentence")
        assert chair.screen == "lots"


async def test_a_makers_code_with_a_lot_number_lists_that_lot(desk, tmp_path):
    async with shelf_story.at(desk, "calendar", folder=tmp_path) as chair:
        chair.app.screen.on_scan(decode("]C101095212345432131024-117", today=desk.today()))
        await chair.on("lots")
        await total(chair, 2)
        assert shown(chair) == ["B-0002", "B-0003"]


async def test_nothing_found_says_so_and_opens_nothing(desk, tmp_path):
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await chair.type("zzz")
        await chair.until(lambda: "No bottle is like that" in chair.text(), "the sentence")
        assert not chair.app.screen.bar.cell("open").available
        await chair.press("enter")
        await chair.pilot.pause(0.2)
        assert chair.screen == "lots"


async def test_choices_filter_and_sort_by_key(desk, tmp_path):
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 11)
        await chair.press("f2", "right", "right")
        await total(chair, 1)
        assert shown(chair) == ["B-0002"]
        await chair.press("left", "left")
        await total(chair, 11)
        await chair.press("f2", "right", "right")
        await total(chair, 3)
        assert set(shown(chair)) == {"B-0004", "B-0005", "B-0006"}
        await chair.press("right")
        await total(chair, 11)
        await chair.press("f2", "right")
        # 30 days became 90, and who chooses days wants what ends within them.
        await total(chair, 1)
        assert shown(chair) == ["B-0011"]
        assert chair.app.screen._wanted.show is Show.EXPIRING
        await chair.press("f2", "right")
        await chair.until(lambda: chair.app.screen._wanted.descending, "the other way round")


async def test_what_may_not_be_used_says_why_in_the_list(desk, tmp_path):
    wanted = Filter(show=Show.EXPIRED)
    async with shelf_story.at(desk, "lots", folder=tmp_path, wanted=wanted) as chair:
        await total(chair, 1)
        text = " ".join(chair.text().split())
        assert "✕ B-0001" in text
        assert "expired" in text
        assert "The label's date passed on 16 Oct 2026." in text
        assert "What lifts it: Nothing." in text


async def test_pages_turn_at_their_ends_and_never_hold_more_than_fifty(desk, tmp_path):
    delivery = stock.Delivery(
        "SMP-CARBON", "77", (shelf_story.NOW + timedelta(days=900)).date(), "M", 5_000, 120
    )
    stock.receive(desk, shelf_story.OWNER, delivery)
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 131)
        assert "1–50 of 131 bottles" in chair.text()
        listed = chair.app.screen.query_one("#stock")
        await chair.press("down")
        listed.move_cursor(row=49)
        await chair.press("down")
        await chair.until(lambda: "51–100 of 131" in chair.text(), "the next page")
        assert listed.row_count == 50
        marked = chair.app.screen.marked.bottle.id
        await chair.press("enter")
        await chair.on("lot")
        await chair.press("f6")
        await chair.on("lots")
        # Back is where one was.
        await chair.until(lambda: "51–100 of 131" in chair.text(), "the same page")
        assert chair.app.screen.marked.bottle.id == marked
        await chair.press("up")
        await chair.until(lambda: "1–50 of 131" in chair.text(), "the page before")


async def test_a_filter_is_kept_applied_and_forgotten(desk, tmp_path):
    wanted = Filter(kind=Kind.PIGMENT, show=Show.OPENED, order=Order.PRODUCT)
    file = tmp_path / "preferences.json"
    async with shelf_story.at(desk, "lots", folder=tmp_path, wanted=wanted) as chair:
        await total(chair, 1)
        await chair.press("f4")
        await chair.on("saved-filters")
        await chair.until(lambda: "None is kept yet" in chair.text(), "the empty list")
        assert not chair.app.screen.bar.cell("apply").available
        await chair.press("f2")
        await chair.until(lambda: "name: is empty" in chair.text(), "the refusal")
        await chair.type("mine")
        await chair.press("f2")
        await chair.until(lambda: saved_filters(file) == {"mine": wanted}, "the file")
        save_filter(file, "water", Filter(kind=Kind.DILUENT))
        await chair.press("f6")
        await chair.on("lots")
        await chair.press("f4")
        await chair.on("saved-filters")
        await chair.until(lambda: len(chair.app.screen._kept) == 2, "both")
        chair.app.screen.query_one("#kept").focus()
        await chair.press("down")
        await chair.press("enter")
        await chair.on("lots")
        await total(chair, 3)
        await chair.press("f4")
        await chair.on("saved-filters")
        await chair.until(lambda: len(chair.app.screen._kept) == 2, "both")
        await chair.press("f3")
        await chair.until(lambda: list(saved_filters(file)) == ["water"], "the other")


async def test_a_spoilt_file_of_filters_is_a_sentence(desk, tmp_path):
    (tmp_path / "preferences.json").write_text("[1")
    async with shelf_story.at(desk, "saved-filters", folder=tmp_path) as chair:
        await chair.until(lambda: "cannot be understood" in chair.text(), "the sentence")
        assert "nothing else is lost" in " ".join(chair.text().split())


async def test_a_failing_list_is_a_sentence_and_back_still_leads_out(desk, tmp_path):
    async with shelf_story.at(desk, "lots", folder=tmp_path) as chair:
        await total(chair, 11)
        shelf_story.damage(tmp_path)
        await chair.type("x")
        await chair.until(lambda: shelf_story.DAMAGED in chair.text(), "the failure")
        assert chair.screen == "lots"
        await chair.press("f6")
        await chair.on("board")


def test_the_page_is_the_desks_own(desk):
    assert table.stock_table(desk, Filter(), limit=3).total == 11
