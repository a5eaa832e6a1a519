"""How well a tone is known: a covariance in CIELAB from readings, calibration and correction.

Readings of one place scatter and averaging helps; an error of white, black or of the correction
fit is the same in every reading and averaging does not help. First-order propagation with the
derivative of CIELAB; covariances are (3, 3), order L*, a*, b* or X, Y, Z.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats, lab_to_channels

Row = tuple[float, float, float]
#: Rows of a symmetric 3 x 3 matrix, order L*, a*, b*.
Covariance = tuple[Row, Row, Row]

#: Covariance of one reading within its place. Skin: 100 forearms with three placements each in the
#: NIST Reference Data Set of Human Skin Reflectance (doi 10.18434/M38597), D65/10 degrees. Hair:
#: no such data are published; SD 1.0 in L* (0.6 to 1.2 reported), 0.6 in a* and b* assumed.
PRIOR: Final[Mapping[str, Covariance]] = MappingProxyType(
    {
        "skin": ((0.537, -0.033, 0.064), (-0.033, 0.261, 0.040), (0.064, 0.040, 0.220)),
        "hair": ((1.00, 0.0, 0.0), (0.0, 0.36, 0.0), (0.0, 0.0, 0.36)),
    }
)
#: The prior counts as so many readings; the recipe's constants weigh it the same.
PRIOR_WEIGHT: Final = 4.0

_EPSILON = (6.0 / 29.0) ** 3
#: CIELAB from f(X), f(Y), f(Z) (CIE 15:2018, 8.2.1).
_FROM_F = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])


@dataclass(frozen=True, slots=True)
class BaselineUncertainty:
    """Standard uncertainties of white and black.

    `scale` is relative and common to all channels, `offset` a reflectance fraction added to all.
    """

    scale: float
    offset: float


#: Scale: the white card may read 0.3 CIELAB off and still pass, and 0.3 in L* near white is 0.85 %
#: of Y. Offset: 0.15 % reflectance with nothing before the aperture, as reported of units of this
#: price. Both limits with a rectangular distribution, so divided by the root of 3.
CARD_CHECKED: Final = BaselineUncertainty(scale=0.0085 / 3**0.5, offset=0.0015 / 3**0.5)
#: The card was off by up to 0.6, which warns and is let pass.
CARD_WARNED: Final = BaselineUncertainty(scale=0.0170 / 3**0.5, offset=0.0015 / 3**0.5)


def as_covariance(matrix: ArrayLike) -> Covariance:
    """A symmetric 3 x 3 array as plain tuples; numerical asymmetry is averaged out."""
    array = np.asarray(matrix, dtype=np.float64)
    if array.shape != (3, 3):
        raise ValueError(f"a covariance in CIELAB is 3 x 3, not {array.shape}")
    rows = (0.5 * (array + array.T)).tolist()
    return tuple(rows[0]), tuple(rows[1]), tuple(rows[2])


def lab_jacobian(xyz: ArrayLike) -> Floats:
    """Derivative of CIELAB by white-normalised XYZ, (..., 3, 3): rows L*, a*, b*."""
    values = np.asarray(xyz, dtype=np.float64)
    cubic = np.maximum(values, _EPSILON) ** (-2.0 / 3.0) / 3.0
    slope = np.where(values > _EPSILON, cubic, (29.0 / 6.0) ** 2 / 3.0)
    return np.asarray(_FROM_F * slope[..., None, :])


def propagate(xyz: ArrayLike, covariance_xyz: ArrayLike) -> Floats:
    """Covariance in CIELAB, (..., 3, 3), of a colour whose XYZ have this covariance."""
    jacobian = lab_jacobian(xyz)
    return np.asarray(jacobian @ np.asarray(covariance_xyz) @ np.swapaxes(jacobian, -1, -2))


def from_baseline(xyz: ArrayLike, baseline: BaselineUncertainty) -> Floats:
    """Covariance in CIELAB, (3, 3), that an uncertain white and black give a colour."""
    values = np.asarray(xyz, dtype=np.float64)
    in_xyz = baseline.scale**2 * np.outer(values, values) + baseline.offset**2 * np.ones((3, 3))
    return propagate(values, in_xyz)


def from_readings(surface: str, sites: Sequence[ArrayLike]) -> Floats:
    """Covariance, (3, 3), of the mean of site means.

    The scatter within sites is pooled with PRIOR, which counts as PRIOR_WEIGHT readings, so that
    three readings that happen to agree do not claim to be perfect. That sites differ among each
    other is a property of the skin and not counted.

    Args:
        surface: "skin" or "hair".
        sites: for each site the CIELAB of the readings that count, (readings, 3).
    """
    if not sites:
        raise ValueError("no site has been read")
    scatter = PRIOR_WEIGHT * np.asarray(PRIOR[surface])
    degrees, shares = PRIOR_WEIGHT, 0.0
    for site in sites:
        labs = np.asarray(site, dtype=np.float64)
        residual = labs - labs.mean(axis=0)
        scatter = scatter + residual.T @ residual
        degrees += len(labs) - 1
        shares += 1.0 / len(labs)
    return np.asarray(scatter / degrees * shares / len(sites) ** 2)


def tone_covariance(
    surface: str,
    lab: Sequence[float],
    sites: Sequence[ArrayLike],
    *,
    fit: Covariance | None = None,
    baseline: BaselineUncertainty = CARD_CHECKED,
) -> Covariance:
    """Everything that is uncertain about a tone, in CIELAB.

    Args:
        surface: "skin" or "hair".
        lab: the tone.
        sites: CIELAB of the counted readings, site by site.
        fit: expected error of the correction, for a head that measures channels.
        baseline: uncertainty of white and black.
    """
    total = from_readings(surface, sites) + from_baseline(lab_to_channels(lab), baseline)
    if fit is not None:
        total = total + np.asarray(fit)
    return as_covariance(total)


def lightness_sigma(covariance: Covariance) -> float:
    """Standard uncertainty of L*, of the tone itself and not of a single reading."""
    return float(covariance[0][0] ** 0.5)
