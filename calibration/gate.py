"""Is this unit calibrated well enough to be believed, right now?

White and black hold for eight hours at most (the interval colour instruments recommend as a
maximum), and they end with the unit's connection: what was on the bench meanwhile nobody knows.
The magnet cap of some units can silently calibrate them on the wrong surface, which no reading of
the tile shows; so a second surface, a white card kept with the kiosk, is read after every
calibration and compared with its own history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from calibration.sampling import Lab

MAXIMUM_AGE = timedelta(hours=8)

#: Euclidean CIELAB difference of the card from its first reading on this unit. The best known unit
#: of this price class replaces itself within 0.34 (largest of six lift-and-replace readings).
CARD_PASS = 0.3
CARD_WARN = 0.6

CardOutcome = Literal["baseline", "pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """When one unit was last calibrated, as the ledger knows it; None where it never was."""

    serial: str
    black_at: datetime | None = None
    white_at: datetime | None = None
    card_at: datetime | None = None
    card_outcome: CardOutcome | None = None


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether readings of the unit may be used for a recommendation, and why not."""

    ready: bool
    reason: str
    age: timedelta | None


def judge(record: CalibrationRecord, *, now: datetime, connected_at: datetime | None) -> GateState:
    """The state of the gate.

    Args:
        record: the last calibration of the unit that is connected now.
        now: the present instant, UTC.
        connected_at: since when the unit has been connected without interruption.
    """
    if connected_at is None:
        return GateState(False, "No instrument is connected.", None)
    if record.black_at is None or record.white_at is None:
        return GateState(False, "This instrument has not been calibrated yet.", None)
    oldest, newest = sorted((record.black_at, record.white_at))
    age = now - oldest
    if oldest < connected_at:
        return GateState(False, "The instrument was reconnected: calibrate it again.", age)
    if age < timedelta(0):
        return GateState(False, "The last calibration lies in the future: check the clock.", age)
    if age > MAXIMUM_AGE:
        return GateState(
            False, f"The calibration is {describe_age(age)} old: calibrate again.", age
        )
    if record.card_at is None or record.card_at < newest:
        return GateState(False, "The white card has not been read since the calibration.", age)
    if record.card_outcome == "fail":
        return GateState(
            False, "The white card reads differently than before: calibrate again.", age
        )
    return GateState(True, "calibrated", age)


def describe_age(age: timedelta) -> str:
    """Hours and minutes, as the status strip shows them: 0:42."""
    minutes = int(age.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def judge_card(lab: Lab, baseline: Lab | None) -> tuple[CardOutcome, float | None]:
    """Compare the card with its first reading on this unit; returns (outcome, difference)."""
    if baseline is None:
        return "baseline", None
    difference = float(np.linalg.norm(np.subtract(lab, baseline)))
    if difference <= CARD_PASS:
        return "pass", difference
    return ("warn" if difference <= CARD_WARN else "fail"), difference
