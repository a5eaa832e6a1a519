"""Processor time of the kiosk's instrument thread while a unit is connected and nothing happens.

The unit runs in another process, this one does nothing else, so all of this process's time is the
thread's: waiting for the button, or asking for it where a unit must be asked.
"""

from __future__ import annotations

import time

from benchmarks.table import Row
from benchmarks.units import expect, line_to, simulated
from drivers.simulators import MODELS
from kiosk.desk.instrument_line import Connected

SECONDS = 4.0
BUDGET = 0.02


def measure() -> list[Row]:
    return [_idle(model) for model in MODELS]


def _idle(model: str) -> Row:
    with simulated(model) as unit, line_to(model, unit.port) as (_, events):
        expect(events, Connected)
        time.sleep(0.5)
        begin, start = time.process_time(), time.perf_counter()
        time.sleep(SECONDS)
        busy, passed = time.process_time() - begin, time.perf_counter() - start
        if not events.empty():
            raise SystemExit(f"{model}: {events.get()} while nothing should happen")
    share = busy / passed
    return Row(
        f"{model} connected, idle",
        f"{busy * 1e3:.3g} ms",
        f"{passed:.3g} s of one core",
        f"{share:.2%}",
        "",
        f"at most {BUDGET:.0%}",
        share <= BUDGET,
    )
