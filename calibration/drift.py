"""The drift chart of one instrument: its tile's L*, a*, b* over time, with limits and words.

Two kinds of limit. Fixed ones say what a colour may cost: they are the card's (see `gate`). The
unit's own ones, from the moving range of its first readings, say what is unusual for this unit:
a change far inside the fixed limits may still be the beginning of something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from calibration.gate import CARD_PASS, CARD_WARN
from calibration.sampling import Lab, as_lab

State = Literal["starting", "steady", "unusual", "watch", "out"]

#: Mean moving range over SD of normal readings, and the moving range's upper limit over its mean,
#: both for pairs (Montgomery, Introduction to Statistical Quality Control, appendix VI).
D2: Final = 1.128
D4: Final = 3.267
#: Readings that set the unit's own limits. Fewer than 20 make limits that are too uncertain for
#: process control, but a kiosk calibrated daily would wait a month; ten are two working weeks.
BASE_READINGS: Final = 10
#: So many readings on one side of the centre are not chance (Nelson 1984, test 2).
RUN: Final = 9
#: SD below which a unit's readings are called equal: half the step of 0.01 that units print.
LEAST_SIGMA: Final = 0.005

_AXES: Final = ("L*", "a*", "b*")


@dataclass(frozen=True, slots=True)
class TileReading:
    """The check tile as one unit read it after a calibration, D65/10 degrees.

    `usual` is False where the reading made somebody calibrate again: that is no habit of the unit.
    """

    at: datetime
    lab: Lab
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """One reading on the chart. `difference` is Euclidean CIELAB from the first reading."""

    at: datetime
    lab: Lab
    difference: float
    state: State
    sentence: str


@dataclass(frozen=True, slots=True)
class DriftChart:
    """Everything a screen draws: points in time, and the unit's own limits once they exist.

    `lower` and `upper` are centre -/+ 3 SD for L*, a*, b*; `range_limit` bounds the change from
    one reading to the next. All are None while there are too few readings to set limits by.
    """

    serial: str
    points: tuple[Point, ...]
    centre: Lab | None
    lower: Lab | None
    upper: Lab | None
    range_limit: Lab | None

    @property
    def state(self) -> State:
        """The state of the newest reading."""
        return self.points[-1].state

    @property
    def sentence(self) -> str:
        """What the newest reading means."""
        return self.points[-1].sentence


@dataclass(frozen=True, slots=True)
class _Limits:
    centre: np.ndarray
    reach: np.ndarray
    moving: np.ndarray


def drift_chart(
    serial: str, readings: Sequence[TileReading], *, base: int = BASE_READINGS
) -> DriftChart:
    """The chart of one unit's readings of one tile.

    Args:
        serial: serial number of the unit.
        readings: oldest first.
        base: how many of the first readings set the unit's own limits.

    Raises:
        ValueError: there is no reading, or they are not in the order of time.
    """
    if not readings:
        raise ValueError("the check tile has not been read yet")
    if any(later.at < earlier.at for earlier, later in pairwise(readings)):
        raise ValueError("tile readings must come in the order of time")
    labs = np.array([reading.lab for reading in readings], dtype=np.float64)
    usual = labs[[reading.usual for reading in readings]]
    limits = _own_limits(usual[:base]) if len(usual) >= base else None
    points = tuple(
        _judge(readings[index], labs[: index + 1], limits, base) for index in range(len(readings))
    )
    if limits is None:
        return DriftChart(serial, points, None, None, None, None)
    return DriftChart(
        serial,
        points,
        as_lab(limits.centre),
        as_lab(limits.centre - limits.reach),
        as_lab(limits.centre + limits.reach),
        as_lab(limits.moving),
    )


def _own_limits(base: np.ndarray) -> _Limits:
    sigma = np.maximum(np.abs(np.diff(base, axis=0)).mean(axis=0) / D2, LEAST_SIGMA)
    return _Limits(base.mean(axis=0), 3.0 * sigma, D4 * D2 * sigma)


def _judge(reading: TileReading, so_far: np.ndarray, limits: _Limits | None, base: int) -> Point:
    difference = float(np.linalg.norm(so_far[-1] - so_far[0]))
    state, sentence = _words(so_far, difference, limits, base)
    return Point(reading.at, reading.lab, difference, state, sentence)


def _words(
    so_far: np.ndarray, difference: float, limits: _Limits | None, base: int
) -> tuple[State, str]:
    apart = f"The tile reads {difference:.2f} from its first reading"
    if difference > CARD_WARN:
        return "out", (
            f"{apart}, more than {CARD_WARN}: clean tile and aperture and calibrate again. If it "
            "stays, take the instrument out of use."
        )
    if difference > CARD_PASS:
        return "watch", (
            f"{apart}, more than {CARD_PASS}: clean the tile and calibrate again soon."
        )
    if limits is None:
        left = max(base - len(so_far), 1)
        more = "is" if left == 1 else "are"
        return "starting", f"{apart}. {left} more {more} needed to know this unit's habits."
    # The readings that set the limits are judged by them as well: an unsteady start shows.
    beyond = np.abs(so_far[-1] - limits.centre) > limits.reach
    if beyond.any():
        return "unusual", f"{apart}; {_list(beyond)} is beyond what this unit usually shows."
    if len(so_far) > 1:
        jumped = np.abs(so_far[-1] - so_far[-2]) > limits.moving
        if jumped.any():
            return "unusual", f"{apart}; {_list(jumped)} jumped since the last reading."
    if len(so_far) >= RUN:
        side = np.sign(so_far[-RUN:] - limits.centre)
        leaning = np.abs(side.sum(axis=0)) == RUN
        if leaning.any():
            return "unusual", (
                f"{apart}; {_list(leaning)} has been on one side of its mean {RUN} times running: "
                "a slow drift."
            )
    return "steady", f"{apart}, as usual for this unit."


def _list(mask: np.ndarray) -> str:
    return " and ".join(name for name, hit in zip(_AXES, mask, strict=True) if hit)
