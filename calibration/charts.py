"""Charts of patches whose colour is known, as files and as the one that colour-science brings.

A file has one patch a line: its name, then X, Y, Z (white-normalised), or L*, a*, b*, or a spectrum
as fractions under its wavelengths; all D65 and 10 degrees. A chart's own certificate is better than
any average of its kind.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.colorimetry import (
    colorchecker_spectra,
    lab_to_channels,
    reflectance_to_channels,
)
from calibration.sampling import Triplet, as_lab
from drivers.readings import Spectrum

#: Name of the chart that needs no file: 24 patches, the average of 30 charts (BabelColor).
COLORCHECKER: Final = "colorchecker24"

_NAMES: Final = ("patch", "id", "subject")
_WAVELENGTH: Final = re.compile(r"R?(\d{3})(?:\.0)?")


class ChartError(ValueError):
    """A chart that cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class ChartPatch:
    """One patch: its white-normalised XYZ, and its spectrum where the chart tells it."""

    id: str
    xyz: Triplet
    spectrum: Spectrum | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Patches in the order in which they are read."""

    name: str
    patches: tuple[ChartPatch, ...]


def colorchecker() -> Chart:
    """The 24 patches of a classic colour chart, from colour-science."""
    start, step, spectra = colorchecker_spectra()
    return Chart(
        COLORCHECKER,
        tuple(
            _of_spectrum(name, Spectrum(start, step, values)) for name, values in spectra.items()
        ),
    )


def read_chart(name: str, text: str) -> Chart:
    """A chart from the text of a CSV file.

    Raises:
        ChartError: no such columns, a value that is no number, a patch twice, or none at all.
    """
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(csv.reader(text.splitlines()), start=1)
        if any(cell.strip() for cell in row)
    ]
    if not rows or rows[0][1][0].casefold() not in _NAMES:
        raise ChartError(f"{name}, line 1: the first column must be 'patch'")
    columns = rows[0][1][1:]
    patches: dict[str, ChartPatch] = {}
    for number, row in rows[1:]:
        where = f"{name}, line {number}"
        if len(row) != len(columns) + 1:
            raise ChartError(f"{where}: has {len(row)} values and {len(columns) + 1} columns")
        if not row[0] or row[0] in patches:
            raise ChartError(f"{where}: the patch '{row[0]}' has no name of its own")
        patches[row[0]] = _patch(where, row[0], columns, [_number(where, v) for v in row[1:]])
    if not patches:
        raise ChartError(f"{name}: holds no patch")
    return Chart(name, tuple(patches.values()))


def _number(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ChartError(f"{where}: '{text}' is not a number; decimals are written with a point")
    return value


def _patch(where: str, name: str, columns: list[str], values: list[float]) -> ChartPatch:
    heads = [column.casefold().rstrip("*") for column in columns]
    if heads == ["x", "y", "z"]:
        return _checked(where, ChartPatch(name, as_lab(values)))
    if heads == ["l", "a", "b"]:
        return _checked(where, ChartPatch(name, as_lab(lab_to_channels(values))))
    found = [_WAVELENGTH.fullmatch(column) for column in columns]
    axis = [int(one[1]) for one in found if one is not None]
    steps = set(np.diff(axis).tolist())
    if len(axis) != len(columns) or len(axis) < 16 or len(steps) != 1 or min(steps) <= 0:
        raise ChartError(
            f"{where}: columns must be X,Y,Z or L,a,b or at least 16 wavelengths on an even grid"
        )
    spectrum = Spectrum(axis[0], int(steps.pop()), tuple(values))
    return _checked(where, _of_spectrum(name, spectrum))


def _of_spectrum(name: str, spectrum: Spectrum) -> ChartPatch:
    xyz = reflectance_to_channels(spectrum.start_nm, spectrum.step_nm, spectrum.values)
    return ChartPatch(name, as_lab(xyz), spectrum)


def _checked(where: str, patch: ChartPatch) -> ChartPatch:
    # Percent written for fractions, and X, Y, Z on a scale of 100, are the usual mistakes.
    if not all(-0.01 <= value <= 1.3 for value in patch.xyz):
        raise ChartError(f"{where}: no surface has this colour; values are fractions of white")
    return patch


def target_lines(patch: ChartPatch) -> str | None:
    """The patch as a target of a simulated unit, 400 to 700 nm; None without a spectrum."""
    if patch.spectrum is None:
        return None
    pairs = zip(patch.spectrum.wavelengths_nm, patch.spectrum.values, strict=True)
    rows = [f"{nm},{max(value, 0.0):.6f}" for nm, value in pairs if 380 <= nm <= 730]
    return "\n".join(["wavelength_nm,reflectance", *rows, ""])


def fit_channels(names: Sequence[str]) -> tuple[str, ...]:
    """Which of a head's channels its correction rests on.

    A head with filters like the eye's has its colour in them; an infrared or clear channel beside
    them would only add terms that the patches must carry.
    """
    return ("X", "Y", "Z") if {"X", "Y", "Z"} <= set(names) else tuple(names)
