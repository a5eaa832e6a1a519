"""Products, lots and bottles as plain data.

A lot is the unit of truth (certificates, label date, recall), a bottle the unit of use (opening,
what is left). One delivery of one maker's batch is one lot here: the same batch delivered twice
came on two days, perhaps with two label dates. Volumes are integer microlitres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.inventory.claims import Claim


class Kind(StrEnum):
    """What a product is for in a mix."""

    PIGMENT = "pigment"
    DILUENT = "diluent"


class LotState(StrEnum):
    """Where a lot stands; every delivery begins in quarantine.

    The last two are never recorded: a lot is past its date or empty by what the calendar and its
    movements say now (see `standing`).
    """

    QUARANTINE = "QUARANTINE"
    RELEASED = "RELEASED"
    OPEN = "OPEN"
    HOLD = "HOLD"
    RECALLED = "RECALLED"
    REJECTED = "REJECTED"
    DISPOSED = "DISPOSED"
    EXPIRED = "EXPIRED"
    EXHAUSTED = "EXHAUSTED"


#: From these a lot may be drawn from, as far as its state is concerned.
USABLE_STATES = frozenset({LotState.RELEASED, LotState.OPEN})


#: What a sheet declares for weighing: density in g/ml, its uncertainty, at which °C. They say
#: nothing about the class of an ink.
DENSITY, DENSITY_U, DENSITY_AT = "density_g_per_ml", "density_u_g_per_ml", "density_at_c"
PHYSICAL_FACTS = frozenset({DENSITY, DENSITY_U, DENSITY_AT})
#: What the clinic has learned of a product's containers: the article numbers in their bar codes.
ARTICLES = "gtins"
#: Declared facts that the rules on inks do not look at.
BESIDE_THE_INK = PHYSICAL_FACTS | {ARTICLES}


@dataclass(frozen=True, slots=True)
class Product:
    """What a maker sells, as its label and papers declare it.

    `colourants` are the declared entries, character for character. `pao_months` is the period
    after opening, None where the maker is silent. `declared` is everything else that was read off
    label and papers, by the names that the verdict's rules use, and `BESIDE_THE_INK`.
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
    declared: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """Brand, line and shade as one line of text."""
        return " ".join(part for part in (self.brand, self.line, self.shade) if part)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One of the numbers on a container, as printed: BATCH, LOT, a mark."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A paper about a product, a lot, a supplier or an asset; the file is known by its hash.

    `facts` is what was read off it, for example a certificate's values in mg/kg.
    """

    seq: int
    subject: str
    kind: str
    sha256: str
    name: str
    dated: date | None
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """One delivery of a batch of a product.

    `lot_no` is opaque text, kept as printed; empty where none is. `received_on` is None where
    nobody knows it any more. `label` is what was found on the container itself. `ink` is what the
    lot's swatch card said; empty without a card, and it never clears one.
    """

    id: str
    product: Product
    lot_no: str
    label_expiry: date | None
    received_on: date | None
    state: LotState
    supplier: str = ""
    reason: str = ""
    ink: str = ""
    invoice: str = ""
    seal: str = "unknown"
    label: Mapping[str, Any] = field(default_factory=dict, hash=False)
    known_as: str = ""
    """The ink class as last recorded, under the rules of `rules_version`."""
    rules_version: str = ""


@dataclass(frozen=True, slots=True)
class Bottle:
    """One container of a lot.

    `held` is why nobody may draw from this one, empty where nothing is wrong. `sent_to` is
    where it was sent, empty once it was booked in. `claim` is the kiosk that works with it, if any.
    """

    id: str
    lot: Lot
    size_ul: int
    remaining_ul: int
    opened_on: date | None = None
    place: str = ""
    sent_to: str = ""
    held: str = ""
    claim: Claim | None = None
    drops_per_ml: float | None = None

    @property
    def under_way(self) -> bool:
        """Whether the bottle was sent and has not arrived."""
        return bool(self.sent_to)


def standing(state: LotState, *, expires: date | None, today: date, remaining_ul: int) -> LotState:
    """The word that says where a lot or a bottle stands today.

    What somebody decided comes before what time did: a recalled lot that is also empty is
    recalled. A lot that may be used is then past its date, or empty, or neither.
    """
    if state not in USABLE_STATES:
        return state
    if remaining_ul <= 0:
        return LotState.EXHAUSTED
    if expires is not None and today > expires:
        return LotState.EXPIRED
    return state
