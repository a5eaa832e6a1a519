"""The first minute of a clinic: a database, a name, a first operator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.desk.errors import DeskError
from kiosk.desk.law import checked_profile, chosen_event
from kiosk.desk.office import Desk, open_desk, read_zone, utc_now, work
from kiosk.desk.people import Operator, Role, checked_operator_id, checked_pin, enrol
from kiosk.ledger.events import Event
from kiosk.storage.migrate import create


def machine_zone() -> str:
    """The time zone this machine is set to, as a suggestion for the set-up; UTC where unknown."""
    parts = Path("/etc/localtime").resolve().parts
    if "zoneinfo" in parts:
        return "/".join(parts[parts.index("zoneinfo") + 1 :]) or "UTC"
    return "UTC"


def found_clinic(
    url: str,
    *,
    name: str,
    timezone: str,
    operator: str,
    role: Role,
    pin: str,
    kiosk: str = "kiosk-1",
    profile: str = "",
    clock: Callable[[], datetime] = utc_now,
) -> tuple[Desk, Operator]:
    """Create the database and its first events; returns the open desk and the operator.

    `profile` is the code of the law the clinic works under, empty where it chooses later.

    Raises:
        DeskError: a field cannot be used.
        DatabaseUnusable: there is a database already, or none can be made there.
    """
    if not name.strip():
        raise DeskError("clinic: the name is empty", "Type the clinic's name.")
    # All of it before the database is made: a half-founded one could not be founded again.
    read_zone(timezone)
    checked_operator_id(operator)
    checked_pin(pin)
    law = checked_profile(profile) if profile.strip() else None
    create(url)
    desk = open_desk(url, kiosk=kiosk, clock=clock)
    with work(desk, operator) as task:
        task.record(Event("clinic.created", "clinic", {"name": name.strip(), "timezone": timezone}))
        enrol(task, operator, role, pin)
        if law is not None:
            task.record(chosen_event(law))
    desk.close()
    return open_desk(url, kiosk=kiosk, clock=clock), Operator(operator, role)
