from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from drivers.cr30 import MODEL
from drivers.discovery import PortReport, list_ports
from drivers.link import PortInfo, open_link
from drivers.simulators import PtyHost
from drivers.usb import UsbDevice

PlugIn = Callable[..., PtyHost]

CR30 = PortInfo("", vid=0x1A86, pid=0x7523, product="CH554_CDC")
CH340 = PortInfo("", vid=0x1A86, pid=0x7523, product="USB Serial")
FTDI = PortInfo("", vid=0x0403, pid=0x6001, product="FT232R USB UART")


def look(*ports: PortInfo, confirmed: tuple[str, ...] = (), usb=()) -> tuple[PortReport, ...]:
    return list_ports(
        confirmed=confirmed, models=[MODEL], lister=lambda: ports, usb_lister=lambda: usb
    )


class ForeignMachine:
    """Something on a serial port that must not be sent anything; it remembers what it got."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        self.slave = slave

    def got(self) -> bytes:
        ready, _, _ = select.select([self.master], [], [], 0)
        return os.read(self.master, 4096) if ready else b""

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def foreign() -> Iterator[ForeignMachine]:
    machine = ForeignMachine()
    yield machine
    machine.close()


def test_a_cr30_is_identified_by_asking_it(plug_in: PlugIn) -> None:
    host = plug_in(serial="CM000T0005")
    (report,) = look(replace(CR30, device=str(host.path)))
    assert report == PortReport(str(host.path), "1A86:7523", "cr30", "CM000T0005", "ready", "")


def test_two_equal_units_are_told_apart(plug_in: PlugIn) -> None:
    hosts = [plug_in(f"unit{n}", serial=f"CM000T000{n}") for n in (1, 2)]
    reports = look(*(replace(CR30, device=str(host.path)) for host in hosts))
    assert [report.serial for report in reports] == ["CM000T0001", "CM000T0002"]


@pytest.mark.parametrize("port", [CH340, FTDI, PortInfo(""), replace(CR30, product=None)])
def test_a_port_that_may_be_anything_is_sent_nothing(
    foreign: ForeignMachine, port: PortInfo
) -> None:
    (report,) = look(replace(port, device=foreign.port))
    assert report.state in ("unconfirmed", "other")
    assert report.serial is None
    assert report.hint
    assert foreign.got() == b""


def test_a_generic_bridge_that_may_be_a_cr30_says_so() -> None:
    (report,) = look(replace(CH340, device="/dev/ttyUSB7"))
    assert (report.model, report.state) == ("cr30", "unconfirmed")
    (report,) = look(replace(FTDI, device="/dev/ttyUSB7"))
    assert (report.model, report.state) == (None, "other")


@pytest.mark.parametrize("port", [CH340, FTDI])
def test_a_confirmed_port_is_asked(plug_in: PlugIn, port: PortInfo) -> None:
    host = plug_in()
    device = str(host.path)
    (report,) = look(replace(port, device=device), confirmed=(device,))
    assert (report.model, report.state) == ("cr30", "ready")


def test_a_confirmed_port_is_reported_even_if_the_system_does_not_list_it(plug_in: PlugIn) -> None:
    device = str(plug_in().path)
    (report,) = look(confirmed=(device,))
    assert (report.port, report.usb, report.state) == (device, None, "ready")


def test_asking_is_the_read_only_identity_and_nothing_else(foreign: ForeignMachine) -> None:
    (report,) = look(replace(CR30, device=foreign.port))
    assert report.state == "silent"
    assert report.hint
    # AA 0A 00, once: no trigger, no calibration, no second try.
    assert foreign.got() == bytes.fromhex("aa0a00") + bytes(55) + b"\xff\xb3"


def test_something_else_behind_the_id_is_foreign(foreign: ForeignMachine) -> None:
    def echo() -> None:
        os.write(foreign.master, os.read(foreign.master, 60))

    thread = threading.Thread(target=echo)
    thread.start()
    (report,) = look(replace(CR30, device=foreign.port))
    thread.join()
    assert (report.state, report.serial) == ("foreign", None)


def test_another_model_of_the_family_is_foreign(plug_in: PlugIn) -> None:
    host = plug_in(fault="wrong-model")
    (report,) = look(replace(CR30, device=str(host.path)))
    assert (report.state, report.serial) == ("foreign", None)


def test_a_port_in_use_is_busy_and_undisturbed(plug_in: PlugIn) -> None:
    host = plug_in()
    unit = MODEL.open(str(host.path))
    (report,) = look(replace(CR30, device=str(host.path)))
    assert (report.model, report.state) == ("cr30", "busy")
    unit.ping()
    unit.close()


def test_a_port_that_vanished_meanwhile_is_gone() -> None:
    (report,) = look(replace(CR30, device="/dev/does-not-exist"))
    assert report.state == "gone"


def test_a_port_is_free_again_after_asking(plug_in: PlugIn) -> None:
    host = plug_in()
    look(replace(CR30, device=str(host.path)))
    open_link(str(host.path)).close()


def test_units_that_answer_come_first(plug_in: PlugIn) -> None:
    host = plug_in()
    reports = look(
        PortInfo("/dev/a"),
        replace(CH340, device="/dev/b"),
        replace(CR30, device=str(host.path)),
    )
    assert [report.state for report in reports] == ["ready", "unconfirmed", "other"]


def test_a_model_that_cannot_be_asked_is_never_opened() -> None:
    shy = replace(MODEL, name="shy", probe=None)
    (report,) = list_ports(
        models=[shy],
        lister=lambda: [replace(CR30, device="/dev/does-not-exist")],
        usb_lister=lambda: (),
    )
    assert (report.model, report.state) == ("shy", "unconfirmed")


def test_an_instrument_on_the_bus_whose_port_was_taken_away_is_explained() -> None:
    taken = UsbDevice(0x1A86, 0x7523, "CH554_CDC", has_port=False)
    (report,) = look(usb=[taken])
    assert (report.port, report.usb, report.model, report.state) == (
        "",
        "1A86:7523",
        "cr30",
        "no-port",
    )
    assert "brltty" in report.hint
    assert look(usb=[replace(taken, has_port=True), replace(taken, product="USB Serial")]) == ()


def test_this_computer_can_be_looked_at() -> None:
    for report in list_ports(models=[]):
        assert report.state in ("other", "unconfirmed")
