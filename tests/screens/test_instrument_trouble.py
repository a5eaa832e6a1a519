"""What a person meets when the instrument fails in the middle of things."""

from __future__ import annotations


async def test_unplug_keeps_readings_and_asks_for_calibration(sit_down, bedside):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        await chair.calibrate()
        await chair.press("f2")
        await chair.on("client")
        await chair.type("JM")
        await chair.until(lambda: len(chair.app.screen._found) == 1, "the client")
        await chair.press("enter")
        await chair.on("skin")
        for _ in range(2):
            await chair.press("f1")
            await chair.until(lambda: not chair.app.state.unit.busy, "a reading")
        assert len(chair.app.state.sitting.sites["frontal-left"].samples) == 2
        bedside.host.control("fault unplug")
        await chair.press("f1")
        await chair.until(lambda: chair.app.state.unit.error is not None, "the loss")
        await chair.pilot.pause()
        assert "no instrument" in chair.text()
        assert len(chair.app.state.sitting.sites["frontal-left"].samples) == 2
        assert not chair.app.screen.bar.cell("read").available
        bedside.host.control("plug")
        await chair.until(lambda: chair.app.state.unit.identity is not None, "the return")
        await chair.until(lambda: chair.app.state.unit.gate is not None, "the gate")
        assert not chair.app.state.unit.gate.ready
        await chair.pilot.pause()
        assert "F1 Calibrate" in chair.text()
        await chair.press("f1")
        await chair.on("day")
        await chair.calibrate()
        await chair.press("f2")
        await chair.on("skin")
        assert len(chair.app.state.sitting.sites["frontal-left"].samples) == 2
        await chair.press("f1")
        await chair.until(lambda: not chair.app.state.unit.busy, "reading 3")
        assert len(chair.app.state.sitting.sites["frontal-left"].samples) == 3


async def test_bad_frame_is_said_and_nothing_is_kept(sit_down, bedside):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        await chair.calibrate()
        await chair.press("f2")
        await chair.on("client")
        await chair.type("JM")
        await chair.until(lambda: len(chair.app.screen._found) == 1, "the client")
        await chair.press("enter")
        await chair.on("skin")
        bedside.host.control("fault nan")
        await chair.press("f1")
        await chair.until(lambda: not chair.app.state.unit.busy, "the failure")
        await chair.pilot.pause()
        assert "▲" in chair.text()
        assert not chair.app.state.sitting.sites.get("frontal-left")
        bedside.host.control("fault none")
        await chair.press("f1")
        await chair.until(lambda: not chair.app.state.unit.busy, "a reading")
        assert len(chair.app.state.sitting.sites["frontal-left"].samples) == 1


async def test_button_of_the_unit_counts_for_the_site_on_the_screen(sit_down, bedside):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        await chair.calibrate()
        await chair.press("f2")
        await chair.on("client")
        await chair.type("AK")
        await chair.until(lambda: len(chair.app.screen._found) == 1, "the client")
        await chair.press("enter")
        await chair.on("skin")
        bedside.host.control("press")
        await chair.until(
            lambda: "frontal-left" in chair.app.state.sitting.sites, "the button's reading"
        )
        sample = chair.app.state.sitting.sites["frontal-left"].samples[0]
        assert sample.raw.trigger == "button"
