"""Patch tests: when one was applied, when it was read, what was seen.

A patch test cannot reliably rule a tattoo allergy out (Schubert, Kluger, Schreiver, Contact
Dermatitis 2023: review of 1997-2022), so the most that a record says is that nothing was seen on
the days on which somebody looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.clients.identity import ClientInputError

#: Nothing seen on the day of application, which is day 1, says nothing: late reactions show from
#: the day after up to day 8 or 10.
_FIRST_RESULT_DAY = 2


class Seen(StrEnum):
    """What somebody saw when they looked."""

    NO_REACTION = "no reaction seen"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a patch."""

    on: date
    seen: Seen


@dataclass(frozen=True, slots=True)
class PatchTest:
    """One product on one client; `readings` are in the order of their days, one a day."""

    product: str
    applied_on: date
    readings: tuple[Reading, ...] = ()

    def day_of(self, reading: Reading) -> int:
        """The number of a reading's day, counted from 1."""
        return (reading.on - self.applied_on).days + 1

    @property
    def result(self) -> Seen | None:
        """What is known; None until somebody looked on a day that can tell something."""
        if any(reading.seen is Seen.REACTION for reading in self.readings):
            return Seen.REACTION
        told = any(self.day_of(reading) >= _FIRST_RESULT_DAY for reading in self.readings)
        return Seen.NO_REACTION if told else None

    @property
    def described(self) -> str:
        """The record in words, with every day on which somebody looked."""
        applied = f"{self.product} applied {self.applied_on:%-d %b %Y}"
        if not self.readings:
            return f"{applied}, not read yet"
        looks = ", ".join(
            f"{reading.seen.value} on day {self.day_of(reading)} ({reading.on:%-d %b %Y})"
            for reading in self.readings
        )
        return f"{applied}: {looks}"

    def read(self, reading: Reading) -> PatchTest:
        """The test with one more reading; another one of the same day replaces it.

        Raises:
            ClientInputError: it lies before the application.
        """
        if reading.on < self.applied_on:
            raise ClientInputError(
                f"read_on: lies before the application on {self.applied_on.isoformat()}"
            )
        others = [known for known in self.readings if known.on != reading.on]
        return replace(self, readings=tuple(sorted([*others, reading], key=lambda r: r.on)))


def result_for(tests: Iterable[PatchTest], product: str) -> Seen | None:
    """What is known of a product over all its tests; one reaction outweighs any other test."""
    results = {test.result for test in tests if test.product == product}
    return next((seen for seen in (Seen.REACTION, Seen.NO_REACTION) if seen in results), None)
