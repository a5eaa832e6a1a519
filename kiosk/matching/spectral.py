"""The same dots and fields in spectra: a second opinion on the channels, and other lights.

A colour does not tell its spectrum. Skin varies in few ways, though: three coefficients on a basis
of measured skin reproduce CIELAB exactly and the spectrum within 0.013 (RMS of reflectance, median
over published head and neck skin). Arrays in, arrays out; spectra have shape (..., 31), 400 to
700 nm in steps of 10.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats, channel_weights, channels_to_lab
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import bounded, lab_array

WAVELENGTHS_NM = np.arange(400.0, 701.0, 10.0)

#: Newton ends here, in CIELAB units; damping halves a step at most so many times.
_SAME_LAB = 1e-10
_ITERATIONS = 40
_HALVINGS = 12
#: Where the channel model's factors were computed: 1:30, retention 0.60.
_REFERENCE_FRACTION = 1.0 / 31.0
_REFERENCE_RETENTION = 0.60


@dataclass(frozen=True, slots=True)
class SkinSpectra:
    """Spectra (..., 31) with their basis coefficients (..., 3) and whether Newton arrived."""

    coefficients: Floats
    reflectance: Floats
    solved: NDArray[np.bool_]


@cache
def skin_basis() -> tuple[Floats, Floats]:
    """Mean (31,) and components (3, 31) of ln reflectance of the NIST forearms."""
    text = files("kiosk.matching").joinpath("data", "skin_basis_nist.csv").read_text("utf-8")
    table = np.array(list(csv.reader(text.splitlines()))[1:], dtype=np.float64)
    return table[:, 1], np.ascontiguousarray(table[:, 2:].T)


@cache
def nist_spectra() -> Floats:
    """Reflectance (100, 31) of the NIST forearms, the mean of three placements each."""
    text = files("kiosk.matching").joinpath("data", "skin_spectra_nist.csv").read_text("utf-8")
    return np.array(list(csv.reader(text.splitlines()))[1:], dtype=np.float64)[:, 1:]


@cache
def weights(illuminant: str = "D65", observer: int = 10) -> Floats:
    """Weights (3, 31) from reflectance to white-normalised channels."""
    return channel_weights(WAVELENGTHS_NM, illuminant=illuminant, observer=observer)


def spectrum_to_channels(
    reflectance: ArrayLike, *, illuminant: str = "D65", observer: int = 10
) -> Floats:
    """Channels (..., 3) of reflectance (..., 31) under a light."""
    return np.asarray(np.asarray(reflectance) @ weights(illuminant, observer).T)


def skin_spectra(lab: ArrayLike, *, observer: int = 10) -> SkinSpectra:
    """Skin spectra whose CIELAB under D65 is `lab` (..., 3): damped Newton on the coefficients.

    A colour no mixture of the basis reaches comes back as the nearest found, not `solved`.

    Raises:
        InputError: not colours.
    """
    wanted = lab_array(lab, "skin")
    mean, components = skin_basis()
    matrix = weights("D65", observer)
    flat = wanted.reshape(-1, 3)
    x = np.zeros_like(flat)
    reflectance = np.exp(mean + x @ components)
    miss = channels_to_lab(reflectance @ matrix.T) - flat
    for _ in range(_ITERATIONS):
        size = np.abs(miss).max(axis=-1)
        if (size < _SAME_LAB).all():
            break
        # The pseudo-inverse: far from skin the three directions can fall together.
        step = np.linalg.pinv(_jacobian(reflectance, components, matrix)) @ -miss[..., np.newaxis]
        step = np.where((size < _SAME_LAB)[:, np.newaxis], 0.0, step[..., 0])
        shorter = np.ones(len(flat))
        for _ in range(_HALVINGS):
            with np.errstate(over="ignore", invalid="ignore"):  # a full step may leave the scale
                tried = np.exp(mean + (x + shorter[:, np.newaxis] * step) @ components)
                after = channels_to_lab(tried @ matrix.T) - flat
                worse = ~(np.linalg.norm(after, axis=-1) <= np.linalg.norm(miss, axis=-1))
            if not worse.any():
                break
            shorter = np.where(worse, 0.5 * shorter, shorter)
        moves = ~worse
        x = np.where(moves[:, np.newaxis], x + shorter[:, np.newaxis] * step, x)
        reflectance = np.where(moves[:, np.newaxis], tried, reflectance)
        miss = np.where(moves[:, np.newaxis], after, miss)
    solved = np.abs(miss).max(axis=-1) < 1e-6
    leading = wanted.shape[:-1]
    return SkinSpectra(
        x.reshape(wanted.shape),
        reflectance.reshape(*leading, len(WAVELENGTHS_NM)),
        solved.reshape(leading),
    )


def spectral_absorbance(constants: Constants, *, observer: int = 10) -> Floats:
    """Absorbance (31,) of neat ink per pass: (wavelength/550)^-p, scaled to the Y channel's A0.

    The scale is such that the mean NIST skin under 1:30, healed, has in Y exactly the absorbance
    the channel model gives it.
    """
    shape = (WAVELENGTHS_NM / 550.0) ** -constants.undertone
    in_y = constants.A0 * constants.strength * constants.gain
    return np.asarray(in_y / absorbance_ratio(constants.undertone, in_y, observer) * shape)


@cache
def absorbance_ratio(undertone: float, in_y: float, observer: int = 10) -> float:
    """Absorbance seen in Y over that at 550 nm, for the reference dot on the mean skin."""
    mean, _ = skin_basis()
    skin = np.exp(mean)
    in_y_weights = weights("D65", observer)[1]
    shape = (WAVELENGTHS_NM / 550.0) ** -undertone
    path = 2.0 * _REFERENCE_FRACTION * _REFERENCE_RETENTION
    ratio = 1.0
    # A fixed point that moves in the fifth decimal after the second round.
    for _ in range(6):
        dot = skin * np.exp(-path * in_y / ratio * shape)
        seen = np.log((in_y_weights @ skin) / (in_y_weights @ dot)) / path
        ratio = float(seen / (in_y / ratio))
    return ratio


def spectral_dot(
    skin: Floats,
    fraction: ArrayLike,
    constants: Constants,
    *,
    healed: bool = True,
    observer: int = 10,
) -> Floats:
    """Reflectance (..., 31) of one dot on skin (..., 31), healed or fresh."""
    amount = bounded(fraction, "fraction", 0.0, 1.0)[..., np.newaxis]
    kept = constants.retention if healed else 1.0
    per_pass = spectral_absorbance(constants, observer=observer)
    return np.asarray(skin * np.exp(-2.0 * kept * amount * per_pass))


def spectral_field(
    skin: Floats,
    fraction: ArrayLike,
    cover: ArrayLike,
    constants: Constants,
    *,
    observer: int = 10,
) -> Floats:
    """Reflectance (..., 31) of an area whose share `cover` is healed dots."""
    amount = bounded(fraction, "fraction", 0.0, 1.0)[..., np.newaxis]
    share = bounded(cover, "cover", 0.0, 1.0, open_high=True)[..., np.newaxis]
    n = constants.yule_nielsen
    per_pass = spectral_absorbance(constants, observer=observer)
    dots = np.exp(-2.0 * constants.retention * amount * per_pass / n)
    return np.asarray(skin * (1.0 - share + share * dots) ** n)


def _jacobian(reflectance: Floats, components: Floats, matrix: Floats) -> Floats:
    """Derivative of Lab by the coefficients, (m, 3, 3); CIELAB as in CIE 15:2018."""
    channels = reflectance @ matrix.T
    moved = np.einsum("mn,jn,kn->mjk", reflectance, matrix, components)
    cube = channels > (6.0 / 29.0) ** 3
    with np.errstate(divide="ignore"):
        slope = np.where(cube, np.cbrt(np.where(cube, channels, 1.0)) ** -2 / 3.0, 841.0 / 108.0)
    f = slope[..., np.newaxis] * moved
    return np.stack([116.0 * f[:, 1], 500.0 * (f[:, 0] - f[:, 1]), 200.0 * (f[:, 1] - f[:, 2])], 1)
