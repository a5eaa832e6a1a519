"""The thread that owns the serial port, over a real terminal with a simulated unit."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from drivers.contract import Colorimeter
from drivers.errors import Disconnected, InstrumentTimeout, NoInstrument, ProtocolError, Saturated
from drivers.readings import Identity
from drivers.simulators import Cr30Unit, PtyHost, build, running
from drivers.simulators.cr30 import tile_constant
from drivers.simulators.targets import load
from kiosk.desk.bench import open_bench, read_series
from kiosk.desk.instrument_line import (
    Calibrated,
    Connected,
    Failed,
    InstrumentLine,
    LineEvent,
    Lost,
    Measured,
    PatchRead,
    Request,
)

E = TypeVar("E", bound=LineEvent)
PlugIn = Callable[..., PtyHost]


class Ear:
    """A listener that a test can wait on."""

    def __init__(self) -> None:
        self.heard: queue.SimpleQueue[LineEvent] = queue.SimpleQueue()

    def __call__(self, event: LineEvent) -> None:
        self.heard.put(event)

    def next(self, kind: type[E], within_s: float = 5.0) -> E:
        """The next event, which must be of this kind."""
        event = self.heard.get(timeout=within_s)
        assert isinstance(event, kind), event
        return event

    def wait_for(self, kind: type[E], within_s: float = 8.0) -> E:
        """The next event of this kind; others on the way are let pass."""
        deadline = time.monotonic() + within_s
        while True:
            event = self.heard.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(event, kind):
                return event

    def silent(self) -> bool:
        return self.heard.empty()


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(name: str = "unit", target: str = "skin-medium", **options: object) -> PtyHost:
            unit = Cr30Unit(target=load(target), **options)
            return stack.enter_context(running(unit, tmp_path / name))

        yield plug_in


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[InstrumentLine, Ear]]]:
    lines: list[InstrumentLine] = []

    def start(name: str = "unit", **options: object) -> tuple[InstrumentLine, Ear]:
        ear = Ear()
        line = InstrumentLine("cr30", str(tmp_path / name), ear, **options)
        lines.append(line)
        line.start()
        return line, ear

    yield start
    for line in lines:
        line.stop(timeout_s=5.0)


Start = Callable[..., tuple[InstrumentLine, Ear]]


def test_connect_calibrate_read_and_listen_to_the_button(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    connected = ear.next(Connected)
    assert connected.identity.serial == "CM000T0001"
    assert [step.kind for step in connected.capabilities.calibration] == ["black", "white"]
    host.control("target black")
    line.request(Request("1", "black"))
    black = ear.next(Calibrated)
    assert (black.token, black.kind, black.tile) == ("1", "black", None)
    host.control("cap on")
    line.request(Request("2", "white"))
    white = ear.next(Calibrated)
    assert white.tile is not None
    assert [100 * v for v in white.tile.values] == pytest.approx(tile_constant("CM000T0001"))
    host.control("cap off")
    host.control("target skin-medium")
    line.request(Request("3", "read"))
    measured = ear.next(Measured)
    assert (measured.token, measured.sample.raw.trigger) == ("3", "host")
    assert 40 < measured.sample.lab[0] < 72
    host.control("press")
    pressed = ear.next(Measured)
    assert (pressed.token, pressed.sample.raw.trigger) == (None, "button")
    assert ear.silent()


def test_readings_are_counted_from_white_on(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    assert line.usage.readings == 0
    line.request(Request("1", "read"))
    ear.next(Measured)
    line.request(Request("2", "patch"))
    patch = ear.next(PatchRead)
    assert patch.raw.spectrum is not None
    assert line.usage.readings == 2
    host.control("cap on")
    line.request(Request("3", "white"))
    white = ear.next(Calibrated)
    assert line.usage.readings == 0
    assert white.made_under is not None
    assert white.made_under.key == line.usage.now.key
    assert white.made_under.key is not None
    assert white.made_under.key.serial == "CM000T0001"
    host.control("cap off")
    line.request(Request("4", "read"))
    ear.next(Measured)
    assert line.usage.readings == 1


def test_a_head_without_a_correction_says_so_and_is_asked_again_after_white(
    tmp_path: Path,
) -> None:
    ear, asked = Ear(), []
    with running(build("open-head", target="tile", attended=False), tmp_path / "head") as host:
        line = InstrumentLine(
            "open-head", str(host.path), ear, correction=lambda unit: asked.append(unit.serial)
        )
        line.start()
        try:
            ear.next(Connected)
            host.control("target black")
            line.request(Request("1", "black"))
            black = ear.next(Calibrated)
            assert black.baseline is not None
            host.control("target tile")
            line.request(Request("2", "white"))
            white = ear.next(Calibrated)
            assert white.baseline is not None
            assert white.baseline.white is not None
            assert white.made_under is not None
            # The simulated head tells 31.5 degrees, gain 16 and 182 ms.
            assert white.made_under.temperature_c == 31.5
            assert white.made_under.key is not None
            assert (white.made_under.key.gain, white.made_under.key.integration_ms) == (16, 182)
            for token in ("3", "4"):
                line.request(Request(token, "read"))
                failed = ear.next(Failed)
                assert failed.error.kind == "needs-calibration"
                assert "calibrate fit" in failed.error.hint
            assert asked == ["A1"]
            host.control("temperature 40")
            line.request(Request("5", "white"))
            ear.next(Calibrated)
            line.request(Request("6", "read"))
            ear.next(Failed)
            assert asked == ["A1", "A1"]
            assert line.usage.now.temperature_c == 40.0
        finally:
            line.stop(timeout_s=5.0)


def test_requests_are_served_in_order_each_under_its_own_token(
    plug_in: PlugIn, start: Start
) -> None:
    plug_in()
    line, ear = start()
    ear.next(Connected)
    for token in ("a", "b", "c"):
        line.request(Request(token, "read"))
    readings = [ear.next(Measured) for _ in range(3)]
    assert [one.token for one in readings] == ["a", "b", "c"]
    assert len({one.sample.raw.monotonic_ns for one in readings}) == 3


def test_unplugged_and_plugged_in_again(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    first = ear.next(Connected)
    before = time.monotonic()
    host.control("unplug")
    lost = ear.next(Lost)
    assert isinstance(lost.error, Disconnected)
    assert time.monotonic() - before < 3.0
    host.control("plug")
    again = ear.wait_for(Connected)
    assert again.identity == first.identity
    assert again.at > first.at
    line.request(Request("1", "read"))
    assert ear.next(Measured).token == "1"


def test_ac_p03_unplugged_in_the_middle_of_a_reading_gives_no_reading(
    plug_in: PlugIn, start: Start
) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    host.control("fault unplug")
    line.request(Request("3", "read"))
    failed = ear.next(Failed, within_s=3.0)
    assert (failed.token, type(failed.error)) == ("3", Disconnected)
    ear.next(Lost)
    assert "readings already taken are kept" in failed.error.hint


def test_ac_p04_another_unit_on_the_same_port_says_who_it_is(plug_in: PlugIn, start: Start) -> None:
    first = plug_in(serial="CM000T0001")
    _, ear = start()
    assert ear.next(Connected).identity.serial == "CM000T0001"
    first.control("unplug")
    ear.next(Lost)
    plug_in(serial="CM000T0002")
    assert ear.wait_for(Connected).identity.serial == "CM000T0002"


def test_a_request_while_nothing_is_there_fails_at_once(start: Start) -> None:
    line, ear = start("nothing")
    assert isinstance(ear.next(Lost).error, NoInstrument)
    before = time.monotonic()
    line.request(Request("1", "read"))
    failed = ear.next(Failed)
    assert (failed.token, type(failed.error)) == ("1", NoInstrument)
    assert time.monotonic() - before < 0.3


def test_a_unit_that_comes_late_is_found(plug_in: PlugIn, start: Start) -> None:
    _, ear = start()
    ear.next(Lost)
    plug_in()
    ear.wait_for(Connected)


@pytest.mark.parametrize(("fault", "error"), [("nan", ProtocolError), ("overrange", Saturated)])
def test_ac_p05_a_reading_that_is_no_colour_fails_and_the_unit_stays(
    plug_in: PlugIn, start: Start, fault: str, error: type[Exception]
) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    host.control(f"fault {fault}")
    line.request(Request("1", "read"))
    failed = ear.next(Failed)
    assert (failed.token, type(failed.error)) == ("1", error)
    host.control("press")
    assert ear.next(Failed).token is None
    host.control("fault none")
    line.request(Request("2", "read"))
    assert ear.next(Measured).token == "2"


def test_a_unit_that_falls_silent_is_lost_and_found_again(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    host.control("fault silence")
    line.request(Request("1", "read"))
    assert isinstance(ear.next(Failed).error, InstrumentTimeout)
    ear.next(Lost)
    host.control("fault none")
    ear.wait_for(Connected)


def ends_within_a_second(line: InstrumentLine) -> bool:
    before = time.monotonic()
    ended = line.stop()
    return ended and time.monotonic() - before < 1.0


def test_stopping_with_a_unit_that_waits(plug_in: PlugIn, start: Start) -> None:
    plug_in()
    line, ear = start()
    ear.next(Connected)
    assert ends_within_a_second(line)
    assert ear.silent()


def test_stopping_while_the_unit_reads(plug_in: PlugIn, start: Start) -> None:
    plug_in()
    line, ear = start()
    ear.next(Connected)
    line.request(Request("1", "read"))
    assert ends_within_a_second(line)


def test_stopping_with_a_unit_that_fell_silent(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    host.control("fault silence")
    assert ends_within_a_second(line)


def test_stopping_while_a_silent_unit_is_being_opened(plug_in: PlugIn, start: Start) -> None:
    plug_in(fault="silence")
    line, _ = start()
    assert ends_within_a_second(line)


def test_stopping_with_an_unplugged_unit(plug_in: PlugIn, start: Start) -> None:
    host = plug_in()
    line, ear = start()
    ear.next(Connected)
    host.control("unplug")
    ear.next(Lost)
    assert ends_within_a_second(line)


def test_stopping_where_there_never_was_a_unit(start: Start) -> None:
    line, ear = start("nothing")
    ear.next(Lost)
    assert ends_within_a_second(line)


def test_a_kept_tile_constant_is_given_to_the_unit_it_belongs_to(
    plug_in: PlugIn, start: Start
) -> None:
    host = plug_in()
    with open_bench("cr30", str(host.path)) as bench:
        host.control("cap on")
        bench.unit.calibrate("white")
        tile = bench.unit.tile_constant
    asked: list[Identity] = []

    def restore(unit: Colorimeter) -> None:
        asked.append(unit.identity)
        unit.tile_constant = tile

    line, ear = start(restore=restore)
    assert ear.next(Connected).identity == asked[0]
    # The cap is still on: the unit answers with its tile constant instead of a reading.
    line.request(Request("1", "read"))
    assert ear.next(Failed).error.kind == "gated"


def test_a_series_on_the_bench_has_the_spread_of_lifting_and_replacing(plug_in: PlugIn) -> None:
    host = plug_in()
    with open_bench("cr30", str(host.path)) as bench:
        series = read_series(bench.unit, 3)
    assert len(series.samples) == 3
    assert 0 < series.mcdm < 0.5
    assert series.lab == pytest.approx(series.samples[0].lab, abs=1.0)
