"""Suppliers and things that fall due, by key."""

from __future__ import annotations

from datetime import date

from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import assets, suppliers
from tests.screens import recall_story as story
from tests.screens.recall_story import fill, shows


async def test_a_supplier_is_blocked_with_a_reason_and_its_lots_are_named(sit_at, records):
    async with sit_at("suppliers") as chair:
        await shows(chair, "CORNER", "blocked", "MERIDIAN", "approved")
        await chair.press("down")
        await shows(chair, "Here: L-0001, L-0002")
        await chair.press("f1")
        await shows(chair, "reason: is empty")
        assert chair.app.screen.focused.id == "reason"
        await chair.type("late")
        await chair.press("enter")
        await shows(chair, "Meridian delivers nothing more. 5 lots here to look at again.")
        await shows(chair, "Look at again: L-0001", "Blocked: late", "F1 Approve")
        await fill(chair, reason="spoke with them")
        await chair.press("enter")
        await shows(chair, "Approved: spoke with them", "F1 Block")
    found = {one.id: one.state for one in suppliers.list_suppliers(records.desk)}
    assert found == {"CORNER": "BLOCKED", "MERIDIAN": "APPROVED"}


async def test_a_supplier_is_added_once(sit_at, records):
    async with sit_at("suppliers") as chair:
        await fill(chair, id="NORD", name="Nord & Sons")
        await chair.press("f2")
        await shows(chair, "Nord & Sons", "Here: nothing")
        await fill(chair, id="NORD", name="Again")
        await chair.press("f2")
        await shows(chair, "'NORD' exists already")
        await chair.press("f3")
        await chair.on("papers")
        await shows(chair, "Which papers speak for supplier NORD?", "No paper is on file.")
        await chair.press("f6")
        await chair.on("suppliers")
        assert chair.app.state.shelf.subject == ""


async def test_a_practitioner_may_not_block(sit_at, records):
    app = story.app_of(records)
    app.state.operator = Operator("P-02", Role.PRACTITIONER)
    async with sit_at("suppliers", app=app) as chair:
        await shows(chair, "CORNER")
        await fill(chair, reason="x")
        await chair.press("f1")
        await shows(chair, "may not change stock", "Rule ROLE")


async def test_what_is_due_is_serviced_and_what_is_broken_retired(sit_at, records):
    story.list_assets(records)
    async with sit_at("assets") as chair:
        await shows(chair, "TILE-1", "overdue", "20 Mar 26", "PROBE-2", "out of service")
        await fill(chair, due="soon")
        await chair.press("f1")
        await shows(chair, "Write the day as 2027-06-30.")
        chair.app.screen.query_one("#due").value = ""
        await fill(chair, due="2027-03-20", note="new certificate")
        await chair.press("enter")
        await shows(chair, "20 Mar 27", "new certificate")
        await fill(chair, note="cracked")
        await chair.press("f3")
        await shows(chair, "TILE-1 tile WT-0417 20 Mar 27 out of service")
        assert not chair.app.screen.bar.cell("retire").available
    found = {one.id: one for one in assets.list_assets(records.desk)}
    assert found["TILE-1"].due_on == date(2027, 3, 20)
    assert found["TILE-1"].note == "cracked"


async def test_the_first_thing_is_added_to_an_empty_list(sit_at, records):
    async with sit_at("assets") as chair:
        await shows(chair, "No thing is on the list. F2 adds one.")
        assert not chair.app.screen.bar.cell("service").available
        await fill(chair, id="PROBE-1", kind="probe", serial="AX-7")
        await chair.press("enter")
        await shows(chair, "PROBE-1", "AX-7", "never", "in service")
        await chair.press("f4")
        await chair.on("papers")
        await shows(chair, "Which papers speak for asset PROBE-1?")
        await chair.press("escape")
        await chair.on("assets")
