"""Melanin and erythema indices, from CIELAB (D65) and from reflectance.

Definitions: Takiwaki, J. Med. Invest. 44:121 (1998); the wavelengths are theirs. The linear forms
from CIELAB were fitted to published skin spectra of all sites (R² 0.989 and 0.922, RMSE 1.3 and
1.7). The erythema form is off by -1.3 on forearms: only its change on one client means anything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats
from kiosk.matching.inputs import bounded, lab_array

_MELANIN = (151.42, -1.622, -1.278, -0.389)
_ERYTHEMA = (21.70, -0.210, 1.736, -0.117)


def melanin_index(lab: ArrayLike) -> Floats:
    """Melanin index (...,) of skin CIELAB (..., 3); 22 to 86 covers 98 % of published skin.

    Raises:
        InputError: not colours.
    """
    return _linear(lab_array(lab, "lab"), _MELANIN)


def erythema_index(lab: ArrayLike) -> Floats:
    """Erythema index (...,) of skin CIELAB (..., 3); compare only readings of one client.

    Raises:
        InputError: not colours.
    """
    return _linear(lab_array(lab, "lab"), _ERYTHEMA)


def indices_of_spectrum(wavelengths_nm: ArrayLike, reflectance: ArrayLike) -> tuple[Floats, Floats]:
    """Melanin and erythema index by their definition, from reflectance (..., n) as fractions.

    Raises:
        InputError: a reflectance that is not above 0 and at most 1.5.
    """
    values = bounded(reflectance, "reflectance", 0.0, 1.5, open_low=True)
    grid = np.asarray(wavelengths_nm, dtype=np.float64)
    flat = values.reshape(-1, values.shape[-1])
    at_568, at_655 = (
        np.log10([np.interp(nm, grid, row) for row in flat]).reshape(values.shape[:-1])
        for nm in (568.0, 655.0)
    )
    return np.asarray(-100.0 * at_655), np.asarray(100.0 * (at_655 - at_568))


def _linear(lab: Floats, weights: tuple[float, float, float, float]) -> Floats:
    return np.asarray(weights[0] + lab @ np.array(weights[1:]))
