"""100 navigations between screens; prints by how many the live objects have grown."""

from __future__ import annotations

import asyncio
import gc
import heapq
import os
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["TEXTUAL_ANIMATIONS"] = "none"

from textual._styles_cache import StylesCache

from kiosk.demo.clinic import demo_desk
from kiosk.desk.people import Operator, Role
from kiosk.screens.app import KioskApp

ROUND = ("board", "ledger", "client", "day")


def forget_cancelled_timers() -> None:
    """Drop the Pilot's own cancelled 30 s time-outs; asyncio keeps them until they would be due."""
    loop: Any = asyncio.get_running_loop()
    loop._scheduled[:] = [handle for handle in loop._scheduled if not handle.cancelled()]
    heapq.heapify(loop._scheduled)
    loop._timer_cancelled_count = 0


def live_objects() -> int:
    """Objects that are alive; a weak reference to something that has gone is not one."""
    return sum(1 for it in gc.get_objects() if not (type(it) is weakref.ref and it() is None))


async def soak(folder: Path) -> int:
    app = KioskApp(open_desk=lambda: demo_desk(folder))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        while app.state.preparing:
            await pilot.pause(0.1)
        app.state.operator = Operator("P-01", Role.OWNER)

        async def round_trip() -> None:
            for name in ROUND:
                app.go(name)
                for _ in range(200):
                    if getattr(app.screen, "NAME", "") == name and app.screen.is_mounted:
                        break
                    await pilot.pause(0.02)
                await pilot.pause(0.05)

        async def settled() -> int:
            """The fewest live objects of three seconds: the clock's redrawing comes and goes."""
            counts = []
            for _ in range(8):
                await pilot.pause(0.2)
                # Textual's cache of drawings is bounded and is emptied whenever a screen goes;
                # whether that came before or after the last painting must not decide the count.
                StylesCache.get_inner_outer.cache_clear()
                forget_cancelled_timers()
                gc.collect()
                counts.append(live_objects())
            return min(counts)

        for _ in range(3):
            await round_trip()
        before = await settled()
        for _ in range(25):
            await round_trip()
        return await settled() - before


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        print("live objects grown by", asyncio.run(soak(Path(name))))
