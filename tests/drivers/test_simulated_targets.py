from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.colorimetry import channels_to_lab, reflectance_to_channels
from drivers.simulators.targets import NAMES, TargetError, load

pytestmark = pytest.mark.filterwarnings("ignore:Aligning")

# Colours asked of the targets, D65 and 10 degrees, and how near.
COLOURS = {
    "tile": ((90.52, -0.98, 0.06), 0.1),
    "black": ((0.5, 0.0, 0.0), 0.5),
    "skin-light": ((66.0, 10.0, 15.0), 2.0),
    "skin-medium": ((57.0, 11.5, 17.0), 0.05),
    "skin-dark": ((38.0, 10.0, 13.5), 0.05),
    "hair-black": ((18.37, -0.05, -0.84), 0.05),
    "hair-brown": ((23.0, 4.0, 4.7), 0.05),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_named_target_has_its_colour_and_is_smooth(name: str) -> None:
    target = load(name)
    lab, tolerance = COLOURS[name]
    colour = channels_to_lab(reflectance_to_channels(400, 10, target.reflectance))
    assert np.linalg.norm(colour - lab) < tolerance
    assert all(0 < value < 1 for value in target.reflectance)
    assert np.abs(np.diff(target.reflectance)).max() < 0.08


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.csv"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_file_is_read_between_its_points(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffwavelength_nm,reflectance\n380,0.0\n555,0.35\n\n780,0.8\n")
    target = load(path)
    assert len(target.reflectance) == 31
    assert target.reflectance[0] == pytest.approx(0.04)
    assert target.reflectance[30] == pytest.approx(0.35 + 0.45 * 145 / 225)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1"),
        ("nm,R\n400,0.1\n700,0.1\n", "line 1"),
        ("wavelength_nm,reflectance\n", "400 to 700"),
        ("wavelength_nm,reflectance\n410,0.1\n700,0.1\n", "400 to 700"),
        ("wavelength_nm,reflectance\n400,0.1\n690,0.1\n", "400 to 700"),
        ("wavelength_nm,reflectance\n400,0.1\n700,x\n", "line 3"),
        ("wavelength_nm,reflectance\n400,0,1\n700,0,1\n", "decimals"),
        ("wavelength_nm,reflectance\n400,0.1\n700,nan\n", "line 3"),
        ("wavelength_nm,reflectance\nnan,0.1\n700,0.1\n", "line 2"),
        ("wavelength_nm,reflectance\n400,-0.1\n700,0.1\n", "line 2"),
        ("wavelength_nm,reflectance\n400,35.1\n700,44.0\n", "fraction"),
        ("wavelength_nm,reflectance\n400,0.1\n400,0.2\n700,0.1\n", "rise"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        load(write(tmp_path, text))


def test_a_name_that_is_neither_target_nor_file_lists_the_targets(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="skin-dark"):
        load("moon")
    with pytest.raises(TargetError, match="cannot be read"):
        load(str(tmp_path / "gone.csv"))
    with pytest.raises(TargetError, match="cannot be read"):
        load(str(tmp_path))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xff\xfe\x00w")
    with pytest.raises(TargetError, match="cannot be read"):
        load(str(path))
