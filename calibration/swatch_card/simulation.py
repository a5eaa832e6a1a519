"""Simulated cards for the ink test's own examination: inks, papers, surfaces, noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, reflectance_to_channels
from calibration.sampling import Lab
from calibration.swatch_card.carbon import START_NM, STEP_NM, WAVELENGTHS, pigments
from calibration.swatch_card.card import STANDARD_RATIOS, fraction
from calibration.swatch_card.kubelka_munk import ks, ks_inv, saunderson_measured
from calibration.swatch_card.laws import Law
from calibration.swatch_card.undertone import Noise

#: Amount of bone black per part of white that neat ink stands for: puts 1:5 at about L* 48.
INK_STRENGTH = 60.0
#: Film absorbance per unit of K for the same depth.
FILM_STRENGTH = 25.0

#: K/S that greys titanium white to a white card of L* 95; the pigment alone reads 99.8, where noise
#: makes every third blank a reading above 1, and no card is that white.
_CARD_GREY = 0.01

_FRACTIONS = np.array([0.0, *(fraction(ratio) for ratio in STANDARD_RATIOS)])
#: Reflectance (blank and swatches, wavelengths) of an ink of this K.
World = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Cards:
    """Blanks (..., 3) and swatches (..., 5, 3) in CIELAB, light to dark at the standard ratios."""

    blank: Floats
    swatches: Floats


def titanium(strength: float = INK_STRENGTH, scattering: float = 1.0) -> World:
    """Ink in an opaque white of titanium dioxide; it scatters `scattering` times as bone black."""
    white, black = pigments()["TitaniumWhite"], pigments()["BoneBlack"]
    amounts = (_FRACTIONS * strength)[:, np.newaxis]

    def world(absorption: Floats) -> Floats:
        scatter = white.scattering + amounts * scattering * black.scattering
        return ks_inv((white.absorption + _CARD_GREY + amounts * absorption) / scatter)

    return world


def opaque_paper(paper: Floats) -> World:
    """A paper of this reflectance whose own scattering carries the ink."""
    amounts = (_FRACTIONS * INK_STRENGTH)[:, np.newaxis]
    return lambda absorption: ks_inv(ks(paper) + amounts * absorption)


def film(paper: Floats) -> World:
    """A transparent film on a paper of this reflectance."""
    depth = (_FRACTIONS * FILM_STRENGTH)[:, np.newaxis]
    return lambda absorption: paper * np.exp(-2.0 * depth * absorption)


def behind_surface(world: World, *, specular_included: bool) -> World:
    """The same under an acrylic surface (Saunderson k1 0.03, k2 0.65)."""
    return lambda absorption: saunderson_measured(
        world(absorption), 0.03, 0.65, specular_included=specular_included
    )


def bent(world: World) -> World:
    """The same for an absorption 10 % above its power law at 400 and 700 nm."""
    factor = 1.0 + 0.1 * ((WAVELENGTHS - 550.0) / 150.0) ** 2
    return lambda absorption: world(absorption * factor)


def warm_paper(depth: float) -> Floats:
    """A paper that reflects 0.88, falling by `depth` towards 380 nm."""
    return np.asarray(0.88 * (1.0 - depth * np.exp(-(WAVELENGTHS - 380.0) / 70.0)))


def white_paper() -> Floats:
    """The white card of `titanium`, without ink."""
    white = pigments()["TitaniumWhite"]
    return ks_inv((white.absorption + _CARD_GREY) / white.scattering)


def ideal_cards(absorption: Floats, world: World) -> Cards:
    """The one card of this ink without noise."""
    lab = channels_to_lab(reflectance_to_channels(START_NM, STEP_NM, world(absorption)))
    return Cards(lab[0], lab[1:])


def noisy_cards(ideal: Cards, noise: Noise, count: int, random: np.random.Generator) -> Cards:
    """`count` cards of the same ink, each colour with independent normal noise."""
    spread = np.sqrt(noise.variances())
    size = len(ideal.swatches)
    deviations = random.normal(size=(count, size + 1, 3)) * spread
    return Cards(ideal.blank + deviations[:, 0], ideal.swatches + deviations[:, 1:])


@dataclass(frozen=True, slots=True)
class StressWorld:
    """A card unlike the simulations the limits rest on, and the law it is judged under.

    `offset` is what the instrument adds to L*, a*, b*, of the blank too where `blank_too`.
    """

    name: str
    world: World
    law: Law
    offset: Lab = (0.0, 0.0, 0.0)
    blank_too: bool = True

    def ideal(self, absorption: Floats) -> Cards:
        """The one card of this ink without noise."""
        cards = ideal_cards(absorption, self.world)
        moved = np.array(self.offset)
        return Cards(cards.blank + moved * self.blank_too, cards.swatches + moved)


def stress_worlds() -> tuple[StressWorld, ...]:
    """Everything the family of carbons did not assume."""
    white = titanium()
    return (
        StressWorld("a third of the strength", titanium(INK_STRENGTH / 3.0), "ks"),
        StressWorld("2.5 times the strength", titanium(INK_STRENGTH * 2.5), "ks"),
        StressWorld("carbon that scatters four times as much", titanium(scattering=4.0), "ks"),
        StressWorld("carbon that does not scatter", titanium(scattering=0.0), "ks"),
        StressWorld("warm paper (b* about 4)", opaque_paper(warm_paper(0.25)), "ks"),
        StressWorld("cream paper (b* about 8)", opaque_paper(warm_paper(0.45)), "ks"),
        StressWorld("glossy, gloss excluded", behind_surface(white, specular_included=False), "ks"),
        StressWorld("glossy, gloss included", behind_surface(white, specular_included=True), "ks"),
        StressWorld("absorption 10 % off its power law", bent(white), "ks"),
        StressWorld("a* read 0.5 too low, blank too", white, "ks", (0.0, -0.5, 0.0)),
        StressWorld("a* read 0.5 too low after the blank", white, "ks", (0.0, -0.5, 0.0), False),
        StressWorld("film on white", film(white_paper()), "film"),
        StressWorld("film on warm paper", film(warm_paper(0.25)), "film"),
        StressWorld("film on white, judged under the wrong law", film(white_paper()), "ks"),
    )
