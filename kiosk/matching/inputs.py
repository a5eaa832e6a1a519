"""What a colour must be before any arithmetic touches it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats

#: No surface under a daylight illuminant comes near this; beyond it the cubes overflow.
_CHROMA_LIMIT = 200.0


class InputError(ValueError):
    """An input the model cannot use; names the field, what is wrong and the mend."""

    def __init__(self, field: str, problem: str, mend: str) -> None:
        super().__init__(f"{field}: {problem}. {mend}")
        self.field = field
        self.problem = problem
        self.mend = mend


def lab_array(values: ArrayLike, field: str) -> Floats:
    """CIELAB (..., 3) as floats, L* 0..100, a* and b* within ±200.

    Raises:
        InputError: not numbers, not finite, not triplets, or no colour of a surface.
    """
    mend = "Give L*, a*, b* as three numbers, for example 57, 11.5, 17."
    try:
        lab = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(field, "is not made of numbers", mend) from error
    if lab.shape[-1:] != (3,):
        raise InputError(field, f"has shape {lab.shape}, not (..., 3)", mend)
    if not np.isfinite(lab).all():
        raise InputError(field, "holds NaN or infinity", "Take the reading again.")
    lightness = lab[..., 0]
    if ((lightness < 0.0) | (lightness > 100.0)).any():
        raise InputError(field, "has an L* outside 0 to 100", "L* comes first; read again.")
    if (np.abs(lab[..., 1:]) > _CHROMA_LIMIT).any():
        raise InputError(field, "has an a* or b* no surface has", "Read again.")
    return lab


def one_colour(values: ArrayLike, field: str) -> Floats:
    """One CIELAB colour (3,) as floats.

    Raises:
        InputError: as `lab_array`, or more than one colour.
    """
    colour = lab_array(values, field)
    if colour.shape != (3,):
        raise InputError(field, f"holds shape {colour.shape}, not one colour", "Give one colour.")
    return colour


def bounded(
    values: ArrayLike,
    field: str,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> Floats:
    """Numbers of any shape within low..high, ends included unless said to be open.

    Raises:
        InputError: not numbers, NaN, or outside.
    """
    span = f"{'above' if open_low else 'from'} {low:g} {'to below' if open_high else 'to'} {high:g}"
    mend = f"Give {field} {span}."
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(field, "is not a number", mend) from error
    inside = (array > low if open_low else array >= low) & (
        array < high if open_high else array <= high
    )
    if not inside.all():  # NaN compares false, so it lands here too
        raise InputError(field, "is out of range", mend)
    return array
