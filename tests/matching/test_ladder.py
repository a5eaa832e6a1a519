"""Rungs, and the step to the lighter one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import beyond_darkest, fraction_of, snap_lighter, validated

LADDER = (20, 25, 30, 35, 40, 45, 50, 55, 60)

ladders = st.lists(st.integers(1, 1000), min_size=1, max_size=12, unique=True).map(
    lambda rungs: tuple(sorted(rungs))
)


@given(ladder=ladders, ratio=st.floats(0.0, 1100.0))
def test_snap_takes_the_nearest_rung_that_is_not_darker(
    ladder: tuple[int, ...], ratio: float
) -> None:
    index = int(snap_lighter(fraction_of(ratio), ladder))
    assert all(rung < ratio for rung in ladder[:index])
    assert all(rung >= ratio * (1 - 2e-9) - 2e-9 for rung in ladder[index:])


@given(ladder=ladders, data=st.data())
def test_a_fraction_computed_from_a_rung_is_that_rung(
    ladder: tuple[int, ...], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(ladder) - 1))
    noise = data.draw(st.floats(-5e-10, 5e-10))
    assert snap_lighter(fraction_of(ladder[index]) * (1 + noise), ladder) == index


def test_a_rung_nearer_on_the_dark_side_is_not_taken() -> None:
    assert LADDER[int(snap_lighter(fraction_of(25.1), LADDER))] == 30


def test_both_ends() -> None:
    assert snap_lighter(fraction_of([5.0, 60.0, 60.1]), LADDER).tolist() == [0, 8, 9]
    assert beyond_darkest(fraction_of([5.0, 20.0, 26.0]), LADDER).tolist() == [True, False, False]


def test_a_ladder_is_put_in_order() -> None:
    assert validated([30, 20, 25]) == (20, 25, 30)


@pytest.mark.parametrize(
    ("rungs", "problem"),
    [
        ([], "no rung"),
        ([20, 20], "twice"),
        ([0], "1:0"),
        ([20, 1001], "1:1001"),
        ([22.5], "22.5"),
        (["20"], "'20'"),
        ([True], "True"),
    ],
)
def test_a_ladder_that_cannot_be_used_says_why(rungs: list[int], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        validated(rungs)
    assert caught.value.field == "ladder"
    assert "20,25,30" in caught.value.mend
