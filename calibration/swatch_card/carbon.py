"""The family of pure carbons: the paths a carbon black can take on a given blank.

Carbon black absorbs as (wavelength/550 nm)^-p. For airborne black carbon p is widely taken as 1
and observed from 0.6 to 1.3 (Liu et al., Atmos. Chem. Phys. 18:6259, 2018); bone black, the one
carbon pigment whose measured K and S ship with this program, absorbs less in the blue than in the
red (fitted p below 0). The family runs from that bone black to p = 1.3, cool to warm.

Each member is simulated wavelength by wavelength and reduced to what a colorimeter can see: ln of
the absorbance in X and in Z over that in Y, as a function of the absorbance in Y. So it can be
laid over any blank and needs no spectrum of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats, reflectance_to_channels
from calibration.swatch_card.kubelka_munk import ks_inv, two_constant
from calibration.swatch_card.laws import Law, absorbance

START_NM, STEP_NM = 380, 10
WAVELENGTHS: Floats = np.arange(380.0, 751.0, 10.0)
WARMEST = 1.3
_EXPONENTS = (-0.75, -0.5, -0.25, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.15, WARMEST)
#: Index of p = 0 among bone black and the exponents: a carbon that is grey at every dilution.
NEUTRAL = 4
#: Absorbance in Y, from far lighter than 1:80 to L* below 10 under either law.
_GRID: dict[Law, Floats] = {
    "ks": np.geomspace(0.004, 8.0, 48),
    "film": np.geomspace(0.004, 2.6, 48),
}


@dataclass(frozen=True, slots=True)
class PigmentData:
    """Measured K and S of one pigment, per 10 nm from 380 to 750 nm."""

    absorption: Floats
    scattering: Floats


@cache
def pigments() -> dict[str, PigmentData]:
    """Bone black and titanium white, as shipped."""
    text = (files(__package__) / "data" / "artist_black_white_KS.json").read_text("utf-8")
    loaded = json.loads(text)
    return {
        name: PigmentData(np.array(entry["k"]), np.array(entry["s"]))
        for name, entry in loaded.items()
    }


def as_strong_as_bone_black(absorption: ArrayLike) -> Floats:
    """An absorption curve scaled to bone black's mean over 400 to 700 nm."""
    curve = np.asarray(absorption, dtype=np.float64)
    visible = (WAVELENGTHS >= 400.0) & (WAVELENGTHS <= 700.0)
    wanted = pigments()["BoneBlack"].absorption[visible].mean()
    return np.asarray(curve * (wanted / curve[visible].mean()))


def carbon_absorption(exponent: float) -> Floats:
    """K of a carbon black that absorbs as wavelength^-exponent, as strong as bone black."""
    return as_strong_as_bone_black((WAVELENGTHS / 550.0) ** -exponent)


def in_titanium_white(absorption: ArrayLike, amounts: ArrayLike) -> Floats:
    """Channels (n, 3) of an ink of this K in opaque white, amounts (n,) per part of white.

    The ink scatters as bone black does; carbon scatters little beside titanium dioxide.
    """
    white, black = pigments()["TitaniumWhite"], pigments()["BoneBlack"]
    parts = np.asarray(amounts, dtype=np.float64)
    reflectance = two_constant(
        np.array([white.absorption, np.asarray(absorption)]),
        np.array([white.scattering, black.scattering]),
        np.stack([np.ones_like(parts), parts], axis=-1),
    )
    return reflectance_to_channels(START_NM, STEP_NM, reflectance)


def film_on_white(absorption: ArrayLike, amounts: ArrayLike) -> Floats:
    """Channels (n, 3) of a transparent film of this K over titanium white, seen through twice."""
    white = pigments()["TitaniumWhite"]
    bare = ks_inv(white.absorption / white.scattering)
    depth = np.asarray(amounts, dtype=np.float64)[..., np.newaxis] * np.asarray(absorption)
    return reflectance_to_channels(START_NM, STEP_NM, bare * np.exp(-2.0 * depth))


@dataclass(frozen=True, slots=True)
class Family:
    """K members, cool to warm, on a grid of G absorbances in Y.

    `exponents` (K,) with bone black's fitted one first; `log_y` (G,) is ln of the absorbance in
    Y, evenly spaced; `log_kappa` (K, G, 2) is ln of that in X and Z relative to it.
    """

    law: Law
    exponents: Floats
    log_y: Floats
    log_kappa: Floats

    def undertone(self, member: int, absorbance_y: Floats) -> Floats:
        """Logarithm of kappa in X and Z (..., 2) of one member where it absorbs this much in Y."""
        step = self.log_y[1] - self.log_y[0]
        at = (np.log(np.maximum(absorbance_y, 1e-9)) - self.log_y[0]) / step
        at = np.clip(at, 0.0, len(self.log_y) - 1.0)
        low = np.minimum(at.astype(np.intp), len(self.log_y) - 2)
        part = (at - low)[..., np.newaxis]
        table = self.log_kappa[member]
        return np.asarray((1.0 - part) * table[low] + part * table[low + 1])


@cache
def carbon_family(law: Law) -> Family:
    """The pure carbons under one law, simulated on titanium white; computed once."""
    bone_black = pigments()["BoneBlack"].absorption
    curves = [bone_black, *(carbon_absorption(p) for p in _EXPONENTS)]
    log_y = np.log(_GRID[law])
    tables = []
    for curve in curves:
        amounts = np.concatenate([[0.0], np.geomspace(0.005, 120.0, 120)])
        simulated = (in_titanium_white if law == "ks" else film_on_white)(curve, amounts)
        taken = absorbance(simulated[1:], simulated[0], law)
        ratios = np.log(taken[:, [0, 2]] / taken[:, 1:2])
        known = np.log(taken[:, 1])
        tables.append(np.stack([np.interp(log_y, known, ratios[:, j]) for j in (0, 1)], axis=-1))
    exponents = np.array([_fitted_exponent(bone_black), *_EXPONENTS])
    return Family(law, exponents, log_y, np.array(tables))


def _fitted_exponent(absorption: Floats) -> float:
    visible = (WAVELENGTHS >= 400.0) & (WAVELENGTHS <= 700.0)
    slope, _ = np.polyfit(np.log(WAVELENGTHS[visible]), np.log(absorption[visible]), 1)
    return -float(slope)
