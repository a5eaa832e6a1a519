"""The clinic's own facts: its name, its time zone and whose law it works under."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.inventory.profiles import Profile, UnknownProfile, profile, profiles
from kiosk.ledger.events import Event
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What the clinic said of itself; `profile` is None until it has chosen one."""

    name: str
    timezone: str
    profile: Profile | None


def read_clinic(desk: Desk) -> ClinicFacts:
    """The clinic's facts; an empty name where nobody has founded it."""
    with look(desk) as connection:
        row = connection.execute(select(t.clinic)).first()
    if row is None:
        return ClinicFacts("", desk.zone.key, None)
    return ClinicFacts(row.name, row.timezone, profile(row.profile) if row.profile else None)


def checked_profile(code: str) -> Profile:
    """A shipped profile by its code.

    Raises:
        DeskError: there is none; names the nearest.
    """
    try:
        return profile(code)
    except UnknownProfile as error:
        raise DeskError(f"profile: {error.problem}", error.mend) from error


def chosen_event(law: Profile) -> Event:
    """That the clinic works under this law from now on."""
    return Event("clinic.profile_chosen", "clinic", {"profile": law.code, "version": law.version})


def legal_profiles() -> tuple[Profile, ...]:
    """Every profile that is shipped, in the order of its file."""
    return tuple(profiles().values())
