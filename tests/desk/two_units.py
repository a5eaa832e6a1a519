"""Made-up tiles, patches that two units read, and readings of several people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from calibration.references import Reference
from calibration.sampling import as_lab
from calibration.study import StudyReading
from drivers.readings import Condition
from kiosk.desk.patches import MeasuredChart, MeasuredPatch
from tests.calibration.surfaces import CONDITION, OTHER_UNIT, UNIT, flat
from tests.desk.bench_of_heads import checker

#: The other unit reads 4 % darker, and 3 % more of it in Z: about 1.6 L* and 1 b* on skin.
GAIN = np.array([0.96, 0.96, 0.93])


def charts(
    gain: np.ndarray = GAIN, count: int = 24, condition: Condition = CONDITION
) -> tuple[MeasuredChart, MeasuredChart]:
    generator = np.random.default_rng(4)
    ours, theirs = [], []
    for patch in checker().patches[:count]:
        xyz = np.asarray(patch.xyz) * (1.0 + 0.001 * generator.standard_normal(3))
        ours.append(MeasuredPatch(patch.id, None, as_lab(xyz)))
        theirs.append(MeasuredPatch(patch.id, None, as_lab(gain * np.asarray(patch.xyz))))
    return (
        MeasuredChart(UNIT, CONDITION, tuple(ours)),
        MeasuredChart(OTHER_UNIT, condition, tuple(theirs)),
    )


def study_readings(people_: tuple[str, ...] = ("P-01", "S-02")) -> list[StudyReading]:
    generator = np.random.default_rng(8)
    found = []
    for number, person in enumerate(people_):
        for patch in checker().patches[:4]:
            for _ in range(3):
                # The second person sets the probe down 2 % lighter.
                scale = 1.0 + 0.02 * number + 0.001 * generator.standard_normal()
                found.append(StudyReading(person, patch.id, as_lab(scale * np.asarray(patch.xyz))))
    return found


def tile(serial: str = "T-1", **changes: object) -> Reference:
    spectrum = flat(0.8).spectrum
    assert spectrum is not None
    made = Reference(serial, "white", "45/0", date(2025, 6, 1), spectrum)
    return replace(made, **changes)
