"""The stock as the matcher sees it: every lot that was ever received, found by normal form.

Archived lots and empty bottles belong to it: a lot that is used up still has clients.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kiosk.inventory.recalls.names import (
    Likeness,
    likeness,
    lookalike_form,
    normal_form,
    within_one_edit,
)
from kiosk.inventory.recalls.notice import LotNumber, Material


@dataclass(frozen=True, slots=True)
class StockBottle:
    """One container; empty ones count."""

    id: str
    remaining_ul: int
    opened: bool


@dataclass(frozen=True, slots=True)
class StockLot:
    """One lot; `identifiers` is empty where the label had no number."""

    id: str
    brand: str
    line: str
    shade: str
    kind: Material
    identifiers: tuple[LotNumber, ...]
    received_on: date | None
    bottles: tuple[StockBottle, ...] = ()

    @property
    def named(self) -> str:
        """Brand, line and shade as one text."""
        return " ".join(part for part in (self.brand, self.line, self.shade) if part)


class Entry(NamedTuple):
    """A lot with the normal forms of its brand and numbers and its place in the stock given."""

    place: int
    lot: StockLot
    brand: str
    numbers: tuple[str, ...]


class Stock:
    """Lots indexed by normal form of brand and number; building it is linear in the lots."""

    def __init__(self, lots: Iterable[StockLot]) -> None:
        self.of_brand: dict[str, list[Entry]] = {}
        self.of_number: dict[str, list[Entry]] = {}
        forms: dict[str, str] = {}
        for place, lot in enumerate(lots):
            brand = forms.get(lot.brand)
            if brand is None:
                brand = forms[lot.brand] = normal_form(lot.brand)
            found = (normal_form(number.value) for number in lot.identifiers)
            entry = Entry(place, lot, brand, tuple(form for form in found if form))
            self.of_brand.setdefault(brand, []).append(entry)
            for number in entry.numbers:
                self.of_number.setdefault(number, []).append(entry)


def numbers_like(
    wanted: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str, Likeness]]:
    """Wanted number, known number and likeness, as normal forms, wherever there is one.

    One pass over the known numbers and one look-up for everything a wanted number could have
    become: the cost is their sum, never their product.
    """
    asked = frozenset(wanted)
    alphabet = "".join(sorted(set().union(*known)))
    found: set[tuple[str, str]] = set()
    for number in asked:
        found.update((number, form) for form in within_one_edit(number, alphabet) if form in known)
        parts = (part for i in range(1, len(number)) for part in (number[:i], number[i:]))
        found.update((number, part) for part in parts if part in known)
    drawn: dict[str, list[str]] = {}
    for number in asked:
        drawn.setdefault(lookalike_form(number), []).append(number)
    lengths = {len(number) for number in asked}
    for form in known:
        for length in lengths:
            if length == len(form):
                found.update((number, form) for number in drawn.get(lookalike_form(form), ()))
            elif length < len(form):
                ends = (form[:length], form[-length:])
                found.update((end, form) for end in ends if end in asked)
    for number, form in sorted(found):
        if (like := likeness(number, form)) is not None:
            yield number, form, like
