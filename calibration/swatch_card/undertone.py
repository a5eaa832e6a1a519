"""The undertone of cards, and its distance from what a pure carbon would give.

Every swatch is compared with a carbon of the same lightness on the same blank, so errors of
dilution drop out and only a* and b* are left. All swatches together say two numbers: ln of the
pigment's absorbance in X and in Z, relative to Y and to a neutral carbon. They are estimated by
generalised least squares with the noise of swatches and blank propagated; the blank's is common to
all swatches. The estimates of the noise-free carbons on the same blank are a curve in that plane,
and the distance from it is measured in standard deviations and in CIEDE2000.

Arrays in, arrays out: blanks (..., 3), swatches (..., n, 3), any leading dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000, lab_to_channels
from calibration.swatch_card.carbon import NEUTRAL, carbon_family
from calibration.swatch_card.laws import Law, absorbance, on_blank

_STEP = 1e-3
#: Where undertones are compared as colours: about where a tint shows its hue best. A fixed depth,
#: because the same ink differs by next to nothing on swatches that are all too light.
MIDTONE = 60.0


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviation of one swatch's colour, its readings averaged, laying included.

    Defaults: what a CR30-class instrument reaches on matt card.
    """

    lightness: float = 0.35
    a: float = 0.25
    b: float = 0.25

    def variances(self) -> Floats:
        """Of L*, a*, b* (3,)."""
        return np.array([self.lightness, self.a, self.b]) ** 2


@dataclass(frozen=True, slots=True)
class Undertone:
    """What the swatches of cards say about their ink.

    `estimate` (..., 2) is (ln X, ln Z) absorbance relative to Y, from a neutral carbon's;
    `covariance` (..., 2, 2) its noise; `carbons` (..., K, 2) the estimates of the noise-free family
    members on the same blank; `misfit` (...) the squared residual per degree of freedom, 1 where
    nothing but the given noise is present.
    """

    law: Law
    blank: Floats
    swatches: Floats
    estimate: Floats
    covariance: Floats
    carbons: Floats
    misfit: Floats

    def path(self, undertone: Floats) -> Floats:
        """CIELAB (..., n, 3) of an ink with this undertone (..., 2) at the swatches' lightness."""
        return _path(self.law, self.blank, self.swatches, NEUTRAL, undertone)

    def midtone(self, undertone: Floats) -> Floats:
        """CIELAB (..., 3) of an ink with this undertone (..., 2) on the blank, diluted to L* 60.

        On a blank below L* 80: diluted to 20 below it.
        """
        lightness = np.minimum(MIDTONE, self.blank[..., :1] - 20.0)
        depth = np.concatenate([lightness, np.zeros_like(self.blank[..., 1:])], axis=-1)
        one = depth[..., np.newaxis, :]
        return _path(self.law, self.blank, one, NEUTRAL, undertone)[..., 0, :]

    def carbon_path(self, member: int) -> Floats:
        """CIELAB (..., n, 3) of a family member at the swatches' lightness."""
        return _path(self.law, self.blank, self.swatches, member, np.zeros(2))


def estimate_undertone(blank: Floats, swatches: Floats, law: Law, noise: Noise) -> Undertone:
    """Estimate the undertone of cards whose swatches are all darker than their blank."""
    count = swatches.shape[-2]
    base = _path(law, blank, swatches, NEUTRAL, np.zeros(2))
    seen = _flat(swatches - base)

    def derivative(moved: Floats) -> Floats:
        return _flat(moved - base) / _STEP

    by_undertone = np.stack(
        [derivative(_path(law, blank, swatches, NEUTRAL, step)) for step in _STEP * np.eye(2)], -1
    )
    by_blank = np.stack(
        [
            derivative(_path(law, blank + step, swatches, NEUTRAL, np.zeros(2)))
            for step in _STEP * np.eye(3)
        ],
        -1,
    )
    lighter = swatches + _STEP * np.array([1.0, 0.0, 0.0])
    by_lightness = derivative(_path(law, blank, lighter, NEUTRAL, np.zeros(2)))

    variances = noise.variances()
    total = (by_blank * variances) @ np.swapaxes(by_blank, -1, -2)
    # One swatch's lightness moves its own a* and b* together, and no other swatch's.
    same_swatch = np.kron(np.eye(count), np.ones((2, 2)))
    product = by_lightness[..., :, np.newaxis] * by_lightness[..., np.newaxis, :]
    total = total + variances[0] * product * same_swatch
    total = total + np.diag(np.tile(variances[1:], count))

    weighted = np.swapaxes(np.linalg.solve(total, by_undertone), -1, -2)
    covariance = np.asarray(np.linalg.inv(weighted @ by_undertone), dtype=np.float64)
    gain = covariance @ weighted

    def estimated(deviation: Floats) -> Floats:
        return np.asarray((gain @ deviation[..., np.newaxis])[..., 0])

    estimate = estimated(seen)
    members = range(len(carbon_family(law).exponents))
    carbons = [
        estimated(_flat(_path(law, blank, swatches, member, np.zeros(2)) - base))
        for member in members
    ]
    residual = seen - (by_undertone @ estimate[..., np.newaxis])[..., 0]
    explained = np.linalg.solve(total, residual[..., np.newaxis])[..., 0]
    misfit = np.sum(residual * explained, axis=-1) / (2 * count - 2)
    return Undertone(
        law, blank, swatches, estimate, covariance, np.stack(carbons, axis=-2), np.asarray(misfit)
    )


@dataclass(frozen=True, slots=True)
class Departure:
    """How far estimates lie from a curve of allowed ones.

    `sigmas` (...) in standard deviations of the estimate. `nearest` (..., 2) is the nearest allowed
    undertone and `position` (...) its place on the curve, 0 to K - 1. `size` (...) is the CIEDE2000
    and `gap` (..., 3) the CIELAB difference between the two at the midtone; `sigma_size` (...) is
    the CIEDE2000 that a departure of one standard deviation makes there.
    """

    sigmas: Floats
    nearest: Floats
    position: Floats
    size: Floats
    gap: Floats
    sigma_size: Floats


def departure(seen: Undertone, curve: Floats, covariance: Floats) -> Departure:
    """Distance of the estimates from curves (..., K, 2) of straight pieces.

    Args:
        seen: the estimates.
        curve: allowed undertones, in the coordinates of the estimates.
        covariance: noise (..., 2, 2) of estimate and curve together.
    """
    root = np.linalg.cholesky(covariance)
    white = np.linalg.inv(root)
    point = (white @ seen.estimate[..., np.newaxis])[..., 0]
    corners = curve @ np.swapaxes(white, -1, -2)
    start, along = corners[..., :-1, :], np.diff(corners, axis=-2)
    to_point = point[..., np.newaxis, :] - start
    part = np.clip(np.sum(to_point * along, -1) / np.sum(along**2, -1), 0.0, 1.0)
    gaps = np.linalg.norm(to_point - part[..., np.newaxis] * along, axis=-1)
    piece = np.argmin(gaps, axis=-1)

    def chosen(values: Floats) -> Floats:
        index = piece.reshape(piece.shape + (1,) * (values.ndim - piece.ndim))
        return np.asarray(np.take_along_axis(values, index, axis=piece.ndim)).squeeze(piece.ndim)

    tangent = chosen(along)
    nearest_white = chosen(start) + chosen(part)[..., np.newaxis] * tangent
    normal = np.stack([-tangent[..., 1], tangent[..., 0]], -1)
    normal = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
    nearest = (root @ nearest_white[..., np.newaxis])[..., 0]
    aside = (root @ normal[..., np.newaxis])[..., 0]

    allowed, found = seen.midtone(nearest), seen.midtone(seen.estimate)
    return Departure(
        sigmas=chosen(gaps),
        nearest=nearest,
        position=np.asarray(piece + chosen(part)),
        size=delta_e_2000(found, allowed),
        gap=np.asarray(found - allowed),
        sigma_size=delta_e_2000(seen.midtone(nearest + aside), allowed),
    )


def _path(law: Law, blank: Floats, swatches: Floats, member: int, extra: Floats) -> Floats:
    """CIELAB (..., n, 3) of a family member with `extra` (..., 2) ln kappa, at equal lightness."""
    bare = lab_to_channels(blank)[..., np.newaxis, :]
    lightness = swatches[..., 0]
    grey = np.stack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)], axis=-1)
    in_y = absorbance(lab_to_channels(grey)[..., 1], bare[..., 1], law)
    kappa = np.exp(carbon_family(law).undertone(member, in_y) + extra[..., np.newaxis, :])
    added = np.stack([in_y * kappa[..., 0], in_y, in_y * kappa[..., 1]], axis=-1)
    return channels_to_lab(on_blank(bare, added, law))


def _flat(lab: Floats) -> Floats:
    """a* and b* of n swatches as one vector (..., 2n)."""
    return lab[..., 1:].reshape(*lab.shape[:-2], -1)
