"""Quitting takes less than a second, whatever a unit does at that moment, and leaves no lamp on.

Nothing is hastened here: the bound must hold against the drivers' own patience, which is up to
20 s for an answer and 7 s for an opening.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from drivers import Disconnected, InstrumentError
from drivers.interrupt import Interrupt, interruptible
from drivers.link import open_link
from drivers.simulators import As726xUnit, KonicaMinoltaUnit, OpenHeadUnit, SpectrolinoUnit
from kiosk.desk.instrument_line import (
    Connected,
    Failed,
    InstrumentLine,
    LineEvent,
    Lost,
    Request,
)
from tests.drivers.failures.table import shows
from tests.drivers.rack import MODELS, Plugged, Rack, Watched, rack

#: For each model an action and what the unit hears when that has its longest wait before it.
LONGEST = {
    "as7261": ("black", b"ATDATA"),
    "as7262": ("black", b"ATDATA"),
    "as7265x": ("black", b"ATDATA"),
    "cm2600d": ("black", b"UZC"),
    "cm700d": ("black", b"ZRC"),
    "cr30": ("read", b"\xbb\x01\x00"),
    "open-head": ("black", b"meas"),
    "spectrolino": ("white", b";220907"),
}
E = TypeVar("E", bound=LineEvent)


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Rack]:
    with rack(tmp_path) as found:
        yield found


class Line:
    """An instrument line and what it tells."""

    def __init__(self, model: str, port: str) -> None:
        self.told: queue.SimpleQueue[LineEvent] = queue.SimpleQueue()
        self.line = InstrumentLine(model, port, self.told.put)
        self.line.start()

    def wait_for(self, kind: type[E]) -> E:
        while True:
            event = self.told.get(timeout=20.0)
            if isinstance(event, kind):
                return event

    def ends_in_time(self) -> bool:
        before = time.monotonic()
        ended = self.line.stop(timeout_s=1.0)
        return ended and time.monotonic() - before < 1.0


Start = Callable[[Plugged], Line]


@pytest.fixture
def start() -> Iterator[Start]:
    lines: list[Line] = []

    def start(plugged: Plugged) -> Line:
        lines.append(Line(plugged.model.name, plugged.port))
        return lines[-1]

    yield start
    for line in lines:
        line.line.stop(timeout_s=10.0)


@shows("F45")
@pytest.mark.parametrize("model", MODELS)
def test_with_a_unit_that_waits(units: Rack, start: Start, model: str) -> None:
    plugged = units.plug(model)
    line = start(plugged)
    line.wait_for(Connected)
    assert line.ends_in_time()
    assert line.told.empty()
    plugged.open().close()


@shows("F45")
@pytest.mark.parametrize("model", MODELS)
def test_with_a_unit_that_falls_silent_in_its_longest_action(
    units: Rack, start: Start, model: str
) -> None:
    action, words = LONGEST[model]
    unit = Watched(units.build(model), words, deaf=True)
    line = start(units.plug(model, unit))
    line.wait_for(Connected)
    line.line.request(Request("1", action))
    assert unit.heard.wait(10.0)
    assert line.ends_in_time()
    failed = line.wait_for(Failed)
    assert (failed.token, type(failed.error)) == ("1", Disconnected)
    assert "clos" in failed.error.message


@pytest.mark.parametrize("model", MODELS)
def test_with_a_unit_that_was_unplugged(units: Rack, start: Start, model: str) -> None:
    plugged = units.plug(model)
    line = start(plugged)
    line.wait_for(Connected)
    plugged.host.control("unplug")
    line.wait_for(Lost)
    assert line.ends_in_time()


@shows("F45")
@pytest.mark.parametrize("model", MODELS)
def test_while_a_port_is_opened_on_which_nothing_answers(
    units: Rack, start: Start, model: str
) -> None:
    unit = Watched(units.build(model), b"", deaf=True)
    line = start(units.plug(model, unit))
    assert unit.heard.wait(10.0)
    assert line.ends_in_time()


@shows("F45")
@pytest.mark.parametrize("model", ["as7261", "as7262", "as7265x"])
def test_a_lamp_that_burns_for_a_reading_goes_out(units: Rack, start: Start, model: str) -> None:
    head = units.build(model)
    assert isinstance(head, As726xUnit)
    unit = Watched(head, b"ATLED1=100" if model != "as7265x" else b"ATLED1=1")
    line = start(units.plug(model, unit))
    line.wait_for(Connected)
    line.line.request(Request("1", "black"))
    assert unit.heard.wait(10.0)
    assert line.ends_in_time()
    assert not head.lamp


def test_last_words_reach_a_unit_that_was_only_waited_for(units: Rack, start: Start) -> None:
    head = units.build("open-head")
    assert isinstance(head, OpenHeadUnit)
    line = start(units.plug("open-head", head))
    line.wait_for(Connected)
    head.feed(b'{"cmd":"led","on":1}\n', 0.0)
    assert line.ends_in_time()
    assert not head.lamp


def test_a_units_own_button_works_again_and_its_speed_is_the_usual_one(
    units: Rack, start: Start
) -> None:
    portable = units.build("cm700d")
    assert isinstance(portable, KonicaMinoltaUnit)
    line = start(units.plug("cm700d", portable, name="one"))
    line.wait_for(Connected)
    assert not portable.button_on
    assert line.ends_in_time()
    assert portable.button_on

    old = units.build("spectrolino")
    assert isinstance(old, SpectrolinoUnit)
    line = start(units.plug("spectrolino", old, name="two"))
    line.wait_for(Connected)
    assert old.baudrate == 57600
    assert line.ends_in_time()
    assert (old.baudrate, old.flow) == (9600, "none")


@pytest.mark.parametrize("mode", ["", "hang", "mute", "stubborn"])
def test_a_program_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    program = tmp_path / "spotread"
    source = (Path(__file__).parent / "spotread" / "stand_in.py").read_text()
    program.write_text(f"#!{sys.executable} -SE\n{source}")
    program.chmod(0o700)
    keys = tmp_path / "keys"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("STAND_IN", mode)
    monkeypatch.setenv("STAND_IN_LOG", str(keys))
    monkeypatch.setenv("STAND_IN_CALIBRATED", "1")
    line = Line("spotread", "spotread")
    try:
        if mode == "mute":
            while not keys.exists():
                time.sleep(0.01)
        else:
            line.wait_for(Connected)
        if mode == "hang":
            line.line.request(Request("1", "read"))
            while "' '" not in keys.read_text():
                time.sleep(0.01)
        assert line.ends_in_time()
    finally:
        line.line.stop(timeout_s=10.0)


def test_an_interrupt_ends_a_blocked_read_and_leaves_a_moment_for_last_words(units: Rack) -> None:
    plugged = units.plug("cr30", fault="silence")
    interrupt = Interrupt()
    with interruptible(interrupt):
        link = open_link(plugged.port)
    threading.Timer(0.05, interrupt.set).start()
    with pytest.raises(Disconnected, match="being closed"):
        link.read(60, 60.0)
    link.write(b"good night")
    before = time.monotonic()
    with contextlib.suppress(Disconnected):
        while True:
            link.read(60, 60.0)
    assert 0.2 < time.monotonic() - before < 0.5
    link.close()


def test_a_blocked_write_ends_as_well(units: Rack) -> None:
    # Nobody reads at the other end, as when a unit has said XOFF or its CTS is low.
    master, slave = os.openpty()
    tty.setraw(slave)
    interrupt = Interrupt()
    with interruptible(interrupt):
        link = open_link(os.ttyname(slave))
    threading.Timer(0.05, interrupt.set).start()
    before = time.monotonic()
    with pytest.raises(InstrumentError):
        link.write(bytes(1_000_000))
    assert time.monotonic() - before < 0.5
    link.close()
    os.close(slave)
    os.close(master)


def test_a_line_is_not_opened_after_the_interrupt_and_others_are_untouched(units: Rack) -> None:
    plugged = units.plug("cr30")
    interrupt = Interrupt()
    interrupt.set()
    with interruptible(interrupt), pytest.raises(Disconnected, match="not opened any more"):
        plugged.open()
    unit = plugged.open()
    assert unit.read().trigger == "host"
    unit.close()


def test_closed_lines_are_forgotten_by_the_interrupt(units: Rack) -> None:
    plugged = units.plug("cr30")
    interrupt = Interrupt()
    with interruptible(interrupt):
        for _ in range(3):
            plugged.open().close()
    assert not interrupt._calls
    interrupt.set()
