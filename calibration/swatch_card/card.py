"""The swatch card of one lot as it was read, and what makes a card unusable.

A card is a blank (paper or tile with diluent only) and swatches of the same ink at known ratios,
dry and matt, read with one instrument in one mode. Each colour is the mean of its readings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from calibration.colorimetry import Floats, lab_to_channels
from calibration.sampling import Lab
from calibration.swatch_card.kubelka_munk import ReflectanceError, clip_channels

STANDARD_RATIOS = (80.0, 40.0, 20.0, 10.0, 5.0)
MINIMUM_READINGS = 3
#: With three, leaving one out would judge a straight line by two points.
MINIMUM_SWATCHES = 4


class CardError(Exception):
    """A card that cannot be used: where it is wrong, what is wrong there, and the mend.

    `swatch` is the name of the swatch as people write it ("1:20", "blank"), or "card".
    """

    def __init__(self, swatch: str, problem: str, mend: str) -> None:
        super().__init__(f"{swatch}: {problem}. {mend}")
        self.swatch = swatch
        self.problem = problem
        self.mend = mend


class MissingBlank(CardError):
    """The card has no reading of the bare surface, so nothing can be subtracted."""


class BadReading(CardError):
    """A swatch whose colour no surface has, or that was read too few times."""


class BadCard(CardError):
    """Ratios that are too few, not positive, or given twice."""


class NotMonotone(CardError):
    """A swatch with less pigment does not read lighter.

    `step` names both swatches, lighter ratio first; the lighter may be "blank".
    """

    def __init__(self, step: tuple[str, str], lightness: tuple[float, float]) -> None:
        lighter, darker = step
        super().__init__(
            lighter,
            f"L* {lightness[0]:.1f} is not above the {lightness[1]:.1f} of {darker}, "
            "which holds more pigment",
            f"Shake the bottle and make {_both(lighter, darker)} again, with one syringe.",
        )
        self.step = step


def _both(lighter: str, darker: str) -> str:
    return darker if lighter == "blank" else f"{lighter} and {darker}"


def ratio_name(ratio: float) -> str:
    """1:r as people write it: 1:20, 1:7.5."""
    return f"1:{ratio:g}"


def fraction(ratio: float) -> float:
    """Pigment fraction by volume of 1:r."""
    return 1.0 / (1.0 + ratio)


@dataclass(frozen=True, slots=True)
class Swatch:
    """One patch: 1 part of pigment in `ratio` parts of diluent, and its mean colour."""

    ratio: float
    lab: Lab
    readings: int = MINIMUM_READINGS

    @property
    def name(self) -> str:
        """1:r."""
        return ratio_name(self.ratio)


@dataclass(frozen=True, slots=True)
class SwatchCard:
    """A card as it was read; `blank` is None where it was forgotten.

    Nothing is checked here: `channels_of` refuses what cannot be used, so that a faulty card can
    still be shown and stored.
    """

    blank: Lab | None
    swatches: tuple[Swatch, ...]
    blank_readings: int = MINIMUM_READINGS

    def light_to_dark(self) -> tuple[Swatch, ...]:
        """The swatches by falling ratio."""
        return tuple(sorted(self.swatches, key=lambda swatch: -swatch.ratio))


def standard_card(blank: Lab | None, labs: Sequence[Lab]) -> SwatchCard:
    """The usual card: colours at 1:80, 1:40, 1:20, 1:10 and 1:5, three readings each."""
    pairs = zip(STANDARD_RATIOS, labs, strict=True)
    return SwatchCard(blank, tuple(Swatch(ratio, lab) for ratio, lab in pairs))


@dataclass(frozen=True, slots=True)
class CardChannels:
    """A sound card in numbers, light to dark: n swatches, channels white-normalised.

    `clipped` names the swatches (or the blank) of which a channel had to be moved into
    [0.001, 0.999]; they say little.
    """

    swatches: tuple[Swatch, ...]
    fractions: Floats
    lab: Floats
    channels: Floats
    blank_lab: Floats
    blank: Floats
    clipped: tuple[str, ...]


def channels_of(card: SwatchCard) -> CardChannels:
    """Check a card and turn it into channels.

    Raises:
        MissingBlank: no blank was read.
        BadCard: fewer than 4 swatches, or ratios that cannot be.
        BadReading: a colour no surface has, or fewer than 3 readings.
        NotMonotone: a swatch with less pigment that does not read lighter.
    """
    if card.blank is None:
        raise MissingBlank(
            "blank", "it was not read", "Wet the bare card with diluent, let it dry, and read it."
        )
    swatches = _sound_ratios(card)
    blank, blank_moved = _reading("blank", card.blank, card.blank_readings)
    read = [_reading(swatch.name, swatch.lab, swatch.readings) for swatch in swatches]
    names = ["blank", *(swatch.name for swatch in swatches)]
    lightness = [card.blank[0], *(swatch.lab[0] for swatch in swatches)]
    for i in range(len(names) - 1):
        if not lightness[i] > lightness[i + 1]:
            raise NotMonotone((names[i], names[i + 1]), (lightness[i], lightness[i + 1]))
    moved = [blank_moved.any(), *(flags.any() for _, flags in read)]
    return CardChannels(
        swatches=swatches,
        fractions=np.array([fraction(swatch.ratio) for swatch in swatches]),
        lab=np.array([swatch.lab for swatch in swatches]),
        channels=np.array([channels for channels, _ in read]),
        blank_lab=np.array(card.blank),
        blank=blank,
        clipped=tuple(name for name, was in zip(names, moved, strict=True) if was),
    )


def _sound_ratios(card: SwatchCard) -> tuple[Swatch, ...]:
    for swatch in card.swatches:
        if not (math.isfinite(swatch.ratio) and swatch.ratio > 0.0):
            raise BadCard(swatch.name, "this is no dilution", "Give parts of diluent above 0.")
    swatches = card.light_to_dark()
    for first, second in pairwise(swatches):
        if first.ratio == second.ratio:
            raise BadCard(first.name, "it is on the card twice", "Leave one of the two out.")
    if len(swatches) < MINIMUM_SWATCHES:
        raise BadCard(
            "card",
            f"it has {len(swatches)} swatches, at least {MINIMUM_SWATCHES} are needed",
            "Add " + ", ".join(ratio_name(ratio) for ratio in STANDARD_RATIOS) + ".",
        )
    return swatches


def _reading(name: str, lab: Lab, readings: int) -> tuple[Floats, NDArray[np.bool_]]:
    if readings < MINIMUM_READINGS:
        raise BadReading(
            name, f"it was read {readings} times", f"Read it at least {MINIMUM_READINGS} times."
        )
    if not all(map(math.isfinite, lab)):
        raise BadReading(name, "its colour is not a number", "Read it again.")
    channels = lab_to_channels(lab)
    try:
        return clip_channels(channels)
    except ReflectanceError as error:
        if name == "blank" and (channels > 1.0).any():
            mend = "Use a matt white card without optical brightener, and calibrate."
        else:
            mend = "Calibrate on white and black and read it again."
        problem = f"L* {lab[0]:.1f}, a* {lab[1]:.1f}, b* {lab[2]:.1f} is a colour no surface has"
        raise BadReading(name, problem, mend) from error
