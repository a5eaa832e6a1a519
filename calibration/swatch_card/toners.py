"""Hypothetical inks to tune the ink test on: carbons with a share of toner, and a noisy card.

No toner here is a measured pigment. The bands are plausible shapes, from where phthalocyanine and
dioxazine pigments are known to absorb: phthalocyanine blue in the orange and red, its green
further to the red and in the violet, dioxazine violet in the green and yellow.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from calibration.colorimetry import Floats
from calibration.swatch_card.carbon import (
    WAVELENGTHS,
    as_strong_as_bone_black,
    carbon_absorption,
    pigments,
)

Toner = Literal["blue", "green", "violet"]
TONERS: tuple[Toner, ...] = ("blue", "green", "violet")

#: Per toner: (centre nm, standard deviation nm, height) of Gaussian absorption bands.
_BANDS: dict[Toner, tuple[tuple[float, float, float], ...]] = {
    "blue": ((350.0, 40.0, 0.6), (615.0, 35.0, 1.0), (690.0, 38.0, 0.9)),
    "green": ((390.0, 45.0, 0.5), (645.0, 40.0, 1.0), (715.0, 45.0, 0.7)),
    "violet": ((540.0, 35.0, 0.9), (585.0, 30.0, 1.0), (625.0, 25.0, 0.5)),
}
#: No pigment is perfectly clear between its bands.
_BASE = 0.03


def toner_absorption(toner: Toner) -> Floats:
    """K per 10 nm from 380 to 750 nm, as strong as bone black on average over 400 to 700 nm."""
    bands = sum(
        height * np.exp(-0.5 * ((WAVELENGTHS - centre) / width) ** 2)
        for centre, width, height in _BANDS[toner]
    )
    return as_strong_as_bone_black(_BASE + bands)


def base_absorption(exponent: float | None) -> Floats:
    """K of bone black (None) or of a carbon black with this exponent, equally strong."""
    return pigments()["BoneBlack"].absorption if exponent is None else carbon_absorption(exponent)


def toned(base: Floats, toner: Toner, share: float) -> Floats:
    """K of an ink of which `share` of the absorbing strength, 0 to 1, is toner.

    Strength, not mass: what a gram of toner absorbs is unknown here, and usually more than carbon.
    """
    return np.asarray((1.0 - share) * base + share * toner_absorption(toner))
