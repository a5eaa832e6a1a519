"""A lot's card as a test of the ink itself: does it fade as carbon does?

Carbon black fades through greys. A toner (blue, green, violet) shows as a hue that grows with
dilution, beside the path any carbon of that depth would take on the same blank. The result raises a
suspicion or none; it cannot say that an ink is carbon.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from calibration.colorimetry import Floats, delta_e_2000
from calibration.sampling import Lab, as_lab
from calibration.swatch_card.carbon import carbon_family
from calibration.swatch_card.card import CardChannels, SwatchCard, channels_of
from calibration.swatch_card.laws import Law
from calibration.swatch_card.undertone import Noise, Undertone, estimate_undertone
from calibration.swatch_card.verdict import (
    FAMILY_LIMITS,
    REFERENCE_LIMITS,
    RESOLVED,
    VERDICTS,
    Graded,
    InkVerdict,
    against_family,
    against_reference,
    combined,
)

#: Where a departure points, as a hue on the CIELAB plane.
Lean = Literal["violet to red", "yellow to brown", "green to blue", "blue to violet"]
Suggestion = Literal["quarantine the lot", "repeat the card"]

#: Squared scatter over noise beyond which it is the swatches that are at fault, not the ratios.
_SCATTERED = 4.0


@dataclass(frozen=True, slots=True)
class SwatchHue:
    """One swatch beside the carbons of its own lightness on this blank.

    `nearest_carbon` is the member of the family whose whole path lies closest, `bone_black` the
    shipped pigment, `reference` the reference lot. The differences are CIEDE2000 of the swatch as
    it was read, noise included.
    """

    ratio: float
    name: str
    fraction: float
    lab: Lab
    nearest_carbon: Lab
    bone_black: Lab
    reference: Lab | None
    from_nearest_carbon: float
    from_bone_black: float
    from_reference: float | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far the card as a whole departs from what is allowed, noise smoothed over its swatches.

    `size` and `resolution` are CIEDE2000 where the ink is diluted to L* 60, `resolution` the
    smallest size this card tells from noise; `sigmas` is the size in standard deviations; `lean`
    where it points.
    """

    size: float
    sigmas: float
    resolution: float
    lean: Lean


@dataclass(frozen=True, slots=True)
class InkTest:
    """What a card says about its ink, with the evidence.

    `exponent` is the absorption exponent of the nearest pure carbon (bone black about -0.9, carbon
    black 0.6 to 1.3). `misfit` is the squared scatter of the swatches about one undertone over that
    of their noise, about 1. `against_reference` is None without a reference lot.
    """

    verdict: InkVerdict
    sentence: str
    against_carbon: Deviation
    against_reference: Deviation | None
    exponent: float
    misfit: float
    blank: Lab
    swatches: tuple[SwatchHue, ...]

    @property
    def suggestion(self) -> Suggestion | None:
        """What the desk should propose; None is no release, only nothing to propose."""
        if self.verdict == "not carbon-like":
            return "quarantine the lot"
        return "repeat the card" if self.verdict == "cannot tell" else None

    def chart(self) -> dict[str, tuple[tuple[float, float, float], ...]]:
        """Series of (pigment fraction, a*, b*) from the blank to the darkest swatch, by name."""
        series = {
            "this lot": [swatch.lab for swatch in self.swatches],
            "nearest carbon": [swatch.nearest_carbon for swatch in self.swatches],
            "bone black": [swatch.bone_black for swatch in self.swatches],
            "reference lot": [s.reference for s in self.swatches if s.reference is not None],
        }
        fractions = [0.0, *(swatch.fraction for swatch in self.swatches)]
        return {
            name: tuple(
                (fraction, lab[1], lab[2])
                for fraction, lab in zip(fractions, [self.blank, *labs], strict=True)
            )
            for name, labs in series.items()
            if labs
        }

    def as_dict(self) -> dict[str, object]:
        """The form that is stored with the lot and printed."""
        return {
            "verdict": self.verdict,
            "sentence": self.sentence,
            "suggestion": self.suggestion,
            "against_carbon": _deviation_dict(self.against_carbon),
            "against_reference": (
                None if self.against_reference is None else _deviation_dict(self.against_reference)
            ),
            "exponent": self.exponent,
            "misfit": self.misfit,
            "swatches": {
                swatch.name: {
                    "lab": list(swatch.lab),
                    "nearest_carbon": list(swatch.nearest_carbon),
                    "from_nearest_carbon": swatch.from_nearest_carbon,
                    "from_bone_black": swatch.from_bone_black,
                    "from_reference": swatch.from_reference,
                }
                for swatch in self.swatches
            },
        }


def judge_ink(
    card: SwatchCard,
    law: Law,
    reference: SwatchCard | None = None,
    noise: Noise | None = None,
) -> InkTest:
    """Test an ink by its card.

    Args:
        card: the lot's card. It need not have been accepted by `fit_card`: a strongly toned ink
            may follow no law well, and should then be tested all the more.
        law: the law the card was fitted under (of a refused one, `PoorFit.law`).
        reference: the card of a lot of the same product that is known to be carbon.
        noise: standard deviations of one swatch's colour; by default a CR30-class instrument's.

    Raises:
        CardError: one of the cards is not sound (see `channels_of`).
    """
    spread = noise or Noise()
    data = channels_of(card)
    seen = _estimated(data, law, spread)
    family = against_family(seen)
    if reference is None:
        known, held, grade = None, None, int(family.grade)
    else:
        known = _estimated(channels_of(reference), law, spread)
        held = against_reference(seen, known)
        grade = int(combined(family, held))
    carbon = _deviation(family)
    lot = None if held is None else _deviation(held)
    verdict = VERDICTS[grade]
    positions = np.arange(len(carbon_family(law).exponents))
    exponent = np.interp(family.departure.position, positions, carbon_family(law).exponents)
    return InkTest(
        verdict=verdict,
        sentence=_sentence(verdict, carbon, lot, float(seen.misfit)),
        against_carbon=carbon,
        against_reference=lot,
        exponent=float(exponent),
        misfit=float(seen.misfit),
        blank=as_lab(data.blank_lab),
        swatches=_hues(data, seen, family.departure.nearest, known),
    )


def _estimated(data: CardChannels, law: Law, noise: Noise) -> Undertone:
    return estimate_undertone(data.blank_lab, data.lab, law, noise)


def _hues(
    data: CardChannels, seen: Undertone, nearest: Floats, known: Undertone | None
) -> tuple[SwatchHue, ...]:
    paths = [seen.path(nearest), seen.carbon_path(0)]
    if known is not None:
        paths.append(seen.path(known.estimate))
    away = [delta_e_2000(data.lab, path) for path in paths]
    return tuple(
        SwatchHue(
            ratio=swatch.ratio,
            name=swatch.name,
            fraction=float(data.fractions[i]),
            lab=swatch.lab,
            nearest_carbon=as_lab(paths[0][i]),
            bone_black=as_lab(paths[1][i]),
            reference=None if known is None else as_lab(paths[2][i]),
            from_nearest_carbon=float(away[0][i]),
            from_bone_black=float(away[1][i]),
            from_reference=None if known is None else float(away[2][i]),
        )
        for i, swatch in enumerate(data.swatches)
    )


def _deviation(graded: Graded) -> Deviation:
    _, a, b = as_lab(graded.departure.gap)
    return Deviation(
        size=float(graded.size),
        sigmas=float(graded.sigmas),
        resolution=float(graded.resolution),
        lean=lean_of(a, b),
    )


def lean_of(a: float, b: float) -> Lean:
    """The quarter of the CIELAB hue circle a difference (Δa*, Δb*) points to.

    Cut where the toners to be told apart fall into different quarters: phthalocyanines at 120 to
    240 degrees, a violet at 240 to 300 beside a cool carbon and above 300 beside a warm one.
    """
    hue = math.degrees(math.atan2(b, a)) % 360.0
    if 60.0 <= hue < 120.0:
        return "yellow to brown"
    if 120.0 <= hue < 240.0:
        return "green to blue"
    return "blue to violet" if 240.0 <= hue < 300.0 else "violet to red"


def _sentence(verdict: InkVerdict, carbon: Deviation, lot: Deviation | None, misfit: float) -> str:
    decisive, beside = carbon, "the nearest carbon of its depth"
    # The larger in terms of its own limit is the one that speaks.
    if lot is not None and (
        verdict != "not carbon-like"
        or lot.size / REFERENCE_LIMITS.alarm > carbon.size / FAMILY_LIMITS.alarm
    ):
        decisive, beside = lot, "the reference lot"
    away = f"{decisive.size:.1f} CIEDE2000 from {beside}, towards {decisive.lean}"
    if verdict == "not carbon-like":
        return f"In dilution this ink lies {away}: it may hold a toner. Keep it back and ask."
    if verdict == "carbon-like":
        return (
            f"In dilution this ink lies {decisive.size:.1f} CIEDE2000 from {beside}: "
            "the card shows no toner. It cannot show that there is none."
        )
    if decisive.resolution > RESOLVED:
        if misfit > _SCATTERED:
            return (
                "The swatches do not agree on one hue, far beyond what the instrument scatters. "
                "Make and read the card again."
            )
        return (
            "The swatches are too light, too dark or too few to show a hue. "
            "Add swatches between L* 30 and 80."
        )
    mend = "" if lot is not None else ", beside the card of a lot known to be carbon"
    return (
        f"In dilution this ink lies {away}: too much to ignore, too little to say. "
        f"Repeat the card{mend}."
    )


def _deviation_dict(deviation: Deviation) -> dict[str, object]:
    return {
        "size": deviation.size,
        "sigmas": deviation.sigmas,
        "resolution": deviation.resolution,
        "lean": deviation.lean,
    }
