import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from calibration import colorimetry
from calibration.colorimetry import Floats
from kiosk.matching import spectral
from kiosk.matching.spectral import WAVELENGTHS_NM

DATA = Path(__file__).parent / "data"

# The first conversion imports colour-science; later ones are far below any deadline.
settings.register_profile("matching", deadline=None)
settings.load_profile("matching")


@pytest.fixture(scope="session", autouse=True)
def _colour_science() -> None:
    colorimetry.load()


@pytest.fixture(scope="session")
def nist_skins() -> Floats:
    """CIELAB (100, 3), the average of each subject."""
    with (DATA / "nist_lab_D65_2deg.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["repeat"] == "avg"]
    return np.array([[float(row[name]) for name in ("L", "a", "b")] for row in rows])


@pytest.fixture(scope="session")
def nist_spectra() -> tuple[Floats, Floats]:
    """Wavelengths (31,) in nm and reflectance (100, 31), the average of each subject."""
    return WAVELENGTHS_NM, spectral.nist_spectra()
