"""What the program decides by around the colour model: limits, steps and weights, as one version.

Kept apart from the model's constants because they change for other reasons: a studio may trust
its eye less or its healing more without the ink in skin being any different. Numbers and their
evidence are in data/thresholds-2026.1.toml.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta

from kiosk.matching.constants import ConstantsError
from kiosk.matching.tomlset import decoded, explained, read_override, with_version

_PACKAGED = "thresholds-2026.1.toml"

_Difference = Annotated[float, Meta(gt=0, le=100)]
_Angle = Annotated[float, Meta(ge=-90, le=90)]
_Days = Annotated[int, Meta(ge=1, le=3650)]
_Factor = Annotated[float, Meta(gt=0, le=10)]
_Count = Annotated[int, Meta(ge=1, le=100)]
_Years = Annotated[float, Meta(gt=0, le=200)]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Everything decided around the model; evidence for each number is in the packaged file.

    Raises:
        ConstantsError: a value outside its domain, or out of order with its neighbour.
    """

    version: Annotated[str, Meta(min_length=1, max_length=32)]

    perceptible_fair: _Difference
    acceptable_fair: _Difference
    perceptible_dark: _Difference
    acceptable_dark: _Difference
    perceptible_axes: tuple[_Difference, _Difference, _Difference]  # L*, a*, b*
    acceptable_axes: tuple[_Difference, _Difference, _Difference]
    dark_shade_ita: _Angle
    blue_caution_ita: _Angle
    zone_split: _Difference
    instrument_drift: _Difference

    healed_days: _Days
    settled_days: _Days
    erythema_rise: _Difference
    hue_alarm: _Difference
    sigma_b: _Factor

    least_anchors: _Count
    least_cv_gain: _Factor
    gain_pseudo_outcomes: Annotated[float, Meta(ge=0, le=1000)]
    client_sd_limit: _Factor
    verdict_too_light: _Factor
    verdict_right: _Factor
    verdict_too_dark: _Factor
    verdict_sd: _Factor
    least_sigma_retention: _Factor
    cv_lot_card: _Factor
    rungs_darker: _Count
    rungs_extra_light: Annotated[int, Meta(ge=0, le=100)]

    half_life_years: tuple[_Years, _Years, _Years]  # fast, middle, slow
    half_life_exposed: _Years

    def __post_init__(self) -> None:
        try:
            checked = msgspec.convert(asdict(self), _Complete)
        except msgspec.ValidationError as error:
            raise explained(error, _NAMES) from error
        for name in self.__slots__:
            object.__setattr__(self, name, getattr(checked, name))
        fast, middle, slow = self.half_life_years
        for field, orderly, mend in (
            ("acceptable_fair", self.perceptible_fair <= self.acceptable_fair, "perceptible_fair"),
            ("acceptable_dark", self.perceptible_dark <= self.acceptable_dark, "perceptible_dark"),
            ("settled_days", self.healed_days <= self.settled_days, "healed_days"),
            ("verdict_right", self.verdict_too_light < self.verdict_right, "verdict_too_light"),
            ("verdict_too_dark", self.verdict_right < self.verdict_too_dark, "verdict_right"),
            ("half_life_years", fast <= middle <= slow, "the one before, three times"),
            ("half_life_exposed", self.half_life_exposed <= fast, "the fast half-life, or below"),
        ):
            if not orderly:
                raise ConstantsError(field, "is out of order", f"Compare it with {mend}.")


_HINTS = get_type_hints(Thresholds, include_extras=True)
_NAMES = tuple(_HINTS)
_Complete = msgspec.defstruct("_Complete", list(_HINTS.items()))
_Override = msgspec.defstruct(
    "_Override",
    [(name, hint | msgspec.UnsetType, msgspec.UNSET) for name, hint in _HINTS.items()],
    forbid_unknown_fields=True,
)


@cache
def default_thresholds() -> Thresholds:
    """The thresholds that ship with the program."""
    return Thresholds(**_packaged())


def load_thresholds(path: Path | None = None) -> Thresholds:
    """The shipped thresholds, with those a TOML file names put in their place.

    A file without its own `version` gets one made of the shipped version and a digest of what it
    changes.

    Raises:
        ConstantsError: the file cannot be read, is no TOML, or a field does not fit.
    """
    if path is None:
        return default_thresholds()
    override = read_override(path, _Override)
    try:
        return Thresholds(**_packaged() | with_version(override, _packaged()["version"]))
    except ConstantsError as error:
        raise error.inside(str(path)) from error


@cache
def _packaged() -> dict[str, Any]:
    return decoded(files("kiosk.matching").joinpath("data", _PACKAGED).read_bytes(), _Override)
