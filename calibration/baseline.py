"""Black and white as a baseline: from what a head counts to reflectance.

R = R_tile (S - D) / (W - D), channel by channel (black is read before white, ISO 18314-1 uses a
light trap for it). R_tile are the tile's own certified values, never 100 %. A baseline belongs to
one combination of unit and settings; applied to another it would be wrong without looking wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from calibration.validity import CalibrationKey, Circumstances, changed_setting
from drivers.errors import NeedsCalibration, ProtocolError, Saturated
from drivers.readings import Channels

#: Below this share of full scale one count of a 16-bit head is about 1 % of the white signal.
LEAST_WHITE: Final = 0.002
#: Dark signals below this share of full scale are noise; their ratio to earlier ones says nothing.
DARK_NOISE: Final = 0.001


class ImplausibleBaseline(Exception):
    """Black or white cannot be what they should be; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class PlausibilityWindow:
    """By which factors black and white may differ from those of an earlier baseline."""

    white: tuple[float, float]
    black: tuple[float, float] = (0.5, 2.0)


#: White of Konica Minolta instruments; also right for a head that keeps its settings.
KONICA_MINOLTA: Final = PlausibilityWindow((0.8, 1.1))
#: Raw counts of units that may have aged for years since the default was stored (ArgyllCMS, Cube).
RAW_COUNTS: Final = PlausibilityWindow((0.5, 1.5))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a head counted on one surface, channel by channel."""

    signal: Channels
    at: datetime


@dataclass(frozen=True, slots=True)
class Baseline:
    """An accepted black and white of one unit under one set of settings.

    `black`, `white` and `tile` have one value for each of `names`; `tile` are reflectance
    fractions. `at` is when black was read, so that the age is never told too young. A driver that
    holds black and white itself gives ratios to the tile: then black is 0 and white 1.
    """

    key: CalibrationKey
    tile_serial: str
    names: tuple[str, ...]
    black: tuple[float, ...]
    white: tuple[float, ...]
    tile: tuple[float, ...]
    full_scale: float
    at: datetime
    temperature_c: float | None = None

    @property
    def circumstances(self) -> Circumstances:
        """Settings and temperature, to be compared with those of the present."""
        return Circumstances(self.key, self.temperature_c)

    def require(self, key: CalibrationKey) -> None:
        """Make sure that readings under `key` are this baseline's.

        Raises:
            NeedsCalibration: unit or settings differ.
        """
        if (name := changed_setting(self.key, key)) is not None:
            raise NeedsCalibration(f"the {name} is not the one that was calibrated")

    def reflectance(self, signal: Channels) -> Channels:
        """The signal as reflectance fractions; `full_scale` becomes the lowest that saturates.

        Raises:
            ProtocolError: other channels than the calibrated ones.
            Saturated: a channel is at its limit, which makes the whole reading worthless.
        """
        if signal.names != self.names:
            raise ProtocolError(
                f"the head sent channels {', '.join(signal.names)}, and "
                f"{', '.join(self.names)} were calibrated"
            )
        if max(signal.values) >= signal.full_scale:
            raise Saturated("a channel is saturated; the reading was not kept")
        black, span = np.asarray(self.black), np.subtract(self.white, self.black)
        scale = np.asarray(self.tile) / span
        values = (np.asarray(signal.values) - black) * scale
        ceiling = float(((signal.full_scale - black) * scale).min())
        return Channels(self.names, tuple(float(v) for v in values), ceiling)


def form_baseline(
    key: CalibrationKey,
    black: Frame,
    white: Frame,
    *,
    tile_serial: str,
    tile: tuple[float, ...],
    temperature_c: float | None = None,
    earlier: Baseline | None = None,
    window: PlausibilityWindow = KONICA_MINOLTA,
) -> Baseline:
    """Accept black and white as a baseline, or say why not.

    Args:
        key: unit and settings of both frames.
        black: the head over a light trap.
        white: the head on the tile.
        tile_serial: the tile's own number.
        tile: its reflectance in each channel (see `references.band_values`).
        temperature_c: of the head, where it tells.
        earlier: the last accepted baseline under the same key, to compare with.
        window: the factors allowed between the two.

    Raises:
        ImplausibleBaseline: wrong order, too little or too much light, or far from the earlier one.
        NeedsCalibration: `earlier` belongs to another key.
    """
    full = white.signal.full_scale
    dark, lit = np.asarray(black.signal.values), np.asarray(white.signal.values)
    if black.signal.names != white.signal.names or len(tile) != len(lit):
        raise ImplausibleBaseline("black, white and tile do not have the same channels")
    if white.at < black.at:
        raise ImplausibleBaseline("white was read before black: read black, then white")
    if not (np.isfinite(dark).all() and np.isfinite(lit).all()):
        raise ImplausibleBaseline("a channel holds no number: read black and white again")
    if lit.max() >= full:
        raise ImplausibleBaseline(
            f"{_names(white.signal, lit >= full)} saturated on the tile: lower gain or lamp current"
        )
    weak = lit - dark < LEAST_WHITE * full
    if weak.any():
        raise ImplausibleBaseline(
            f"{_names(white.signal, weak)} sees hardly more on the tile than in the dark: is the "
            "tile in place, does the lamp light, were black and white swapped?"
        )
    if earlier is not None:
        earlier.require(key)
        _compare(black.signal, white.signal, earlier, window)
    return Baseline(
        key,
        tile_serial,
        white.signal.names,
        black.signal.values,
        white.signal.values,
        tile,
        full,
        black.at,
        temperature_c,
    )


def _compare(
    black: Channels, white: Channels, earlier: Baseline, window: PlausibilityWindow
) -> None:
    lit = np.subtract(white.values, black.values) / np.subtract(earlier.white, earlier.black)
    off = (lit < window.white[0]) | (lit > window.white[1])
    if off.any():
        ratio = lit[np.abs(np.log(np.maximum(lit, 1e-9))).argmax()]
        raise ImplausibleBaseline(
            f"{_names(white, off)} is {ratio:.2f} times the last white (allowed {window.white[0]} "
            f"to {window.white[1]}): clean the tile, check that it is the right one and the "
            "aperture the same"
        )
    dark, before = np.asarray(black.values), np.asarray(earlier.black)
    noise = DARK_NOISE * earlier.full_scale
    high = dark > np.maximum(window.black[1] * before, noise)
    low = (before > noise) & (dark < window.black[0] * before)
    if (high | low).any():
        raise ImplausibleBaseline(
            f"{_names(black, high | low)} is far from the last black: keep light away from the "
            "aperture and use the light trap"
        )


def _names(channels: Channels, mask: np.ndarray) -> str:
    return "channel " + ", ".join(
        name for name, hit in zip(channels.names, mask, strict=True) if hit
    )
