"""A healed area that turned blue: measured, against its outlook and against untreated skin.

Light, season and instrument move the reference site too, so its own change is taken out first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from kiosk.matching.constants import Constants
from kiosk.matching.inputs import bounded, one_colour
from kiosk.matching.outlook import Band
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.uncertainty import normal_quantile
from kiosk.stops import Severity, Stop


@dataclass(frozen=True, slots=True)
class HueCheck:
    """b* of a healed area against its outlook; negative `shift` is bluer.

    `reach` is half the width of the readings' interval around no shift. `outlook_b` is (light,
    middle, dark) of the band; the shift counts from the middle.
    """

    raised: bool
    shift: float
    limit: float
    reach: float
    zone_b: float
    outlook_b: tuple[float, float, float]
    reference_change: float
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The evidence, in the form that events keep."""
        return {
            "raised": self.raised,
            "shift": self.shift,
            "limit": self.limit,
            "reach": self.reach,
            "zone_b": self.zone_b,
            "outlook_b": list(self.outlook_b),
            "reference_change": self.reference_change,
            "sentence": self.sentence,
        }

    @property
    def stop(self) -> Stop | None:
        """The stop an alarm raises: no further session until it is reviewed."""
        if not self.raised:
            return None
        return Stop(
            "HUE-ALARM",
            Severity.POLICY,
            self.sentence,
            "Carbon fades at constant hue; ink that is no carbon, or too deep, turns blue",
            "A review of the incident: pigment lot, diluent lot and technique.",
        )


def check_hue(
    zone_lab: ArrayLike,
    outlook: Band,
    reference_then_lab: ArrayLike,
    reference_now_lab: ArrayLike,
    constants: Constants,
    thresholds: Thresholds,
    *,
    zone_readings: int = 3,
    baseline_readings: int = 3,
    reference_readings: int = 3,
    sd_b: float | None = None,
) -> HueCheck:
    """Whether a healed area, CIELAB (3,), is bluer than its outlook; alarms need both bounds.

    Args:
        zone_lab: the treated area now.
        outlook: the field's band for this moment, made from the untreated skin.
        reference_then_lab: the untreated reference site when that skin was read.
        reference_now_lab: the same site now.
        constants: the level of the interval.
        thresholds: the limit, and the SD of one b* reading.
        zone_readings: how many make up `zone_lab`.
        baseline_readings: how many made up the skin the outlook starts from.
        reference_readings: how many make up each reference.
        sd_b: SD of b* seen in the readings, where it is above the usual one.

    Raises:
        InputError: not one colour each, or counts that are none.
    """
    zone, then, now = (
        float(one_colour(lab, field)[2])
        for lab, field in (
            (zone_lab, "zone"),
            (reference_then_lab, "reference then"),
            (reference_now_lab, "reference now"),
        )
    )
    counts = [
        float(bounded(count, "readings", 1.0, 1000.0))
        for count in (zone_readings, baseline_readings, reference_readings, reference_readings)
    ]
    sigma = thresholds.sigma_b
    if sd_b is not None:
        sigma = max(sigma, float(bounded(sd_b, "SD", 0.0, 100.0)))
    reach = normal_quantile(0.5 + constants.interval_level / 2.0) * math.sqrt(
        sum(sigma**2 / count for count in counts)
    )
    moved = now - then
    shift = zone - outlook.middle[2] - moved
    raised = -shift > thresholds.hue_alarm and -shift > reach
    limits = f"alarm beyond {thresholds.hue_alarm:.1f} and the readings' ±{reach:.1f}"
    way = "bluer" if shift < 0 else "yellower"
    return HueCheck(
        raised,
        shift,
        thresholds.hue_alarm,
        reach,
        zone,
        (outlook.light[2], outlook.middle[2], outlook.dark[2]),
        moved,
        f"b* {abs(shift):.1f} {way} than its outlook, the reference site's own {moved:+.1f} taken "
        f"out ({limits}).",
    )
