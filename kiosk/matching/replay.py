"""A recorded recipe computed again: the same bits on the same platform, or how far off elsewhere.

A record holds inputs, every constant's value and the result, so that neither a newer set of
constants nor a studio's edited file can change what was decided. Another processor or library may
round differently; then the tolerance decides, and for CIEDE2000 a wide one where the two hues face
each other, since the formula jumps there (Sharma, Wu, Dalal 2005).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np

from kiosk.matching.constants import Constants, ConstantsError
from kiosk.matching.inputs import InputError
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Lab, Recommendation

#: Raised whenever the same inputs and constants would give another result.
MODEL = 1
#: Relative, and absolute for numbers near 0: far above rounding, far below any instrument.
TOLERANCE = 1e-9
#: CIEDE2000 where hues differ by 180 degrees within this many: either branch is right.
_FACING_DEG = 1e-3
_JUMP = 1.0


@dataclass(frozen=True, slots=True)
class RecipeInputs:
    """Everything `recommend` is given besides the constants."""

    skin_lab: Lab
    hair_lab: Lab
    anchored: bool = False
    skin_sd: float | None = None
    hair_sd: float | None = None
    skin_n: int = 3
    hair_n: int = 3
    skin_sigma: float | None = None
    hair_sigma: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the result differs; `apart` is None where it is not a matter of size."""

    path: str
    stored: object
    now: object
    apart: float | None
    within: bool

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "path": self.path,
            "stored": self.stored,
            "now": self.now,
            "apart": self.apart,
            "within": self.within,
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found: `identical` bit for bit, or `agrees` within the tolerance, or neither.

    `result` is today's, None where the record cannot be computed at all; `reason` says which.
    """

    identical: bool
    agrees: bool
    model: int
    tolerance: float
    differences: tuple[Difference, ...]
    result: Recommendation | None
    reason: str

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "identical": self.identical,
            "agrees": self.agrees,
            "model": self.model,
            "tolerance": self.tolerance,
            "differences": [difference.as_dict() for difference in self.differences],
            "reason": self.reason,
        }


def record_of(inputs: RecipeInputs, constants: Constants) -> dict[str, object]:
    """A decision as plain JSON values: inputs, every constant, the model's number, the result.

    Raises:
        InputError: inputs that cannot be.
    """
    result = _computed(inputs, constants)
    given = asdict(inputs)
    given["skin_lab"], given["hair_lab"] = list(inputs.skin_lab), list(inputs.hair_lab)
    values = asdict(constants)
    values["ladder"] = list(constants.ladder)
    return {"model": MODEL, "inputs": given, "constants": values, "result": result.as_dict()}


def replay(record: Mapping[str, Any], *, tolerance: float = TOLERANCE) -> Replay:
    """The decision computed again from its own inputs and constants, and compared.

    A record of another model number is compared as well, and the reason says so.

    Raises:
        InputError: a record that lacks a part, or holds inputs or constants that cannot be.
    """
    try:
        inputs = msgspec.convert(record["inputs"], RecipeInputs)
        values = dict(record["constants"])
        constants = Constants(**values | {"ladder": tuple(values["ladder"])})
        stored, model = record["result"], int(record["model"])
    except KeyError as error:
        raise InputError("record", f"lacks {error}", "Give the whole record.") from error
    except (TypeError, ValueError, msgspec.ValidationError, ConstantsError) as error:
        raise InputError("record", f"cannot be read ({error})", "Give it as stored.") from error
    result = _computed(inputs, constants)
    found = tuple(_differences(stored, result.as_dict(), tolerance, _hues_face(result)))
    agrees = all(difference.within for difference in found)
    if not found:
        reason = "The same, bit for bit."
    elif agrees:
        largest = max(difference.apart or 0.0 for difference in found)
        reason = f"The same within {tolerance:g} (largest difference {largest:.1e})."
    else:
        worst = next(difference for difference in found if not difference.within)
        reason = f"Not the same: {worst.path} was {worst.stored!r} and is {worst.now!r}."
    if model != MODEL:
        reason = f"{reason} Recorded by model {model}, computed by model {MODEL}."
    return Replay(not found, agrees, model, tolerance, found, result, reason)


def _computed(inputs: RecipeInputs, constants: Constants) -> Recommendation:
    return recommend(
        inputs.skin_lab,
        inputs.hair_lab,
        constants,
        anchored=inputs.anchored,
        skin_sd=inputs.skin_sd,
        hair_sd=inputs.hair_sd,
        skin_n=inputs.skin_n,
        hair_n=inputs.hair_n,
        skin_sigma=inputs.skin_sigma,
        hair_sigma=inputs.hair_sigma,
    )


def _differences(
    stored: object, now: object, tolerance: float, facing: bool, path: str = "result"
) -> Iterator[Difference]:
    """Every leaf that differs, in the order of today's document; sentences are leaves too."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        for key in [*now, *(key for key in stored if key not in now)]:
            yield from _differences(
                stored.get(key, "(absent)"), now.get(key, "(absent)"), tolerance, facing,
                f"{path}.{key}",
            )  # fmt: skip
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for index, (before, after) in enumerate(zip(stored, now, strict=True)):
            yield from _differences(before, after, tolerance, facing, f"{path}[{index}]")
    elif _is_number(stored) and _is_number(now):
        before, after = float(stored), float(now)  # type: ignore[arg-type]
        if before != after:
            apart = abs(before - after) / max(1.0, abs(before))
            limit = _JUMP if facing and path.endswith(".dE00") else tolerance
            yield Difference(path, stored, now, apart, apart <= limit)
    elif stored != now or type(stored) is not type(now):
        yield Difference(path, stored, now, None, False)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _hues_face(result: Recommendation) -> bool:
    """Whether dot and follicle stand on opposite hues, where CIEDE2000 has its jump."""
    if result.residual is None:
        return False
    _, a, b = result.target_lab
    hues = np.degrees(np.arctan2([b, b + result.residual.db], [a, a + result.residual.da]))
    return abs(abs(float(hues[0] - hues[1])) - 180.0) < _FACING_DEG
