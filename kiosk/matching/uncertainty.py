"""How far the true fraction may lie from the computed one, in closed form.

ln c is close to normal while the contrast is at least 0.10, so one standard deviation says it all.
First-order propagation; checked against simulation in the tests.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats
from kiosk.matching.constants import Constants

#: SD of ln c, a factor of 10 million: beyond it there is nothing to say, and exp() overflows.
_NOTHING_KNOWN = 10.0


@cache
def normal_quantile(probability: float) -> float:
    """The standard normal deviate below which this share lies."""
    return NormalDist().inv_cdf(probability)


def pooled_sigma(
    default: float, observed_sd: ArrayLike | None, readings: ArrayLike, weight: float
) -> Floats:
    """SD of one reading: the default counted as `weight` readings, with the SD a sample showed."""
    m = np.asarray(readings, dtype=np.float64)
    if observed_sd is None:
        return np.full(m.shape, default)
    seen = np.asarray(observed_sd, dtype=np.float64)
    # A sample of one shows no spread; with no weight on the default nothing would remain.
    total = np.maximum(weight + m - 1.0, np.finfo(np.float64).tiny)
    return np.asarray(np.sqrt((weight * default**2 + (m - 1.0) * seen**2) / total))


def sigma_of_y(lightness: ArrayLike, sigma_lightness: ArrayLike, readings: ArrayLike) -> Floats:
    """SD of the mean's Y for readings of SD `sigma_lightness` in L*.

    The derivative of Y by L* (CIE 15:2018): 3Y/(L*+16) above L* 8, the constant 27/24389 below.
    In Y rather than in ln Y, so that L* 0 needs no exception.
    """
    level = np.asarray(lightness, dtype=np.float64)
    slope = np.where(level > 8.0, 3.0 * (level + 16.0) ** 2 / 116.0**3, 27.0 / 24389.0)
    return np.asarray(slope * np.asarray(sigma_lightness) / np.sqrt(np.asarray(readings)))


def sigma_ln_fraction(
    *,
    skin_y: Floats,
    hair_y: Floats,
    target_y: Floats,
    contrast: Floats,
    sigma_skin_y: Floats,
    sigma_hair_y: Floats,
    constants: Constants,
) -> Floats:
    """SD of ln c from readings, follicle opacity, lot, gain, retention and mixing.

    Valid for a contrast of at least 0.10; skin and target above 0.
    """
    opacity = constants.follicle_opacity
    # Colours near black, which skin and hair are not, have a relative spread without bound.
    with np.errstate(over="ignore", divide="ignore"):
        # d ln(S/F) = dS/S - dF/F with F = w H + (1 - w) S, so the skin's share is w H / (F S).
        from_skin = opacity * hair_y / target_y * (sigma_skin_y / skin_y)
        from_hair = opacity / target_y * sigma_hair_y
        from_opacity = (skin_y - hair_y) / target_y * constants.sigma_opacity
        variance = (
            (from_skin**2 + from_hair**2 + from_opacity**2) / contrast**2
            + constants.cv_lot**2
            + constants.cv_gain**2
            + (constants.sigma_retention / constants.retention) ** 2
            + constants.cv_mix**2
        )
    return np.asarray(np.minimum(np.sqrt(variance), _NOTHING_KNOWN))


def safe_fraction(fraction: Floats, sigma_ln: Floats, constants: Constants) -> Floats:
    """The fraction that is too dark for only `safe_quantile` of what the client may need."""
    return np.asarray(fraction * np.exp(normal_quantile(constants.safe_quantile) * sigma_ln))


def ratio_interval(
    fraction: Floats, sigma_ln: Floats, constants: Constants
) -> tuple[Floats, Floats]:
    """Lower and upper end of r at `interval_level`; the lower end is never below neat ink (0)."""
    reach = np.exp(normal_quantile(0.5 + constants.interval_level / 2.0) * sigma_ln)
    darkest = np.minimum(fraction * reach, 1.0)
    return np.asarray(1.0 / darkest - 1.0), np.asarray(reach / fraction - 1.0)
