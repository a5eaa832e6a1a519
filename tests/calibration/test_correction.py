"""A head's correction: which fit is taken, what it expects of itself, and its seal."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.baseline import Baseline
from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000
from calibration.correction import (
    AlteredCorrection,
    CalibratedHead,
    FittedCorrection,
    from_document,
)
from calibration.fitting import InsufficientPatches, Patch, candidates, fit_correction
from calibration.sampling import SKIN, Site, form_tone, take_sample
from calibration.validity import CalibrationKey
from drivers.errors import NeedsCalibration
from drivers.readings import Channels, Condition, Identity, RawReading

os.environ.setdefault("COLOUR_SCIENCE__FILTER_USAGE_WARNINGS", "True")

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RGB = ("R", "G", "B")
MIX = np.array([[0.6, 0.3, 0.05], [0.25, 0.7, 0.05], [0.0, 0.1, 0.9]])


def patches_of(signal: Floats, xyz: Floats) -> list[Patch]:
    return [
        Patch(f"P{i:02d}", tuple(row), (x, y, z))
        for i, (row, (x, y, z)) in enumerate(zip(signal.tolist(), xyz.tolist(), strict=True))
    ]


def rgb_patches(count: int = 24, bend: float = 0.0, seed: int = 3) -> list[Patch]:
    """Patches whose XYZ are a known mixture of the channels, bent by geometric means."""
    signal = np.random.default_rng(seed).uniform(0.03, 0.9, (count, 3))
    r, g, b = signal.T
    bent = np.stack([np.sqrt(r * g), np.sqrt(g * b), np.sqrt(r * b)], axis=1)
    return patches_of(signal, (1 - bend) * signal @ MIX.T + bend * bent)


def fit(patches: list[Patch], channels: tuple[str, ...] = RGB, **more: object) -> FittedCorrection:
    return fit_correction("A1", channels, patches, fitted_at=AT, **more)  # type: ignore[arg-type]


def many_channels(count: int, width: int, noise: float = 0.0) -> list[Patch]:
    """Smooth spectra on `width` channels; XYZ are fixed sums of them."""
    rng = np.random.default_rng(5)
    axis = np.linspace(-1, 1, width)
    shapes = np.stack([axis**power for power in range(6)])
    signal = 1 / (1 + np.exp(-rng.normal(0, 1.2, (count, 6)) @ shapes))
    weights = np.exp(-0.5 * ((axis - np.array([[0.5], [0.0], [-0.6]])) / 0.25) ** 2)
    xyz = signal @ (weights / weights.sum(axis=1, keepdims=True)).T
    return patches_of(signal * (1 + noise * rng.standard_normal(signal.shape)), xyz)


def test_a_head_that_mixes_linearly_is_corrected_exactly() -> None:
    found = fit(rgb_patches())
    assert found.expected.worst < 1e-6
    assert np.asarray(found.matrix)[:, :3] == pytest.approx(MIX, abs=1e-7)
    assert found(Channels(RGB, (0.5, 0.4, 0.3), 1.3)) == pytest.approx(tuple(MIX @ [0.5, 0.4, 0.3]))


def test_a_bent_head_gets_the_root_polynomial_that_straightens_it() -> None:
    found = fit(rgb_patches(bend=0.3))
    assert (found.method, found.degree) == ("root-polynomial", 2)
    assert found.expected.worst < 1e-6


@pytest.mark.parametrize("bend", [0.0, 0.3])
@given(share=st.floats(0.05, 2.0))
def test_a_weaker_lamp_darkens_the_colour_and_changes_nothing_else(
    bend: float, share: float
) -> None:
    found = fit(rgb_patches(bend=bend))
    full = found.to_xyz([0.5, 0.3, 0.2])
    assert found.to_xyz(share * np.array([0.5, 0.3, 0.2])) == pytest.approx(share * full)


def brute_force(patches: list[Patch], method: str, **how: object) -> Floats:
    """The textbook way: one fit for each patch left out, by colour-science itself."""
    import colour

    measured = np.array([p.values for p in patches])
    reference = np.array([p.xyz for p in patches])
    predicted = np.empty_like(reference)
    for i in range(len(patches)):
        others = np.arange(len(patches)) != i
        predicted[i] = colour.colour_correction(
            measured[i], measured[others], reference[others], method=method, **how
        )
    return predicted


@pytest.mark.parametrize(
    ("index", "method", "how"),
    [
        (0, "Cheung 2004", {"terms": 3}),
        (1, "Finlayson 2015", {"degree": 2}),
        (2, "Finlayson 2015", {"degree": 3}),
    ],
)
def test_left_out_predictions_are_those_of_refitting_without_the_patch(
    index: int, method: str, how: dict[str, int]
) -> None:
    patches = rgb_patches(count=60, bend=0.2)
    noisy = np.array([p.values for p in patches])
    noisy *= 1 + 0.01 * np.random.default_rng(8).standard_normal(noisy.shape)
    patches = patches_of(noisy, np.array([p.xyz for p in patches]))
    reference = np.array([p.xyz for p in patches])
    found = candidates(noisy, reference)[index]
    assert found.left_out_xyz == pytest.approx(brute_force(patches, method, **how), rel=1e-6)


def test_left_out_predictions_of_a_ridge_are_those_of_refitting() -> None:
    patches = many_channels(30, 6, noise=0.01)
    measured = np.array([p.values for p in patches])
    reference = np.array([p.xyz for p in patches])
    for found in candidates(measured, reference)[::4]:
        for i in (0, 7, 29):
            others = np.arange(30) != i
            # Ridge as least squares on data extended by sqrt(penalty) times the identity.
            rows = np.vstack([measured[others], found.penalty**0.5 * np.eye(6)])
            weights = np.linalg.lstsq(
                rows, np.vstack([reference[others], np.zeros((6, 3))]), rcond=None
            )[0]
            assert found.left_out_xyz[i] == pytest.approx(measured[i] @ weights, rel=1e-5)


def test_what_errs_least_on_left_out_patches_is_taken_and_says_how_much() -> None:
    patches = many_channels(40, 18, noise=0.01)
    measured = np.array([p.values for p in patches])
    reference = np.array([p.xyz for p in patches])
    found = fit(patches, tuple(str(i) for i in range(18)))
    means = [each.errors.mean() for each in candidates(measured, reference)]
    assert found.expected.mean == pytest.approx(min(means))
    assert found.method == "ridge"
    assert found.expected.median <= found.expected.percentile_95 <= found.expected.worst
    assert found.expected.worst_patch in found.patches


def test_the_expected_error_holds_on_patches_nobody_fitted() -> None:
    everything = many_channels(800, 8, noise=0.01)
    names = tuple(str(i) for i in range(8))
    promised, found, spreads, actual = [], [], [], []
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(800)
        made = fit([everything[i] for i in order[:120]], names)
        fresh = [everything[i] for i in order[120:]]
        seen = channels_to_lab(made.to_xyz([p.values for p in fresh]))
        truth = channels_to_lab([p.xyz for p in fresh])
        promised.append(made.expected.mean)
        found.append(delta_e_2000(seen, truth).mean())
        spreads.append(np.diag(np.asarray(made.lab_covariance)))
        actual.append(((seen - truth) ** 2).mean(axis=0))
    # Taking the best of several fits flatters it a little; six draws know the mean to 5 %.
    assert np.mean(found) == pytest.approx(np.mean(promised), rel=0.12)
    assert np.mean(actual, axis=0) == pytest.approx(np.mean(spreads, axis=0), rel=0.25)


def test_noise_makes_the_ridge_hold_back() -> None:
    names = tuple(str(i) for i in range(18))
    quiet = fit(many_channels(80, 18, noise=0.0005), names)
    loud = fit(many_channels(80, 18, noise=0.03), names)
    assert loud.penalty > 10 * quiet.penalty


def test_twenty_four_patches_do_not_carry_thirteen_terms() -> None:
    patches = rgb_patches(24)
    measured, reference = (
        np.array([p.values for p in patches]),
        np.array([p.xyz for p in patches]),
    )
    assert [each.terms for each in candidates(measured, reference)] == pytest.approx([3, 6])
    patches = rgb_patches(39)
    measured, reference = (
        np.array([p.values for p in patches]),
        np.array([p.xyz for p in patches]),
    )
    assert [each.terms for each in candidates(measured, reference)] == pytest.approx([3, 6, 13])


def test_a_ridge_spends_no_more_free_terms_than_the_patches_carry() -> None:
    patches = many_channels(24, 18, noise=0.01)
    measured, reference = (
        np.array([p.values for p in patches]),
        np.array([p.xyz for p in patches]),
    )
    terms = [each.terms for each in candidates(measured, reference)]
    assert max(terms) <= 8.0
    assert len(terms) > 3


def test_eight_patches_carry_nothing_and_the_message_says_how_many_would() -> None:
    with pytest.raises(InsufficientPatches, match="at least 9"):
        fit(rgb_patches(8))
    assert fit(rgb_patches(9)).method == "linear"


def test_greys_alone_are_refused_even_with_a_little_noise() -> None:
    rng = np.random.default_rng(1)
    level = np.linspace(0.03, 0.9, 24)[:, None] * np.ones((1, 3))
    for noise in (0.0, 0.003):
        signal = level * (1 + noise * rng.standard_normal(level.shape))
        with pytest.raises(InsufficientPatches, match="lightness only"):
            fit(patches_of(signal, level))


@pytest.mark.parametrize(
    ("patches", "channels", "said"),
    [
        ([], RGB, "no patch"),
        (rgb_patches()[:1] * 12, RGB, "there twice"),
        (rgb_patches(), ("R", "G", "B", "C"), "4 channels"),
        (rgb_patches(), ("R", "G"), "fewer than three"),
        ([*rgb_patches(), Patch("x", (float("nan"), 0.1, 0.1), (0.1, 0.1, 0.1))], RGB, "numbers"),
    ],
)
def test_patches_that_make_no_sense_are_refused(
    patches: list[Patch], channels: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InsufficientPatches, match=said):
        fit(patches, channels)


def test_a_kept_correction_comes_back_the_same() -> None:
    found = fit(rgb_patches(bend=0.3))
    kept = json.loads(json.dumps(found.document()))
    again = from_document(kept)
    assert again == found
    reading = Channels(RGB, (0.51, 0.37, 0.22), 1.3)
    assert again(reading) == found(reading)
    assert kept["digest"] == found.digest
    assert len(found.digest) == 64


def test_the_digest_does_not_hang_on_the_order_of_members() -> None:
    kept = fit(rgb_patches()).document()
    assert from_document(dict(reversed(kept.items()))).digest == kept["digest"]


def alterations(kept: dict[str, object]) -> list[dict[str, object]]:
    matrix = json.loads(json.dumps(kept["matrix"]))
    matrix[1][1] = np.nextafter(matrix[1][1], 2.0)
    return [
        {**kept, "serial": "A2"},
        {**kept, "matrix": matrix},
        {**kept, "patches": [*kept["patches"], "more"]},  # type: ignore[misc]
        {**kept, "fitted_at": "2027-03-02T09:00:00+00:00"},
        {**kept, "expected": {**kept["expected"], "median": 0.01}},  # type: ignore[dict-item]
        {**kept, "lab_covariance": [[0, 0, 0]] * 3},
        {**kept, "condition": "D50/2"},
        {**kept, "note": "added"},
        {**kept, "digest": "0" * 64},
        {name: value for name, value in kept.items() if name != "digest"},
    ]


@pytest.mark.parametrize("which", range(10))
@pytest.mark.parametrize("key", [None, b"studio key"])
def test_any_alteration_is_noticed(which: int, key: bytes | None) -> None:
    kept = fit(rgb_patches(), key=key).document()
    with pytest.raises(AlteredCorrection):
        from_document(alterations(kept)[which], key)


def test_a_keyed_seal_needs_its_key() -> None:
    kept = fit(rgb_patches(), key=b"studio key").document()
    assert from_document(kept, b"studio key").keyed
    for wrong in (None, b"another"):
        with pytest.raises(AlteredCorrection):
            from_document(kept, wrong)


def reading(*values: float, serial: str = "A1", names: tuple[str, ...] = RGB) -> RawReading:
    return RawReading(
        Identity("smp-head", serial, "0.3"),
        Condition("45/0", "D65", "10"),
        None,
        AT,
        0,
        b"{}",
        channels=Channels(names, values, 1.3),
    )


def test_a_reading_of_another_head_is_not_corrected() -> None:
    found = fit(rgb_patches())
    with pytest.raises(NeedsCalibration, match=r"A1.*B7"):
        take_sample(reading(0.5, 0.4, 0.3, serial="B7"), found)


def test_channels_are_found_by_name_and_a_missing_one_is_an_error() -> None:
    found = fit(rgb_patches())
    straight = found(Channels(RGB, (0.5, 0.4, 0.3), 1.3))
    more = found(Channels(("IR", "B", "R", "G"), (0.9, 0.3, 0.5, 0.4), 1.3))
    assert more == straight
    with pytest.raises(NeedsCalibration, match="lacks channel B"):
        found(Channels(("R", "G"), (0.5, 0.4), 1.3))


def test_the_fits_own_error_reaches_the_tone() -> None:
    found = replace(
        fit(rgb_patches()), lab_covariance=((9.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 1.0))
    )
    exact = replace(found, lab_covariance=((0.0,) * 3,) * 3)
    tones = []
    for correction in (found, exact):
        site = Site("crown", SKIN)
        for _ in range(3):
            site = site.with_sample(take_sample(reading(0.5, 0.35, 0.25), correction))
        tones.append(np.asarray(form_tone([site]).covariance))
    assert tones[0] - tones[1] == pytest.approx(np.diag([9.0, 4.0, 1.0]))


def baseline(serial: str = "A1") -> Baseline:
    key = CalibrationKey(serial, None, None, 16.0, 168.0)
    return Baseline(key, "T-17", RGB, (100.0,) * 3, (40100.0,) * 3, (0.9,) * 3, 65535.0, AT)


def test_baseline_and_fit_together_turn_counts_into_colour() -> None:
    found = fit(rgb_patches())
    head = CalibratedHead(baseline(), found)
    counts = Channels(RGB, (20100.0, 10100.0, 4100.0), 65535.0)
    assert head(counts) == pytest.approx(tuple(MIX @ [0.45, 0.225, 0.09]))
    assert (head.serial, head.lab_covariance) == ("A1", found.lab_covariance)


def test_baseline_and_fit_of_two_heads_do_not_go_together() -> None:
    with pytest.raises(NeedsCalibration, match=r"B7.*A1"):
        CalibratedHead(baseline("B7"), fit(rgb_patches()))
