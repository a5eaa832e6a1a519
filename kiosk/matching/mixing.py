"""Volumes for a cup: the plan of a new mix, and the mend of one that is not what it should be.

Syringes come first: two dropper bottles differ by 40 % in a drop (BMC Ophthalmol. 17:78). Drops,
where nothing else is there, are in `drops`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from kiosk.matching.inputs import InputError
from kiosk.matching.mixdraw import (
    Draw,
    Task,
    acceptable,
    closest_fit,
    error_percent,
    first_fit,
    how_exact,
    off_by,
    volume,
)
from kiosk.matching.mixplan import LABEL, MixPlan, MixStatus, ml

_TOO_LITTLE = "There is too little in the cup to correct it with this syringe."


def plan_mix(
    ratio: float,
    total_ul: int,
    *,
    syringe_ul: int = 20,
    pigment_limit_ul: int = 1000,
    stock: int = 10,
) -> MixPlan:
    """The plan for about `total_ul` of 1:`ratio`, at most 5 % off in volume.

    Above 1:25 by way of a stock, 1-in-10 or 1-in-5.

    `too-small` where half a graduation would pass 5 % of a drawn volume: with the smallest batch
    above it that can be drawn. `remake` where the batch needs more pigment than the limit: with
    the largest batch that does not.

    Raises:
        InputError: a ratio, volume or syringe that cannot be.
    """
    task = Task.checked(ratio, syringe_ul, pigment_limit_ul, stock)
    wanted = volume("total_ul", total_ul, least=1)
    draw = closest_fit(task, wanted)
    if draw is not None:
        return _plan(task, "plan", draw, how_exact(task, *draw.content(task.k)))
    if wanted > (1 + task.parts) * task.largest_ul:
        largest = task.k * task.largest_ul // task.step_ul * task.step_ul
        draw = first_fit(task, range(largest, 0, -task.step_ul))
        reason = (
            f"{ml(wanted)} of {task.name} takes more than {ml(task.limit_ul)} pigment, the limit "
            f"of one mix; {ml(draw.total_ul)} is the largest batch."
        )
        return _plan(task, "remake", draw, reason)
    # From the wish upwards: coarse syringes also leave gaps between batches that can be drawn.
    least = max(Fraction(task.smallest_ul), task.k * wanted / (1 + task.parts))
    draw = first_fit(
        task,
        range(
            math.ceil(least / task.step_ul) * task.step_ul,
            task.k * task.largest_ul + 1,
            task.step_ul,
        ),
    )
    reason = (
        f"{ml(wanted)} of {task.name} cannot be drawn within 5 % with graduations of "
        f"{ml(task.syringe_ul)}; the smallest batch above it that can is {ml(draw.total_ul)}."
    )
    return _plan(task, "too-small", draw, reason)


def _plan(task: Task, status: MixStatus, draw: Draw, reason: str) -> MixPlan:
    pigment, diluent = draw.content(task.k)
    stock = task.stock_for(draw.active_ul)
    if stock is None:
        opening: tuple[str, ...] = (f"Draw {ml(draw.active_ul)} pigment into the cup.",)
    else:
        opening = (stock.step, f"Draw {ml(draw.active_ul)} of the stock into the cup.")
    return MixPlan(
        status=status,
        ratio=task.ratio,
        pigment_ul=pigment,
        diluent_ul=diluent,
        error_percent=error_percent(task.strength(pigment, diluent)),
        stock=stock,
        steps=(*opening, f"Add {ml(draw.diluent_ul)} diluent and mix.", LABEL),
        reason=reason,
        drawn_pigment_ul=draw.active_ul if stock is None else stock.pigment_ul,
        drawn_diluent_ul=draw.diluent_ul + (0 if stock is None else stock.diluent_ul),
    )


def correct_mix(
    ratio: float,
    have_pigment_ul: int,
    have_diluent_ul: int,
    *,
    total_ul: int | None = None,
    syringe_ul: int = 20,
    pigment_limit_ul: int = 1000,
    stock: int = 10,
) -> MixPlan:
    """What makes 1:`ratio` of a cup that holds these volumes of neat pigment and diluent.

    Too dark: the pigment stays and diluent is added. Too light: pigment is added, above 1:25 as
    stock. Past the pigment limit, or where no addition can be drawn well enough: `remake`, with a
    plan for `total_ul` (the cup's volume unless given). Good enough already: `plan` with nothing
    to add.

    Raises:
        InputError: an empty cup, or a ratio, volume or syringe that cannot be.
    """
    task = Task.checked(ratio, syringe_ul, pigment_limit_ul, stock)
    pigment = volume("have_pigment_ul", have_pigment_ul, least=0)
    diluent = volume("have_diluent_ul", have_diluent_ul, least=0)
    if pigment + diluent == 0:
        raise InputError("have_pigment_ul", "the cup is empty", "Ask for a plan of a new mix.")
    over_limit = f"over the limit of {ml(task.limit_ul)}"
    if pigment > task.limit_ul:
        why = f"The cup holds {ml(pigment)} pigment, {over_limit}."
    elif acceptable(task.strength(pigment, diluent)):
        return _mended(task, "plan", pigment, diluent, Draw(0, 0))
    elif (missing := pigment * task.parts - diluent) > 0:
        additions = [Draw(0, step) for step in _around(missing, task.syringe_ul)]
        if added := _best(task, pigment, diluent, additions):
            return _mended(task, "add-diluent", pigment, diluent, added)
        why = _TOO_LITTLE
    else:
        # (P + V/k)(1 + r) = P + D + V, solved for the volume V of pigment or stock.
        missing = -missing / ((1 + task.parts) / task.k - 1)
        needed = pigment + missing / task.k
        additions = [Draw(step, 0) for step in _around(missing, task.step_ul)]
        if added := _best(task, pigment, diluent, additions):
            return _mended(task, "add-pigment", pigment, diluent, added)
        why = _TOO_LITTLE
        if needed > task.limit_ul:
            why = f"{task.name} of what is there takes {ml(round(needed))} pigment, {over_limit}."
    return _remade(task, pigment + diluent, total_ul, why)


def _remade(task: Task, cup_ul: int, total_ul: int | None, why: str) -> MixPlan:
    fresh = plan_mix(
        task.ratio,
        cup_ul if total_ul is None else total_ul,
        syringe_ul=task.syringe_ul,
        pigment_limit_ul=task.limit_ul,
        stock=task.stock,
    )
    return replace(
        fresh,
        status="remake",
        steps=(f"Discard the {ml(cup_ul)} in the cup and book it as waste.", *fresh.steps),
        reason=f"{why} Make {ml(fresh.total_ul)} afresh.",
        waste_ul=cup_ul,
    )


def _around(exact: Fraction, step_ul: int) -> tuple[int, int]:
    """The whole steps on both sides of a volume."""
    return math.floor(exact / step_ul) * step_ul, math.ceil(exact / step_ul) * step_ul


def _best(task: Task, pigment: int, diluent: int, additions: list[Draw]) -> Draw | None:
    """The addition that comes nearest, of those that can be drawn and stay under the limit."""
    fit = []
    for draw in additions:
        more_pigment, more_diluent = draw.content(task.k)
        content = pigment + more_pigment, diluent + more_diluent
        # Half a graduation must stay within 5 % of what it changes: the cup when diluent is added,
        # the cup's pigment, as stock or neat, when pigment is.
        changed = content[0] * task.k if draw.active_ul else sum(content)
        strength = task.strength(*content)
        if acceptable(strength) and changed >= task.smallest_ul and content[0] <= task.limit_ul:
            fit.append((off_by(strength), draw.total_ul, draw))
    return min(fit, key=lambda entry: entry[:2])[2] if fit else None


def _mended(task: Task, status: MixStatus, pigment: int, diluent: int, added: Draw) -> MixPlan:
    more_pigment, more_diluent = added.content(task.k)
    content = pigment + more_pigment, diluent + more_diluent
    stock = task.stock_for(added.active_ul) if added.active_ul else None
    steps: tuple[str, ...]
    if status == "plan":
        steps, verdict = (), "Use it as it is"
    elif status == "add-diluent":
        steps = (f"Keep what is in the cup; add {ml(added.diluent_ul)} diluent and mix.",)
        verdict = f"Too dark now; {ml(sum(content))} after adding, or discard it"
    elif stock is None:
        steps = (f"Add {ml(added.active_ul)} pigment to the cup and mix.",)
        verdict = f"Too light now; {ml(sum(content))} after adding"
    else:
        steps = (stock.step, f"Add {ml(added.active_ul)} of the stock to the cup and mix.")
        verdict = f"Too light now; {ml(sum(content))} after adding"
    return MixPlan(
        status=status,
        ratio=task.ratio,
        pigment_ul=content[0],
        diluent_ul=content[1],
        error_percent=error_percent(task.strength(*content)),
        stock=stock,
        steps=(*steps, LABEL),
        reason=f"{verdict}: {how_exact(task, *content)}",
        drawn_pigment_ul=added.active_ul if stock is None else stock.pigment_ul,
        drawn_diluent_ul=added.diluent_ul + (0 if stock is None else stock.diluent_ul),
    )
