"""Fit a head's correction on patches of known colour, and refuse where they cannot carry it.

Three channels: a matrix or a root-polynomial. More: ridge regression, whose penalty keeps
neighbouring channels from cancelling each other's noise. What is taken is what errs least (mean
CIEDE2000) on patches left out of the fit; a fit that has seen a patch always flatters itself.
None of them has a constant term: no light is no colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from calibration.colorimetry import (
    Floats,
    channels_to_lab,
    delta_e_2000,
    linear_matrix,
    root_polynomial_matrix,
    root_polynomial_terms,
)
from calibration.correction import ExpectedError, FittedCorrection, Method
from calibration.uncertainty import as_covariance

#: Patches for each free term. Rules of thumb run from 3 to 4; 24 patches then carry 6 terms.
PATCHES_PER_TERM: Final = 3.0
#: Third singular value of the channels over the first, below which the patches have no colour to
#: learn from: 0.19 for a 24-patch chart, 0.010 for skins alone, 0.003 for greys with 0.5 % noise.
LEAST_VARIETY: Final = 0.005
ROOT_DEGREES: Final = (2, 3, 4)
#: Penalties, relative to the mean square of a channel over all patches.
PENALTIES: Final = tuple(10.0**exponent for exponent in np.arange(-8.0, 0.5, 0.5).tolist())


class InsufficientPatches(Exception):
    """The patches are too few, too much alike, or not of this head."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One reference patch: what the head gave and what its certificate says.

    `values` are in the order of the head's channels and as the correction will get them later (see
    `Baseline.reflectance`); `xyz` white-normalised, D65/10 degrees.
    """

    id: str
    values: tuple[float, ...]
    xyz: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to fit, with the prediction of every patch by the others."""

    method: Method
    degree: int
    penalty: float
    terms: float
    """Free terms; for a ridge the effective number, which the penalty lowers."""
    left_out_xyz: Floats
    errors: Floats
    """CIEDE2000 of every left-out patch."""


def fit_correction(
    serial: str,
    channels: Sequence[str],
    patches: Sequence[Patch],
    *,
    fitted_at: datetime,
    key: bytes | None = None,
) -> FittedCorrection:
    """The correction that errs least on left-out patches, sealed.

    Args:
        serial: serial number of the head.
        channels: names of its channels.
        patches: each once; average repeats before.
        fitted_at: the present instant, UTC.
        key: makes the seal a keyed one.

    Raises:
        InsufficientPatches: the patches cannot carry even the smallest fit.
    """
    measured, reference = _arrays(channels, patches)
    chosen = min(candidates(measured, reference), key=lambda each: float(each.errors.mean()))
    residual = channels_to_lab(chosen.left_out_xyz) - channels_to_lab(reference)
    worst = int(chosen.errors.argmax())
    return FittedCorrection(
        serial=serial,
        channels=tuple(channels),
        method=chosen.method,
        degree=chosen.degree,
        penalty=chosen.penalty,
        matrix=tuple(map(tuple, _matrix(chosen, measured, reference).tolist())),
        patches=tuple(patch.id for patch in patches),
        fitted_at=fitted_at,
        expected=ExpectedError(
            mean=float(chosen.errors.mean()),
            median=float(np.median(chosen.errors)),
            percentile_95=float(np.percentile(chosen.errors, 95)),
            worst=float(chosen.errors[worst]),
            worst_patch=patches[worst].id,
        ),
        lab_covariance=as_covariance(residual.T @ residual / len(patches)),
    ).sealed(key)


def candidates(measured: Floats, reference: Floats) -> list[Candidate]:
    """Every fit these patches can carry, (patches, channels) to (patches, 3).

    Raises:
        InsufficientPatches: there is none.
    """
    count, width = measured.shape
    spread = np.linalg.svd(measured, compute_uv=False)
    if count < 3 or spread[2] < LEAST_VARIETY * spread[0]:
        raise InsufficientPatches(
            "the patches differ in lightness only: add coloured ones, skin tones among them"
        )
    found = list(
        _three_channels(measured, reference) if width == 3 else _ridges(measured, reference)
    )
    fit = [each for each in found if count >= PATCHES_PER_TERM * each.terms]
    if not fit:
        fewest = min((each.terms for each in found), default=3.0)
        raise InsufficientPatches(
            f"{count} patches cannot carry a correction of {width} channels: measure at least "
            f"{int(np.ceil(PATCHES_PER_TERM * fewest))}"
        )
    return fit


def _arrays(channels: Sequence[str], patches: Sequence[Patch]) -> tuple[Floats, Floats]:
    if len(channels) < 3:
        raise InsufficientPatches("a head with fewer than three channels cannot tell colour")
    if len({patch.id for patch in patches}) != len(patches):
        raise InsufficientPatches("a patch is there twice: average its repeats first")
    if any(len(patch.values) != len(channels) for patch in patches):
        raise InsufficientPatches(f"not every patch has the {len(channels)} channels of the head")
    if not patches:
        raise InsufficientPatches("no patch has been measured")
    measured = np.array([patch.values for patch in patches], dtype=np.float64)
    reference = np.array([patch.xyz for patch in patches], dtype=np.float64)
    if not (np.isfinite(measured).all() and np.isfinite(reference).all()):
        raise InsufficientPatches("a patch holds values that are not numbers")
    return measured, reference


def _three_channels(measured: Floats, reference: Floats) -> Iterator[Candidate]:
    yield _leave_one_out("linear", 1, 0.0, measured, reference)
    for degree in ROOT_DEGREES:
        terms = root_polynomial_terms(measured, degree)
        if np.linalg.matrix_rank(terms) == terms.shape[1]:
            yield _leave_one_out("root-polynomial", degree, 0.0, terms, reference)


def _ridges(measured: Floats, reference: Floats) -> Iterator[Candidate]:
    scale = float(np.mean(measured**2)) * len(measured)
    for penalty in PENALTIES:
        yield _leave_one_out("ridge", 1, penalty * scale, measured, reference)


def _leave_one_out(
    method: Method, degree: int, penalty: float, terms: Floats, reference: Floats
) -> Candidate:
    # A linear smoother predicts its own patch from the others in closed form (Allen 1974, PRESS),
    # which spares a fit for each patch.
    gram = terms.T @ terms + penalty * np.eye(terms.shape[1])
    smoother = terms @ np.linalg.pinv(gram, hermitian=True) @ terms.T
    own = np.diag(smoother)[:, None]
    # A patch nobody else can stand in for has own = 1; its prediction then is far off, as it must.
    others = np.maximum(1.0 - own, 1e-9)
    left_out = (smoother @ reference - own * reference) / others
    errors = delta_e_2000(channels_to_lab(left_out), channels_to_lab(reference))
    # Rounded: the trace of an unpenalised fit is its number of terms, but for the last digits.
    free = round(float(own.sum()), 6)
    return Candidate(method, degree, penalty, free, left_out, errors)


def _matrix(chosen: Candidate, measured: Floats, reference: Floats) -> Floats:
    if chosen.method == "linear":
        return linear_matrix(measured, reference)
    if chosen.method == "root-polynomial":
        return root_polynomial_matrix(measured, reference, chosen.degree)
    gram = measured.T @ measured + chosen.penalty * np.eye(measured.shape[1])
    return np.asarray(np.linalg.solve(gram, measured.T @ reference).T)
