"""The document, the statuses, many at once, and inputs that cannot be used."""

import json
import math
import timeit
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import Floats
from kiosk.matching.constants import default_constants
from kiosk.matching.inputs import InputError
from kiosk.matching.recommend import STATUSES, dot_at, recommend, recommend_many
from tests.matching.worked import BLACK, BLOND, DARK, FAIR, GREY, MEDIUM, Triple, illustrative

C = default_constants()

KEYS = {
    "status": None,
    "reason": None,
    "anchored": None,
    "constants": (
        "A0", "retention", "follicle_opacity", "yule_nielsen", "undertone", "dot_mm", "strength",
        "gain",
    ),
    "q": None,
    "fraction": None,
    "ratio": None,
    "interval": None,
    "advised_ratio": None,
    "dot": ("fresh_lab", "healed_lab"),
    "target_lab": None,
    "residual": ("dE00", "dL", "da", "db"),
    "skin": ("ita", "band", "band_certain"),
}  # fmt: skip

colours = st.tuples(st.floats(0.0, 100.0), st.floats(-200.0, 200.0), st.floats(-200.0, 200.0))
plain_colours = st.tuples(st.floats(15.0, 75.0), st.floats(-2.0, 20.0), st.floats(-2.0, 28.0))


def with_lightness(colour: Triple, lightness: float) -> Triple:
    return (lightness, colour[1], colour[2])


@given(skin=colours, hair=colours, anchored=st.booleans())
def test_any_colour_gives_a_complete_json_document(
    skin: Triple, hair: Triple, anchored: bool
) -> None:
    result = recommend(skin, hair, C, anchored=anchored)
    document = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    for key, inner in KEYS.items():
        assert key in document
        for name in inner or ():
            assert name in document[key]
    assert document["status"] in STATUSES
    assert document["reason"]
    assert (document["advised_ratio"] is None) == (document["status"] != "recipe")
    assert document["anchored"] is anchored
    assert result.label == ("ANCHORED" if anchored else "UNANCHORED")


@given(skin=plain_colours, lighter=st.floats(0.0, 20.0), hair=plain_colours)
def test_hair_not_darker_than_skin_has_no_recipe(
    skin: Triple, lighter: float, hair: Triple
) -> None:
    result = recommend(skin, with_lightness(hair, skin[0] + lighter), C)
    assert result.status == "no-recipe"
    assert result.q is not None
    assert result.q <= 0.0
    assert result.fraction is None


@given(skin=plain_colours, hair=plain_colours)
def test_status_follows_contrast(skin: Triple, hair: Triple) -> None:
    result = recommend(skin, hair, C)
    q = result.q
    assert q is not None
    if q <= 0.0:
        assert result.status == "no-recipe"
    elif q < 0.10:
        assert result.status == "low-contrast"
        assert result.interval is None
        assert "not be seen" in result.reason
    else:
        assert result.status in ("recipe", "off-ladder")


@given(skin=plain_colours, hair=plain_colours, a0=st.floats(5.0, 150.0))
def test_the_rung_is_the_darkest_that_is_safe(skin: Triple, hair: Triple, a0: float) -> None:
    result = recommend(skin, hair, replace(C, A0=a0))
    if result.safe_ratio is None:
        assert result.status in ("no-recipe", "low-contrast")
        return
    assert result.ratio is not None
    assert result.safe_ratio >= result.ratio
    lighter = [rung for rung in C.ladder if rung >= result.safe_ratio * (1 - 1e-8)]
    assert result.advised_ratio == (lighter[0] if lighter else None)


def test_a_match_beyond_the_dark_end_takes_the_darkest_rung_and_says_so() -> None:
    result = recommend(MEDIUM, BLACK, replace(C, A0=10.0))
    assert result.safe_ratio is not None
    assert result.safe_ratio < 20
    assert result.advised_ratio == 20
    assert "darkest-rung" in {note.code for note in result.notes}


def test_a_match_beyond_the_light_end_never_names_its_ratio() -> None:
    narrow = replace(illustrative(), ladder=(4, 10, 20))
    result = recommend(MEDIUM, BLACK, narrow)
    assert result.status == "off-ladder"
    assert result.ratio is not None
    assert str(round(result.ratio)) not in result.reason
    assert "1:20" in result.reason


def test_ink_too_weak_for_the_follicle_has_no_recipe() -> None:
    result = recommend(MEDIUM, BLACK, replace(C, A0=0.5))
    assert result.status == "no-recipe"
    assert result.q is not None
    assert result.q > 0.0
    assert result.fraction is None
    assert "undiluted" in result.reason


def test_black_without_reflection() -> None:
    hiding = replace(C, follicle_opacity=1.0)
    assert recommend(MEDIUM, (0.0, 0.0, 0.0), hiding).status == "no-recipe"
    assert recommend((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), C).status == "no-recipe"


def test_very_dark_skin_is_told_of_test_spots() -> None:
    weak = replace(C, A0=8.0)
    below = recommend((29.9, 8.0, 8.0), (5.0, 0.0, 0.0), weak)
    above = recommend((30.0, 8.0, 8.0), (5.0, 0.0, 0.0), weak)
    assert "dark-skin" in {note.code for note in below.notes}
    assert "dark-skin" not in {note.code for note in above.notes}


def test_tone_note_says_which_way() -> None:
    warm = next(n for n in recommend(MEDIUM, GREY, C).notes if n.code == "tone")
    assert "warmer" in warm.sentence
    cool = next(n for n in recommend((64, 5, 6), (40, 20, 30), C).notes if n.code == "tone")
    assert "cooler" in cool.sentence


def test_weak_lot_takes_more_pigment() -> None:
    full, weak = recommend(MEDIUM, BLACK, C), recommend(MEDIUM, BLACK, replace(C, strength=0.85))
    assert full.fraction is not None
    assert weak.fraction is not None
    assert weak.fraction / full.fraction == pytest.approx(1.176, rel=0.03)


def test_the_same_input_gives_the_same_recipe() -> None:
    assert recommend(FAIR, BLACK, C) == recommend(list(FAIR), np.array(BLACK), C)


def test_dot_at_a_rung_is_the_dot_of_the_recommendation() -> None:
    result = recommend(MEDIUM, BLACK, C)
    assert result.advised_ratio is not None
    assert dot_at(MEDIUM, result.advised_ratio, C) == result.dot
    darker = dot_at(MEDIUM, 20, C)
    assert result.dot is not None
    assert darker.healed_lab[0] < result.dot.healed_lab[0]


@pytest.mark.parametrize("ratio", [-1.0, math.nan, 1001.0])
def test_dot_at_refuses_what_is_no_ratio(ratio: float) -> None:
    with pytest.raises(InputError, match="ratio"):
        dot_at(MEDIUM, ratio, C)


def many_pairs(count: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(7)
    low, high = (25.0, 4.0, 5.0), (72.0, 20.0, 25.0)
    return rng.uniform(low, high, (count, 3)), rng.uniform((5, -1, -1), (70, 8, 22), (count, 3))


def test_arrays_agree_with_one_at_a_time() -> None:
    skin, hair = many_pairs(300)
    spread = np.linspace(0.2, 2.0, 300)
    arrays = recommend_many(skin, hair, C, skin_sd=spread, hair_n=5)
    assert set(arrays.status.tolist()) == set(range(len(STATUSES)))
    assert arrays.offered.any()
    for index in range(300):
        alone = recommend(skin[index], hair[index], C, skin_sd=float(spread[index]), hair_n=5)
        row = arrays.row(index)
        assert row.status == alone.status
        assert row.advised_ratio == alone.advised_ratio
        assert row.notes == alone.notes
        assert row.reason == alone.reason
        assert (row.fraction is None) == (alone.fraction is None)
        assert (row.interval is None) == (alone.interval is None)
        assert (row.dot is None) == (alone.dot is None)
        if row.fraction is not None:
            assert row.fraction == pytest.approx(alone.fraction, rel=1e-12)
        if row.interval is not None:
            assert row.interval == pytest.approx(alone.interval, rel=1e-12)
        if row.dot is not None and alone.dot is not None:
            assert row.dot.healed_lab == pytest.approx(alone.dot.healed_lab, abs=1e-9)
            assert row.dot.fresh_lab == pytest.approx(alone.dot.fresh_lab, abs=1e-9)


def test_array_columns_agree_with_their_rows() -> None:
    skin, hair = many_pairs(40)
    arrays = recommend_many(skin, hair, C)
    for index in range(40):
        row = arrays.row(index)
        assert arrays.lighter_by[index] == pytest.approx(
            arrays.rung_lab[index, 0] - row.target_lab[0]
        )
        if row.dot is None:
            assert np.isnan(arrays.ratio[index])
            assert np.isnan(arrays.healed_lab[index]).all()
        else:
            assert arrays.ratio[index] == row.ratio
            assert tuple(arrays.healed_lab[index]) == row.dot.healed_lab
        if row.safe_ratio is not None:
            assert arrays.safe_ratio[index] == row.safe_ratio


def test_one_skin_against_many_hairs_and_any_shape() -> None:
    hairs = np.broadcast_to(np.array([BLACK, GREY, BLOND]), (2, 3, 3))
    arrays = recommend_many(MEDIUM, hairs, C)
    assert arrays.status.shape == (2, 3)
    assert arrays.residual.shape == (2, 3, 4)
    assert arrays.row((1, 1)) == recommend(MEDIUM, GREY, C)


def test_no_pairs_give_no_answers() -> None:
    assert recommend_many(np.empty((0, 3)), np.empty((0, 3)), C).status.shape == (0,)


def test_many_as_arrays_cost_a_hundredth_of_a_loop() -> None:
    skin, hair = many_pairs(10_000)
    together = min(timeit.repeat(lambda: recommend_many(skin, hair, C), number=1, repeat=5))
    alone = min(timeit.repeat(lambda: recommend(skin[0], hair[0], C), number=20, repeat=5)) / 20
    assert alone * 10_000 > 100 * together


@pytest.mark.parametrize("surface", ["skin", "hair"])
@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ((57.0, 11.5), "shape"),
        ((57.0, 11.5, math.nan), "NaN"),
        ((57.0, math.inf, 17.0), "infinity"),
        ((-0.1, 11.5, 17.0), "L\\*"),
        ((100.1, 11.5, 17.0), "L\\*"),
        ((57.0, 201.0, 17.0), "a\\* or b\\*"),
        (("light", 11.5, 17.0), "numbers"),
        ([[57.0, 11.5, 17.0]], "shape"),
    ],
)
def test_a_colour_that_cannot_be_used_is_named(surface: str, bad: object, problem: str) -> None:
    pair = {"skin": MEDIUM, "hair": DARK} | {surface: bad}
    with pytest.raises(InputError, match=problem) as caught:
        recommend(pair["skin"], pair["hair"], C)  # type: ignore[arg-type]
    assert caught.value.field == surface
    assert caught.value.mend


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"skin_sd": -0.1}, "skin SD"),
        ({"hair_sd": math.nan}, "hair SD"),
        ({"skin_n": 0}, "skin readings"),
        ({"hair_n": math.inf}, "hair readings"),
        ({"skin_sd": [0.1, 0.2]}, "skin SD"),
    ],
)
def test_a_spread_that_cannot_be_is_named(arguments: dict[str, float], field: str) -> None:
    with pytest.raises(InputError) as caught:
        recommend(MEDIUM, BLACK, C, **arguments)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="as many hair colours"):
        recommend_many([MEDIUM, FAIR], [BLACK, GREY, BLOND], C)
