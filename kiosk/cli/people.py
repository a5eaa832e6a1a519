"""`operators`: who may sign in."""

from __future__ import annotations

import click

from kiosk.cli.access import database_option, desk_for, json_option, operator_options
from kiosk.cli.outcome import emit


@click.group()
def operators() -> None:
    """Who may sign in, and as what."""


@operators.command()
@click.argument("new_operator")
@click.option("--role", required=True, help="owner, practitioner, stock-manager or auditor.")
@database_option
@operator_options
@json_option
def add(
    new_operator: str,
    role: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Add NEW_OPERATOR.

    The manager's PIN comes first, the new one second: two lines of --pin-file, or two prompts.
    """
    from kiosk.cli.access import read_pins
    from kiosk.desk.people import add_operator, checked_role, verify_pin

    wanted = checked_role(role)
    manager_pin, new_pin = read_pins(pin_file, ("PIN", f"New PIN of {new_operator}"))
    with desk_for(database) as desk:
        manager = verify_pin(desk, operator, manager_pin)
        made = add_operator(desk, manager, new_operator, wanted, new_pin)
    emit(
        {"operator": made.id, "role": made.role.value},
        as_json=as_json,
        text=f"{made.id} may sign in as {made.role.value}.",
    )


@operators.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Show everybody who may sign in."""
    from kiosk.desk.people import list_operators

    with desk_for(database) as desk:
        found = list_operators(desk)
    emit(
        {"operators": [{"operator": who.id, "role": who.role.value} for who in found]},
        as_json=as_json,
        text=lambda: "\n".join(f"{who.id}  {who.role.value}" for who in found),
    )
