"""Cables pulled, ports denied or taken, units silent or exchanged."""

from __future__ import annotations

import contextlib
import os
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import (
    Busy,
    Disconnected,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    PermissionDenied,
)
from drivers.contract import Colorimeter
from drivers.discovery import list_ports
from drivers.link import PortInfo, SerialLink, open_link
from drivers.readings import UNNUMBERED
from tests.drivers.failures.table import shows
from tests.drivers.rack import MODELS, ONE_OF_EACH, Plugged, Rack

NUMBERED = [model for model in MODELS if not model.startswith("as7")]
#: A second serial number for each model that has them.
OTHER_SERIAL = {
    "cr30": "CM000T0002",
    "open-head": "B2",
    "cm700d": "00054321",
    "cm2600d": "00054321",
    "spectrolino": "54321",
}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def calls(unit: Colorimeter) -> list[object]:
    kinds = [step.kind for step in unit.capabilities.calibration]
    return [
        unit.read,
        unit.ping,
        lambda: unit.wait_for_button(1.0),
        *[lambda kind=kind: unit.calibrate(kind) for kind in kinds],
    ]


@shows("F1", "F3")
@pytest.mark.parametrize("model", MODELS)
def test_unplugged_in_the_middle_of_a_reading(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    before = descriptors()
    unit = plugged.ready()
    plugged.host.control("fault unplug")
    with pytest.raises(Disconnected) as caught:
        unit.read()
    assert "readings already taken are kept" in caught.value.hint
    unit.close()
    # The terminal's own two ends went with the cable.
    assert descriptors() == before - 2
    with pytest.raises(NoInstrument):
        plugged.open()
    plugged.host.control("plug")
    again = plugged.open()
    assert again.identity == unit.identity
    again.close()
    assert descriptors() == before


@shows("F2")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_whatever_is_tried_after_unplugging_is_disconnected(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("unplug")
    for call in calls(unit):
        with pytest.raises(Disconnected):
            call()
    unit.close()
    unit.close()


class Gone:
    """A port as pyserial leaves it when the device is gone: each call fails in its own way."""

    timeout = 0.2

    @property
    def in_waiting(self) -> int:
        raise OSError(5, "Input/output error")

    def read(self, size: int) -> bytes:
        raise OSError(6, "No such device or address")

    def write(self, data: bytes) -> int:
        raise termios.error(5, "Input/output error")

    def cancel_read(self) -> None:
        raise OSError(9, "Bad file descriptor")

    def close(self) -> None:
        raise termios.error(5, "Input/output error")


@shows("F2")
def test_raw_errors_of_the_system_never_come_through() -> None:
    # No terminal fails in close(); what is raised here is what pyserial issue 17 reports.
    link = SerialLink(Gone(), "/dev/ttyUSB0")
    for call in (lambda: link.read(1, 1.0), lambda: link.write(b"x"), link.drain):
        with pytest.raises(Disconnected):
            call()
    link.cancel()
    link.close()
    link.close()


@shows("F4")
def test_a_unit_replugged_under_another_name_is_found_by_who_answers(units: Rack) -> None:
    first = units.plug("cr30", name="ttyUSB0", serial="CM000T0009")
    unit = first.open()
    first.host.control("unplug")
    with pytest.raises(Disconnected):
        unit.ping()
    unit.close()
    units.plug("cr30", name="ttyUSB1", serial="CM000T0002")
    again = units.plug("cr30", name="ttyUSB2", unit=first.unit)
    cable = {"vid": 0x1A86, "pid": 0x7523, "product": "CH554_CDC"}
    folder = Path(again.port).parent
    ports = [PortInfo(str(folder / name), **cable) for name in ("ttyUSB1", "ttyUSB2")]
    reports = list_ports(
        models=[again.model], lister=lambda: ports, usb_lister=lambda: (), sockets=dict
    )
    assert {report.serial: report.port for report in reports}["CM000T0009"] == again.port


@contextlib.contextmanager
def somebody_else() -> Iterator[None]:
    """As a user without rights, where this one is root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@shows("F5")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_a_port_this_user_may_not_open(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    # pytest's own folder is closed to others; the terminal itself is what is asked for here.
    device = os.path.realpath(plugged.port)
    os.chmod(device, 0)
    with somebody_else(), pytest.raises(PermissionDenied, match=device) as caught:
        plugged.model.open(device)
    assert "group" in caught.value.hint


@shows("F6")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_a_port_in_use_is_busy_and_its_user_undisturbed(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    with pytest.raises(Busy) as caught:
        plugged.open()
    assert "other program" in caught.value.hint
    assert unit.read().trigger == "host"
    unit.close()
    plugged.open().close()


@shows("F20")
@pytest.mark.parametrize("model", MODELS)
def test_a_unit_that_fell_silent_while_idle_is_found_out_by_asking(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault silence")
    assert os.path.exists(plugged.port)
    with pytest.raises(InstrumentTimeout) as caught:
        unit.ping()
    assert "nplug" in caught.value.hint
    plugged.host.control("fault none")
    unit.ping()
    assert unit.read().trigger == "host"
    unit.close()


@shows("F21")
def test_a_port_that_takes_no_bytes_is_a_timeout(
    units: Rack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.link.WRITE_TIMEOUT_S", 0.05)
    # Nobody reads at the other end, which is what a unit that holds the host back looks like.
    master, slave = os.openpty()
    link = open_link(os.ttyname(slave))
    before = time.monotonic()
    with pytest.raises(InstrumentTimeout, match="takes no bytes"):
        link.write(bytes(1_000_000))
    assert time.monotonic() - before < 0.5
    link.close()
    os.close(slave)
    os.close(master)


@shows("F21")
def test_a_unit_that_stops_the_host_by_xoff_is_a_timeout_and_goes_on_after_xon(
    units: Rack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.link.WRITE_TIMEOUT_S", 0.05)
    plugged = units.plug("spectrolino")
    unit = plugged.open()
    plugged.host.control("say 13")
    time.sleep(0.05)  # until the terminal has taken the XOFF out of the stream
    with pytest.raises(InstrumentTimeout):
        unit.ping()
    plugged.host.control("say 11")
    time.sleep(0.05)
    unit.ping()
    unit.close()


@shows("F36")
@pytest.mark.parametrize("model", NUMBERED)
def test_two_equal_units_are_told_apart_by_their_own_numbers(units: Rack, model: str) -> None:
    one = units.plug(model, name="one").open()
    two = units.plug(model, name="two", serial=OTHER_SERIAL[model]).open()
    assert one.identity.serial != two.identity.serial == OTHER_SERIAL[model]
    one.close()
    two.close()


@shows("F36")
@pytest.mark.parametrize("model", ["as7261", "as7262", "as7265x"])
def test_units_without_a_number_say_so(units: Rack, model: str) -> None:
    unit = units.plug(model).open()
    assert unit.identity.serial == UNNUMBERED
    unit.close()


def exchanged(units: Rack, model: str) -> tuple[Plugged, Colorimeter]:
    """A calibrated driver whose unit was exchanged on the same cable."""
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.exchange(units.build(model, serial=OTHER_SERIAL[model]))
    return plugged, unit


@shows("F37")
@pytest.mark.parametrize("model", NUMBERED)
def test_another_unit_on_the_same_cable_is_noticed(units: Rack, model: str) -> None:
    plugged, unit = exchanged(units, model)
    if model == "spectrolino":
        # The new one listens at its own speed, which a terminal cannot garble.
        assert plugged.host._unit.baudrate == 9600
    with pytest.raises(Disconnected, match="nother"):
        unit.ping()
    unit.close()
    again = plugged.open()
    assert again.identity.serial == OTHER_SERIAL[model]
    # The calibration stayed with the other one.
    if model in ("open-head", "spectrolino"):
        with pytest.raises(NeedsCalibration):
            again.read()
    again.close()
