"""The stock manager's board by key: what needs somebody, what ends when, what to use next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.desk import people, stock
from kiosk.desk.office import Desk
from kiosk.desk.people import Role
from kiosk.desk.stock import planning
from kiosk.screens.app import KioskApp
from tests.desk.clinic import CARBON, PIN, TODAY, WATER, Clinic, found
from tests.screens import recall_story, shelf_story
from tests.screens.conftest import Chair


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return shelf_story.busy_morning(tmp_path, monkeypatch)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A clinic with no stock at all."""
    from kiosk.storage.migrate import create

    url = f"sqlite:///{tmp_path / 'kiosk.db'}"
    create(url)
    return found(url)


def squeezed(chair: Chair) -> str:
    return " ".join(chair.text().split())


async def lines(chair: Chair) -> None:
    await chair.until(lambda: chair.app.screen._board is not None, "the board")
    await chair.pilot.pause()


async def test_the_board_says_what_needs_somebody_what_ends_and_what_to_use(desk, tmp_path):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        text = squeezed(chair)
        assert "11 bottles · 7 lots" in text
        assert "✕ 1 past their date: dispose or return" in text
        assert "… 2 in quarantine, oldest 12 days" in text
        assert "1 opened too long within 5 days" in text
        # 37.4 = 10 - 2.6 + 10 of lot 24-117, 10 of 25-031, 10 of 24-090; three bottles of water.
        assert "Pigment on hand 37.4 ml" in text
        assert "Sterile diluent 300.0 ml" in text
        order = [text.index(name) for name in ("B-0002", "B-0011", "B-0004", "B-0005")]
        assert order == sorted(order)
        assert "Nov ▇ 1" in text
        # What stands behind the marked line, without a key.
        assert "lot 22-209, 10.0 ml, until 16 Oct 2026" in text


async def test_ac_s12_opened_first_then_by_date(clinic, tmp_path):
    clinic.add(CARBON)
    b1 = clinic.deliver(lot_no="1", label=date(2026, 6, 30))
    b3 = clinic.deliver(lot_no="3", label=date(2026, 9, 30))
    b2 = clinic.deliver(lot_no="2", label=date(2026, 5, 31))
    stock.open_bottle(clinic.desk, clinic.owner, b1)
    async with shelf_story.at(clinic.desk, "board", size=(120, 40), folder=tmp_path) as chair:
        await lines(chair)
        assert [item.bottle.id for item in chair.app.screen._next] == [b1, b2, b3]


async def test_ac_s14_what_will_expire_unused_is_said_with_booked_sessions_counted(
    clinic, tmp_path
):
    clinic.add(CARBON, WATER)
    # Eight weeks pass, 9.6 ml are used: 1.2 ml a week.
    today = TODAY + timedelta(days=56)
    pigment = clinic.deliver(label=today + timedelta(days=40), ml=39.6)
    water = clinic.deliver("WATER", lot_no="W-31", ml=1000)
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    clinic.clock.forward(days=50)
    stock.dispense(clinic.desk, clinic.owner, pigment, 9350, "", "training")
    visit = clinic.visit()
    clinic.confirm(clinic.order(visit, pigment, water, ratio=20))
    clinic.clock.forward(days=6)
    async with shelf_story.at(clinic.desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        assert "will expire before they are used" in chair.text()
        line = next(line for line in chair.app.screen._board.lines if line.name == "leftover")
        at = [entry.name for entry in chair.app.screen._board.lines].index("leftover")
        await chair.press(*["down"] * at)
        await chair.pilot.pause()
        # 30 ml less 1.2 ml / week × 40 days = 23.1 ml.
        assert "≈23 ml will expire" in line.items[0].sentence
        assert "≈23 ml will expire" in squeezed(chair)
    # 48 sessions of 0.25 ml are more than the average foresees: 29.5 ml less 12 ml.
    days = [today + timedelta(days=day) for day in range(1, 25)]
    for initials in ("AA", "BB"):
        again = clinic.visit(initials)
        clinic.confirm(clinic.order(again, pigment, water, ratio=20))
        client = f"C-000{2 if initials == 'AA' else 3}"
        planning.plan_sessions(clinic.desk, clinic.owner, client, days)
    async with shelf_story.at(clinic.desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        line = next(line for line in chair.app.screen._board.lines if line.name == "leftover")
        assert "≈18 ml will expire" in line.items[0].sentence


async def test_without_anything_to_do_it_says_so(clinic, tmp_path):
    async with shelf_story.at(clinic.desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        assert "✓ Nothing needs you today." in chair.text()
        assert not chair.app.screen.bar.cell("work").available
        await chair.press("enter")
        await chair.pilot.pause(0.1)
        assert chair.screen == "board"


async def test_an_untrusted_clock_is_said_instead_of_dates(desk, tmp_path):
    early = replace(desk, clock=lambda: shelf_story.NOW - timedelta(days=3))
    async with shelf_story.at(early, "board", folder=tmp_path) as chair:
        await lines(chair)
        text = squeezed(chair)
        assert "Dates cannot be trusted" in text
        assert "Dates not trusted." in text
        assert "past their date" not in text
        assert "Nothing needs you" not in text
        assert "on hand" not in text
        assert "B-0002" not in text


async def test_work_is_done_line_by_line_with_the_screen_that_fits(desk, tmp_path):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        names = [line.name for line in chair.app.screen._board.lines]
        await chair.press(*["down"] * names.index("quarantine"))
        await chair.press("enter")
        await chair.on("work-list")
        await chair.until(lambda: chair.app.screen.marked, "the things")
        assert "SS-219" in chair.text()
        assert "25-044" in chair.text()
        assert chair.app.screen.bar.cell("act").label == "Inspect"
        await chair.press("down")
        await chair.press("f2")
        await chair.on("lot")
        await chair.until(lambda: "25-044" in chair.text(), "the lot")
        await chair.press("f6")
        await chair.on("work-list")
        await chair.until(lambda: chair.app.screen.marked, "the things")
        await chair.press("f6")
        await chair.on("board")


@pytest.mark.parametrize(
    ("line", "label"),
    [("expired", "Dispose"), ("count", "Count"), ("leftover", "Lot page")],
)
async def test_each_line_has_its_own_next_step(desk, tmp_path, line, label):
    async with shelf_story.at(desk, "work-list", folder=tmp_path, line=line) as chair:
        await chair.until(lambda: chair.app.screen.marked, "the things")
        await chair.pilot.pause()
        assert chair.app.screen.bar.cell("act").label == label


async def test_a_line_that_is_done_says_so(desk, tmp_path):
    async with shelf_story.at(desk, "work-list", folder=tmp_path, line="recalled") as chair:
        await chair.until(lambda: "Nothing is left of this line" in chair.text(), "the end")
        assert not chair.app.screen.bar.cell("act").available


async def test_an_open_mix_is_closed_and_a_missing_reason_refused(tmp_path):
    story = recall_story.tell(tmp_path)
    mix = recall_story.open_cup(story)
    async with shelf_story.at(story.desk, "work-list", folder=tmp_path, line="mixes") as chair:
        await chair.until(lambda: chair.app.screen.marked, "the mix")
        await chair.press("enter")
        await chair.on("cup")
        assert mix in chair.text()
        await chair.press("f3")
        await chair.until(lambda: "reason: is empty" in chair.text(), "the refusal")
        await chair.type("spilt")
        await chair.press("f3")
        await chair.on("work-list")
        await chair.until(lambda: "Nothing is left of this line" in chair.text(), "the end")


async def test_typing_on_the_board_searches_the_whole_stock(desk, tmp_path):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        await chair.type("24-0")
        await chair.on("lots")
        await chair.until(lambda: chair.app.screen._page.total == 1, "the bottle")
        assert "B-0011" in chair.text()


async def test_the_stock_manager_begins_at_the_board(desk):
    people.add_operator(desk, shelf_story.OWNER, "S-02", Role.STOCK_MANAGER, PIN)
    app = KioskApp(open_desk=lambda: desk)
    async with app.run_test(size=(80, 24)) as pilot:
        chair = Chair(app, pilot)
        await chair.on("sign-in")
        app.screen.query_one("#operator").value = "S-02"
        app.screen.query_one("#pin").value = PIN
        app.screen.query_one("#pin").focus()
        await chair.press("enter")
        await chair.on("board")
        await lines(chair)
        assert chair.text().startswith(" S-02 │ 11 bottles · 7 lots")


async def test_a_damaged_database_is_a_sentence_on_the_board(desk, tmp_path):
    shelf_story.damage(tmp_path)
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await chair.until(lambda: shelf_story.DAMAGED in chair.text(), "the sentence")
        await chair.press("f6")
        await chair.on("day")


async def test_calendar_drills_from_a_month_to_a_lot_and_back(desk, tmp_path):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        await chair.press("tab", "enter")
        await chair.on("calendar")
        await chair.until(lambda: "November 2026" in chair.text(), "the months")
        await chair.press("down")
        ends = "December 2026: 1 lot, 1 bottle, 10.0 ml"
        await chair.until(lambda: ends in chair.text(), "the month")
        assert "24-090" in chair.text()
        await chair.press("enter")
        await chair.press("enter")
        await chair.on("lot")
        await chair.until(lambda: "24-090" in chair.text(), "the lot")
        await chair.press("f6")
        await chair.on("calendar")


async def test_calendar_without_trusted_clock_shows_no_month(desk, tmp_path):
    early = replace(desk, clock=lambda: shelf_story.NOW - timedelta(days=3))
    async with shelf_story.at(early, "calendar", folder=tmp_path) as chair:
        await chair.until(lambda: "Dates cannot be trusted" in chair.text(), "the stop")
        assert "2026 ▇" not in chair.text()


@pytest.mark.parametrize(
    ("key", "screen"), [("f1", "receive"), ("f3", "lots"), ("f4", "count"), ("f5", "recalls")]
)
async def test_every_door_of_the_board_leads_somewhere(desk, tmp_path, key, screen):
    async with shelf_story.at(desk, "board", folder=tmp_path) as chair:
        await lines(chair)
        await chair.press(key)
        await chair.on(screen)
