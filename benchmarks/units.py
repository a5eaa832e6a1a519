"""Simulated units of every model, each in a process of its own as a real one would be."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory

from kiosk.desk.instrument_line import InstrumentLine, LineEvent

#: Starting an interpreter on a small machine that does other things as well.
START_S = 20.0


class SimulatedUnit:
    """A running unit: its port, and the pipe by which a hand moves or breaks it."""

    def __init__(self, model: str, folder: Path) -> None:
        self.port = str(folder / "unit")
        self._control = folder / "control"
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "kiosk.entry", "instruments", "simulate", model,
                "--link", self.port, "--control", str(self._control), "--target", "skin-medium",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        said, _, _ = select.select([self._process.stdout], [], [], START_S)
        if not said or not self._process.stdout.readline().startswith("ready "):
            raise SystemExit(f"the simulated {model} did not start")

    def tell(self, line: str) -> None:
        """One control line; the unit has it when the next request reaches it."""
        pipe = os.open(self._control, os.O_WRONLY)
        os.write(pipe, line.encode() + b"\n")
        os.close(pipe)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def simulated(model: str) -> Iterator[SimulatedUnit]:
    """A unit for as long as the block lasts."""
    with TemporaryDirectory(prefix="smp-kiosk-bench-") as folder:
        unit = SimulatedUnit(model, Path(folder))
        try:
            yield unit
        finally:
            unit.stop()


@contextmanager
def line_to(model: str, port: str) -> Iterator[tuple[InstrumentLine, SimpleQueue[LineEvent]]]:
    """The thread that the screens use, and what it says; stopped at the end, if not before."""
    events: SimpleQueue[LineEvent] = SimpleQueue()
    line = InstrumentLine(model, port, events.put)
    line.start()
    try:
        yield line, events
    finally:
        line.stop(5.0)


def expect(events: SimpleQueue[LineEvent], kind: type[LineEvent]) -> None:
    """Wait for an event of this kind, and for no other."""
    try:
        event = events.get(timeout=30.0)
    except Empty:
        raise SystemExit(f"{kind.__name__} never came") from None
    if not isinstance(event, kind):
        raise SystemExit(f"{kind.__name__} was due, and {event} came")
