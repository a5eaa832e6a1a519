"""`calibrate reference`: tiles and cards with a certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    operator_options,
    signed_in,
)
from kiosk.cli.outcome import Unreadable, emit, note


def read_json(path: str, option: str) -> Any:
    """The document in a file.

    Raises:
        Unreadable: it cannot be read, or holds no JSON object.
    """
    import json

    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable(f"{option}: {path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable(f"{option}: {path} holds no JSON object")
    return document


@click.group()
def reference() -> None:
    """Tiles and cards: certificates, owners, and what they are good for."""


@reference.command("add")
@click.argument("file")
@database_option
@operator_options
@json_option
def add(
    file: str, database: str | None, operator: str, pin_file: str | None, as_json: bool
) -> None:
    """Keep a tile or card with its certificate.

    FILE is JSON: serial, colour, geometry, certified_on (year-month-day), spectrum {start, step,
    values as fractions}; owner, the serial number of the unit whose cap it is, and
    per_ten_degrees, the change of L*, a*, b* for +10 °C, where they exist.
    """
    from kiosk.desk.references import add_reference, read_reference

    found = read_reference(read_json(file, "FILE"))
    with desk_for(database) as desk:
        fit = add_reference(desk, signed_in(desk, operator, pin_file), found)
    if fit.use != "drift":
        note(fit.sentence)
    emit(
        {"serial": found.serial, "use": fit.use, "sentence": fit.sentence},
        as_json=as_json,
        text=fit.sentence,
    )


@reference.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Show every tile and card, retired ones too."""
    from kiosk.desk.references import list_references, reference_document

    with desk_for(database) as desk:
        found = list_references(desk)
    document = {
        "references": [
            {
                **reference_document(each.reference),
                "use": each.suitability.use,
                "sentence": each.suitability.sentence,
                "retired": each.retired,
            }
            for each in found
        ]
    }
    emit(
        document,
        as_json=as_json,
        text=lambda: (
            "\n".join(
                f"{each.reference.serial} {each.reference.colour} {each.reference.geometry} "
                f"{each.reference.certified_on}"
                + (f" retired: {each.retired}" if each.retired else "")
                for each in found
            )
            or "No reference is kept."
        ),
    )


@reference.command("retire")
@click.argument("serial")
@click.option("--reason", required=True)
@database_option
@operator_options
@json_option
def retire(
    serial: str,
    reason: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Take a tile or card out of use."""
    from kiosk.desk.references import retire_reference

    with desk_for(database) as desk:
        retire_reference(desk, signed_in(desk, operator, pin_file), serial, reason)
    emit(
        {"serial": serial, "retired": reason},
        as_json=as_json,
        text=f"{serial} is retired: {reason}",
    )
