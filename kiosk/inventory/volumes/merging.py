"""Bringing together what several kiosks wrote while they could not see each other.

Both uses of one bottle happened, so both stay. What the bottle then holds on paper may be less than
nothing; that is no error to be smoothed over but a question that only counting answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.inventory.volumes.booking import balance
from kiosk.inventory.volumes.movements import Movement, MovementType
from kiosk.inventory.volumes.quantities import QuantityError, say_ml
from kiosk.stops import Severity, Stop

#: A scanner that reads a label twice, or a key that bounces, does so within this.
ECHO = timedelta(seconds=1)


class Doubt(StrEnum):
    """Why a bottle's book cannot be believed after a merge; the value is part of a sentence."""

    OVERDRAWN = "more was taken than there was"
    CORRECTED_TWICE = "one movement was corrected on both sides"
    COUNTED_APART = "it was counted on one side while the other booked as well"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A bottle to hold until it is counted, with the doubts about it.

    `movements` are those of the bottle that not every kiosk knew of, `kiosks` the ones that did.
    Where all know everything by now they are those that took from it.
    """

    bottle: str
    balance_ul: int
    doubts: tuple[Doubt, ...]
    movements: tuple[str, ...]
    kiosks: tuple[str, ...]

    @property
    def stop(self) -> Stop:
        """The hold."""
        return Stop(
            "HOLD-DISCREPANCY",
            Severity.SAFETY,
            f"Bottle {self.bottle} stands at {say_ml(self.balance_ul)} after "
            f"{' and '.join(self.kiosks)} were brought together: {'; '.join(self.doubts)}.",
            f"Movements {', '.join(self.movements)}",
            "A count of this bottle.",
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """Every movement once: kiosk by kiosk, each in its own order."""

    movements: tuple[Movement, ...]
    discrepancies: tuple[Discrepancy, ...]


def merge(logs: Mapping[str, Sequence[Movement]]) -> Merged:
    """All movements of all kiosks, by the kiosk's name.

    A movement that several logs hold is the same one, so what was exchanged before counts once, and
    merging again changes nothing.

    Raises:
        QuantityError: two logs hold different movements under one id.
    """
    kept: dict[str, Movement] = {}
    holders: dict[str, set[str]] = {}
    for kiosk in sorted(logs):
        for movement in logs[kiosk]:
            if kept.setdefault(movement.id, movement) != movement:
                raise QuantityError(
                    "id",
                    f"{movement.id} says one thing here and another there",
                    "Verify the ledgers of both kiosks before merging.",
                )
            holders.setdefault(movement.id, set()).add(kiosk)
    apart = {name for name, kiosks in holders.items() if len(kiosks) < len(logs)}
    of_bottle: dict[str, list[Movement]] = {}
    for movement in kept.values():
        of_bottle.setdefault(movement.bottle, []).append(movement)
    discrepancies = []
    for bottle, book in sorted(of_bottle.items()):
        doubts = tuple(_doubts(book, apart, holders))
        if doubts:
            named = [m.id for m in book if m.id in apart] or [m.id for m in book if m.qty_ul < 0]
            kiosks = tuple(sorted(set().union(*(holders[name] for name in named))))
            discrepancies.append(Discrepancy(bottle, balance(book), doubts, tuple(named), kiosks))
    return Merged(tuple(kept.values()), tuple(discrepancies))


def _doubts(
    book: Sequence[Movement], apart: Set[str], holders: Mapping[str, Set[str]]
) -> Iterator[Doubt]:
    if balance(book) < 0:
        yield Doubt.OVERDRAWN
    fresh = [movement for movement in book if movement.id in apart]
    twice = Counter(movement.corrects for movement in book if movement.corrects)
    if any(twice[movement.corrects] > 1 for movement in fresh if movement.corrects):
        yield Doubt.CORRECTED_TWICE
    # A count takes in what the other side used, and then that use is booked a second time.
    sides = {frozenset(holders[movement.id]) for movement in fresh if movement.qty_ul}
    counted = any(movement.type is MovementType.COUNT_ADJUST for movement in fresh)
    if counted and len(sides) > 1:
        yield Doubt.COUNTED_APART


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asked for: under which name, what exactly, from where and when (UTC).

    The token is made when a form opens, so that pressing Enter twice sends it twice. `asks` is
    everything that the command would do, as text.
    """

    token: str
    kiosk: str
    asks: str
    at: datetime


def repeats(command: Command, done: Sequence[Command]) -> Command | None:
    """The command that this one repeats and whose result answers it; None where it is new.

    The same token is the same command, however late it comes again. A scan has no form and so no
    token: there the same wish from the same kiosk within a second is the scanner's echo.

    Raises:
        QuantityError: a token that was used for something else.
    """
    for earlier in done:
        if command.token and earlier.token == command.token:
            if earlier.asks != command.asks:
                raise QuantityError(
                    "token", f"{command.token} was used for something else", "Open the form again."
                )
            return earlier
        same = (earlier.kiosk, earlier.asks) == (command.kiosk, command.asks)
        if same and not command.token and abs(command.at - earlier.at) <= ECHO:
            return earlier
    return None
