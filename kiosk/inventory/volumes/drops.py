"""What one drop of one bottle holds, measured; without that a drop is no volume.

Dropper bottles give 21 to 41 drops a millilitre (BMC Ophthalmol. 17:78), so the "twenty drops" of
habit may be off by half. How drops then make a mix is the mixing plan's affair.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.inventory.volumes.weighing import Weighed

#: A series of drops onto the balance, and how often: three means give a spread, and ten drops a
#: series bring 6 % of one drop down to 2 %.
FEWEST_SERIES = 3
FEWEST_DROPS = 10
#: Spread between series beyond which a dropper, or the hand that holds it, does not repeat.
_LARGEST_CV = 0.05
#: The range in which droppers are found, µl; the mixing plan takes no other.
_SMALLEST_UL, _LARGEST_UL = 10.0, 100.0


@dataclass(frozen=True, slots=True)
class Series:
    """So many drops, weighed together."""

    drops: int
    volume: Weighed


@dataclass(frozen=True, slots=True)
class Dropper:
    """A bottle's dropper: the mean drop, its standard uncertainty, and the spread between series.

    `cv` is the relative standard deviation of the series' means, `single_sd_ul` what follows for
    one drop: n drops together scatter less than one by the root of n.
    """

    bottle: str
    drop_ul: float
    u_drop_ul: float
    cv: float
    single_sd_ul: float
    drops: int
    measured_on: date

    @property
    def drops_per_ml(self) -> float:
        """How people speak of a dropper."""
        return 1000.0 / self.drop_ul


def calibrate_dropper(bottle: str, series: Sequence[Series], measured_on: date) -> Dropper:
    """The dropper of one bottle from weighed series of drops.

    The largest uncertainty of any one weighing counts in full, because it is mostly the density's
    and so the same in all of them.

    Raises:
        QuantityError: too few series or drops, no drop that can be, or too wide a spread.
    """
    if len(series) < FEWEST_SERIES or any(one.drops < FEWEST_DROPS for one in series):
        raise QuantityError(
            "series",
            f"{len(series)} of {min((one.drops for one in series), default=0)} drops are too few",
            f"Weigh {FEWEST_SERIES} series of {FEWEST_DROPS} drops or more.",
        )
    means = [one.volume.ul / one.drops for one in series]
    drops = sum(one.drops for one in series)
    drop = sum(one.volume.ul for one in series) / drops
    if not _SMALLEST_UL <= drop <= _LARGEST_UL:
        raise QuantityError(
            "drop_ul",
            f"a drop of {drop:.1f} µl is none",
            "Were the drops counted right, and the balance in grams?",
        )
    spread = statistics.stdev(means)
    if spread > _LARGEST_CV * drop:
        raise QuantityError(
            "series",
            f"they differ by {100 * spread / drop:.0f} %",
            "Hold the bottle upright, let drops fall freely, and weigh again.",
        )
    by_weighing = max(one.volume.u_ul / one.drops for one in series)
    u_drop = math.hypot(spread / math.sqrt(len(series)), by_weighing)
    single = spread * math.sqrt(drops / len(series))
    return Dropper(bottle, drop, u_drop, spread / drop, single, drops, measured_on)


def volume_of_drops(bottle: str, drops: int, dropper: Dropper | None) -> Weighed:
    """The volume of drops from a bottle whose dropper was measured.

    Raises:
        QuantityError: no drops, a dropper that was not measured, or another bottle's.
    """
    mend = "Measure this bottle's dropper on a balance, or use a syringe."
    if drops < 1:
        raise QuantityError("drops", f"{drops} is no number of drops", "Count them.")
    if dropper is None:
        raise QuantityError("drops", f"the dropper of {bottle} was never measured", mend)
    if dropper.bottle != bottle:
        raise QuantityError("drops", f"the dropper measured is that of {dropper.bottle}", mend)
    u_ul = math.hypot(drops * dropper.u_drop_ul, math.sqrt(drops) * dropper.single_sd_ul)
    return Weighed(round(drops * dropper.drop_ul), u_ul)
