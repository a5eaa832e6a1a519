"""Dots, fields and sessions: published primitives, computed cases, laws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000, lab_to_channels
from kiosk.matching import forward
from kiosk.matching.constants import default_constants
from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import fraction_of
from tests.matching.worked import BROWN, DARK, FAIR, MEDIUM, Triple, illustrative

C = illustrative()

RATIOS = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 80)
HEALED_LIGHTNESS: dict[Triple, tuple[float, ...]] = {
    FAIR: (0.7, 10.9, 21.8, 29.2, 34.4, 38.3, 41.3, 43.7, 45.6, 47.2, 48.6, 49.7, 53.0),
    MEDIUM: (0.6, 8.5, 18.5, 25.2, 30.0, 33.6, 36.3, 38.5, 40.2, 41.7, 42.9, 44.0, 46.9),
    BROWN: (0.4, 6.0, 14.7, 20.7, 25.0, 28.1, 30.6, 32.5, 34.1, 35.4, 36.5, 37.4, 40.1),
    DARK: (0.2, 3.5, 9.5, 14.5, 18.0, 20.7, 22.7, 24.3, 25.6, 26.7, 27.6, 28.4, 30.6),
}

skins = st.tuples(st.floats(25.0, 75.0), st.floats(4.0, 20.0), st.floats(5.0, 25.0)).map(
    lambda lab: lab_to_channels(lab)
)
fractions = st.floats(0.0, 0.2)
covers = st.floats(0.0, 0.3)


def lightness(channels: Floats) -> float:
    return float(channels_to_lab(channels)[0])


@pytest.mark.parametrize("skin", HEALED_LIGHTNESS)
def test_healed_dot_over_the_ladder(skin: Triple) -> None:
    dots = forward.dot_healed(lab_to_channels(skin), fraction_of(RATIOS), C)
    assert channels_to_lab(dots)[:, 0] == pytest.approx(HEALED_LIGHTNESS[skin], abs=0.051)


def test_fraction_of_one_in_twenty() -> None:
    assert fraction_of(20) == pytest.approx(0.047619, abs=5e-7)


@pytest.mark.parametrize(
    ("n", "expected"), [(1.0, 0.41), (1.7, 0.380527065739), (2.0, 0.372596442563)]
)
def test_field_is_yule_nielsen(n: float, expected: float) -> None:
    # Paper 0.5, solid ink 0.05, cover 0.2; the dot law gives that solid at A c rho = ln(10)/2.
    constants = replace(C, yule_nielsen=n, A0=10.0, kappa_x=1.0, kappa_z=1.0, retention=1.0)
    field = forward.field_healed(np.full(3, 0.5), math.log(10.0) / 20.0, 0.2, constants)
    assert field == pytest.approx([expected] * 3, abs=1e-12)


def test_field_of_one_session() -> None:
    skin = lab_to_channels(MEDIUM)
    healed = channels_to_lab(forward.field_healed(skin, fraction_of(20), 0.025, C))
    fresh = channels_to_lab(forward.field_fresh(skin, fraction_of(20), 0.025, C))
    assert healed == pytest.approx([56.2980, 11.4214, 16.9037], abs=1e-4)
    assert fresh == pytest.approx([54.1977, 11.1507, 16.5344], abs=1e-4)


def test_field_after_three_sessions() -> None:
    skin = lab_to_channels(MEDIUM)
    amounts, share = fraction_of([50, 35, 25]), np.array([0.025, 0.030, 0.030])
    for sessions, expected_l, expected_de, expected_cover in (
        (1, 56.637736, 0.3351, 0.025),
        (2, 56.064991, 0.8688, 0.05425),
        (3, 55.343136, 1.5485, 0.0826225),
    ):
        field = forward.sessions_healed(skin, amounts[:sessions], share[:sessions], C)
        lab = channels_to_lab(field)
        assert lab[0] == pytest.approx(expected_l, abs=1e-6)
        assert delta_e_2000(MEDIUM, lab) == pytest.approx(expected_de, abs=1e-4)
        assert forward.total_cover(share[:sessions]) == pytest.approx(expected_cover, abs=1e-12)


def test_sessions_are_demichels_sum() -> None:
    skin = lab_to_channels(MEDIUM)
    amounts, share = fraction_of([40, 25]), [0.04, 0.07]
    per_pass = forward.absorbance(C) * C.retention
    total = np.zeros(3)
    for first in (0, 1):
        for second in (0, 1):
            weight = (share[0] if first else 1 - share[0]) * (share[1] if second else 1 - share[1])
            depth = per_pass * (first * amounts[0] + second * amounts[1])
            total += weight * np.exp(-depth * 2 / C.yule_nielsen)
    expected = skin * total**C.yule_nielsen
    assert forward.sessions_healed(skin, amounts, share, C) == pytest.approx(expected, abs=1e-15)


def test_cover_of_two_sessions() -> None:
    assert forward.total_cover([0.10, 0.10]) == pytest.approx(0.19, abs=1e-15)


@pytest.mark.parametrize(
    ("n", "expected"),
    [(2.0, (56.0, 54.5, 53.1, 51.0, 46.9)), (1.0, (56.5, 55.8, 55.0, 54.0, 51.8))],
)
def test_darkest_field_is_set_by_cover(n: float, expected: tuple[float, ...]) -> None:
    solid = replace(C, A0=1000.0, yule_nielsen=n)
    cover = np.array([0.02, 0.05, 0.08, 0.12, 0.20])
    field = forward.field_healed(lab_to_channels(MEDIUM), 1.0, cover, solid)
    assert channels_to_lab(field)[:, 0] == pytest.approx(expected, abs=0.051)


@given(skin=skins, less=fractions, more=fractions)
def test_more_pigment_never_lightens(skin: Floats, less: float, more: float) -> None:
    less, more = sorted((less, more))
    assert lightness(forward.dot_healed(skin, more, C)) <= lightness(
        forward.dot_healed(skin, less, C)
    )
    assert lightness(forward.field_healed(skin, more, 0.08, C)) <= lightness(
        forward.field_healed(skin, less, 0.08, C)
    )


@given(skin=skins, amount=fractions, cover=covers)
def test_nothing_put_in_is_bare_skin(skin: Floats, amount: float, cover: float) -> None:
    for bare in (
        forward.dot_fresh(skin, 0.0, C),
        forward.dot_healed(skin, 0.0, C),
        forward.field_healed(skin, 0.0, cover, C),
        forward.field_fresh(skin, amount, 0.0, C),
        forward.sessions_healed(skin, [amount, 0.0], [0.0, cover], C),
    ):
        assert bare == pytest.approx(skin, abs=1e-15)


@given(skin=skins, amount=st.floats(0.001, 0.2), cover=st.floats(0.001, 0.3))
def test_fresh_is_darker_than_healed(skin: Floats, amount: float, cover: float) -> None:
    assert (forward.dot_fresh(skin, amount, C) < forward.dot_healed(skin, amount, C)).all()
    fresh = forward.field_fresh(skin, amount, cover, C)
    assert (fresh < forward.field_healed(skin, amount, cover, C)).all()


@given(
    skin=skins,
    sessions=st.lists(st.tuples(st.floats(0.001, 0.2), st.floats(0.001, 0.1)), min_size=2),
    data=st.data(),
)
def test_sessions_darken_in_any_order(
    skin: Floats, sessions: list[tuple[float, float]], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(sessions))
    amounts, share = np.array(sessions).T
    other_amounts, other_share = np.array(other).T
    whole = forward.sessions_healed(skin, amounts, share, C)
    again = forward.sessions_healed(skin, other_amounts, other_share, C)
    assert whole == pytest.approx(again, rel=1e-12)
    assert (whole < forward.sessions_healed(skin, amounts[:-1], share[:-1], C)).all()


def test_leading_dimensions_are_free() -> None:
    skin = np.broadcast_to(lab_to_channels(MEDIUM), (4, 5, 3))
    amount = np.linspace(0.0, 0.1, 5)
    assert forward.dot_healed(skin, amount, C).shape == (4, 5, 3)
    assert forward.sessions_healed(skin, np.full(2, 0.02), np.full(2, 0.03), C).shape == (4, 5, 3)
    row = forward.dot_healed(skin, amount, C)[2, 3]
    assert row == pytest.approx(forward.dot_healed(skin[0, 0], amount[3], C), abs=0.0)


@pytest.mark.parametrize("bad", [-0.01, 1.01, math.nan, "much"])
def test_a_fraction_that_cannot_be_is_named(bad: object) -> None:
    with pytest.raises(InputError, match="fraction") as caught:
        forward.dot_fresh(np.full(3, 0.2), bad, C)  # type: ignore[arg-type]
    assert caught.value.mend


@pytest.mark.parametrize("bad", [-0.1, 1.0, math.nan])
def test_a_cover_that_cannot_be_is_named(bad: float) -> None:
    with pytest.raises(InputError, match="cover"):
        forward.field_healed(np.full(3, 0.2), 0.02, bad, C)


def test_fresh_dots_must_leave_skin_between_them() -> None:
    with pytest.raises(InputError, match="no skin between fresh dots"):
        forward.field_fresh(np.full(3, 0.2), 0.02, 0.34, default_constants())
