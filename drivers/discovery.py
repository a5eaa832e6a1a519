"""Which instruments are plugged in: careful looking, and asking only where it is safe.

A USB id often names the cable, not what hangs on it: printers, lathes and controllers use the same
bridges, and bytes meant for a colorimeter may move them. So a port is asked only if it shows a
model's own USB product name, if a person confirmed that a colorimeter is on it, or if a cable like
the remembered one is back in another socket; only by the read-only request of one driver; and
without confirmation only once for each time it is plugged in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from drivers import hints, registry, usb_ids
from drivers.contract import InstrumentModel
from drivers.errors import (
    Busy,
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NoInstrument,
    PermissionDenied,
)
from drivers.link import PortInfo, list_serial_ports
from drivers.probing import Asked, probe
from drivers.readings import Identity
from drivers.usb import UsbDevice, by_path, list_usb

State = Literal[
    "ready",  # answered; model and serial are certain
    "unconfirmed",  # may be one, was not asked
    "silent",  # asked, no answer
    "foreign",  # asked, something else answered
    "busy",
    "permission",
    "gone",  # listed, cannot be opened
    "no-port",  # on the USB bus, without the serial port it should have
    "not-serial",  # on the USB bus, an instrument for the spotread bridge
    "other",  # no instrument known here
]

_OTHER: Final = "No instrument known here shows this USB id."


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that a person confirmed or that answered before, and where that was.

    `socket` is its name in /dev/serial/by-path, None where the system has none; `usb` and `product`
    are what its cable shows. `serial` is None until the unit has said it; units that have none say
    `drivers.readings.UNNUMBERED`, and a person tells them apart by `label`.
    """

    model: str
    port: str
    socket: str | None = None
    usb: str | None = None
    product: str | None = None
    serial: str | None = None
    label: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class PortReport:
    """One port and what is known about it.

    `usb` is "VID:PID" in hexadecimal. `model` is a name of `drivers.registry`: certain when the
    state is "ready", and otherwise what the port may be. `port` is empty for "no-port" and
    "not-serial". `label` and `confirmed` are those of the remembered unit whose place this is.
    """

    port: str
    usb: str | None
    model: str | None
    serial: str | None
    state: State
    hint: str
    socket: str | None = None
    product: str | None = None
    label: str = ""
    confirmed: bool = False


def list_ports(
    *,
    known: Collection[KnownUnit] = (),
    confirmed: Collection[str] = (),
    models: Iterable[InstrumentModel] | None = None,
    lister: Callable[[], Iterable[PortInfo]] = list_serial_ports,
    usb_lister: Callable[[], Iterable[UsbDevice]] = list_usb,
    sockets: Callable[[], Mapping[str, str]] = by_path,
    asked: Asked | None = None,
) -> tuple[PortReport, ...]:
    """Report on every serial port, likely ones first; blocks up to 0.25 s for each question.

    `known` units are asked by their own driver only. `confirmed` are ports a person said a
    colorimeter is on without saying which: every driver that may fit asks there. Both are reported
    even if the system does not list them. Without `models`: all of the registry. `asked` carries
    over from one look to the next what unconfirmed ports have answered.
    """
    look = _Look(
        tuple(registry.models() if models is None else models),
        tuple(known),
        frozenset(confirmed),
        asked if asked is not None else Asked(),
    )
    reports = look.at(seen_ports(lister, sockets, {*confirmed, *unlisted(known)}))
    reports += look.without_port(usb_lister())
    return tuple(sorted(reports, key=lambda report: (_rank(report), report.port)))


def unlisted(known: Iterable[KnownUnit]) -> set[str]:
    """Ports of confirmed units that the system may not list: they are on no USB socket."""
    return {unit.port for unit in known if unit.confirmed and unit.usb is None}


def seen_ports(
    lister: Callable[[], Iterable[PortInfo]],
    sockets: Callable[[], Mapping[str, str]],
    more: Collection[str] = (),
) -> list[tuple[PortInfo, str | None]]:
    """The ports of the system with their sockets, and `more` ports that it does not list."""
    places, ports = sockets(), list(lister())
    ports += [PortInfo(device) for device in sorted({*more} - {port.device for port in ports})]
    return [(port, places.get(port.device)) for port in ports]


def at_home(
    known: Iterable[KnownUnit], ports: Collection[tuple[PortInfo, str | None]]
) -> dict[str, KnownUnit]:
    """The remembered unit of each port (with its socket) that shows the same cable as then."""
    return {
        port.device: unit
        for unit in known
        for port, socket in ports
        if _is_home(unit, port, socket)
    }


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at all ports."""

    models: tuple[InstrumentModel, ...]
    known: tuple[KnownUnit, ...]
    confirmed: frozenset[str]
    asked: Asked

    def at(self, ports: list[tuple[PortInfo, str | None]]) -> list[PortReport]:
        homes = at_home(self.known, ports)
        missing = [unit for unit in self.known if unit not in homes.values()]
        strange = [port for port, _ in ports if port.device not in homes]
        reports = []
        for port, socket in ports:
            unit = homes.get(port.device)
            report, possible = self._seen(port, socket)
            if unit is not None:
                report = replace(report, label=unit.label, confirmed=unit.confirmed)
                reports.append(self._ask_for(unit, report))
            elif port.device in self.confirmed:
                report = replace(report, confirmed=True)
                reports.append(self._ask_all(report, possible or self.models))
            else:
                own = next((model for model in possible if _shows_name(model, port)), None)
                moved = next((one for one in missing if _same_cable(one, report)), None)
                # A port of a name that a driver knows is asked by that driver, moved or not.
                if own is not None:
                    reports.append(self._ask(own, report))
                elif moved is not None and _count(strange, moved) == 1:
                    reports.append(self._ask_for(moved, report, moved=True))
                else:
                    reports.append(report)
        return reports

    def without_port(self, devices: Iterable[UsbDevice]) -> list[PortReport]:
        found = [self._portless(device) for device in devices if not device.has_port]
        return [report for report in found if report is not None]

    def _portless(self, device: UsbDevice) -> PortReport | None:
        row = usb_ids.lookup(device.vid, device.pid)
        own = next((model for model in self.models if _shows_name(model, device)), None)
        report = PortReport("", _usb(device), None, None, "no-port", "", product=device.product)
        if own is not None:
            return replace(report, model=own.name, hint=hints.no_port(own.title))
        if row is None or row.kind == "board":
            return None  # boards often show no port by their own choice
        if row.kind == "not-serial":
            hint = hints.not_serial(row)
            return replace(report, model=row.models[0], state="not-serial", hint=hint)
        return replace(report, hint=hints.no_port(row.what))

    def _seen(
        self, port: PortInfo, socket: str | None
    ) -> tuple[PortReport, tuple[InstrumentModel, ...]]:
        """What a port shows without being asked, and which models may be behind it."""
        row = usb_ids.lookup(port.vid, port.pid)
        possible = [model for model in self.models if _shows_name(model, port)]
        if not possible:
            possible = [model for model in self.models if _shows_id(model, port)]
            # A model that names that bridge comes before heads on any cable.
            possible.sort(key=lambda model: all(name is None for *_, name in model.usb))
        if not possible and row is not None:
            possible = [model for model in self.models if model.name in row.models]
        usb = _usb(port)
        model = possible[0].name if possible else None
        state: State = "unconfirmed" if possible or row is not None else "other"
        hint = _OTHER
        if state == "unconfirmed":
            what = row.what if row is not None else port.product or "A serial port"
            hint = hints.unconfirmed(port.device, what, model)
        report = PortReport(port.device, usb, model, None, state, hint, socket, port.product)
        return report, tuple(possible)

    def _ask_for(self, unit: KnownUnit, report: PortReport, *, moved: bool = False) -> PortReport:
        """Ask with the driver of a remembered unit and no other."""
        model = next((model for model in self.models if model.name == unit.model), None)
        report = replace(report, model=unit.model)
        if model is None or model.probe is None:
            return replace(report, hint="It is remembered; its driver does not ask.")
        if moved:
            found = self._ask(model, report)
            same = found.state == "ready" and unit.serial in (None, found.serial)
            return replace(found, label=unit.label) if same else found
        return _outcome(model, report, partial(probe, model, report.port))

    def _ask_all(self, report: PortReport, candidates: Iterable[InstrumentModel]) -> PortReport:
        """Ask driver by driver; a silent one must not use up the time of the next."""
        for model in candidates:
            if model.probe is None:
                continue
            found = _outcome(model, report, partial(probe, model, report.port))
            if found.state not in ("silent", "foreign"):
                return found
            report = replace(found, model=report.model)
        return report

    def _ask(self, model: InstrumentModel, report: PortReport) -> PortReport:
        """Ask an unconfirmed port, unless that was done since it was plugged in."""
        if model.probe is None:
            return report
        return _outcome(model, report, partial(self.asked.ask, model, report.port))


def _outcome(model: InstrumentModel, report: PortReport, ask: Callable[[], Identity]) -> PortReport:
    try:
        identity = ask()
    except InstrumentError as error:
        state, hint = _state(error), error.hint
        if state == "busy":
            hint = hints.busy(report.port)
        elif state == "permission":
            hint = hints.permission(report.port)
        return replace(report, state=state, hint=hint)
    return replace(report, model=model.name, serial=identity.serial, state="ready", hint="")


def _state(error: InstrumentError) -> State:
    match error:
        case Busy():
            return "busy"
        case PermissionDenied():
            return "permission"
        case NoInstrument() | Disconnected():
            return "gone"
        case InstrumentTimeout():
            return "silent"
        case _:
            return "foreign"


def _is_home(unit: KnownUnit, port: PortInfo, socket: str | None) -> bool:
    """Whether a unit is remembered at this place, with the same cable still there."""
    if unit.usb is not None and (_usb(port), port.product) != (unit.usb, unit.product):
        return False
    return socket == unit.socket if unit.socket is not None else port.device == unit.port


def _same_cable(unit: KnownUnit, report: PortReport) -> bool:
    return unit.usb is not None and (unit.usb, unit.product) == (report.usb, report.product)


def _count(ports: Iterable[PortInfo], unit: KnownUnit) -> int:
    """How many ports show the cable of a unit; with two, a person must say which."""
    return sum((_usb(port), port.product) == (unit.usb, unit.product) for port in ports)


def _usb(shown: PortInfo | UsbDevice) -> str | None:
    if shown.vid is None or shown.pid is None:
        return None
    return f"{shown.vid:04X}:{shown.pid:04X}"


def _shows_name(model: InstrumentModel, shown: PortInfo | UsbDevice) -> bool:
    return any(
        product is not None and (shown.vid, shown.pid, shown.product) == (vid, pid, product)
        for vid, pid, product in model.usb
    )


def _shows_id(model: InstrumentModel, shown: PortInfo) -> bool:
    return any((shown.vid, shown.pid) == (vid, pid) for vid, pid, _ in model.usb)


def _rank(report: PortReport) -> int:
    if report.state == "ready":
        return 0
    if report.confirmed or report.model is not None:
        return 1
    return 2
