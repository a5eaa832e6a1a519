"""From reflectance to CIELAB, against the definition.

The captured spectra of a real unit are compared with its maker's display in tests/drivers.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.colorimetry import lab_to_srgb, spectrum_to_lab
from tests.calibration.surfaces import flat


@settings(deadline=None)
@given(st.floats(0.009, 1.0))
def test_a_grey_has_the_lightness_of_the_definition_and_no_colour(level: float) -> None:
    # CIE 15:2018, 8.2.1.1: L* = 116 f(Y/Yn) - 16; a flat reflectance has Y/Yn = level.
    lightness, a, b = spectrum_to_lab(flat(level).spectrum)
    assert lightness == pytest.approx(116.0 * level ** (1.0 / 3.0) - 16.0, abs=1e-6)
    # The unit's 400 to 700 nm leave out a little of what the tabulated white was summed over.
    assert (a, b) == pytest.approx((0.0, 0.0), abs=0.06)


def test_white_black_and_middle_grey_on_a_screen() -> None:
    # IEC 61966-2-1: L* 50 is Y 0.1842, which the sRGB curve encodes as 119/255.
    shown = lab_to_srgb([[100, 0, 0], [0, 0, 0], [50, 0, 0]])
    assert shown[0] == pytest.approx([1, 1, 1], abs=2e-3)
    assert shown[1] == pytest.approx([0, 0, 0], abs=2e-3)
    assert np.round(shown[2] * 255) == pytest.approx([119, 119, 119])
