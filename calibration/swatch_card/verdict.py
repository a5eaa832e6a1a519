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
from calibration.swatch_card.undertone import Departure, Undertone, departure

#: There is deliberately no word for "proved to be carbon": black iron oxide, or toners mixed to
#: lie on the carbons' own line, leave this card as carbon does.
InkVerdict = Literal["carbon-like", "cannot tell", "not carbon-like"]
#: In rising gravity; grades are indices into it.
VERDICTS: tuple[InkVerdict, ...] = ("carbon-like", "cannot tell", "not carbon-like")

#: Standard deviations a departure must have to count: 3 to doubt, 4 to alarm.
DOUBT_SIGMAS, ALARM_SIGMAS = 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes of a departure at the midtone, in CIEDE2000."""

    doubt: float
    alarm: float


#: Against the family of carbons. The midtone's noise has an SD of 0.2. Paper, gloss, film and an
#: instrument 0.5 off in a* move a pure carbon by up to 0.7, absorption that is no exact power law
#: by up to 1.1: one SD above the former is a doubt, three above the latter an alarm.
FAMILY_LIMITS = Limits(doubt=0.9, alarm=1.8)
#: A card that cannot tell a departure of this size from noise says nothing by showing none.
RESOLVED = FAMILY_LIMITS.alarm
#: Against a reference lot most of that cancels; noise with an SD of about 0.27 is what remains.
REFERENCE_LIMITS = Limits(doubt=0.75, alarm=1.1)
#: Undertone exponent by which lots of one product may differ. One laboratory's carbon black showed
#: 1.03 ± 0.09 (2 SD; You et al., Environ. Sci. Technol. 50:7982, 2016), so two of its samples
#: differ by up to 0.13; twice that for a maker's lots is assumed.
LOT_DRIFT = 0.25


@dataclass(frozen=True, slots=True)
class Graded:
    """Cards graded against one curve of allowed undertones.

    `grade` (...) indexes VERDICTS. `size` (...) is the departure at the midtone and
    `resolution` (...) the smallest one the card could tell from noise, both CIEDE2000. `sigmas`
    (...) is the departure in standard deviations.
    """

    grade: NDArray[np.intp]
    size: Floats
    sigmas: Floats
    resolution: Floats
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
    """Factor (...) by which the swatches scatter more than their noise, at least 1.

    The Birge ratio: a card read or laid worse than assumed gets wider limits, by its own evidence.
    """
    return np.asarray(np.sqrt(np.maximum(seen.misfit, 1.0)))


def _graded(found: Departure, excess: Floats, limits: Limits) -> Graded:
    size = found.size
    sigmas = np.asarray(found.sigmas / excess)
    resolution = np.asarray(DOUBT_SIGMAS * found.sigma_size * excess)
    alarm = (size >= limits.alarm) & (sigmas >= ALARM_SIGMAS)
    doubt = (size >= limits.doubt) & (sigmas >= DOUBT_SIGMAS)
    doubt |= resolution > RESOLVED
    return Graded(np.where(alarm, 2, np.where(doubt, 1, 0)), size, sigmas, resolution, found)
