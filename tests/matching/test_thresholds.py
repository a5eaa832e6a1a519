"""Thresholds as versioned data, and the skin indices."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.colorimetry import Floats
from kiosk.matching.constants import ConstantsError
from kiosk.matching.indices import erythema_index, indices_of_spectrum, melanin_index
from kiosk.matching.inputs import InputError
from kiosk.matching.thresholds import default_thresholds, load_thresholds
from tests.matching.worked import FAIR, MEDIUM

T = default_thresholds()


def written(folder: Path, text: str) -> Path:
    path = folder / "studio.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_values() -> None:
    assert load_thresholds() is T
    assert T.version == "2026.1"
    assert (T.perceptible_fair, T.acceptable_fair) == (0.8, 1.8)
    assert (T.perceptible_dark, T.acceptable_dark) == (1.3, 2.6)
    assert (T.zone_split, T.instrument_drift, T.hue_alarm) == (4.0, 2.0, 3.0)
    assert (T.healed_days, T.settled_days, T.erythema_rise) == (7, 28, 3.0)
    assert (T.least_anchors, T.rungs_darker, T.gain_pseudo_outcomes) == (2, 1, 5.0)


def test_a_file_may_change_one(tmp_path: Path) -> None:
    changed = load_thresholds(written(tmp_path, "hue_alarm = 2.5"))
    assert changed == replace(T, hue_alarm=2.5, version=changed.version)
    assert changed.version.startswith("2026.1+")
    assert load_thresholds(written(tmp_path, "")) == T


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ("hue_alarm = 0", "hue_alarm", "> 0"),
        ("hue_alrm = 2", "hue_alrm", "Did you mean 'hue_alarm'?"),
        ("healed_days = 40", "settled_days", "healed_days"),
        ("acceptable_fair = 0.5", "acceptable_fair", "perceptible_fair"),
        ("half_life_years = [5.0, 3.0, 20.0]", "half_life_years", "order"),
        ("half_life_exposed = 4.0", "half_life_exposed", "fast"),
        ("verdict_right = 1.2", "verdict_too_dark", "order"),
        ("hue_alarm", "file", "not TOML"),
    ],
)
def test_a_wrong_file_names_file_field_and_mend(
    tmp_path: Path, text: str, field: str, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConstantsError) as caught:
        load_thresholds(path)
    assert (caught.value.file, caught.value.field) == (str(path), field)
    assert hint in str(caught.value)


def test_a_missing_file_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(ConstantsError, match="No such file"):
        load_thresholds(tmp_path / "none.toml")


def test_indices_rise_with_what_they_stand_for() -> None:
    darker, redder = (40.0, 10.0, 15.0), (57.0, 15.5, 17.0)
    assert melanin_index(darker) > melanin_index(MEDIUM) > melanin_index(FAIR)
    assert erythema_index(redder) - erythema_index(MEDIUM) == pytest.approx(4 * 1.736)


def test_indices_by_definition() -> None:
    # Flat 0.5 is grey: no redness, and -100 log10 0.5 of melanin.
    melanin, erythema = indices_of_spectrum(np.arange(400, 701, 10), np.full((2, 31), 0.5))
    assert melanin == pytest.approx([30.103, 30.103], abs=1e-3)
    assert erythema == pytest.approx([0.0, 0.0], abs=1e-12)
    with pytest.raises(InputError, match="reflectance"):
        indices_of_spectrum([568, 655], [0.0, 0.5])


def test_indices_from_lab_follow_measured_spectra(
    nist_spectra: tuple[Floats, Floats], nist_skins: Floats
) -> None:
    """RMSE of the all-site forms is 1.3 and 1.7, and erythema is off by -1.3 on forearms."""
    melanin, erythema = indices_of_spectrum(*nist_spectra)
    off = melanin_index(nist_skins) - melanin
    assert np.sqrt(np.mean((off - off.mean()) ** 2)) < 1.7
    off = erythema_index(nist_skins) - erythema
    assert off.mean() == pytest.approx(-1.3, abs=0.3)
    assert np.sqrt(np.mean((off - off.mean()) ** 2)) < 1.7
