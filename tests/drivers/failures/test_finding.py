"""Ports that are not what they seem, found by looking and asking."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import time
import tty
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers import Busy, InstrumentError
from drivers.discovery import PortReport, list_ports
from drivers.link import PortInfo, open_link
from drivers.registry import find_model, models
from drivers.usb import UsbDevice
from kiosk.desk.instrument_line import Connected, InstrumentLine, Lost
from tests.drivers import golden
from tests.drivers.failures.table import shows
from tests.drivers.rack import MODELS, ONE_OF_EACH, Rack

CR30 = PortInfo("", vid=0x1A86, pid=0x7523, product="CH554_CDC")

#: The whole of what may be sent to a port whose owner is not known: one question by each driver.
QUESTIONS = {
    "cr30": golden.ASK0,
    **dict.fromkeys(("as7261", "as7262", "as7265x"), b"ATVERHW\n"),
    "open-head": b'{"cmd":"id"}\n',
    **dict.fromkeys(("cm700d", "cm2600d"), b"IDR\r\n"),
    "spectrolino": b";2B\r\n",
}


class Stranger:
    """Something on a serial port that says nothing; it keeps what it was sent."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)

    def got(self) -> bytes:
        ready, _, _ = select.select([self.master], [], [], 0)
        return os.read(self.master, 4096) if ready else b""

    def close(self) -> None:
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def strangers() -> Iterator[list[Stranger]]:
    found = [Stranger() for _ in range(4)]
    yield found
    for stranger in found:
        stranger.close()


def look(*ports: PortInfo, usb: tuple[UsbDevice, ...] = ()) -> tuple[PortReport, ...]:
    return list_ports(lister=lambda: ports, usb_lister=lambda: usb, sockets=dict)


@shows("F7")
def test_an_instrument_whose_port_was_taken_away_names_the_thief() -> None:
    (report,) = look(usb=(UsbDevice(0x1A86, 0x7523, "CH554_CDC", has_port=False),))
    assert (report.state, report.model) == ("no-port", "cr30")
    assert "brltty" in report.hint


@shows("F8")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_what_a_modem_manager_said_before_does_no_harm(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    port = os.open(plugged.port, os.O_RDWR | os.O_NOCTTY)
    for words in (b"AT\r", b"ATE1\r", b"AT+GCAP\r\n", b"AT+CGMI\r\n", b"\r\n"):
        os.write(port, words)
    os.close(port)
    unit = plugged.open()
    unit.ping()
    assert unit.identity.model
    unit.close()


@shows("F8")
def test_a_port_held_for_some_seconds_is_tried_again(units: Rack) -> None:
    plugged = units.plug("cr30")
    manager = open_link(plugged.port)
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    line = InstrumentLine("cr30", plugged.port, told.put)
    line.start()
    try:
        lost = told.get(timeout=10.0)
        assert isinstance(lost, Lost)
        assert isinstance(lost.error, Busy)
        assert "ModemManager" in lost.error.hint
        manager.close()
        while not isinstance(event := told.get(timeout=10.0), Connected):
            assert isinstance(event, Lost)
    finally:
        line.stop(timeout_s=10.0)


@shows("F23")
def test_silent_ports_cost_a_quarter_of_a_second_each(strangers: list[Stranger]) -> None:
    ports = [replace(CR30, device=stranger.port) for stranger in strangers]
    before = time.monotonic()
    reports = look(*ports)
    assert time.monotonic() - before < 0.3 * len(strangers)
    assert [report.state for report in reports] == ["silent"] * len(strangers)


@shows("F24")
@pytest.mark.parametrize("model", MODELS)
def test_asking_is_one_question_that_changes_nothing(strangers: list[Stranger], model: str) -> None:
    stranger = strangers[0]
    probe = find_model(model).probe
    assert probe is not None
    with contextlib.suppress(InstrumentError):
        probe(stranger.port, 0.1)
    assert stranger.got() == QUESTIONS[model]


@shows("F24")
@pytest.mark.parametrize(
    "cable",
    [
        PortInfo("", vid=0x0403, pid=0x6001, product="FT232R USB UART"),
        PortInfo("", vid=0x10C4, pid=0xEA60, product="CP2102 USB to UART Bridge Controller"),
        PortInfo("", vid=0x1A86, pid=0x7523, product="USB Serial"),
        PortInfo(""),
    ],
)
def test_a_cable_that_may_lead_anywhere_is_sent_nothing(
    strangers: list[Stranger], cable: PortInfo
) -> None:
    (report,) = look(replace(cable, device=strangers[0].port))
    assert report.state in ("unconfirmed", "other")
    assert strangers[0].got() == b""


@shows("F24")
def test_a_model_that_cannot_be_asked_safely_has_no_question() -> None:
    assert {model.name for model in models() if model.probe is None} == {"spotread"}
