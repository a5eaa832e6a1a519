"""What is known in advance: colourants by number, product lines by name."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from kiosk.inventory.recalls.brands import one_brand

_COLOURANTS = "colourants-2026.2.csv"
_LINES = "product_lines-2026.2.csv"


class Role(StrEnum):
    """What a colourant is in an ink."""

    CARBON = "core"
    OTHER_CARBON = "possible"
    OXIDE = "trico/pmu"
    OPACIFIER = "opacifier"
    TONER = "toner"
    COLOUR = "colour"
    FILLER = "filler"


#: Carbon of any kind; the others make an ink more than carbon.
CARBONS = frozenset({Role.CARBON, Role.OTHER_CARBON})
#: What makes a line that names scalps a warm-toned one.
WARM = frozenset({Role.OXIDE, Role.OPACIFIER, Role.COLOUR})


@dataclass(frozen=True, slots=True)
class Colourant:
    """One row of the colourant table; `basis` names its source or says that there is none."""

    ci: str
    pigment: str
    name: str
    cas: str
    role: Role
    reason: str
    basis: str

    @property
    def shown(self) -> str:
        """Number and name; one number may stand for several pigments, which are then all named."""
        several = f"{self.pigment}, " if "/" in self.pigment else ""
        return f"CI {self.ci} ({several}{self.name})"


class Grade(StrEnum):
    """How sure a row of the catalogue is."""

    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    UNCONFIRMED = "unconfirmed"
    UNRELIABLE = "unreliable"


#: Rows that may say what a product is, and not merely that somebody mentioned it.
SURE = frozenset({Grade.CONFIRMED, Grade.PARTIAL})


@dataclass(frozen=True, slots=True)
class Line:
    """A product line; `brands` are normal forms, `items` sets of words, empty for all of a brand.

    `sold_as` is "smp", "pmu", "pmu+smp", "trico" or "body".
    """

    name: str
    brands: frozenset[str]
    items: tuple[frozenset[str], ...]
    sold_as: str
    grade: Grade
    intended_use: str
    colourants: str
    source: str

    def specific_to(self, words: frozenset[str]) -> int:
        """How many words of a product's name this line explains; -1 where it is not of the line."""
        if not self.items:
            return 0
        return max((len(item) for item in self.items if item <= words), default=-1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Colourants by colour index number, and product lines."""

    version: str
    colourants: Mapping[str, Colourant] = field(hash=False)
    lines: tuple[Line, ...]

    def line(self, brand: str, line: str, shade: str) -> Line | None:
        """The line that explains most of a product's name, brands under any of their names."""
        brands = one_brand([brand])
        words = name_words(f"{line} {shade}")
        fits = [
            (specific, found)
            for found in self.lines
            if brands & found.brands and (specific := found.specific_to(words)) >= 0
        ]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None


def name_words(text: str) -> frozenset[str]:
    """The words of a product's name, case-folded."""
    return frozenset(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def _rows(name: str) -> csv.DictReader[str]:
    text = (files("kiosk.inventory") / "data" / name).read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _colourants() -> dict[str, Colourant]:
    return {
        row["ci_number"]: Colourant(
            row["ci_number"],
            row["ci_name"],
            row["common_name"],
            row["cas"],
            Role(row["smp_role"]),
            row["reason_shown_to_user"],
            row["basis"],
        )
        for row in _rows(_COLOURANTS)
    }


def _lines() -> tuple[Line, ...]:
    return tuple(
        Line(
            f"{row['brand']} {row['product_line_or_item']}",
            one_brand(row["brands"].split("|")),
            tuple(name_words(item) for item in row["items"].split("|") if item != "*"),
            row["class"],
            Grade(row["grade"]),
            row["intended_use"],
            row["colourants_as_listed"],
            row["source"],
        )
        for row in _rows(_LINES)
        if row["brands"]  # one row is a rule about every brand: B07
    )


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue."""
    return Catalogue("2026.2", _colourants(), _lines())
