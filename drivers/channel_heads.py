"""What all heads have in common that measure light through filters instead of a spectrum.

Such a head gives counts of light, not reflectance. Every exposure is a pair: one frame with the
lamp off, which sees what leaks in and the sensor's own offset, and one with the lamp on. Two such
pairs are the head's baseline: *black* (nothing before the aperture), which is the lamp's
light scattered inside the head, and *white* (the tile). A reading is then

    (lit - dark - black) / (white - black)

a ratio to the tile, channel by channel. Colour needs a correction fitted for the head on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from drivers.contract import CalibrationKind, CalibrationStep
from drivers.conversation import Conversation
from drivers.errors import NeedsCalibration, ProtocolError, Saturated
from drivers.readings import Channels
from drivers.serial_unit import SerialUnit

C = TypeVar("C", bound=Conversation[Any])

#: White minus black a channel must have to be used: below it one count is more than 0.4 %.
LEAST_WHITE: Final = 256
#: A head with fewer usable channels can tell lightness and no colour.
LEAST_CHANNELS: Final = 3

#: Ratios to the tile. Tiles reflect 80 to 95 %, so a white paper card may come back as 1.2 of one
#: and nothing without fluorescence reaches 1.3; a few counts of noise on a channel with little
#: light make -0.03 of black hair.
LOWEST: Final = -0.05
HIGHEST: Final = 1.3
SUSPECT: Final = 1.25

#: Share of the white signal that light from outside may add before somebody is told.
AMBIENT_SHARE: Final = 0.05
#: Change of temperature after which white LEDs are no longer what they were.
TEMPERATURE_STEP_C: Final = 5.0
#: Counts above which two equal frames cannot be chance: every channel scatters by about two
#: counts there. Black hair at the usual settings gives some 1000.
_BRIGHT: Final = 256

RECALIBRATE: Final = "A channel is above 125 % of the tile: calibrate black and white again."
AMBIENT: Final = "Light leaks in: rest the head flat on the surface and shade it."
TEMPERATURE: Final = "The head's temperature has changed since white: calibrate again."

CALIBRATION_STEPS: Final = (
    CalibrationStep(
        kind="black",
        arrange=(
            "Hold the head into the open, away from lamps and at least half a metre from any "
            "surface, or over a light trap."
        ),
        button="Calibrate black",
    ),
    CalibrationStep(
        kind="white",
        arrange="Rest the head flat on the white tile.",
        button="Calibrate white",
    ),
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A dark and a lit frame in counts, and under which settings they were taken.

    `settings` names all that scales counts (gain, time, lamp); exposures of two settings are
    never set against each other.
    """

    names: tuple[str, ...]
    dark: tuple[int, ...]
    lit: tuple[int, ...]
    full: int
    settings: str
    temperature_c: float | None = None

    @property
    def net(self) -> tuple[int, ...]:
        """Lit minus dark, one count for each channel."""
        return tuple(lit - dark for lit, dark in zip(self.lit, self.dark, strict=True))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Black and white of one head under one set of settings; net counts, None where missing.

    It belongs to one head's serial number. An application may keep it and give it back after
    opening; what lies between is then on its conscience.
    """

    names: tuple[str, ...]
    settings: str
    black: tuple[int, ...] | None = None
    white: tuple[int, ...] | None = None
    temperature_c: float | None = None


class ChannelCalibration:
    """The baseline of an open head, and what readings become with it."""

    def __init__(self) -> None:
        self.baseline: Baseline | None = None
        #: Of the head at its last good exposure.
        self.temperature_c: float | None = None
        self._last: tuple[int, ...] | None = None

    def accept(self, exposure: Exposure) -> None:
        """Refuse an exposure that cannot be one.

        Raises:
            Saturated: a channel is at full scale.
            ProtocolError: the lit frame is a copy of the dark one, or of the lit one before.
        """
        pairs = zip(exposure.names, exposure.dark, exposure.lit, strict=True)
        blind = [name for name, dark, lit in pairs if max(dark, lit) >= exposure.full]
        if blind:
            raise Saturated(
                f"Too much light on {', '.join(blind)}.",
                "Keep bright light away from the aperture; on a white tile, lower the head's "
                "gain or lamp current.",
            )
        previous, self._last = self._last, exposure.lit
        if max(exposure.lit) >= _BRIGHT and exposure.lit in (previous, exposure.dark):
            raise ProtocolError("The head sent the same counts twice: it did not measure again.")
        self.temperature_c = exposure.temperature_c

    def take(self, kind: CalibrationKind, exposure: Exposure) -> None:
        """Keep an exposure as black or white; other settings than before start a new baseline.

        Raises:
            NeedsCalibration: the white surface sends too little light back.
        """
        now = self.baseline
        if now is None or (now.names, now.settings) != (exposure.names, exposure.settings):
            now = Baseline(exposure.names, exposure.settings)
        if kind == "black":
            self.baseline = replace(now, black=exposure.net)
            return
        white = replace(now, white=exposure.net, temperature_c=exposure.temperature_c)
        _usable(white, exposure.net, now.black or (0,) * len(exposure.net))
        self.baseline = white

    def reading(self, exposure: Exposure) -> tuple[Channels, tuple[str, ...]]:
        """The ratio to the tile of every usable channel, with warnings.

        Channels that the lamp hardly lights are left out. The full scale given is the ratio at
        which the first channel would saturate.

        Raises:
            NeedsCalibration: black or white is missing, or was taken under other settings.
            Saturated: no surface has these ratios.
        """
        baseline = self.baseline
        if baseline is None or baseline.black is None or baseline.white is None:
            raise NeedsCalibration("The head measures light and has no black and white yet.")
        if (baseline.names, baseline.settings) != (exposure.names, exposure.settings):
            raise NeedsCalibration(
                f"Black and white were taken with {baseline.settings}, "
                f"this reading with {exposure.settings}."
            )
        black, net = baseline.black, exposure.net
        spans = [white - dark for white, dark in zip(baseline.white, black, strict=True)]
        used = _usable(baseline, baseline.white, black)
        values = tuple((net[i] - black[i]) / spans[i] for i in used)
        warnings = _check(values)
        if any(exposure.dark[i] > AMBIENT_SHARE * spans[i] for i in used):
            warnings += (AMBIENT,)
        if _apart(exposure.temperature_c, baseline.temperature_c):
            warnings += (TEMPERATURE,)
        ceiling = min((exposure.full - black[i]) / spans[i] for i in used)
        return Channels(tuple(baseline.names[i] for i in used), values, ceiling), warnings


class ChannelHead(SerialUnit[C]):
    """An open head; its readings are ratios to the white tile of the `baseline`."""

    def __init__(self, talk: C) -> None:
        super().__init__(talk)
        self._calibration = ChannelCalibration()

    @property
    def baseline(self) -> Baseline | None:
        """Black and white taken since opening; may be kept and given back after opening."""
        return self._calibration.baseline

    @baseline.setter
    def baseline(self, value: Baseline | None) -> None:
        self._calibration.baseline = value

    @property
    def temperature_c(self) -> float | None:
        """Temperature of the head at its last exposure, None where it does not tell."""
        return self._calibration.temperature_c


def _usable(baseline: Baseline, white: Sequence[int], black: Sequence[int]) -> list[int]:
    used = [i for i, light in enumerate(white) if light - black[i] >= LEAST_WHITE]
    if len(used) < min(LEAST_CHANNELS, len(baseline.names)):
        raise NeedsCalibration(
            "White hardly sends back more light than black.",
            "Rest the head on the white tile, see that its lamp lights, calibrate black and white.",
        )
    return used


def _check(values: Sequence[float]) -> tuple[str, ...]:
    low, high = min(values), max(values)
    if low < LOWEST or high > HIGHEST:
        raise Saturated(
            f"From {100 * low:.1f} % to {100 * high:.1f} % of the tile: no surface has that.",
            "Calibrate black in the open and white on the tile, then read again.",
        )
    return (RECALIBRATE,) if high > SUSPECT else ()


def _apart(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) >= TEMPERATURE_STEP_C
