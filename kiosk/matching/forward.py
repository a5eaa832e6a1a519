"""From skin and ink to what is seen: dots, fields of dots, sessions on top of each other.

Everything works on white-normalised channels X, Y, Z of shape (..., 3); `fraction` and `cover`
have the leading shape of the skin or broadcast to it. The dot is a film of carbon under which the
skin shines through twice (Beer-Lambert in and out); fields follow Yule and Nielsen, overlapping
sessions Demichel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import InputError, bounded


def absorbance(constants: Constants) -> Floats:
    """Absorbance (3,) of neat ink per pass, fresh, in X, Y, Z."""
    in_y = constants.A0 * constants.strength * constants.gain
    return np.array([constants.kappa_x * in_y, in_y, constants.kappa_z * in_y])


def dot_fresh(skin: Floats, fraction: ArrayLike, constants: Constants) -> Floats:
    """Channels (..., 3) of one dot on the day, before any pigment is lost."""
    return _dot(skin, fraction, absorbance(constants))


def dot_healed(skin: Floats, fraction: ArrayLike, constants: Constants) -> Floats:
    """Channels (..., 3) of one dot after healing."""
    return _dot(skin, fraction, absorbance(constants) * constants.retention)


def field_healed(
    skin: Floats, fraction: ArrayLike, cover: ArrayLike, constants: Constants
) -> Floats:
    """Channels (..., 3) of an area whose share `cover`, 0 to below 1, is healed dots."""
    healed = absorbance(constants) * constants.retention
    return skin * _field_factor(fraction, cover, healed, constants.yule_nielsen)


def field_fresh(
    skin: Floats, fraction: ArrayLike, cover: ArrayLike, constants: Constants
) -> Floats:
    """Channels (..., 3) of the same area on the day; `cover` is the healed share.

    Raises:
        InputError: the larger fresh dots would cover everything.
    """
    fresh_cover = _cover(cover) * constants.fresh_dot_area
    if (fresh_cover >= 1.0).any():
        raise InputError(
            "cover",
            "leaves no skin between fresh dots",
            f"Give a healed cover below {1.0 / constants.fresh_dot_area:.3g}.",
        )
    return skin * _field_factor(
        fraction, fresh_cover, absorbance(constants), constants.yule_nielsen
    )


def sessions_healed(
    skin: Floats, fractions: ArrayLike, covers: ArrayLike, constants: Constants
) -> Floats:
    """Channels (..., 3) after several healed sessions placed independently of each other.

    `fractions` and `covers` have shape (..., m), one entry a session; their order does not matter.
    """
    by_session = np.asarray(fractions, dtype=np.float64)
    cover = np.asarray(covers, dtype=np.float64)
    healed = absorbance(constants) * constants.retention
    factors = _field_factor(by_session, cover, healed, constants.yule_nielsen)
    return np.asarray(skin * np.prod(factors, axis=-2))


def dot_later(
    skin: Floats,
    fraction: ArrayLike,
    constants: Constants,
    *,
    remaining: ArrayLike = 1.0,
    spread: ArrayLike = 1.0,
) -> Floats:
    """Channels (..., 3) of one healed dot when `remaining` of its pigment has spread out.

    `spread` is the dot's diameter over the healed one: the same pigment on its square of the area.
    """
    left = bounded(remaining, "remaining", 0.0, 1.0)
    wider = bounded(spread, "spread", 1.0, 10.0)
    amount = bounded(fraction, "fraction", 0.0, 1.0) * left / wider**2
    return dot_healed(skin, amount, constants)


def sessions_later(
    skin: Floats,
    fractions: ArrayLike,
    covers: ArrayLike,
    constants: Constants,
    *,
    remaining: ArrayLike = 1.0,
    spread: ArrayLike = 1.0,
) -> Floats:
    """`sessions_healed` when each session's dots have faded and spread, entry by entry.

    Raises:
        InputError: the wider dots would cover everything.
    """
    left = bounded(remaining, "remaining", 0.0, 1.0)
    wider = bounded(spread, "spread", 1.0, 10.0)
    cover = _cover(covers) * wider**2
    if (cover >= 1.0).any():
        raise InputError("spread", "leaves no skin between dots", "Give a smaller spread.")
    amount = bounded(fractions, "fraction", 0.0, 1.0) * left / wider**2
    return sessions_healed(skin, amount, cover, constants)


def total_cover(covers: ArrayLike) -> Floats:
    """Share of the area under at least one dot after sessions of `covers` (..., m)."""
    return np.asarray(1.0 - np.prod(1.0 - _cover(covers), axis=-1))


def _dot(skin: Floats, fraction: ArrayLike, per_pass: Floats) -> Floats:
    amount = bounded(fraction, "fraction", 0.0, 1.0)
    return np.asarray(skin * np.exp(-2.0 * per_pass * amount[..., np.newaxis]))


def _field_factor(fraction: ArrayLike, cover: ArrayLike, per_pass: Floats, n: float) -> Floats:
    amount = bounded(fraction, "fraction", 0.0, 1.0)[..., np.newaxis]
    share = _cover(cover)[..., np.newaxis]
    return np.asarray((1.0 - share + share * np.exp(-2.0 * per_pass * amount / n)) ** n)


def _cover(cover: ArrayLike) -> Floats:
    return bounded(cover, "cover", 0.0, 1.0, open_high=True)
