"""Does a match in daylight hold under a lamp? Only spectra can say.

The index is the CIEDE2000 of a pair under the other light, after what was left of it in daylight
has been taken out of one of them (additive correction, ISO 18314-4). Hair and skin lose nothing
by carbon here; what shows is how differently their spectra are built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import channels_to_lab, delta_e_2000
from kiosk.matching.inputs import InputError, bounded
from kiosk.matching.spectral import WAVELENGTHS_NM, spectrum_to_channels

#: Incandescent light, and a common white LED of 4100 K (CIE 15:2018).
LIGHTS = ("A", "LED-B3")


@dataclass(frozen=True, slots=True)
class Metamerism:
    """One light: the difference of the pair under it, and the index (what daylight hid)."""

    light: str
    difference: float
    index: float

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {"light": self.light, "difference": self.difference, "index": self.index}


def metamerism(
    reflectance_1: ArrayLike, reflectance_2: ArrayLike, lights: Sequence[str] = LIGHTS
) -> tuple[Metamerism, ...]:
    """How a pair that was matched in D65 looks under other lights; spectra (31,) as fractions.

    Each light's own white is adapted to, as the eye does: every Lab is relative to it.

    Raises:
        InputError: not two spectra on the grid of `spectral`.
    """
    pair = [
        bounded(values, field, 0.0, 2.0)
        for values, field in ((reflectance_1, "first spectrum"), (reflectance_2, "second spectrum"))
    ]
    if any(spectrum.shape != WAVELENGTHS_NM.shape for spectrum in pair):
        raise InputError(
            "spectrum", "is not on the grid", "Give 31 values, 400 to 700 nm in steps of 10."
        )
    both = np.stack(pair)
    day_1, day_2 = channels_to_lab(spectrum_to_channels(both))
    found = []
    for light in lights:
        lamp_1, lamp_2 = channels_to_lab(spectrum_to_channels(both, illuminant=light))
        found.append(
            Metamerism(
                light,
                float(delta_e_2000(lamp_1, lamp_2)),
                float(delta_e_2000(lamp_1, lamp_2 + (day_1 - day_2))),
            )
        )
    return tuple(found)
