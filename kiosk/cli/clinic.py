"""`clinic`: the clinic's own facts, and whose law it works under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import database_option, desk_for, json_option, operator_options, signed_in
from kiosk.cli.outcome import emit

if TYPE_CHECKING:
    from kiosk.inventory.profiles import Profile


@click.group()
def clinic() -> None:
    """The clinic: its name, its time zone, its law."""


def _law(profile: Profile) -> dict[str, Any]:
    return {
        "code": profile.code,
        "name": profile.name,
        "version": profile.version,
        "status": profile.status,
        "certificate": profile.certificate_policy,
    }


@clinic.command()
@database_option
@json_option
def show(database: str | None, as_json: bool) -> None:
    """Show name, time zone and legal profile, and which profiles there are."""
    from kiosk.desk.law import legal_profiles, read_clinic

    with desk_for(database) as desk:
        facts = read_clinic(desk)
    known = [profile.code for profile in legal_profiles()]
    law = f"{facts.profile.code}, {facts.profile.name}" if facts.profile else "none chosen"
    emit(
        {
            "clinic": facts.name,
            "timezone": facts.timezone,
            "profile": _law(facts.profile) if facts.profile else None,
            "profiles": known,
        },
        as_json=as_json,
        text=f"{facts.name}, {facts.timezone}\nLaw: {law}\nThere are: {', '.join(known)}",
    )


@clinic.command("profile")
@click.argument("code")
@database_option
@operator_options
@json_option
def choose(
    code: str, database: str | None, operator: str, pin_file: str | None, as_json: bool
) -> None:
    """Work under the law of CODE from now on; an owner chooses."""
    from kiosk.desk.stock.inspecting import choose_profile

    with desk_for(database) as desk:
        chosen = choose_profile(desk, signed_in(desk, operator, pin_file), code)
    emit(
        {"profile": _law(chosen)},
        as_json=as_json,
        text=f"The clinic works under {chosen.code}, {chosen.name}.",
    )
