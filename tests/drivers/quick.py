"""Simulated units and their drivers in a fraction of their time, the same in all else."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.as726x import driver as as726x
from drivers.as726x import protocol as as726x_protocol
from drivers.konica_minolta import cm700d
from drivers.konica_minolta import protocol as konica_minolta
from drivers.open_head import protocol as open_head
from drivers.simulators import KonicaMinoltaUnit, SpectrolinoUnit, Unit, build
from drivers.simulators import open_head as simulated_open_head
from drivers.simulators.targets import load
from drivers.spectrolino import protocol as spectrolino


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less light in less time, and less patience with what never comes."""
    for where, name, value in (
        (as726x, "INTEGRATION", 5),
        (as726x_protocol, "ANSWER_TIMEOUT_S", 0.3),
        (as726x_protocol, "OPENING_TIMEOUT_S", 0.3),
        (as726x_protocol, "READ_OUT_S", 0.01),
        (as726x_protocol, "LAMP_SETTLE_S", 0.01),
        (open_head, "ANSWER_TIMEOUT_S", 0.3),
        (simulated_open_head, "_FRAME_MS", 5),
        (simulated_open_head, "_LAMP_MS", 5),
        (konica_minolta, "POLL_S", 0.02),
        (konica_minolta, "QUIET_S", 0.06),
        (konica_minolta, "ANSWER_S", 0.2),
        (konica_minolta, "ACTION_S", 0.5),
        (cm700d, "FLASH_S", 0.1),
        (cm700d, "MARGIN_S", 0.3),
        (spectrolino, "PROBE_S", 0.1),
        (spectrolino, "POLL_S", 0.02),
        (spectrolino, "ANSWER_S", 0.2),
        (spectrolino, "MEASURE_S", 0.25),
        (spectrolino, "PROBED_BAUDRATES", (9600, 57600)),
    ):
        assert hasattr(where, name)
        monkeypatch.setattr(where, name, value)


def quick_unit(model: str, *, target: str = "skin-medium", **options: Any) -> Unit:
    """`drivers.simulators.build`, with a flash of a moment and a person who follows screens."""
    if model in ("cm700d", "cm2600d"):
        return KonicaMinoltaUnit(
            model, target=load(target), attended=True, flash_s=0.06, baudrate=10**6, **options
        )
    if model == "spectrolino":
        return SpectrolinoUnit(target=load(target), attended=True, measure_s=0.05, **options)
    return build(model, target=target, **options)
