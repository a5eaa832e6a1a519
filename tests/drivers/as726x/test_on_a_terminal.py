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
    Unsupported,
)
from drivers.as726x import AS7261, AS7262, AS7265X, driver, protocol
from drivers.as726x.driver import As726x
from drivers.discovery import list_ports
from drivers.link import PortInfo
from drivers.registry import find_model
from drivers.simulators import As726xUnit, PtyHost, running
from drivers.simulators import as726x as simulated
from drivers.simulators.as726x import FAULTS
from drivers.simulators.heads import PAUSE_S
from drivers.simulators.targets import load


@pytest.fixture(autouse=True)
def short_exposures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A twelfth of the light in a twelfth of the time, and less patience with silence."""
    if "in_full_time" not in request.fixturenames:
        monkeypatch.setattr(driver, "INTEGRATION", 5)
        monkeypatch.setattr(protocol, "ANSWER_TIMEOUT_S", 0.3)
        monkeypatch.setattr(protocol, "OPENING_TIMEOUT_S", 0.2)
        monkeypatch.setattr(protocol, "INTEGRATION_STEP_S", 0.0005)
        monkeypatch.setattr(protocol, "READ_OUT_S", 0.01)
        monkeypatch.setattr(protocol, "LAMP_SETTLE_S", 0.01)
        monkeypatch.setattr(simulated, "_STEP_S", 0.0005)


@pytest.fixture
def in_full_time() -> None:
    """Keeps the integration time of the driver."""


class Plugged:
    """A simulated head and the terminal it hangs on."""

    def __init__(self, unit: As726xUnit, host: PtyHost) -> None:
        self.unit = unit
        self.host = host
        self.port = str(host.path)


PlugIn = Callable[..., Plugged]


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(model: str = "as7262", target: str = "tile", **options) -> Plugged:
            unit = As726xUnit(model, target=load(target), **options)
            return Plugged(unit, stack.enter_context(running(unit, tmp_path / "head")))

        yield plug_in


def calibrate(plugged: Plugged, unit: Colorimeter) -> None:
    plugged.host.control("target black")
    unit.calibrate("black")
    plugged.host.control("target tile")
    unit.calibrate("white")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (AS7265X, {"B435": (420, 450), "F535": (520, 550), "R610": (595, 625), "S680": (665, 695)}),
        (AS7262, {"V450": (430, 470), "G550": (530, 570), "R650": (630, 670)}),
    ],
)
def test_a_visit_calibrate_and_read(
    plug_in: PlugIn, in_full_time: None, model, expected: dict[str, tuple[int, int]]
) -> None:
    plugged = plug_in(model.name)
    unit = model.open(plugged.port)
    calibrate(plugged, unit)
    plugged.host.control("target skin-medium")
    start = time.monotonic()
    reading = unit.read()
    elapsed = time.monotonic() - start
    assert reading.channels is not None
    ratios = dict(zip(reading.channels.names, reading.channels.values, strict=True))
    skin, tile = load("skin-medium").reflectance, load("tile").reflectance
    for name, (low, high) in expected.items():
        bands = range((low - 400) // 10, (high - 400) // 10 + 1)
        around = [skin[band] / tile[band] for band in bands]
        assert min(around) * 0.97 <= ratios[name] <= max(around) * 1.03
    assert not plugged.unit.lamp
    # At most 5 % more than the head itself needs.
    assert elapsed <= 1.05 * unit.capabilities.unit_time_s
    unit.close()
    unit.close()


def test_three_channels_of_an_as7261_follow_skin_from_light_to_dark(plug_in: PlugIn) -> None:
    plugged = plug_in("as7261")
    unit = AS7261.open(plugged.port)
    calibrate(plugged, unit)
    lightness = []
    for name in ("skin-light", "skin-medium", "skin-dark"):
        plugged.host.control(f"target {name}")
        channels = unit.read().channels
        assert channels is not None
        assert channels.names == ("X", "Y", "Z", "Clear")
        lightness.append(channels.values[1])
    assert lightness[0] > lightness[1] > lightness[2] > 0
    unit.close()


def test_an_attended_head_needs_no_control_lines(plug_in: PlugIn) -> None:
    plugged = plug_in(target="hair-brown", attended=True)
    unit = AS7262.open(plugged.port)
    unit.calibrate("black")
    unit.calibrate("white")
    unit.wait_for_button(2 * PAUSE_S)
    channels = unit.read().channels
    assert channels is not None
    hair, tile = load("hair-brown").reflectance, load("tile").reflectance
    assert channels.values[2] == pytest.approx(hair[15] / tile[15], rel=0.1)
    unit.close()


def test_hosts_come_and_go_and_a_second_one_finds_the_port_busy(plug_in: PlugIn) -> None:
    plugged = plug_in()
    unit = AS7262.open(plugged.port)
    with pytest.raises(Busy):
        AS7262.open(plugged.port)
    unit.ping()
    unit.close()
    AS7262.open(plugged.port).close()


def test_the_lamp_is_out_after_a_failure_and_after_closing(plug_in: PlugIn) -> None:
    plugged = plug_in()
    unit = AS7262.open(plugged.port)
    plugged.host.control("fault nan")
    with pytest.raises(ProtocolError):
        unit.read()
    assert not plugged.unit.lamp
    unit.close()
    assert not plugged.unit.lamp


def test_unplugging_in_the_middle_of_a_reading(plug_in: PlugIn) -> None:
    plugged = plug_in(fault="unplug")
    unit = AS7262.open(plugged.port)
    with pytest.raises(Disconnected):
        unit.calibrate("black")
    with pytest.raises(Disconnected):
        unit.read()
    unit.close()
    with pytest.raises(NoInstrument):
        AS7262.open(plugged.port)
    plugged.host.control("plug")
    again = AS7262.open(plugged.port)
    assert again.identity == unit.identity
    again.close()


def test_unplugging_while_waiting(plug_in: PlugIn) -> None:
    plugged = plug_in()
    unit = AS7262.open(plugged.port)
    threading.Timer(0.05, plugged.host.control, ("unplug",)).start()
    with pytest.raises(Disconnected):
        unit.wait_for_button(30.0)
    unit.close()


def test_waking_from_another_thread_and_not_in_a_reading(plug_in: PlugIn) -> None:
    plugged = plug_in()
    unit = AS7262.open(plugged.port)
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    timers = [threading.Timer(0.01 * n, unit.wake) for n in range(1, 60)]
    for timer in timers:
        timer.start()
    calibrate(plugged, unit)
    for timer in timers:
        timer.join()
    assert unit.read().channels is not None
    unit.close()


def test_a_stream_left_on_is_stopped_for_good(plug_in: PlugIn) -> None:
    plugged = plug_in(fault="streaming")
    assert plugged.unit.streaming
    unit = AS7262.open(plugged.port)
    assert not plugged.unit.streaming
    assert isinstance(unit, As726x)
    assert unit.diagnostics.unexpected > 0
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
    "wrong-model": (Unsupported, None),
    "nan": (None, ProtocolError),
    "saturated": (None, Saturated),
    "stuck": (None, ProtocolError),
    "dark-lamp": (None, NeedsCalibration),
    "streaming": (None, None),
    "led-dialect": (None, None),
    "crlf": (None, None),
    "cr": (None, None),
    "unended": (None, None),
    "own-line": (None, None),
}


def test_every_fault_is_accounted_for() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_from_the_start(plug_in: PlugIn, fault: str) -> None:
    opening, exposing = EXPECTED[fault]
    plugged = plug_in(fault=fault)
    if opening is not None:
        with pytest.raises(opening) as caught:
            AS7262.open(plugged.port)
        assert caught.value.hint
        plugged.host.control("fault none")
        AS7262.open(plugged.port).close()
        return
    unit = AS7262.open(plugged.port)
    if exposing is None:
        unit.calibrate("white")
        assert isinstance(unit, As726x)
        assert unit.baseline is not None
    else:
        with pytest.raises(exposing) as caught:
            unit.calibrate("white")
        assert caught.value.hint
    unit.close()


@pytest.mark.parametrize("fault", ["nan", "silence", "short"])
def test_after_a_passing_fault_the_same_driver_reads_on(plug_in: PlugIn, fault: str) -> None:
    plugged = plug_in()
    unit = AS7262.open(plugged.port)
    calibrate(plugged, unit)
    plugged.host.control(f"fault {fault}")
    with pytest.raises(InstrumentError):
        unit.read()
    plugged.host.control("fault none")
    reading = unit.read()
    assert reading.channels is not None
    assert reading.channels.values == pytest.approx([1.0] * 6, abs=0.03)
    unit.close()


def discover(plugged: Plugged, *, confirmed: bool) -> tuple[str | None, str]:
    bridge = PortInfo(plugged.port, vid=0x0403, pid=0x6001, product="FT232R USB UART")
    (report,) = list_ports(
        confirmed=(plugged.port,) if confirmed else (),
        models=[AS7261, AS7262, AS7265X, find_model("cr30")],
        lister=lambda: [bridge],
        usb_lister=lambda: (),
    )
    return report.model, report.state


def test_a_head_is_found_on_a_cable_that_a_person_confirmed(plug_in: PlugIn) -> None:
    plugged = plug_in("as7265x", fault="streaming")
    assert discover(plugged, confirmed=False) == ("as7261", "unconfirmed")
    assert discover(plugged, confirmed=True) == ("as7265x", "ready")
    # Looking is asking only: it stops no stream and sets nothing.
    assert plugged.unit.streaming
