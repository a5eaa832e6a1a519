"""Back from colour to pigment and to density."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import Floats, channels_to_lab, lab_to_channels
from kiosk.matching.forward import dot_healed, field_healed
from kiosk.matching.inputs import InputError
from kiosk.matching.inverse import contrast, density_for, fraction_for
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommend import recommend_many
from tests.matching.worked import MEDIUM, illustrative

C = illustrative()
SKIN_Y = float(lab_to_channels(MEDIUM)[1])


def y_of(lightness: float) -> float:
    return float(lab_to_channels([lightness, 0.0, 0.0])[1])


def test_inverse_of_forward_on_measured_skins(nist_skins: Floats) -> None:
    assert nist_skins.shape == (100, 3)
    drawn = np.random.default_rng(20).uniform(1 / 61, 1 / 11, 100)
    dots = channels_to_lab(dot_healed(lab_to_channels(nist_skins), drawn, C))
    # A follicle that hides the skin completely makes the dot itself the target.
    found = recommend_many(nist_skins, dots, replace(C, follicle_opacity=1.0))
    assert found.fraction == pytest.approx(drawn, abs=1e-6)
    assert found.residual[:, 0] == pytest.approx(np.zeros(100), abs=1e-9)


@pytest.mark.parametrize(
    ("drop", "ratio", "cover", "dots", "too_dense"),
    [
        (1.0, 20, 0.0355740932, 215.43, False),
        (1.0, 40, 0.0576284837, 348.99, False),
        (3.0, 20, 0.1059819746, 641.81, True),
    ],
)
def test_density_for_a_darker_field(
    drop: float, ratio: int, cover: float, dots: float, too_dense: bool
) -> None:
    density = density_for(SKIN_Y, y_of(MEDIUM[0] - drop), fraction_of(ratio), C)
    assert density.cover == pytest.approx(cover, abs=1e-9)
    assert density.dots_per_cm2 == pytest.approx(dots, abs=0.005)
    assert bool(density.denser_than_natural) is too_dense


def test_a_field_no_darker_than_skin_needs_no_dots() -> None:
    density = density_for([SKIN_Y, SKIN_Y], [SKIN_Y, 0.9], 0.03, C)
    assert density.cover.tolist() == [0.0, 0.0]
    assert density.dots_per_cm2.tolist() == [0.0, 0.0]
    assert not density.denser_than_natural.any()


@given(cover=st.floats(0.0, 0.5), ratio=st.integers(5, 80))
def test_density_undoes_the_field(cover: float, ratio: int) -> None:
    skin = lab_to_channels(MEDIUM)
    field = field_healed(skin, fraction_of(ratio), cover, C)
    assert density_for(skin[1], field[1], fraction_of(ratio), C).cover == pytest.approx(
        cover, abs=1e-12
    )


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((SKIN_Y, 0.2, 0.0), "fraction"),
        ((SKIN_Y, 0.2, math.nan), "fraction"),
        ((0.0, 0.2, 0.03), "skin Y"),
        ((SKIN_Y, 1.2, 0.03), "target Y"),
        ((SKIN_Y, 0.0, 0.03), "target Y"),
    ],
)
def test_density_refuses_what_has_no_answer(
    arguments: tuple[float, float, float], field: str
) -> None:
    with pytest.raises(InputError, match=field):
        density_for(*arguments, C)


def test_contrast_where_nothing_is_reflected() -> None:
    assert contrast([0.0, 0.2, 0.2], [0.1, 0.0, 0.2]).tolist() == [-math.inf, math.inf, 0.0]


def test_stronger_ink_needs_less_of_it() -> None:
    weak = fraction_for(0.9, replace(C, strength=0.85))
    assert weak / fraction_for(0.9, C) == pytest.approx(1.176, rel=0.03)
    assert fraction_for(0.9, replace(C, gain=2.0)) == pytest.approx(fraction_for(0.9, C) / 2)
