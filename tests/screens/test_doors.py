"""A blocked bottle is not offered, and one that was blocked meanwhile is not signed for."""

from __future__ import annotations

from kiosk.desk import stock
from kiosk.desk.stock.shelf import find_bottle
from kiosk.inventory.model import Kind
from kiosk.storage import tables as t
from tests.screens.conftest import Chair


def _lot_of(chair: Chair, bottle: str) -> str:
    with chair.app.state.desk.engine.connect() as connection:
        return find_bottle(connection, bottle).lot.id


def _mixes(chair: Chair) -> int:
    with chair.app.state.desk.engine.connect() as connection:
        return len(connection.execute(t.mixes.select()).all())


async def test_a_blocked_bottle_is_named_with_its_reason_and_cannot_be_taken(sit_down):
    async with sit_down((100, 30)) as chair:
        await chair.to_recipe()
        desk, owner = chair.app.state.desk, chair.app.state.operator
        # Every pigment that could be used is put aside before the list opens.
        while (first := stock.next_bottles(desk, Kind.PIGMENT)[0]).usable:
            stock.quarantine(desk, owner, first.bottle.lot.id, "complaint")
        await chair.press("f1")
        await chair.on("bottles")
        await chair.until(lambda: "quarantine" in chair.text(), "the reason")
        assert not chair.app.screen.bar.cell("take").available
        await chair.press("f1")
        await chair.press("enter")
        await chair.pilot.pause(0.2)
        assert chair.screen == "bottles"
        assert not chair.app.state.sitting.pigment


async def test_what_was_blocked_while_it_was_drawn_up_is_not_signed_for(sit_down):
    async with sit_down((100, 30)) as chair:
        await chair.to_recipe()
        await chair.press("f1")
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        await chair.press("f1")
        await chair.on("mix")
        await chair.until(lambda: chair.app.screen.bar.cell("mixed").available, "the plan")
        await chair.press("f1")
        await chair.on("confirm")
        await chair.pilot.pause(0.2)
        before = _mixes(chair)
        lot = _lot_of(chair, chair.app.state.sitting.pigment)
        stock.quarantine(chair.app.state.desk, chair.app.state.operator, lot, "just now")
        await chair.type("2468")
        await chair.press("enter")
        await chair.until(lambda: "quarantine" in chair.text(), "the refusal")
        assert chair.screen == "confirm"
        assert _mixes(chair) == before
