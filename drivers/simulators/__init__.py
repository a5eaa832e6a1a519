"""Simulated units for demonstrations and tests; never imported by the kiosk at run time."""

from __future__ import annotations

from drivers.errors import Unsupported
from drivers.simulators.cr30 import CAPTURED_SERIAL, Cr30Unit
from drivers.simulators.faults import FAULTS
from drivers.simulators.pty_host import PtyHost, running, serve
from drivers.simulators.targets import NAMES as TARGETS
from drivers.simulators.targets import TargetError, load
from drivers.simulators.unit import Unit

MODELS = ("cr30",)


def build(
    model: str,
    *,
    target: str = "skin-medium",
    fault: str | None = None,
    serial: str = CAPTURED_SERIAL,
    seed: int = 0,
    attended: bool = True,
) -> Unit:
    """A simulated unit of `model` on `target`, a name of `TARGETS` or the path of a CSV file.

    `attended` adds a person who follows the calibration screens; see `Cr30Unit`.

    Raises:
        Unsupported: there is no simulator for that model.
        TargetError: the target cannot be used.
        ValueError: there is no such fault.
    """
    if model.casefold() not in MODELS:
        raise Unsupported(
            f"There is no simulator for {model!r}.", f"Simulated are: {', '.join(MODELS)}."
        )
    return Cr30Unit(serial=serial, seed=seed, target=load(target), fault=fault, attended=attended)


__all__ = [
    "CAPTURED_SERIAL",
    "FAULTS",
    "MODELS",
    "TARGETS",
    "Cr30Unit",
    "PtyHost",
    "TargetError",
    "Unit",
    "build",
    "running",
    "serve",
]
