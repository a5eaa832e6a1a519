"""A belief, what speaks for changing it, and the belief after: the shape of everything learned.

Each step is kept whole, so that a practitioner can ask of any recipe why it moved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats

Source = Literal["healed field", "verdict", "outcomes", "anchors"]


@dataclass(frozen=True, slots=True)
class Belief:
    """A factor or strength that is taken to be `mean`, give or take `sd` (one SD)."""

    mean: float
    sd: float

    @property
    def cv(self) -> float:
        """SD over mean, which is the SD of its logarithm while it is small."""
        return self.sd / self.mean

    def as_dict(self) -> dict[str, float]:
        """The form that events keep."""
        return {"mean": self.mean, "sd": self.sd}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was observed: a value with its SD, or neither where it told nothing."""

    source: Source
    value: float | None
    sd: float | None
    count: int
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The form that events keep."""
        return {
            "source": self.source,
            "value": self.value,
            "sd": self.sd,
            "count": self.count,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step of learning.

    `learned` is False where the evidence was refused or empty: then the posterior is the prior.
    `fraction_factor` is what the step does to the pigment fraction of the next recipe.
    """

    subject: str
    prior: Belief
    evidence: Evidence
    posterior: Belief
    learned: bool
    sentence: str

    @property
    def fraction_factor(self) -> float:
        """Next fraction over the one the prior would have given; above 1 is darker."""
        return self.prior.mean / self.posterior.mean

    def as_dict(self) -> dict[str, object]:
        """The form that events keep."""
        return {
            "subject": self.subject,
            "prior": self.prior.as_dict(),
            "evidence": self.evidence.as_dict(),
            "posterior": self.posterior.as_dict(),
            "learned": self.learned,
            "fraction_factor": self.fraction_factor,
            "sentence": self.sentence,
        }


def combined(
    prior_mean: ArrayLike, prior_sd: ArrayLike, value: ArrayLike, sd: ArrayLike
) -> tuple[Floats, Floats]:
    """Mean and SD after a normal observation, in precisions; arrays of any shape that fit.

    An infinite `sd` changes nothing.
    """
    known = 1.0 / np.square(np.asarray(prior_sd, dtype=np.float64))
    seen = 1.0 / np.square(np.asarray(sd, dtype=np.float64))
    total = known + seen
    mean = (known * np.asarray(prior_mean) + seen * np.asarray(value)) / total
    return np.asarray(mean), np.asarray(1.0 / np.sqrt(total))


def taught(subject: str, prior: Belief, evidence: Evidence) -> Lesson:
    """The lesson of an observation with value and SD; one without them changes nothing."""
    if evidence.value is None or evidence.sd is None:
        return Lesson(subject, prior, evidence, prior, False, f"{evidence.sentence} Nothing moved.")
    mean, sd = combined(prior.mean, prior.sd, evidence.value, evidence.sd)
    posterior = Belief(float(mean), float(sd))
    factor = prior.mean / posterior.mean
    if math.isclose(factor, 1.0, rel_tol=5e-4):
        change = "The next fraction stays."
    else:
        change = (
            f"The next fraction is multiplied by {factor:.2f}: "
            f"{'darker' if factor > 1.0 else 'lighter'}."
        )
    return Lesson(subject, prior, evidence, posterior, True, f"{evidence.sentence} {change}")
