"""Clients on whom recalled material was used, and how far telling them has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class ContactState(StrEnum):
    """How far telling a client has come; CLEARED is set by an amendment or a closing only."""

    TO_CONTACT = "to-contact"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    CLEARED = "cleared"


#: From REACHED back, because a call can be booked on the wrong client.
_BY_HAND = {
    ContactState.TO_CONTACT: (ContactState.REACHED, ContactState.NOT_REACHED),
    ContactState.NOT_REACHED: (ContactState.REACHED, ContactState.NOT_REACHED),
    ContactState.REACHED: (ContactState.NOT_REACHED,),
    ContactState.CLEARED: (),
}


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One lot in one mix on one client (pseudonymous id); `on` is the clinic's day."""

    on: date
    client: str
    lot: str
    mix: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """A client and every use of a lot in question, the first day first; never empty."""

    client: str
    uses: tuple[Use, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of these uses, each once, in order."""
        return tuple(dict.fromkeys(use.on for use in self.uses))


@dataclass(frozen=True, slots=True)
class Contact:
    """An exposed client and how far telling them has come."""

    exposure: Exposure
    state: ContactState

    @property
    def client(self) -> str:
        """The client's pseudonymous id."""
        return self.exposure.client

    @property
    def next_states(self) -> tuple[ContactState, ...]:
        """What a person may record next."""
        return _BY_HAND[self.state]

    def moved(self, to: ContactState) -> Contact:
        """The contact after a person recorded an attempt.

        Raises:
            ValueError: a person cannot record `to` here; `next_states` has what they can.
        """
        if to not in self.next_states:
            raise ValueError(f"{self.client} is {self.state}: a person cannot record {to} here")
        return replace(self, state=to)


def exposures(lots: Collection[str], uses: Iterable[Use]) -> tuple[Exposure, ...]:
    """Clients on whom one of these lots was used, the most recent last use first."""
    wanted = frozenset(lots)
    found: dict[str, list[Use]] = {}
    for use in uses:
        if use.lot in wanted:
            found.setdefault(use.client, []).append(use)
    listed = [Exposure(client, tuple(sorted(set(own)))) for client, own in found.items()]
    # An infection shows within days to weeks, so the freshest use is told first.
    return tuple(sorted(listed, key=lambda e: (-e.uses[-1].on.toordinal(), e.client)))


def followed_up(
    exposed: Iterable[Exposure], before: Iterable[Contact], *, notify: bool
) -> tuple[Contact, ...]:
    """Contacts after a change of scope: the exposed, then those who are exposed no longer.

    Who was told keeps that state only if nothing came to their uses; who is exposed no longer is
    CLEARED. `notify` False adds nobody who was not on the list before.
    """
    known = {contact.client: contact for contact in before}
    contacts = []
    for exposure in exposed:
        old = known.pop(exposure.client, None)
        if old is None and not notify:
            continue
        told = old is not None and set(exposure.uses) <= set(old.exposure.uses)
        if old is not None and told and old.state is not ContactState.CLEARED:
            contacts.append(Contact(exposure, old.state))
        else:
            contacts.append(Contact(exposure, ContactState.TO_CONTACT))
    cleared = (replace(old, state=ContactState.CLEARED) for old in known.values())
    return (*contacts, *cleared)
