"""Cards made by the textbook formulas, written out here so that no test checks code by itself."""

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab
from calibration.sampling import Lab, as_lab
from calibration.swatch_card.card import STANDARD_RATIOS, Swatch, SwatchCard, standard_card

BLANK_CHANNELS = np.array([0.86, 0.86, 0.84])
BLANK: Lab = (94.312351, 0.0, 1.485949)
TRUE_SLOPE = np.array([14.0, 14.3, 14.9])

#: A worked card: Y-slopes 14.66 at 1:80 and 14.79 at 1:5.
WORKED = standard_card(
    BLANK,
    [
        (78.63, 0.67, 0.36),
        (71.56, 1.27, 1.32),
        (64.49, 0.95, 0.55),
        (54.83, 1.29, 1.03),
        (45.21, 1.62, 1.34),
    ],
)


def fractions(ratios: tuple[float, ...] = STANDARD_RATIOS) -> Floats:
    return 1.0 / (1.0 + np.array(ratios))


def reflected(added: Floats, blank: Floats = BLANK_CHANNELS, law: str = "ks") -> Floats:
    """Channels where a pigment adds this absorbance to a blank."""
    if law == "film":
        return np.asarray(blank * np.exp(-2.0 * added))
    q = (1.0 - blank) ** 2 / (2.0 * blank) + added
    return np.asarray(1.0 + q - np.sqrt(q * q + 2.0 * q))


def card_of(
    slope: Floats,
    *,
    bend: float = 0.0,
    law: str = "ks",
    blank: Floats = BLANK_CHANNELS,
    ratios: tuple[float, ...] = STANDARD_RATIOS,
) -> SwatchCard:
    """A card without noise: absorbance slope c + bend slope c², exact in every channel."""
    c = fractions(ratios)[:, np.newaxis]
    labs = channels_to_lab(reflected(slope * (c + bend * c * c), blank, law))
    swatches = tuple(Swatch(r, as_lab(lab)) for r, lab in zip(ratios, labs, strict=True))
    return SwatchCard(as_lab(channels_to_lab(blank)), swatches)


def with_noise(card: SwatchCard, random: np.random.Generator) -> SwatchCard:
    """The card read by an instrument with SD 0.35 in L* and 0.25 in a* and b*."""
    spread = np.array([0.35, 0.25, 0.25])

    def read(lab: Lab) -> Lab:
        return as_lab(np.array(lab) + random.normal(size=3) * spread)

    assert card.blank is not None
    swatches = tuple(Swatch(s.ratio, read(s.lab), s.readings) for s in card.swatches)
    return SwatchCard(read(card.blank), swatches)
