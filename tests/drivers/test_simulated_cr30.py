"""The simulated unit by itself: bytes as captured, physics and scatter as measured."""

from __future__ import annotations

import itertools
import struct
from statistics import mean, median

import numpy as np
import pytest

from calibration.colorimetry import channels_to_lab, reflectance_to_channels
from drivers.simulators import FAULTS, Cr30Unit, build
from drivers.simulators.cr30 import PAUSE_S, tile_constant
from drivers.simulators.targets import Target, load
from drivers.simulators.unit import HangUp, Send
from tests.drivers import golden

pytestmark = pytest.mark.filterwarnings("ignore:Aligning")

PAPER = Target("paper", (0.82,) * 31)
GREY = Target("grey", (0.30,) * 31)
BROWN = Target("brown", tuple(0.10 + 0.01 * band for band in range(31)))


def ask(unit: Cr30Unit, request: bytes, now: float = 0.0) -> bytes:
    return b"".join(action.data for action in unit.feed(request, now) if isinstance(action, Send))


def read(unit: Cr30Unit, now: float = 0.0) -> list[float]:
    ask(unit, golden.TRIG, now)
    replies = [ask(unit, request, now) for request in (golden.CHUNK0, golden.CHUNK1, golden.CHUNK2)]
    return [
        value
        for reply, count in zip(replies, (12, 12, 7), strict=True)
        for value in struct.unpack_from(f"<{count}f", reply, 6)
    ]


def lab(percent: object) -> np.ndarray:
    return channels_to_lab(reflectance_to_channels(400, 10, np.asarray(percent) / 100))


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (golden.ASK0, golden.ID0),
        (golden.ASK1, golden.ID1),
        (golden.ASK2, golden.ID2),
        (golden.request(0xAA, 0x0A, 0x03), golden.ID3),
        (golden.JOB_TX, golden.JOB_RX),
        (golden.ASK_WHITE, golden.WCAL),
        (golden.ASK_BLACK, golden.BCAL),
        (golden.TRIG, golden.HDR),
    ],
)
def test_answers_are_the_captured_ones(request_: bytes, reply: bytes) -> None:
    assert ask(Cr30Unit(), request_) == reply


def test_under_the_cap_the_captured_tile_constant_comes_each_time() -> None:
    unit = Cr30Unit()
    unit.control("cap on", 0.0)
    for _ in range(2):
        assert ask(unit, golden.TRIG) == golden.HDR
        assert ask(unit, golden.CHUNK0) == golden.T10
        assert ask(unit, golden.CHUNK1) == golden.T11
        assert ask(unit, golden.CHUNK2) == golden.T12


@pytest.mark.parametrize(("cap", "frame"), [("off", golden.BTN), ("on", golden.GAT)])
def test_the_button_sends_the_captured_header(cap: str, frame: bytes) -> None:
    unit = Cr30Unit()
    unit.control(f"cap {cap}", 0.0)
    (action,) = unit.control("press", 0.0)
    assert isinstance(action, Send)
    assert action.data == frame


def test_the_fourth_chunk_repeats_the_first_bands_elsewhere() -> None:
    unit = Cr30Unit()
    bands = read(unit)
    reply = ask(unit, golden.CHUNK0[:2] + b"\x13" + golden.CHUNK0[3:])
    assert list(struct.unpack_from("<5f", reply, 34)) == bands[:5]


@pytest.mark.parametrize("head", ["bb1700", "bb2800ff", "bb2101", "aa0b00"])
def test_unknown_commands_come_back_unchanged(head: str) -> None:
    body = bytes.fromhex(head).ljust(58, b"\0") + b"\xff"
    request = body + bytes([sum(body) % 256])
    assert ask(Cr30Unit(), request) == request


def test_the_checksum_of_a_request_is_not_looked_at() -> None:
    assert ask(Cr30Unit(), golden.spoiled(golden.ASK0)) == golden.ID0


@pytest.mark.parametrize(
    "pieces",
    [
        [golden.ASK0[:30], golden.ASK0[30:]],
        [golden.ASK0[:59], golden.ASK0[59:]],
        [golden.ASK0 + golden.ASK1],
    ],
)
def test_a_write_that_is_not_one_frame_meets_silence(pieces: list[bytes]) -> None:
    unit = Cr30Unit()
    assert [unit.feed(piece, 0.0) for piece in pieces] == [[]] * len(pieces)
    assert ask(unit, golden.ASK0) == golden.ID0


def test_times_are_those_of_the_unit() -> None:
    unit = Cr30Unit()
    for _ in range(50):
        now = 0.0
        for request in (golden.TRIG, golden.CHUNK0, golden.CHUNK1, golden.CHUNK2):
            unit_time = unit.feed(request, 1000.0 + now)[0].at
            now = unit_time - 1000.0
        assert 0.313 <= now <= 0.318
        unit = Cr30Unit(seed=_ + 1)
    assert Cr30Unit().feed(golden.ASK0, 5.0)[0].at == pytest.approx(5.00077)
    assert Cr30Unit().feed(golden.ASK_BLACK, 5.0)[0].at == pytest.approx(5.249)


def test_a_busy_unit_answers_one_thing_after_the_other() -> None:
    unit = Cr30Unit()
    (first,) = unit.feed(golden.TRIG, 0.0)
    (second,) = unit.feed(golden.ASK0, 0.1)
    assert second.at > first.at


def test_units_have_their_own_serial_and_tile() -> None:
    one, two = tile_constant("CM000T0001"), tile_constant("CM000T0002")
    assert ask(Cr30Unit(serial="CM000T0002"), golden.ASK1)[19:29] == b"CM000T0002"
    differences = [abs(a - b) for a, b in zip(one, two, strict=True)]
    # Two real units differed by up to 4.69 %R.
    assert 0.1 < max(differences) < 4.69


@pytest.mark.parametrize("serial", ["", "S" * 30, "Ünit"])
def test_a_serial_number_that_does_not_fit_is_refused(serial: str) -> None:
    with pytest.raises(ValueError, match="serial"):
        Cr30Unit(serial=serial)


# Physics


def test_a_target_reads_as_it_is() -> None:
    assert read(Cr30Unit(target=BROWN)) == pytest.approx(
        [100 * value for value in BROWN.reflectance], rel=0.03
    )


def test_the_tile_reads_as_its_constant_but_never_bit_for_bit() -> None:
    unit = Cr30Unit(serial="CM000T0007")
    constant = tile_constant("CM000T0007")
    reading = read(unit)
    assert reading == pytest.approx(constant, rel=0.03)
    assert tuple(reading) != constant
    assert reading != read(unit)


def test_open_air_is_between_nothing_and_0_15_percent() -> None:
    unit = Cr30Unit(target=load("black"))
    for _ in range(20):
        assert all(-0.05 <= value <= 0.2 for value in read(unit))


def test_a_magnet_over_a_darker_surface_makes_all_that_follows_too_bright() -> None:
    unit = Cr30Unit(target=BROWN)
    unit.control("fault cap-on", 0.0)
    assert tuple(read(unit)) == tile_constant("CM000T0001")
    unit.control("fault none", 0.0)
    unit._target = PAPER
    wrong = read(unit)
    # R = constant * paper / brown, band by band.
    expected = [
        constant * 0.82 / brown
        for constant, brown in zip(tile_constant("CM000T0001"), BROWN.reflectance, strict=True)
    ]
    assert wrong == pytest.approx(expected, rel=0.05)
    assert max(wrong) > 130


def test_one_reading_under_the_seated_cap_puts_it_right_again() -> None:
    unit = Cr30Unit(target=BROWN)
    unit.control("fault cap-on", 0.0)
    read(unit)
    unit.control("fault none", 0.0)
    unit.control("cap on", 0.0)
    read(unit)
    unit.control("cap off", 0.0)
    ratio = mean(read(unit)) / (100 * mean(BROWN.reflectance))
    assert 0.97 < ratio < 1.03


def test_black_calibrated_on_a_surface_takes_that_surface_away() -> None:
    unit = Cr30Unit(target=GREY)
    ask(unit, golden.ASK_BLACK)
    assert read(unit) == pytest.approx([0.0] * 31, abs=2.0)


# The person of an attended unit


def test_an_attended_calibration_is_right_whatever_the_target() -> None:
    unit = Cr30Unit(target=BROWN, attended=True)
    ask(unit, golden.ASK_BLACK, 10.0)
    ask(unit, golden.ASK_WHITE, 11.0)
    assert tuple(read(unit, 11.4)) == tile_constant("CM000T0001")
    assert tuple(read(unit, 11.8)) == tile_constant("CM000T0001")
    assert read(unit, 20.0) == pytest.approx([100 * v for v in BROWN.reflectance], rel=0.04)


def test_an_attended_unit_is_lifted_between_readings_apart_and_not_in_a_row() -> None:
    unit = Cr30Unit(target=PAPER, attended=True)
    first = read(unit, 10.0)
    in_a_row = read(unit, 10.0 + 0.32)
    apart = read(unit, 10.0 + 2 * 0.32 + 2 * PAUSE_S)
    assert max(abs(a - b) for a, b in zip(first, in_a_row, strict=True)) < 0.3
    assert np.linalg.norm(lab(apart) - lab(first)) > 5 * np.linalg.norm(lab(in_a_row) - lab(first))


# Scatter: itsab1989/chromiq-cr30-research


def test_the_same_seed_gives_the_same_readings() -> None:
    assert read(Cr30Unit(seed=3)) == read(Cr30Unit(seed=3))
    assert read(Cr30Unit(seed=3)) != read(Cr30Unit(seed=4))


def test_resting_scatter_is_that_of_the_unit() -> None:
    unit = Cr30Unit(target=PAPER, seed=5)
    readings = np.array([read(unit) for _ in range(400)])
    assert readings.std(axis=0).max() == pytest.approx(0.056, rel=0.15)
    steps = np.linalg.norm(np.diff(lab(readings), axis=0), axis=1)
    assert median(steps) == pytest.approx(0.004, rel=0.25)


def test_lifting_and_replacing_scatters_as_the_unit_does() -> None:
    unit = Cr30Unit(target=PAPER, seed=6)
    readings = []
    for _ in range(600):
        unit.control("lift", 0.0)
        readings.append(read(unit))
    assert np.std(readings, axis=0).mean() == pytest.approx(0.356, rel=0.15)
    sixes = lab(readings).reshape(-1, 6, 3)
    distances = np.linalg.norm(sixes - sixes.mean(axis=1, keepdims=True), axis=2)
    assert distances.mean() == pytest.approx(0.215, rel=0.15)
    assert distances.max(axis=1).mean() == pytest.approx(0.340, rel=0.15)


def test_warming_up_takes_light_away() -> None:
    unit = Cr30Unit(target=PAPER, warming=True)
    readings = [mean(read(unit)) for _ in range(31)]
    assert readings[30] / readings[0] == pytest.approx(82.27 / 82.54, abs=0.0005)


# Control


@pytest.mark.parametrize(
    "line", ["", "cap", "cap half", "fault", "fault rain", "target", "target moon", "dance", "LIFT"]
)
def test_a_wrong_control_line_says_so(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Cr30Unit().control(line, 0.0)


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="unplug"):
        Cr30Unit(fault="rain")


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "silence"])
def test_a_unit_with_a_fault_still_does_something(fault: str) -> None:
    unit = build("CR30", fault=fault)
    assert unit.feed(golden.TRIG, 0.0)


def test_unplug_happens_in_the_middle_of_a_measurement_and_once() -> None:
    unit = Cr30Unit(fault="unplug")
    assert ask(unit, golden.ASK0) == golden.ID0
    (action,) = unit.feed(golden.TRIG, 10.0)
    assert isinstance(action, HangUp)
    assert 10.0 < action.at < 10.3
    assert ask(unit, golden.TRIG, 20.0) == golden.HDR


def test_a_split_answer_is_whole_in_the_end() -> None:
    actions = Cr30Unit(fault="split").feed(golden.ASK0, 0.0)
    assert len(actions) == 3
    assert b"".join(action.data for action in actions) == golden.ID0  # type: ignore[union-attr]
    assert all(a.at < b.at for a, b in itertools.pairwise(actions))
