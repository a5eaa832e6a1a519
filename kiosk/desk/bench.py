"""An instrument used step by step by one thread: commands, and the demo without screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from calibration.sampling import Lab, Sample, mcdm, mean_lab, take_sample
from drivers.contract import Colorimeter
from drivers.registry import find_model
from kiosk.desk.finding import find_port
from kiosk.desk.office import utc_now


@dataclass(frozen=True, slots=True)
class Bench:
    """An open unit and since when it has been open."""

    unit: Colorimeter
    connected_at: datetime


@contextmanager
def open_bench(model: str, port: str) -> Iterator[Bench]:
    """Open a unit for as long as the block lasts.

    Raises:
        InstrumentError: no such port, nothing answers, or somebody else does.
    """
    unit = find_model(model).open(find_port(model, port))
    try:
        yield Bench(unit, utc_now())
    finally:
        unit.close()


@dataclass(frozen=True, slots=True)
class Series:
    """Repeats of one surface with their mean (over reflectance) and spread."""

    samples: tuple[Sample, ...]
    lab: Lab
    mcdm: float


def read_series(unit: Colorimeter, repeats: int) -> Series:
    """Read `repeats` times; nothing is left out and nothing is judged."""
    first = take_sample(unit.read(confirm=repeats == 1))
    samples = (first, *(take_sample(unit.read()) for _ in range(repeats - 1)))
    mean = mean_lab(samples)
    return Series(samples, mean, mcdm([sample.lab for sample in samples], mean))
