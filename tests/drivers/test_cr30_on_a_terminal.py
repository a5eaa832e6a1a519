"""Driver, pyserial, terminal and simulated unit together, in the unit's own time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from drivers import (
    Busy,
    Colorimeter,
    Disconnected,
    Gated,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Saturated,
    Unsupported,
)
from drivers.cr30 import MODEL
from drivers.simulators import FAULTS, PtyHost
from drivers.simulators import cr30 as simulated
from drivers.simulators.cr30 import PAUSE_S, tile_constant
from drivers.simulators.targets import load

PlugIn = Callable[..., PtyHost]


@pytest.fixture(autouse=True)
def short_measurements(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that measures in a tenth of its time, except where time itself is tested."""
    if "in_full_time" not in request.fixturenames:
        monkeypatch.setattr(simulated, "_MEASURE_S", (0.03, 0.034))


@pytest.fixture
def in_full_time() -> None:
    """Keeps the times of the simulated unit."""


def open_unit(host: PtyHost) -> Colorimeter:
    return MODEL.open(str(host.path))


def test_a_visit_calibrate_and_read(plug_in: PlugIn, in_full_time: None) -> None:
    host = plug_in(target="black")
    unit = open_unit(host)
    unit.calibrate("black")
    host.control("cap on")
    unit.calibrate("white")
    assert unit.tile_constant is not None
    assert [100 * value for value in unit.tile_constant.values] == pytest.approx(
        tile_constant("CM000T0001")
    )
    host.control("cap off")
    host.control("target skin-light")
    first, second = unit.read(), unit.read()
    assert first.spectrum != second.spectrum
    assert first.spectrum.values == pytest.approx(second.spectrum.values, abs=0.003)
    assert second.monotonic_ns > first.monotonic_ns
    unit.close()
    unit.close()


def test_hosts_come_and_go(plug_in: PlugIn) -> None:
    host = plug_in()
    for _ in range(3):
        unit = open_unit(host)
        unit.ping()
        unit.close()


def test_bytes_left_by_a_crashed_program_do_no_harm(plug_in: PlugIn) -> None:
    host = plug_in()
    crashed = open_unit(host)
    fd = os.open(host.path, os.O_RDWR | os.O_NOCTTY)
    os.write(fd, bytes.fromhex("bb0110") + bytes(55) + b"\xff\xcb")
    os.write(fd, b"half a frame")
    os.close(fd)
    crashed.close()
    unit = open_unit(host)
    assert unit.identity.model == "CR30"
    unit.close()


def test_two_units_are_told_apart_by_their_own_serial_numbers(plug_in: PlugIn) -> None:
    one = open_unit(plug_in("one", serial="CM000T0001"))
    two = open_unit(plug_in("two", serial="CM000T0002"))
    assert one.identity.serial == "CM000T0001"
    assert two.identity.serial == "CM000T0002"
    one.close()
    two.close()


def test_a_second_program_finds_the_port_busy(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    with pytest.raises(Busy):
        open_unit(host)
    unit.close()
    open_unit(host).close()


def test_a_failed_opening_frees_the_port(plug_in: PlugIn) -> None:
    host = plug_in(fault="wrong-model")
    with pytest.raises(Unsupported):
        open_unit(host)
    host.control("fault none")
    open_unit(host).close()


def test_unplugging_in_the_middle_of_a_reading(plug_in: PlugIn) -> None:
    host = plug_in(fault="unplug")
    unit = open_unit(host)
    with pytest.raises(Disconnected):
        unit.read()
    with pytest.raises(Disconnected):
        unit.read()
    unit.close()
    with pytest.raises(NoInstrument):
        open_unit(host)
    host.control("plug")
    again = open_unit(host)
    assert again.identity == unit.identity
    assert again.read().trigger == "host"
    again.close()


def test_unplugging_while_waiting_for_the_button(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    threading.Timer(0.05, host.control, ("unplug",)).start()
    with pytest.raises(Disconnected):
        unit.wait_for_button(30.0)
    unit.close()


def test_another_unit_on_the_same_port_is_noticed(plug_in: PlugIn) -> None:
    host = plug_in(serial="CM000T0001")
    unit = open_unit(host)
    host.control("unplug")
    other = plug_in("other", serial="CM000T0002")
    with pytest.raises(Disconnected):
        unit.ping()
    unit.close()
    reopened = open_unit(other)
    assert reopened.identity != unit.identity
    reopened.close()


def test_the_button_is_heard_and_read(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    threading.Timer(0.02, host.control, ("press",)).start()
    reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert unit.wait_for_button(0.01) is None
    unit.close()


def test_the_button_under_the_cap_is_gated(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    host.control("cap on")
    host.control("press")
    with pytest.raises(Gated):
        unit.wait_for_button(10.0)
    unit.close()


def test_waking_from_another_thread(plug_in: PlugIn) -> None:
    unit = open_unit(plug_in())
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    unit.close()


def test_waking_does_not_disturb_a_reading(plug_in: PlugIn, in_full_time: None) -> None:
    unit = open_unit(plug_in())
    timers = [threading.Timer(0.01 * n, unit.wake) for n in range(1, 30)]
    for timer in timers:
        timer.start()
    assert unit.read().trigger == "host"
    for timer in timers:
        timer.join()
    unit.close()


# What each fault of the simulator must lead to: when opening, and when reading.
EXPECTED: dict[str, tuple[type[InstrumentError] | None, type[InstrumentError] | None]] = {
    "unplug": (None, Disconnected),
    "silence": (InstrumentTimeout, None),
    "split": (None, None),
    "short": (InstrumentTimeout, None),
    "garbage": (None, None),
    # A second header may be that of another measurement, which nobody can tell.
    "twice": (None, ProtocolError),
    "checksum": (ProtocolError, None),
    "echo": (None, Unsupported),
    "button": (None, None),
    "cap-on": (None, Gated),
    "calibration": (None, None),
    "wrong-model": (Unsupported, None),
    "nan": (None, ProtocolError),
    "overrange": (None, Saturated),
}


def test_every_fault_is_accounted_for() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_from_the_start(plug_in: PlugIn, fault: str) -> None:
    opening, reading = EXPECTED[fault]
    host = plug_in(fault=fault)
    if opening is not None:
        with pytest.raises(opening) as caught:
            open_unit(host)
        assert caught.value.hint
        host.control("fault none")
        open_unit(host).close()
        return
    unit = open_unit(host)
    if reading is None:
        assert unit.read().trigger == "host"
    else:
        with pytest.raises(reading) as caught:
            unit.read(confirm=True)
        assert caught.value.hint
    unit.close()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("checksum", ProtocolError), ("echo", Unsupported), ("nan", ProtocolError)],
)
def test_after_a_passing_fault_the_same_driver_reads_on(
    plug_in: PlugIn, fault: str, expected: type[InstrumentError]
) -> None:
    host = plug_in()
    unit = open_unit(host)
    host.control(f"fault {fault}")
    with pytest.raises(expected):
        unit.read()
    host.control("fault none")
    assert unit.read().trigger == "host"
    unit.close()


def test_after_silence_the_same_driver_reads_on(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    host.control("fault silence")
    with pytest.raises(InstrumentTimeout):
        unit.ping()
    host.control("fault none")
    assert unit.read().trigger == "host"
    unit.close()


def test_a_refused_calibration_needs_calibration(plug_in: PlugIn) -> None:
    unit = open_unit(plug_in(fault="calibration"))
    with pytest.raises(NeedsCalibration):
        unit.calibrate("black")
    unit.close()


def test_white_on_skin_without_the_cap_is_found_out(plug_in: PlugIn) -> None:
    unit = open_unit(plug_in())
    with pytest.raises(NeedsCalibration):
        unit.calibrate("white")
    unit.close()


def test_a_kept_tile_constant_catches_a_single_reading_under_a_magnet(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    host.control("cap on")
    unit.calibrate("white")
    constant = unit.tile_constant
    unit.close()
    host.control("cap off")
    later = open_unit(host)
    later.tile_constant = constant
    host.control("fault cap-on")
    with pytest.raises(Gated):
        later.read()
    later.close()


def test_an_attended_unit_needs_no_control_lines(plug_in: PlugIn) -> None:
    unit = open_unit(plug_in(target="hair-brown", attended=True))
    unit.calibrate("black")
    unit.calibrate("white")
    # The person takes the cap off in this pause.
    assert unit.wait_for_button(2 * PAUSE_S) is None
    reading = unit.read()
    assert reading.spectrum.values == pytest.approx(load("hair-brown").reflectance, rel=0.06)
    unit.close()
