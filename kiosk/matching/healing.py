"""May this reading of healed skin teach anything?

Too early, reddened, or excluded by a stop: then it is kept, shown and learned from by nobody.

An early reading still holds pigment that will go, so it overstates what stays and asks for a
lighter recipe: the safe direction. That is why the client's own recipe may use it from the first
healed day on, while the studio's long memory waits until it has settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from kiosk.matching.indices import erythema_index
from kiosk.matching.inputs import InputError
from kiosk.matching.recommendation import Note
from kiosk.matching.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a reading is `healed` (may teach the client's gain) and `settled` (the studio's).

    `erythema_rise` is the index over the client's own untreated skin.
    """

    healed: bool
    settled: bool
    days: int
    erythema_rise: float
    reasons: tuple[Note, ...]

    def as_dict(self) -> dict[str, object]:
        """The form that events keep."""
        return {
            "healed": self.healed,
            "settled": self.settled,
            "days": self.days,
            "erythema_rise": self.erythema_rise,
            "reasons": [reason.as_dict() for reason in self.reasons],
        }


def eligibility(
    days: int,
    untreated_lab: ArrayLike,
    now_lab: ArrayLike,
    thresholds: Thresholds,
    *,
    excluded_by: Sequence[str] = (),
) -> Eligibility:
    """Whether the reading `now_lab`, CIELAB (3,), may teach.

    Args:
        days: calendar days since the last session on this zone.
        untreated_lab: the same zone before it was ever treated.
        now_lab: the zone now.
        thresholds: days and erythema limit.
        excluded_by: rules of the stops that stood while it was read.

    Raises:
        InputError: days before the session, or colours that are none.
    """
    if days < 0:
        raise InputError("days", "lies before the session", "Check the dates.")
    rise = float(erythema_index(now_lab) - erythema_index(untreated_lab))
    against = []
    if days < thresholds.healed_days:
        against.append(
            Note(
                "too-early",
                f"Not healed: day {days}, healed readings count from day {thresholds.healed_days}.",
            )
        )
    if rise > thresholds.erythema_rise:
        against.append(
            Note(
                "reddened",
                f"Not healed: redness is {rise:.1f} above this client's untreated skin, "
                f"at most {thresholds.erythema_rise:.1f} counts as settled.",
            )
        )
    against.extend(Note("stopped", f"Excluded by the stop {rule}.") for rule in excluded_by)
    healed = not against
    settled = healed and days >= thresholds.settled_days
    if healed and not settled:
        against.append(
            Note(
                "still-settling",
                f"Day {days}: the look may still move until day {thresholds.settled_days}. It "
                "counts for this client, not yet for the studio.",
            )
        )
    return Eligibility(healed, settled, days, rise, tuple(against))
