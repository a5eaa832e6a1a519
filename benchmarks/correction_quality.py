"""How well heads with 3, 6 and 18 channels tell the colour of skin, by simulation.

    python benchmarks/correction_quality.py

The heads are Gaussian stand-ins (see calibration/quality.py). Each is corrected in two ways: on
the skins of all other subjects (what the channels can give), and on a 24-patch chart alone (what
somebody gets who has no skins to fit on). Figures are CIEDE2000 from the spectrum's own colour,
D65/10 degrees, over 300 placements on 100 forearms.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from calibration import colorimetry
from calibration.quality import HEADS, Quality, Surfaces, judge_on, leave_subject_out

DATA = Path(__file__).parent / "data" / "nist_skin_reflectance_360_780_10nm.csv.gz"
#: Without noise, and with half a percent in each channel: what LEDs and 16-bit sensors hold.
NOISES = (0.0, 0.005)
SEED = 20260302


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


def measure() -> list[tuple[str, float, Quality]]:
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
    return found


def main() -> None:
    print("| head | corrected on | noise | method | median | 95 % | fit expected (median) |")
    print("|---|---|---|---|---|---|---|")
    for training, noise, quality in measure():
        print(
            f"| {quality.head} | {training} | {noise:.1%} | {quality.method} | "
            f"{quality.median:.2f} | {quality.percentile_95:.2f} | {quality.expected_median:.2f} |"
        )


if __name__ == "__main__":
    main()
