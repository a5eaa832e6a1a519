"""Every simulated model behind a terminal of its own, for tests that hold for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from drivers import Colorimeter
from drivers.as726x import protocol as as726x
from drivers.contract import CalibrationKind, InstrumentModel
from drivers.cr30 import protocol as cr30
from drivers.konica_minolta import protocol as konica_minolta
from drivers.open_head import driver as open_head_driver
from drivers.open_head import protocol as open_head
from drivers.registry import find_model
from drivers.simulators import (
    MODELS,
    As726xUnit,
    Cr30Unit,
    KonicaMinoltaUnit,
    OpenHeadUnit,
    PtyHost,
    SpectrolinoUnit,
    Unit,
    running,
)
from drivers.simulators import as726x as simulated_as726x
from drivers.simulators import cr30 as simulated_cr30
from drivers.simulators import open_head as simulated_head
from drivers.simulators.targets import load
from tests.drivers.quick import shorten

__all__ = ["MODELS", "ONE_OF_EACH", "Plugged", "Rack", "Watched", "hasten", "rack"]

#: One model of each driver: the three AT heads differ in their channels only.
ONE_OF_EACH = tuple(model for model in MODELS if model not in ("as7261", "as7262"))

_BUILDERS: dict[str, Callable[..., Unit]] = {
    "as7261": partial(As726xUnit, "as7261"),
    "as7262": partial(As726xUnit, "as7262"),
    "as7265x": partial(As726xUnit, "as7265x"),
    "cm2600d": partial(KonicaMinoltaUnit, "cm2600d", flash_s=0.06, baudrate=1_000_000),
    "cm700d": partial(KonicaMinoltaUnit, "cm700d", flash_s=0.06, baudrate=1_000_000),
    "cr30": Cr30Unit,
    "open-head": OpenHeadUnit,
    "spectrolino": partial(SpectrolinoUnit, measure_s=0.05),
}


def hasten(monkeypatch: pytest.MonkeyPatch) -> None:
    """All waits as for real units, and shorter."""
    shorten(monkeypatch)
    quick: list[tuple[object, dict[str, object]]] = [
        (cr30, {"IDENTITY_TIMEOUT_S": 0.15, "CHUNK_TIMEOUT_S": 0.2, "ACTION_TIMEOUT_S": 0.6}),
        (simulated_cr30, {"_MEASURE_S": (0.03, 0.034), "_BLACK_S": 0.02, "_WHITE_S": 0.03}),
        (
            as726x,
            {"ANSWER_TIMEOUT_S": 0.2, "OPENING_TIMEOUT_S": 0.15, "INTEGRATION_STEP_S": 0.0005},
        ),
        (as726x, {"QUIET_S": 0.03, "GRACE_S": 0.02}),
        (konica_minolta, {"LATE_S": 0.02}),
        (simulated_as726x, {"_STEP_S": 0.0005, "_ANSWER_S": 0.001}),
        (open_head, {"MARGIN_S": 0.3, "ANSWER_TIMEOUT_S": 0.2}),
        (open_head_driver, {"BUSY_PAUSE_S": 0.02}),
        (simulated_head, {"WAIT_MS": 100}),
    ]
    for module, values in quick:
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)


class Watched:
    """A unit that is watched: `heard` is set by the first write that holds `words`.

    With `deaf` it answers nothing from then on.
    """

    def __init__(self, unit: Unit, words: bytes, *, deaf: bool = False) -> None:
        self.unit = unit
        self.heard = threading.Event()
        self._words, self._deaf = words, deaf

    def feed(self, data: bytes, now: float) -> list:
        """See `drivers.simulators.unit.Unit.feed`."""
        if self._words in data:
            self.heard.set()
        return [] if self._deaf and self.heard.is_set() else self.unit.feed(data, now)

    def control(self, line: str, now: float) -> list:
        """See `drivers.simulators.unit.Unit.control`."""
        return self.unit.control(line, now)


@dataclass
class Plugged:
    """A simulated unit, its terminal, and the model that drives it."""

    unit: Unit
    host: PtyHost
    model: InstrumentModel

    @property
    def port(self) -> str:
        return str(self.host.path)

    def open(self) -> Colorimeter:
        return self.model.open(self.port)

    def arrange(self, surface: str) -> None:
        """Put the unit on something: "black", "white", or a target."""
        gated = self.model.capabilities.gated_cap
        if gated:
            self.host.control(f"cap {'on' if surface == 'white' else 'off'}")
        if surface != "white" or not gated:
            self.host.control(f"target {'tile' if surface == 'white' else surface}")

    def calibrate(self, unit: Colorimeter, kind: CalibrationKind) -> None:
        """One step, on what it asks for."""
        self.arrange(kind)
        unit.calibrate(kind)

    def ready(self, target: str = "skin-light") -> Colorimeter:
        """Open, calibrated, and put on `target`."""
        unit = self.open()
        for step in unit.capabilities.calibration:
            self.calibrate(unit, step.kind)
        self.arrange(target)
        return unit


class Rack:
    """Where units are plugged in for the length of a test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack

    def build(self, model: str, target: str = "skin-light", **options: object) -> Unit:
        return _BUILDERS[model](target=load(target), **options)

    def plug(
        self, model: str, unit: Unit | None = None, name: str = "unit", **options: object
    ) -> Plugged:
        """Plug in `unit`, or a new one with these options."""
        built = unit if unit is not None else self.build(model, **options)
        host = self._stack.enter_context(running(built, self._folder / name))
        return Plugged(built, host, find_model(model))


@contextmanager
def rack(folder: Path) -> Iterator[Rack]:
    with ExitStack() as stack:
        yield Rack(folder, stack)
