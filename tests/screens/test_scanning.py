"""A scanner that plays keyboard, on any screen: it presses nothing, and typing is not held up."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Key
from textual.widgets import DataTable, Input

from kiosk.desk import visits
from kiosk.inventory.scanning import bottle_payload
from kiosk.screens.state import Sitting
from tests.desk.clinic import CARBON, PMU, Clinic
from tests.screens.stockroom import GS, code, stocked, working


@pytest.fixture
def clinic(tmp_path) -> Clinic:
    return stocked(tmp_path)


def typed(hand) -> str:
    return hand.app.screen.query_one("#task Input", Input).value


async def test_a_scan_presses_nothing_and_leaves_the_field_as_it_was(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        hand.app.screen.focus_line("lot_no")
        await hand.type("JM")
        # Escape is back, Tab moves the focus, Ctrl-C ends many a program.
        await hand.scan(f"{code()}{GS}21\x1b\t\x03")
        await hand.sees("▲ Two scans ran together")
        assert hand.screen == "receive"
        assert hand.value("lot_no") == "JM"
        assert hand.app.focused.id == "lot_no"


async def test_a_screen_without_a_use_for_a_scan_says_what_it_was(clinic, tmp_path):
    async with working(clinic, tmp_path, "ledger") as hand:
        await hand.scan(code())
        await hand.sees("GTIN 09521234543213, lot A-77, expiry 2027-06-30")


async def test_f12_stands_for_the_separator_within_a_scan(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        for character in "]d201095212345432131024-117":
            hand.app.post_message(Key(character, character))
        hand.app.post_message(Key("f12", None))
        for character in "17270630":
            hand.app.post_message(Key(character, character))
        hand.app.post_message(Key("enter", "\r"))
        await hand.until(lambda: hand.value("lot_no") == "24-117", "the lot")
        assert hand.value("expiry") == "2027-06-30"
        assert hand.value("product") == ""


async def test_a_question_mark_in_a_scan_opens_no_help(clinic, tmp_path):
    async with working(clinic, tmp_path, "ledger") as hand:
        await hand.scan("]C1ABC?DEF")
        assert hand.screen == "ledger"


async def test_what_is_typed_stands_in_the_field_before_anything_was_decided(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        hand.app.screen.focus_line("lot_no")
        # Silence is never called out, so nothing that waits for it would ever be seen.
        hand.app.scans._ring = lambda: None
        for length in range(1, 5):
            await asyncio.sleep(0.03)
            hand.app.post_message(Key("4", "4"))
            await hand.until(lambda n=length: hand.value("lot_no") == "4" * n, f"{length} keys")


async def test_five_quick_keys_and_enter_are_typing(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        hand.app.screen.focus_line("lot_no")
        await hand.scan("24-11")
        assert hand.value("lot_no") == "24-11"
        assert hand.app.focused.id == "expiry"


async def test_a_key_that_is_held_down_is_typing(clinic, tmp_path):
    async with working(clinic, tmp_path, "client") as hand:
        await hand.scan("m" * 12, end="")
        assert typed(hand) == "m" * 12


async def test_a_scan_that_breaks_off_is_said_and_typed_nowhere(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code()[:20], end="")
        await hand.sees("▲ The scan broke off before its end.")
        assert hand.value("product") == ""


async def test_nobody_signed_in_scans_nothing(clinic, tmp_path):
    async with working(clinic, tmp_path, "client") as hand:
        hand.app.sign_out()
        await hand.on("sign-in")
        await hand.scan(code())
        assert typed(hand) == ""
        assert hand.says("Sign in first")
        assert not hand.says("A-77")


async def test_pasted_codes_are_scans_and_other_text_goes_into_the_field(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.paste(f"]d2010952123454321310A-77{GS}17270630\n")
        await hand.until(lambda: hand.value("expiry") == "2027-06-30", "the scan")
        await hand.press("escape", "f2")
        hand.app.screen.focus_line("lot_no")
        await hand.paste("SS-199")
        assert hand.value("lot_no") == "SS-199"
        # A bare number may be anything where somebody types, even with a right check digit.
        hand.app.screen.focus_line("invoice")
        await hand.paste("9521234543213")
        assert hand.value("invoice") == "9521234543213"


class TestBottlesOfAMix:
    """The treatment path: the bottle in the hand."""

    @pytest.fixture
    def sitting(self, clinic) -> Sitting:
        client = visits.register_client(clinic.desk, clinic.owner, "JM")
        return Sitting(client, visits.open_visit(clinic.desk, clinic.owner, client.id))

    async def test_a_scanned_bottle_is_marked(self, clinic, tmp_path, sitting):
        clinic.deliver()
        second = clinic.deliver(lot_no="25-031")
        clinic.deliver("WATER", lot_no="W-31", ml=100)
        async with working(clinic, tmp_path, "client") as hand:
            hand.app.state.sitting = sitting
            await hand.go("bottles")
            await hand.until(lambda: hand.app.screen.bar.cell("take").available, "the lists")
            await hand.scan(bottle_payload(second))
            await hand.until(
                lambda: hand.app.screen.query_one("#pigments", DataTable).cursor_row == 1, "row 2"
            )
            assert hand.says(f"✓ {second} sealed")

    async def test_a_blocked_bottle_shows_its_stop_card(self, clinic, tmp_path, sitting):
        clinic.deliver()
        clinic.deliver("WATER", lot_no="W-31", ml=100)
        waiting = clinic.deliver(lot_no="25-044", release=False)
        async with working(clinic, tmp_path, "client") as hand:
            hand.app.state.sitting = sitting
            await hand.go("bottles")
            await hand.until(lambda: hand.app.screen.bar.cell("take").available, "the lists")
            await hand.scan(bottle_payload(waiting))
            await hand.sees("✕ Lot 25-044 is in quarantine and has not been released.")
            assert not hand.app.screen.bar.cell("take").available

    async def test_a_bottle_from_elsewhere_shows_why_it_may_not_be_used(
        self, clinic, tmp_path, sitting
    ):
        clinic.deliver()
        clinic.deliver("WATER", lot_no="W-31", ml=100)
        async with working(clinic, tmp_path, "client") as hand:
            hand.app.state.sitting = sitting
            await hand.go("bottles")
            await hand.until(lambda: hand.app.screen.bar.cell("take").available, "the lists")
            await hand.scan(bottle_payload("B-0999"))
            await hand.sees("✕ B-0999 is on no bottle of this clinic.")
            await hand.scan(code("X-1"))
            await hand.sees("✕ Nothing of this clinic carries this code")


def test_products_stay_what_they_are_when_an_article_number_is_learned(clinic):
    """A number on the box says nothing about the ink."""
    from kiosk.desk.stock.scans import find_products, remember_article
    from kiosk.inventory.verdict import classify

    clinic.add(PMU)
    for product in (CARBON, PMU):
        assert remember_article(clinic.desk, clinic.owner, product.id, f"0{product.id}")
        (known,) = find_products(clinic.desk, product.id)
        assert classify(known).verdict is classify(product).verdict
