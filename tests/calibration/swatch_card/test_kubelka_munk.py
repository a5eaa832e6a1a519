"""Opaque layers and their surface, against published mixtures and closed forms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.swatch_card.kubelka_munk import (
    ReflectanceError,
    clip_channels,
    ks,
    ks_inv,
    saunderson_internal,
    saunderson_measured,
    single_constant,
    two_constant,
)

DATA = Path(__file__).parent / "data"
VECTORS: dict[str, Any] = json.loads((DATA / "km_unicolour.json").read_text("utf-8"))
PRIMITIVES: dict[str, float] = json.loads((DATA / "primitives.json").read_text("utf-8"))["values"]

reflectances = st.floats(0.001, 1.0)
surfaces = st.tuples(st.floats(0.0, 0.1), st.floats(0.0, 0.8), st.booleans())


@pytest.mark.parametrize("reflectance", [0.5, 0.25, 0.05])
def test_ks_of_a_reflectance(reflectance: float) -> None:
    assert ks(reflectance) == pytest.approx(PRIMITIVES[f"ks({reflectance})"], rel=1e-14)


def test_reflectance_of_a_ks() -> None:
    assert ks_inv(1.0) == pytest.approx(PRIMITIVES["ks_inv(1)"], rel=1e-14)
    assert ks_inv(2.0) == pytest.approx(PRIMITIVES["ks_inv(2.0)"], rel=1e-14)
    assert ks_inv(0.0) == 1.0


def test_a_very_dark_layer_keeps_its_digits() -> None:
    # 1 + q - sqrt(q² + 2q) is 0 or worse here in 64 bits; the limit is 1/(2q).
    assert ks_inv(1e9) == pytest.approx(5e-10, rel=1e-8)


@given(reflectance=reflectances)
def test_ks_and_back(reflectance: float) -> None:
    assert ks_inv(ks(reflectance)) == pytest.approx(reflectance, rel=1e-9)


@pytest.mark.parametrize("case", VECTORS["single_constant"])
def test_single_constant_mixtures(case: dict[str, Any]) -> None:
    pure = np.array(VECTORS["R"])
    mixed = single_constant(ks(pure), case["c"])
    expected = pure[case["R_index"]] if case["expected"] is None else case["expected"]
    assert mixed == pytest.approx(np.array(expected), abs=1e-14)


@pytest.mark.parametrize("case", VECTORS["two_constant"])
def test_two_constant_mixtures(case: dict[str, Any]) -> None:
    mixed = two_constant(VECTORS["K"], VECTORS["S"], case["c"])
    assert mixed == pytest.approx(np.array(case["expected"]), abs=1e-14)


@pytest.mark.parametrize("case", VECTORS["two_constant_saunderson_SPEX"])
def test_two_constant_mixtures_behind_a_surface(case: dict[str, Any]) -> None:
    k1, k2 = VECTORS["saunderson_k1"], VECTORS["saunderson_k2"]
    mixed = two_constant(VECTORS["K"], VECTORS["S"], case["c"])
    seen = saunderson_measured(mixed, k1, k2, specular_included=False)
    assert seen == pytest.approx(np.array(case["expected"]), abs=1e-14)
    inside = saunderson_internal(case["expected"], k1, k2, specular_included=False)
    assert inside == pytest.approx(mixed, abs=1e-13)


def test_several_mixtures_at_once() -> None:
    cases = VECTORS["two_constant"]
    mixed = two_constant(VECTORS["K"], VECTORS["S"], [case["c"] for case in cases])
    assert mixed == pytest.approx(np.array([case["expected"] for case in cases]), abs=1e-14)


def test_surface_with_specular_included() -> None:
    inside = saunderson_internal(0.4, 0.04, 0.6, specular_included=True)
    assert inside == pytest.approx(PRIMITIVES["saunderson internal Rm=.4 k1=.04 k2=.6"], abs=1e-14)
    seen = saunderson_measured(0.5, 0.04, 0.6, specular_included=True)
    assert seen == pytest.approx(PRIMITIVES["saunderson measured Ri=.5 k1=.04 k2=.6"], abs=1e-14)


@given(reflectance=reflectances, surface=surfaces)
def test_through_the_surface_and_back(
    reflectance: float, surface: tuple[float, float, bool]
) -> None:
    k1, k2, included = surface
    seen = saunderson_measured(reflectance, k1, k2, specular_included=included)
    back = saunderson_internal(seen, k1, k2, specular_included=included)
    assert back == pytest.approx(reflectance, rel=1e-9)


@pytest.mark.parametrize("bad", [0.0, -0.1, 1.01, float("nan"), [0.5, 0.0]])
def test_a_reflectance_that_cannot_be_is_refused(bad: object) -> None:
    for function in (ks, clip_channels):
        with pytest.raises(ReflectanceError):
            function(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [-0.001, float("nan")])
def test_a_negative_ks_is_refused(bad: float) -> None:
    with pytest.raises(ReflectanceError):
        ks_inv(bad)


def test_a_reading_below_the_surface_alone_is_refused() -> None:
    with pytest.raises(ReflectanceError, match="k1"):
        saunderson_internal(0.03, 0.04, 0.6, specular_included=True)


def test_a_mixture_that_does_not_scatter_is_refused() -> None:
    with pytest.raises(ReflectanceError, match="scatter"):
        two_constant([[1.0], [1.0]], [[0.0], [0.5]], [1.0, 0.0])


def test_channels_beyond_the_useful_range_are_moved_and_flagged() -> None:
    clipped, moved = clip_channels([0.0004, 0.5, 1.0])
    assert clipped.tolist() == [0.001, 0.5, 0.999]
    assert moved.tolist() == [True, False, True]
