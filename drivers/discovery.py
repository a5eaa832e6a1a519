"""Which instruments are plugged in: careful looking, and asking only where it is safe.

A USB id often names the cable, not what hangs on it: printers, lathes and controllers use the same
bridges, and bytes meant for a colorimeter may move them. So only a port that shows a model's own
USB product name is asked, or one that a person confirmed; only by read-only requests; only once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from drivers import registry
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
from drivers.usb import UsbDevice, list_usb

#: For opening, asking and answering, for each model asked for on a port; a CR30 needs 2 ms.
PROBE_S: Final = 0.25

State = Literal[
    "ready",  # answered; model and serial are certain
    "unconfirmed",  # may be one, was not asked
    "silent",  # asked, no answer
    "foreign",  # asked, something else answered
    "busy",
    "permission",
    "gone",  # listed, cannot be opened
    "no-port",  # on the USB bus, without a serial port
    "other",  # no instrument known here
]

_UNCONFIRMED: Final = "It was not asked; if this is the colorimeter, choose this port for it."
_OTHER: Final = "No instrument known here shows this USB id."
_NO_PORT: Final = (
    "The instrument is plugged in and its port was taken away, most often by brltty: "
    "remove that package, then plug the instrument in again."
)


@dataclass(frozen=True, slots=True)
class PortReport:
    """One port and what is known about it.

    `usb` is "VID:PID" in hexadecimal. `model` is a name of `drivers.registry`: certain when the
    state is "ready", and otherwise what the port may be. `port` is empty for "no-port".
    """

    port: str
    usb: str | None
    model: str | None
    serial: str | None
    state: State
    hint: str


def list_ports(
    *,
    confirmed: Collection[str] = (),
    models: Iterable[InstrumentModel] | None = None,
    lister: Callable[[], Iterable[PortInfo]] = list_serial_ports,
    usb_lister: Callable[[], Iterable[UsbDevice]] = list_usb,
) -> tuple[PortReport, ...]:
    """Report on every serial port, likely ones first; blocks up to 0.25 s for each question.

    `confirmed` are ports a person said a colorimeter is on; they are asked whatever their USB id,
    and reported even if the system does not list them. Without `models`: all of the registry.
    """
    known = tuple(registry.models() if models is None else models)
    ports = list(lister())
    listed = {port.device for port in ports}
    ports += [PortInfo(device) for device in sorted(set(confirmed) - listed)]
    reports = [_report(port, known, port.device in confirmed) for port in ports]
    reports += _without_port(usb_lister(), known)
    return tuple(sorted(reports, key=lambda report: (_rank(report), report.port)))


def _report(port: PortInfo, models: tuple[InstrumentModel, ...], confirmed: bool) -> PortReport:
    named = [model for model in models if _shows_name(model, port)]
    possible = named or [model for model in models if _shows_id(model, port)]
    # On a bridge that many share, a model that names that bridge comes before heads on any cable.
    possible = sorted(possible, key=lambda model: all(name is None for *_, name in model.usb))
    usb = None if port.vid is None or port.pid is None else f"{port.vid:04X}:{port.pid:04X}"
    report = (
        PortReport(port.device, usb, possible[0].name, None, "unconfirmed", _UNCONFIRMED)
        if possible
        else PortReport(port.device, usb, None, None, "other", _OTHER)
    )
    return _ask(report, (possible or models) if confirmed else named)


def _without_port(
    devices: Iterable[UsbDevice], models: tuple[InstrumentModel, ...]
) -> list[PortReport]:
    return [
        PortReport("", f"{device.vid:04X}:{device.pid:04X}", model.name, None, "no-port", _NO_PORT)
        for device in devices
        for model in models
        if not device.has_port and _shows_name(model, device)
    ]


def _ask(report: PortReport, candidates: Iterable[InstrumentModel]) -> PortReport:
    """The report after asking; a silent candidate must not use up the time of the next."""
    for model in candidates:
        if model.probe is None:
            continue
        try:
            identity = model.probe(report.port, PROBE_S)
        except InstrumentError as error:
            report = replace(report, state=_state(error), hint=error.hint)
            if not isinstance(error, InstrumentTimeout) and report.state != "foreign":
                break
        else:
            return replace(report, model=model.name, serial=identity.serial, state="ready", hint="")
    return report


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
    return 1 if report.model is not None else 2
