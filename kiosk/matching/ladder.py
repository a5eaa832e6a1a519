"""The ladder of ratios a studio works with, and the step to its lighter rung.

A rung is a whole number r: one part of pigment, r parts of diluent. Larger is lighter.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats
from kiosk.matching.inputs import InputError

#: A rung computed from a fraction and back must still be that rung.
_SAME_FRACTION = 1e-9
_LIGHTEST_RUNG = 1000


def validated(rungs: Iterable[int]) -> tuple[int, ...]:
    """The rungs from dark to light.

    Raises:
        InputError: none at all, one twice, or one that is not a whole number from 1 to 1000.
    """
    mend = "Give whole numbers from 1 to 1000, for example 20,25,30."
    ladder = tuple(rungs)
    if not ladder:
        raise InputError("ladder", "has no rung", mend)
    for rung in ladder:
        if isinstance(rung, bool) or not isinstance(rung, int):
            raise InputError("ladder", f"{rung!r} is not a whole number of parts", mend)
        if not 1 <= rung <= _LIGHTEST_RUNG:
            raise InputError("ladder", f"1:{rung} is no dilution of a studio", mend)
    if len(set(ladder)) != len(ladder):
        raise InputError("ladder", "holds a rung twice", mend)
    return tuple(sorted(ladder))


def fraction_of(ratio: ArrayLike) -> Floats:
    """Pigment volume fraction of 1:ratio."""
    return 1.0 / (1.0 + np.asarray(ratio, dtype=np.float64))


def snap_lighter(fraction: ArrayLike, ladder: tuple[int, ...]) -> NDArray[np.intp]:
    """Index of the darkest rung that holds no more pigment than `fraction`.

    `ladder` runs from dark to light. An index of len(ladder) means that even the lightest rung
    holds more; 0 may mean that the fraction lies beyond the darkest rung (see `beyond_darkest`).
    """
    limit = np.asarray(fraction, dtype=np.float64) * (1.0 + _SAME_FRACTION)
    return np.searchsorted(-fraction_of(ladder), -limit, side="left")


def beyond_darkest(fraction: ArrayLike, ladder: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where `fraction` asks for more pigment than the darkest rung holds."""
    limit = float(fraction_of(ladder[0])) * (1.0 + _SAME_FRACTION)
    return np.asarray(np.asarray(fraction, dtype=np.float64) > limit)
