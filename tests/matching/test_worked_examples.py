"""Every number of the six worked examples, and the same clients in other states."""

import json
from dataclasses import replace

import pytest

from calibration.colorimetry import lab_to_channels
from kiosk.matching.constants import default_constants
from kiosk.matching.inverse import contrast, follicle
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Recommendation
from tests.matching.worked import (
    BLACK,
    BLOND,
    BROWN,
    DARK,
    DARK_BROWN,
    FAIR,
    GREY,
    LIGHT_BROWN,
    MEDIUM,
    WHITE,
    WORKED,
    Triple,
    Worked,
    illustrative,
)

each = pytest.mark.parametrize("case", WORKED, ids=lambda case: case.name)
with_fraction = pytest.mark.parametrize(
    "case", [case for case in WORKED if case.fraction is not None], ids=lambda case: case.name
)


def answer(case: Worked) -> Recommendation:
    return recommend(case.skin, case.hair, illustrative())


@each
def test_luminances_and_contrast(case: Worked) -> None:
    skin, hair = lab_to_channels([case.skin, case.hair])
    target = follicle(skin, hair, illustrative())
    assert skin[1] == pytest.approx(case.skin_y, abs=1e-8)
    assert hair[1] == pytest.approx(case.hair_y, abs=1e-8)
    assert target[1] == pytest.approx(case.target_y, abs=1e-8)
    assert contrast(skin[1], target[1]) == pytest.approx(case.q, abs=1e-8)


@each
def test_status_and_target(case: Worked) -> None:
    result = answer(case)
    assert result.status == case.status
    assert result.q == pytest.approx(case.q, abs=1e-8)
    assert result.target_lab == pytest.approx(case.target, abs=1e-4)


@with_fraction
def test_fraction_spread_and_interval(case: Worked) -> None:
    result = answer(case)
    assert result.fraction == pytest.approx(case.fraction, abs=1e-8)
    assert result.ratio == pytest.approx(case.ratio, abs=1e-6)
    assert result.sigma_ln == pytest.approx(case.sigma_ln, abs=1e-6)
    assert result.safe_ratio == pytest.approx(case.safe_ratio, abs=1e-6)
    assert result.safe_ratio is not None
    assert 1 / (1 + result.safe_ratio) == pytest.approx(case.safe_fraction, abs=1e-8)
    assert result.interval == pytest.approx(case.interval, abs=1e-4)


@with_fraction
def test_residual_at_the_best_fraction(case: Worked) -> None:
    result = answer(case)
    assert result.residual is not None
    assert case.da_db is not None
    assert case.best is not None
    assert result.residual.de00 == pytest.approx(case.de00, abs=1e-4)
    assert (result.residual.da, result.residual.db) == pytest.approx(case.da_db, abs=1e-4)
    assert result.residual.dl == pytest.approx(0.0, abs=1e-9)
    target = result.target_lab
    best = (
        target[0] + result.residual.dl,
        target[1] + result.residual.da,
        target[2] + result.residual.db,
    )
    assert best == pytest.approx(case.best, abs=1e-4)


@pytest.mark.parametrize(
    "case", [case for case in WORKED if case.rung is not None], ids=lambda case: case.name
)
def test_advised_rung_and_its_dot(case: Worked) -> None:
    result = answer(case)
    assert result.advised_ratio == case.rung
    assert result.dot is not None
    assert result.dot.ratio == case.rung
    assert result.dot.healed_lab == pytest.approx(case.healed, abs=1e-4)
    assert result.dot.fresh_lab == pytest.approx(case.fresh, abs=1e-4)
    assert "light-first" in {note.code for note in result.notes}


@pytest.mark.parametrize(
    "case", [case for case in WORKED if case.status == "off-ladder"], ids=lambda case: case.name
)
def test_without_a_rung_the_dot_is_that_of_the_best_fraction(case: Worked) -> None:
    result = answer(case)
    assert result.advised_ratio is None
    assert result.dot is not None
    assert result.dot.ratio == pytest.approx(case.ratio, abs=1e-6)
    assert result.dot.healed_lab == pytest.approx(case.best, abs=1e-4)


@each
def test_tone_note(case: Worked) -> None:
    assert ("tone" in {note.code for note in answer(case).notes}) is case.tone_note


@pytest.mark.parametrize(("index", "darker_by"), [(1, 6.32), (3, 5.11)])
def test_lightest_rung_too_dark_is_not_offered(index: int, darker_by: float) -> None:
    result = answer(WORKED[index])
    assert result.offer is None
    assert f"{darker_by:.1f} L* darker" in result.reason


def test_lightest_rung_well_above_the_target_is_offered() -> None:
    offer = answer(WORKED[5]).offer
    assert offer is not None
    assert offer.ratio == 60
    assert offer.healed_lab[0] == pytest.approx(28.3567, abs=1e-4)
    assert offer.lighter_by == pytest.approx(2.0478, abs=1e-4)


def test_offer_needs_its_margin() -> None:
    strict = replace(illustrative(), lighter_margin=2.05)
    assert recommend(DARK, BLACK, strict).offer is None


def test_hair_lighter_than_skin_has_no_numbers_but_a_reason() -> None:
    result = answer(WORKED[4])
    assert "carbon only darkens" in result.reason
    assert result.notes == ()
    document = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    for key in ("fraction", "ratio", "interval", "advised_ratio", "safe_ratio", "offer"):
        assert document[key] is None
    assert set(document["dot"].values()) == {None}
    assert set(document["residual"].values()) == {None}


@pytest.mark.parametrize(
    ("changes", "sigma_ln", "safe_ratio", "rung"),
    [
        ({"cv_lot": 0.03}, 0.392605, 49.832783, 50),
        ({"cv_lot": 0.03, "cv_gain": 0.10}, 0.318808, 46.771658, 50),
        ({"cv_lot": 0.03, "cv_gain": 0.08, "sigma_retention": 0.04}, 0.273323, 44.977448, 45),
    ],
    ids=["swatch card", "twenty outcomes", "after the first session"],
)
def test_what_is_learned_brings_the_rung_nearer(
    changes: dict[str, float], sigma_ln: float, safe_ratio: float, rung: int
) -> None:
    result = recommend(MEDIUM, BLACK, replace(illustrative(), **changes))  # type: ignore[arg-type]
    assert result.sigma_ln == pytest.approx(sigma_ln, abs=1e-6)
    assert result.safe_ratio == pytest.approx(safe_ratio, abs=1e-6)
    assert result.advised_ratio == rung


@pytest.mark.parametrize(
    "case", [case for case in WORKED if case.shipped is not None], ids=lambda case: case.name
)
def test_shipped_constants(case: Worked) -> None:
    result = recommend(case.skin, case.hair, default_constants())
    assert result.ratio is not None
    assert (round(result.ratio, 1), result.advised_ratio) == case.shipped


HAIRS = (BLACK, DARK_BROWN, LIGHT_BROWN, BLOND, GREY, WHITE)
PAIRS: dict[Triple, tuple[tuple[float, float | None], ...]] = {
    FAIR: (
        (1.0338, 33.8), (0.9647, 36.3), (0.7311, 48.2), (0.3149, 113.3), (0.4938, 71.9),
        (-0.1567, None),
    ),
    MEDIUM: (
        (0.9855, 35.5), (0.8996, 39.0), (0.6186, 57.2), (0.1441, 248.8), (0.3447, 103.4),
        (-0.3678, None),
    ),
    BROWN: (
        (0.9069, 38.7), (0.7958, 44.2), (0.4492, 79.1), (-0.0966, None), (0.1295, 277.1),
        (-0.6530, None),
    ),
    DARK: (
        (0.7320, 48.2), (0.5732, 61.8), (0.1169, 307.0), (-0.5293, None), (-0.2693, None),
        (-1.1403, None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("skin", PAIRS)
def test_contrast_and_ratio_of_other_pairs(skin: Triple) -> None:
    for hair, (q, ratio) in zip(HAIRS, PAIRS[skin], strict=True):
        result = recommend(skin, hair, illustrative())
        assert result.q == pytest.approx(q, abs=5.1e-5)
        assert result.ratio == (None if ratio is None else pytest.approx(ratio, abs=0.051))
