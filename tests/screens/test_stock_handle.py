"""What is done with a bottle or a lot, key by key; refusals as stop cards."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.desk.stock.nonconformance import list_nonconformances
from kiosk.inventory.model import LotState
from kiosk.inventory.scanning import bottle_payload
from tests.desk.clinic import Clinic
from tests.desk.stock.parts import SECOND, bottle, manager
from tests.screens.stockroom import stocked, working


@pytest.fixture
def clinic(tmp_path) -> Clinic:
    return stocked(tmp_path)


async def choose(hand, label: str) -> None:
    """Take a deed by the digit before it."""
    await hand.sees(label)
    line = next(r for r in hand.text().splitlines() if label in r)
    await hand.press("f2")
    await hand.press(line.strip().lstrip("▸·").strip()[0])
    await hand.until(lambda: (hand.app.focused.id or "").startswith("deed-"), "its first line")


async def test_open_take_out_and_pour_away(clinic, tmp_path):
    name = clinic.deliver()
    async with working(clinic, tmp_path, "handle", bottle=name, lot="L-0001") as hand:
        await choose(hand, "Open it")
        await hand.enter("", "")
        await hand.sees(f"✓ {name} is open.")
        await choose(hand, "Take something out")
        await hand.enter("0.5", "card", "test")
        await hand.sees(f"✓ {name} holds 9.50 ml now.")
        await choose(hand, "Pour some away")
        await hand.enter("12", "dirty")
        await hand.sees("holds 9.50 ml, not 12.00 ml")
        await hand.press("f2", "f1")
    assert bottle(clinic, name).remaining_ul == 9500
    assert bottle(clinic, name).opened_on == date(2026, 3, 2)


async def test_an_opening_entered_late_names_the_uses_after_the_limit(clinic, tmp_path):
    # AC-S15: open a month earlier than booked; water is good for one month.
    pigment, water = clinic.deliver(), clinic.deliver("WATER", lot_no="W-31", ml=100)
    clinic.clock.forward(days=40)
    visit = clinic.visit()
    clinic.measure(visit)
    clinic.calibrate()
    from kiosk.desk.stock.bottles import open_bottle

    for name in (pigment, water):
        open_bottle(clinic.desk, clinic.owner, name)
    clinic.confirm(clinic.order(visit, pigment, water))
    async with working(clinic, tmp_path, "handle", bottle=water, lot="L-0002") as hand:
        await choose(hand, "Opened earlier than booked")
        await hand.enter("2027-01-01", "found out")
        await hand.sees("▲ 1 January 2027 lies ahead.")
        await choose(hand, "Opened earlier than booked")
        field = hand.app.screen.query_one("#deed-day")
        field.value = ""
        await hand.enter("2026-03-02", "found out")
        await hand.sees(f"✓ {water} was opened on 2 March 2026. 1 use after its limit: C-0001.")


async def test_an_expired_bottle_leaves_by_the_right_door_and_before_a_witness(clinic, tmp_path):
    # AC-S18, with a second person in the clinic.
    name = clinic.deliver(label=date(2026, 3, 10))
    manager(clinic)
    clinic.clock.forward(days=20)
    async with working(clinic, tmp_path, "handle", bottle=name, lot="L-0001") as hand:
        await hand.sees("✕ The label's date passed on 10 Mar 2026.")
        assert not hand.says("Take something out")
        assert not hand.says("Open it")
        await choose(hand, "Dispose of all that is in it")
        await hand.enter("past")
        await hand.press("f1")
        await hand.sees("▲ Blocked stock leaves before a witness")
        await hand.enter("P-01", "2468")
        await hand.sees("witness: P-01 is who does it")
        hand.app.screen.query_one("#second").value = ""
        hand.app.screen.focus_line("second")
        await hand.enter(SECOND, "13579")
        await hand.sees(f"✓ {name} is empty: disposed of.")
    assert bottle(clinic, name).remaining_ul == 0


async def test_a_use_that_happened_all_the_same_is_recorded_as_such(clinic, tmp_path):
    name = clinic.deliver(release=False)
    async with working(clinic, tmp_path, "handle", bottle=name, lot="L-0001") as hand:
        await choose(hand, "It was used all the same")
        await hand.enter("0.5", "", "", "seen", "told")
        await hand.sees("✓ Recorded as a non-conformance.")
    (recorded,) = list_nonconformances(clinic.desk)
    assert (recorded.bottle, recorded.qty_ul) == (name, 500)


async def test_a_bottle_is_held_freed_sent_and_booked_in(clinic, tmp_path):
    name = clinic.deliver()
    async with working(clinic, tmp_path, "handle", bottle=name, lot="L-0001") as hand:
        await choose(hand, "Put it aside")
        await hand.enter("")
        await hand.sees("▲ reason: is empty")
        await hand.enter("cracked")
        await hand.sees(f"✓ {name} is held: cracked.")
        await choose(hand, "Free it again")
        await hand.enter("only the cap")
        await hand.sees(f"✓ {name} is free again.")
        await choose(hand, "Send it elsewhere")
        await hand.enter("Room 2")
        await hand.sees(f"✓ {name} is under way to Room 2")
        await choose(hand, "Say where it is")
        await hand.enter("Room 2")
        await hand.sees(f"✓ {name} is in Room 2.")
    assert bottle(clinic, name).place == "Room 2"


async def test_a_whole_lot_goes_into_quarantine_and_back_to_its_supplier(clinic, tmp_path):
    name = clinic.deliver(bottles=2)
    async with working(clinic, tmp_path, "handle", bottle=name, lot="L-0001") as hand:
        await hand.sees("The whole lot …")
        line = next(r for r in hand.text().splitlines() if "The whole lot" in r)
        await hand.press(line.strip()[0])
        await hand.sees("What is done with all of lot L-0001?")
        await choose(hand, "Put it into quarantine")
        await hand.enter("smells")
        await hand.sees("✓ L-0001 is quarantine: smells.")
        await choose(hand, "Return all to the supplier")
        # Alone in the clinic the same person signs once more.
        await hand.enter("smells", "P-01", "2468")
        await hand.sees("✓ L-0001 is rejected: returned to the supplier: smells.")
    assert bottle(clinic, name).lot.state is LotState.REJECTED
    assert bottle(clinic, name).remaining_ul == 0


async def test_without_a_choice_one_types_or_scans_it(clinic, tmp_path):
    first, second = clinic.deliver(), clinic.deliver(lot_no="25-031")
    async with working(clinic, tmp_path, "handle") as hand:
        await hand.sees("… Nothing is chosen.")
        assert not hand.app.screen.bar.cell("do").available
        await hand.enter("B-77")
        await hand.sees("'B-77' is no lot, bottle, number or product here")
        await hand.scan(bottle_payload(second))
        await hand.sees(f"What is done with bottle {second}?")
        await hand.press("f3")
        await hand.enter(first)
        await hand.sees(f"What is done with bottle {first}?")
        await hand.press("f4")
        await hand.on("lot")
