"""Tiles and cards whose colour is known: what they are good for, and whose they are.

A reference value belongs to one tile, one geometry and one temperature. Glazes change colour with
warmth, red and orange ones by a tenth of a CIELAB unit for each degree, so a warm room looks like a
drifting instrument; grey and white ones hardly move and are what drift is judged by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from calibration.colorimetry import spectrum_to_lab
from calibration.sampling import Lab, as_lab
from drivers.readings import Spectrum

#: Temperature at which the values of ceramic colour standards hold, in °C.
REFERENCE_TEMPERATURE_C: Final = 25.0

#: Change of L*, a*, b* of the BCRA/NPL Ceramic Colour Standards Series II for +10 °C: specular
#: included, D65, 10 degree observer. Source: Lucideon, thermochromism data of the CCSII tiles.
BCRA_PER_TEN_DEGREES: Final[Mapping[str, Lab]] = MappingProxyType(
    {
        "pale grey": (-0.03, -0.02, 0.02),
        "mid grey": (-0.03, -0.02, 0.04),
        "difference grey": (-0.04, 0.04, 0.03),
        "deep grey": (0.00, 0.01, 0.00),
        "deep pink": (-0.10, -0.44, -0.19),
        "red": (-0.37, -0.71, -0.61),
        "orange": (-0.45, 0.56, -0.66),
        "yellow": (-0.27, 0.70, -0.11),
        "green": (-0.18, 0.66, -0.04),
        "difference green": (-0.18, 0.69, -0.05),
        "cyan": (-0.10, 0.31, 0.01),
        "deep blue": (0.00, -0.04, 0.05),
    }
)

#: Euclidean CIELAB change for +10 °C up to which a tile serves drift checks uncorrected: a third
#: of the check's own limit of 0.3.
STEADY_PER_TEN_DEGREES: Final = 0.1

_FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))


class WrongReference(Exception):
    """The tile is another instrument's, was certified for another geometry, or not yet."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One tile or card with the values of its certificate.

    `colour` is a name of BCRA_PER_TEN_DEGREES, "white", or any other word. `owner` is the serial
    number of the unit a cap tile was made for; None for a tile any unit may read.
    `per_ten_degrees` is the tile's own change of L*, a*, b* for +10 °C, where a certificate gives
    one; it goes before the table.
    """

    serial: str
    colour: str
    geometry: str
    certified_on: date
    spectrum: Spectrum
    owner: str | None = None
    per_ten_degrees: Lab | None = None

    @property
    def thermal(self) -> Lab | None:
        """Change of L*, a*, b* for +10 °C, None where nobody has published it."""
        if self.per_ten_degrees is not None:
            return self.per_ten_degrees
        return BCRA_PER_TEN_DEGREES.get(self.colour.casefold())


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether drift may be judged by a tile, as a sentence for people."""

    use: Literal["drift", "correct-first", "unknown"]
    sentence: str


def suitability(reference: Reference) -> Suitability:
    """Whether a tile may watch for drift as it is, or only with its temperature known."""
    name = f"The {reference.colour} tile {reference.serial}"
    if reference.thermal is None:
        if reference.colour.casefold() in {"white", "grey"}:
            return Suitability("drift", f"{name} is neutral and fit for drift checks.")
        return Suitability(
            "unknown",
            f"{name} changes with warmth by an unknown amount: check drift with a grey or white "
            "one.",
        )
    change = float(np.linalg.norm(reference.thermal))
    if change <= STEADY_PER_TEN_DEGREES:
        return Suitability("drift", f"{name} is steady and fit for drift checks.")
    return Suitability(
        "correct-first",
        f"{name} changes by {change / 10:.2f} for each degree: note its temperature, or check "
        "drift with a grey or white one.",
    )


def expected_lab(reference: Reference, temperature_c: float | None) -> Lab:
    """The certified colour (D65/10 degrees) at the temperature the tile has now.

    Without a temperature, or without coefficients for the tile, the certificate's value stands.
    """
    certified = spectrum_to_lab(reference.spectrum)
    if temperature_c is None or reference.thermal is None:
        return as_lab(certified)
    steps = (temperature_c - REFERENCE_TEMPERATURE_C) / 10.0
    return as_lab(certified + steps * np.asarray(reference.thermal))


def certificate_age(reference: Reference, today: date) -> timedelta:
    """How old the certificate is.

    Raises:
        WrongReference: it is dated in the future.
    """
    if reference.certified_on > today:
        raise WrongReference(
            f"the certificate of tile {reference.serial} is dated {reference.certified_on}, which "
            "has not come yet: check the clock and the date that was entered"
        )
    return today - reference.certified_on


def require_usable(reference: Reference, *, unit: str, geometry: str) -> None:
    """Make sure a tile may calibrate this unit.

    Args:
        reference: the tile at hand.
        unit: serial number of the unit to be calibrated.
        geometry: the unit's geometry, including the specular mode where it has one.

    Raises:
        WrongReference: the tile belongs to another unit, or holds for another geometry.
    """
    if reference.owner is not None and reference.owner != unit:
        raise WrongReference(
            f"tile {reference.serial} belongs to instrument {reference.owner}, not to {unit}: "
            "use the tile that came with it"
        )
    if reference.geometry != geometry:
        raise WrongReference(
            f"tile {reference.serial} was certified for {reference.geometry}, and {unit} "
            f"measures {geometry}"
        )


def require_same_cap(unit: str, known: Spectrum, seen: Spectrum) -> None:
    """Make sure a unit still answers the tile constant it was made with.

    A unit with a gated cap repeats the constant bit for bit, and constants of two units differ by
    several percent of reflectance, so any difference means another unit or a changed one.

    Raises:
        WrongReference: the constants differ.
    """
    if known == seen:
        return
    if (known.start_nm, known.step_nm, len(known.values)) == (
        seen.start_nm,
        seen.step_nm,
        len(seen.values),
    ):
        widest = float(np.abs(np.subtract(known.values, seen.values)).max())
        how = f"by up to {100 * widest:.2f} % reflectance"
    else:
        how = "in its wavelengths"
    raise WrongReference(
        f"the tile constant of {unit} differs {how} from the one on record: this is not the "
        "instrument, or not the cap, that the record belongs to"
    )


def band_values(
    spectrum: Spectrum, centres_nm: Sequence[float], fwhm_nm: Sequence[float]
) -> tuple[float, ...]:
    """What channels with Gaussian bands see of a tile, each as a reflectance fraction.

    Raises:
        ValueError: a channel's centre lies outside the certificate's wavelengths.
    """
    axis = np.asarray(spectrum.wavelengths_nm, dtype=np.float64)
    centres = np.asarray(centres_nm, dtype=np.float64)
    if centres.min() < axis[0] or centres.max() > axis[-1]:
        raise ValueError(
            f"the certificate covers {axis[0]:.0f} to {axis[-1]:.0f} nm, and channels lie at "
            f"{centres.min():.0f} to {centres.max():.0f} nm"
        )
    sigma = np.asarray(fwhm_nm, dtype=np.float64) / _FWHM_PER_SIGMA
    # On a fine axis: bands of 20 nm would see only two points of a 10 nm certificate.
    fine = np.arange(axis[0], axis[-1] + 0.5)
    weights = np.exp(-0.5 * ((fine - centres[:, None]) / sigma[:, None]) ** 2)
    values = np.interp(fine, axis, spectrum.values)
    return tuple(float(v) for v in weights @ values / weights.sum(axis=1))
