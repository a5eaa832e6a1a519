"""The one adapter to colour-science.

Everything CIE comes from colour-science; this file fixes the condition (D65, 10 degree observer),
checks inputs and keeps two traps out of the rest of the tree: the package's import takes longer
than the screens' (so it happens here, late), and it warns about SciPy on standard error, which
would draw over a terminal screen.

Arrays in, arrays out: colours have shape (..., 3), spectra (..., n).
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from drivers.readings import Spectrum

Floats = NDArray[np.float64]

#: Equal-energy chromaticity. With it as the white, XYZ are the white-normalised channels of a
#: colour, and the white point cancels out of CIELAB (CIE 15:2018, 8.2.1).
_EQUAL_ENERGY = (1.0 / 3.0, 1.0 / 3.0)


@cache
def _colour() -> Any:
    # Set before the import: colour asks for SciPy and Matplotlib on stderr otherwise. The sibling
    # variable FILTER_COLOUR_WARNINGS must stay unset, it ends in a KeyError (colour 0.4.7).
    os.environ.setdefault("COLOUR_SCIENCE__FILTER_USAGE_WARNINGS", "True")
    import colour

    return colour


def load() -> None:
    """Import colour-science now; a worker thread calls this after the first frame."""
    _colour()


def _triplets(values: ArrayLike, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape[-1:] != (3,):
        raise ValueError(f"{name}: the last dimension must hold 3 values, not shape {array.shape}")
    return array


def lab_to_channels(lab: ArrayLike) -> Floats:
    """CIELAB to white-normalised tristimulus values (..., 3), each 0..1 for a real surface."""
    channels: Floats = _colour().Lab_to_XYZ(_triplets(lab, "lab"), np.array(_EQUAL_ENERGY))
    return channels


def channels_to_lab(channels: ArrayLike) -> Floats:
    """White-normalised tristimulus values (..., 3) to CIELAB."""
    lab: Floats = _colour().XYZ_to_Lab(_triplets(channels, "channels"), np.array(_EQUAL_ENERGY))
    return lab


def delta_e_2000(lab_1: ArrayLike, lab_2: ArrayLike) -> Floats:
    """CIEDE2000 colour difference (...,), kL = kC = kH = 1 (CIE 142-2001)."""
    difference: Floats = _colour().difference.delta_E_CIE2000(
        _triplets(lab_1, "lab_1"), _triplets(lab_2, "lab_2")
    )
    return difference


@cache
def _d65_10(start_nm: int, step_nm: int, bands: int) -> tuple[Any, Any, Any, Floats]:
    """Shape, observer, illuminant and white (3,) of D65 with the 10 degree observer.

    Both are aligned to the shape here, once: colour does it at every call otherwise, and says so
    on standard error.
    """
    colour = _colour()
    shape = colour.SpectralShape(start_nm, start_nm + step_nm * (bands - 1), step_nm)
    name = "CIE 1964 10 Degree Standard Observer"
    observer = colour.MSDS_CMFS[name].copy().align(shape)
    illuminant = colour.SDS_ILLUMINANTS["D65"].copy().align(shape)
    white: Floats = colour.xy_to_XYZ(colour.CCS_ILLUMINANTS[name]["D65"])
    return shape, observer, illuminant, white


def reflectance_to_channels(start_nm: int, step_nm: int, reflectance: ArrayLike) -> Floats:
    """Reflectance fractions (..., n) to white-normalised channels (..., 3), D65/10 degrees."""
    values = np.asarray(reflectance, dtype=np.float64)
    flat = values.reshape(-1, values.shape[-1])
    shape, observer, illuminant, white = _d65_10(start_nm, step_nm, flat.shape[1])
    xyz: Floats = _colour().msds_to_XYZ(
        flat, observer, illuminant, method="Integration", shape=shape
    )
    return (xyz / 100.0 / white).reshape(*values.shape[:-1], 3)


def spectrum_to_lab(spectrum: Spectrum) -> Floats:
    """CIELAB (3,), D65/10 degrees, of one spectrum as it came from an instrument."""
    channels = reflectance_to_channels(spectrum.start_nm, spectrum.step_nm, spectrum.values)
    return channels_to_lab(channels)


def lab_to_srgb(lab: ArrayLike) -> Floats:
    """CIELAB to sRGB (..., 3), each 0..1, clipped to what a screen can show.

    The colour is carried over relative to white; a guide for the eye, never a measurement.
    """
    colour = _colour()
    white: Floats = colour.xy_to_XYZ(colour.RGB_COLOURSPACES["sRGB"].whitepoint)
    rgb: Floats = np.clip(colour.XYZ_to_sRGB(lab_to_channels(lab) * white), 0.0, 1.0)
    return rgb


def channel_weights(
    wavelengths_nm: ArrayLike, *, illuminant: str = "D65", observer: int = 10
) -> Floats:
    """Weights (3, n) that turn reflectance on an even grid into white-normalised channels.

    For models that add up spectra themselves, or need another light than D65: `illuminant` is a
    name colour-science knows ("D65", "A", "LED-B3"), `observer` is 2 or 10 degrees. Each row sums
    to 1, so a perfect reflector has channels of exactly 1.

    Raises:
        ValueError: another observer or illuminant, or a grid that is not even.
    """
    colour = _colour()
    grid = np.asarray(wavelengths_nm, dtype=np.float64)
    steps = np.diff(grid)
    if grid.ndim != 1 or len(grid) < 2 or not np.allclose(steps, steps[0]) or steps[0] <= 0:
        raise ValueError("wavelengths_nm: an even, rising grid is needed")
    observers = {
        2: "CIE 1931 2 Degree Standard Observer",
        10: "CIE 1964 10 Degree Standard Observer",
    }
    if observer not in observers or illuminant not in colour.SDS_ILLUMINANTS:
        raise ValueError(f"no weights for illuminant {illuminant!r}, {observer} degree observer")
    shape = colour.SpectralShape(grid[0], grid[-1], steps[0])
    matching = colour.MSDS_CMFS[observers[observer]].copy().align(shape)
    light = colour.SDS_ILLUMINANTS[illuminant].copy().align(shape)
    weights: Floats = (matching.values * light.values[:, np.newaxis]).T
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def colorchecker_spectra() -> tuple[int, int, dict[str, tuple[float, ...]]]:
    """First wavelength, step (nm) and reflectance of the 24 patches of a ColorChecker Classic.

    Mean of 30 charts measured by BabelColor (Pascale 2006), as colour-science ships it.
    """
    spectra = _colour().SDS_COLOURCHECKERS["BabelColor Average"]
    first = next(iter(spectra.values()))
    start, step = int(first.wavelengths[0]), int(first.shape.interval)
    return (
        start,
        step,
        {name: tuple(float(v) for v in spectrum.values) for name, spectrum in spectra.items()},
    )


def linear_matrix(measured: ArrayLike, reference: ArrayLike) -> Floats:
    """Least-squares matrix (3, 3) from three channels to XYZ (Cheung, Westland, Connah 2004).

    Both are (patches, 3); the terms are the channels themselves, without a constant.
    """
    matrix: Floats = _colour().matrix_colour_correction(
        _triplets(measured, "measured"),
        _triplets(reference, "reference"),
        method="Cheung 2004",
        terms=3,
    )
    return matrix


def root_polynomial_matrix(measured: ArrayLike, reference: ArrayLike, degree: int) -> Floats:
    """Least-squares matrix (3, terms) of a root-polynomial (Finlayson, Mackiewicz, Hurlbert 2015).

    Both are (patches, 3); degree 2, 3, 4 has 6, 13, 22 terms.
    """
    matrix: Floats = _colour().matrix_colour_correction(
        _triplets(measured, "measured"),
        _triplets(reference, "reference"),
        method="Finlayson 2015",
        degree=degree,
    )
    return matrix


def root_polynomial_terms(channels: ArrayLike, degree: int) -> Floats:
    """The terms of a root-polynomial, (..., terms); degree 1 gives the channels themselves.

    Every term scales with the channels, so the colour does not hang on the lamp's strength.
    """
    terms: Floats = _colour().characterisation.polynomial_expansion(
        _triplets(channels, "channels"), method="Finlayson 2015", degree=degree
    )
    return terms
