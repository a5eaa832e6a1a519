"""A blind count at the screen: typed, scanned, weighed, explained, signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.desk.stock.catalogue import amend_product
from kiosk.desk.stock.claiming import book_in_bottle
from kiosk.inventory.scanning import bottle_payload
from tests.desk.clinic import WATER, Clinic
from tests.desk.stock.parts import SECOND, bottle, manager
from tests.screens.stockroom import stocked, working


@pytest.fixture
def clinic(tmp_path) -> Clinic:
    made = stocked(tmp_path)
    for lot_no in ("24-117", "25-031"):
        made.deliver(lot_no=lot_no, ml=10)
    made.deliver("WATER", lot_no="W-31", ml=100)
    for name in ("B-0001", "B-0002", "B-0003"):
        book_in_bottle(made.desk, made.owner, name, "Room 1")
    return made


def kinds(clinic: Clinic) -> int:
    return clinic.kinds().count("stock.counted")


async def test_a_place_is_counted_blind_and_a_small_difference_asks_why(clinic, tmp_path):
    async with working(clinic, tmp_path, "count") as hand:
        await hand.sees("1 Room 1 (3 bottles)")
        await hand.enter("Room 1")
        await hand.sees("What is in bottle B-0001?")
        # Blind: no book value anywhere, only what a bottle holds when full.
        assert not hand.says("as booked")
        assert "differs" in hand.text()
        await hand.enter("10")
        await hand.sees("✓ B-0001: 10.00 ml, as booked.")
        await hand.enter("9.7")
        await hand.sees("▲ B-0002: 9.70 ml, 0.30 ml less than booked.")
        await hand.press("f1")
        await hand.sees("▲ Say why, or 'not known'.")
        await hand.enter("spilt")
        await hand.enter("100")
        await hand.sees("Is this what is there?")
        assert not kinds(clinic)
        await hand.press("f1")
        await hand.sees("✓ 3 bottles counted and booked, 1 differed, -0.30 ml in all.")
    assert kinds(clinic) == 1
    assert bottle(clinic, "B-0002").remaining_ul == 9700


async def test_a_large_difference_is_signed_by_a_second_person(clinic, tmp_path):
    manager(clinic)
    async with working(clinic, tmp_path, "count") as hand:
        await hand.enter("B-0001")
        await hand.enter("8", "not known")
        await hand.sees("▲ A difference is above the limit: another person signs as well.")
        await hand.enter("P-01", "2468")
        await hand.sees("witness: P-01 is who does it")
        hand.app.screen.line("second").value = ""
        hand.app.screen.focus_line("second")
        await hand.enter(SECOND, "13579")
        await hand.sees("✓ 1 bottle counted and booked")
    assert bottle(clinic, "B-0001").remaining_ul == 8000


async def test_scans_choose_and_find_bottles_and_a_count_outlives_the_screen(clinic, tmp_path):
    async with working(clinic, tmp_path, "count") as hand:
        for name in ("B-0001", "B-0003"):
            await hand.scan(bottle_payload(name))
        assert hand.value("what") == "B-0001 B-0003"
        await hand.press("f1")
        await hand.sees("What is in bottle B-0001?")
        await hand.scan(bottle_payload("B-0003"))
        await hand.sees("What is in bottle B-0003?")
        await hand.enter("100")
        await hand.sees("1 of 2 bottles counted")
        await hand.scan(bottle_payload("B-0002"))
        await hand.sees("▲ B-0002 is not on this sheet.")
        await hand.press("f6")
        await hand.on("board")
        await hand.go("count")
        await hand.sees("1 of 2 bottles counted")
        assert hand.says("What is in bottle B-0001?")
        await hand.press("f4")
        await hand.sees("▲ B-0001: 0.00 ml, 10.00 ml less than booked.")
        # A second look: it stood behind the others.
        await hand.press("f3")
        await hand.enter("10")
        await hand.sees("Is this what is there?")
        await hand.press("f5")
        await hand.sees("▲ F5 again gives this count up.")
        await hand.press("f5")
        await hand.sees("What is counted?")
    assert not kinds(clinic)


async def test_a_bottle_is_counted_by_its_weight(clinic, tmp_path):
    async with working(clinic, tmp_path, "count") as hand:
        await hand.enter("B-0003")
        await hand.press("f2")
        await hand.enter("120.00", "20.18")
        await hand.sees("▲ density: none is declared for WATER")
        known = replace(WATER, declared={"density_g_per_ml": 0.998})
        amend_product(clinic.desk, clinic.owner, known, "data sheet")
        hand.app.screen.focus_line("tare")
        await hand.press("enter")
        # 99.82 g of water are 100.1 ml, which a balance and a sheet cannot tell from 100.
        await hand.sees("which the weighing cannot tell from nothing")
        await hand.press("f1")
        await hand.sees("✓ 1 bottle counted and booked, 0 differed")
    assert bottle(clinic, "B-0003").remaining_ul == 100_000


async def test_what_cannot_be_counted_is_said(clinic, tmp_path):
    async with working(clinic, tmp_path, "count") as hand:
        await hand.press("f1")
        await hand.sees("▲ Type a place, a lot such as L-0002, or bottles; or scan them.")
        await hand.enter("Attic")
        await hand.sees("nothing is booked in Attic")
        hand.app.screen.line("what").value = "B-9999"
        await hand.press("f1")
        await hand.sees("there is no 'B-9999'")
        hand.app.screen.line("what").value = "L-0001"
        await hand.press("f1")
        await hand.sees("What is in bottle B-0001?")
        await hand.enter("100")
        await hand.sees("100.00 ml do not fit into B-0001")
        await hand.enter("x")
        await hand.sees("is no volume")
