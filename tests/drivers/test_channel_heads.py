from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import NeedsCalibration, ProtocolError, Saturated
from drivers.channel_heads import (
    AMBIENT,
    RECALIBRATE,
    TEMPERATURE,
    Baseline,
    ChannelCalibration,
    Exposure,
)

NAMES = ("R", "G", "B", "NIR")


def exposure(
    *net: int, dark: int = 3, settings: str = "gain 16", celsius: float = 25.0
) -> Exposure:
    return Exposure(
        NAMES, (dark,) * 4, tuple(dark + value for value in net), 65535, settings, celsius
    )


def calibrated() -> ChannelCalibration:
    calibration = ChannelCalibration()
    calibration.take("black", exposure(100, 200, 300, 10))
    calibration.take("white", exposure(20100, 10200, 5300, 200))
    return calibration


def test_a_reading_is_the_ratio_to_white_with_black_taken_off_and_unlit_channels_left_out() -> None:
    channels, warnings = calibrated().reading(exposure(10100, 2700, 2800, 90))
    assert channels.names == ("R", "G", "B")
    # (10100 - 100) / 20000, (2700 - 200) / 10000, (2800 - 300) / 5000
    assert channels.values == pytest.approx((0.5, 0.25, 0.5))
    # R blinds first: (65535 - 100) / 20000.
    assert channels.full_scale == pytest.approx(3.27175)
    assert warnings == ()


@pytest.mark.parametrize("missing", ["black", "white", "both"])
def test_without_black_or_white_there_is_no_reading(missing: str) -> None:
    calibration = ChannelCalibration()
    if missing == "white":
        calibration.take("black", exposure(100, 200, 300, 10))
    elif missing == "black":
        calibration.take("white", exposure(20100, 10200, 5300, 200))
    with pytest.raises(NeedsCalibration):
        calibration.reading(exposure(10100, 2700, 2800, 90))


def test_white_may_come_before_black() -> None:
    calibration = ChannelCalibration()
    calibration.take("white", exposure(20100, 10200, 5300, 200))
    calibration.take("black", exposure(100, 200, 300, 10))
    assert calibration.reading(exposure(10100, 2700, 2800, 90))[0].values[0] == pytest.approx(0.5)


def test_other_settings_than_those_of_the_baseline_need_a_calibration() -> None:
    with pytest.raises(NeedsCalibration, match="gain 64"):
        calibrated().reading(exposure(10100, 2700, 2800, 90, settings="gain 64"))


def test_black_under_other_settings_voids_white() -> None:
    calibration = calibrated()
    calibration.take("black", exposure(400, 800, 1200, 40, settings="gain 64"))
    assert calibration.baseline == Baseline(NAMES, "gain 64", black=(400, 800, 1200, 40))


@pytest.mark.parametrize("white", [(300, 400, 500, 10), (20000, 300, 400, 10), (0, 0, 0, 0)])
def test_a_white_that_is_hardly_brighter_than_black_is_refused(white: tuple[int, ...]) -> None:
    calibration = ChannelCalibration()
    calibration.take("black", exposure(100, 200, 300, 10))
    with pytest.raises(NeedsCalibration, match="White"):
        calibration.take("white", exposure(*white))
    assert calibration.baseline is not None
    assert calibration.baseline.white is None


@pytest.mark.parametrize("net", [(20100, 13800, 5300, 0), (-1500, 200, 300, 0)])
def test_what_no_surface_sends_back_is_refused(net: tuple[int, ...]) -> None:
    with pytest.raises(Saturated):
        calibrated().reading(exposure(*net, dark=2000))


def test_more_than_the_tile_is_a_warning_before_it_is_an_error() -> None:
    # Of a white of 10000: a paper on a tile of 80 % is no reason to doubt the calibration.
    assert calibrated().reading(exposure(20100, 12300, 5300, 200))[1] == ()
    assert calibrated().reading(exposure(20100, 12800, 5300, 200))[1] == (RECALIBRATE,)


def test_light_from_outside_is_told_of() -> None:
    # B has the least light: 5 % of 5000.
    assert calibrated().reading(exposure(10100, 2700, 2800, 90, dark=250))[1] == ()
    assert calibrated().reading(exposure(10100, 2700, 2800, 90, dark=251))[1] == (AMBIENT,)


def test_a_head_that_warmed_up_is_told_of() -> None:
    assert calibrated().reading(exposure(10100, 2700, 2800, 90, celsius=29.9))[1] == ()
    assert calibrated().reading(exposure(10100, 2700, 2800, 90, celsius=30.0))[1] == (TEMPERATURE,)


@pytest.mark.parametrize("frame", ["dark", "lit"])
def test_a_blinded_channel_is_named(frame: str) -> None:
    blinded = replace(exposure(10100, 2700, 2800, 90), **{frame: (5, 5, 65535, 5)})
    with pytest.raises(Saturated, match="B"):
        ChannelCalibration().accept(blinded)


def test_the_same_counts_again_are_no_measurement() -> None:
    calibration = ChannelCalibration()
    calibration.accept(exposure(10100, 2700, 2800, 90))
    with pytest.raises(ProtocolError, match="twice"):
        calibration.accept(exposure(10100, 2700, 2800, 90))
    calibration.accept(exposure(10101, 2700, 2800, 90))


def test_a_lit_frame_that_copies_the_dark_one_is_no_measurement() -> None:
    with pytest.raises(ProtocolError, match="twice"):
        ChannelCalibration().accept(exposure(0, 0, 0, 0, dark=1000))


def test_in_the_dark_equal_frames_are_chance() -> None:
    calibration = ChannelCalibration()
    calibration.accept(exposure(0, 0, 0, 0, dark=2))
    calibration.accept(exposure(0, 0, 0, 0, dark=2))


@given(
    st.lists(st.integers(0, 65535), min_size=12, max_size=12),
    st.lists(st.integers(0, 65535), min_size=4, max_size=4),
)
def test_any_counts_give_plausible_ratios_or_a_typed_error(
    baseline: list[int], lit: list[int]
) -> None:
    calibration = ChannelCalibration()
    try:
        calibration.take("black", exposure(*baseline[:4]))
        calibration.take("white", exposure(*baseline[4:8]))
        channels, _ = calibration.reading(exposure(*lit))
    except (NeedsCalibration, Saturated):
        return
    assert all(-0.05 <= value <= 1.3 for value in channels.values)
    assert len(channels.names) == len(channels.values) >= 3
