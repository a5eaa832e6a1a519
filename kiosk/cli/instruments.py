"""`instruments`: what is plugged in, and what this machine remembers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import json_option
from kiosk.cli.outcome import Unreadable, emit
from kiosk.cli.readings import read, record, simulate

if TYPE_CHECKING:
    from drivers.discovery import KnownUnit, PortReport


@click.group()
def instruments() -> None:
    """Instruments on serial ports: list, confirm, read, record, simulate."""


instruments.add_command(read)
instruments.add_command(record)
instruments.add_command(simulate)


def _known() -> tuple[KnownUnit, ...]:
    """The remembered units; an unreadable file is unreadable input here, and no instrument's."""
    from kiosk.desk import known_units

    try:
        return known_units.load()
    except known_units.UnitsUnreadable as error:
        raise Unreadable(error.message, error.hint) from error


def _document(report: PortReport) -> dict[str, Any]:
    return {
        "port": report.port,
        "usb": report.usb,
        "model": report.model,
        "serial": report.serial,
        "state": report.state,
        "hint": report.hint,
        "product": report.product,
        "socket": report.socket,
        "label": report.label,
        "confirmed": report.confirmed,
    }


def _line(report: PortReport) -> str:
    who = report.serial or ""
    if report.label:
        who = f"{report.label} ({who})" if who else report.label
    parts = (report.port or "(no port)", report.state, report.model or "–", who)
    line = "  ".join(part for part in parts if part)
    return f"{line}\n    {report.hint}" if report.hint else line


@instruments.command("list")
@click.option(
    "--confirm", multiple=True, metavar="PORT", help="Ask this port too: a colorimeter is on it."
)
@json_option
def list_(confirm: tuple[str, ...], as_json: bool) -> None:
    """Show serial ports, what answers on them, and the models known.

    Asked are ports that show a colorimeter's own USB name, and confirmed ones; all others may be
    anything and are sent nothing.
    """
    from drivers.registry import models
    from kiosk.desk.finding import THIS_SYSTEM

    reports = THIS_SYSTEM.look(_known(), confirmed=confirm)
    known = models()
    document = {
        "ports": [_document(report) for report in reports],
        "models": [{"model": m.name, "title": m.title, "evidence": m.evidence} for m in known],
    }

    def text() -> str:
        lines = [_line(report) for report in reports] or ["No serial ports."]
        return "\n".join([*lines, "", *(f"{m.name}: {m.title}. {m.evidence}" for m in known)])

    emit(document, as_json=as_json, text=text)


@instruments.command()
@click.argument("port")
@click.option("--model", required=True, help="Which instrument is on it.")
@click.option("--label", default="", help="What to call it; needed for equal heads without number.")
@json_option
def confirm(port: str, model: str, label: str, as_json: bool) -> None:
    """Say that a colorimeter is on PORT, which may then be asked with that model's driver."""
    from drivers.errors import NoInstrument, Unsupported
    from kiosk.desk.finding import confirm_port
    from kiosk.desk.known_units import AmbiguousLabel, UnitsUnreadable

    try:
        report = confirm_port(model, port, label)
    except AmbiguousLabel as error:
        raise Unreadable(f"--label: {error}", "Give each of them a label of its own.") from error
    except UnitsUnreadable as error:
        raise Unreadable(error.message, error.hint) from error
    if report.state == "gone":
        raise NoInstrument(f"{port}: {report.hint}")
    if report.state == "foreign":
        raise Unsupported(f"Something else than a {report.model} answers on {port}.", report.hint)
    emit(_document(report), as_json=as_json, text=f"Confirmed. {_line(report)}")


@instruments.command()
@click.argument("port")
@json_option
def forget(port: str, as_json: bool) -> None:
    """Forget what is known of PORT: a port, or the serial number or label of its unit."""
    from kiosk.desk import known_units

    try:
        dropped = known_units.forget(port)
    except known_units.UnitsUnreadable as error:
        raise Unreadable(error.message, error.hint) from error
    if not dropped:
        names = ", ".join(unit.label or unit.serial or unit.port for unit in _known())
        raise Unreadable(f"PORT: nothing is known of {port}", f"Known are: {names or 'none'}.")
    document = {
        "forgotten": [
            {"port": u.port, "model": u.model, "serial": u.serial, "label": u.label}
            for u in dropped
        ]
    }
    emit(document, as_json=as_json, text=f"Forgotten: {', '.join(u.port for u in dropped)}")


@instruments.command()
@json_option
def rules(as_json: bool) -> None:
    """Print the udev rules that let this user open the ports; how to install them is in them."""
    from importlib.resources import files

    text = (files("drivers") / "data" / "70-smp-kiosk.rules").read_text("utf-8")
    emit({"file": "70-smp-kiosk.rules", "text": text}, as_json=as_json, text=text.rstrip("\n"))
