"""Made-up readings with a known colour: what a unit would have sent for a wanted CIELAB."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import numpy as np

from calibration.colorimetry import channels_to_lab, reflectance_to_channels
from calibration.sampling import Lab, Sample, as_lab, take_sample
from drivers.readings import Condition, Identity, RawReading, Spectrum

START_NM, STEP_NM, BANDS = 400, 10, 31
UNIT = Identity("CR30", "CM000T0001", "V11.3.")
OTHER_UNIT = Identity("CR30", "CM000T0002", "V11.3.")
CONDITION = Condition("45/0", "D65", "10")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_X = np.linspace(-1.0, 1.0, BANDS)
_SHAPES = np.stack([np.ones(BANDS), _X, _X**2])


@cache
def reflectance(lab: Lab) -> tuple[float, ...]:
    """A smooth reflectance of this colour (D65, 10 degrees), to a few billionths.

    The logarithm is a parabola over wavelength; Newton's method finds its three coefficients.
    """
    wanted = np.array(lab)
    weights = np.array([-1.0, 0.0, 0.0])
    for _ in range(60):
        # Four spectra at once: the guess and one step along each coefficient.
        guesses = weights + np.vstack([np.zeros(3), 1e-6 * np.eye(3)])
        labs = channels_to_lab(
            reflectance_to_channels(START_NM, STEP_NM, np.exp(guesses @ _SHAPES))
        )
        miss = wanted - labs[0]
        if np.abs(miss).max() < 1e-9:
            break
        slopes = (labs[1:] - labs[0]).T / 1e-6
        weights = weights + np.clip(np.linalg.solve(slopes, miss), -0.5, 0.5)
    assert np.abs(miss).max() < 1e-8, f"no smooth surface has the colour {lab}"
    return tuple(np.exp(weights @ _SHAPES).tolist())


def raw(
    values: tuple[float, ...],
    *,
    identity: Identity = UNIT,
    condition: Condition = CONDITION,
    at: datetime = AT,
) -> RawReading:
    return RawReading(
        identity, condition, Spectrum(START_NM, STEP_NM, values), at, 0, b"\xbb\x01\x09"
    )


def flat(level: float) -> RawReading:
    """A perfect grey: the same reflectance at every wavelength."""
    return raw((level,) * BANDS)


def sample(
    lab: Lab, *, identity: Identity = UNIT, condition: Condition = CONDITION, at: datetime = AT
) -> Sample:
    return take_sample(raw(reflectance(lab), identity=identity, condition=condition, at=at))


def euclidean(first: Lab, second: Lab) -> float:
    return float(np.linalg.norm(np.subtract(first, second)))


__all__ = [
    "AT",
    "BANDS",
    "CONDITION",
    "OTHER_UNIT",
    "START_NM",
    "STEP_NM",
    "UNIT",
    "as_lab",
    "euclidean",
    "flat",
    "raw",
    "reflectance",
    "sample",
]
