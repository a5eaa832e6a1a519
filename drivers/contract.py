"""The one contract every instrument fulfils, ours and a third party's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from drivers.readings import Condition, Identity, RawReading

CalibrationKind = Literal["black", "white"]


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """One step of the calibration a screen leads a person through.

    The driver says what it needs and how things must be arranged; it never waits for a person.
    """

    kind: CalibrationKind
    arrange: str
    button: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do; screens look here and never at the model's name."""

    spectral: bool
    button: bool
    gated_cap: bool
    calibration: tuple[CalibrationStep, ...]
    unit_time_s: float
    """Time the unit itself needs for one reading, in seconds."""


class Colorimeter(Protocol):
    """An open instrument. Every method blocks; call it from the thread that owns the port.

    All methods raise a subclass of `drivers.errors.InstrumentError` and nothing else.
    """

    capabilities: Capabilities
    condition: Condition

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        ...

    def calibrate(self, kind: CalibrationKind) -> None:
        """Run one calibration step; the surface must already be in place."""
        ...

    def read(self) -> RawReading:
        """Trigger one measurement and return it; never padded, repeated or invented."""
        ...

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Block up to `timeout_s` for a reading started at the unit's own button."""
        ...

    def ping(self) -> None:
        """Ask the unit who it is; raises when it is gone or is somebody else now."""
        ...

    def wake(self) -> None:
        """End a blocked `wait_for_button` early. The only method safe from another thread."""
        ...

    def close(self) -> None:
        """Release the port. Idempotent, never raises."""
        ...


@dataclass(frozen=True, slots=True)
class InstrumentModel:
    """A model that can be opened by name."""

    name: str
    title: str
    evidence: str
    """How far the protocol is confirmed, in words for a buyer."""
    capabilities: Capabilities
    open: Callable[[str], Colorimeter]
    """Open a port (a path or a pyserial URL), identify the unit, return it ready."""
    usb: tuple[tuple[int, int, str | None], ...] = ()
    """(vendor id, product id, product string or None) that this model shows on USB."""
