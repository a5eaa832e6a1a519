"""Which lots of the stock a notice hits, and which are only like it.

A hit is decided by equality of normal forms and by dates, never by likeness. What lacks one thing
to a hit is listed for a person, who may take it in (`Preview.accepting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import Enum
from operator import itemgetter

from kiosk.inventory.recalls.brands import one_brand
from kiosk.inventory.recalls.findings import Group, Hit, Near, NearMiss, Preview
from kiosk.inventory.recalls.names import Likeness, likeness, normal_form
from kiosk.inventory.recalls.notice import Event, LotNumber, Notice, NumberKind, Reach, Window
from kiosk.inventory.recalls.stock import Entry, Stock, StockLot, numbers_like

#: A bottle that left the maker on the last day of a window arrives later, through a dealer perhaps
#: much later. A decision of this program, without a source: these are listed, never hit.
TRANSIT = timedelta(days=90)


def preview(notice: Notice, stock: Stock) -> Preview:
    """The lots that a notice hits and those that are like a hit, each with its reason."""
    return _Matcher(notice, stock).run()


def brands_to_look_at(notice: Notice, brands: Iterable[str]) -> frozenset[str]:
    """Which of a stock's brands hold lots that the notice could hit or nearly hit.

    Lots of any other brand come into question by one of the notice's own numbers alone.
    """
    own = one_brand((notice.brand, *notice.aliases))
    return frozenset(
        brand
        for brand in brands
        if (form := normal_form(brand)) in own or any(likeness(form, name) for name in own)
    )


def numbers_wanted(notice: Notice) -> frozenset[str]:
    """The normal forms of every number that the notice names."""
    return frozenset(normal_form(number.value) for lot in notice.scope.lots for number in lot)


class _Alike(Enum):
    SAME = 0
    LIKE = 1
    OTHER = 2


class _Matcher:
    """One notice against one stock."""

    def __init__(self, notice: Notice, stock: Stock) -> None:
        self.notice = notice
        self.stock = stock
        self.by_number = notice.scope.reach is Reach.LOTS
        self.brands = one_brand((notice.brand, *notice.aliases))
        numbers = [number for lot in notice.scope.lots for number in lot]
        self.wanted = {normal_form(number.value): number for number in numbers}
        self.wanted_by_kind = _by_kind(numbers)
        self.products = [
            (self.forms(product.text), not (product.line and product.shade))
            for product in notice.products
        ]
        self.names: dict[tuple[str, str], _Alike] = {}
        self.days: dict[date | None, tuple[_When, str]] = {}
        self.like_numbers = _closest(numbers_like(self.wanted.keys(), self.numbers_of_product()))

    def numbers_of_product(self) -> set[str]:
        """All numbers under which stock of this brand and these products was received."""
        if not self.by_number:
            return set()
        return {
            form
            for brand in self.brands
            for entry in self.stock.of_brand.get(brand, ())
            if self.name(entry.lot) is _Alike.SAME
            for form in entry.numbers
        }

    def run(self) -> Preview:
        found = [
            (entry.place, judged)
            for entry, brand in self.candidates()
            if (judged := self.judged(entry, brand)) is not None
        ]
        found.sort(key=itemgetter(0))
        return Preview(
            self.notice,
            tuple(one for _, one in found if isinstance(one, Hit)),
            tuple(one for _, one in found if isinstance(one, NearMiss)),
        )

    def candidates(self) -> Iterator[tuple[Entry, _Alike]]:
        """Every lot that could be a hit or lack one thing, once, and how its brand compares."""
        brands: set[str] = set()
        for brand, entries in self.stock.of_brand.items():
            if brand in self.brands:
                alike = _Alike.SAME
            elif any(likeness(brand, own) for own in self.brands):
                alike = _Alike.LIKE
            else:
                continue
            brands.add(brand)
            yield from ((entry, alike) for entry in entries)
        strangers = {
            entry.place: entry
            for number in self.wanted
            for entry in self.stock.of_number.get(number, ())
            if entry.brand not in brands
        }
        yield from ((entry, _Alike.OTHER) for entry in strangers.values())

    def judged(self, entry: Entry, brand: _Alike) -> Hit | NearMiss | None:
        lot = entry.lot
        name = self.name(lot)
        number = next((form for form in entry.numbers if form in self.wanted), None)
        if self.notice.material not in (None, lot.kind):
            same = brand is _Alike.SAME and name is _Alike.SAME
            # A brand recalled whole for its pigments does not put every diluent of it in doubt.
            if not same or (number is None and (self.by_number or not self.notice.products)):
                return None
            sentence = f"Recorded as {lot.kind}, the notice speaks of {self.notice.material}."
            return self.near(entry, Near.MATERIAL, sentence, number)
        if brand is not _Alike.SAME:
            if not self.worth_a_look(brand, name, number):
                return None
            sentence = f"The brand is {lot.brand}, the notice says {self.notice.brand}."
            return self.near(entry, Near.BRAND, sentence, number)
        if name is _Alike.SAME:
            if self.by_number and number is None:
                return self.near_number(entry)
            return self.dated(entry, number)
        if number is None and (self.by_number or name is _Alike.OTHER):
            return None
        names = ", ".join(product.text for product in self.notice.products)
        sentence = f"{lot.named} is not named as in the notice ({names})."
        return self.near(entry, Near.PRODUCT, sentence, number)

    def worth_a_look(self, brand: _Alike, name: _Alike, number: str | None) -> bool:
        """Whether a lot of another brand may yet be the notice's under a name nobody wrote down."""
        if not self.by_number:
            return brand is _Alike.LIKE and name is _Alike.SAME
        # The name of "all products" is every name, which would list other makers' lots.
        named = bool(self.notice.products) and name is not _Alike.OTHER
        return number is not None and (brand is _Alike.LIKE or named)

    def near_number(self, entry: Entry) -> NearMiss | None:
        """Brand and product are the notice's, the number is not."""
        if not entry.numbers:
            sentence = "The lot has no number, so it cannot be ruled out."
            return self.near(entry, Near.NO_NUMBER, sentence, None)
        alike = [self.like_numbers[form] for form in entry.numbers if form in self.like_numbers]
        if not alike:
            return None
        wanted, like = min(alike, key=lambda pair: _CLOSEST.index(pair[1]))
        printed = " / ".join(number.named for number in entry.lot.identifiers)
        sentence = f"{printed} is not {self.wanted[wanted].named}, but {_LIKENESS[like]}."
        return self.near(entry, Near(like.value), sentence, None)

    def near(self, entry: Entry, near: Near, sentence: str, number: str | None) -> NearMiss | None:
        """A near miss, unless its dates alone rule the lot out."""
        if self.notice.scope.windows and self.when(entry.lot)[0] is _When.OUTSIDE:
            return None
        also = f" {self.number_sentence(entry.lot, number)}" if number is not None else ""
        return NearMiss(entry.lot, near, sentence + also)

    def dated(self, entry: Entry, number: str | None) -> Hit | NearMiss | None:
        """Brand, product, material and number are the notice's; the days decide."""
        lot, scope = entry.lot, self.notice.scope
        if number is not None:
            group, reason = Group.NUMBER, self.number_sentence(lot, number)
        elif scope.reach is Reach.ALL_LOTS:
            group, reason = Group.ALL_LOTS, f"The notice means all lots of {lot.named}."
        else:
            group = Group.UNKNOWN_LOT
            reason = f"The notice names no lot: any lot of {lot.named} may be meant."
        if entry.brand != normal_form(self.notice.brand):
            reason += f" {lot.brand} is another name of {self.notice.brand}."
        if not scope.windows:
            return Hit(lot, group, reason)
        when, days = self.when(lot)
        if when is _When.INSIDE:
            return Hit(lot, Group.DATED, f"{reason} {days}")
        if when is _When.UNKNOWN:
            return Hit(lot, Group.UNDATED, f"{reason} {days}")
        if when is _When.SOON_AFTER or number is not None:
            return NearMiss(lot, Near.DATES, f"{reason} {days}")
        return None

    def when(self, lot: StockLot) -> tuple[_When, str]:
        """How the day of receipt stands to the windows, and a sentence that says so."""
        day = lot.received_on
        found = self.days.get(day)
        if found is None:
            found = self.days[day] = _compared_days(day, self.notice.scope.windows)
        return found

    def number_sentence(self, lot: StockLot, form: str) -> str:
        """Which printed number is which number of the notice, and which other ones disagree."""
        printed = next(n for n in lot.identifiers if normal_form(n.value) == form)
        sentence = f"{printed.named} is {self.wanted[form].named} of the notice."
        for kind, ours in _by_kind(lot.identifiers).items():
            # One batch may fill several lots, and any number matches: only a person can tell.
            if not ours & self.wanted_by_kind.get(kind, ours):
                sentence += f" But the {kind} differs: look at the bottle."
        return sentence

    def name(self, lot: StockLot) -> _Alike:
        """How the lot's product name stands to the products of the notice."""
        key = (lot.line, lot.shade)
        found = self.names.get(key)
        if found is None:
            found = self.names[key] = self.compared(lot)
        return found

    def compared(self, lot: StockLot) -> _Alike:
        if not self.products:
            return _Alike.SAME
        whole = self.forms(f"{lot.line} {lot.shade}")
        parts = whole | self.forms(lot.line) | self.forms(lot.shade)
        if any(product & (parts if partial else whole) for product, partial in self.products):
            return _Alike.SAME
        near = any(likeness(a, b) for product, _ in self.products for a in product for b in parts)
        return _Alike.LIKE if near else _Alike.OTHER

    def forms(self, text: str) -> frozenset[str]:
        """Normal forms of a product name, also without the brand that labels put in front."""
        form = normal_form(text)
        bare = {form.removeprefix(brand) for brand in self.brands}
        return frozenset({form, *bare} - {""})


class _When(Enum):
    INSIDE = 0
    UNKNOWN = 1
    SOON_AFTER = 2
    OUTSIDE = 3


_CLOSEST = tuple(Likeness)
_LIKENESS = {
    Likeness.LOOKALIKE: "is drawn alike",
    Likeness.SWAPPED: "has two neighbours exchanged",
    Likeness.ONE_CHARACTER: "differs in one character",
    Likeness.PART: "begins or ends with the same characters",
}


def _closest(pairs: Iterable[tuple[str, str, Likeness]]) -> dict[str, tuple[str, Likeness]]:
    """For each stock number the wanted number that it is most like."""
    found: dict[str, tuple[str, Likeness]] = {}
    for wanted, number, like in pairs:
        if number not in found or _CLOSEST.index(like) < _CLOSEST.index(found[number][1]):
            found[number] = (wanted, like)
    return found


def _compared_days(day: date | None, windows: tuple[Window, ...]) -> tuple[_When, str]:
    said = " or ".join(window.described for window in windows)
    if day is None:
        return _When.UNKNOWN, f"The day of receipt is not known; the notice says {said}."
    if any(window.holds(day) for window in windows):
        return _When.INSIDE, f"Received {day}; the notice says {said}."
    soon = any(
        window.event is Event.DISTRIBUTED
        and window.last is not None
        and timedelta(0) < day - window.last <= TRANSIT
        for window in windows
    )
    return (
        _When.SOON_AFTER if soon else _When.OUTSIDE,
        f"But received {day}; the notice says {said}.",
    )


def _by_kind(numbers: Iterable[LotNumber]) -> dict[NumberKind, set[str]]:
    kinds: dict[NumberKind, set[str]] = {}
    for number in numbers:
        kinds.setdefault(number.kind, set()).add(normal_form(number.value))
    return kinds
