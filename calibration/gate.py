"""Is this unit calibrated well enough to be believed, right now?

How long white and black hold is decided in `calibration.validity`; this file adds the second
surface. The magnet cap of some units can silently calibrate them on the wrong surface, which no
reading of the tile shows; so a second surface, a white card kept with the kiosk, is read after
every calibration and compared with its own history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np

from calibration.colorimetry import channels_to_lab, lab_to_channels
from calibration.sampling import Lab, as_lab
from calibration.validity import (
    EIGHT_HOURS,
    Cause,
    Circumstances,
    Usage,
    ValidityRules,
    describe_age,
    invalidations,
)

__all__ = [
    "CARD_PASS",
    "CARD_PLACEMENTS",
    "CARD_WARN",
    "MAXIMUM_AGE",
    "CalibrationRecord",
    "CardCheck",
    "CardOutcome",
    "GateState",
    "check_card",
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
#: Placements behind the first reading, and behind any verdict but a plain pass. One placement of
#: such a unit lies 0.215 from the mean; two single ones compared would fail a good unit in several
#: of a hundred mornings, a mean of three against a mean of three in fewer than one of a thousand.
CARD_PLACEMENTS: Final = 3

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
    """Whether readings of the unit may be used for a recommendation, and why not.

    `causes` are what ended the calibration, the most telling first; empty where it holds, was never
    done, or where the card speaks against it. `passable` says that a reason and a signature may
    pass the gate, which whoever knows the day's checks decides.
    """

    ready: bool
    reason: str
    age: timedelta | None
    causes: tuple[Cause, ...] = ()
    passable: bool = False


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
    black_at = record.black_at if rules.needs_black else record.white_at
    if black_at is None or record.white_at is None:
        return GateState(False, "This instrument has not been calibrated yet.", None)
    oldest, newest = sorted((black_at, record.white_at))
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
        return GateState(False, ended[0].sentence, age, causes=tuple(each.cause for each in ended))
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


@dataclass(frozen=True, slots=True)
class CardCheck:
    """What the placements of a card amount to so far.

    `outcome` is None as long as another placement is needed. `lab` is the mean of the placements
    (over XYZ), `difference` its Euclidean CIELAB distance from the first reading, None where this
    is the first. `wanted` is how many placements there will have been.
    """

    outcome: CardOutcome | None
    lab: Lab
    difference: float | None
    placements: int
    wanted: int
    sentence: str


def check_card(placements: Sequence[Lab], baseline: Lab | None) -> CardCheck:
    """Judge a card that was read once or several times, lifted and set down again in between.

    The first reading on a unit is the mean of CARD_PLACEMENTS. Later one placement is enough where
    it passes; where it does not, the mean of CARD_PLACEMENTS decides.

    Raises:
        ValueError: there is no placement.
    """
    if not placements:
        raise ValueError("the card has not been read yet")
    count = len(placements)
    lab = as_lab(channels_to_lab(lab_to_channels(list(placements)).mean(axis=0)))
    outcome, difference = judge_card(lab, baseline)
    if count < CARD_PLACEMENTS and (count > 1 or outcome != "pass"):
        again = f"Lift the probe and place it on the card again, {count + 1} of {CARD_PLACEMENTS}."
        return CardCheck(None, lab, difference, count, CARD_PLACEMENTS, again)
    if baseline is None:
        sentence = "This is the first reading of the card on this unit, kept for comparison."
    else:
        sentence = explain_card(lab, baseline)
    return CardCheck(outcome, lab, difference, count, count, sentence)


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
