"""`calibrate`: the steps that make a unit's readings usable, and their history."""

from __future__ import annotations

from typing import Any

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
from kiosk.cli.outcome import CheckFailed, emit, problem


@click.group()
def calibrate() -> None:
    """Calibrate a unit step by step and keep what was done."""


def _step(kind: str) -> click.Command:
    @click.command(kind, help=f"The {kind} step; put the probe in place first.")
    @model_option
    @port_option
    @database_option
    @operator_options
    @json_option
    def step(
        model: str,
        port: str,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
    ) -> None:
        from kiosk.desk.bench import open_bench
        from kiosk.desk.calibrating import known_tile, record_card, record_step

        with desk_for(database) as desk:
            who = signed_in(desk, operator, pin_file)
            with open_bench(model, port) as bench:
                unit = bench.unit
                document: dict[str, Any] = {
                    "instrument": {"model": model.casefold(), "serial": unit.identity.serial},
                    "step": kind,
                }
                if kind == "check":
                    from calibration.sampling import take_sample

                    if hasattr(unit, "tile_constant"):
                        unit.tile_constant = known_tile(desk, unit.identity)
                    sample = take_sample(unit.read(confirm=True))
                    outcome, difference = record_card(desk, who, unit.identity, sample.lab)
                    document |= {
                        "outcome": outcome,
                        "difference": difference,
                        "lab": list(sample.lab),
                    }
                    if outcome == "fail":
                        document |= problem(
                            "card",
                            f"the white card reads {difference:.2f} from its first reading",
                            "Clean the card, calibrate black and white again, read it again.",
                        )
                else:
                    unit.calibrate(kind)  # type: ignore[arg-type]
                    tile = getattr(unit, "tile_constant", None)
                    record_step(desk, who, unit.identity, kind, tile)  # type: ignore[arg-type]
                    document["outcome"] = "done"
        emit(document, as_json=as_json, text=f"{kind}: {document['outcome']}")
        if document["outcome"] == "fail":
            raise CheckFailed

    return step


for _kind in ("black", "white", "check"):
    calibrate.add_command(_step(_kind))


@calibrate.command()
@model_option
@click.option("--port", metavar="PATH", help="Ask the unit on this port for its serial number.")
@click.option("--serial", help="Serial number of a unit that is not plugged in.")
@database_option
@json_option
def report(
    model: str, port: str | None, serial: str | None, database: str | None, as_json: bool
) -> None:
    """List a unit's calibration history and how far its white card has drifted."""
    from kiosk.desk.bench import open_bench
    from kiosk.desk.calibrating import history

    if (port is None) == (serial is None):
        raise click.UsageError("give --port or --serial")
    if port is not None:
        with open_bench(model, port) as bench:
            serial = bench.unit.identity.serial
    assert serial is not None
    with desk_for(database) as desk:
        entries = history(desk, serial)
    document = {
        "serial": serial,
        "steps": [
            {
                "at": e.at.isoformat().replace("+00:00", "Z"),
                "operator": e.operator,
                "step": e.step,
                "outcome": e.outcome,
                "difference": e.detail.get("difference"),
            }
            for e in entries
        ],
    }
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            "\n".join(f"{e.at:%Y-%m-%d %H:%M} {e.operator} {e.step} {e.outcome}" for e in entries)
            or f"No calibration of {serial} is recorded."
        ),
    )
