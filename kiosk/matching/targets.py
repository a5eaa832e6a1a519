"""What the dots are to look like: the hair that is there, or what stands in for it.

Each kind of hair has its own way to a target, and says how far it can be trusted. Where a reading
is missing nothing is guessed: the builder names the reading to take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.inputs import InputError, bounded, one_colour
from kiosk.matching.recommendation import Lab, Note

Kind = Literal["tress", "blend", "all dark", "regrowth", "eyebrow", "photo", "client's choice"]
Standing = Literal["eyebrow", "photo", "client's choice"]
Confidence = Literal["measured", "low"]


@dataclass(frozen=True, slots=True)
class HairReading:
    """Mean CIELAB of re-positioned readings on one lock, the SD of L* seen, and their number."""

    lab: Lab
    sd: float | None = None
    readings: int = 5


@dataclass(frozen=True, slots=True)
class Target:
    """One look to aim at: the hair the follicle is taken to grow.

    `to_sign` is True where the client chooses between looks, so that a signature belongs to it.
    `extra_light` asks for a lighter rung than the recipe's, because the hair was not measured.
    """

    kind: Kind
    hair_lab: Lab
    hair_sd: float | None
    hair_readings: int
    confidence: Confidence
    extra_light: bool
    to_sign: bool
    notes: tuple[Note, ...]

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "kind": self.kind,
            "hair_lab": list(self.hair_lab),
            "hair_sd": self.hair_sd,
            "hair_readings": self.hair_readings,
            "confidence": self.confidence,
            "extra_light": self.extra_light,
            "to_sign": self.to_sign,
            "notes": [note.as_dict() for note in self.notes],
        }


def tress(hair: HairReading) -> Target:
    """The plain case: one natural colour, read on a tress or lock.

    Raises:
        InputError: not one colour.
    """
    return _measured("tress", hair)


def grey_mix(
    dark: HairReading | None, grey: HairReading | None, grey_percent: float
) -> tuple[Target, ...]:
    """Both looks of mixed hair, from a dark and a grey lock: "blend" and "all dark".

    The blend averages light, as the eye does from a distance. Without dark hair only "blend" is
    left, without grey hair only "all dark". The client signs one.

    Raises:
        InputError: a lock that its share asks for was not read, or no percentage.
    """
    share = float(bounded(grey_percent, "grey_percent", 0.0, 100.0)) / 100.0
    if share < 1.0 and dark is None:
        raise InputError("dark lock", "was not read", "Read a dark lock apart from the grey.")
    if share > 0.0 and grey is None:
        raise InputError("grey lock", "was not read", "Read a grey lock apart from the dark.")
    if grey is None or share == 0.0:
        return (tress(cast(HairReading, dark)),)
    if dark is None:
        return (_measured("blend", grey, Note("all-grey", "All of the hair is grey.")),)
    channels = lab_to_channels(
        np.stack([one_colour(dark.lab, "dark lock"), one_colour(grey.lab, "grey lock")])
    )
    lab = channels_to_lab(share * channels[1] + (1.0 - share) * channels[0])
    seen = [sd for sd in (dark.sd, grey.sd) if sd is not None]
    # The wider spread and the fewer readings: an overstated doubt only makes the recipe lighter.
    blend = HairReading(
        cast(Lab, tuple(lab.tolist())),
        max(seen, default=None),
        min(dark.readings, grey.readings),
    )
    percent = f"{100.0 * share:.0f} % grey"
    return (
        _measured("blend", blend, Note("blend", f"The look of the mix, {percent}."), sign=True),
        _measured(
            "all dark",
            dark,
            Note("all-dark", f"The look of the dark hair alone; {percent} will stand out."),
            sign=True,
        ),
    )


def dyed(regrowth: HairReading | None) -> Target:
    """Dyed hair: the target is what grows back, since dots do not follow the dye.

    Raises:
        InputError: the regrowth was not read.
    """
    if regrowth is None:
        raise InputError(
            "regrowth",
            "was not read, and dye says nothing about the follicle",
            "Read the regrowth at the parting, or wait for a week's growth.",
        )
    return _measured(
        "regrowth", regrowth, Note("dyed", "Dyed hair: matched to the regrowth, not to the dye.")
    )


def no_hair(lab: ArrayLike, standing: Standing) -> Target:
    """No hair anywhere: eyebrow, photo or the client's choice stands in, with low confidence.

    Raises:
        InputError: not one colour, or nothing that can stand in.
    """
    why = {
        "eyebrow": "Eyebrows are often darker than scalp hair.",
        "photo": "Photographs show hair lighter than it is, by 33 L* on average in one study.",
        "client's choice": "Nothing was measured; it is a wish.",
    }
    if standing not in why:
        raise InputError("standing", f"{standing!r} is none", f"Give one of {', '.join(why)}.")
    return Target(
        kind=standing,
        hair_lab=cast(Lab, tuple(one_colour(lab, "hair").tolist())),
        hair_sd=None,
        hair_readings=1,
        confidence="low",
        extra_light=True,
        to_sign=True,
        notes=(Note("no-hair", f"No hair to measure: {standing}. {why[standing]}"),),
    )


def _measured(kind: Kind, hair: HairReading, *notes: Note, sign: bool = False) -> Target:
    return Target(
        kind=kind,
        hair_lab=cast(Lab, tuple(one_colour(hair.lab, kind).tolist())),
        hair_sd=hair.sd,
        hair_readings=hair.readings,
        confidence="measured",
        extra_light=False,
        to_sign=sign,
        notes=notes,
    )
