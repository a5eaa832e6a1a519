"""Kubelka and Munk's function, and the dot law of opaque swatches built on it.

In skin the film law of `forward` holds; swatches on white card scatter inside the ink, and their
law is chosen per card by which of the two predicts the swatch left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats
from kiosk.matching.inputs import bounded


def ks(reflectance: ArrayLike) -> Floats:
    """K/S (...,) of an opaque layer of this reflectance: (1 - R)² / 2R.

    Raises:
        InputError: a reflectance that is not above 0 and at most 1; such a reading is bad.
    """
    value = bounded(reflectance, "reflectance", 0.0, 1.0, open_low=True)
    return np.asarray((1.0 - value) ** 2 / (2.0 * value))


def ks_inv(ratio: ArrayLike) -> Floats:
    """Reflectance (...,) of K/S: 1 + q - sqrt(q² + 2q), written so that large q keeps its digits.

    Raises:
        InputError: a ratio below 0.
    """
    q = bounded(ratio, "K/S", 0.0, np.inf, open_high=True)
    return np.asarray(1.0 / (1.0 + q + np.sqrt(q * (q + 2.0))))


def dot_opaque(ground: ArrayLike, fraction: ArrayLike, per_fraction: ArrayLike) -> Floats:
    """Channels (..., 3) of an opaque swatch: K/S of the ground plus that of the ink.

    `per_fraction` (3,) is the K/S that neat ink adds in X, Y, Z.

    Raises:
        InputError: a ground that is no reflectance, or a fraction or K/S that cannot be.
    """
    amount = bounded(fraction, "fraction", 0.0, 1.0)[..., np.newaxis]
    strength = bounded(per_fraction, "K/S", 0.0, np.inf, open_high=True)
    return ks_inv(ks(ground) + strength * amount)
