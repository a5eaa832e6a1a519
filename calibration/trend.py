"""Do repeats of one place run in one direction instead of scattering?

A probe that is pressed drives the blood out (a* falls, L* rises); a head that warms up drifts. Both
give readings that agree well enough one with the next, and whose mean is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from calibration.uncertainty import PRIOR

#: How many standard errors the slope must have. With every step in one direction this is reached
#: by chance in 1.3 % of triplets and 0.4 % of quintuplets; 4 of 100 NIST forearms show it.
SLOPE_LIMIT: Final = 2.8

_NAMES: Final = ("L*", "a*", "b*")


@dataclass(frozen=True, slots=True)
class Trend:
    """A change in one direction over all readings; `change` is from first to last by the slope."""

    axis: Literal["L*", "a*", "b*"]
    change: float
    sentence: str


def find_trend(surface: str, labs: Sequence[Sequence[float]]) -> Trend | None:
    """The strongest monotone drift over repeats in their order, or None.

    Args:
        surface: "skin" or "hair"; says how much single readings scatter.
        labs: the readings that count, oldest first; fewer than three show nothing.
    """
    if len(labs) < 3:
        return None
    array = np.asarray(labs, dtype=np.float64)
    order = np.arange(len(array)) - (len(array) - 1) / 2.0
    squares = float(order @ order)
    slopes = order @ array / squares
    # Against the scatter known of this surface: three readings cannot tell their own.
    scores = np.abs(slopes) * np.sqrt(squares / np.diag(np.asarray(PRIOR[surface])))
    steps = np.diff(array, axis=0)
    one_way = (steps > 0.0).all(axis=0) | (steps < 0.0).all(axis=0)
    scores = np.where(one_way, scores, 0.0)
    worst = int(scores.argmax())
    if scores[worst] <= SLOPE_LIMIT:
        return None
    changes = slopes * (len(array) - 1)
    change = float(changes[worst])
    return Trend(_NAMES[worst], change, _sentence(surface, worst, changes, len(array)))


def _sentence(surface: str, worst: int, changes: np.ndarray, readings: int) -> str:
    seen = f"{_NAMES[worst]} {changes[worst]:+.1f} over {readings} readings, always one way"
    if surface == "skin" and changes[1] < 0.0 < changes[0]:
        return (
            f"The skin pales from reading to reading ({seen}): the probe presses. Rest it without "
            "pressure, wait a moment and read again."
        )
    return (
        f"The readings drift ({seen}): the probe presses or the instrument warms up. Wait a "
        "minute and read again without pressing."
    )
