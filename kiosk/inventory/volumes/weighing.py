"""From grams to microlitres: density, tare, air and what is not known of each.

Weighing beats reading a meniscus or counting drops, but only as far as the density is known: one
per cent there is one per cent of the volume.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kiosk.inventory.volumes.balance_line import Mass
from kiosk.inventory.volumes.quantities import QuantityError

#: Density of room air and, by convention, of the weights that balances are adjusted with, g/ml
#: (OIML R 111; ISO 8655-6 corrects water by the same two).
_AIR, _STEEL = 0.0012, 8.0

#: Expansion of glycerol, 1/K: the most of any carrier a scalp pigment may have (water has half).
_EXPANSION = 0.0005

#: Further from the temperature of its density a liquid is not the one that was measured.
_FAR_K = 10.0

#: Alcohol is 0.79 g/ml; a white heavy with titanium dioxide reaches 1.6.
_LIGHTEST, _HEAVIEST = 0.75, 2.0


@dataclass(frozen=True, slots=True)
class Density:
    """What a millilitre of a liquid weighs: g/ml, its standard uncertainty, and at which °C."""

    g_per_ml: float
    u_g_per_ml: float
    at_c: float

    def __post_init__(self) -> None:
        if not _LIGHTEST <= self.g_per_ml <= _HEAVIEST:
            raise QuantityError(
                "density",
                f"{self.g_per_ml:g} g/ml is no pigment or diluent",
                f"Give it in g/ml, from {_LIGHTEST:g} to {_HEAVIEST:g}.",
            )
        if not 0.0 < self.u_g_per_ml <= 0.1 * self.g_per_ml:
            raise QuantityError(
                "density",
                f"an uncertainty of {self.u_g_per_ml:g} g/ml is none or tells nothing",
                "Give what the maker states, or the spread of your own weighings.",
            )
        if not 0.0 <= self.at_c <= 50.0:
            raise QuantityError("density", f"{self.at_c:g} °C is no room", "Give it in °C.")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A volume by weight: whole microlitres, and its standard uncertainty in microlitres."""

    ul: int
    u_ul: float


def volume_by_weight(
    gross: Mass,
    tare: Mass,
    density: Density,
    *,
    room_c: float,
    repeatability_g: float | None = None,
) -> Weighed:
    """The volume of what weighs `gross` less `tare`, corrected for the buoyancy of air.

    Args:
        gross: container with liquid.
        tare: the same container without, cap and label included or left out both times.
        density: of the liquid.
        room_c: temperature of liquid and room; up to 10 K from the density's own, at the price of
            a wider uncertainty.
        repeatability_g: standard deviation of repeated weighings on this balance; one last digit
            where it is not known.

    Raises:
        QuantityError: less than the tare beyond doubt, too warm or too cold, or no repeatability.
    """
    off_k = abs(room_c - density.at_c)
    if not off_k <= _FAR_K:
        raise QuantityError(
            "room_c",
            f"{room_c:g} °C is too far from the {density.at_c:g} °C of the density",
            "Let it come to room temperature, or measure the density there.",
        )
    if repeatability_g is not None and not 0.0 < repeatability_g < math.inf:
        raise QuantityError("repeatability_g", "must be more than 0", "Leave it out if unknown.")
    net = float(gross.grams - tare.grams)
    u_net = math.hypot(*(_u_reading(mass, repeatability_g) for mass in (gross, tare)))
    ul_per_g = 1000.0 * (1.0 - _AIR / _STEEL) / (density.g_per_ml - _AIR)
    if net < 0.0 and -net > 2.0 * u_net:
        raise QuantityError(
            "mass", f"{-net:.3f} g less than the empty container", "Is it the tare of this one?"
        )
    volume = max(net, 0.0) * ul_per_g
    relative = math.hypot(density.u_g_per_ml / density.g_per_ml, _EXPANSION * off_k)
    return Weighed(round(volume), math.hypot(u_net * ul_per_g, relative * volume))


def _u_reading(mass: Mass, repeatability_g: float | None) -> float:
    last_digit = float(mass.readability_g)
    spread = last_digit if repeatability_g is None else repeatability_g
    return math.hypot(last_digit / math.sqrt(12.0), spread)
