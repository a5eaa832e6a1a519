"""A person with no manual: any unit is calibrated, watched, lost and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from calibration.charts import colorchecker
from drivers.simulators import MODELS, build, running
from drivers.simulators.pty_host import PtyHost
from kiosk.desk.office import Desk
from kiosk.screens.app import KioskApp
from tests.screens.conftest import CARD, Chair

#: They measure channels, so they have to learn colours before they can tell any.
HEADS = {"as7261", "as7262", "as7265x", "open-head"}


class Hand:
    """Puts the probe of a simulated unit where a screen asks for it."""

    def __init__(self, host: PtyHost, folder: Path) -> None:
        self._host = host
        self._folder = folder
        self._patches = {patch.id: patch for patch in colorchecker().patches}

    def place(self, surface: str) -> None:
        if surface.startswith("patch:"):
            spectrum = self._patches[surface.removeprefix("patch:")].spectrum
            assert spectrum is not None
            file = self._folder / "patch.csv"
            rows = (
                f"{spectrum.start_nm + i * spectrum.step_nm},{value}"
                for i, value in enumerate(spectrum.values)
            )
            file.write_text("\n".join(["wavelength_nm,reflectance", *rows]))
            self._host.control(f"target {file}")
        else:
            places = {"black": "black", "tile": "tile", "card": str(CARD), "skin": "skin-medium"}
            self._host.control(f"target {places.get(surface, 'skin-medium')}")
        self._host.control("lift")


@asynccontextmanager
async def seated(
    model: str, folder: Path, make_desk: Callable[[], Desk]
) -> AsyncIterator[tuple[Chair, PtyHost]]:
    port = folder / model
    with running(build(model, target="tile", fault=None, serial=None, seed=11), port) as host:
        app = KioskApp(
            open_desk=make_desk,
            instrument=(model, str(port)),
            on_place=Hand(host, folder).place,
        )
        app.preferences = folder / "preferences.json"
        async with app.run_test(size=(80, 24)) as pilot:
            chair = Chair(app, pilot)
            await chair.sign_in()
            yield chair, host


async def step(chair: Chair) -> None:
    await chair.press("f1")
    await chair.until(lambda: not chair.app.state.unit.busy, "the step")
    await chair.pilot.pause(0.1)


async def learn_colours(chair: Chair) -> None:
    await chair.press("f5")
    await chair.on("units")
    await chair.press("f5")
    await chair.on("fit")
    for _ in colorchecker().patches:
        await step(chair)
    await chair.until(lambda: chair.app.screen.bar.cell("sign").available, "the signature")
    await chair.type("2468")
    await chair.press("enter")
    await chair.until(lambda: "In force" in chair.text(), "the fit")
    await chair.press("f6")
    await chair.on("units")
    await chair.press("f6")
    await chair.on("day")


@pytest.mark.parametrize("model", sorted(MODELS))
async def test_any_unit_is_calibrated_by_following_the_screen(
    model: str, tmp_path: Path, make_desk: Callable[[], Desk]
) -> None:
    async with seated(model, tmp_path, make_desk) as (chair, _host):
        day = chair.app.screen
        while day.current not in {"card", None}:
            await step(chair)
        if model in HEADS:
            await step(chair)
            assert "F5 Colours" in chair.text()
            await learn_colours(chair)
            day = chair.app.screen
            while day.current not in {"card", None}:
                await step(chair)
        for _ in range(4):
            if day.current is None:
                break
            await step(chair)
        await chair.until(
            lambda: chair.app.state.unit.gate and chair.app.state.unit.gate.ready, "gate"
        )
        await chair.press("f5")
        await chair.on("units")
        assert chair.app.state.unit.identity.model.upper() in chair.text()
        await chair.press("f4")
        await chair.on("drift")
        await chair.until(lambda: "from its first reading" in chair.text(), "the chart")
        await chair.press("f3")
        await chair.pilot.pause()
        assert "baseline" in chair.text()
        await chair.press("f6", "f6")
        await chair.on("day")


async def test_a_lost_unit_is_explained_and_taken_up_again(
    tmp_path: Path, make_desk: Callable[[], Desk]
) -> None:
    async with seated("cm700d", tmp_path, make_desk) as (chair, host):
        host.control("unplug")
        await chair.until(lambda: chair.app.state.unit.identity is None, "the loss")
        await chair.press("f5")
        await chair.on("units")
        assert not chair.app.screen.bar.cell("drift").available
        host.control("plug")
        await chair.until(lambda: chair.app.state.unit.identity is not None, "the return")
        assert chair.app.screen.bar.cell("drift").available


async def test_another_unit_can_be_chosen_without_leaving(
    tmp_path: Path, make_desk: Callable[[], Desk]
) -> None:
    async with seated("cr30", tmp_path, make_desk) as (chair, _host):
        other = tmp_path / "other"
        unit = build("spectrolino", target="tile", fault=None, serial=None, seed=1)
        with running(unit, other):
            chair.app.use_instrument("spectrolino", str(other))
            await chair.until(
                lambda: (
                    chair.app.state.unit.identity is not None
                    and chair.app.state.unit.identity.model.casefold() == "spectrolino"
                ),
                "the other unit",
            )
