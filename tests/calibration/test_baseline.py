"""Black and white as the way from counts to reflectance."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.baseline import (
    RAW_COUNTS,
    Baseline,
    Frame,
    ImplausibleBaseline,
    form_baseline,
)
from calibration.validity import CalibrationKey
from drivers.errors import NeedsCalibration, ProtocolError, Saturated
from drivers.readings import Channels

KEY = CalibrationKey("A1", 8.0, None, 16.0, 168.0, 12.5)
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAMES = ("R", "G", "B")
TILE = (0.90, 0.88, 0.85)
BLACK, WHITE = (100.0, 120.0, 90.0), (40100.0, 50120.0, 30090.0)


def counts(*values: float, full: float = 65535.0) -> Channels:
    return Channels(NAMES, values, full)


def frame(values: tuple[float, ...], minutes: int = 0) -> Frame:
    return Frame(counts(*values), AT + timedelta(minutes=minutes))


def form(
    black: tuple[float, ...] = BLACK,
    white: tuple[float, ...] = WHITE,
    key: CalibrationKey = KEY,
    **more: object,
) -> Baseline:
    return form_baseline(
        key,
        frame(black),
        frame(white, minutes=1),
        tile_serial="T-17",
        tile=TILE,
        **more,  # type: ignore[arg-type]
    )


def test_the_tile_reads_as_its_certificate_and_never_as_one_hundred_percent() -> None:
    assert form().reflectance(counts(*WHITE)).values == pytest.approx(TILE)


def test_the_light_trap_reads_nothing() -> None:
    assert form().reflectance(counts(*BLACK)).values == pytest.approx((0.0, 0.0, 0.0))


def test_a_worked_reading() -> None:
    # (10100 - 100) / 40000 * 0.90, (25120 - 120) / 50000 * 0.88, (3090 - 90) / 30000 * 0.85
    assert form().reflectance(counts(10100, 25120, 3090)).values == pytest.approx(
        (0.225, 0.44, 0.085)
    )


@given(st.tuples(*[st.floats(0.0, 1.0)] * 3))
def test_a_surface_comes_back_whatever_the_gains_and_darks(
    surface: tuple[float, float, float],
) -> None:
    seen = [
        dark + r / t * (lit - dark)
        for r, t, dark, lit in zip(surface, TILE, BLACK, WHITE, strict=True)
    ]
    assert form().reflectance(counts(*seen)).values == pytest.approx(surface, abs=1e-12)


def test_a_driver_that_gives_ratios_to_the_tile_needs_the_tile_only() -> None:
    ratios = Baseline(KEY, "T-17", NAMES, (0.0,) * 3, (1.0,) * 3, TILE, 1.3, AT)
    seen = ratios.reflectance(counts(0.5, 0.25, 1.0, full=1.5))
    assert seen.values == pytest.approx((0.45, 0.22, 0.85))
    assert seen.full_scale == pytest.approx(1.5 * 0.85)


def test_a_saturated_channel_voids_the_reading() -> None:
    with pytest.raises(Saturated):
        form().reflectance(counts(20000, 65535, 900))


def test_channels_of_another_head_are_refused() -> None:
    with pytest.raises(ProtocolError, match="X, G, B"):
        form().reflectance(Channels(("X", "G", "B"), (1.0, 2.0, 3.0), 65535.0))


def test_a_baseline_is_of_one_unit_under_one_setting() -> None:
    form().require(KEY)
    with pytest.raises(NeedsCalibration, match="gain"):
        form().require(replace(KEY, gain=64.0))


def test_white_before_black_is_refused() -> None:
    with pytest.raises(ImplausibleBaseline, match="before black"):
        form_baseline(KEY, frame(BLACK, 2), frame(WHITE, 1), tile_serial="T-17", tile=TILE)


def test_the_age_counts_from_black() -> None:
    assert form().at == AT


def test_black_and_white_swapped_are_refused() -> None:
    with pytest.raises(ImplausibleBaseline, match="swapped"):
        form(black=WHITE, white=BLACK)


def test_a_lamp_that_stays_dark_in_one_channel_is_named() -> None:
    with pytest.raises(ImplausibleBaseline, match="channel B sees"):
        form(white=(40100.0, 50120.0, 220.0))


def test_a_saturated_white_is_refused_and_named() -> None:
    with pytest.raises(ImplausibleBaseline, match="channel G saturated"):
        form(white=(40100.0, 65535.0, 30090.0))


def test_a_channel_that_is_no_number_is_refused() -> None:
    with pytest.raises(ImplausibleBaseline, match="no number"):
        form(white=(40100.0, math.nan, 30090.0))


def test_a_tile_with_other_channels_is_refused() -> None:
    with pytest.raises(ImplausibleBaseline, match="same channels"):
        form_baseline(KEY, frame(BLACK), frame(WHITE), tile_serial="T", tile=(0.9, 0.9))


def scaled(factor: float) -> tuple[float, ...]:
    return tuple(dark + factor * (lit - dark) for dark, lit in zip(BLACK, WHITE, strict=True))


@pytest.mark.parametrize(
    ("factor", "plausible"), [(0.79, False), (0.81, True), (1.09, True), (1.11, False)]
)
def test_white_may_lie_from_0_8_to_1_1_of_the_last(factor: float, plausible: bool) -> None:
    if plausible:
        form(white=scaled(factor), earlier=form())
    else:
        with pytest.raises(ImplausibleBaseline, match=f"{factor:.2f} times"):
            form(white=scaled(factor), earlier=form())


def test_raw_counts_have_the_wider_window() -> None:
    form(white=scaled(0.6), earlier=form(), window=RAW_COUNTS)
    with pytest.raises(ImplausibleBaseline):
        form(white=scaled(0.49), earlier=form(), window=RAW_COUNTS)


@pytest.mark.parametrize(
    ("factor", "plausible"), [(0.45, False), (0.6, True), (1.9, True), (2.1, False)]
)
def test_black_may_halve_or_double(factor: float, plausible: bool) -> None:
    def darks(by: float) -> tuple[float, ...]:
        return tuple(5 * by * value for value in BLACK)

    earlier = form(black=darks(1.0))
    if plausible:
        form(black=darks(factor), earlier=earlier)
    else:
        with pytest.raises(ImplausibleBaseline, match="light trap"):
            form(black=darks(factor), earlier=earlier)


def test_a_black_of_a_few_counts_may_do_as_it_likes() -> None:
    form(black=(9.0, 0.0, 3.0), earlier=form(black=(1.0, 2.0, 40.0)))


def test_a_baseline_is_compared_with_its_own_kind_only() -> None:
    with pytest.raises(NeedsCalibration, match="integration time"):
        form(earlier=form(key=replace(KEY, integration_ms=84.0)))
