"""`init`, `audit` and `db`: the clinic's database and its ledger."""

from __future__ import annotations

from typing import Any

import click

from kiosk.cli.access import (
    data_folder,
    database_option,
    default_database,
    desk_for,
    json_option,
    kiosk_name,
    operator_options,
    read_pin,
    signed_in,
)
from kiosk.cli.outcome import CheckFailed, emit, problem


@click.command()
@click.option("--clinic", required=True, metavar="NAME")
@click.option("--operator", required=True, metavar="ID")
@click.option("--role", default="owner", show_default=True)
@click.option("--timezone", default="UTC", show_default=True, help="For example Europe/Vienna.")
@click.option("--profile", default="", metavar="CODE", help="Whose law: EU, AT, FR, GB, US ...")
@click.option(
    "--pin-file", metavar="FILE", help="Read the PIN from FILE, or from standard input with '-'."
)
@database_option
@json_option
def init(
    clinic: str,
    operator: str,
    role: str,
    timezone: str,
    profile: str,
    pin_file: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Create a database and its first operator."""
    from kiosk.desk.founding import found_clinic
    from kiosk.desk.people import checked_role

    checked = checked_role(role)
    pin = read_pin(pin_file)
    if database is None:
        data_folder().mkdir(parents=True, exist_ok=True)
    url = database or default_database()
    desk, who = found_clinic(
        url,
        name=clinic,
        timezone=timezone,
        operator=operator,
        role=checked,
        pin=pin,
        kiosk=kiosk_name(),
        profile=profile,
    )
    desk.close()
    emit(
        {
            "clinic": clinic,
            "operator": who.id,
            "role": who.role.value,
            "profile": profile.strip().upper() or None,
        },
        as_json=as_json,
        text=f"{clinic} is ready; {who.id} may sign in as {who.role.value}.",
    )


@click.group()
def audit() -> None:
    """Questions to the ledger."""


@audit.command()
@database_option
@json_option
def verify(database: str | None, as_json: bool) -> None:
    """Recompute every hash and every table; exit 1 when something does not fit."""
    from kiosk.desk.journal import verify_ledger

    with desk_for(database) as desk:
        found = verify_ledger(desk)
    document: dict[str, Any] = {
        "events": found.events,
        "head": found.head,
        "ok": found.ok,
        "first_bad": found.first_bad,
        "reason": found.reason,
        "tables_that_differ": list(found.projections_differ),
        "checkpoints": 0,
        "last_anchored": None,
    }
    if not found.ok:
        document |= problem("ledger", found.reason or "", "Restore the last good backup.")
    emit(
        document,
        as_json=as_json,
        text=f"{found.events} events verified, head {found.head}"
        if found.ok
        else f"NOT WHOLE: {found.reason}",
    )
    if not found.ok:
        raise CheckFailed


@click.group()
def db() -> None:
    """Care of the database."""


@db.command()
@database_option
@json_option
def migrate(database: str | None, as_json: bool) -> None:
    """Bring the database to this program's version."""
    from kiosk.desk.care import migrate_database

    changed = migrate_database(database or default_database())
    emit(
        {"migrated": changed},
        as_json=as_json,
        text="The database was migrated." if changed else "The database is up to date.",
    )


@db.command()
@database_option
@json_option
def check(database: str | None, as_json: bool) -> None:
    """Say whether the database can be used; exit 5 when not."""
    from kiosk.desk.care import check_database

    with desk_for(database) as desk:
        check_database(desk)
        kiosk = desk.kiosk
    emit({"usable": True, "kiosk": kiosk}, as_json=as_json, text="The database can be used.")


@db.command()
@database_option
@json_option
def rebuild(database: str | None, as_json: bool) -> None:
    """Derive every table again from the events; exit 1 when one differed."""
    from kiosk.desk.care import rebuild_tables

    with desk_for(database) as desk:
        report = rebuild_tables(desk)
    document: dict[str, Any] = {"events": report.events, "differed": list(report.differed)}
    said = f"Differed and were put right: {', '.join(report.differed)}."
    if report.differed:
        document |= problem("tables", said, "Find out who changed the tables by hand.")
    emit(
        document,
        as_json=as_json,
        text=f"Rebuilt from {report.events} events. "
        + (said if report.differed else "Nothing differed."),
    )
    if report.differed:
        raise CheckFailed


@db.command("confirm-clock")
@click.option("--reason", required=True, help="Why events lie in the future of this clock.")
@database_option
@operator_options
@json_option
def confirm_clock(
    reason: str, database: str | None, operator: str, pin_file: str | None, as_json: bool
) -> None:
    """Say that this machine's clock is right although the ledger holds later events."""
    from kiosk.desk.care import confirm_clock as confirm

    with desk_for(database) as desk:
        confirm(desk, signed_in(desk, operator, pin_file), reason)
    emit({"confirmed": True}, as_json=as_json, text="The clock is trusted from now on.")
