"""How far a mix may be off by the tools alone: drops that vary, graduations that end.

Every drawn part has a relative spread; the fraction's follows from them, stock first.
"""

from __future__ import annotations

import math

from kiosk.matching.mixplan import MixPlan

#: Relative SD of one drop: repeatability 5.07 µl / 1.96 on 45 µl (BMC Ophthalmol. 17:78).
_DROP = 0.0575


def drops_cv(k: int, active: int, diluent: int) -> float:
    """CV of the fraction of `active` drops of 1-in-`k` stock (1: neat) and `diluent` drops."""
    share = active / (active + diluent)
    second = ((1.0 - share) * _DROP) ** 2 * (1.0 / active + 1.0 / diluent)
    if k == 1:
        return math.sqrt(second)
    first = ((1.0 - 1.0 / k) * _DROP) ** 2 * (1.0 + 1.0 / (k - 1))
    return math.sqrt(first + second)


def plan_cv(plan: MixPlan, syringe_ul: int = 20) -> float:
    """CV of the fraction of a syringe plan: every draw ends somewhere within a graduation.

    Takes the place of the constants' `cv_mix` once there is a plan.
    """
    end = syringe_ul / math.sqrt(12.0)
    stock = plan.stock
    if stock is None:
        return _two_parts(plan.pigment_ul, plan.diluent_ul, end)
    diluent = plan.total_ul - stock.use_ul
    return math.hypot(
        _two_parts(stock.pigment_ul, stock.diluent_ul, end),
        _two_parts(stock.use_ul, diluent, end),
    )


def _two_parts(active_ul: int, diluent_ul: int, end_ul: float) -> float:
    share = active_ul / (active_ul + diluent_ul)
    return (1.0 - share) * math.hypot(end_ul / active_ul, end_ul / diluent_ul)
