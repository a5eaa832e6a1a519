"""Simulated units for demonstrations and tests; never imported by the kiosk at run time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from drivers.errors import Unsupported
from drivers.simulators import as726x, konica_minolta, open_head, spectrolino
from drivers.simulators.as726x import As726xUnit
from drivers.simulators.cr30 import CAPTURED_SERIAL, FAULTS, Cr30Unit
from drivers.simulators.konica_minolta import KonicaMinoltaUnit
from drivers.simulators.open_head import OpenHeadUnit
from drivers.simulators.pty_host import PtyHost, running, serve
from drivers.simulators.spectrolino import SpectrolinoUnit
from drivers.simulators.targets import NAMES as TARGETS
from drivers.simulators.targets import TargetError, load
from drivers.simulators.unit import Unit

#: Builders by name of the model; each takes target, fault, seed and attended, and where units of
#: the model have serial numbers, serial.
_BUILDERS: Final[dict[str, Callable[..., Unit]]] = {
    "cr30": Cr30Unit,
    **{name: partial(As726xUnit, name) for name in ("as7261", "as7262", "as7265x")},
    **{name: partial(KonicaMinoltaUnit, name) for name in ("cm2600d", "cm700d")},
    "open-head": OpenHeadUnit,
    "spectrolino": SpectrolinoUnit,
}
_UNNUMBERED: Final = ("as7261", "as7262", "as7265x")

MODELS: Final = tuple(sorted(_BUILDERS))

#: What can be made to go wrong, by name of the model.
MODEL_FAULTS: Final[dict[str, tuple[str, ...]]] = {
    "cr30": FAULTS,
    **dict.fromkeys(_UNNUMBERED, as726x.FAULTS),
    **dict.fromkeys(("cm2600d", "cm700d"), konica_minolta.FAULTS),
    "open-head": open_head.FAULTS,
    "spectrolino": spectrolino.FAULTS,
}


def build(
    model: str,
    *,
    target: str = "skin-medium",
    fault: str | None = None,
    serial: str | None = None,
    seed: int = 0,
    attended: bool = True,
) -> Unit:
    """A simulated unit of `model` on `target`, a name of `TARGETS` or the path of a CSV file.

    `attended` adds a person who follows the calibration screens; see the class of the unit.
    Without `serial` the unit has one of its own, if units of its model have any.

    Raises:
        Unsupported: there is no simulator for that model.
        TargetError: the target cannot be used.
        ValueError: there is no such fault.
    """
    name = model.casefold()
    if name not in _BUILDERS:
        raise Unsupported(
            f"There is no simulator for {model!r}.", f"Simulated are: {', '.join(MODELS)}."
        )
    options: dict[str, Any] = {"target": load(target), "fault": fault, "seed": seed}
    if serial is not None and name not in _UNNUMBERED:
        options["serial"] = serial
    return _BUILDERS[name](attended=attended, **options)


__all__ = [
    "CAPTURED_SERIAL",
    "FAULTS",
    "MODELS",
    "MODEL_FAULTS",
    "TARGETS",
    "As726xUnit",
    "Cr30Unit",
    "KonicaMinoltaUnit",
    "OpenHeadUnit",
    "PtyHost",
    "SpectrolinoUnit",
    "TargetError",
    "Unit",
    "build",
    "running",
    "serve",
]
