"""What the driver of each instrument adds to the time the unit itself needs for a reading.

The other side is the time that follows from makers' papers and captures (`unit_time_s` of the
model): integration, flash, lamp and the wire. Simulated units take that time; `reading` has the
CR30 with the screens' thread around it.
"""

from __future__ import annotations

import time

from benchmarks.table import Row, compared
from benchmarks.units import simulated
from drivers.registry import find_model
from drivers.simulators import MODELS

READINGS = 7
BUDGET = 1.05


def measure() -> list[Row]:
    return [_cycle(model) for model in MODELS]


def _cycle(name: str) -> Row:
    model = find_model(name)
    with simulated(name) as simulator:
        unit = model.open(simulator.port)
        try:
            for step in model.capabilities.calibration:
                unit.calibrate(step.kind)
            # The simulated person takes the cap off after a moment.
            time.sleep(0.3)
            unit.read()
            seconds = []
            for _ in range(READINGS):
                start = time.perf_counter()
                unit.read()
                seconds.append(time.perf_counter() - start)
        finally:
            unit.close()
    own = [model.capabilities.unit_time_s] * READINGS
    return compared(f"{name} reading", seconds, own, BUDGET, reference="the unit's own")
