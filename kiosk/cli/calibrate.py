"""`calibrate`: the steps that make a unit's readings usable, and their history."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    model_option,
    operator_options,
    port_option,
    signed_in,
)
from kiosk.cli.charting import chart, compare, fit, measure, study
from kiosk.cli.guide import confirm_step
from kiosk.cli.outcome import CheckFailed, emit, note, problem
from kiosk.cli.tiles import reference

if TYPE_CHECKING:
    from calibration.gate import CardCheck
    from kiosk.desk.bench import Bench
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator


@click.group()
def calibrate() -> None:
    """Calibrate a unit step by step and keep what was done."""


def _step(kind: str) -> click.Command:
    @click.command(kind, help=f"The {kind} step; put the probe in place first.")
    @model_option
    @port_option
    @click.option("--reference", "tile", metavar="SERIAL", help="The tile at hand, if it is known.")
    @database_option
    @operator_options
    @json_option
    def step(
        model: str,
        port: str,
        tile: str | None,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
    ) -> None:
        from kiosk.desk.bench import open_bench
        from kiosk.desk.calibrating import calibrate_unit
        from kiosk.desk.correcting import restore

        with desk_for(database) as desk:
            who = signed_in(desk, operator, pin_file)
            with open_bench(model, port) as bench:
                unit = bench.unit
                restore(desk, unit)
                calibrate_unit(desk, who, unit, kind, tile)  # type: ignore[arg-type]
                document: dict[str, Any] = {
                    "instrument": {"model": model.casefold(), "serial": unit.identity.serial},
                    "step": kind,
                    "outcome": "done",
                    "reference": tile,
                }
        emit(document, as_json=as_json, text=f"{kind}: done")

    return step


for _kind in ("black", "white"):
    calibrate.add_command(_step(_kind))


@calibrate.command()
@model_option
@port_option
@click.option("--reference", "tile", metavar="SERIAL", help="A check tile instead of the card.")
@click.option("--temperature", type=float, metavar="CELSIUS", help="Of that tile.")
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Seconds to place the probe again, where nobody can press Enter.",
)
@database_option
@operator_options
@json_option
def check(
    model: str,
    port: str,
    tile: str | None,
    temperature: float | None,
    pause: float,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Read the white card, or a check tile, and compare it with its first reading."""
    from kiosk.desk.bench import open_bench
    from kiosk.desk.correcting import prepare, require_correction

    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        with open_bench(model, port) as opened:
            bench = prepare(desk, opened)
            require_correction(bench)
            identity = bench.unit.identity
            found = _read_card(desk, who, bench, tile, temperature, pause)
    document: dict[str, Any] = {
        "instrument": {"model": model.casefold(), "serial": identity.serial},
        "step": "check",
        "outcome": found.outcome,
        "difference": None if found.outcome == "baseline" else found.difference,
        "lab": list(found.lab),
        "placements": found.placements,
        "sentence": found.sentence,
        "reference": tile,
    }
    if found.outcome == "fail":
        document |= problem(
            "card",
            f"the white card reads {found.difference:.2f} from its first reading",
            f"{found.sentence} Then calibrate black and white and read the card again.",
        )
    emit(document, as_json=as_json, text=f"check: {found.outcome}. {found.sentence}")
    if found.outcome == "fail":
        raise CheckFailed


def _read_card(
    desk: Desk,
    who: Operator,
    bench: Bench,
    tile: str | None,
    temperature: float | None,
    pause: float,
) -> CardCheck:
    from kiosk.desk.calibrating import record_card

    placements = [bench.sample(confirm=True).lab]
    while True:
        found = record_card(
            desk, who, bench.unit.identity, placements, reference=tile, temperature_c=temperature
        )
        if found.outcome is not None:
            return found
        note(found.sentence)
        if not confirm_step():
            time.sleep(pause)
        placements.append(bench.sample(confirm=True).lab)


@calibrate.command()
@model_option
@click.option("--port", metavar="PATH", help="Ask the unit on this port for its serial number.")
@click.option("--serial", help="Serial number of a unit that is not plugged in.")
@database_option
@json_option
def report(
    model: str, port: str | None, serial: str | None, database: str | None, as_json: bool
) -> None:
    """List a unit's calibration history, how far its card has drifted and what it rests on."""
    from kiosk.cli.unit_report import report_document, report_text
    from kiosk.desk.bench import open_bench

    if (port is None) == (serial is None):
        raise click.UsageError("give --port or --serial")
    if port is not None:
        with open_bench(model, port) as bench:
            serial = bench.unit.identity.serial
    assert serial is not None
    with desk_for(database) as desk:
        document = report_document(desk, serial)
    emit(document, as_json=as_json, text=lambda: report_text(document))


for _command in (reference, chart, measure, fit, study, compare):
    calibrate.add_command(_command)
