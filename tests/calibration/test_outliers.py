"""Outliers and spread, recounted on 100 published skins of three placements each.

NIST Reference Data Set of Human Skin Reflectance, doi 10.18434/M38597; the colours lie with the
tests of the colour model.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from calibration.sampling import SKIN, Lab, mcdm, outlier_indices

DATA = Path(__file__).parents[1] / "matching" / "data" / "nist_lab_D65_2deg.csv"


@pytest.fixture(scope="module")
def subjects() -> list[tuple[list[Lab], Lab]]:
    """Three placements and their mean reflectance's colour, for each subject."""
    found: dict[str, dict[str, Lab]] = {}
    with DATA.open() as lines:
        for row in csv.DictReader(lines):
            lab = (float(row["L"]), float(row["a"]), float(row["b"]))
            found.setdefault(row["subject"], {})[row["repeat"]] = lab
    return [([one["R1"], one["R2"], one["R3"]], one["avg"]) for one in found.values()]


Subjects = list[tuple[list[Lab], Lab]]


def test_there_are_a_hundred_subjects(subjects: Subjects) -> None:
    assert len(subjects) == 100


@pytest.mark.parametrize(("floor", "with_outlier"), [(1.0, 30), (2.0, 4)])
def test_how_many_triplets_have_an_outlier(
    subjects: Subjects, floor: float, with_outlier: int
) -> None:
    assert sum(bool(outlier_indices(labs, floor)) for labs, _ in subjects) == with_outlier


def test_the_limit_for_skin_is_met_by_95_in_100(subjects: Subjects) -> None:
    spreads = np.array([mcdm(labs, mean) for labs, mean in subjects])
    assert spreads.mean() == pytest.approx(0.64, abs=0.005)
    assert np.median(spreads) == pytest.approx(0.60, abs=0.005)
    assert np.quantile(spreads, 0.95) == pytest.approx(1.19, abs=0.01)
    assert spreads.max() == pytest.approx(1.56, abs=0.01)
    assert (spreads <= SKIN.mcdm_limit).mean() == pytest.approx(0.95, abs=0.015)


def test_fewer_than_three_readings_have_no_outlier() -> None:
    assert outlier_indices([(60, 10, 15), (20, 0, 0)], 1.0) == ()
