"""The bottles of a mix that is on the screen belong to this chair."""

from __future__ import annotations

from sqlalchemy import select

from kiosk.storage.tables import bottles
from tests.screens.conftest import Chair


def claimed(chair: Chair) -> set[str]:
    with chair.app.state.desk.engine.connect() as connection:
        found = select(bottles.c.bottle).where(bottles.c.claimed_by == "kiosk-1")
        return set(connection.scalars(found))


async def to_mix(chair: Chair) -> set[str]:
    """From the recipe or the bottles to the mix; the two bottles it is made from."""
    await chair.press("f1")
    if chair.screen != "mix":
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        await chair.press("f1")
    await chair.on("mix")
    sitting = chair.app.state.sitting
    return {sitting.pigment, sitting.diluent}


async def test_a_plan_claims_its_bottles_and_gives_them_back_when_left(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        taken = await to_mix(chair)
        await chair.until(lambda: claimed(chair) == taken, "both claims")
        # To the signature and back the bottles stay with this chair.
        await chair.until(lambda: chair.app.screen.bar.cell("mixed").available, "the plan")
        await chair.press("f1")
        await chair.on("confirm")
        await chair.press("escape")
        await chair.on("mix")
        assert claimed(chair) == taken
        await chair.press("escape")
        await chair.on("bottles")
        await chair.until(lambda: not claimed(chair), "the bottles to be given back")


async def test_a_recorded_mix_and_a_sign_out_leave_no_claim(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        await chair.to_done()
        assert not claimed(chair)
        await chair.press("f2")
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        await chair.press("f1")
        await chair.on("mix")
        await chair.until(lambda: len(claimed(chair)) == 2, "both claims")
        chair.app.sign_out()
        await chair.until(lambda: not claimed(chair), "the bottles to be given back")
