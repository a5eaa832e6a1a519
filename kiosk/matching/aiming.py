"""Targets carried to recipes: a recommendation for each look, the density of a stubble field.

The rung a person sees is `ratio`: the recipe's, made lighter where the target was not measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import InputError, one_colour
from kiosk.matching.inverse import density_for
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Note, Recommendation
from kiosk.matching.sessions import lighter_rung
from kiosk.matching.targets import Target
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.tolerance import colour_residual


@dataclass(frozen=True, slots=True)
class Aim:
    """A target and what can be done about it; `ratio` is None where no rung may be advised."""

    target: Target
    recommendation: Recommendation
    ratio: int | None
    notes: tuple[Note, ...]

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "target": self.target.as_dict(),
            "recommendation": self.recommendation.as_dict(),
            "ratio": self.ratio,
            "notes": [note.as_dict() for note in self.notes],
        }


def aim(
    skin_lab: ArrayLike,
    target: Target,
    constants: Constants,
    thresholds: Thresholds,
    *,
    anchored: bool = False,
    skin_sd: float | None = None,
    skin_n: int = 3,
    scar: bool = False,
) -> Aim:
    """The recipe for one target on this skin, CIELAB (3,).

    For a scar pass the scar's own skin reading, and constants that hold the studio's gain on
    scars.

    Raises:
        InputError: not one colour, or a spread that is none.
    """
    result = recommend(
        skin_lab,
        target.hair_lab,
        constants,
        anchored=anchored,
        skin_sd=skin_sd,
        hair_sd=target.hair_sd,
        skin_n=skin_n,
        hair_n=target.hair_readings,
    )
    notes = list(target.notes)
    ratio = result.advised_ratio
    if ratio is not None and target.extra_light and thresholds.rungs_extra_light:
        lighter = lighter_rung(ratio, thresholds.rungs_extra_light, constants.ladder)
        if lighter is None:
            notes.append(
                Note("ladder-ends", "The ladder ends before the extra light step: no rung.")
            )
        else:
            notes.append(
                Note("extra-light", f"1:{lighter} instead of 1:{ratio}: hair was not measured.")
            )
        ratio = lighter
    if result.residual is not None and (said := colour_residual(result.residual, thresholds)):
        notes.append(said)
    if scar:
        notes.append(
            Note(
                "scar",
                "Scar: it keeps pigment differently; the gain is that of scars, and lighter first "
                "holds more than elsewhere.",
            )
        )
    return Aim(target, result, ratio, tuple(notes))


@dataclass(frozen=True, slots=True)
class StubbleDensity:
    """Dots that bring bare skin to the look of the shaved donor field, at one rung of the ladder.

    None where no number of dots of this rung reaches it.
    """

    ratio: int
    cover: float | None
    dots_per_cm2: float | None
    denser_than_natural: bool
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "ratio": self.ratio,
            "cover": self.cover,
            "dots_per_cm2": self.dots_per_cm2,
            "denser_than_natural": self.denser_than_natural,
            "sentence": self.sentence,
        }


def stubble_density(
    skin_lab: ArrayLike, stubble_lab: ArrayLike, ratio: int, constants: Constants
) -> StubbleDensity:
    """The healed density for a reading of shaved stubble, skin and hair in one: CIELAB (3,).

    Such a reading says nothing about the dots themselves; their ratio comes from a lock.

    Raises:
        InputError: not one colour each, or no rung.
    """
    if ratio not in constants.ladder:
        raise InputError("ratio", f"1:{ratio} is no rung of the ladder", "Choose a rung.")
    labs = [one_colour(skin_lab, "skin"), one_colour(stubble_lab, "stubble")]
    skin, stubble = lab_to_channels(np.stack(labs))[:, 1]
    found = density_for(skin, stubble, fraction_of(ratio), constants)
    cover, dots = float(found.cover), float(found.dots_per_cm2)
    if cover == 0.0:
        sentence = "The stubble is no darker than the skin: no dots are needed."
        return StubbleDensity(ratio, 0.0, 0.0, False, sentence)
    if cover >= 1.0:
        sentence = f"No number of 1:{ratio} dots gets this dark; do not chase it with darker ink."
        return StubbleDensity(ratio, None, None, True, sentence)
    what = f"{dots:.0f} healed dots/cm² ({100 * cover:.1f} % cover) over all sessions"
    dense = bool(found.denser_than_natural)
    sentence = f"{what}."
    if dense:
        sentence = (
            f"{what}: denser than natural, above {100 * constants.max_cover:.0f} %. Do not chase "
            "it with darker ink."
        )
    return StubbleDensity(ratio, cover, dots, dense, sentence)
