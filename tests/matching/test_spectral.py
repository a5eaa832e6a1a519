"""Spectra against channels, the skin basis, other lights, and the law of opaque swatches."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import (
    Floats,
    channel_weights,
    channels_to_lab,
    delta_e_2000,
    reflectance_to_channels,
)
from kiosk.matching.forward import dot_healed, dot_later, field_healed, sessions_later
from kiosk.matching.inputs import InputError
from kiosk.matching.kubelka import dot_opaque, ks, ks_inv
from kiosk.matching.labels import monk_label
from kiosk.matching.ladder import fraction_of
from kiosk.matching.metamerism import metamerism
from kiosk.matching.recommend import recommend_many
from kiosk.matching.spectral import (
    WAVELENGTHS_NM,
    absorbance_ratio,
    nist_spectra,
    skin_basis,
    skin_spectra,
    spectral_dot,
    spectral_field,
    spectrum_to_channels,
    weights,
)
from kiosk.matching.tone import tone_of_angle
from tests.matching.worked import BLACK, MEDIUM, illustrative

C = illustrative()
SOFT = replace(C, undertone=0.5, kappa_x=0.984, kappa_z=1.106)
HARD = replace(C, undertone=1.0, kappa_x=0.968, kappa_z=1.223)

# The reference set holds no dark skin; these are built on its basis, down to L* 25.
DARK_LABS = np.array(
    [(level, a, b) for level in (25, 30, 38, 45) for a, b in ((8, 9), (10, 13.5), (11, 15))], float
)


def skins(observer: int) -> Floats:
    dark = skin_spectra(DARK_LABS, observer=observer)
    assert dark.solved.all()
    return np.vstack([nist_spectra(), dark.reflectance])


def test_three_coefficients_of_a_published_check() -> None:
    found = skin_spectra(MEDIUM, observer=2)
    assert found.solved
    assert found.coefficients == pytest.approx([1.978698, 0.093832, 0.024749], abs=2e-6)
    at = np.searchsorted(WAVELENGTHS_NM, [450, 550, 650])
    assert found.reflectance[at] == pytest.approx([0.155356, 0.214293, 0.435440], abs=1e-6)


def test_white_of_the_weights() -> None:
    # Sums of D65 times the 2 degree observer, 400 to 700 nm in tens, over that of Y.
    grid = np.arange(400, 701, 10)
    rows = channel_weights(grid, observer=2)
    assert rows.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])
    flat = spectrum_to_channels(np.full((2, 31), 0.3), illuminant="A", observer=2)
    assert flat == pytest.approx(np.full((2, 3), 0.3))


@pytest.mark.parametrize(
    ("grid", "illuminant", "observer"),
    [([400, 410, 430], "D65", 10), ([400], "D65", 10), ([400, 410], "moon", 10),
     ([400, 410], "D65", 5), ([410, 400], "D65", 2)],
)  # fmt: skip
def test_weights_that_do_not_exist(grid: list[float], illuminant: str, observer: int) -> None:
    with pytest.raises(ValueError, match=r"grid|weights"):
        channel_weights(grid, illuminant=illuminant, observer=observer)


def test_own_weights_agree_with_the_instrument_path() -> None:
    # The adapter normalises with the tabulated white, these with their own sum: up to 1e-3.
    ours = channels_to_lab(spectrum_to_channels(nist_spectra()))
    theirs = channels_to_lab(reflectance_to_channels(400, 10, nist_spectra()))
    assert delta_e_2000(ours, theirs).max() < 0.05


@given(
    lab=st.tuples(st.floats(18.0, 75.0), st.floats(3.0, 18.0), st.floats(4.0, 24.0)),
    observer=st.sampled_from([2, 10]),
)
def test_newton_gives_the_colour_back(lab: tuple[float, float, float], observer: int) -> None:
    found = skin_spectra(lab, observer=observer)
    if found.solved:
        back = channels_to_lab(spectrum_to_channels(found.reflectance, observer=observer))
        assert back == pytest.approx(np.array(lab), abs=1e-6)
    assert np.isfinite(found.reflectance).all()
    assert (found.reflectance > 0).all()


@pytest.mark.parametrize("lab", [(91.8, 45.3, -19.7), (79.0, 53.9, 6.6), (97.4, 42.5, 28.6)])
def test_far_from_skin_newton_needs_its_shorter_steps(lab: tuple[float, float, float]) -> None:
    assert skin_spectra(lab).solved


def test_a_colour_no_skin_spectrum_has_is_said_not_to_be_solved() -> None:
    wild = np.random.default_rng(3).uniform((0, -200, -200), (100, 200, 200), (500, 3))
    found = skin_spectra(wild)
    assert not found.solved.all()
    assert np.isfinite(found.reflectance).all()


def test_measured_skins_come_back_as_spectra() -> None:
    found = skin_spectra(channels_to_lab(spectrum_to_channels(nist_spectra())).reshape(4, 25, 3))
    assert found.solved.all()
    assert found.reflectance.shape == (4, 25, 31)
    off = found.reflectance.reshape(100, 31) - nist_spectra()
    assert np.median(np.sqrt(np.mean(off**2, axis=-1))) < 0.013


def test_the_basis_is_orthonormal() -> None:
    mean, components = skin_basis()
    assert mean.shape == (31,)
    assert components @ components.T == pytest.approx(np.eye(3), abs=1e-5)


@pytest.mark.parametrize(
    ("p", "ratio", "kappa_x", "kappa_z"),
    [
        (0.0, 1.000, 1.000, 1.000),
        (0.25, 0.995, 0.992, 1.052),
        (0.5, 0.990, 0.984, 1.106),
        (0.75, 0.984, 0.976, 1.163),
        (1.0, 0.979, 0.968, 1.223),
        (1.3, 0.973, 0.959, 1.299),
    ],
)
def test_channel_factors_come_out_of_the_spectra(
    p: float, ratio: float, kappa_x: float, kappa_z: float
) -> None:
    """The shipped table was computed for the 2 degree observer, 1:30, retention 0.60."""
    found = absorbance_ratio(p, 30.0, 2)
    assert found == pytest.approx(ratio, abs=1.5e-3)
    skin = np.exp(skin_basis()[0])
    dot = spectral_dot(skin, fraction_of(30), replace(C, undertone=p), observer=2)
    rows = weights("D65", 2)
    depth = np.log((rows @ skin) / (rows @ dot))
    assert depth / depth[1] == pytest.approx([kappa_x, 1.0, kappa_z], abs=1.2e-3)


@pytest.mark.parametrize(
    ("constants", "ratio", "median", "largest"),
    [
        (SOFT, 20, 0.10, 0.6),
        (SOFT, 40, 0.10, 0.6),
        (SOFT, 60, 0.10, 0.6),
        (HARD, 20, 0.20, 0.8),
        (HARD, 40, 0.20, 0.8),
        (HARD, 10, 0.60, 1.1),
    ],
)
def test_channels_are_enough_for_the_dot(
    constants: object, ratio: int, median: float, largest: float
) -> None:
    skin = skins(2)
    amount = np.full(len(skin), fraction_of(ratio))
    spectra = spectral_dot(skin, amount, constants, observer=2)  # type: ignore[arg-type]
    channels = dot_healed(spectrum_to_channels(skin, observer=2), amount, constants)  # type: ignore[arg-type]
    off = delta_e_2000(
        channels_to_lab(spectrum_to_channels(spectra, observer=2)), channels_to_lab(channels)
    )
    assert np.median(off) <= median
    assert off.max() <= largest


@pytest.mark.parametrize(("constants", "largest"), [(SOFT, 0.03), (HARD, 0.07)])
def test_channels_are_enough_for_the_field(constants: object, largest: float) -> None:
    skin = skins(2)
    for ratio in (20, 40, 60):
        amount = np.full(len(skin), fraction_of(ratio))
        spectra = spectral_field(skin, amount, 0.05, constants, observer=2)  # type: ignore[arg-type]
        channels = field_healed(spectrum_to_channels(skin, observer=2), amount, 0.05, constants)  # type: ignore[arg-type]
        off = delta_e_2000(
            channels_to_lab(spectrum_to_channels(spectra, observer=2)), channels_to_lab(channels)
        )
        assert off.max() <= largest


def test_the_ten_degree_observer_costs_a_little_more() -> None:
    """The shipped factors are those of 2 degrees; instruments here report 10."""
    skin = skins(10)
    amount = np.full(len(skin), fraction_of(20))
    spectra = channels_to_lab(spectrum_to_channels(spectral_dot(skin, amount, SOFT)))
    channels = channels_to_lab(dot_healed(spectrum_to_channels(skin), amount, SOFT))
    off = delta_e_2000(spectra, channels)
    assert np.median(off) <= 0.30
    assert off.max() <= 0.6


def test_very_dark_skins_are_neither_clamped_nor_given_a_band_of_others() -> None:
    arrays = recommend_many(DARK_LABS, BLACK, C)
    for index, lab in enumerate(DARK_LABS):
        row = arrays.row(index)
        ita = math.degrees(math.atan2(lab[0] - 50, lab[2]))
        assert row.skin == tone_of_angle(ita)
        assert row.skin.band == ("dark" if ita <= -30 else "brown")
        assert row.target_lab[0] < lab[0]
        assert row.status in ("recipe", "off-ladder", "low-contrast", "no-recipe")
    q = arrays.q.reshape(4, 3)
    assert (np.diff(q, axis=0) > 0).all()


def test_spectra_keep_any_leading_shape() -> None:
    skin = np.broadcast_to(nist_spectra()[:4].reshape(2, 2, 31), (3, 2, 2, 31))
    amount = np.linspace(0.01, 0.05, 4).reshape(2, 2)
    assert spectral_dot(skin, amount, C).shape == (3, 2, 2, 31)
    assert spectral_field(skin, amount, 0.05, C).shape == (3, 2, 2, 31)
    fresh = spectral_dot(skin, amount, C, healed=False)
    assert (fresh < spectral_dot(skin, amount, C)).all()
    assert spectral_dot(skin, 0.0, C) == pytest.approx(skin)


def test_a_pair_of_one_spectrum_is_no_metamer() -> None:
    spectrum = nist_spectra()[0]
    for found in metamerism(spectrum, spectrum):
        assert (found.difference, found.index) == (0.0, 0.0)


def test_a_daylight_match_of_other_build_shows_under_lamps() -> None:
    lab = channels_to_lab(spectrum_to_channels(nist_spectra()[0]))
    rebuilt = skin_spectra(lab).reflectance
    lamp, led = metamerism(nist_spectra()[0], rebuilt)
    assert (lamp.light, led.light) == ("A", "LED-B3")
    # The match in daylight is exact, so index and difference are one.
    assert lamp.index == pytest.approx(lamp.difference, abs=1e-6)
    assert lamp.index > led.index > 0.0
    json.dumps(lamp.as_dict(), allow_nan=False)


def test_a_plain_difference_is_taken_out_of_the_index() -> None:
    spectrum = nist_spectra()[0]
    (lamp,) = metamerism(spectrum, 0.8 * spectrum, ["A"])
    assert lamp.difference > 5.0
    assert lamp.index < 0.5


def test_spectra_off_the_grid_are_refused() -> None:
    with pytest.raises(InputError, match="grid"):
        metamerism(np.full(30, 0.2), np.full(30, 0.2))


@pytest.mark.parametrize(
    ("code", "lab", "step"),
    [("#f6ede4", (94.211, 1.511, 5.433), 1), ("#a07e56", (55.141, 7.789, 26.747), 6),
     ("#292420", (14.61, 1.485, 3.528), 10)],
)  # fmt: skip
def test_steps_of_the_scale_are_their_own_labels(
    code: str, lab: tuple[float, float, float], step: int
) -> None:
    label = monk_label(lab)
    assert (label.step, label.code) == (step, code)
    assert label.difference < 0.01
    assert "not a measurement" in label.sentence


@pytest.mark.parametrize(("r", "value"), [(0.5, 0.25), (0.25, 1.125), (0.05, 9.025), (1.0, 0.0)])
def test_kubelka_munk_by_hand(r: float, value: float) -> None:
    assert ks(r) == pytest.approx(value)
    assert ks_inv(value) == pytest.approx(r)


@pytest.mark.parametrize(
    ("q", "r"), [(1.0, 0.2679491924311228), (2.0, 0.1715728752538097), (1e12, 5e-13)]
)
def test_its_inverse_keeps_its_digits(q: float, r: float) -> None:
    assert ks_inv(q) == pytest.approx(r, rel=1e-12)


@pytest.mark.parametrize("bad", [0.0, -0.1, 1.0001, math.nan])
def test_no_reflectance_no_ks(bad: float) -> None:
    with pytest.raises(InputError, match="reflectance"):
        ks(bad)
    with pytest.raises(InputError, match="K/S"):
        ks_inv(-0.1)


def test_swatches_of_a_made_up_card() -> None:
    """Blank 0.86, 0.86, 0.84; K/S of neat ink 14, 14.3, 14.9; L* computed elsewhere."""
    card = dot_opaque([0.86, 0.86, 0.84], fraction_of([80, 40, 20, 10, 5]), [14.0, 14.3, 14.9])
    assert channels_to_lab(card)[:, 0] == pytest.approx(
        [78.850302, 72.106608, 63.921243, 54.815667, 45.720226], abs=1e-6
    )


def test_pigment_that_spreads_covers_more_and_darkens_less() -> None:
    skin = np.full(3, 0.25)
    assert dot_later(skin, 0.03, C) == pytest.approx(dot_healed(skin, 0.03, C))
    spread = dot_later(skin, 0.03, C, remaining=0.8, spread=1.2)
    assert spread == pytest.approx(dot_healed(skin, 0.03 * 0.8 / 1.44, C))
    field = sessions_later(skin, [0.03], [0.05], C, remaining=0.8, spread=1.2)
    assert field == pytest.approx(field_healed(skin, 0.03 * 0.8 / 1.44, 0.05 * 1.44, C))
    gone = sessions_later(skin, [0.03, 0.02], [0.05, 0.03], C, remaining=0.0)
    assert gone == pytest.approx(skin)


def test_the_same_pigment_on_more_area_makes_a_darker_field() -> None:
    # Thin films absorb more per pigment than thick ones: blur darkens, it does not fade.
    skin = np.full(3, 0.25)
    wide = sessions_later(skin, [0.05], [0.05], C, spread=1.5)
    assert (wide < field_healed(skin, 0.05, 0.05, C)).all()


def test_dots_may_not_spread_over_everything() -> None:
    with pytest.raises(InputError, match="no skin between"):
        sessions_later(np.full(3, 0.25), [0.03], [0.3], C, spread=2.0)
    with pytest.raises(InputError, match="spread"):
        dot_later(np.full(3, 0.25), 0.03, C, spread=0.9)
