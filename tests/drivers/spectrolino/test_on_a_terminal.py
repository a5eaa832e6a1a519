"""Driver, pyserial, terminal and simulated unit together."""

from __future__ import annotations

import termios
import threading
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
from drivers.registry import find_model
from drivers.simulators import PtyHost, build, running
from drivers.simulators.spectrolino import FAULTS, SpectrolinoUnit
from drivers.simulators.targets import load
from drivers.spectrolino import MODEL, protocol

PlugIn = Callable[..., PtyHost]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waits as for a real unit, and shorter."""
    for name, seconds in (("PROBE_S", 0.1), ("POLL_S", 0.02), ("ANSWER_S", 0.2)):
        monkeypatch.setattr(protocol, name, seconds)
    monkeypatch.setattr(protocol, "MEASURE_S", 0.25)
    monkeypatch.setattr(protocol, "PROBED_BAUDRATES", (9600, 57600))


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(name: str = "unit", target: str = "skin-light", **options) -> PtyHost:
            # At 9600 baud the simulated unit's answers end when they would on a wire.
            unit = SpectrolinoUnit(target=load(target), measure_s=0.05, **options)
            return stack.enter_context(running(unit, tmp_path / name))

        yield plug_in


def open_unit(host: PtyHost) -> Colorimeter:
    return MODEL.open(str(host.path))


def simulated(host: PtyHost) -> SpectrolinoUnit:
    assert isinstance(host._unit, SpectrolinoUnit)
    return host._unit


def test_a_visit_calibrate_and_read(plug_in: PlugIn) -> None:
    unit = open_unit(plug_in(attended=True))
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    first, second = unit.read(), unit.read()
    assert first.spectrum is not None
    assert first.spectrum != second.spectrum
    assert first.spectrum.values[2:33] == pytest.approx(load("skin-light").reflectance, rel=0.06)
    unit.close()
    unit.close()


def test_the_port_itself_is_set_to_each_speed_and_flow_control(plug_in: PlugIn) -> None:
    host = plug_in()

    def settings() -> tuple[int, bool]:
        found = termios.tcgetattr(host._master)
        return found[5], bool(found[0] & termios.IXON)

    unit = open_unit(host)
    assert settings() == (termios.B57600, True)
    assert simulated(host).baudrate == 57600
    unit.close()
    assert simulated(host).baudrate == 9600
    # The next one begins as if nothing had been.
    unit = open_unit(host)
    assert unit.identity.serial == "12345"
    unit.close()


def test_two_units_and_a_second_program(plug_in: PlugIn) -> None:
    host = plug_in("one", serial="4711")
    one, two = open_unit(host), open_unit(plug_in("two", serial="4712"))
    assert (one.identity.serial, two.identity.serial) == ("4711", "4712")
    with pytest.raises(Busy):
        open_unit(host)
    one.close()
    two.close()


def test_the_button_is_heard_and_read(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    unit.calibrate("white")
    host.control("press")  # nobody waits: the button is off
    assert unit.wait_for_button(0.03) is None
    threading.Timer(0.05, host.control, ("press",)).start()
    reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    unit.close()


def test_changing_the_filter_needs_a_calibration(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    unit.calibrate("white")
    host.control("filter pol")
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    assert unit.read().condition.geometry == "45/0 pol"
    unit.close()


def test_unplugging_and_coming_back(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    unit.calibrate("white")
    host.control("fault unplug")
    with pytest.raises(Disconnected):
        unit.read()
    unit.close()
    with pytest.raises(NoInstrument):
        open_unit(host)
    host.control("plug")
    again = open_unit(host)  # at 57600 baud still: nobody could take it back
    assert again.identity == unit.identity
    again.close()


def test_unplugging_while_waiting_and_waking(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = open_unit(host)
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    threading.Timer(0.05, host.control, ("unplug",)).start()
    with pytest.raises(Disconnected):
        unit.wait_for_button(60.0)
    unit.close()


def test_discovery_asks_at_9600_baud_and_once(plug_in: PlugIn) -> None:
    host = plug_in()
    assert MODEL.probe is not None
    assert MODEL.probe(str(host.path), 0.25).model == "Spectrolino"
    host.control("fault silence")
    with pytest.raises(InstrumentTimeout):
        MODEL.probe(str(host.path), 0.1)


Outcome = type[InstrumentError] | None

# What each fault leads to: when opening, calibrating white, and reading.
EXPECTED: dict[str, tuple[Outcome, Outcome, Outcome]] = {
    "unplug": (None, None, Disconnected),
    "silence": (InstrumentTimeout, None, None),
    "split": (None, None, None),
    "short": (InstrumentTimeout, None, None),
    "garbage": (None, None, None),
    "twice": (None, None, None),
    "wrong-speed": (InstrumentTimeout, None, None),
    "parity": (InstrumentTimeout, None, None),
    "line-error": (InstrumentTimeout, None, None),
    "wrong-model": (Unsupported, None, None),
    "not-ready": (None, InstrumentTimeout, None),
    "lamp": (None, None, UnitFault),
    "overflow": (None, None, Saturated),
    "reset": (None, None, Disconnected),
    "unknown-code": (None, None, Unsupported),
    "stale": (None, None, ProtocolError),
    "filter-out": (None, NeedsCalibration, None),
    "filter-changed": (None, NeedsCalibration, None),
    "white-warning": (None, NeedsCalibration, None),
    "no-reference": (None, None, NeedsCalibration),
    "nan": (None, None, ProtocolError),
    "overrange": (None, None, Saturated),
    "colour-range": (None, None, None),
}


def test_every_fault_is_accounted_for() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_from_the_start(plug_in: PlugIn, fault: str) -> None:
    opening, white, reading = EXPECTED[fault]
    host = plug_in(fault=fault)
    if opening is not None:
        with pytest.raises(opening) as caught:
            open_unit(host)
        assert caught.value.hint
        host.control("fault none")
        open_unit(host).close()
        return
    unit = open_unit(host)
    if white is not None:
        with pytest.raises(white) as caught:
            unit.calibrate("white")
        assert caught.value.hint
        host.control("fault none")
        unit.calibrate("white")
    else:
        unit.calibrate("white")
        if reading is not None:
            with pytest.raises(reading) as caught:
                unit.read()
            assert caught.value.hint
            unit.close()
            return
    assert unit.read().trigger == "host"
    unit.close()


@pytest.mark.parametrize("fault", ["silence", "short", "line-error", "nan", "not-ready", "stale"])
def test_after_a_passing_fault_the_same_driver_reads_on(plug_in: PlugIn, fault: str) -> None:
    host = plug_in()
    unit = open_unit(host)
    unit.calibrate("white")
    host.control(f"fault {fault}")
    with pytest.raises(InstrumentError):
        unit.read()
    host.control("fault none")
    assert unit.read().trigger == "host"
    unit.close()


def test_the_simulated_unit_is_built_and_opened_by_name(tmp_path: Path) -> None:
    with running(build("spectrolino", serial="77"), tmp_path / "unit") as host:
        unit = find_model("spectrolino").open(str(host.path))
        assert unit.identity.serial == "77"
        unit.close()
