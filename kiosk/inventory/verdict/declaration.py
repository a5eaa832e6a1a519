"""Everything that label, papers and delivery declare about an ink, as plain data.

What is not known is empty or None and counts as not shown: nothing here is ever assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Certificate


class Container(StrEnum):
    """In what the ink is."""

    ORIGINAL = "original"
    REFILLED = "refilled"
    UNLABELLED = "unlabelled"


class Seal(StrEnum):
    """How the seal was found on arrival."""

    INTACT = "intact"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on the container; a False is "not seen there".

    `lot_no` and `reference_number` are opaque text; either of them names the batch. `contains` are
    the substances of its "contains ..." warnings.
    """

    lot_no: str = ""
    reference_number: str = ""
    expiry: date | None = None
    pao_months: int | None = None
    sterile: bool = False
    eu_statement: bool = False
    ph_regulator: bool = False
    nickel_warning: bool = False
    chromium_vi_warning: bool = False
    safety_instructions: bool = False
    responsible_person: bool = False
    nominal_content: bool = False
    storage_conditions: bool = False
    contains: tuple[str, ...] = ()
    container: Container = Container.ORIGINAL

    @property
    def batch(self) -> tuple[str, ...]:
        """The printed numbers that name the batch; empty where there is none."""
        return tuple(text for text in (self.lot_no, self.reference_number) if text.strip())


@dataclass(frozen=True, slots=True)
class Documents:
    """Papers on file, withdrawn ones left out. A safety data sheet without a date is none."""

    sds_dated: date | None = None
    certificates: tuple[Certificate, ...] = ()
    label_photo: bool = False
    invoice: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """What comparing the scanned code with label and brand gave; None was not compared."""

    check_digit_right: bool | None = None
    known_for_brand: bool | None = None
    lot_fits_mask: bool | None = None
    lot_as_scanned: bool | None = None
    expiry_as_scanned: bool | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the lot arrived."""

    supplier_approved: bool = False
    seal: Seal = Seal.UNKNOWN
    codes: Codes = field(default_factory=Codes)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One product, or one lot of it, as declared.

    `intended_use` is quoted from label, safety data sheet or instructions; never the product's
    name. `colourants` are the entries character for character. `ingredients` is None without a
    list, `ingredients_complete` None where nobody says. `smp_statement` names the maker's written
    statement for scalp use. `delivery` is None before anything arrived. `last_day` is the effective
    expiry where the bottle's opening makes it earlier than the label's. `recalls` are the notices
    that match. `own_entry` says that the clinic itself catalogued the product from its papers.
    """

    brand: str
    line: str = ""
    shade: str = ""
    kind: Kind = Kind.PIGMENT
    intended_use: str = ""
    colourants: tuple[str, ...] = ()
    ingredients: tuple[str, ...] | None = None
    ingredients_complete: bool | None = None
    smp_statement: str = ""
    claims: tuple[str, ...] = ()
    label: Label = field(default_factory=Label)
    documents: Documents = field(default_factory=Documents)
    delivery: Delivery | None = None
    last_day: date | None = None
    recalls: tuple[str, ...] = ()
    own_entry: bool = False

    @property
    def name(self) -> str:
        """Brand, line and shade as one line of text."""
        return " ".join(part for part in (self.brand, self.line, self.shade) if part.strip())

    @property
    def lot_certificates(self) -> tuple[Certificate, ...]:
        """The certificates for this very lot."""
        return tuple(
            paper for paper in self.documents.certificates if paper.covers(self.label.batch)
        )

    @property
    def sterile_stated(self) -> bool:
        """Whether the label or a certificate of this lot says sterile; a claim does not."""
        return self.label.sterile or any(paper.sterile for paper in self.lot_certificates)
