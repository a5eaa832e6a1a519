"""From two tones to a recipe: one kernel for one client and for ten thousand.

The order is fixed: follicle, contrast, best fraction, spread, safe fraction, rung. Conversions
to and from CIELAB cost the same for one colour as for a hundred, so each happens once, for all
colours of all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000, lab_to_channels
from kiosk.matching import ladder as ladders
from kiosk.matching import uncertainty
from kiosk.matching.constants import Constants
from kiosk.matching.forward import dot_fresh, dot_healed
from kiosk.matching.inputs import InputError, bounded, lab_array
from kiosk.matching.inverse import contrast, follicle, fraction_for
from kiosk.matching.recommendation import (
    Dot,
    Lab,
    Offer,
    Recommendation,
    Residual,
    Status,
    notes_for,
    reason_for,
)
from kiosk.matching.tone import ita_degrees, tone_of_angle

#: Index is the number in RecommendationArrays.status.
STATUSES: tuple[Status, ...] = ("recipe", "no-recipe", "low-contrast", "off-ladder")
_RECIPE, _NO_RECIPE, _LOW_CONTRAST, _OFF_LADDER = range(4)
_X, _Y, _Z = range(3)


@dataclass(frozen=True, slots=True)
class RecommendationArrays:
    """Recommendations for many pairs, one array a quantity; NaN where a number does not exist.

    All have the leading shape of the inputs; colours add a last dimension of 3, `residual` (ΔE00,
    ΔL*, Δa*, Δb*) of 4. `status` indexes STATUSES. `rung_*` is the advised rung, or the lightest
    one where none is advised. See Recommendation for what belongs to which fraction.
    """

    constants: Constants
    anchored: bool
    status: NDArray[np.int8]
    q: Floats
    fraction: Floats
    sigma_ln: Floats
    ratio_low: Floats
    ratio_high: Floats
    safe_fraction: Floats
    advised_ratio: Floats
    beyond_darkest: NDArray[np.bool_]
    offered: NDArray[np.bool_]
    skin_lab: Floats
    target_lab: Floats
    best_lab: Floats
    rung_lab: Floats
    fresh_lab: Floats
    residual: Floats
    ita: Floats

    @property
    def ratio(self) -> Floats:
        """Parts of diluent at the best fraction."""
        return np.asarray(1.0 / self.fraction - 1.0)

    @property
    def safe_ratio(self) -> Floats:
        """Parts of diluent at the safe fraction, before it snaps to a rung."""
        return np.asarray(1.0 / self.safe_fraction - 1.0)

    @property
    def healed_lab(self) -> Floats:
        """The healed dot that belongs to `fresh_lab`."""
        advised = (self.status == _RECIPE)[..., np.newaxis]
        return np.where(advised, self.rung_lab, self.best_lab)

    @property
    def lighter_by(self) -> Floats:
        """L* of the healed rung above the follicle."""
        return np.asarray(self.rung_lab[..., 0] - self.target_lab[..., 0])

    def row(self, index: int | tuple[int, ...]) -> Recommendation:
        """One of them as a document; None instead of NaN."""
        status = STATUSES[int(self.status[index])]
        q = float(self.q[index])
        fraction = _number(self.fraction[index])
        advised = _number(self.advised_ratio[index])
        advised_ratio = None if advised is None else round(advised)
        safe = _number(self.safe_fraction[index])
        low, high = _number(self.ratio_low[index]), _number(self.ratio_high[index])
        offered = bool(self.offered[index])
        lighter_by = float(self.rung_lab[index][0] - self.target_lab[index][0])
        dot = residual = None
        if fraction is not None:
            healed = self.best_lab if advised is None else self.rung_lab
            dot = Dot(
                1.0 / fraction - 1.0 if advised is None else advised,
                _lab(self.fresh_lab[index]),
                _lab(healed[index]),
            )
            residual = Residual(*self.residual[index].tolist())
        return Recommendation(
            status=status,
            reason=reason_for(
                status, self.constants, contrast=q, lighter_by=lighter_by, offered=offered
            ),
            anchored=self.anchored,
            constants=self.constants,
            q=_number(q),
            fraction=fraction,
            ratio=None if fraction is None else 1.0 / fraction - 1.0,
            sigma_ln=_number(self.sigma_ln[index]),
            interval=None if low is None or high is None else (low, high),
            safe_ratio=None if safe is None else 1.0 / safe - 1.0,
            advised_ratio=advised_ratio,
            dot=dot,
            target_lab=_lab(self.target_lab[index]),
            residual=residual,
            skin=tone_of_angle(float(self.ita[index])),
            offer=(
                Offer(self.constants.ladder[-1], _lab(self.rung_lab[index]), lighter_by)
                if offered
                else None
            ),
            notes=notes_for(
                status,
                self.constants,
                skin_lightness=float(self.skin_lab[index][0]),
                residual=residual,
                beyond_darkest=bool(self.beyond_darkest[index]),
            ),
        )


def recommend(
    skin_lab: ArrayLike,
    hair_lab: ArrayLike,
    constants: Constants,
    *,
    anchored: bool = False,
    skin_sd: float | None = None,
    hair_sd: float | None = None,
    skin_n: int = 3,
    hair_n: int = 3,
    skin_sigma: float | None = None,
    hair_sigma: float | None = None,
) -> Recommendation:
    """The recommendation for one skin and one hair colour, CIELAB (3,) under one condition.

    `skin_sd` and `hair_sd` are the SD of L* seen in the `skin_n` and `hair_n` accepted readings;
    without them the constants' own stand. `skin_sigma` and `hair_sigma` are standard uncertainties
    of the mean L* with everything in it (calibration and correction too); they may widen what the
    readings give and never narrow it. `anchored` says that A0 x retention comes from the
    studio's proven recipes. Any colour is computed; whether it can be skin is the caller's rule.

    Raises:
        InputError: not one colour each, or a spread that is none.
    """
    for field, lab in (("skin", skin_lab), ("hair", hair_lab)):
        if np.shape(lab) != (3,):
            raise InputError(field, f"has shape {np.shape(lab)}, not (3,)", "Give L*, a*, b*.")
    return recommend_many(
        skin_lab,
        hair_lab,
        constants,
        anchored=anchored,
        skin_sd=skin_sd,
        hair_sd=hair_sd,
        skin_n=skin_n,
        hair_n=hair_n,
        skin_sigma=skin_sigma,
        hair_sigma=hair_sigma,
    ).row(())


def recommend_many(
    skin_lab: ArrayLike,
    hair_lab: ArrayLike,
    constants: Constants,
    *,
    anchored: bool = False,
    skin_sd: ArrayLike | None = None,
    hair_sd: ArrayLike | None = None,
    skin_n: ArrayLike = 3,
    hair_n: ArrayLike = 3,
    skin_sigma: ArrayLike | None = None,
    hair_sigma: ArrayLike | None = None,
) -> RecommendationArrays:
    """`recommend` for colours (..., 3) of any leading shapes that broadcast together.

    Raises:
        InputError: not colours, shapes that do not fit, or a spread that is none.
    """
    skin, hair = lab_array(skin_lab, "skin"), lab_array(hair_lab, "hair")
    try:
        skin, hair = np.broadcast_arrays(skin, hair)
    except ValueError as error:
        mend = "Give as many hair colours as skin colours."
        raise InputError("hair", f"has shape {hair.shape}, skin {skin.shape}", mend) from error
    leading = skin.shape[:-1]
    sigma_skin = _spread(
        "skin", constants.sigma_skin, skin_sd, skin_n, skin_sigma, skin[..., 0], constants
    )
    sigma_hair = _spread(
        "hair", constants.sigma_hair, hair_sd, hair_n, hair_sigma, hair[..., 0], constants
    )

    skin_v, hair_v = lab_to_channels(np.stack([skin, hair]))
    target_v = follicle(skin_v, hair_v, constants)
    darker = hair_v[..., _Y] < skin_v[..., _Y]
    q = contrast(skin_v[..., _Y], target_v[..., _Y])
    q = np.where(darker, q, np.minimum(q, 0.0))  # rounding must not turn equal colours into a dot
    fraction = fraction_for(q, constants)
    exists = darker & (q > 0.0) & (fraction <= 1.0)
    visible = exists & (q >= constants.visible_contrast)

    # Rows without an answer go through the arithmetic with harmless numbers and are blanked below.
    solid_q = np.where(visible, q, 1.0)
    solid = np.where(exists, fraction, 0.0)
    sigma_ln = uncertainty.sigma_ln_fraction(
        skin_y=np.where(visible, skin_v[..., _Y], 1.0),
        hair_y=hair_v[..., _Y],
        target_y=np.where(visible, target_v[..., _Y], 1.0),
        contrast=solid_q,
        sigma_skin_y=sigma_skin,
        sigma_hair_y=sigma_hair,
        constants=constants,
    )
    best = np.where(visible, fraction, 0.5)
    safe = uncertainty.safe_fraction(best, sigma_ln, constants)
    low, high = uncertainty.ratio_interval(best, sigma_ln, constants)

    rungs = np.array(constants.ladder, dtype=np.float64)
    rung_index = ladders.snap_lighter(safe, constants.ladder)
    on_ladder = visible & (rung_index < len(rungs))
    rung = np.where(on_ladder, rungs[np.minimum(rung_index, len(rungs) - 1)], rungs[-1])
    rung_fraction = ladders.fraction_of(rung)

    target, best_lab, rung_lab, fresh = channels_to_lab(
        np.stack(
            [
                target_v,
                dot_healed(skin_v, solid, constants),
                dot_healed(skin_v, rung_fraction, constants),
                dot_fresh(skin_v, np.where(on_ladder, rung_fraction, solid), constants),
            ]
        )
    )
    residual = np.concatenate(
        [delta_e_2000(best_lab, target)[..., np.newaxis], best_lab - target], axis=-1
    )
    offered = visible & ~on_ladder & (rung_lab[..., 0] - target[..., 0] >= constants.lighter_margin)
    status = np.select(
        [on_ladder, visible, exists],
        [_RECIPE, _OFF_LADDER, _LOW_CONTRAST],
        default=_NO_RECIPE,
    ).astype(np.int8)
    return RecommendationArrays(
        constants=constants,
        anchored=anchored,
        status=status,
        q=q,
        fraction=_blank(fraction, exists),
        sigma_ln=_blank(sigma_ln, visible),
        ratio_low=_blank(low, visible),
        ratio_high=_blank(high, visible),
        safe_fraction=_blank(safe, visible),
        advised_ratio=_blank(rung, on_ladder),
        beyond_darkest=on_ladder & ladders.beyond_darkest(safe, constants.ladder),
        offered=offered,
        skin_lab=skin,
        target_lab=target,
        best_lab=_blank(best_lab, exists),
        rung_lab=rung_lab,
        fresh_lab=_blank(fresh, exists),
        residual=_blank(residual, exists),
        ita=np.broadcast_to(ita_degrees(skin), leading),
    )


def dot_at(skin_lab: ArrayLike, ratio: float, constants: Constants) -> Dot:
    """What a dot of 1:`ratio` looks like on this skin, CIELAB (3,), whatever is advised.

    Raises:
        InputError: not one colour, or no ratio.
    """
    skin = lab_array(skin_lab, "skin")
    if skin.shape != (3,):
        raise InputError("skin", f"has shape {skin.shape}, not (3,)", "Give L*, a*, b*.")
    parts = float(bounded(ratio, "ratio", 0.0, 1000.0))
    skin_v = lab_to_channels(skin)
    fraction = ladders.fraction_of(parts)
    fresh, healed = channels_to_lab(
        np.stack([dot_fresh(skin_v, fraction, constants), dot_healed(skin_v, fraction, constants)])
    )
    return Dot(parts, _lab(fresh), _lab(healed))


def _spread(
    field: str,
    default: float,
    observed: ArrayLike | None,
    readings: ArrayLike,
    of_mean: ArrayLike | None,
    lightness: Floats,
    constants: Constants,
) -> Floats:
    """SD of Y of the mean of `readings`, broadcast to the colours; `of_mean` is its least in L*."""
    count = bounded(readings, f"{field} readings", 1.0, 1000.0)
    seen = None if observed is None else bounded(observed, f"{field} SD", 0.0, 100.0)
    sigma = uncertainty.pooled_sigma(default, seen, count, constants.pooling_weight)
    if of_mean is not None:
        least = bounded(of_mean, f"{field} sigma", 0.0, 100.0)
        sigma = np.maximum(sigma, least * np.sqrt(count))
    try:
        return np.broadcast_to(uncertainty.sigma_of_y(lightness, sigma, count), lightness.shape)
    except ValueError as error:
        mend = "Give one for all, or one a colour."
        raise InputError(f"{field} SD", "does not fit the colours' shape", mend) from error


def _blank(values: Floats, keep: NDArray[np.bool_]) -> Floats:
    if values.ndim > keep.ndim:
        keep = keep[..., np.newaxis]
    return np.where(keep, values, np.nan)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _lab(values: Floats) -> Lab:
    return cast(Lab, tuple(values.tolist()))
