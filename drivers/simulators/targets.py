"""What lies under the aperture of a simulated unit: reflectance from 400 to 700 nm."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

START_NM: Final = 400
STEP_NM: Final = 10
BANDS: Final = 31
_END_NM: Final = START_NM + STEP_NM * (BANDS - 1)

TILE: Final = "tile"
BLACK: Final = "black"
NAMES: Final = (
    TILE,
    BLACK,
    "skin-light",
    "skin-medium",
    "skin-dark",
    "hair-black",
    "hair-brown",
)

#: Fluorescent and metallic surfaces stay below this; percent written by mistake does not.
_HIGHEST: Final = 2.0


class TargetError(ValueError):
    """A target that cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Target:
    """A surface; `reflectance` holds fractions at 400, 410 ... 700 nm."""

    name: str
    reflectance: tuple[float, ...]


def load(name_or_path: str) -> Target:
    """The target of that name, or the one in the CSV file at that path.

    Raises:
        TargetError: there is neither, or the file cannot be used.
    """
    if name_or_path in NAMES:
        source = resources.files("drivers.simulators") / "data" / f"{name_or_path}.csv"
        return _parse(name_or_path, source.read_text("utf-8"))
    path = Path(name_or_path)
    if not path.suffix and not path.exists():
        raise TargetError(f"There is no target {name_or_path!r}; there are {', '.join(NAMES)}.")
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"{name_or_path} cannot be read: {error}.") from error
    return _parse(name_or_path, text)


def _parse(name: str, text: str) -> Target:
    rows = list(csv.reader(text.splitlines()))
    if not rows or [cell.strip() for cell in rows[0]] != ["wavelength_nm", "reflectance"]:
        raise TargetError(f"{name}, line 1: must be 'wavelength_nm,reflectance'.")
    points: list[tuple[float, float]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        point = _point(f"{name}, line {number}", row)
        if points and point[0] <= points[-1][0]:
            raise TargetError(f"{name}, line {number}: wavelengths must rise.")
        points.append(point)
    if not points or points[0][0] > START_NM or points[-1][0] < _END_NM:
        raise TargetError(f"{name}: must cover {START_NM} to {_END_NM} nm.")
    wavelengths = (START_NM + STEP_NM * band for band in range(BANDS))
    return Target(name, tuple(_at(points, wavelength) for wavelength in wavelengths))


def _point(where: str, row: list[str]) -> tuple[float, float]:
    if len(row) != 2:
        raise TargetError(f"{where}: must have two values; decimals are written with a point.")
    try:
        wavelength, reflectance = (float(cell) for cell in row)
    except ValueError as error:
        raise TargetError(f"{where}: {','.join(row)!r} is not two numbers.") from error
    if not math.isfinite(wavelength):
        raise TargetError(f"{where}: the wavelength must be finite.")
    if not 0.0 <= reflectance <= _HIGHEST:
        raise TargetError(
            f"{where}: reflectance must be a fraction from 0 to {_HIGHEST:g}, not {reflectance:g}."
        )
    return wavelength, reflectance


def _at(points: list[tuple[float, float]], wavelength: float) -> float:
    """Linear between the two neighbours."""
    left = max((p for p in points if p[0] <= wavelength), key=lambda p: p[0])
    right = min((p for p in points if p[0] >= wavelength), key=lambda p: p[0])
    if left == right:
        return left[1]
    share = (wavelength - left[0]) / (right[0] - left[0])
    return left[1] + share * (right[1] - left[1])
