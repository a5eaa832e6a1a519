"""Instrument models by name, ours and those of installed third-party packages.

Nothing is imported before it is asked for. A third party declares, in its own package,

    [project.entry-points."smp_kiosk.colorimeters"]
    mymodel = "my_package.mymodel:MODEL"

where MODEL is a `drivers.contract.InstrumentModel`.
"""

from __future__ import annotations

import logging
from importlib import import_module, metadata
from typing import Final

from drivers.contract import InstrumentModel
from drivers.errors import Unsupported

ENTRY_POINTS: Final = "smp_kiosk.colorimeters"

_BUILT_IN: Final = {
    "as7261": "drivers.as726x:AS7261",
    "as7262": "drivers.as726x:AS7262",
    "as7265x": "drivers.as726x:AS7265X",
    "cm2600d": "drivers.konica_minolta:CM2600D_MODEL",
    "cm700d": "drivers.konica_minolta:CM700D_MODEL",
    "cr30": "drivers.cr30:MODEL",
    "open-head": "drivers.open_head:MODEL",
    "spectrolino": "drivers.spectrolino:MODEL",
    "spotread": "drivers.spotread:MODEL",
}

_log = logging.getLogger(__name__)


def model_names() -> tuple[str, ...]:
    """Names of all models that can be chosen, without importing any."""
    return tuple(sorted({*_BUILT_IN, *_third_party()}))


def find_model(name: str) -> InstrumentModel:
    """The model of that name; upper and lower case are the same.

    Raises:
        Unsupported: there is none, or the package that brings it cannot be used.
    """
    key = name.casefold()
    if key in _BUILT_IN:
        # First, so that no package takes the place of a model of ours unnoticed.
        module, _, attribute = _BUILT_IN[key].partition(":")
        return _checked(key, getattr(import_module(module), attribute))
    entry = _third_party().get(key)
    if entry is None:
        raise Unsupported(
            f"There is no driver for the model {name!r}.",
            f"Known models: {', '.join(model_names())}.",
        )
    try:
        found = entry.load()
    except Exception as error:
        # Foreign code may fail in any way; one broken package must not stop the others.
        raise Unsupported(
            f"The driver for {name!r} cannot be loaded ({type(error).__name__}: {error}).",
            f"Reinstall or remove the package that brings {entry.value}.",
        ) from error
    return _checked(key, found)


def models() -> tuple[InstrumentModel, ...]:
    """All models that can be loaded; the others are logged and left out."""
    found: list[InstrumentModel] = []
    for name in model_names():
        try:
            found.append(find_model(name))
        except Unsupported as error:
            _log.warning("%s %s", error.message, error.hint)
    return tuple(found)


def _third_party() -> dict[str, metadata.EntryPoint]:
    return {entry.name.casefold(): entry for entry in metadata.entry_points(group=ENTRY_POINTS)}


def _checked(name: str, found: object) -> InstrumentModel:
    if not isinstance(found, InstrumentModel):
        raise Unsupported(
            f"What is installed as {name!r} is not an instrument model.",
            "Its entry point must name a drivers.contract.InstrumentModel.",
        )
    return found
