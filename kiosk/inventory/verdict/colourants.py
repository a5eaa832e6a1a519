"""Colourants as labels print them: numbers read, and what is not read named.

A number in the table is believed. Everything else keeps an ink from being cleared; where it points
to a colourant all the same (a CAS number, a pigment's name, a number with a suffix) that colourant
counts against the ink and never for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from kiosk.inventory.verdict.catalogue import Catalogue, Colourant

_CAS = re.compile(r"(?<![0-9-])[0-9]{2,7}-[0-9]{2}-[0-9](?![0-9-])")
_NUMBER = re.compile(r"(?<![0-9])([0-9]{5})(:[0-9]{1,2})?(?![0-9:])")
_PREFIXED = re.compile(r"\bc\.?\s?i\.?[\s#:.-]*(?:[0-9]{5})(?::[0-9]{1,2})?(?![0-9:])")
_APART = re.compile(r"[,;\n\r\t|&+]|\s/\s|\band\b|\bund\b|\bet\b")
#: Words of headings and descriptions that stand between numbers and declare nothing.
_EMPTY_WORDS = re.compile(
    r"\b(?:c\.?\s?i\.?|incl|inci|may\s+contain|colou?rants?|colou?rs?|pigments?|contains?|nano|cas"
    r"|no|nr|black|carbon|ink|ingredients?)\b|[0-9]+(?:[.,][0-9]+)?\s*%"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
#: "PB15:3" and "P.Bk.7" for "pigment blue 15:3" and "pigment black 7".
_SHORT = re.compile(r"\bp\.?\s?(bk|br|b|g|v|y|r|o|w)\.?\s?([0-9]{1,3}(?::[0-9]{1,2})?)\b")
_HUES = {
    "bk": "black", "br": "brown", "b": "blue", "g": "green", "v": "violet", "y": "yellow",
    "r": "red", "o": "orange", "w": "white",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Pointer:
    """Something printed that is no number of the table and yet points to one."""

    ci: str
    printed: str
    how: str
    """"CAS number", "name" or "suffix"."""


@dataclass(frozen=True, slots=True, order=True)
class Stranger:
    """A number that the table does not have; `near` are those it may be misprinted for."""

    printed: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was declared; every tuple sorted, so that the order on the label decides nothing."""

    known: tuple[str, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    stray_cas: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether any colourant is declared, read or not."""
        return bool(self.known) or not self.identified

    @property
    def identified(self) -> bool:
        """Whether everything declared is a number of the table."""
        return not (self.pointers or self.strangers or self.stray_cas or self.unread)

    @property
    def counted(self) -> tuple[str, ...]:
        """Numbers that count against an ink: those printed and those pointed to."""
        return tuple(sorted({*self.known, *(pointer.ci for pointer in self.pointers)}))


@dataclass(slots=True)
class _Found:
    known: set[str] = field(default_factory=set)
    pointers: set[Pointer] = field(default_factory=set)
    strangers: set[Stranger] = field(default_factory=set)
    stray_cas: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def reading(self) -> Reading:
        # A CAS number or a name beside the number it belongs to is an explanation of it.
        loose = (p for p in self.pointers if p.how == "suffix" or p.ci not in self.known)
        return Reading(
            tuple(sorted(self.known)),
            tuple(sorted(loose)),
            tuple(sorted(self.strangers)),
            tuple(sorted(self.stray_cas)),
            tuple(sorted(self.unread)),
        )


def read_colourants(
    entries: Iterable[str], ingredients: Iterable[str], catalogue: Catalogue
) -> Reading:
    """Read what the colourant field and the ingredient list declare.

    In the ingredient list only numbers with their CI prefix, and CAS numbers and names of the
    table, are colourants; everything else there is water, glycerin and the like.
    """
    table = _table(catalogue)
    found = _Found()
    for entry in entries:
        text = _plain(entry)
        table.point(text, found)
        for part in _APART.split(text):
            table.read(part, found, cas_is_stray=True)
            _leave(part, table, found)
    for entry in ingredients:
        text = _plain(entry)
        table.point(text, found)
        for prefixed in _PREFIXED.findall(text):
            table.read(prefixed, found, cas_is_stray=False)
        table.read_cas(text, found, cas_is_stray=False)
    return found.reading()


def _plain(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()


def _leave(part: str, table: _Table, found: _Found) -> None:
    """Note a part that declares something in words alone, or in a number that is none."""
    without_cas = _CAS.sub(" ", part)
    if _NUMBER.search(without_cas) or (without_cas != part and not without_cas.strip(" ci.:#-()")):
        return
    rest = _EMPTY_WORDS.sub(" ", table.without_names(without_cas))
    if re.search(r"[^\W_]", rest):
        found.unread.add(part.strip())


class _Table:
    """The colourant table, searched by number, CAS number and name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._by_ci = catalogue.colourants
        self._by_cas = {c.cas: c.ci for c in catalogue.colourants.values() if c.cas}
        self._names = [
            (re.compile(rf"(?<!\w)(?:pigment\s+)?{re.escape(name)}(?![\w:])"), name, c.ci)
            for c in catalogue.colourants.values()
            for name in _names(c)
        ]

    def read(self, part: str, found: _Found, *, cas_is_stray: bool) -> None:
        self.read_cas(part, found, cas_is_stray=cas_is_stray)
        for match in _NUMBER.finditer(_CAS.sub(" ", part)):
            number, base = match[0], match[1]
            if number in self._by_ci:
                found.known.add(number)
            elif base in self._by_ci:
                found.pointers.add(Pointer(base, f"CI {number}", "suffix"))
            else:
                found.strangers.add(Stranger(number, self._near(base)))

    def read_cas(self, part: str, found: _Found, *, cas_is_stray: bool) -> None:
        for cas in _CAS.findall(part):
            if cas in self._by_cas:
                found.pointers.add(Pointer(self._by_cas[cas], cas, "CAS number"))
            elif cas_is_stray:
                found.stray_cas.add(cas)

    def point(self, text: str, found: _Found) -> None:
        spelt = _spelt_out(text)
        for pattern, name, ci in self._names:
            if pattern.search(spelt):
                found.pointers.add(Pointer(ci, name, "name"))

    def without_names(self, text: str) -> str:
        spelt = _spelt_out(text)
        for pattern, _, _ in self._names:
            spelt = pattern.sub(" ", spelt)
        return spelt

    def _near(self, number: str) -> tuple[str, ...]:
        return tuple(sorted(ci for ci in self._by_ci if _one_slip(number, ci)))


@lru_cache(maxsize=4)
def _table(catalogue: Catalogue) -> _Table:
    return _Table(catalogue)


def _spelt_out(text: str) -> str:
    return _SHORT.sub(lambda m: f"pigment {_HUES[m[1]]} {m[2]}", text)


def _names(colourant: Colourant) -> Iterator[str]:
    """Of "Pigment Blue 15 / 15:3": blue 15, blue 15:3, and the common name."""
    pigment = colourant.pigment.casefold().removeprefix("pigment ")
    if pigment:
        first, *others = (part.strip() for part in pigment.split("/"))
        yield first
        yield from (f"{first.partition(' ')[0]} {other}" for other in others)
    yield colourant.name.casefold().partition(" (")[0]


def _one_slip(number: str, other: str) -> bool:
    """Whether one changed digit, or two neighbours swapped, make one number of the other."""
    if len(number) != len(other):
        return False
    differ = [i for i, (a, b) in enumerate(zip(number, other, strict=True)) if a != b]
    if len(differ) == 1:
        return True
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    i, j = differ
    return number[i] == other[j] and number[j] == other[i]
