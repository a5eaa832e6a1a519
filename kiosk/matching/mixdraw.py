"""What one syringe can draw: the arithmetic under every mixing plan.

Ratios are handled as exact fractions, so that "exact" means exact and ties are ties.

Above 1:25 pigment is measured by way of a stock, 1-in-10 unless a studio keeps 1-in-5. The latter
halves the volume drawn from it, and so doubles its error, without reaching any mix that 1-in-10
cannot; it saves diluent.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from kiosk.matching.inputs import InputError
from kiosk.matching.mixplan import Stock, ml

_ONE_STEP_UP_TO = 25
_STOCKS = (5, 10)
#: Half a graduation is 5 % of ten graduations, and 2 % of twenty-five.
_SMALLEST_DRAW = 10
_GOOD_DRAW = 25
#: The fraction may be 5 % too light but only 0.5 % too dark: pigment is not taken out again.
_LIGHTEST, _DARKEST = Fraction(95, 100), Fraction(1005, 1000)
_MOST_PARTS = 1000
_MOST_UL = 1_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """One ratio, one syringe, one limit: what every plan and correction needs to know."""

    ratio: float
    parts: Fraction
    syringe_ul: int
    limit_ul: int
    stock: int = 10

    @classmethod
    def checked(cls, ratio: float, syringe_ul: int, pigment_limit_ul: int, stock: int = 10) -> Task:
        """A task whose numbers make sense.

        Raises:
            InputError: a ratio, syringe, limit or stock that cannot be.
        """
        parts = parts_of(ratio)
        if stock not in _STOCKS:
            raise InputError("stock", f"1-in-{stock} is none", "Give 5 or 10.")
        syringe = volume("syringe_ul", syringe_ul, least=1)
        limit = volume("pigment_limit_ul", pigment_limit_ul, least=1)
        if _SMALLEST_DRAW * syringe > limit:
            raise InputError(
                "syringe_ul",
                f"graduations of {ml(syringe)} are too coarse for a limit of {ml(limit)} pigment",
                f"Use a syringe with graduations of {ml(limit // _SMALLEST_DRAW)} or less.",
            )
        return cls(float(ratio), parts, syringe, limit, stock)

    @property
    def k(self) -> int:
        """Parts in which the drawn liquid holds one of pigment: 1 is neat, else stock."""
        return 1 if self.parts <= _ONE_STEP_UP_TO else self.stock

    @property
    def step_ul(self) -> int:
        """Draws of pigment or stock: whole graduations that hold whole microlitres of pigment."""
        return math.lcm(self.syringe_ul, self.k)

    @property
    def smallest_ul(self) -> int:
        """The least that this syringe draws within 5 %."""
        return _SMALLEST_DRAW * self.syringe_ul

    @property
    def largest_ul(self) -> int:
        """The most pigment, in whole graduations, that one mix may take."""
        return self.limit_ul // self.syringe_ul * self.syringe_ul

    @property
    def name(self) -> str:
        """The ratio as people write it."""
        return f"1:{self.ratio:g}"

    def strength(self, pigment_ul: int, diluent_ul: int) -> Fraction:
        """Fraction of these volumes over the wanted fraction; above 1 is too dark."""
        return Fraction(pigment_ul) * (1 + self.parts) / (pigment_ul + diluent_ul)

    def stock_for(self, active_ul: int) -> Stock | None:
        """The stock to make for drawing `active_ul` of it; None where pigment is drawn neat.

        Twenty-five graduations of pigment where the limit allows, more where the mix needs it.
        """
        if self.k == 1:
            return None
        needed = -(-active_ul // (self.k * self.syringe_ul)) * self.syringe_ul
        pigment = max(needed, min(_GOOD_DRAW * self.syringe_ul, self.largest_ul))
        return Stock(self.k, pigment, (self.k - 1) * pigment, active_ul)


@dataclass(frozen=True, slots=True)
class Draw:
    """`active_ul` of pigment or stock, and `diluent_ul`."""

    active_ul: int
    diluent_ul: int

    @property
    def total_ul(self) -> int:
        """What comes into the cup."""
        return self.active_ul + self.diluent_ul

    def content(self, k: int) -> tuple[int, int]:
        """Neat pigment and diluent in it, the stock's share counted as what it is."""
        pigment = self.active_ul // k
        return pigment, self.total_ul - pigment


def parts_of(ratio: float) -> Fraction:
    """R of 1:R, to six decimals, as an exact number.

    Raises:
        InputError: no number from 1 to 1000.
    """
    try:
        number = float(ratio)
    except (TypeError, ValueError) as error:
        raise InputError("ratio", "is not a number", "Give R of 1:R, 1 to 1000.") from error
    if not 1.0 <= number <= _MOST_PARTS:
        raise InputError("ratio", f"1:{number:g} cannot be mixed", "Give R of 1:R, 1 to 1000.")
    return Fraction(number).limit_denominator(1_000_000)


def volume(field: str, value: int, *, least: int) -> int:
    """A volume in whole microlitres, up to a litre.

    Raises:
        InputError: not a whole number, or out of range.
    """
    mend = f"Give whole microlitres from {least} to {_MOST_UL}."
    try:
        microlitres = operator.index(value)
    except TypeError as error:
        raise InputError(field, f"{value!r} is not a whole number", mend) from error
    if not least <= microlitres <= _MOST_UL:
        raise InputError(field, f"{microlitres} is out of range", mend)
    return microlitres


def acceptable(strength: Fraction) -> bool:
    """Whether a mix of this strength may be used."""
    return _LIGHTEST <= strength <= _DARKEST


def off_by(strength: Fraction) -> Fraction:
    """Orders strengths above 0 as |ln strength| does, without leaving exact numbers."""
    return max(strength, 1 / strength)


def error_percent(strength: Fraction) -> float:
    """Deviation of the fraction in percent; negative is lighter."""
    return float((strength - 1) * 100)


def how_exact(task: Task, pigment_ul: int, diluent_ul: int) -> str:
    """The sentence that says how near a mix comes."""
    error = error_percent(task.strength(pigment_ul, diluent_ul))
    if error == 0.0:
        return f"Exactly {task.name}."
    if abs(error) < 0.05:
        return f"Within 0.05 % of {task.name}."
    return f"{abs(error):.1f} % {'lighter' if error < 0 else 'darker'} than {task.name}."


def closest_fit(task: Task, wanted: int) -> Draw | None:
    """The draw nearest the ratio, then nearest the volume, or None."""
    pigment = Fraction(wanted) / (1 + task.parts)
    low = max(task.k * pigment * _LIGHTEST * Fraction(95, 100), Fraction(task.smallest_ul))
    high = min(task.k * pigment * _DARKEST * Fraction(105, 100), Fraction(task.k * task.largest_ul))
    draws = (
        draw
        for steps in range(math.ceil(low / task.step_ul), math.floor(high / task.step_ul) + 1)
        for draw in _with_diluent(task, steps * task.step_ul, wanted)
    )
    return min(draws, key=lambda draw: _merit(task, draw, wanted), default=None)


def _merit(task: Task, draw: Draw, wanted: int) -> tuple[Fraction, int, int]:
    strength = task.strength(*draw.content(task.k))
    return off_by(strength), abs(draw.total_ul - wanted), draw.total_ul


def first_fit(task: Task, actives: Iterable[int]) -> Draw:
    """The first of these volumes of pigment or stock that a volume of diluent fits."""
    for active in actives:
        draws = _with_diluent(task, active)
        if draws:
            return min(draws, key=lambda draw: _merit(task, draw, draw.total_ul))
    raise InputError(
        "syringe_ul", f"no volumes come near {task.name}", "Use a syringe with finer graduations."
    )


def _with_diluent(task: Task, active_ul: int, wanted: int | None = None) -> list[Draw]:
    """The draws just below and just above the exact diluent that are fit for use.

    With `wanted`, moved to where the total is within 5 % of it.
    """
    exact = active_ul * ((1 + task.parts) / task.k - 1) / task.syringe_ul
    candidates = {math.floor(exact), math.ceil(exact)}
    if wanted is not None:
        fewest = math.ceil((Fraction(95, 100) * wanted - active_ul) / task.syringe_ul)
        most = math.floor((Fraction(105, 100) * wanted - active_ul) / task.syringe_ul)
        if fewest > most:
            return []
        candidates = {min(max(count, fewest), most) for count in candidates}
    draws = [Draw(active_ul, count * task.syringe_ul) for count in sorted(candidates)]
    # The diluent needs no check of its own: from 1:1 on there is at least as much of it.
    return [draw for draw in draws if acceptable(task.strength(*draw.content(task.k)))]
