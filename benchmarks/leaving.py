"""How long the kiosk's instrument thread takes to end: the program waits one second for it.

Three moments for each model: the unit is there and idle; it fell silent in the middle of a reading;
its cable was pulled and the thread looks for it. A row has the slowest model of three rounds.
"""

from __future__ import annotations

import time

from benchmarks.table import Row, duration
from benchmarks.units import expect, line_to, simulated
from drivers.simulators import MODELS
from kiosk.desk.instrument_line import Connected, Lost, Request

ROUNDS = 3
BUDGET_S = 1.0
STATES = ("present", "silent", "unplugged")


def measure() -> list[Row]:
    rows = []
    for state in STATES:
        seconds = {model: max(_leave(model, state) for _ in range(ROUNDS)) for model in MODELS}
        slowest = max(seconds, key=lambda model: seconds[model])
        rows.append(
            Row(
                f"leaving, unit {state}",
                duration(seconds[slowest]),
                f"slowest of {len(MODELS)}: {slowest}",
                "",
                f"{duration(min(seconds.values()))}-{duration(seconds[slowest])}",
                f"at most {BUDGET_S:g} s",
                seconds[slowest] <= BUDGET_S,
            )
        )
    return rows


def _leave(model: str, state: str) -> float:
    with simulated(model) as unit, line_to(model, unit.port) as (line, events):
        expect(events, Connected)
        if state == "silent":
            unit.tell("fault silence")
            time.sleep(0.2)
            line.request(Request("r", "read"))
            time.sleep(0.2)
        elif state == "unplugged":
            unit.tell("unplug")
            expect(events, Lost)
        else:
            time.sleep(0.3)
        start = time.perf_counter()
        ended = line.stop(10.0)
        passed = time.perf_counter() - start
    if not ended:
        raise SystemExit(f"{model}, {state}: the thread did not end in 10 s")
    return passed
