"""How well a kind of head can tell colour, by simulation: what a buyer may expect.

The heads are stand-ins: every channel is a Gaussian band at the maker's centre wavelength and of
the maker's width, the lamp is flat, the reading is a ratio to a perfect white. Real bands have
tails, a white LED has a hole at 480 nm and no light beyond 750 nm. So the figures say what the
number of channels can give at best with this noise, not what a certain unit gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from calibration.colorimetry import (
    Floats,
    channels_to_lab,
    delta_e_2000,
    reflectance_to_channels,
)
from calibration.correction import FittedCorrection
from calibration.fitting import Patch, fit_correction
from calibration.references import band_values
from drivers.readings import Spectrum

#: A simulation has no date of its own; this one keeps its artefacts equal from run to run.
_ANY_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SimulatedHead:
    """Channels as Gaussian bands, centre and full width at half maximum in nm."""

    name: str
    centres_nm: tuple[float, ...]
    fwhm_nm: tuple[float, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(f"{centre:.0f}" for centre in self.centres_nm)


#: Centres: the LEDs the TCS3472 datasheet states its responsivity for. Widths: estimated from its
#: figure, not stated.
TCS34725: Final = SimulatedHead("3 channels, like TCS34725", (465, 525, 615), (50, 80, 70))
#: AS7262 datasheet: six bands of 40 nm.
AS7262: Final = SimulatedHead("6 channels, like AS7262", (450, 500, 550, 570, 600, 650), (40,) * 6)
#: AS7265x datasheet: eighteen bands of 20 nm.
AS7265X: Final = SimulatedHead(
    "18 channels, like AS7265x",
    (410, 435, 460, 485, 510, 535, 560, 585, 610, 645, 680, 705, 730, 760, 810, 860, 900, 940),
    (20,) * 18,
)
HEADS: Final = (TCS34725, AS7262, AS7265X)


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Reflectance spectra, (surfaces, bands) as fractions, on an even grid."""

    start_nm: int
    step_nm: int
    reflectance: Floats

    @property
    def xyz(self) -> Floats:
        """White-normalised XYZ, D65/10 degrees, (surfaces, 3)."""
        return reflectance_to_channels(self.start_nm, self.step_nm, self.reflectance)


@dataclass(frozen=True, slots=True)
class Quality:
    """CIEDE2000 between what a head says and what the spectrum says."""

    head: str
    method: str
    median: float
    percentile_95: float
    expected_median: float
    """What the fit itself expected from patches it left out."""


def respond(head: SimulatedHead, surfaces: Surfaces) -> Floats:
    """What the head gives for each surface, (surfaces, channels), without noise.

    A channel beyond the spectra sees their last value held on: a near-infrared channel then tells
    what the deepest red tells, which adds nothing to colour and takes nothing from it.
    """
    first = min(surfaces.start_nm, int(min(head.centres_nm)))
    bands = surfaces.reflectance.shape[1]
    last = surfaces.start_nm + surfaces.step_nm * (bands - 1)
    before = -(-(surfaces.start_nm - first) // surfaces.step_nm)
    after = max(0, -(-(int(max(head.centres_nm)) - last) // surfaces.step_nm))
    start = surfaces.start_nm - before * surfaces.step_nm
    held = np.pad(surfaces.reflectance, ((0, 0), (before, after)), mode="edge")
    return np.array(
        [
            band_values(
                Spectrum(start, surfaces.step_nm, tuple(row)), head.centres_nm, head.fwhm_nm
            )
            for row in held.tolist()
        ]
    )


def with_noise(signal: Floats, relative: float, generator: np.random.Generator) -> Floats:
    """Independent Gaussian noise in each channel, as a share of its signal."""
    return np.asarray(signal * (1.0 + relative * generator.standard_normal(signal.shape)))


def trained_on(
    head: SimulatedHead, names: Sequence[str], signal: Floats, xyz: Floats
) -> FittedCorrection:
    """The correction of a head from patches with these signals and colours."""
    patches = [
        Patch(name, tuple(values), (x, y, z))
        for name, values, (x, y, z) in zip(names, signal.tolist(), xyz.tolist(), strict=True)
    ]
    return fit_correction("simulated", head.channels, patches, fitted_at=_ANY_DAY)


def judge_on(
    head: SimulatedHead,
    patches: tuple[Sequence[str], Surfaces],
    skins: Surfaces,
    *,
    noise: float,
    seed: int,
) -> Quality:
    """A head corrected once on patches with names, then used on skins it has not seen."""
    generator = np.random.default_rng(seed)
    names, surfaces = patches
    fit = trained_on(
        head, names, with_noise(respond(head, surfaces), noise, generator), surfaces.xyz
    )
    seen = fit.to_xyz(with_noise(respond(head, skins), noise, generator))
    errors = delta_e_2000(channels_to_lab(seen), channels_to_lab(skins.xyz))
    return _quality(head, [fit], errors)


def leave_subject_out(
    head: SimulatedHead,
    subjects: Sequence[int],
    skins: Surfaces,
    *,
    noise: float,
    seed: int,
) -> Quality:
    """Each subject is measured with a correction that rests on all other subjects.

    Args:
        head: the kind of head.
        subjects: whose skin each spectrum is; all placements of one leave the fit together.
        skins: the spectra.
        noise: of one channel, as a share of its signal.
        seed: of the noise.
    """
    generator = np.random.default_rng(seed)
    signal = with_noise(respond(head, skins), noise, generator)
    xyz, owners = skins.xyz, np.asarray(subjects)
    fits, errors = [], []
    for subject in np.unique(owners):
        others = owners != subject
        # One patch a subject: placements of one skin would vouch for each other in the fit.
        names = [str(owner) for owner in np.unique(owners[others])]
        rows = [owners == int(name) for name in names]
        fit = trained_on(
            head,
            names,
            np.array([signal[row].mean(axis=0) for row in rows]),
            np.array([xyz[row].mean(axis=0) for row in rows]),
        )
        fits.append(fit)
        errors.append(
            delta_e_2000(
                channels_to_lab(fit.to_xyz(signal[~others])), channels_to_lab(xyz[~others])
            )
        )
    return _quality(head, fits, np.concatenate(errors))


def _quality(head: SimulatedHead, fits: Sequence[FittedCorrection], errors: Floats) -> Quality:
    methods = [f"{fit.method} {fit.degree}".removesuffix(" 1") for fit in fits]
    return Quality(
        head.name,
        max(sorted(set(methods)), key=methods.count),
        float(np.median(errors)),
        float(np.percentile(errors, 95)),
        float(np.median([fit.expected.median for fit in fits])),
    )
