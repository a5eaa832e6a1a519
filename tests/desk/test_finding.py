"""Which unit is opened for "auto", and what this machine remembers of units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.discovery import KnownUnit
from drivers.errors import NoInstrument, Unsupported
from drivers.link import PortInfo
from drivers.probing import Asked
from drivers.simulators import PtyHost, build, running
from kiosk.desk import known_units
from kiosk.desk.finding import System, confirm_port, find_port, open_unit
from kiosk.desk.known_units import AmbiguousLabel, UnitsUnreadable, forget, load, remember, save

PlugIn = Callable[..., PtyHost]

CR30 = PortInfo("", vid=0x1A86, pid=0x7523, product="CH554_CDC")
CH340 = replace(CR30, product="USB Serial")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "smp-kiosk"


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(name: str, model: str = "cr30", **options) -> PtyHost:
            return stack.enter_context(running(build(model, **options), tmp_path / name))

        yield plug_in


class Bus:
    """USB sockets with cables in them, in the order in which the system numbers them."""

    def __init__(self) -> None:
        self.cables: dict[str, PortInfo] = {}

    def put(self, socket: str, host: PtyHost, cable: PortInfo = CR30) -> str:
        self.cables[socket] = replace(cable, device=str(host.path))
        return str(host.path)

    @property
    def system(self) -> System:
        return System(
            ports=lambda: list(self.cables.values()),
            usb=lambda: (),
            sockets=lambda: {cable.device: name for name, cable in self.cables.items()},
        )

    def find(self, model: str = "cr30", port: str = "auto") -> str:
        return find_port(model, port, system=self.system, asked=Asked())

    def open(self, model: str = "cr30", port: str = "auto") -> tuple[str, str]:
        unit = open_unit(model, port, system=self.system, asked=Asked())
        unit.ping()
        unit.close()
        return unit.identity.model, unit.identity.serial


@pytest.fixture
def bus() -> Bus:
    return Bus()


def test_a_named_port_is_taken_as_it_is_and_nothing_is_looked_up(bus: Bus, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "instruments.json").write_text("broken")
    assert bus.find(port="/dev/anything") == "/dev/anything"


def test_the_only_unit_is_found_and_remembered(bus: Bus, plug_in: PlugIn) -> None:
    port = bus.put("usb-2", plug_in("one", serial="CM000T0001"))
    assert bus.find() == port
    (unit,) = load()
    assert (unit.model, unit.serial, unit.socket) == ("cr30", "CM000T0001", "usb-2")
    assert not unit.confirmed


def test_of_two_units_the_remembered_one_is_opened_and_the_other_by_its_number(
    bus: Bus, plug_in: PlugIn
) -> None:
    bus.put("usb-2", plug_in("one", serial="CM000T0001"))
    assert bus.open() == ("CR30", "CM000T0001")
    bus.put("usb-3", plug_in("two", serial="CM000T0002"))
    assert bus.open() == ("CR30", "CM000T0001")
    assert bus.open(port="auto:CM000T0002") == ("CR30", "CM000T0002")
    # Now both are remembered where they are, so a person must say which.
    with pytest.raises(NoInstrument) as caught:
        bus.open()
    assert "CM000T0001" in caught.value.message
    assert "CM000T0002" in caught.value.message
    assert "auto:" in caught.value.hint


def test_a_unit_that_moved_is_found_and_its_place_kept_anew(bus: Bus, plug_in: PlugIn) -> None:
    host = plug_in("one", serial="CM000T0001")
    bus.put("usb-2", host)
    bus.open()
    bus.cables.clear()
    bus.put("usb-9", host)
    assert bus.open() == ("CR30", "CM000T0001")
    (unit,) = load()
    assert unit.socket == "usb-9"


def test_another_unit_in_the_remembered_place_is_not_taken_for_it(
    bus: Bus, plug_in: PlugIn
) -> None:
    bus.put("usb-2", plug_in("one", serial="CM000T0001"))
    bus.open()
    bus.put("usb-2", plug_in("two", serial="CM000T0002"))
    with pytest.raises(NoInstrument, match="CM000T0002 is plugged in where CM000T0001 was"):
        bus.open(port="auto:CM000T0001")
    # Not asked for by number, it is simply the unit that is there; and remembered as such.
    assert bus.open() == ("CR30", "CM000T0002")
    assert [unit.serial for unit in load()] == ["CM000T0002"]


def test_a_unit_that_is_not_there_by_that_name(bus: Bus, plug_in: PlugIn) -> None:
    bus.put("usb-2", plug_in("one", serial="CM000T0001"))
    with pytest.raises(NoInstrument, match="CM000T0009"):
        bus.find(port="auto:CM000T0009")
    with pytest.raises(NoInstrument, match="no colorimeter"):
        Bus().find()


def test_a_confirmed_head_is_opened_by_its_label(bus: Bus, plug_in: PlugIn) -> None:
    ports = [bus.put(f"usb-{name}", plug_in(name, "as7262"), CH340) for name in ("left", "right")]
    with pytest.raises(NoInstrument, match="unconfirmed"):
        bus.find("as7262")
    left = confirm_port("as7262", ports[0], "left head", bus.system)
    assert (left.state, left.serial, left.label) == ("ready", "unnumbered", "left head")
    with pytest.raises(AmbiguousLabel):
        confirm_port("as7262", ports[1], "", bus.system)
    with pytest.raises(AmbiguousLabel, match="left head"):
        confirm_port("as7262", ports[1], "left head", bus.system)
    confirm_port("as7262", ports[1], "right head", bus.system)
    # The label stands where a serial number would, so calibrations are kept apart.
    assert bus.open("as7262", "auto:right head") == ("AS7262", "right head")
    assert bus.open("as7262", ports[0]) == ("AS7262", "left head")
    with pytest.raises(NoInstrument, match="left head"):
        bus.find("as7262")
    bus.cables["usb-left"], bus.cables["usb-right"] = (
        replace(bus.cables["usb-left"], device=ports[1]),
        replace(bus.cables["usb-right"], device=ports[0]),
    )
    assert bus.find("as7262", "auto:left head") == ports[1]


def test_a_head_is_not_asked_for_by_the_driver_of_another_model(bus: Bus, plug_in: PlugIn) -> None:
    port = bus.put("usb-1", plug_in("head", "as7262"), CH340)
    confirm_port("as7262", port, "", bus.system)
    with pytest.raises(NoInstrument, match="no colorimeter"):
        bus.find("cr30")


@pytest.mark.parametrize("fault", ["silence", "wrong-model"])
def test_confirming_asks_and_keeps_what_may_be_right(bus: Bus, plug_in: PlugIn, fault: str) -> None:
    port = bus.put("usb-1", plug_in("head", "as7262", fault=fault), CH340)
    report = confirm_port("as7262", port, "", bus.system)
    if fault == "silence":
        assert report.state == "silent"
        assert [unit.port for unit in load()] == [port]
    else:
        assert report.state == "foreign"
        assert load() == ()


def test_what_cannot_be_confirmed(bus: Bus, tmp_path: Path) -> None:
    assert confirm_port("cr30", str(tmp_path / "none"), "", bus.system).state == "gone"
    for model in ("spotread", "cr99"):
        with pytest.raises(Unsupported):
            confirm_port(model, "/dev/ttyUSB0", "", bus.system)
    assert load() == ()


def test_a_port_the_system_does_not_list_can_be_confirmed_and_found(plug_in: PlugIn) -> None:
    port = str(plug_in("pty", serial="CM000T0004").path)
    nothing = System(ports=lambda: (), usb=lambda: (), sockets=dict)
    assert confirm_port("cr30", port, "", nothing).serial == "CM000T0004"
    assert find_port("cr30", "auto", system=nothing, asked=Asked()) == port


# ── the file ─────────────────────────────────────────────────────────────────────────────────────

UNIT = KnownUnit("cr30", "/dev/ttyUSB0", "usb-2", "1A86:7523", "CH554_CDC", "CM1")


def test_what_is_kept_is_read_back(folder: Path) -> None:
    assert load() == ()
    other = replace(UNIT, serial="CM2", socket="usb-3", port="/dev/ttyUSB1", label="Büro")
    save((UNIT, other))
    assert load() == (UNIT, other)
    assert [path.name for path in folder.iterdir()] == ["instruments.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": 1}', '{"version": 2, "units": []}',
     '{"version": 1, "units": [{"model": "cr30"}]}',
     '{"version": 1, "units": [{"model": "cr30", "port": 3}]}',
     '{"version": 1, "units": [], "more": 1}', "\xff"],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_named(bus: Bus, folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    file = folder / "instruments.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnitsUnreadable) as caught:
        bus.find()
    assert str(file) in caught.value.message
    assert caught.value.hint
    # A line of the kiosk takes it as any reason why there is no instrument.
    assert caught.value.kind == "no-instrument"
    assert file.read_bytes() == text.encode("latin-1")


def test_a_file_that_cannot_be_written_stops_no_reading(
    bus: Bus, plug_in: PlugIn, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = bus.put("usb-2", plug_in("one"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(known_units.os, "replace", full)
    assert bus.find() == port
    with pytest.raises(UnitsUnreadable, match="No space left"):
        confirm_port("cr30", port, "", bus.system)
    # Neither half a file nor a scrap of one.
    assert list(folder.iterdir()) == []


def test_what_is_known_already_is_not_written_again(folder: Path) -> None:
    remember(UNIT)
    before = (folder / "instruments.json").stat().st_mtime_ns, load()
    remember(UNIT)
    assert ((folder / "instruments.json").stat().st_mtime_ns, load()) == before


def test_remembering_keeps_label_and_confirmation() -> None:
    remember(replace(UNIT, label="front room", confirmed=True))
    remember(replace(UNIT, socket="usb-8"))
    (unit,) = load()
    assert (unit.label, unit.confirmed, unit.socket) == ("front room", True, "usb-8")


@pytest.mark.parametrize("name", ["/dev/ttyUSB0", "usb-2", "CM1", "front room"])
def test_forgetting_by_any_name(name: str) -> None:
    other = replace(UNIT, serial="CM2", socket="usb-3", port="/dev/ttyUSB1")
    save((replace(UNIT, label="front room"), other))
    assert [unit.serial for unit in forget(name)] == ["CM1"]
    assert load() == (other,)
    assert forget(name) == ()


def test_heads_are_not_forgotten_by_the_number_they_do_not_have() -> None:
    save((replace(UNIT, model="as7262", serial="unnumbered"),))
    assert forget("unnumbered") == ()
    assert forget("") == ()
