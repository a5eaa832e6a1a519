"""From "the CR30" to an open unit: by its port, by where it was, or by looking for it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from drivers.contract import Colorimeter, Labelled
from drivers.discovery import (
    KnownUnit,
    PortReport,
    at_home,
    list_ports,
    seen_ports,
    unlisted,
)
from drivers.errors import InstrumentError, NoInstrument, Unsupported
from drivers.link import PortInfo, list_serial_ports
from drivers.probing import Asked
from drivers.readings import UNNUMBERED
from drivers.registry import find_model
from drivers.usb import UsbDevice, by_path, list_usb
from kiosk.desk import known_units

#: Instead of a port: look for the unit wherever it is plugged in. "auto:NAME" looks for the one
#: with that serial number or label.
AUTO = "auto"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class System:
    """What the operating system shows of ports; tests show another one."""

    ports: Callable[[], Iterable[PortInfo]] = list_serial_ports
    usb: Callable[[], Iterable[UsbDevice]] = list_usb
    sockets: Callable[[], dict[str, str]] = by_path

    def look(
        self,
        known: tuple[KnownUnit, ...],
        *,
        models: Iterable[str] | None = None,
        confirmed: Iterable[str] = (),
        asked: Asked | None = None,
    ) -> tuple[PortReport, ...]:
        """`drivers.discovery.list_ports` on this system; `models` are names."""
        return list_ports(
            known=known,
            confirmed=tuple(confirmed),
            models=None if models is None else [find_model(name) for name in models],
            lister=self.ports,
            usb_lister=self.usb,
            sockets=self.sockets,
            asked=asked,
        )

    def at_home(self, known: tuple[KnownUnit, ...]) -> list[tuple[str, KnownUnit]]:
        """Ports of the remembered units that are plugged in where they were; asks none."""
        there = {port for port in unlisted(known) if os.path.exists(port)}
        return sorted(
            at_home(known, seen_ports(self.ports, self.sockets, there)).items(),
            key=lambda one: one[0],
        )


THIS_SYSTEM = System()
#: A line that looks for its unit every few seconds must not ask a stranger every few seconds.
_ASKED = Asked()


def is_auto(port: str) -> bool:
    """Whether a port's name asks to look for the unit."""
    return port == AUTO or port.startswith(f"{AUTO}:")


def open_unit(
    model: str, port: str, *, system: System = THIS_SYSTEM, asked: Asked = _ASKED
) -> Colorimeter:
    """Open a unit by its port or by looking for it; a unit without a number gets its label.

    Raises:
        InstrumentError: see `find_port`; nothing answers, or not the unit that was asked for.
    """
    found = find_port(model, port, system=system, asked=asked)
    unit = find_model(model).open(found)
    try:
        _name(unit, model.casefold(), found, port, system)
    except BaseException:
        unit.close()
        raise
    return unit


def find_port(model: str, port: str, *, system: System = THIS_SYSTEM, asked: Asked = _ASKED) -> str:
    """The port itself, or for `AUTO` the one a unit of this model is on.

    A unit that is plugged in where it is remembered is not asked: who opens it asks anyway, and
    with more patience. Otherwise it is looked for, and whoever answers is remembered.

    Raises:
        NoInstrument: none answers, or several may be meant and a person must say which.
        UnitsUnreadable: what this machine remembers cannot be read.
    """
    if not is_auto(port):
        return port
    name, wanted = model.casefold(), port.partition(":")[2]
    known = known_units.load()
    here = [one for one in system.at_home(known) if one[1].model == name]
    if wanted:
        here = [one for one in here if wanted in (one[1].serial, one[1].label)]
    if len(here) > 1:
        raise _which((unit.label or unit.serial or "one", device) for device, unit in here)
    if here:
        return here[0][0]
    reports = [r for r in system.look(known, models=[name], asked=asked) if r.model == name]
    ready = [r for r in reports if r.state == "ready"]
    if wanted:
        ready = [r for r in ready if wanted in (r.serial, r.label)]
    if len(ready) > 1:
        raise _which((r.label or r.serial or "one", r.port) for r in ready)
    if ready:
        _remember(ready[0])
        return ready[0].port
    raise _nobody(name, wanted, reports)


def confirm_port(
    model: str, port: str, label: str = "", system: System = THIS_SYSTEM
) -> PortReport:
    """Remember that a unit of this model is on `port`, after asking it once.

    Returns:
        What was found. Kept unless it is "gone" or "foreign": a silent unit may be switched off.

    Raises:
        AmbiguousLabel: two units could not be told apart.
        Unsupported: there is no such model, or it is on no serial port.
        UnitsUnreadable: the file cannot be read or written.
    """
    found = find_model(model)
    if found.probe is None:
        raise Unsupported(f"{found.title} is on no serial port, so there is none to confirm.")
    listed = seen_ports(system.ports, system.sockets)
    names = {port, os.path.realpath(port)}
    info, socket = next((one for one in listed if one[0].device in names), (PortInfo(port), None))
    shown = None if info.vid is None or info.pid is None else f"{info.vid:04X}:{info.pid:04X}"
    unit = KnownUnit(
        found.name, info.device, socket, shown, info.product, label=label, confirmed=True
    )
    others = [one for one in known_units.load() if not known_units.same_place(one, unit)]
    if label and any(one.label == label for one in others):
        raise known_units.AmbiguousLabel(f"another unit is called {label!r}")
    (report,) = list_ports(
        known=(unit,),
        models=[found],
        lister=lambda: [info],
        usb_lister=lambda: (),
        sockets=system.sockets,
    )
    if report.state in ("gone", "foreign"):
        return report
    if report.serial == UNNUMBERED and not label:
        twins = [one for one in others if (one.model, one.serial) == (found.name, UNNUMBERED)]
        if twins:
            raise known_units.AmbiguousLabel(f"{found.title} has no serial number, as one before")
    kept = known_units.remember(replace(unit, serial=report.serial))
    return replace(report, label=kept.label)


def _which(units: Iterable[tuple[str, str]]) -> NoInstrument:
    said = list(units)
    return NoInstrument(
        "several instruments are plugged in: "
        + ", ".join(f"{name} on {device}" for name, device in said),
        f"Unplug one, or name one: --port auto:{said[0][0]} (its serial number or label).",
    )


def _nobody(name: str, wanted: str, reports: list[PortReport]) -> NoInstrument:
    waiting = [r for r in reports if r.state not in ("ready", "other")]
    if waiting:
        first = waiting[0]
        return NoInstrument(f"{first.port or 'an instrument'}: {first.state}", first.hint)
    if wanted:
        return NoInstrument(f"no {name} with the serial number or label {wanted!r} is plugged in")
    return NoInstrument("no colorimeter answers on any serial port")


def _name(unit: Colorimeter, model: str, device: str, port: str, system: System) -> None:
    """Give an opened unit its label; make sure that it is the one that was asked for."""
    serial = unit.identity.serial
    unnumbered = serial == UNNUMBERED
    if not unnumbered and not is_auto(port):
        return
    wanted = port.partition(":")[2] if is_auto(port) else ""
    known = [one for one in known_units.load() if one.model == model]
    here = next((one for place, one in system.at_home(tuple(known)) if place == device), None)
    if unnumbered:
        if here is not None and here.label and isinstance(unit, Labelled):
            unit.take_label(here.label)
        return
    label = next((one.label for one in known if one.serial == serial), "")
    if wanted and wanted not in (serial, label):
        raise NoInstrument(
            f"{serial} is plugged in where {wanted} was",
            "Plug in the unit you mean, or name the other one.",
        )
    if here is not None and here.serial != serial:
        _keep(
            KnownUnit(
                model, device, here.socket, here.usb, here.product, serial, label, here.confirmed
            )
        )


def _remember(report: PortReport) -> None:
    assert report.model is not None
    _keep(
        KnownUnit(
            report.model,
            report.port,
            report.socket,
            report.usb,
            report.product,
            report.serial,
            report.label,
            report.confirmed,
        )
    )


def _keep(unit: KnownUnit) -> None:
    """Remember; that the disk is full must not keep anybody from measuring."""
    try:
        known_units.remember(unit)
    except InstrumentError as error:
        _log.warning("%s", error.message)
