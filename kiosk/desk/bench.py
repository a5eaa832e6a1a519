"""An instrument used step by step by one thread: commands, and the demo without screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from calibration.sampling import Correction, Lab, Sample, mcdm, mean_lab, take_sample
from drivers.contract import Colorimeter
from drivers.readings import RawReading
from kiosk.desk.finding import open_unit
from kiosk.desk.office import utc_now


@dataclass(frozen=True, slots=True)
class PatchReading:
    """A raw reading, and its colour where the unit or its correction tells one."""

    raw: RawReading
    sample: Sample | None


@dataclass(frozen=True, slots=True)
class Bench:
    """An open unit and since when it has been open.

    `correction` turns the channels of a head into colour; see `correcting.prepare`.
    """

    unit: Colorimeter
    connected_at: datetime
    correction: Correction | None = None

    def sample(self, *, confirm: bool = False) -> Sample:
        """Read once; `confirm` as in `Colorimeter.read`.

        Raises:
            InstrumentError: the unit failed, or a head lacks its calibration or correction.
        """
        return take_sample(self.unit.read(confirm=confirm), self.correction)

    def patch(self) -> PatchReading:
        """Read once, for a fit or a comparison; a head needs no correction for that."""
        raw = self.unit.read(confirm=True)
        if raw.spectrum is None and self.correction is None:
            return PatchReading(raw, None)
        return PatchReading(raw, take_sample(raw, self.correction))


@contextmanager
def open_bench(model: str, port: str) -> Iterator[Bench]:
    """Open a unit for as long as the block lasts.

    Raises:
        InstrumentError: no such port, nothing answers, or somebody else does.
    """
    unit = open_unit(model, port)
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


def read_series(unit: Colorimeter, repeats: int, correction: Correction | None = None) -> Series:
    """Read `repeats` times; nothing is left out and nothing is judged."""
    first = take_sample(unit.read(confirm=repeats == 1), correction)
    more = (take_sample(unit.read(), correction) for _ in range(repeats - 1))
    samples = (first, *more)
    mean = mean_lab(samples)
    return Series(samples, mean, mcdm([sample.lab for sample in samples], mean))
