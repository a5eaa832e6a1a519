"""The model's constants: one version ships, a studio's file may override any subset.

The numbers and their evidence are in data/constants-2026.1.toml; here are names, domains and the
checks. A recorded decision keeps `version`, so it can be computed again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
import numpy as np
from msgspec import Meta

from kiosk.matching import ladder as ladders
from kiosk.matching.inputs import InputError
from kiosk.matching.tomlset import (
    ConstantsError,
    decoded,
    explained,
    read_override,
    with_version,
)

_PACKAGED = "constants-2026.1.toml"

# Finite upper bounds keep infinity out; TOML can spell it.
_Positive = Annotated[float, Meta(gt=0, le=1000)]
_Spread = Annotated[float, Meta(ge=0, le=10)]
_Share = Annotated[float, Meta(gt=0, le=1)]
_OpenShare = Annotated[float, Meta(gt=0, lt=1)]


@dataclass(frozen=True, slots=True)
class Constants:
    """Everything the model takes as given; evidence for each number is in the packaged file.

    Domains are checked on construction, so also after `dataclasses.replace`.

    Raises:
        ConstantsError: a value outside its domain.
    """

    version: Annotated[str, Meta(min_length=1, max_length=32)]

    A0: _Positive  # neat ink, natural log, per pass, Y channel, reference lot
    retention: _Share  # of absorbance, healed over fresh
    undertone: Annotated[float, Meta(ge=0, le=1.3)]  # exponent p
    kappa_x: _Positive  # absorbance of X over Y
    kappa_z: _Positive  # absorbance of Z over Y
    strength: _Positive  # lot over reference lot
    gain: _Positive  # studio in this ITA band x client

    follicle_opacity: _Share
    yule_nielsen: Annotated[float, Meta(ge=1, le=2)]
    dot_mm: Annotated[float, Meta(gt=0, le=2)]  # healed, diameter
    fresh_dot_area: Annotated[float, Meta(ge=1, le=10)]  # fresh over healed
    max_cover: _OpenShare  # healed, all sessions

    sigma_skin: _Spread  # L*, one reading
    sigma_hair: _Spread  # L*, one re-positioned reading
    pooling_weight: Annotated[float, Meta(ge=0, le=1000)]  # readings
    sigma_opacity: _Spread
    sigma_retention: _Spread
    cv_lot: _Spread
    cv_gain: _Spread
    cv_mix: _Spread

    safe_quantile: Annotated[float, Meta(ge=0.001, le=0.5)]  # above 0.5: darker than the best match
    interval_level: Annotated[float, Meta(ge=0.001, le=0.999)]
    visible_contrast: Annotated[float, Meta(gt=0, le=10)]  # ln(skin/follicle) in Y
    lighter_margin: Annotated[float, Meta(ge=0, le=100)]  # L*
    tone_limit: Annotated[float, Meta(ge=0, le=100)]  # a*, b*
    dark_skin: Annotated[float, Meta(ge=0, le=100)]  # L*
    ladder: tuple[int, ...]  # r of 1:r, dark to light

    def __post_init__(self) -> None:
        try:
            checked = msgspec.convert(asdict(self), _Complete)
        except msgspec.ValidationError as error:
            raise explained(error, _HINTS) from error
        # Whole numbers become floats here: 30 and 30.0 must leave the same record.
        for name in self.__slots__:
            object.__setattr__(self, name, getattr(checked, name))
        try:
            object.__setattr__(self, "ladder", ladders.validated(self.ladder))
        except InputError as error:
            raise ConstantsError(error.field, error.problem, error.mend) from error

    def as_dict(self) -> dict[str, float | str]:
        """The constants a `match` document names."""
        return {
            "version": self.version,
            "A0": self.A0,
            "retention": self.retention,
            "follicle_opacity": self.follicle_opacity,
            "yule_nielsen": self.yule_nielsen,
            "undertone": self.undertone,
            "kappa_x": self.kappa_x,
            "kappa_z": self.kappa_z,
            "dot_mm": self.dot_mm,
            "strength": self.strength,
            "gain": self.gain,
        }


_HINTS = get_type_hints(Constants, include_extras=True)
_Complete = msgspec.defstruct("_Complete", list(_HINTS.items()))
_Row = Annotated[tuple[float, float, float], Meta(description="p, kappa_x, kappa_z")]
# One list of names: a file may hold what the dataclass holds, and the undertone table.
_Override = msgspec.defstruct(
    "_Override",
    [
        *((name, hint | msgspec.UnsetType, msgspec.UNSET) for name, hint in _HINTS.items()),
        (
            "undertones",
            Annotated[list[_Row], Meta(min_length=2)] | msgspec.UnsetType,
            msgspec.UNSET,
        ),
    ],
    forbid_unknown_fields=True,
)


@cache
def default_constants() -> Constants:
    """The constants that ship with the program."""
    return _assembled(_packaged())


def load_constants(path: Path | None = None) -> Constants:
    """The shipped constants, with those a TOML file names put in their place.

    A file without its own `version` gets one made of the shipped version and a digest of what it
    changes. A new `undertone` brings its channel factors along unless the file gives them.

    Raises:
        ConstantsError: the file cannot be read, is no TOML, or a field does not fit.
    """
    if path is None:
        return default_constants()
    override = read_override(path, _Override)
    try:
        return _assembled(_packaged() | with_version(override, _packaged()["version"]))
    except ConstantsError as error:
        raise error.inside(str(path)) from error


@cache
def _packaged() -> dict[str, Any]:
    return decoded(files("kiosk.matching").joinpath("data", _PACKAGED).read_bytes(), _Override)


def _assembled(values: dict[str, Any]) -> Constants:
    values = dict(values)
    table = np.array(values.pop("undertones"))
    exponents = table[:, 0]
    if not np.isfinite(table).all() or (np.diff(exponents) <= 0).any():
        raise ConstantsError("undertones", "the exponents do not rise", "Sort the rows by p.")
    if not exponents[0] <= values["undertone"] <= exponents[-1]:
        mend = f"Give {exponents[0]:g} to {exponents[-1]:g}, or a row of 'undertones' for it."
        raise ConstantsError("undertone", "lies outside the table 'undertones'", mend)
    for column, name in ((1, "kappa_x"), (2, "kappa_z")):
        values.setdefault(name, float(np.interp(values["undertone"], exponents, table[:, column])))
    return Constants(**values)


__all__ = ["Constants", "ConstantsError", "default_constants", "load_constants"]
