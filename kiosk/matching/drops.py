"""Mixing by drops: second to the syringe, and only with one dropper for both liquids.

Dropper bottles give 21 to 41 drops a millilitre, and two of them shift a recipe by over 40 %
(BMC Ophthalmol. 17:78). So a drop must have been measured, and a second dropper is no plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from kiosk.matching.inputs import InputError, bounded
from kiosk.matching.mixcv import drops_cv
from kiosk.matching.mixdraw import acceptable, error_percent, off_by, parts_of
from kiosk.matching.mixplan import LABEL

DropStatus = Literal["plan", "use-syringe", "one-dropper"]

_ONE_STEP_UP_TO = 25
_STOCKS = (5, 10)
#: More are miscounted; about one millilitre.
_MOST_DROPS = 24
#: One drop of stock more or less must not double it.
_FEWEST_OF_STOCK = 2
#: Plans this near the best in ln of the fraction count as equal; then fewer drops win.
_AS_GOOD = 0.01


@dataclass(frozen=True, slots=True)
class DropPlan:
    """Whole drops for a mix of 1:`ratio`; 1-in-`k` stock, or neat pigment where `k` is 1.

    `cv` is the spread of the fraction by the drops' own repeatability, None without a plan.
    `one_more_*_percent` is what a single miscounted drop does to the fraction.
    """

    status: DropStatus
    ratio: float
    k: int
    active: int
    diluent: int
    drop_ul: float
    error_percent: float
    cv: float | None
    steps: tuple[str, ...]
    reason: str

    @property
    def fraction(self) -> float:
        """Pigment fraction of the cup, drops taken as equal."""
        return fraction_of_drops(self.k, self.active, self.diluent)

    @property
    def total_ul(self) -> int:
        """Volume of the cup, to the microlitre."""
        return round((self.active + self.diluent) * self.drop_ul)

    @property
    def one_more_active_percent(self) -> float:
        """Change of the fraction by one drop of pigment or stock too many."""
        return self._slip(1, 0)

    @property
    def one_more_diluent_percent(self) -> float:
        """Change of the fraction by one drop of diluent too many."""
        return self._slip(0, 1)

    def _slip(self, active: int, diluent: int) -> float:
        slipped = fraction_of_drops(self.k, self.active + active, self.diluent + diluent)
        return 100.0 * (slipped / self.fraction - 1.0)

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "status": self.status,
            "reason": self.reason,
            "ratio": self.ratio,
            "k": self.k,
            "active_drops": self.active,
            "diluent_drops": self.diluent,
            "drop_ul": self.drop_ul,
            "total_ul": self.total_ul,
            "error_percent": self.error_percent,
            "cv": self.cv,
            "one_more_active_percent": self.one_more_active_percent,
            "one_more_diluent_percent": self.one_more_diluent_percent,
            "steps": list(self.steps),
        }


def fraction_of_drops(k: int, active: int, diluent: int) -> float:
    """Pigment fraction of `active` drops of 1-in-`k` stock and `diluent` drops."""
    return active / (k * (active + diluent))


def plan_drops(
    ratio: float,
    drop_ul: float,
    *,
    diluent_drop_ul: float | None = None,
    stock: int | None = None,
) -> DropPlan:
    """Drops for a mix of 1:`ratio`, at most 24 of them.

    Args:
        ratio: R of 1:R.
        drop_ul: the measured volume of one drop of the dropper.
        diluent_drop_ul: the drop of another dropper for the diluent; then there is no plan, and
            the reason says how far off it would be.
        stock: 5 or 10 for that stock; None takes neat pigment up to 1:25 where the drops allow,
            else 1-in-10.

    Raises:
        InputError: a ratio, drop or stock that cannot be.
    """
    parts = parts_of(ratio)
    drop = float(bounded(drop_ul, "drop_ul", 10.0, 100.0))
    if stock is not None and stock not in _STOCKS:
        raise InputError("stock", f"1-in-{stock} is none", "Give 5 or 10.")
    strengths = [10] if stock is None else [stock]
    if stock is None and parts <= _ONE_STEP_UP_TO:
        strengths = [1, 10]
    name = f"1:{float(ratio):g}"
    best = None
    for k in strengths:
        found = []
        for active in range(_FEWEST_OF_STOCK if k > 1 else 1, _MOST_DROPS):
            for diluent in range(1, _MOST_DROPS - active + 1):
                strength = active * (1 + parts) / (k * (active + diluent))
                if acceptable(strength):
                    found.append((math.log(off_by(strength)), active + diluent, active, strength))
        if found:
            limit = min(found)[0] + _AS_GOOD
            best = min(entry[1:] for entry in found if entry[0] <= limit)
            break
    if best is None:
        k = strengths[-1]
        reason = f"No {_MOST_DROPS} drops come near {name}: use a syringe."
        return DropPlan("use-syringe", float(ratio), k, 1, 1, drop, 0.0, None, (), reason)
    total, active, strength = best
    diluent = total - active
    if diluent_drop_ul is not None:
        other = float(bounded(diluent_drop_ul, "diluent_drop_ul", 10.0, 100.0))
        per_stock = drop / (drop + (k - 1) * other)
        real = per_stock * active * drop / (active * drop + diluent * other)
        off = 100.0 * (real * float(1 + parts) - 1.0)
        reason = (
            f"Two droppers ({drop:g} and {other:g} µl): these drops would be {abs(off):.0f} % "
            f"{'lighter' if off < 0 else 'darker'} than {name}. Use one dropper for both, or a "
            "syringe."
        )
        return DropPlan(
            "one-dropper", float(ratio), k, active, diluent, drop, off, None, (), reason
        )
    first = () if k == 1 else (f"Stock 1-in-{k}: 1 drop of pigment, {k - 1} of diluent, shake; "
                               f"repeat until there are {active} drops.",)  # fmt: skip
    what = "pigment" if k == 1 else "the stock"
    return DropPlan(
        status="plan",
        ratio=float(ratio),
        k=k,
        active=active,
        diluent=diluent,
        drop_ul=drop,
        error_percent=error_percent(strength),
        cv=drops_cv(k, active, diluent),
        steps=(
            "Same dropper for both liquids, held upright; rinse it in between.",
            *first,
            f"{active} drop{'s' if active > 1 else ''} of {what}, {diluent} of diluent; mix.",
            LABEL,
        ),
        reason=f"{total} drops, about {total * drop / 1000:.2f} ml; volumes by syringe come first.",
    )
