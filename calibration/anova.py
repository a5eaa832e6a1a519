"""Variance components of a crossed study: operators x parts x repeats, all random.

The analysis-of-variance method of gauge studies (AIAG, Measurement Systems Analysis, 4th edition;
Montgomery and Runger 1993). An interaction that is smaller than the repeats' own scatter is pooled
with it, as its component would be negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Components:
    """Standard deviations of one quantity, in its own unit.

    `repeatability` is one operator on one part again and again; `reproducibility` what operators
    add, alone and together with certain parts; `gauge` both; `parts` what really differs.
    `categories` is how many classes of parts the gauge can tell apart; 5 or more is called good.
    """

    repeatability: float
    operators: float
    interaction: float
    parts: float
    pooled: bool

    @property
    def reproducibility(self) -> float:
        """What operators add, with the interaction."""
        return float(np.hypot(self.operators, self.interaction))

    @property
    def gauge(self) -> float:
        """Repeatability and reproducibility together."""
        return float(np.hypot(self.repeatability, self.reproducibility))

    @property
    def total(self) -> float:
        """Gauge and parts together."""
        return float(np.hypot(self.gauge, self.parts))

    @property
    def gauge_share(self) -> float:
        """Gauge over total SD, 0 to 1; 0 where nothing varies."""
        return self.gauge / self.total if self.total > 0.0 else 0.0

    @property
    def categories(self) -> float:
        """Number of distinct categories, not rounded; infinite for a gauge without scatter."""
        return float(np.sqrt(2.0)) * self.parts / self.gauge if self.gauge > 0.0 else float("inf")


def components(values: ArrayLike) -> Components:
    """Variance components of values (operators, parts, repeats).

    Raises:
        ValueError: fewer than two of any of them.
    """
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 3 or min(data.shape) < 2:
        raise ValueError("a study needs at least two operators, two patches and two repeats")
    operators, parts, repeats = data.shape
    grand = data.mean()
    cell = data.mean(axis=2)
    by_operator, by_part = data.mean(axis=(1, 2)), data.mean(axis=(0, 2))
    interaction = cell - by_operator[:, None] - by_part[None, :] + grand

    squares_error = float(((data - cell[:, :, None]) ** 2).sum())
    squares_interaction = repeats * float((interaction**2).sum())
    freedom_error = operators * parts * (repeats - 1)
    freedom_interaction = (operators - 1) * (parts - 1)
    error = squares_error / freedom_error
    crossed = squares_interaction / freedom_interaction

    pooled = crossed <= error
    if pooled:
        error = (squares_error + squares_interaction) / (freedom_error + freedom_interaction)
        crossed = error
    of_operators = parts * repeats * float(((by_operator - grand) ** 2).sum()) / (operators - 1)
    of_parts = operators * repeats * float(((by_part - grand) ** 2).sum()) / (parts - 1)
    return Components(
        repeatability=float(np.sqrt(error)),
        operators=_root((of_operators - crossed) / (parts * repeats)),
        interaction=_root((crossed - error) / repeats),
        parts=_root((of_parts - crossed) / (operators * repeats)),
        pooled=pooled,
    )


def _root(variance: float) -> float:
    # An estimate below nothing says that the component drowns in the others: nothing.
    return float(np.sqrt(max(variance, 0.0)))
