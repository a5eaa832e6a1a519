"""The simulated head by itself."""

from __future__ import annotations

from statistics import mean, stdev

import pytest

from drivers.simulators import As726xUnit, build
from drivers.simulators.as726x import FAULTS
from drivers.simulators.targets import load
from drivers.simulators.unit import HangUp, Send


def ask(unit: As726xUnit, line: str, now: float = 0.0) -> str:
    actions = unit.feed(line.encode() + b"\n", now)
    return b"".join(action.data for action in actions if isinstance(action, Send)).decode()


def counts(unit: As726xUnit, now: float = 0.0) -> list[int]:
    return [int(field) for field in ask(unit, "ATDATA", now).removesuffix(" OK\n").split(",")]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("AT", "OK\n"),
        ("ATVERHW", "0x4041 OK\n"),
        ("ATVERSW", "12.0.0 OK\n"),
        ("ATTEMP", "25, 25, 25 OK\n"),
        ("ATINTTIME", "20 OK\n"),
        ("ATGAIN", "1 OK\n"),
        ("ATTCSMD", "2 OK\n"),
        ("ATLED0", "1 OK\n"),
        ("ATGAIN=3", "OK\n"),
        ("ATGAIN=4", "ERROR\n"),
        ("ATLEDC=0x30", "OK\n"),
        ("ATLED1=100", "ERROR\n"),
        ("ATFW=1", "ERROR\n"),
        ("HELP", "ERROR\n"),
    ],
)
def test_answers_and_defaults_are_the_documented_ones(line: str, reply: str) -> None:
    assert ask(As726xUnit("as7265x"), line) == reply


@pytest.mark.parametrize(
    ("model", "hardware", "channels"), [("as7262", "0x403E", 6), ("as7261", "0x403D", 6)]
)
def test_the_six_channel_chips(model: str, hardware: str, channels: int) -> None:
    unit = As726xUnit(model)
    assert ask(unit, "ATVERHW") == f"{hardware} OK\n"
    assert ask(unit, "ATTEMP") == "25 OK\n"
    assert ask(unit, "ATLED1=100") == "OK\n"
    assert ask(unit, "ATLED1=1") == "ERROR\n"
    assert len(counts(unit)) == channels


def test_a_one_shot_frame_takes_two_integration_periods() -> None:
    unit = As726xUnit("as7262")
    ask(unit, "ATINTTIME=60")
    ask(unit, "ATLED1=100")
    ask(unit, "ATTCSMD=3", 10.0)
    assert counts(unit, 10.2) == [0] * 6
    assert max(counts(unit, 10.4)) > 1000


def test_light_doubles_with_time_and_follows_gain() -> None:
    unit = As726xUnit("as7262")
    ask(unit, "ATLED1=100")
    seen = {}
    for gain, integration in ((1, 20), (1, 40), (2, 40)):
        ask(unit, f"ATGAIN={gain}")
        ask(unit, f"ATINTTIME={integration}")
        seen[gain, integration] = counts(unit)[2]
    assert seen[1, 40] / seen[1, 20] == pytest.approx(2.0, rel=0.03)
    assert seen[2, 40] / seen[1, 40] == pytest.approx(16 / 3.7, rel=0.03)


def test_an_unlit_sensor_counts_a_few() -> None:
    unit = As726xUnit("as7265x")
    assert all(0 <= count <= 6 for _ in range(20) for count in counts(unit))


def test_skin_has_its_own_ratio_to_the_tile_in_every_lit_filter() -> None:
    frames = {}
    for target in ("tile", "skin-dark"):
        unit = As726xUnit("as7262", target=load(target))
        ask(unit, "ATGAIN=2")
        ask(unit, "ATINTTIME=60")
        ask(unit, "ATLED1=100")
        frames[target] = counts(unit)
    skin, tile = load("skin-dark").reflectance, load("tile").reflectance
    for channel, band in ((2, 15), (3, 17), (5, 25)):
        ratio = frames["skin-dark"][channel] / frames["tile"][channel]
        assert ratio == pytest.approx(skin[band] / tile[band], rel=0.12)


def test_counts_scatter_and_the_same_seed_gives_the_same() -> None:
    def series(seed: int) -> list[list[int]]:
        unit = As726xUnit("as7262", seed=seed)
        ask(unit, "ATGAIN=2")
        ask(unit, "ATINTTIME=60")
        ask(unit, "ATLED1=100")
        return [counts(unit) for _ in range(50)]

    one = series(1)
    assert one == series(1)
    assert one != series(2)
    green = [frame[2] for frame in one]
    # Counted light: a sixteenth of the root of some 23000 counts, and the resting noise.
    assert 5 < stdev(green) < 0.002 * mean(green)


def test_a_stream_sends_frames_around_every_answer_until_it_is_stopped() -> None:
    unit = As726xUnit("as7262", fault="streaming")
    assert ask(unit, "AT").count("OK\n") == 3
    assert ask(unit, "ATBURST=0").endswith("OK\n")
    assert ask(unit, "AT") == "OK\n"


def test_lines_may_end_in_any_way_and_come_in_pieces() -> None:
    unit = As726xUnit("as7262")
    assert unit.feed(b"ATV", 0.0) == []
    assert ask(unit, "ERHW\r") == "0x403E OK\n"


@pytest.mark.parametrize(
    "line", ["", "press", "fault", "fault rain", "target moon", "temperature x"]
)
def test_a_wrong_control_line_says_so(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        As726xUnit().control(line, 0.0)


@pytest.mark.parametrize("model", ["as7261", "AS7262", "as7265x"])
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "silence"])
def test_a_unit_with_a_fault_still_does_something(model: str, fault: str) -> None:
    assert build(model, fault=fault).feed(b"ATVERHW\n", 0.0)


def test_unplugging_happens_at_the_lit_frame_and_once() -> None:
    unit = As726xUnit("as7262", fault="unplug")
    assert counts(unit)
    ask(unit, "ATLED1=100")
    (action,) = unit.feed(b"ATDATA\n", 1.0)
    assert isinstance(action, HangUp)
    assert counts(unit)
