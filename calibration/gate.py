"""Is this unit calibrated well enough to be believed, right now?

How long white and black hold is decided in `calibration.validity`; this file adds the second
surface. The magnet cap of some units can silently calibrate them on the wrong surface, which no
reading of the tile shows; so a second surface, a white card kept with the kiosk, is read after
every calibration and compared with its own history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from calibration.colorimetry import lab_to_channels
from calibration.sampling import Lab
from calibration.validity import (
    EIGHT_HOURS,
    Circumstances,
    Usage,
    ValidityRules,
    describe_age,
    invalidations,
)

__all__ = [
    "CARD_PASS",
    "CARD_WARN",
    "MAXIMUM_AGE",
    "CalibrationRecord",
    "CardOutcome",
    "GateState",
    "describe_age",
    "explain_card",
    "judge",
    "judge_card",
]

MAXIMUM_AGE = EIGHT_HOURS.maximum_age

#: Euclidean CIELAB difference of the card from its first reading on this unit. The best known unit
#: of this price class replaces itself within 0.34 (largest of six lift-and-replace readings).
CARD_PASS = 0.3
CARD_WARN = 0.6

CardOutcome = Literal["baseline", "pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """When one unit was last calibrated, as the ledger knows it; None where it never was.

    `made_under` are the settings and the temperature of the white step, where they were kept.
    """

    serial: str
    black_at: datetime | None = None
    white_at: datetime | None = None
    card_at: datetime | None = None
    card_outcome: CardOutcome | None = None
    made_under: Circumstances | None = None


@dataclass(frozen=True, slots=True)
class GateState:
    """Whether readings of the unit may be used for a recommendation, and why not."""

    ready: bool
    reason: str
    age: timedelta | None


def judge(
    record: CalibrationRecord,
    *,
    now: datetime,
    connected_at: datetime | None,
    rules: ValidityRules = EIGHT_HOURS,
    usage: Usage | None = None,
) -> GateState:
    """The state of the gate.

    Args:
        record: the last calibration of the unit that is connected now.
        now: the present instant, UTC.
        connected_at: since when the unit has been connected without interruption.
        rules: those of the model, see `validity.rules_for`.
        usage: what happened to the unit since, where the caller counts it.
    """
    if connected_at is None:
        return GateState(False, "No instrument is connected.", None)
    if record.black_at is None or record.white_at is None:
        return GateState(False, "This instrument has not been calibrated yet.", None)
    oldest, newest = sorted((record.black_at, record.white_at))
    age = now - oldest
    ended = invalidations(
        oldest,
        now=now,
        connected_at=connected_at,
        rules=rules,
        made_under=record.made_under,
        usage=usage,
    )
    if ended:
        return GateState(False, ended[0].sentence, age)
    if record.card_at is None or record.card_at < newest:
        return GateState(False, "The white card has not been read since the calibration.", age)
    if record.card_outcome == "fail":
        return GateState(
            False, "The white card reads differently than before: calibrate again.", age
        )
    return GateState(True, "calibrated", age)


def judge_card(lab: Lab, baseline: Lab | None) -> tuple[CardOutcome, float | None]:
    """Compare the card with its first reading on this unit; returns (outcome, difference)."""
    if baseline is None:
        return "baseline", None
    difference = float(np.linalg.norm(np.subtract(lab, baseline)))
    if difference <= CARD_PASS:
        return "pass", difference
    return ("warn" if difference <= CARD_WARN else "fail"), difference


def explain_card(lab: Lab, baseline: Lab) -> str:
    """What a card that reads differently than before points to, as a sentence.

    A white calibration on the wrong surface scales every later reading alike; dirt and light from
    outside change the colour as well.
    """
    now, before = lab_to_channels(lab), lab_to_channels(baseline)
    ratios = now / before
    level = float(ratios.mean())
    if judge_card(lab, baseline)[0] == "pass":
        return "The white card reads as it did at first."
    # X and Y apart by 0.4 % is 0.6 in a* on a white card, CARD_WARN.
    if float(np.ptp(ratios)) <= 0.004 * level:
        side = "dark" if level < 1.0 else "bright"
        return (
            f"Everything reads {abs(level - 1.0):.0%} too {side} and no colour is off: the unit "
            "was probably calibrated on something other than its tile. Seat the cap with the "
            "white tile facing the aperture and calibrate again."
        )
    return (
        "The white card has changed its colour: clean card and aperture, keep light away, seat the "
        "cap with the white tile facing the aperture and calibrate again."
    )
