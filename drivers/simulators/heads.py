"""The light in simulated filter heads: a lamp, a surface, filters, counts; and who holds the head.

Filters are Gaussian, with the centres and widths of the datasheets (AS7265x v1-04, AS7262 v1-01,
AS7341 v3-00). Lamp, sensitivity and noise are constructed: a phosphor white LED of two Gaussians,
scaled so that the tile gives about half of full scale on the best-lit filter at 16x and 168 ms.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final

from drivers.simulators.noise import Noise
from drivers.simulators.targets import BANDS, BLACK, START_NM, STEP_NM, TILE, Target, load

#: A pause after which a person has moved: lifted and replaced the head.
PAUSE_S: Final = 0.25

FULL_SCALE: Final = 65535
_STEP_NM: Final = 5
_GRID_NM: Final = range(380, 1001, _STEP_NM)

#: Light of the lamp that reaches the sensor inside the head, as a reflectance.
_SCATTER: Final = 0.004
#: Counts of an unlit sensor at 64x and 165 ms are at most 5 (AS7265x datasheet).
_DARK: Final = 2.0


@dataclass(frozen=True, slots=True)
class Filter:
    """One channel; `lobes` are (centre nm, full width at half maximum nm, height)."""

    name: str
    lobes: tuple[tuple[float, float, float], ...]

    def at(self, nm: float) -> float:
        """Transmission at a wavelength."""
        return sum(
            height * math.exp(-4.0 * math.log(2.0) * ((nm - centre) / width) ** 2)
            for centre, width, height in self.lobes
        )


def narrow(width_nm: float, **centres: float) -> tuple[Filter, ...]:
    """Filters of one width."""
    return tuple(Filter(name, ((nm, width_nm, 1.0),)) for name, nm in centres.items())


AS7265X: Final = (
    *narrow(20, R610=610, S680=680, T730=730, U760=760, V810=810, W860=860),
    *narrow(20, G560=560, H585=585, I645=645, J705=705, K900=900, L940=940),
    *narrow(20, A410=410, B435=435, C460=460, D485=485, E510=510, F535=535),
)
AS7262: Final = narrow(40, V450=450, B500=500, G550=550, Y570=570, O600=600, R650=650)
#: Three Gaussians near the CIE 1931 functions, near infrared, a covered and an open diode.
AS7261: Final = (
    Filter("X", ((599.0, 85.0, 1.06), (446.0, 45.0, 0.36))),
    Filter("Y", ((556.0, 100.0, 1.0),)),
    Filter("Z", ((449.0, 53.0, 1.78),)),
    Filter("NIR", ((850.0, 80.0, 1.0),)),
    Filter("Dark", ()),
    Filter("Clear", ((600.0, 400.0, 0.3),)),
)
AS7341: Final = tuple(
    Filter(str(nm), ((float(nm), width, 1.0),))
    for nm, width in (
        (415, 26.0),
        (445, 30.0),
        (480, 36.0),
        (515, 39.0),
        (555, 39.0),
        (590, 40.0),
        (630, 50.0),
        (680, 52.0),
    )
)


def lamp(nm: float) -> float:
    """A white LED: the blue die, and its phosphor with the longer tail to the red."""
    phosphor = 40.0 if nm < 565.0 else 60.0
    return math.exp(-0.5 * ((nm - 452.0) / 10.0) ** 2) + 0.55 * math.exp(
        -0.5 * ((nm - 565.0) / phosphor) ** 2
    )


class Optics:
    """What one head's sensor counts; the same seed gives the same counts."""

    def __init__(self, filters: tuple[Filter, ...], seed: int) -> None:
        #: How the head lies; lifting it is this noise's.
        self.noise = Noise(seed)
        self._random = random.Random(seed)  # noqa: S311
        weights = [[lamp(nm) * one.at(nm) for nm in _GRID_NM] for one in filters]
        best = max(sum(weight) for weight in weights)
        self._weights = [[0.5 * FULL_SCALE * w / best for w in weight] for weight in weights]

    def lift(self) -> None:
        """Take the head off and put it back."""
        self.noise.lift()

    def counts(self, surface: Target, *, lit: bool, sensitivity: float) -> tuple[int, ...]:
        """One frame; `sensitivity` is gain times integration time, 1 for 16x and 168 ms."""
        seen = self.noise.disturb(surface.reflectance)
        light = [_at(seen, nm) + _SCATTER for nm in _GRID_NM]
        frame: list[int] = []
        for weight in self._weights:
            count = sensitivity * sum(w * r for w, r in zip(weight, light, strict=True))
            count = _DARK + (count if lit else 0.0)
            # Counted light scatters with its root; one sixteenth of it at these gains.
            count += self._random.gauss(0.0, 0.7 + math.sqrt(count) / 16.0)
            frame.append(min(max(round(count), 0), FULL_SCALE))
        return tuple(frame)


class Holder:
    """Who holds the head. A person follows the calibration screens if `attended`.

    A head is not told whether it is being calibrated. So the person takes the first exposure after
    opening for black and holds the head into the air, the second for white and sets it on the
    tile, and all others for readings of the target, lifting between them after a pause.
    """

    def __init__(self, target: Target, *, attended: bool) -> None:
        self.target = target
        self._attended = attended
        self._exposures = 0 if attended else 2
        self._rested_at = 0.0

    @property
    def surface(self) -> Target:
        """What lies before the aperture now."""
        return (load(BLACK), load(TILE), self.target)[min(self._exposures, 2)]

    def opened(self) -> None:
        """Somebody opened the port and will calibrate."""
        self._exposures = 0 if self._attended else 2

    def place(self, target: Target) -> None:
        """A person puts the head on something particular, and leaves it to others no more."""
        self.target = target
        self._attended, self._exposures = False, 2

    def exposed(self, now: float) -> None:
        """A lit frame was taken, so this exposure is over."""
        self._exposures += 1
        self._rested_at = now

    def moved(self, now: float) -> bool:
        """Whether the person has lifted and replaced the head since the last exposure."""
        return self._attended and now - self._rested_at >= PAUSE_S


def _at(reflectance: list[float], nm: float) -> float:
    """Linear between bands; the first and the last value hold beyond the ends."""
    place = min(max((nm - START_NM) / STEP_NM, 0.0), BANDS - 1.0)
    left = min(int(place), BANDS - 2)
    return reflectance[left] + (place - left) * (reflectance[left + 1] - reflectance[left])
