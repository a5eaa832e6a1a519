"""Old pigment in a zone before the first session: blue or green beside its neighbour?

Old carbon of the usual density lowers b* by tenths; what lowers it by units is other ink, or ink
that lies too deep, and would shine through whatever is put on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from kiosk.matching.constants import Constants
from kiosk.matching.inputs import bounded, one_colour
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.uncertainty import normal_quantile
from kiosk.stops import Severity, Stop


@dataclass(frozen=True, slots=True)
class PriorPigment:
    """A zone beside untreated skin; `green` and `blue` are how far a* and b* lie below it."""

    suspect: bool
    green: float
    blue: float
    limit: float
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The form that events keep."""
        return {
            "suspect": self.suspect,
            "green": self.green,
            "blue": self.blue,
            "limit": self.limit,
            "sentence": self.sentence,
        }

    @property
    def stop(self) -> Stop | None:
        """The stop for this zone; other zones may proceed."""
        if not self.suspect:
            return None
        return Stop(
            "ZONE-BLUE",
            Severity.SAFETY,
            self.sentence,
            "Blue pigment shows through new pigment; removal comes first",
            "Laser treatment of the zone, its waiting time, and a scan that is clear.",
        )


def check_prior_pigment(
    zone_lab: ArrayLike,
    neighbour_lab: ArrayLike,
    constants: Constants,
    thresholds: Thresholds,
    *,
    readings: int = 3,
) -> PriorPigment:
    """Whether a zone, CIELAB (3,), is blue or green against untreated skin beside it.

    `readings` make up each of the two colours; the shift must pass the limit of the hue alarm and
    what they scatter. A b* of 0 or less is always suspect.

    Raises:
        InputError: not one colour each, or no count.
    """
    zone = one_colour(zone_lab, "zone")
    neighbour = one_colour(neighbour_lab, "neighbour")
    count = float(bounded(readings, "readings", 1.0, 1000.0))
    reach = normal_quantile(0.5 + constants.interval_level / 2.0) * thresholds.sigma_b
    limit = max(thresholds.hue_alarm, reach * math.sqrt(2.0 / count))
    green, blue = (float(value) for value in (neighbour - zone)[1:])
    if zone[2] <= 0.0:
        sentence = f"b* is {zone[2]:.1f}: bluish, no skin is. Suspect of old pigment."
        return PriorPigment(True, green, blue, limit, sentence)
    turned = [
        f"{shift:.1f} {word}"
        for shift, word in ((blue, "bluer"), (green, "greener"))
        if shift > limit
    ]
    if not turned:
        sentence = f"No blue or green cast beside the neighbour (limit {limit:.1f})."
        return PriorPigment(False, green, blue, limit, sentence)
    sentence = f"{' and '.join(turned)} than the skin beside it (limit {limit:.1f})."
    return PriorPigment(True, green, blue, limit, sentence)
