"""What an instrument gives: who it is, under which condition, and the numbers it sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

#: What units without a serial number are called; a person tells two of them apart by a label.
UNNUMBERED: Final = "unnumbered"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, as the unit itself says (never the port name)."""

    model: str
    serial: str
    firmware: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The geometry and colour condition a value belongs to.

    `aperture_mm` is None where the maker does not say. Values of two conditions are never mixed.
    """

    geometry: str
    illuminant: str
    observer: str
    aperture_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Reflectance factors as fractions, `start_nm`, `start_nm + step_nm`, ..."""

    start_nm: int
    step_nm: int
    values: tuple[float, ...]

    @property
    def wavelengths_nm(self) -> tuple[int, ...]:
        """The wavelength of each value, in nm."""
        return tuple(self.start_nm + i * self.step_nm for i in range(len(self.values)))


@dataclass(frozen=True, slots=True)
class Channels:
    """What a head without a spectrum measured: one number for each of its filters.

    `values` are in the head's own linear unit with the dark frame taken off where the head took
    one; `full_scale` is the value at which a channel is saturated.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    full_scale: float


@dataclass(frozen=True, slots=True)
class RawReading:
    """One measurement as it came off the wire, with the bytes it rests on.

    Either `spectrum` or `channels` is there, never both. `at` is UTC. `monotonic_ns` orders
    readings when the wall clock does not.
    `trigger` says who asked: the host or the unit's own button.
    """

    identity: Identity
    condition: Condition
    spectrum: Spectrum | None
    at: datetime
    monotonic_ns: int
    raw: bytes
    trigger: Literal["host", "button"] = "host"
    warnings: tuple[str, ...] = ()
    channels: Channels | None = None

    @property
    def spectrum_document(self) -> dict[str, object] | None:
        """The spectrum as plain JSON data, None where the head gives channels."""
        if self.spectrum is None:
            return None
        return {
            "start": self.spectrum.start_nm,
            "step": self.spectrum.step_nm,
            "values": list(self.spectrum.values),
        }
