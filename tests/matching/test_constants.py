"""Shipped constants, a studio's own file, and what is said about a wrong one."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.matching.constants import ConstantsError, default_constants, load_constants
from kiosk.matching.recommend import recommend
from tests.matching.worked import WORKED


def written(folder: Path, text: str) -> Path:
    path = folder / "studio.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_values() -> None:
    shipped = default_constants()
    assert load_constants() is shipped
    assert shipped.version == "2026.1"
    assert (shipped.A0, shipped.retention, shipped.follicle_opacity) == (22.0, 0.60, 0.70)
    assert (shipped.undertone, shipped.kappa_x, shipped.kappa_z) == (0.5, 0.984, 1.106)
    assert (shipped.yule_nielsen, shipped.dot_mm, shipped.fresh_dot_area) == (2.0, 0.145, 3.0)
    assert (shipped.strength, shipped.gain, shipped.max_cover) == (1.0, 1.0, 0.10)
    assert (shipped.sigma_skin, shipped.sigma_hair, shipped.pooling_weight) == (0.74, 1.0, 4.0)
    assert (shipped.sigma_opacity, shipped.sigma_retention) == (0.10, 0.10)
    assert (shipped.cv_lot, shipped.cv_gain, shipped.cv_mix) == (0.15, 0.25, 0.06)
    assert shipped.ladder == (20, 25, 30, 35, 40, 45, 50, 55, 60)


def test_a_file_may_change_one_constant(tmp_path: Path) -> None:
    changed = load_constants(written(tmp_path, "A0 = 30\n"))
    assert changed == replace(default_constants(), A0=30.0, version=changed.version)
    for case in WORKED:
        result = recommend(case.skin, case.hair, changed)
        assert (result.status, result.advised_ratio) == (case.status, case.rung)


def test_a_changed_set_has_a_version_of_its_own(tmp_path: Path) -> None:
    one = load_constants(written(tmp_path, "A0 = 30"))
    same = load_constants(written(tmp_path, "# the studio's\nA0 = 30.0\n"))
    other = load_constants(written(tmp_path, "A0 = 31"))
    named = load_constants(written(tmp_path, 'A0 = 31\nversion = "studio 3"'))
    empty = load_constants(written(tmp_path, ""))
    assert one.version.startswith("2026.1+")
    assert one.version == same.version != other.version
    assert named.version == "studio 3"
    assert empty == default_constants()


@pytest.mark.parametrize(
    ("exponent", "kappa_x", "kappa_z"),
    [(0.0, 1.0, 1.0), (1.0, 0.968, 1.223), (1.3, 0.959, 1.299), (0.375, 0.988, 1.079)],
)
def test_undertone_brings_its_channel_factors(
    tmp_path: Path, exponent: float, kappa_x: float, kappa_z: float
) -> None:
    changed = load_constants(written(tmp_path, f"undertone = {exponent}"))
    assert (changed.kappa_x, changed.kappa_z) == pytest.approx((kappa_x, kappa_z), abs=1e-12)


def test_measured_channel_factors_win(tmp_path: Path) -> None:
    changed = load_constants(written(tmp_path, "undertone = 1.0\nkappa_x = 0.979"))
    assert (changed.kappa_x, changed.kappa_z) == (0.979, 1.223)


def test_a_ladder_of_the_studio(tmp_path: Path) -> None:
    assert load_constants(written(tmp_path, "ladder = [20, 10, 4]")).ladder == (4, 10, 20)


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ('A0 = "strong"', "A0", "float"),
        ("A0 = 0", "A0", "> 0"),
        ("A0 = nan", "A0", "float"),
        ("A0 = inf", "A0", "1000"),
        ("retention = 1.1", "retention", "<= 1"),
        ("yule_nielsen = 2.5", "yule_nielsen", "<= 2"),
        ("safe_quantile = 0.6", "safe_quantile", "<= 0.5"),
        ("undertone = 1.4", "undertone", "1.3"),
        ("cv_lot = -0.1", "cv_lot", ">= 0"),
        ("ladder = []", "ladder", "20,25,30"),
        ("ladder = [20, 22.5]", "ladder[1]", "int"),
        ("ladder = [20, 20]", "ladder", "twice"),
        ("retension = 0.5", "retension", "Did you mean 'retention'?"),
        ("colour = 1", "colour", "no constant"),
        ("undertones = [[0.0, 1.0, 1.0]]", "undertones", "length"),
        ("undertones = [[1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]", "undertones", "Sort the rows"),
        ("undertones = [[0.7, 1.0, 1.0], [0.9, 1.0, 1.0]]", "undertone", "0.7 to 0.9"),
        ("A0 30", "file", "not TOML"),
        ("A0 = 30\nA0 = 31", "file", "not TOML"),
        ('version = ""', "version", "length"),
    ],
)
def test_a_wrong_file_names_file_field_and_mend(
    tmp_path: Path, text: str, field: str, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConstantsError) as caught:
        load_constants(path)
    assert caught.value.file == str(path)
    assert caught.value.field == field
    assert hint in str(caught.value)
    assert caught.value.mend


def test_a_missing_file_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(ConstantsError, match="No such file"):
        load_constants(tmp_path / "none.toml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "studio.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConstantsError, match="not TOML"):
        load_constants(path)


def test_a_constant_is_checked_where_it_is_replaced() -> None:
    with pytest.raises(ConstantsError, match="strength"):
        replace(default_constants(), strength=0.0)
    assert type(replace(default_constants(), A0=30).A0) is float
