"""Driver, pyserial, terminal and simulated head together, in the head's own time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import (
    Busy,
    Colorimeter,
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.discovery import list_ports
from drivers.link import PortInfo
from drivers.open_head import MODEL, protocol
from drivers.open_head.driver import OpenHead
from drivers.simulators import OpenHeadUnit, PtyHost, build, running
from drivers.simulators import open_head as simulated
from drivers.simulators.heads import PAUSE_S
from drivers.simulators.open_head import FAULTS
from drivers.simulators.targets import load


@pytest.fixture(autouse=True)
def short_exposures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that measures in an instant, and less patience with silence."""
    if "in_full_time" not in request.fixturenames:
        monkeypatch.setattr(simulated, "_FRAME_MS", 5)
        monkeypatch.setattr(simulated, "_LAMP_MS", 5)
        monkeypatch.setattr(simulated, "WAIT_MS", 200)
        monkeypatch.setattr(protocol, "ANSWER_TIMEOUT_S", 0.3)


@pytest.fixture
def in_full_time() -> None:
    """Keeps the times of the simulated head."""


PlugIn = Callable[..., tuple[OpenHeadUnit, PtyHost]]


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(
            name: str = "head", target: str = "tile", **options
        ) -> tuple[OpenHeadUnit, PtyHost]:
            unit = OpenHeadUnit(target=load(target), **options)
            return unit, stack.enter_context(running(unit, tmp_path / name))

        yield plug_in


def open_unit(host: PtyHost) -> Colorimeter:
    return MODEL.open(str(host.path))


def calibrate(host: PtyHost, unit: Colorimeter) -> None:
    host.control("target black")
    unit.calibrate("black")
    host.control("target tile")
    unit.calibrate("white")


def test_a_visit_calibrate_and_read(plug_in: PlugIn, in_full_time: None) -> None:
    _, host = plug_in()
    unit = open_unit(host)
    calibrate(host, unit)
    host.control("target skin-medium")
    start = time.monotonic()
    reading = unit.read()
    elapsed = time.monotonic() - start
    assert reading.channels is not None
    ratios = dict(zip(reading.channels.names, reading.channels.values, strict=True))
    skin, tile = load("skin-medium").reflectance, load("tile").reflectance
    for name, low, high in (("445", 430, 460), ("555", 540, 570), ("680", 650, 700)):
        around = [skin[b] / tile[b] for b in range((low - 400) // 10, (high - 400) // 10 + 1)]
        assert min(around) * 0.97 <= ratios[name] <= max(around) * 1.03
    # At most 5 % more than the head itself needs.
    assert elapsed <= 1.05 * unit.capabilities.unit_time_s
    unit.close()
    unit.close()


def test_an_attended_head_needs_no_control_lines(plug_in: PlugIn) -> None:
    _, host = plug_in(target="hair-brown", attended=True)
    unit = open_unit(host)
    unit.calibrate("black")
    unit.calibrate("white")
    unit.wait_for_button(2 * PAUSE_S)
    channels = unit.read().channels
    assert channels is not None
    hair, tile = load("hair-brown").reflectance, load("tile").reflectance
    assert channels.values[4] == pytest.approx(hair[15] / tile[15], rel=0.1)
    unit.close()


def test_two_heads_are_told_apart_by_their_serial_numbers(plug_in: PlugIn) -> None:
    units = [open_unit(plug_in(name, serial=name)[1]) for name in ("A1", "B2")]
    assert [unit.identity.serial for unit in units] == ["A1", "B2"]
    for unit in units:
        unit.close()


def test_hosts_come_and_go_and_a_second_one_finds_the_port_busy(plug_in: PlugIn) -> None:
    _, host = plug_in()
    unit = open_unit(host)
    with pytest.raises(Busy):
        open_unit(host)
    unit.close()
    open_unit(host).close()


def test_a_lamp_left_on_is_put_out_at_opening_and_at_closing(plug_in: PlugIn) -> None:
    head, host = plug_in()
    head.feed(b'{"cmd":"led","on":1}\n', 0.0)
    assert head.lamp
    unit = open_unit(host)
    assert not head.lamp
    head.feed(b'{"cmd":"led","on":1}\n', 0.0)
    unit.close()
    assert not head.lamp


def test_the_button_is_heard_and_measured_for(plug_in: PlugIn) -> None:
    _, host = plug_in()
    unit = open_unit(host)
    calibrate(host, unit)
    threading.Timer(0.02, host.control, ("press",)).start()
    reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert unit.wait_for_button(0.01) is None
    unit.close()


def test_unplugging_in_the_middle_of_a_reading(plug_in: PlugIn) -> None:
    _, host = plug_in(fault="unplug")
    unit = open_unit(host)
    with pytest.raises(Disconnected):
        unit.read()
    with pytest.raises(Disconnected):
        unit.wait_for_button(1.0)
    unit.close()
    with pytest.raises(NoInstrument):
        open_unit(host)
    host.control("plug")
    again = open_unit(host)
    assert again.identity == unit.identity
    again.close()


def test_waking_from_another_thread_and_not_in_a_reading(plug_in: PlugIn) -> None:
    _, host = plug_in()
    unit = open_unit(host)
    calibrate(host, unit)
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    timers = [threading.Timer(0.001 * n, unit.wake) for n in range(1, 20)]
    for timer in timers:
        timer.start()
    assert unit.read().trigger == "host"
    for timer in timers:
        timer.join()
    unit.close()


# What each fault of the simulator must lead to: when opening, and when calibrating white.
EXPECTED: dict[str, tuple[type[InstrumentError] | None, type[InstrumentError] | None]] = {
    "unplug": (None, Disconnected),
    "silence": (InstrumentTimeout, None),
    "split": (None, None),
    "short": (ProtocolError, None),
    "garbage": (None, None),
    "twice": (None, None),
    "wrong-speed": (ProtocolError, None),
    "parity": (ProtocolError, None),
    "banner": (None, None),
    "echo": (Unsupported, None),
    "error": (Unsupported, None),
    "checksum": (None, ProtocolError),
    "wrong-model": (Unsupported, None),
    "button": (None, None),
    "nan": (None, ProtocolError),
    "saturated": (None, Saturated),
    "stuck": (None, ProtocolError),
    "stale": (None, ProtocolError),
    "busy": (None, None),
    "stuck-busy": (None, InstrumentTimeout),
    "sensor": (None, UnitFault),
    "hot": (None, UnitFault),
    "dark-lamp": (None, NeedsCalibration),
}


def test_every_fault_is_accounted_for() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_from_the_start(plug_in: PlugIn, fault: str) -> None:
    opening, exposing = EXPECTED[fault]
    _, host = plug_in(fault=fault)
    if opening is not None:
        with pytest.raises(opening) as caught:
            open_unit(host)
        assert caught.value.hint
        host.control("fault none")
        open_unit(host).close()
        return
    unit = open_unit(host)
    if exposing is None:
        unit.calibrate("white")
        assert isinstance(unit, OpenHead)
        assert unit.baseline is not None
    else:
        with pytest.raises(exposing) as caught:
            unit.calibrate("white")
        assert caught.value.hint
    unit.close()


@pytest.mark.parametrize("fault", ["checksum", "nan", "sensor", "silence"])
def test_after_a_passing_fault_the_same_driver_reads_on(plug_in: PlugIn, fault: str) -> None:
    _, host = plug_in()
    unit = open_unit(host)
    calibrate(host, unit)
    host.control(f"fault {fault}")
    with pytest.raises(InstrumentError):
        unit.read()
    host.control("fault none")
    channels = unit.read().channels
    assert channels is not None
    assert channels.values == pytest.approx([1.0] * 8, abs=0.03)
    unit.close()


def test_the_simulator_is_built_by_name(tmp_path: Path) -> None:
    with running(build("Open-Head", serial="Z9", attended=False), tmp_path / "head") as host:
        unit = open_unit(host)
        assert unit.identity.serial == "Z9"
        unit.close()


def test_a_head_is_found_on_a_port_that_a_person_confirmed(plug_in: PlugIn) -> None:
    _, host = plug_in(serial="A7")
    board = PortInfo(str(host.path), vid=0x2E8A, pid=0x0005, product="Board in FS mode")
    look = {"models": [MODEL], "lister": lambda: [board], "usb_lister": lambda: ()}
    (report,) = list_ports(**look)
    assert (report.model, report.serial, report.state) == ("open-head", None, "unconfirmed")
    (report,) = list_ports(confirmed=(str(host.path),), **look)
    assert (report.model, report.serial, report.state) == ("open-head", "A7", "ready")
