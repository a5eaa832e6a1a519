"""What an eye sees and accepts, by the shade of the skin, and what of a mismatch carbon leaves.

Lightness is weighed by its own, tighter limit: observers forgive it least.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.forward import dot_healed
from kiosk.matching.inputs import one_colour
from kiosk.matching.inverse import follicle
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommendation import Note, Residual
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.tone import ita_degrees

Shade = Literal["fair", "dark"]
Word = Literal["not perceptible", "acceptable", "not acceptable"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """ΔE*ab limits of one shade, with the version they come from."""

    shade: Shade
    perceptible: float
    acceptable: float
    version: str

    def word(self, difference: float) -> Word:
        """What a difference of so many ΔE*ab is called; the limits themselves still pass."""
        if difference <= self.perceptible:
            return "not perceptible"
        return "acceptable" if difference <= self.acceptable else "not acceptable"

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "shade": self.shade,
            "perceptible": self.perceptible,
            "acceptable": self.acceptable,
            "version": self.version,
        }


def tolerance_for(skin_lab: ArrayLike, thresholds: Thresholds) -> Tolerance:
    """The limits for this skin, CIELAB (3,); the stricter ones where its ITA is undefined.

    Raises:
        InputError: not one colour.
    """
    angle = float(ita_degrees(one_colour(skin_lab, "skin")))
    if not math.isnan(angle) and angle <= thresholds.dark_shade_ita:
        return Tolerance(
            "dark", thresholds.perceptible_dark, thresholds.acceptable_dark, thresholds.version
        )
    return Tolerance(
        "fair", thresholds.perceptible_fair, thresholds.acceptable_fair, thresholds.version
    )


def difference_ab(lab_1: ArrayLike, lab_2: ArrayLike) -> float:
    """ΔE*ab of two colours, CIELAB (3,): the metric these limits were measured in.

    Raises:
        InputError: not one colour each.
    """
    return float(
        np.linalg.norm(one_colour(lab_1, "first colour") - one_colour(lab_2, "second colour"))
    )


def colour_residual(residual: Residual, thresholds: Thresholds) -> Note | None:
    """What carbon cannot reach in a* and b*, in words; None where no eye would see it."""
    words = []
    for value, axis, names in (
        (residual.da, 1, ("redder", "greener")),
        (residual.db, 2, ("yellower", "bluer")),
    ):
        size = abs(value)
        if size > thresholds.perceptible_axes[axis]:
            strong = "clearly " if size > thresholds.acceptable_axes[axis] else "slightly "
            words.append(f"{strong}{names[value < 0.0]} ({'ab'[axis - 1]}* {value:+.1f})")
    if not words:
        return None
    return Note(
        "colour-residual",
        f"Carbon steers lightness only: the dot stays {' and '.join(words)} than the follicle.",
    )


@dataclass(frozen=True, slots=True)
class LadderLook:
    """How each rung would heal beside the skin: its ΔE*ab from it, and whether it can be used.

    `lighter` says whether the rung heals lighter than the follicle; `visible` is True where at
    least one such rung can be told from bare skin.
    """

    rungs: tuple[int, ...]
    contrast: tuple[float, ...]
    lighter: tuple[bool, ...]
    visible: bool
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "rungs": list(self.rungs),
            "contrast": list(self.contrast),
            "lighter": list(self.lighter),
            "visible": self.visible,
            "sentence": self.sentence,
        }


def ladder_look(
    skin_lab: ArrayLike, hair_lab: ArrayLike, constants: Constants, thresholds: Thresholds
) -> LadderLook:
    """Whether any rung that is lighter than this hair's follicle would show on this skin.

    A look darker than the hair is another wish: only after the client signed it.

    Raises:
        InputError: not one colour each.
    """
    skin = one_colour(skin_lab, "skin")
    skin_v, hair_v = lab_to_channels(np.stack([skin, one_colour(hair_lab, "hair")]))
    dots = dot_healed(skin_v, fraction_of(constants.ladder), constants)
    labs = channels_to_lab(np.vstack([dots, follicle(skin_v, hair_v, constants)]))
    contrast = np.linalg.norm(labs[:-1] - skin, axis=-1)
    lighter = labs[:-1, 0] >= labs[-1, 0]
    limit = tolerance_for(skin, thresholds).perceptible
    visible = bool((lighter & (contrast > limit)).any())
    sentence = "At least one rung heals lighter than the follicle and can be seen."
    if not visible:
        sentence = (
            "No visible result expected, no recipe: no rung is both lighter than the follicle and "
            "told from bare skin. Darker than the hair only after the client signed for it."
        )
    return LadderLook(
        constants.ladder,
        tuple(contrast.tolist()),
        tuple(lighter.tolist()),
        visible,
        sentence,
    )
