"""Typology angle, bands, doubt near a boundary, and what cannot be skin."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import Floats
from kiosk.matching.inputs import InputError
from kiosk.matching.tone import BANDS, ita_degrees, skin_plausible, tone_dict, tone_of_angle
from tests.matching.conftest import DATA

with (DATA / "ita_vectors.csv").open() as lines:
    VECTORS = list(csv.DictReader(lines))


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["note"])
def test_published_and_boundary_angles(row: dict[str, str]) -> None:
    tone = tone_dict([float(row["L"]), 10.0, float(row["b"])])
    assert tone["ita"] == pytest.approx(float(row["ITA_deg"]), abs=5e-4)
    assert tone["band"] == row["class_DelBino"]


def test_angles_of_measured_skins(nist_skins: Floats) -> None:
    bands = [tone_dict(lab)["band"] for lab in nist_skins]
    counts = [bands.count(band) for band in BANDS]
    # The reference set holds no dark skin.
    assert counts == [0, 5, 4, 10, 63, 18]


@given(lightness=st.floats(0.0, 100.0), yellow=st.floats(-200.0, 0.0))
def test_no_angle_and_no_band_without_yellow(lightness: float, yellow: float) -> None:
    tone = tone_dict([lightness, 10.0, yellow])
    assert tone["ita"] is None
    assert tone["band"] is None
    assert tone["band_certain"] is False
    assert tone["plausible"] is False
    assert "not defined" in str(tone["reason"])


@pytest.mark.parametrize("boundary", [-30.0, 10.0, 28.0, 41.0, 55.0])
@pytest.mark.parametrize(("off", "certain"), [(0.0, False), (2.3, False), (2.5, True)])
def test_near_a_boundary_both_bands_are_named(boundary: float, off: float, certain: bool) -> None:
    for angle in (boundary - off, boundary + off):
        tone = tone_of_angle(angle)
        assert tone.band_certain is certain
        assert len(tone.bands) == (1 if certain else 2)
        assert tone.band in tone.bands


def test_doubt_is_said_in_words() -> None:
    # atan((L - 50)/b) = 28.1 degrees at b 15.
    lightness = 50.0 + 15.0 * math.tan(math.radians(28.1))
    tone = tone_dict([lightness, 10.0, 15.0])
    assert tone["bands"] == ["tan", "intermediate"]
    assert "intermediate/tan" in str(tone["reason"])


def test_plain_skin_has_no_reason() -> None:
    tone = tone_dict([57.0, 11.5, 17.0])
    assert (tone["plausible"], tone["reason"]) == (True, None)


def test_very_dark_skin_is_not_moved_to_a_lighter_band() -> None:
    tone = tone_dict([30.0, 8.0, 8.0])
    assert tone["ita"] == pytest.approx(-68.2, abs=0.05)
    assert tone["band"] == "dark"


@pytest.mark.parametrize(
    ("lab", "named"),
    [
        ((21.9, 11.0, 15.0), "L*"),
        ((72.1, 11.0, 15.0), "L*"),
        ((57.0, 2.9, 15.0), "a*"),
        ((57.0, 23.1, 15.0), "a*"),
        ((57.0, 11.0, 3.9), "b*"),
        ((57.0, 11.0, 28.1), "b*"),
    ],
)
def test_outside_the_window_the_value_is_named(lab: tuple[float, float, float], named: str) -> None:
    plausible, reason = skin_plausible(lab)
    assert not plausible
    assert reason is not None
    assert reason.startswith("Is the probe on skin?")
    assert named in reason


@pytest.mark.parametrize("lab", [(22.0, 3.0, 4.0), (72.0, 23.0, 28.0)])
def test_the_window_holds_its_ends(lab: tuple[float, float, float]) -> None:
    assert skin_plausible(lab) == (True, None)


def test_six_forearm_averages_are_lighter_than_the_window(nist_skins: Floats) -> None:
    assert sum(not skin_plausible(lab)[0] for lab in nist_skins) == 6


def test_angles_of_arrays_keep_their_shape() -> None:
    angles = ita_degrees(np.array([[[70.0, 5.0, 10.0], [50.0, 5.0, -1.0]]]))
    assert angles.shape == (1, 2)
    assert angles[0, 0] == pytest.approx(63.4349, abs=1e-4)
    assert np.isnan(angles[0, 1])


def test_more_than_one_colour_is_refused() -> None:
    with pytest.raises(InputError, match="not one colour"):
        tone_dict([[57.0, 11.5, 17.0]])
