"""How much a simulated CR30 scatters, by itself and when it is lifted and put back.

Measured on one unit on white paper (itsab1989/chromiq-cr30-research): resting, the worst band has
a standard deviation of 0.056 %R and the median step between two readings is 0.004 in colour; six
liftings gave 0.356 %R a band and a mean colour difference of 0.215 (largest 0.340); warming up
took 82.54 to 82.27 %R over 30 readings.

The spectrum of a unit has eight degrees of freedom, its eight LEDs, so the noise has them too.
"""

from __future__ import annotations

import math
import random
from typing import Final

from drivers.simulators.targets import BANDS, START_NM, STEP_NM

# The violet one is narrow: it carries most of the scatter and hardly any of the colour.
_LED_NM: Final = (398, 445, 480, 515, 555, 595, 635, 680)
_LED_WIDTH_NM: Final = (9, 22, 22, 22, 22, 22, 22, 22)

#: The reflectance of the paper all of these were measured on.
_PAPER: Final = 0.82

# Chosen so that a simulated paper meets the numbers above; tests hold them there.
_REST_VIOLET: Final = 0.00059
_REST_OTHERS: Final = 0.00003
_PLACE_GAIN: Final = 0.0034
_PLACE_LED: Final = 0.0027

_WARM_UP_DROP: Final = 0.0033
_WARM_UP_READINGS: Final = 10.0


def _shape(led_nm: int, width_nm: int) -> tuple[float, ...]:
    wavelengths = (START_NM + STEP_NM * band for band in range(BANDS))
    return tuple(math.exp(-0.5 * ((nm - led_nm) / width_nm) ** 2) for nm in wavelengths)


_SHAPES: Final = tuple(map(_shape, _LED_NM, _LED_WIDTH_NM))


def _combine(amounts: list[float]) -> list[float]:
    bands = range(BANDS)
    return [
        sum(a * shape[band] for a, shape in zip(amounts, _SHAPES, strict=True)) for band in bands
    ]


class Noise:
    """The scatter of one unit; the same seed gives the same readings."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._placement = [0.0] * BANDS
        self.lift()

    def lift(self) -> None:
        """Take the unit off and put it back: another spot, another tilt."""
        gain = self._random.gauss(0.0, _PLACE_GAIN)
        leds = _combine([self._random.gauss(0.0, _PLACE_LED) for _ in _SHAPES])
        self._placement = [gain + led for led in leds]

    def disturb(self, reflectance: tuple[float, ...], *, seated: bool = False) -> list[float]:
        """`reflectance` as this reading sees it, at the present placement.

        `seated` is a surface that a mechanical stop holds, as a cap does: placed alike each time.
        """
        scatters = (_REST_VIOLET, *(_REST_OTHERS for _ in _SHAPES[1:]))
        rest = _combine([self._random.gauss(0.0, scatter) for scatter in scatters])
        return [
            # Placement scales what comes back; the resting noise is that of counted light.
            value * (1.0 + (0.0 if seated else place))
            + noise * math.sqrt(max(value, 0.005) / _PAPER)
            for value, place, noise in zip(reflectance, self._placement, rest, strict=True)
        ]

    def duration_s(self, shortest: float, longest: float) -> float:
        """How long something takes this time."""
        return self._random.uniform(shortest, longest)


def warm_up(readings: int) -> float:
    """The light of an LED after so many readings, relative to a cold start."""
    return 1.0 - _WARM_UP_DROP * (1.0 - math.exp(-readings / _WARM_UP_READINGS))
