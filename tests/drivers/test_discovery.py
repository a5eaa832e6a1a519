from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from drivers.cr30 import MODEL
from drivers.discovery import KnownUnit, PortReport, list_ports
from drivers.errors import InstrumentTimeout, PermissionDenied
from drivers.link import PortInfo, open_link
from drivers.probing import Asked
from drivers.readings import Identity
from drivers.registry import find_model
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
    assert report == PortReport(
        str(host.path), "1A86:7523", "cr30", "CM000T0005", "ready", "", product="CH554_CDC"
    )


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
    assert "confirm /dev/ttyUSB7 --model cr30" in report.hint
    # No driver here claims this cable, but a colorimeter may hang on it.
    (report,) = look(replace(FTDI, device="/dev/ttyUSB7"))
    assert (report.model, report.state) == (None, "unconfirmed")


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
    assert look(usb=[replace(taken, has_port=True)]) == ()
    # A bridge without a name may have been taken as well; whose it is nobody can say.
    (report,) = look(usb=[replace(taken, product="USB Serial")])
    assert (report.model, report.state) == (None, "no-port")
    assert "brltty" in report.hint


def test_this_computer_can_be_looked_at() -> None:
    for report in list_ports(models=[]):
        assert report.state in ("other", "unconfirmed")


HID = UsbDevice(0x0971, 0x2007, "colormunki", has_port=False)


def test_an_instrument_for_the_bridge_and_a_bare_board_on_the_bus() -> None:
    board = UsbDevice(0x2E8A, 0x0003, "RP2 Boot", has_port=False)
    (report,) = look(usb=[HID, board, UsbDevice(0x046D, 0xC31C, "Keyboard", has_port=False)])
    assert (report.model, report.state) == ("spotread", "not-serial")
    assert "spotread" in report.hint


def test_a_port_nobody_may_open_says_which_group_may(foreign: ForeignMachine) -> None:
    def denied(port: str, timeout_s: float) -> Identity:
        raise PermissionDenied(f"This user may not open {port}.")

    shut = replace(MODEL, probe=denied)
    (report,) = list_ports(
        models=[shut], lister=lambda: [replace(CR30, device=foreign.port)], usb_lister=lambda: ()
    )
    assert report.state == "permission"
    assert "instruments rules" in report.hint


# ── what is remembered ───────────────────────────────────────────────────────────────────────────

AS7262 = find_model("as7262")


class Answers:
    """A driver's probe that answers for some ports, and remembers which it was asked."""

    def __init__(self, serials: dict[str, str]) -> None:
        self.serials = serials
        self.asked: list[str] = []

    def __call__(self, port: str, timeout_s: float) -> Identity:
        assert timeout_s <= 0.25
        self.asked.append(port)
        if port not in self.serials:
            raise InstrumentTimeout("silence")
        return Identity("AS7262", self.serials[port], "1.1.0")


def at(*ports: PortInfo, known=(), sockets=None, asked=None, probes=None, **others: Answers):
    return list_ports(
        known=known,
        models=[
            replace(AS7262, probe=probes),
            *(replace(find_model(name), probe=answers) for name, answers in others.items()),
        ],
        lister=lambda: ports,
        usb_lister=lambda: (),
        sockets=lambda: sockets or {},
        asked=asked,
    )


HEAD = KnownUnit(
    "as7262", "/dev/ttyUSB0", "usb-0:2", "1A86:7523", "USB Serial", "unnumbered", "left", True
)


def test_a_remembered_unit_is_found_under_another_number_in_the_same_socket() -> None:
    answers = Answers({"/dev/ttyUSB1": "unnumbered"})
    cable = replace(CH340, device="/dev/ttyUSB1")
    (report,) = at(cable, known=[HEAD], sockets={"/dev/ttyUSB1": "usb-0:2"}, probes=answers)
    assert (report.state, report.label, report.confirmed) == ("ready", "left", True)
    assert report.socket == "usb-0:2"


def test_only_the_driver_of_the_remembered_unit_asks() -> None:
    head, cr30 = Answers({}), Answers({"/dev/ttyUSB0": "CM1"})
    cable = replace(CH340, device="/dev/ttyUSB0")
    (report,) = at(cable, known=[HEAD], sockets={"/dev/ttyUSB0": "usb-0:2"}, probes=head, cr30=cr30)
    assert report.state == "silent"
    assert (head.asked, cr30.asked) == (["/dev/ttyUSB0"], [])


def test_another_cable_in_the_remembered_socket_is_sent_nothing() -> None:
    answers = Answers({"/dev/ttyUSB0": "unnumbered"})
    printer = replace(FTDI, device="/dev/ttyUSB0")
    (report,) = at(printer, known=[HEAD], sockets={"/dev/ttyUSB0": "usb-0:2"}, probes=answers)
    assert report.state == "unconfirmed"
    assert answers.asked == []


def test_the_remembered_cable_in_another_socket_is_asked_by_its_own_driver() -> None:
    head, cr30 = Answers({"/dev/ttyUSB3": "unnumbered"}), Answers({"/dev/ttyUSB3": "CM1"})
    cable = replace(CH340, device="/dev/ttyUSB3")
    (report,) = at(cable, known=[HEAD], sockets={"/dev/ttyUSB3": "usb-0:7"}, probes=head, cr30=cr30)
    assert (report.state, report.model, report.label) == ("ready", "as7262", "left")
    assert cr30.asked == []


def test_two_cables_like_the_remembered_one_are_left_to_a_person() -> None:
    answers = Answers({"/dev/ttyUSB3": "unnumbered"})
    cables = [replace(CH340, device=f"/dev/ttyUSB{n}") for n in (3, 4)]
    sockets = {"/dev/ttyUSB3": "usb-0:7", "/dev/ttyUSB4": "usb-0:8"}
    reports = at(*cables, known=[HEAD], sockets=sockets, probes=answers)
    assert [report.state for report in reports] == ["unconfirmed", "unconfirmed"]
    assert answers.asked == []


def test_two_heads_without_numbers_are_told_apart_by_socket_and_label() -> None:
    right = replace(HEAD, port="/dev/ttyUSB1", socket="usb-0:3", label="right")
    answers = Answers({"/dev/ttyUSB0": "unnumbered", "/dev/ttyUSB1": "unnumbered"})
    cables = [replace(CH340, device=f"/dev/ttyUSB{n}") for n in (0, 1)]
    # Plugged in the other order than last time, so the numbers are swapped.
    sockets = {"/dev/ttyUSB0": "usb-0:3", "/dev/ttyUSB1": "usb-0:2"}
    reports = at(*cables, known=[HEAD, right], sockets=sockets, probes=answers)
    assert [(report.port, report.label) for report in reports] == [
        ("/dev/ttyUSB0", "right"),
        ("/dev/ttyUSB1", "left"),
    ]


def test_an_unconfirmed_port_is_asked_once_for_each_time_it_is_plugged_in() -> None:
    mark = ["first"]
    asked = Asked(plugged=lambda _port: mark[0])
    answers = Answers({})
    unit = replace(CR30, device="/dev/ttyUSB0")
    for _ in range(3):
        (report,) = at(unit, asked=asked, cr30=answers)
        assert report.state == "silent"
    assert answers.asked == ["/dev/ttyUSB0"]
    mark[0], answers.serials = "second", {"/dev/ttyUSB0": "CM1"}
    for _ in range(3):
        (report,) = at(unit, asked=asked, cr30=answers)
        assert (report.state, report.serial) == ("ready", "CM1")
    assert len(answers.asked) == 2


def test_a_port_that_was_busy_was_not_asked(plug_in: PlugIn) -> None:
    host = plug_in()
    asked = Asked()
    port = replace(CR30, device=str(host.path))

    def again() -> PortReport:
        (report,) = list_ports(
            models=[MODEL], lister=lambda: [port], usb_lister=lambda: (), asked=asked
        )
        return report

    unit = MODEL.open(str(host.path))
    assert again().state == "busy"
    unit.close()
    assert again().state == "ready"


def test_asking_a_silent_port_takes_a_quarter_of_a_second(foreign: ForeignMachine) -> None:
    start = time.monotonic()
    look(replace(CR30, device=foreign.port))
    # Opening and closing a terminal costs a millisecond; the rest is a busy machine's.
    assert time.monotonic() - start < 0.25 + 0.1
