"""What driver and line add to the time the unit itself needs for a reading.

The simulated unit runs in a process of its own behind a pty and takes its time like a real one:
310.7 to 314.7 ms for the measurement and three times 0.77 ms to hand it over, 315 ms on average.
"""

from __future__ import annotations

import time
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from benchmarks.table import Row, compared
from drivers.cr30 import CAPABILITIES
from kiosk.demo.unit import Hand, simulated_unit
from kiosk.desk.bench import open_bench
from kiosk.desk.instrument_line import (
    Calibrated,
    Connected,
    InstrumentLine,
    LineEvent,
    Measured,
    Request,
)

READINGS = 25
BUDGET = 1.05


def measure() -> list[Row]:
    """The driver alone, then the thread the screens ask, which gives a colour as well."""
    with (
        TemporaryDirectory(prefix="smp-kiosk-bench-") as folder,
        simulated_unit(Path(folder), pause_s=0.12) as (port, hand),
    ):
        timed = {
            "CR30 reading, driver": _driver(port, hand),
            "CR30 reading, asked for by a screen, with its colour": _line(port, hand),
        }
    own = [CAPABILITIES.unit_time_s] * READINGS
    return [
        compared(name, seconds, own, BUDGET, reference="the unit's own")
        for name, seconds in timed.items()
    ]


def _driver(port: str, hand: Hand) -> list[float]:
    with open_bench("cr30", port) as bench:
        bench.unit.calibrate("black")
        bench.unit.calibrate("white")
        hand.place("skin")
        bench.unit.read()
        seconds = []
        for _ in range(READINGS):
            start = time.perf_counter()
            bench.unit.read()
            seconds.append(time.perf_counter() - start)
        return seconds


def _line(port: str, hand: Hand) -> list[float]:
    events: SimpleQueue[LineEvent] = SimpleQueue()
    line = InstrumentLine("cr30", port, events.put)
    line.start()
    try:
        _next(events, Connected)
        for step in ("black", "white"):
            line.request(Request(step, step))
            _next(events, Calibrated)
        hand.place("skin")
        time.sleep(0.12)
        seconds = []
        for number in range(READINGS + 1):
            start = time.perf_counter()
            line.request(Request(str(number), "read"))
            _next(events, Measured)
            seconds.append(time.perf_counter() - start)
        return seconds[1:]
    finally:
        line.stop()


def _next(events: SimpleQueue[LineEvent], kind: type) -> None:
    event = events.get(timeout=30.0)
    if not isinstance(event, kind):
        raise SystemExit(f"{kind.__name__} was due, and {event} came")
