"""How well heads with 3, 6 and 18 channels tell the colour of skin, by simulation.

    python -m benchmarks correction_quality

The heads are Gaussian stand-ins (see calibration/quality.py). Each is corrected in three ways: on
the skins of all other subjects (what the channels can give), on a 24-patch chart alone (what
somebody gets who has no skins to fit on), and on that chart with some skin tones beside it, which
here have the spectra of skin and in a print have not.

Figures are CIEDE2000 from the spectrum's own colour, D65/10 degrees, over 300 placements on 100
forearms (fewer where some serve as patches).
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

from calibration import colorimetry
from calibration.quality import HEADS, Quality, Surfaces, judge_on, leave_subject_out

DATA = Path(__file__).parent / "data" / "nist_skin_reflectance_360_780_10nm.csv.gz"
#: Without noise, and with half a percent in each channel: what LEDs and 16-bit sensors hold.
NOISES = (0.0, 0.005)
SEED = 20260302
#: Painted or printed skin tones that somebody may add to a chart.
SKIN_PATCHES = 12


def nist_skins() -> tuple[list[int], Surfaces]:
    """Subject of each spectrum, and the 300 spectra of single placements."""
    with gzip.open(DATA, "rt", encoding="ascii") as lines:
        rows = [row for row in csv.reader(lines) if row[1].startswith("R") and row[0].isdigit()]
    return (
        [int(row[0]) for row in rows],
        Surfaces(360, 10, np.array([row[2:] for row in rows], dtype=np.float64)),
    )


def chart() -> tuple[list[str], Surfaces]:
    """The BabelColor average of 24-patch charts, 380 to 730 nm, as colour-science has it."""
    colorimetry.load()
    import colour

    spectra = colour.SDS_COLOURCHECKERS["BabelColor Average"]
    return list(spectra), Surfaces(380, 10, np.array([each.values for each in spectra.values()]))


def qualities() -> list[tuple[str, float, Quality]]:
    """Training, noise and quality of every head."""
    subjects, skins = nist_skins()
    patches = chart()
    found = []
    for noise in NOISES:
        for head in HEADS:
            found.append(
                (
                    "other subjects",
                    noise,
                    leave_subject_out(head, subjects, skins, noise=noise, seed=SEED),
                )
            )
            found.append(
                ("24-patch chart", noise, judge_on(head, patches, skins, noise=noise, seed=SEED))
            )
            mixed, others = with_skin_patches(patches, subjects, skins)
            found.append(
                (
                    f"chart and {SKIN_PATCHES} skin tones",
                    noise,
                    judge_on(head, mixed, others, noise=noise, seed=SEED),
                )
            )
    return found


def with_skin_patches(
    patches: tuple[list[str], Surfaces], subjects: list[int], skins: Surfaces
) -> tuple[tuple[list[str], Surfaces], Surfaces]:
    """The chart and some skins from light to dark as patches; and the skins of everybody else."""
    names, surfaces = patches
    first = (surfaces.start_nm - skins.start_nm) // skins.step_nm
    bands = slice(first, first + surfaces.reflectance.shape[1])
    on_chart = skins.reflectance[:, bands]
    by_lightness = np.argsort(skins.xyz[:, 1])
    chosen = by_lightness[np.linspace(0, len(subjects) - 1, SKIN_PATCHES).round().astype(int)]
    taken = {subjects[place] for place in chosen}
    rest = [place for place, subject in enumerate(subjects) if subject not in taken]
    mixed = Surfaces(
        surfaces.start_nm,
        surfaces.step_nm,
        np.vstack([surfaces.reflectance, on_chart[chosen]]),
    )
    return (
        ([*names, *(f"skin {number}" for number in range(1, SKIN_PATCHES + 1))], mixed),
        Surfaces(skins.start_nm, skins.step_nm, skins.reflectance[rest]),
    )


def report() -> str:
    """One line for each head and training; no budget, because nothing here can be slow."""
    lines = [
        "| head | corrected on | noise | method | median | 95 % | fit expected (median) |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {quality.head} | {training} | {noise:.1%} | {quality.method} | "
        f"{quality.median:.2f} | {quality.percentile_95:.2f} | {quality.expected_median:.2f} |"
        for training, noise, quality in qualities()
    ]
    return "\n".join(lines)
