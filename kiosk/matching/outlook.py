"""What will be seen on the day, healed, and after years: a band, never a line.

Carbon does not change its hue in this model, it only gets less; so lightness walks back to the
skin and hue stays with the dot. What is assumed is said in the data: no fading curve of scalp
pigment is published.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats, channels_to_lab, lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.forward import absorbance
from kiosk.matching.inputs import InputError, bounded, one_colour
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommendation import Lab, Note
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.tone import ita_degrees
from kiosk.matching.uncertainty import normal_quantile

Moment = Literal["today", "healed", "1 year", "3 years"]
MOMENTS: tuple[Moment, ...] = ("today", "healed", "1 year", "3 years")
_YEARS = np.array([0.0, 0.0, 1.0, 3.0])
_EDGES = ("light", "middle", "dark")


@dataclass(frozen=True, slots=True)
class Band:
    """CIELAB at one moment: the light edge, the middle and the dark edge of the interval."""

    moment: Moment
    light: Lab
    middle: Lab
    dark: Lab

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "moment": self.moment,
            "light": list(self.light),
            "middle": list(self.middle),
            "dark": list(self.dark),
        }


@dataclass(frozen=True, slots=True)
class Outlook:
    """How one dot, or an area after its sessions, will look; `level` is that of the bands.

    `assumed` names what of it no measurement supports.
    """

    what: Literal["dot", "field"]
    skin_lab: Lab
    bands: tuple[Band, ...]
    level: float
    assumed: tuple[str, ...]
    notes: tuple[Note, ...]

    def at(self, moment: Moment) -> Band:
        """The band of one moment."""
        return self.bands[MOMENTS.index(moment)]

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "what": self.what,
            "skin_lab": list(self.skin_lab),
            "bands": [band.as_dict() for band in self.bands],
            "level": self.level,
            "assumed": list(self.assumed),
            "notes": [note.as_dict() for note in self.notes],
        }


def dot_outlook(
    skin_lab: ArrayLike,
    ratio: float,
    constants: Constants,
    thresholds: Thresholds,
    *,
    exposed: bool = False,
) -> Outlook:
    """The outlook of a dot of 1:`ratio` on this skin, CIELAB (3,).

    `exposed`: sun, swimming or dry skin is reported; the light edge fades faster.

    Raises:
        InputError: not one colour, or no ratio.
    """
    skin = one_colour(skin_lab, "skin")
    fraction = fraction_of(bounded(ratio, "ratio", 0.0, 1000.0))
    skin_v = lab_to_channels(skin)
    depth = 2.0 * absorbance(constants) * fraction
    amounts = _amounts(constants, thresholds, exposed)
    channels = skin_v * np.exp(-depth * amounts[..., np.newaxis])
    return _outlook("dot", skin, channels, constants, thresholds, exposed)


def field_outlook(
    skin_lab: ArrayLike,
    ratios: Sequence[float],
    covers: Sequence[float],
    constants: Constants,
    thresholds: Thresholds,
    *,
    exposed: bool = False,
) -> Outlook:
    """The outlook of an area after the sessions of `ratios` and healed `covers`, oldest first.

    "today" is the day of the last of them: its dots are fresh, the others healed. Years count from
    there, for all sessions alike.

    Raises:
        InputError: not one colour, no session, or ratios and covers that cannot be.
    """
    skin = one_colour(skin_lab, "skin")
    if len(ratios) != len(covers) or not len(ratios):
        raise InputError("covers", "do not pair with the ratios", "Give one cover a session.")
    fraction = fraction_of(bounded(ratios, "ratio", 0.0, 1000.0))
    healed = bounded(covers, "cover", 0.0, 1.0, open_high=True)
    fresh = healed.copy()
    fresh[-1] *= constants.fresh_dot_area
    if fresh[-1] >= 1.0:
        raise InputError(
            "cover",
            "leaves no skin between fresh dots",
            f"Give a healed cover below {1.0 / constants.fresh_dot_area:.3g}.",
        )
    n = constants.yule_nielsen
    amounts = _amounts(constants, thresholds, exposed)  # (edge, moment)
    left = np.repeat(amounts[..., np.newaxis], len(fraction), axis=-1)
    left[:, 0, :-1] = amounts[:, 1, np.newaxis]
    area = np.broadcast_to(healed, left.shape).copy()
    area[:, 0, :] = fresh
    depth = 2.0 * absorbance(constants) * (fraction * left)[..., np.newaxis] / n
    factors = (1.0 + area[..., np.newaxis] * np.expm1(-depth)) ** n
    channels = lab_to_channels(skin) * np.prod(factors, axis=-2)
    return _outlook("field", skin, channels, constants, thresholds, exposed)


def _amounts(constants: Constants, thresholds: Thresholds, exposed: bool) -> Floats:
    """Absorbance over that of neat fresh ink, (edge, moment): light, middle and dark edge."""
    fast, middle, slow = thresholds.half_life_years
    if exposed:
        fast = thresholds.half_life_exposed
    half_lives = np.array([fast, middle, slow])[:, np.newaxis]
    kept = np.where(np.array([False, True, True, True]), constants.retention, 1.0)
    mixed = constants.cv_lot**2 + constants.cv_gain**2 + constants.cv_mix**2
    healing = (constants.sigma_retention / constants.retention) ** 2
    sigma = np.sqrt(mixed + healing * np.array([0.0, 1.0, 1.0, 1.0]))
    reach = normal_quantile(0.5 + constants.interval_level / 2.0)
    edges = np.array([-1.0, 0.0, 1.0])[:, np.newaxis]
    return np.asarray(kept * np.exp2(-_YEARS / half_lives) * np.exp(edges * reach * sigma))


def _outlook(
    what: Literal["dot", "field"],
    skin: Floats,
    channels: Floats,
    constants: Constants,
    thresholds: Thresholds,
    exposed: bool,
) -> Outlook:
    lab = channels_to_lab(channels)
    bands = tuple(
        Band(moment, *(cast(Lab, tuple(lab[edge, index].tolist())) for edge in range(len(_EDGES))))
        for index, moment in enumerate(MOMENTS)
    )
    fast, middle, slow = thresholds.half_life_years
    assumed: tuple[str, ...] = (
        f"Fading: half of the pigment's effect in {middle:g} years, {fast:g} to {slow:g}; from "
        "practice, no curve is published.",
        "Dots do not widen over the years.",
        "The skin keeps today's colour; its readings' own spread is not in the band.",
    )
    if exposed:
        assumed = (
            *assumed,
            f"Sun, swimming or dry skin: the fast edge halves in {thresholds.half_life_exposed:g} "
            "years; faster is reported, how much is not.",
        )
    angle = float(ita_degrees(skin))
    notes = [Note("hue-stays", "Carbon gets lighter with the years; its hue does not turn.")]
    if not math.isnan(angle) and angle > thresholds.blue_caution_ita:
        notes.append(
            Note(
                "blue-caution",
                "Fair skin: dots that are too dark or too deep look bluer here than on other skin.",
            )
        )
    return Outlook(
        what,
        cast(Lab, tuple(skin.tolist())),
        bands,
        constants.interval_level,
        assumed,
        tuple(notes),
    )
