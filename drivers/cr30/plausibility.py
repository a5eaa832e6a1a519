"""Which spectra a CR30 cannot have measured: pure checks on percent reflectance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from drivers.errors import ProtocolError, Saturated

#: Measured after white calibrations on the wrong surface: peaks up to 194 %. Tiles and papers
#: stay below 100 %; dark noise stays above -0.2 %.
LOWEST_PERCENT: Final = -1.0
HIGHEST_PERCENT: Final = 130.0
SUSPECT_PERCENT: Final = 110.0

RECALIBRATE = "A band is above 110 %: calibrate white again before trusting this reading."


def check(percent: Sequence[float]) -> tuple[str, ...]:
    """Warnings about a spectrum in percent.

    Raises:
        ProtocolError: a value is not a number.
        Saturated: no surface has this spectrum.
    """
    if not all(math.isfinite(value) for value in percent):
        raise ProtocolError("The unit sent a reading with a band that is not a number.")
    low, high = min(percent), max(percent)
    if low < LOWEST_PERCENT or high > HIGHEST_PERCENT:
        raise Saturated(f"Reflectance from {low:.1f} % to {high:.1f} %: no surface has that.")
    if low == high:
        raise Saturated(f"Every band reads exactly {low:.3f} %: that is not a measurement.")
    return (RECALIBRATE,) if high > SUSPECT_PERCENT else ()
