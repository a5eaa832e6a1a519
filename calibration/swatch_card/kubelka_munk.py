"""Opaque layers by Kubelka and Munk (1931), their surface by Saunderson (1942).

Reflectances are fractions; a dimension may be wavelengths or white-normalised channels alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats

#: Below and above, K/S turns the last digit of a reading into the whole answer: at 0.001 a step of
#: 0.0001 in reflectance already moves it by 10 %.
CLIP_LOW, CLIP_HIGH = 0.001, 0.999


class ReflectanceError(ValueError):
    """A reflectance no opaque layer can have: not a number, not above 0, or above 1."""


def ks(reflectance: ArrayLike) -> Floats:
    """K/S of an opaque layer that reflects this fraction.

    Raises:
        ReflectanceError: a value that is not above 0 and at most 1.
    """
    values = _checked(reflectance)
    return np.asarray((1.0 - values) ** 2 / (2.0 * values))


def ks_inv(ratio: ArrayLike) -> Floats:
    """Reflectance of an opaque layer of this K/S.

    Raises:
        ReflectanceError: a negative ratio or one that is not a number.
    """
    values = np.asarray(ratio, dtype=np.float64)
    if not (values >= 0.0).all():
        raise ReflectanceError("K/S must be a number of at least 0")
    # 1 + q - sqrt(q² + 2q) cancels for large q; its reciprocal form does not.
    return np.asarray(1.0 / (1.0 + values + np.sqrt(values * (values + 2.0))))


def clip_channels(channels: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Channels within [0.001, 0.999] and, elementwise, whether they had to be moved there.

    Raises:
        ReflectanceError: a value that is not above 0 and at most 1: a bad reading, not a dark one.
    """
    values = _checked(channels)
    clipped = np.clip(values, CLIP_LOW, CLIP_HIGH)
    return clipped, np.asarray(clipped != values)


def single_constant(ks_values: ArrayLike, concentrations: ArrayLike) -> Floats:
    """Reflectance (..., n) of a mixture whose scattering is the white's alone.

    Args:
        ks_values: K/S of each component, (m, n).
        concentrations: amounts (..., m).
    """
    return ks_inv(np.asarray(concentrations, dtype=np.float64) @ np.asarray(ks_values))


def two_constant(absorption: ArrayLike, scattering: ArrayLike, concentrations: ArrayLike) -> Floats:
    """Reflectance (..., n) of a mixture of components with their own K (m, n) and S (m, n).

    Raises:
        ReflectanceError: a mixture that scatters nowhere, which is not opaque.
    """
    amounts = np.asarray(concentrations, dtype=np.float64)
    scatter = amounts @ np.asarray(scattering, dtype=np.float64)
    if not (scatter > 0.0).all():
        raise ReflectanceError("the mixture does not scatter, so it is not opaque")
    return ks_inv(amounts @ np.asarray(absorption, dtype=np.float64) / scatter)


def saunderson_internal(
    measured: ArrayLike, k1: float, k2: float, *, specular_included: bool
) -> Floats:
    """Reflectance inside the layer from the one an instrument saw through the surface.

    Args:
        measured: fraction, above 0 and at most 1.
        k1: share reflected by the surface from outside (acrylic about 0.03).
        k2: share reflected back into the layer (acrylic about 0.65).
        specular_included: whether the instrument counted k1 (SCI) or not (SCE).
    """
    values = _checked(measured)
    entered = values - k1 if specular_included else values
    if not (entered > 0.0).all():
        raise ReflectanceError("the reading is darker than the surface alone; check k1")
    return _checked(entered / ((1.0 - k1) * (1.0 - k2) + k2 * entered))


def saunderson_measured(
    internal: ArrayLike, k1: float, k2: float, *, specular_included: bool
) -> Floats:
    """Reflectance an instrument sees of a layer with this reflectance inside."""
    values = _checked(internal)
    left = (1.0 - k1) * (1.0 - k2) * values / (1.0 - k2 * values)
    return np.asarray(left + k1 if specular_included else left)


def _checked(reflectance: ArrayLike) -> Floats:
    values = np.asarray(reflectance, dtype=np.float64)
    if not (values > 0.0).all():
        raise ReflectanceError("a reflectance must be above 0")
    # Rounding of an exact 1 on the way through CIELAB is not an error.
    if not (values <= 1.0 + 1e-9).all():
        raise ReflectanceError("a reflectance above 1 is a bad reading")
    return np.minimum(values, 1.0)
