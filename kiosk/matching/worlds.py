"""Worlds to test the model in: what a client's skin, ink and hand may truly be.

A world need not be the model's. Here it adds up spectra, may have another undertone, other means
than the priors, and draws for every client what the model only knows as a spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab
from kiosk.matching.constants import Constants
from kiosk.matching.spectral import WAVELENGTHS_NM, absorbance_ratio, spectrum_to_channels, weights

_LOW, _HIGH = 0.2, 1.0  # opacity and retention outside are no follicle and no healing
_NEWTON = 8


@dataclass(frozen=True, slots=True)
class World:
    """How a world differs from the priors; the defaults are the priors themselves.

    Factors multiply the mean of what is drawn; `opacity_spread` and the others multiply its SD.
    `undertone` None keeps the model's channels, a number adds up spectra with that exponent.
    """

    name: str
    sentence: str
    undertone: float | None = None
    gain: float = 1.0
    lot: float = 1.0
    retention: float = 1.0
    opacity: float = 1.0
    opacity_spread: float = 1.0
    reading_noise: float = 1.0


#: As the priors say, and one step away from each.
WORLDS = (
    World("priors", "Everything drawn from the model's own priors, in its own channels."),
    World("spectral", "Spectra with undertone 1.0 instead of channels with 0.5.", undertone=1.0),
    World(
        "spectral, opacity known",
        "As spectral, with every follicle exactly as opaque as the preset.",
        undertone=1.0,
        opacity_spread=0.0,
    ),
    World("heavy hand", "The studio's gain is 1.6 on average.", undertone=1.0, gain=1.6),
    World("light hand", "The studio's gain is 0.6 on average.", undertone=1.0, gain=0.6),
    World("strong lot", "The lot is a quarter stronger than taken.", undertone=1.0, lot=1.25),
    World("keeps all", "Half as much again of the ink stays.", undertone=1.0, retention=1.5),
    World("loses much", "A third less of the ink stays.", undertone=1.0, retention=0.67),
    World("dense follicles", "Follicles hide 0.9 of the skin.", undertone=1.0, opacity=0.9 / 0.7),
    World("thin follicles", "Follicles hide 0.5 of the skin.", undertone=1.0, opacity=0.5 / 0.7),
    World("restless probe", "Readings scatter twice as far.", undertone=1.0, reading_noise=2.0),
)


@dataclass(frozen=True, slots=True)
class Clients:
    """True colours: skin spectra (n, 31), skin and hair channels (n, 3)."""

    spectra: Floats
    skin: Floats
    hair: Floats

    @classmethod
    def of(cls, spectra: Floats, hair: Floats) -> Clients:
        """Clients of these spectra (n, 31) with these hair channels (n, 3)."""
        return cls(spectra, spectrum_to_channels(spectra), hair)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.spectra)


@dataclass(frozen=True, slots=True)
class Truth:
    """What holds for each client (n,): strength of ink in this hand, share kept, opacity.

    `strength` is over the reference ink, gain, lot and mixing error together.
    """

    strength: Floats
    retention: Floats
    opacity: Floats


def draw_truth(rng: np.random.Generator, count: int, constants: Constants, world: World) -> Truth:
    """One truth a client, spread as `constants` say around what `world` says."""

    def factor(cv: float) -> Floats:
        return np.exp(rng.normal(0.0, cv, count))

    gain = world.gain * constants.gain * factor(constants.cv_gain)
    lot = world.lot * constants.strength * factor(constants.cv_lot)
    kept = rng.normal(constants.retention * world.retention, constants.sigma_retention, count)
    opacity = rng.normal(
        constants.follicle_opacity * world.opacity,
        constants.sigma_opacity * world.opacity_spread,
        count,
    )
    return Truth(
        gain * lot * factor(constants.cv_mix),
        np.clip(kept, _LOW, _HIGH),
        np.clip(opacity, _LOW, _HIGH),
    )


def follicle_y(clients: Clients, truth: Truth) -> Floats:
    """Y (n,) of what the dots should look like in truth."""
    hair, skin = clients.hair[:, 1], clients.skin[:, 1]
    return np.asarray(truth.opacity * hair + (1.0 - truth.opacity) * skin)


def healed_y(
    clients: Clients, truth: Truth, fraction: Floats, constants: Constants, world: World
) -> Floats:
    """Y (n,) of the healed dot at `fraction` (n,), by the world's own forward model."""
    depth = 2.0 * constants.A0 * truth.strength * truth.retention * fraction
    if world.undertone is None:
        return np.asarray(clients.skin[:, 1] * np.exp(-depth))
    shape = _shape(world.undertone, constants)
    return np.asarray((clients.spectra * np.exp(-depth[:, np.newaxis] * shape)) @ weights()[1])


def needed_fraction(clients: Clients, truth: Truth, constants: Constants, world: World) -> Floats:
    """The fraction (n,) whose healed dot is exactly the follicle; NaN where there is none."""
    target = follicle_y(clients, truth)
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.log(clients.skin[:, 1] / target)
        depth = np.where(wanted > 0.0, wanted, np.nan)
        if world.undertone is not None:
            shape = _shape(world.undertone, constants)
            in_y = weights()[1]
            # ln Y falls nearly straight with depth, so Newton from the channel answer is quick.
            for _ in range(_NEWTON):
                light = clients.spectra * np.exp(-depth[:, np.newaxis] * shape)
                y = light @ in_y
                depth = depth + np.log(y / target) * y / (light @ (in_y * shape))
    return np.asarray(depth / (2.0 * constants.A0 * truth.strength * truth.retention))


def lightness(y: Floats) -> Floats:
    """L* (...,) of Y."""
    return np.asarray(channels_to_lab(np.repeat(y[..., np.newaxis], 3, axis=-1))[..., 0])


def _shape(undertone: float, constants: Constants) -> Floats:
    """Absorbance (31,) over that in Y."""
    ratio = absorbance_ratio(undertone, constants.A0)
    return np.asarray((WAVELENGTHS_NM / 550.0) ** -undertone / ratio)
