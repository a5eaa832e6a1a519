"""How a colour is drawn on a screen: a guide, never a measurement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.colorimetry import lab_to_srgb
from kiosk.matching.tone import ita_degrees, tone_of_angle


def hex_colours(labs: Sequence[tuple[float, float, float]]) -> list[str]:
    """CIELAB colours as "#rrggbb" for a 24-bit terminal."""
    return [
        "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in rgb)
        for rgb in lab_to_srgb(list(labs))
    ]


def skin_words(lab: tuple[float, float, float]) -> tuple[float | None, str]:
    """ITA in degrees and its band in words; both bands where the reading lies between two."""
    tone = tone_of_angle(float(ita_degrees(np.asarray(lab))))
    if tone.ita is None:
        return None, "undefined (b* not above 0)"
    return tone.ita, "/".join(tone.bands)
