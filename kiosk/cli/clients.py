"""`clients`: what is told about allergies, patch tests, sessions to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    operator_options,
    parse_day,
    signed_in,
)
from kiosk.cli.outcome import emit

if TYPE_CHECKING:
    from kiosk.desk.screening import Screening


@click.group()
def clients() -> None:
    """People in the chair, by their pseudonyms."""


def _document(client: str, found: Screening) -> dict[str, Any]:
    return {
        "client": client,
        "allergies": list(found.allergies),
        "patch_tests": [
            {
                "product": test.product,
                "applied_on": test.applied_on.isoformat(),
                "result": test.result.value if test.result else None,
                "readings": [
                    {"day": test.day_of(look), "on": look.on.isoformat(), "seen": look.seen.value}
                    for look in test.readings
                ],
                "text": test.described,
            }
            for test in found.patches
        ],
    }


def _text(found: Screening) -> str:
    told = ", ".join(found.allergies) or "none told"
    return "\n".join([f"allergies: {told}", *(test.described for test in found.patches)])


@clients.command()
@click.argument("client")
@click.option("--allergy", "allergies", multiple=True, help="One of all; replaces what was told.")
@click.option("--none", "nothing", is_flag=True, help="The client tells of no allergy.")
@database_option
@operator_options
@json_option
def allergies(
    client: str,
    allergies: tuple[str, ...],
    nothing: bool,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Keep what CLIENT is allergic to; without an option, show it."""
    from kiosk.desk import screening

    if allergies and nothing:
        raise click.UsageError("give --allergy or --none, not both")
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if allergies or nothing:
            found = screening.record_allergies(desk, who, client, allergies)
        else:
            found = screening.find_screening(desk, who, client)
    emit(_document(client, found), as_json=as_json, text=lambda: _text(found))


@clients.command("patch-test")
@click.argument("client")
@click.argument("product")
@click.option("--seen", type=click.Choice(["no-reaction", "reaction"]), help="What was seen.")
@click.option("--on", "day", help="The day it was applied or read; default today.")
@database_option
@operator_options
@json_option
def patch_test(
    client: str,
    product: str,
    seen: str | None,
    day: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record a patch of PRODUCT on CLIENT: that it was applied, or with --seen what was seen."""
    from kiosk.clients.patch_tests import Seen
    from kiosk.desk import screening

    on = parse_day(day, "--on") if day else None
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if seen is None:
            found = screening.apply_patch(desk, who, client, product, on)
        else:
            what = Seen.REACTION if seen == "reaction" else Seen.NO_REACTION
            found = screening.read_patch(desk, who, client, product, what, on)
    emit(_document(client, found), as_json=as_json, text=lambda: _text(found))


@clients.command()
@click.argument("client")
@click.option("--day", "days", multiple=True, help="One of all days; replaces what was planned.")
@click.option("--none", "nothing", is_flag=True, help="The client is not expected any more.")
@database_option
@operator_options
@json_option
def plan(
    client: str,
    days: tuple[str, ...],
    nothing: bool,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Plan the sessions of CLIENT from now on; without an option, show them."""
    from kiosk.desk.stock import planning

    if days and nothing:
        raise click.UsageError("give --day or --none, not both")
    wanted = [parse_day(day, "--day") for day in days]
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if wanted or nothing:
            found = planning.plan_sessions(desk, who, client, wanted)
        else:
            found = planning.planned(desk, client)
    listed = [day.isoformat() for day in found]
    emit(
        {"client": client, "days": listed},
        as_json=as_json,
        text=f"{client}: {', '.join(listed) or 'nothing planned'}",
    )
