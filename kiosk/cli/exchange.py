"""`exchange`: kiosks that were apart tell each other what happened, by a file."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli.access import database_option, desk_for, json_option, operator_options, signed_in
from kiosk.cli.outcome import Unreadable, emit


@click.group()
def exchange() -> None:
    """Bring the logs of kiosks together that could not see each other."""


@exchange.command()
@database_option
@json_option
def status(database: str | None, as_json: bool) -> None:
    """The newest event number of every kiosk whose events are here."""
    from kiosk.desk.stock.exchange import event_numbers

    with desk_for(database) as desk:
        numbers, kiosk = event_numbers(desk), desk.kiosk
    emit(
        {"kiosk": kiosk, "holds": numbers},
        as_json=as_json,
        text=lambda: "\n".join(f"{name}={number}" for name, number in sorted(numbers.items())),
    )


@exchange.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--after",
    multiple=True,
    metavar="KIOSK=NUMBER",
    help="What the other kiosk has, as its 'exchange status' prints it; default: nothing.",
)
@database_option
@json_option
def give(file: str, after: tuple[str, ...], database: str | None, as_json: bool) -> None:
    """Write what happened here to FILE, for another kiosk."""
    from kiosk.desk.stock.exchange import export_events

    known = dict(_holding(text) for text in after)
    with desk_for(database) as desk:
        data = export_events(desk, after=known)
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise Unreadable(f"FILE: {file} cannot be written: {error}") from error
    events = data.count(b"\n") - 1
    emit({"file": file, "events": events}, as_json=as_json, text=f"{events} events to {file}")


def _holding(text: str) -> tuple[str, int]:
    kiosk, _, number = text.rpartition("=")
    if not kiosk or not number.isdecimal():
        raise Unreadable(f"--after: '{text}' is no kiosk and number", "Type it as kiosk-2=57.")
    return kiosk, int(number)


@exchange.command()
@click.argument("file", type=click.Path(dir_okay=False))
@database_option
@operator_options
@json_option
def take(
    file: str, database: str | None, operator: str, pin_file: str | None, as_json: bool
) -> None:
    """Add what FILE holds to this log: all of it, or nothing."""
    from kiosk.desk.stock.exchange import take_in

    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise Unreadable(f"FILE: {file} cannot be read: {error}") from error
    with desk_for(database) as desk:
        found = take_in(desk, signed_in(desk, operator, pin_file), data)
    emit(
        {
            "sender": found.sender,
            "events": {
                kiosk: {"first": first, "last": last}
                for kiosk, (first, last) in found.events.items()
            },
            "bottles_to_count": [
                {"bottle": b.bottle, "balance_ul": b.balance_ul, "reason": b.sentence}
                for b in found.bottles
            ],
            "lots_stopped": list(found.lots),
        },
        as_json=as_json,
        text=lambda: "\n".join(
            [
                f"{found.count} events taken in."
                if found.count
                else "Everything in it was here already.",
                *(f"Count it: {bottle.sentence}" for bottle in found.bottles),
                *(f"Lot {lot} may not be used: look at its page." for lot in found.lots),
            ]
        ),
    )
