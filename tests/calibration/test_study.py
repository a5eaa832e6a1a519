"""Repeatability and reproducibility: a published study, and an independent calculation."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.anova import components
from calibration.colorimetry import channels_to_lab, delta_e_2000, lab_to_channels
from calibration.study import IncompleteStudy, StudyReading, StudyReport, analyse

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# The worked example of AIAG, Measurement Systems Analysis (3rd and 4th edition, chapter III-B):
# three appraisers, three trials, ten parts.
AIAG = np.array(
    [
        [
            [0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36],
            [0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25],
            [0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31],
        ],
        [
            [0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68],
            [0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62],
            [0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50],
        ],
        [
            [0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49],
            [-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77],
            [-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16],
        ],
    ]
).transpose(0, 2, 1)


def test_the_published_study_of_aiag() -> None:
    found = components(AIAG)
    # As published: EV 0.199933, AV 0.226838, GRR 0.302373, PV 1.042327, GRR 27.9 % of TV,
    # the interaction pooled, number of distinct categories 4.861.
    assert found.pooled
    assert found.repeatability == pytest.approx(0.199933, abs=2e-6)
    assert found.operators == pytest.approx(0.226838, abs=2e-6)
    assert found.interaction == 0.0
    assert found.gauge == pytest.approx(0.302373, abs=2e-6)
    assert found.parts == pytest.approx(1.042327, abs=2e-6)
    assert found.gauge_share == pytest.approx(0.279, abs=0.0005)
    assert found.categories == pytest.approx(4.861, abs=0.02)


def test_components_with_an_interaction_are_those_of_the_expected_mean_squares() -> None:
    # Independent route: sums of squares as residuals of nested least-squares fits.
    rng = np.random.default_rng(2)
    o, p, r = 4, 5, 3
    data = (
        rng.normal(0, 1, (o, 1, 1))
        + rng.normal(0, 2, (1, p, 1))
        + rng.normal(0, 1.5, (o, p, 1))
        + rng.normal(0, 0.5, (o, p, r))
    )
    operator, part, _ = np.indices(data.shape)
    ones = np.ones((data.size, 1))
    of_o = np.eye(o)[operator.ravel()]
    of_p = np.eye(p)[part.ravel()]
    of_cell = np.eye(o * p)[(operator * p + part).ravel()]

    def left(*blocks: np.ndarray) -> float:
        design = np.hstack([ones, *blocks])
        weights = np.linalg.lstsq(design, data.ravel(), rcond=None)[0]
        return float(((data.ravel() - design @ weights) ** 2).sum())

    error = left(of_cell) / (o * p * (r - 1))
    crossed = (left(of_o, of_p) - left(of_cell)) / ((o - 1) * (p - 1))
    operators = (left(of_p) - left(of_o, of_p)) / (o - 1)
    parts = (left(of_o) - left(of_o, of_p)) / (p - 1)
    found = components(data)
    assert not found.pooled
    assert found.repeatability**2 == pytest.approx(error)
    assert found.interaction**2 == pytest.approx((crossed - error) / r)
    assert found.operators**2 == pytest.approx(max((operators - crossed) / (p * r), 0))
    assert found.parts**2 == pytest.approx((parts - crossed) / (o * r))


def test_components_find_the_spreads_that_were_put_in() -> None:
    rng = np.random.default_rng(4)
    drawn = np.mean(
        [
            [c.repeatability**2, c.operators**2, c.interaction**2, c.parts**2]
            for c in (
                components(
                    rng.normal(0, 0.8, (8, 1, 1))
                    + rng.normal(0, 2.0, (1, 8, 1))
                    + rng.normal(0, 0.6, (8, 8, 1))
                    + rng.normal(0, 0.4, (8, 8, 3))
                )
                for _ in range(400)
            )
        ],
        axis=0,
    )
    assert drawn == pytest.approx([0.16, 0.64, 0.36, 4.0], rel=0.1)


@settings(deadline=None)
@given(st.floats(-50, 50), st.floats(0.1, 10))
def test_components_follow_the_unit_and_not_the_origin(shift: float, scale: float) -> None:
    before, after = components(AIAG), components(AIAG * scale + shift)
    assert after.gauge == pytest.approx(scale * before.gauge, rel=1e-6)
    assert after.parts == pytest.approx(scale * before.parts, rel=1e-6)


@pytest.mark.parametrize("shape", [(1, 5, 3), (3, 1, 3), (3, 5, 1), (3, 5)])
def test_a_study_of_one_of_anything_has_no_components(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least two"):
        components(np.zeros(shape))


def test_a_gauge_without_scatter_has_no_share_and_no_end_of_categories() -> None:
    still = components(np.broadcast_to(np.array([1.0, 2.0, 3.0])[None, :, None], (2, 3, 2)))
    assert (still.gauge, still.gauge_share) == (0.0, 0.0)
    assert still.categories == float("inf")
    assert components(np.ones((2, 2, 2))).gauge_share == 0.0


PATCHES = {"white": (93.0, 0.0, 2.0), "skin": (60.0, 12.0, 17.0), "dark": (20.0, 1.0, 2.0)}
BIAS = {"Ana": 0.0, "Ben": 0.8, "Cy": -0.8}
STEPS = (-0.1, 0.1)


def readings(bias: float = 1.0, step: float = 1.0) -> list[StudyReading]:
    found = []
    for operator, lean in BIAS.items():
        for patch, lab in PATCHES.items():
            for up in STEPS:
                x, y, z = lab_to_channels(
                    (lab[0] + bias * lean + step * up, lab[1], lab[2])
                ).tolist()
                found.append(StudyReading(operator, patch, (x, y, z)))
    return found


def report(**how: float) -> StudyReport:
    return analyse("A1", readings(**how), at=AT)


def test_a_study_separates_people_from_repeats() -> None:
    found = report()
    lightness, a, _ = found.axes
    # Repeats at +-0.1: variance 0.02. Operators at 0 and +-0.8: variance 0.64 less 0.02 / 6.
    assert lightness.repeatability**2 == pytest.approx(18 * 0.01 / (9 + 4), rel=1e-6)
    assert lightness.operators**2 == pytest.approx(0.64 - 18 * 0.01 / 13 / 6, rel=1e-3)
    assert a.repeatability == pytest.approx(0.0, abs=1e-6)
    assert found.repeats == 2
    assert "Who reads matters more" in found.sentence
    assert "Who reads" not in report(bias=0.0).sentence


def test_mcdm_is_that_of_the_cells_and_of_the_people() -> None:
    found = report()
    cells, people = [], []
    for patch, lab in PATCHES.items():
        means = []
        for operator, lean in BIAS.items():
            own = np.array([(lab[0] + lean + up, lab[1], lab[2]) for up in STEPS])
            mean = channels_to_lab(lab_to_channels(own).mean(axis=0))
            cells.append((float(delta_e_2000(own, mean).mean()), operator, patch))
            means.append(mean)
        centre = channels_to_lab(lab_to_channels(means).mean(axis=0))
        people += delta_e_2000(np.array(means), centre).tolist()
    assert found.repeatability_mcdm == pytest.approx(np.mean([cell[0] for cell in cells]))
    assert found.reproducibility_mcdm == pytest.approx(np.mean(people), rel=1e-6)
    assert found.worst[:2] == max(cells)[1:]


def test_the_order_of_readings_does_not_matter() -> None:
    taken = readings()
    mixed = [taken[i] for i in np.random.default_rng(0).permutation(len(taken))]
    assert analyse("A1", mixed, at=AT).reproducibility_mcdm == pytest.approx(
        report().reproducibility_mcdm
    )


def test_a_missing_reading_is_named() -> None:
    with pytest.raises(IncompleteStudy, match="Cy has read dark 1 times"):
        analyse("A1", readings()[:-1], at=AT)
    with pytest.raises(IncompleteStudy, match="two people"):
        analyse("A1", [r for r in readings() if r.operator == "Ana"], at=AT)
    with pytest.raises(IncompleteStudy):
        analyse("A1", [], at=AT)


def test_the_report_is_plain_data_and_a_page() -> None:
    found = report()
    data = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert data["axes"]["L*"]["gauge"] == pytest.approx(found.axes[0].gauge)
    assert json.dumps(report(bias=0.0, step=0.0).as_dict(), allow_nan=False)
    page = found.as_markdown()
    assert "# Repeatability and reproducibility of A1" in page
    assert f"| L* | {found.axes[0].repeatability:.3f} |" in page
    assert "3 operators, 3 patches, 2 readings" in page
