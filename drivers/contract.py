"""The one contract every instrument fulfils, ours and a third party's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from drivers.readings import Condition, Identity, RawReading, Spectrum

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


class Link(Protocol):
    """An open line to one unit: bytes out, bytes in, nothing about what they mean.

    `drivers.link.open_link` gives the real one; recorders and scripts of tests wrap or replace it.
    Except for `cancel`, only the thread that owns the line may call it.
    """

    @property
    def name(self) -> str:
        """What people call the port; error messages use it."""
        ...

    def read(self, size: int, timeout_s: float) -> bytes:
        """Block until `size` bytes came, the time is up, or `cancel` was called; may return fewer.

        Raises:
            Disconnected: the unit is gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Send all of `data` in one piece.

        Raises:
            Disconnected: the unit is gone.
            InstrumentTimeout: the port takes no bytes.
        """
        ...

    def drain(self) -> bytes:
        """Take what has arrived and was not read yet, without waiting."""
        ...

    def cancel(self) -> None:
        """End a blocked `read` (or the next one) early. Safe from any thread."""
        ...

    def close(self) -> None:
        """Release the port. Idempotent, never raises."""
        ...


class Colorimeter(Protocol):
    """An open instrument. Every method blocks; call it from the thread that owns the port.

    `drivers.interrupt` ends what blocks from another thread; `drivers.testing` tries all of this.
    All methods raise a subclass of `drivers.errors.InstrumentError` and nothing else.
    """

    capabilities: Capabilities
    condition: Condition

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        ...

    @property
    def tile_constant(self) -> Spectrum | None:
        """What this unit answers, bit for bit, when its cap made it calibrate instead of measure.

        None while unknown, and always None for units without a gated cap. It belongs to a serial
        number: an application keeps it after a white calibration and sets it after opening.
        """
        ...

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None: ...

    def calibrate(self, kind: CalibrationKind) -> None:
        """Run one calibration step; the surface must already be in place."""
        ...

    def read(self, *, confirm: bool = False) -> RawReading:
        """Trigger one measurement and return it; never padded or invented.

        `confirm` asks a unit with a gated cap, as long as its tile constant is unknown, for a
        second trigger that must differ from the first. Other units ignore it.
        """
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


@runtime_checkable
class Labelled(Protocol):
    """A `Colorimeter` of a model without serial numbers, which a person labels instead."""

    def take_label(self, label: str) -> None:
        """Say `label` as the serial number from now on."""
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
    probe: Callable[[str, float], Identity] | None = None
    """Ask who is on a port within so many seconds, by read-only requests; None: never probed."""
    attach: Callable[[Link], Colorimeter] | None = None
    """Like `open`, on a line that is open already (a recorder's, for example)."""
    redact: Callable[[bytes], bytes] | None = None
    """Replace serial numbers in received bytes by others of the same length."""
