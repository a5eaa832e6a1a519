"""The checklist of a lot, its signature, and what forbids a release."""

from __future__ import annotations

import pytest

from kiosk.desk.people import Role, add_operator
from kiosk.desk.stock.inspecting import choose_profile, inspect_lot
from kiosk.desk.stock.shelf import list_stock
from kiosk.inventory.model import LotState
from kiosk.screens.widgets.list_table import ListTable
from tests.desk.clinic import Clinic
from tests.screens.stockroom import stocked, working


@pytest.fixture
def clinic(tmp_path) -> Clinic:
    return stocked(tmp_path)


@pytest.fixture
def lot(clinic) -> str:
    return clinic.lot_of(clinic.deliver(release=False))


def state(clinic: Clinic, lot: str) -> LotState:
    return inspect_lot(clinic.desk, lot).lot.state


async def to_item(hand, name: str) -> None:
    """Mark an item of the list by its keys."""
    table = hand.app.screen.query_one(ListTable)
    names = [item.name for item in hand.app.screen._found.checklist]
    steps = names.index(name) - table.marked
    await hand.press(*["down" if steps > 0 else "up"] * abs(steps))
    await hand.until(lambda: table.marked == names.index(name), name)


async def test_a_release_is_signed_with_a_pin_on_the_screen(clinic, tmp_path, lot):
    async with working(clinic, tmp_path, "inspect", lot=lot) as hand:
        await hand.sees("✓ nothing forbids a release")
        await hand.press("f1")
        await hand.sees("▲ Released without: ")
        assert hand.says("▲ You received it yourself; the release says so.")
        await hand.enter("1111")
        await hand.sees("Operator or PIN is not right.")
        assert state(clinic, lot) is LotState.QUARANTINE
        await hand.press("f1")
        await hand.enter("2468")
        await hand.sees(f"✓ {lot} is released, signed by P-01.")
        assert not hand.app.screen.bar.cell("release").available
    assert state(clinic, lot) is LotState.RELEASED
    assert "lot.released" in clinic.kinds()


async def test_a_signer_without_the_duty_releases_nothing(clinic, tmp_path, lot):
    add_operator(clinic.desk, clinic.owner, "P-02", Role.PRACTITIONER, "13579")
    async with working(clinic, tmp_path, "inspect", lot=lot) as hand:
        await hand.sees("nothing forbids")
        await hand.press("f1")
        hand.app.screen.line("signer").value = "P-02"
        await hand.enter("13579")
        await hand.sees("✕ P-02 is signed in as practitioner and may not change stock.")
    assert state(clinic, lot) is LotState.QUARANTINE


async def test_under_a_law_what_is_missing_is_named_and_what_is_seen_is_noted(
    clinic, tmp_path, lot
):
    choose_profile(clinic.desk, clinic.owner, "EU")
    async with working(clinic, tmp_path, "inspect", lot=lot) as hand:
        await hand.sees("things forbid a release")
        before = len(hand.app.screen._stops)
        await hand.press("f1")
        await hand.sees("✕ Not released: ")
        assert hand.says("is missing.")
        assert hand.app.screen.query_one("#signature").has_class("hidden")
        # The first needed item is marked; a paper satisfies it, not a tick.
        assert not hand.app.screen.bar.cell("seen").available
        await to_item(hand, "Statement on use")
        await hand.sees("✕ Statement on use: Not seen on the label.")
        await hand.press("f3")
        await hand.sees("✓ Statement on use: Seen on the label.")
        await hand.until(lambda: len(hand.app.screen._stops) == before - 1, "one stop less")
        await hand.press("f3")
        await hand.until(lambda: len(hand.app.screen._stops) == before, "not seen after all")
    assert clinic.kinds().count("lot.corrected") == 2


async def test_without_a_lot_number_there_is_only_the_way_out(clinic, tmp_path):
    lot = clinic.lot_of(clinic.deliver(lot_no="", release=False))
    async with working(clinic, tmp_path, "inspect", lot=lot) as hand:
        await hand.sees("✕ Batch reference")
        await hand.press("f1")
        await hand.sees("✕ This bottle has no lot number, so nobody could trace it.")
        await hand.press("f5")
        await hand.on("handle")
        await hand.sees("Reject the lot for good")
        await hand.press("1")
        await hand.enter("no number on it")
        await hand.sees(f"✓ {lot} is rejected: no number on it.")
    assert list_stock(clinic.desk)[0].bottle.lot.state is LotState.REJECTED


async def test_the_verdict_gives_every_reason_and_no_lot_says_so(clinic, tmp_path, lot):
    async with working(clinic, tmp_path, "inspect", lot=lot) as hand:
        await hand.sees("nothing forbids")
        await hand.press("f4")
        await hand.on("page")
        await hand.sees("Declared for scalp use, carbon only")
        await hand.press("f6")
        await hand.on("inspect")
        hand.app.state.shelf.lot = ""
        await hand.go("inspect")
        await hand.sees("… No lot is chosen.")
        hand.app.state.shelf.lot = "L-9999"
        await hand.go("inspect")
        await hand.sees("▲ lot: there is no 'L-9999'")
