"""From what should be seen to the pigment it takes: at the dot, and over an area.

At the dot the film law inverts in closed form, so there is no search and no tolerance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats
from kiosk.matching.constants import Constants
from kiosk.matching.forward import absorbance
from kiosk.matching.inputs import InputError, bounded


def follicle(skin: Floats, hair: Floats, constants: Constants) -> Floats:
    """Channels (..., 3) of a shaved follicle: hair seen through skin."""
    opacity = constants.follicle_opacity
    return opacity * hair + (1.0 - opacity) * skin


def contrast(skin_y: ArrayLike, target_y: ArrayLike) -> Floats:
    """ln(skin/target) in Y: what a healed dot has to take away. Not positive where it cannot.

    Minus infinity for skin that reflects nothing, infinity for a target that does.
    """
    skin, target = np.broadcast_arrays(
        np.asarray(skin_y, dtype=np.float64), np.asarray(target_y, dtype=np.float64)
    )
    result = np.full(skin.shape, -np.inf)
    lit = skin > 0.0
    result[lit & (target <= 0.0)] = np.inf
    both = lit & (target > 0.0)
    result[both] = np.log(skin[both] / target[both])
    return result


def fraction_for(contrast_y: ArrayLike, constants: Constants) -> Floats:
    """Pigment fraction whose healed dot takes away `contrast_y`; above 1 means out of reach."""
    per_fraction = 2.0 * absorbance(constants)[1] * constants.retention
    return np.asarray(np.asarray(contrast_y, dtype=np.float64) / per_fraction)


@dataclass(frozen=True, slots=True)
class Density:
    """The healed dots it takes to bring an area to a target.

    `denser_than_natural` where the cover passes what may be proposed; a cover of 1 or more cannot
    be reached with this ink by any number of dots.
    """

    cover: Floats
    dots_per_cm2: Floats
    denser_than_natural: NDArray[np.bool_]


def density_for(
    skin_y: ArrayLike, target_y: ArrayLike, fraction: ArrayLike, constants: Constants
) -> Density:
    """Cover and dots per square centimetre for a field that heals to `target_y` (Y channel).

    Raises:
        InputError: no pigment, or a Y that is not above 0 and at most 1.
    """
    skin = bounded(skin_y, "skin Y", 0.0, 1.0, open_low=True)
    target = bounded(target_y, "target Y", 0.0, 1.0, open_low=True)
    amount = np.asarray(fraction, dtype=np.float64)
    if not (amount > 0.0).all():
        raise InputError("fraction", "holds no pigment", "Choose a ratio of the ladder.")
    amount = bounded(amount, "fraction", 0.0, 1.0, open_low=True)
    n = constants.yule_nielsen
    remaining = (np.minimum(target, skin) / skin) ** (1.0 / n)
    in_y = absorbance(constants)[1] * constants.retention
    cover = np.asarray((1.0 - remaining) / -np.expm1(-2.0 * in_y * amount / n))
    dot_cm2 = math.pi * (constants.dot_mm / 10.0) ** 2 / 4.0
    return Density(cover, cover / dot_cm2, np.asarray(cover > constants.max_cover))
