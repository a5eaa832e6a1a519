"""Recorded decisions computed again: bits, tolerances, and what is said of a difference."""

import copy
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.matching.constants import default_constants
from kiosk.matching.inputs import InputError
from kiosk.matching.replay import MODEL, RecipeInputs, record_of, replay
from tests.matching.worked import BLACK, BLOND, BROWN, MEDIUM, Triple, illustrative

C = default_constants()

skins = st.tuples(st.floats(20.0, 75.0), st.floats(2.0, 20.0), st.floats(-2.0, 28.0))
hairs = st.tuples(st.floats(10.0, 75.0), st.floats(-2.0, 15.0), st.floats(-2.0, 25.0))


def stored(inputs: RecipeInputs) -> dict[str, Any]:
    """As it comes back from a ledger: through JSON."""
    document: dict[str, Any] = json.loads(json.dumps(record_of(inputs, C), allow_nan=False))
    return document


@given(skin=skins, hair=hairs, sd=st.none() | st.floats(0.0, 3.0), n=st.integers(1, 20))
def test_a_record_replays_bit_for_bit(skin: Triple, hair: Triple, sd: float | None, n: int) -> None:
    found = replay(stored(RecipeInputs(skin, hair, skin_sd=sd, hair_n=n)))
    assert found.identical
    assert found.agrees
    assert found.differences == ()


def test_it_replays_with_its_own_constants_not_with_today_s() -> None:
    old = replace(illustrative(), version="1999.1", ladder=(10, 30, 90))
    record = json.loads(json.dumps(record_of(RecipeInputs(MEDIUM, BLACK), old)))
    found = replay(record)
    assert found.identical
    assert found.result is not None
    assert found.result.constants == old
    assert found.result.advised_ratio == 90


def test_rounding_elsewhere_is_within_tolerance_and_listed() -> None:
    record = stored(RecipeInputs(MEDIUM, BLACK))
    record["result"]["fraction"] *= 1 + 1e-13
    found = replay(record)
    assert not found.identical
    assert found.agrees
    assert [difference.path for difference in found.differences] == ["result.fraction"]
    assert "largest difference" in found.reason
    assert not replay(record, tolerance=1e-16).agrees


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda r: r["result"].update(advised_ratio=20), "result.advised_ratio"),
        (lambda r: r["result"].update(status="no-recipe"), "result.status"),
        (lambda r: r["result"]["dot"]["healed_lab"].__setitem__(0, 30.0), "healed_lab[0]"),
        (lambda r: r["result"].update(fraction=None), "result.fraction"),
        (lambda r: r["result"].update(anchored=1), "result.anchored"),
        (lambda r: r["result"].update(extra=1), "result.extra"),
        (lambda r: r["result"].pop("q"), "result.q"),
        (lambda r: r["inputs"].update(skin_n=30), "result.sigma_ln"),
        (lambda r: r["constants"].update(A0=23.0), "result.fraction"),
    ],
)
def test_an_altered_record_is_found(change: Any, path: str) -> None:
    record = stored(RecipeInputs(MEDIUM, BLACK))
    change(record)
    found = replay(record)
    assert not found.agrees
    assert any(difference.path.endswith(path) for difference in found.differences)
    assert found.reason.startswith("Not the same")
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_record_of_another_model_says_so() -> None:
    record = stored(RecipeInputs(BROWN, BLOND)) | {"model": MODEL - 1}
    assert f"Recorded by model {MODEL - 1}" in replay(record).reason


def test_facing_hues_may_jump() -> None:
    # The dot keeps the skin's hue; a follicle that hides the skin takes the hair's, opposite it.
    hiding = replace(C, follicle_opacity=1.0)
    skin = (57.0, 11.5, 17.0)
    inputs = RecipeInputs(skin, (30.0, -5.0, -7.0))
    record: dict[str, Any] = json.loads(json.dumps(record_of(inputs, hiding)))
    residual = record["result"]["residual"]
    a, b = -5.0 + residual["da"], -7.0 + residual["db"]
    facing = (30.0, -5.0, -5.0 * b / a)
    for _ in range(6):
        record = json.loads(json.dumps(record_of(RecipeInputs(skin, facing), hiding)))
        residual = record["result"]["residual"]
        a, b = facing[1] + residual["da"], facing[2] + residual["db"]
        facing = (30.0, -5.0, -5.0 * b / a)
    record = json.loads(json.dumps(record_of(RecipeInputs(skin, facing), hiding)))
    target, residual = record["result"]["target_lab"], record["result"]["residual"]
    one = math.atan2(target[2], target[1])
    other = math.atan2(target[2] + residual["db"], target[1] + residual["da"])
    assert abs(math.degrees(abs(one - other)) - 180.0) < 1e-3
    jumped = copy.deepcopy(record)
    jumped["result"]["residual"]["dE00"] += 0.5
    assert replay(jumped).agrees
    plain = stored(RecipeInputs(MEDIUM, BLACK))
    plain["result"]["residual"]["dE00"] += 0.5
    assert not replay(plain).agrees


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.pop("inputs"),
        lambda r: r["inputs"].update(skin_lab="light"),
        lambda r: r["constants"].update(A0=-1.0),
        lambda r: r["constants"].update(colour=1),
        lambda r: r["constants"].pop("A0"),
        lambda r: r["inputs"].update(skin_lab=[1.0, 2.0]),
        lambda r: r.update(model="one"),
    ],
)
def test_a_record_that_cannot_be_read_is_an_input_error(change: Any) -> None:
    record = stored(RecipeInputs(MEDIUM, BLACK))
    change(record)
    with pytest.raises(InputError):
        replay(record)
