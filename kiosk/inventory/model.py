"""Products, lots and bottles as plain data.

A lot is the unit of truth (certificates, label date, recall), a bottle the unit of use (opening,
what is left). Volumes are integer microlitres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a product is for in a mix."""

    PIGMENT = "pigment"
    DILUENT = "diluent"


class LotState(StrEnum):
    """Where a lot stands; every delivery begins in quarantine."""

    QUARANTINE = "QUARANTINE"
    RELEASED = "RELEASED"
    OPEN = "OPEN"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Product:
    """What a maker sells, as its label and papers declare it.

    `colourants` are the declared entries, character for character. `pao_months` is the period
    after opening, None where the maker is silent.
    """

    id: str
    brand: str
    line: str
    shade: str
    kind: Kind
    intended_use: str
    colourants: tuple[str, ...] = ()
    sterile: bool = False
    pao_months: int | None = None

    @property
    def name(self) -> str:
        """Brand, line and shade as one line of text."""
        return " ".join(part for part in (self.brand, self.line, self.shade) if part)


@dataclass(frozen=True, slots=True)
class Lot:
    """One batch of a product. `lot_no` is opaque text, kept as printed; empty where none is."""

    id: str
    product: Product
    lot_no: str
    label_expiry: date | None
    received_on: date
    state: LotState
    supplier: str = ""
    reason: str = ""
    ink: str = ""
    """What the lot's swatch card said of the ink; empty without a card. It never clears one."""


@dataclass(frozen=True, slots=True)
class Bottle:
    """One container of a lot."""

    id: str
    lot: Lot
    size_ul: int
    remaining_ul: int
    opened_on: date | None = None
