"""Skin tone as an angle and a band, and whether a colour can be skin at all.

Individual typology angle: Chardon, Cretois, Hourseau 1991; bands: Del Bino and Bernerd 2013. No
Fitzpatrick type is derived: it is a questionnaire about sun, and colour predicts it badly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats
from kiosk.matching.inputs import one_colour

#: From dark to very light; a boundary belongs to the darker of its two bands.
BANDS = ("dark", "brown", "tan", "intermediate", "light", "very light")
_BOUNDARIES = np.array([-30.0, 10.0, 28.0, 41.0, 55.0])
#: Degrees; an angle given to ten decimals must still fall on its boundary.
_SAME_ANGLE = 1e-6
#: 90 % of single readings lie this near their mean: 1.645 x 1.45 degrees, the within-subject SD
#: of the NIST reference set (doi 10.6028/jres.122.026).
_AMBIGUOUS_DEG = 2.4

#: L*, a*, b* of heads and forearms lie inside, with 1st and 99th percentiles of published
#: foreheads at 32-68, 6-18, 8-24. Outside: is the probe on skin?
_WINDOW = (("L*", 22.0, 72.0), ("a*", 3.0, 23.0), ("b*", 4.0, 28.0))


@dataclass(frozen=True, slots=True)
class Tone:
    """ITA in degrees with its band; both None where b* is not above 0.

    `bands` names one band, or two where the angle is too near a boundary to tell them apart.
    """

    ita: float | None
    band: str | None
    band_certain: bool
    bands: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The keys of a document's `skin`."""
        return {
            "ita": self.ita,
            "band": self.band,
            "band_certain": self.band_certain,
            "bands": list(self.bands),
        }


def ita_degrees(lab: Floats) -> Floats:
    """ITA (...,) of CIELAB (..., 3); NaN for b* <= 0, where an arctangent would call blue light."""
    yellow = lab[..., 2]
    angle = np.degrees(np.arctan2(lab[..., 0] - 50.0, yellow))
    return np.where(yellow > 0.0, angle, np.nan)


def band_index(ita: ArrayLike) -> NDArray[np.intp]:
    """Index into BANDS of each angle; meaningless where the angle is NaN."""
    return np.searchsorted(_BOUNDARIES, np.asarray(ita) - _SAME_ANGLE, side="left")


def tone_of_angle(ita: float) -> Tone:
    """The tone of one angle; NaN gives the undefined tone."""
    if np.isnan(ita):
        return Tone(None, None, False, ())
    band = BANDS[int(band_index(ita))]
    bands = tuple(
        BANDS[index]
        for index in range(
            int(band_index(ita - _AMBIGUOUS_DEG)), int(band_index(ita + _AMBIGUOUS_DEG)) + 1
        )
    )
    return Tone(float(ita), band, len(bands) == 1, bands)


def skin_plausible(lab: ArrayLike) -> tuple[bool, str | None]:
    """Whether one CIELAB colour (3,) can be skin, and if not, which value says so.

    Raises:
        InputError: not one colour.
    """
    colour = one_colour(lab, "lab")
    outside = [
        f"{name} {value:.1f} is outside {low:g} to {high:g}"
        for (name, low, high), value in zip(_WINDOW, colour.tolist(), strict=True)
        if not low <= value <= high
    ]
    if not outside:
        return True, None
    return False, f"Is the probe on skin? {'; '.join(outside)}."


def tone_dict(lab: ArrayLike) -> dict[str, object]:
    """The `tone` document of one CIELAB colour (3,).

    `reason` says what keeps the tone from being plain, or is None.

    Raises:
        InputError: not one colour.
    """
    colour = one_colour(lab, "lab")
    tone = tone_of_angle(float(ita_degrees(colour)))
    plausible, doubt = skin_plausible(colour)
    reasons = [doubt] if doubt is not None else []
    if tone.ita is None:
        reasons.append("ITA is not defined for b* of 0 or less: bluish, suspect of old pigment.")
    elif not tone.band_certain:
        reasons.append(f"Too near a band's boundary to tell: {'/'.join(reversed(tone.bands))}.")
    return {
        **tone.as_dict(),
        "plausible": plausible,
        "reason": " ".join(reasons) if reasons else None,
    }
