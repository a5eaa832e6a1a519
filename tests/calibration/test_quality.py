"""What heads with few and with many channels can tell of skin."""

import numpy as np
import pytest

from benchmarks.correction_quality import chart, nist_skins
from calibration.colorimetry import channels_to_lab, delta_e_2000
from calibration.quality import (
    AS7262,
    AS7265X,
    HEADS,
    TCS34725,
    Surfaces,
    judge_on,
    leave_subject_out,
    respond,
    with_noise,
)


def test_a_flat_surface_reads_its_level_in_every_channel_even_beyond_the_spectrum() -> None:
    flat = Surfaces(380, 10, np.full((2, 36), [[0.3], [0.7]]))
    for head in HEADS:
        assert respond(head, flat) == pytest.approx(
            np.broadcast_to([[0.3], [0.7]], (2, len(head.channels)))
        )


def test_a_channel_reads_a_straight_spectrum_at_its_centre() -> None:
    wavelengths = np.arange(360, 790, 10)
    line = Surfaces(360, 10, (wavelengths / 1000.0)[None, :])
    assert respond(AS7262, line)[0] == pytest.approx(np.array(AS7262.centres_nm) / 1000, abs=1e-4)


def test_near_infrared_channels_tell_what_the_deepest_red_tells() -> None:
    rising = Surfaces(360, 10, np.linspace(0.1, 0.6, 43)[None, :])
    assert respond(AS7265X, rising)[0, -3:] == pytest.approx(0.6, abs=1e-3)


def test_noise_is_a_share_of_the_signal() -> None:
    signal = np.full((40_000, 2), [0.1, 0.8])
    found = with_noise(signal, 0.005, np.random.default_rng(1)).std(axis=0)
    assert found == pytest.approx([0.0005, 0.004], rel=0.02)


@pytest.fixture(scope="module")
def some() -> tuple[list[int], Surfaces]:
    """Every third subject: enough to show the order, quick enough for a test."""
    subjects, skins = nist_skins()
    chosen = [i for i, subject in enumerate(subjects) if subject % 3 == 0]
    return [subjects[i] for i in chosen], Surfaces(360, 10, skins.reflectance[chosen])


def test_the_data_are_one_hundred_subjects_with_three_placements() -> None:
    subjects, skins = nist_skins()
    assert skins.reflectance.shape == (300, 43)
    assert np.unique(subjects, return_counts=True)[1].tolist() == [3] * 100


def test_more_channels_tell_skin_better(some: tuple[list[int], Surfaces]) -> None:
    found = [leave_subject_out(head, *some, noise=0.005, seed=1) for head in HEADS]
    medians = [quality.median for quality in found]
    assert medians[0] > medians[1] > medians[2]
    assert [quality.head for quality in found] == [head.name for head in HEADS]
    assert all(quality.median < quality.percentile_95 for quality in found)
    # With skins to fit on, even three channels stay below a just acceptable difference.
    assert found[0].percentile_95 < 1.5


def test_three_channels_fitted_on_a_chart_alone_mislead_about_skin(
    some: tuple[list[int], Surfaces],
) -> None:
    found = judge_on(TCS34725, chart(), some[1], noise=0.005, seed=1)
    assert found.median > 2.0
    assert found.median > 2 * found.expected_median
    assert judge_on(AS7262, chart(), some[1], noise=0.005, seed=1).median < 1.0


def test_a_subject_is_never_in_its_own_fit() -> None:
    # Ten subjects leave nine patches to fit on, which carry a plain matrix and nothing more; that
    # is worked out here by the pseudo-inverse. Their colours differ more than skins do.
    rng = np.random.default_rng(3)
    axis = np.linspace(-1, 1, 43)
    tints = rng.uniform(-0.6, 0.6, (10, 3)) @ np.stack([axis, axis**2 - 0.3, axis**3])
    placements = np.exp(tints)[:, None, :] * rng.uniform(0.3, 0.34, (10, 3, 1))
    subjects, skins = np.repeat(np.arange(10), 3), Surfaces(360, 10, placements.reshape(30, 43))
    signal, xyz = respond(TCS34725, skins).reshape(10, 3, 3), skins.xyz.reshape(10, 3, 3)
    missed = []
    for subject in range(10):
        others = np.arange(10) != subject
        matrix = np.linalg.pinv(signal[others].mean(axis=1)) @ xyz[others].mean(axis=1)
        missed += delta_e_2000(
            channels_to_lab(signal[subject] @ matrix), channels_to_lab(xyz[subject])
        ).tolist()
    found = leave_subject_out(TCS34725, subjects.tolist(), skins, noise=0.0, seed=0)
    assert found.method == "linear"
    assert found.median == pytest.approx(np.median(missed), rel=1e-6)
    assert found.percentile_95 == pytest.approx(np.percentile(missed, 95), rel=1e-6)
