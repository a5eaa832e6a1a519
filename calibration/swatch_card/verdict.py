"""When a departure from carbon is an alarm, and when a card cannot tell.

The limits are sizes in CIEDE2000 that must also be certain beyond noise. They were set on the
simulations of `report.py`; what they catch and miss is in docs/swatch_card.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.colorimetry import Floats
from calibration.swatch_card.carbon import carbon_family
from calibration.swatch_card.undertone import Departure, Undertone, departure, unusual_misfit

#: There is deliberately no word for "proved to be carbon": black iron oxide, or toners mixed to
#: lie on the carbons' own line, leave this card as carbon does.
InkVerdict = Literal["carbon-like", "cannot tell", "not carbon-like"]
#: In rising gravity; grades are indices into it.
VERDICTS: tuple[InkVerdict, ...] = ("carbon-like", "cannot tell", "not carbon-like")

#: Standard deviations a departure must have to count: 3 to doubt, 4 to alarm.
DOUBT_SIGMAS, ALARM_SIGMAS = 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes of a departure at its worst swatch, in CIEDE2000."""

    doubt: float
    alarm: float


#: Against the family of carbons. Paper, gloss, scattering and absorption that is no exact power
#: law shift a pure carbon by up to about 1; 2 is where two lots count as different colours.
FAMILY_LIMITS = Limits(doubt=1.0, alarm=2.0)
#: Against a reference lot most of those cancel, and noise (SD about 0.25) is what remains.
REFERENCE_LIMITS = Limits(doubt=0.8, alarm=1.2)
#: Undertone exponent by which lots of one carbon may differ: published batches of carbon scatter
#: by 0.09 (ES&T 50:7982), two lots by 0.13; twice that.
LOT_DRIFT = 0.25


@dataclass(frozen=True, slots=True)
class Graded:
    """Cards graded against one curve of allowed undertones.

    `grade` (...) indexes VERDICTS. `size` (...) is the departure at its worst swatch and
    `resolution` (...) the smallest one the card could tell from noise, both CIEDE2000. `sigmas`
    (...) is the departure in standard deviations, widened where `consistent` (...) is False: there
    the swatches disagree with each other by more than their noise.
    """

    grade: NDArray[np.intp]
    size: Floats
    sigmas: Floats
    resolution: Floats
    consistent: NDArray[np.bool_]
    departure: Departure


def against_family(seen: Undertone) -> Graded:
    """Grade cards against the pure carbons."""
    found = departure(seen, seen.carbons, seen.covariance)
    return _graded(found, _excess(seen), FAMILY_LIMITS)


def against_reference(seen: Undertone, reference: Undertone) -> Graded:
    """Grade cards against a reference lot's, plus the drift a carbon may have between lots.

    Both estimated under the same law; their blanks may differ.
    """
    exponents = carbon_family(seen.law).exponents
    known = departure(reference, reference.carbons, reference.covariance)
    low = np.clip(known.position.astype(np.intp), 0, len(exponents) - 2)
    ends = np.stack([low, low + 1], axis=-1)[..., np.newaxis]
    along = np.diff(np.take_along_axis(seen.carbons, ends, axis=-2), axis=-2)[..., 0, :]
    drift = along / np.diff(exponents)[low][..., np.newaxis] * LOT_DRIFT
    curve = np.stack([reference.estimate - drift, reference.estimate + drift], axis=-2)
    found = departure(seen, curve, seen.covariance + reference.covariance)
    excess = np.maximum(_excess(seen), _excess(reference))
    return _graded(found, np.asarray(excess), REFERENCE_LIMITS)


def combined(family: Graded, reference: Graded) -> NDArray[np.intp]:
    """The grade (...) of cards held against both.

    An alarm of either stands. A mere doubt against the family is settled by the reference lot: it
    comes from paper, surface or the shape of the carbon's own absorption, which both share.
    """
    alarm = len(VERDICTS) - 1
    return np.where(family.grade == alarm, alarm, reference.grade)


def _excess(seen: Undertone) -> Floats:
    """Factor (...) by which a card's spread is widened: above 1 only where its misfit is unusual."""
    unusual = seen.misfit > unusual_misfit(seen.swatches.shape[-2])
    return np.where(unusual, np.sqrt(seen.misfit), 1.0)


def _graded(found: Departure, excess: Floats, limits: Limits) -> Graded:
    size = np.asarray(found.delta_e.max(axis=-1))
    sigmas = np.asarray(found.sigmas / excess)
    resolution = np.asarray(DOUBT_SIGMAS * found.visible * excess)
    alarm = (size >= limits.alarm) & (sigmas >= ALARM_SIGMAS)
    doubt = (size >= limits.doubt) & (sigmas >= DOUBT_SIGMAS)
    doubt |= (excess > 1.0) | (resolution > limits.alarm)
    grade = np.where(alarm, 2, np.where(doubt, 1, 0))
    return Graded(grade, size, sigmas, resolution, np.asarray(excess <= 1.0), found)
