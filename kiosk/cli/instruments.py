"""`instruments`: what is plugged in, a simulated unit, readings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import json_option, model_option, port_option
from kiosk.cli.outcome import Unreadable, emit

if TYPE_CHECKING:
    from drivers.readings import RawReading


@click.group()
def instruments() -> None:
    """Instruments on serial ports: list, read, simulate."""


@instruments.command("list")
@click.option(
    "--confirm", multiple=True, metavar="PORT", help="Ask this port too: a colorimeter is on it."
)
@json_option
def list_(confirm: tuple[str, ...], as_json: bool) -> None:
    """Show serial ports, what answers on them, and the models known."""
    from drivers.discovery import list_ports
    from drivers.registry import models

    reports = list_ports(confirmed=confirm)
    known = models()
    document = {
        "ports": [
            {
                "port": r.port,
                "usb": r.usb,
                "model": r.model,
                "serial": r.serial,
                "state": r.state,
                "hint": r.hint,
            }
            for r in reports
        ],
        "models": [{"model": m.name, "title": m.title, "evidence": m.evidence} for m in known],
    }

    def text() -> str:
        lines = [
            "  ".join(
                (r.port or "(no port)", r.state, r.model or "–", r.serial or "", r.hint)
            ).rstrip()
            for r in reports
        ] or ["No serial ports."]
        return "\n".join([*lines, "", *(f"{m.name}: {m.title}. {m.evidence}" for m in known)])

    emit(document, as_json=as_json, text=text)


@instruments.command()
@click.argument("model")
@click.option(
    "--link", required=True, metavar="PATH", help="Where to put the link to the unit's port."
)
@click.option(
    "--target",
    default="tile",
    show_default=True,
    help="What lies under the probe: a name or a CSV file.",
)
@click.option("--fault", help="Something that goes wrong; see below.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after this time.")
@click.option("--serial", help="The unit's serial number.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the noise.")
@click.option("--control", metavar="PIPE", help="Named pipe that takes control lines.")
def simulate(
    model: str,
    link: str,
    target: str,
    fault: str | None,
    seconds: float | None,
    serial: str | None,
    seed: int,
    control: str | None,
) -> None:
    """Run a simulated unit behind a pseudo terminal until it is interrupted.

    Prints 'ready PATH' when it listens. MODEL is one of cr30, as7261, as7262, as7265x, open-head,
    cm700d, cm2600d, spectrolino. Targets: tile, black, skin-light, skin-medium, skin-dark,
    hair-black, hair-brown, or a CSV file of wavelength_nm,reflectance. Faults differ by model; a
    wrong one is answered with the list. Those of the cr30: unplug, silence, split, short, garbage,
    checksum, echo, button, cap-on, calibration, wrong-model, nan, overrange.
    """
    from drivers.simulators import MODEL_FAULTS, MODELS, TargetError, build, serve

    name = model.casefold()
    if name not in MODELS:
        raise Unreadable(
            f"MODEL: there is no simulated '{model}'", f"There are: {', '.join(MODELS)}."
        )
    if fault is not None and fault not in MODEL_FAULTS[name]:
        raise Unreadable(
            f"--fault: there is no '{fault}' for {name}",
            f"There are: {', '.join(MODEL_FAULTS[name])}.",
        )
    try:
        unit = build(name, target=target, fault=fault, serial=serial, seed=seed)
    except TargetError as error:
        raise Unreadable(f"--target: {error}") from error
    except ValueError as error:
        raise Unreadable(f"--serial: {error}") from error
    try:
        serve(
            unit,
            Path(link),
            seconds=seconds,
            control=control,
            ready=lambda: click.echo(f"ready {link}"),
        )
    except OSError as error:
        raise Unreadable(f"--link: {link} cannot be made: {error.strerror or error}") from error


def reading_document(raw: RawReading, lab: tuple[float, float, float]) -> dict[str, Any]:
    """One reading as the contract prints it."""
    return {
        "lab": list(lab),
        "spectrum": raw.spectrum_document,
        "at": raw.at.isoformat().replace("+00:00", "Z"),
        "trigger": raw.trigger,
        "warnings": list(raw.warnings),
    }


@instruments.command()
@model_option
@port_option
@click.option("--repeats", type=click.IntRange(1, 1000), default=1, show_default=True)
@json_option
def read(model: str, port: str, repeats: int, as_json: bool) -> None:
    """Take readings and print them with their mean and spread."""
    from kiosk.desk.bench import open_bench, read_series

    with open_bench(model, port) as bench:
        series = read_series(bench.unit, repeats)
        identity, condition = bench.unit.identity, bench.unit.condition
    document = {
        "instrument": {
            "model": model.casefold(),
            "serial": identity.serial,
            "firmware": identity.firmware,
        },
        "condition": {
            "geometry": condition.geometry,
            "illuminant": condition.illuminant,
            "observer": condition.observer,
            "aperture_mm": condition.aperture_mm,
        },
        "readings": [reading_document(s.raw, s.lab) for s in series.samples],
        "mean": {"lab": list(series.lab)},
        "mcdm": series.mcdm,
    }

    def text() -> str:
        lines = [f"{identity.model} {identity.serial}, {condition.geometry}, D65/10°"]
        lines += [
            f"{i}  L* {s.lab[0]:6.2f}  a* {s.lab[1]:6.2f}  b* {s.lab[2]:6.2f}"
            for i, s in enumerate(series.samples, start=1)
        ]
        mean = series.lab
        lines.append(
            f"mean L* {mean[0]:.2f}  a* {mean[1]:.2f}  b* {mean[2]:.2f}  spread {series.mcdm:.2f}"
        )
        return "\n".join(lines)

    emit(document, as_json=as_json, text=text)
