"""Drivers, pyserial, terminal and simulated units together; polling made quick."""

from __future__ import annotations

import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import (
    Colorimeter,
    Disconnected,
    InstrumentError,
    InstrumentModel,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.konica_minolta import CM700D_MODEL, CM2600D_MODEL, cm700d, protocol
from drivers.registry import find_model
from drivers.simulators import PtyHost, build, running
from drivers.simulators.konica_minolta import FAULTS, KonicaMinoltaUnit
from drivers.simulators.targets import load

MODELS = {"cm700d": CM700D_MODEL, "cm2600d": CM2600D_MODEL}
PlugIn = Callable[..., tuple[PtyHost, InstrumentModel]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waits as for a real unit, a twentieth as long."""
    for name, seconds in (("POLL_S", 0.02), ("QUIET_S", 0.06), ("ANSWER_S", 0.2)):
        monkeypatch.setattr(protocol, name, seconds)
    monkeypatch.setattr(protocol, "ACTION_S", 0.5)
    monkeypatch.setattr(protocol, "LATE_S", 0.02)
    monkeypatch.setattr(cm700d, "FLASH_S", 0.1)
    monkeypatch.setattr(cm700d, "MARGIN_S", 0.3)


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(model: str = "cm700d", target: str = "skin-light", **options):
            unit = KonicaMinoltaUnit(
                model, target=load(target), flash_s=0.06, baudrate=1_000_000, **options
            )
            return stack.enter_context(running(unit, tmp_path / model)), MODELS[model]

        yield plug_in


def open_unit(plugged: tuple[PtyHost, InstrumentModel]) -> Colorimeter:
    host, model = plugged
    return model.open(str(host.path))


@pytest.mark.parametrize("model", MODELS)
def test_a_visit_calibrate_and_read(plug_in: PlugIn, model: str) -> None:
    plugged = plug_in(model, attended=True)
    unit = open_unit(plugged)
    unit.calibrate("black")
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    first, second = unit.read(), unit.read()
    assert first.spectrum is not None
    assert second.spectrum is not None
    by_wavelength = dict(zip(first.spectrum.wavelengths_nm, first.spectrum.values, strict=True))
    seen = [by_wavelength[nm] for nm in range(400, 710, 10)]
    assert seen == pytest.approx(load("skin-light").reflectance, rel=0.06)
    assert second.monotonic_ns > first.monotonic_ns
    unit.close()
    unit.close()


@pytest.mark.parametrize(
    ("model", "baudrate", "wires"),
    [("cm700d", termios.B115200, False), ("cm2600d", termios.B9600, True)],
)
def test_the_line_is_set_as_the_dialect_says(
    plug_in: PlugIn, model: str, baudrate: int, wires: bool
) -> None:
    plugged = plug_in(model)
    unit = open_unit(plugged)
    # A terminal does not act on these, and shows them.
    settings = termios.tcgetattr(plugged[0]._master)
    assert settings[4] == settings[5] == baudrate
    assert bool(settings[2] & termios.CRTSCTS) is wires
    assert settings[2] & termios.CSIZE == termios.CS8
    unit.close()


def test_the_button_of_a_cm700d_is_off_while_it_is_open(plug_in: PlugIn) -> None:
    plugged = plug_in("cm700d")
    simulated = plugged[0]._unit
    assert isinstance(simulated, KonicaMinoltaUnit)
    unit = open_unit(plugged)
    assert not simulated.button_on
    plugged[0].control("press")
    assert unit.wait_for_button(0.05) is None
    unit.close()
    assert simulated.button_on


def test_the_button_of_a_cm2600d_is_heard_and_read(plug_in: PlugIn) -> None:
    plugged = plug_in("cm2600d", lines=2)
    unit = open_unit(plugged)
    threading.Timer(0.02, plugged[0].control, ("press",)).start()
    reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert reading.raw.count(b"\r\n") == 2
    unit.close()


@pytest.mark.parametrize("model", MODELS)
def test_the_condition_follows_the_slider_and_the_mode(plug_in: PlugIn, model: str) -> None:
    plugged = plug_in(model)
    unit = open_unit(plugged)
    assert unit.read().condition.aperture_mm == 8.0
    plugged[0].control("slider sav")
    plugged[0].control("mode 2" if model == "cm700d" else "mode 1")
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    reading = unit.read()
    assert (reading.condition.geometry, reading.condition.aperture_mm) == ("d:8 SCE", 3.0)
    unit.close()


@pytest.mark.parametrize("model", MODELS)
def test_unplugging_and_coming_back(plug_in: PlugIn, model: str) -> None:
    plugged = plug_in(model, fault="unplug")
    unit = open_unit(plugged)
    with pytest.raises(Disconnected):
        unit.read()
    unit.close()
    with pytest.raises(NoInstrument):
        open_unit(plugged)
    plugged[0].control("plug")
    again = open_unit(plugged)
    assert again.identity == unit.identity
    assert again.read().trigger == "host"
    again.close()


@pytest.mark.parametrize("model", MODELS)
def test_unplugging_while_waiting_and_waking(plug_in: PlugIn, model: str) -> None:
    plugged = plug_in(model)
    unit = open_unit(plugged)
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    threading.Timer(0.02, plugged[0].control, ("unplug",)).start()
    with pytest.raises(Disconnected):
        unit.wait_for_button(60.0)
    unit.close()


@pytest.mark.parametrize("model", MODELS)
def test_discovery_asks_for_the_identity_only(plug_in: PlugIn, model: str) -> None:
    host, described = plug_in(model)
    assert described.probe is not None
    assert described.probe(str(host.path), 0.25).serial == "00012345"
    other = MODELS["cm2600d" if model == "cm700d" else "cm700d"]
    assert other.probe is not None
    with pytest.raises(Unsupported):
        other.probe(str(host.path), 0.25)


Outcome = type[InstrumentError] | None

# What each fault leads to: when opening, and when reading (a type, or words of a warning).
EXPECTED: dict[str, tuple[Outcome, Outcome | str]] = {
    "unplug": (None, Disconnected),
    "silence": (InstrumentTimeout, None),
    "split": (None, None),
    "short": (ProtocolError, None),
    "garbage": (None, None),
    "twice": (None, None),
    "wrong-speed": (ProtocolError, None),
    "parity": (ProtocolError, None),
    "late": (None, None),
    "preparing": (None, InstrumentTimeout),
    "endless": (None, InstrumentTimeout),
    "uncalibrated": (None, NeedsCalibration),
    "white-missing": (None, NeedsCalibration),
    "calibration": (None, None),
    "slider": (None, NeedsCalibration),
    "battery-low": (None, "battery"),
    "battery-dead": (None, UnitFault),
    "clock": (None, UnitFault),
    "lamp": (None, UnitFault),
    "recalibrate": (None, "calibrate again"),
    "unknown-code": (None, Unsupported),
    "wrong-model": (Unsupported, None),
    "nan": (None, ProtocolError),
    "overrange": (None, Saturated),
    "missing-band": (None, ProtocolError),
    "button": (None, None),
}
# Where the CM-2600d's documents have no such thing, or another meaning.
OTHERWISE_2600: dict[str, tuple[Outcome, Outcome | str]] = {
    "clock": (None, Unsupported),
    "slider": (None, ProtocolError),
    "recalibrate": (None, None),
    "button": (None, ProtocolError),
}


def test_every_fault_is_accounted_for() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_from_the_start(plug_in: PlugIn, fault: str, model: str) -> None:
    opening, reading = EXPECTED[fault]
    if model == "cm2600d":
        opening, reading = OTHERWISE_2600.get(fault, (opening, reading))
    plugged = plug_in(model, fault=fault)
    if opening is not None:
        with pytest.raises(opening) as caught:
            open_unit(plugged)
        assert caught.value.hint
        plugged[0].control("fault none")
        open_unit(plugged).close()
        return
    unit = open_unit(plugged)
    if isinstance(reading, type):
        with pytest.raises(reading) as caught:
            unit.read()
        assert caught.value.hint
    else:
        warnings = " ".join(unit.read().warnings)
        assert (reading in warnings) if reading else not warnings
    unit.close()


@pytest.mark.parametrize("fault", ["preparing", "nan", "silence", "short", "lamp"])
@pytest.mark.parametrize("model", MODELS)
def test_after_a_passing_fault_the_same_driver_reads_on(
    plug_in: PlugIn, model: str, fault: str
) -> None:
    plugged = plug_in(model)
    unit = open_unit(plugged)
    plugged[0].control(f"fault {fault}")
    with pytest.raises(InstrumentError):
        unit.read()
    plugged[0].control("fault none")
    assert unit.read().trigger == "host"
    unit.close()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", ["black", "white"])
def test_a_refused_calibration(plug_in: PlugIn, model: str, kind) -> None:
    unit = open_unit(plug_in(model, fault="calibration"))
    with pytest.raises(NeedsCalibration):
        unit.calibrate(kind)
    unit.close()


@pytest.mark.parametrize("model", MODELS)
def test_the_simulated_unit_is_built_and_opened_by_name(tmp_path: Path, model: str) -> None:
    with running(build(model, target="hair-black"), tmp_path / "unit") as host:
        unit = find_model(model).open(str(host.path))
        assert unit.identity.serial == "00012345"
        unit.close()
