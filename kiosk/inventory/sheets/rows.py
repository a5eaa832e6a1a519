"""What each list shows, as plain rows. Volumes are integer microlitres, instants have a zone.

No row names a client: sessions are known by their own id only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class StockRow:
    """A bottle on hand. `effective_expiry` is None where the label has no date."""

    product: str
    product_name: str
    lot: str
    lot_no: str
    bottle: str
    state: str
    verdict: str
    label_expiry: date | None
    effective_expiry: date | None
    opened_on: date | None
    size_ul: int
    remaining_ul: int
    place: str = ""
    usable: bool = False


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with its date; `effective_expiry` is the earliest of its bottles."""

    lot: str
    lot_no: str
    identifiers: tuple[str, ...]
    product: str
    product_name: str
    state: str
    label_expiry: date | None
    effective_expiry: date | None
    received_on: date | None
    supplier: str
    invoice: str
    bottles: int
    remaining_ul: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement; `qty_ul` is signed, `seq` its place in the ledger."""

    seq: int
    at: datetime
    type: str
    bottle: str
    lot: str
    lot_no: str
    product: str
    qty_ul: int
    reason: str
    actor: str
    second_actor: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A bottle that is open. `pao_assumed`: the maker is silent and twelve months were taken."""

    bottle: str
    lot: str
    lot_no: str
    product: str
    product_name: str
    opened_on: date
    opened_by: str
    label_expiry: date | None
    effective_expiry: date | None
    pao_assumed: bool
    remaining_ul: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A lot nobody may draw from: in quarantine, on hold, recalled or rejected."""

    lot: str
    lot_no: str
    product: str
    product_name: str
    state: str
    since: datetime
    reason: str
    notice: str
    lifts: str
    supplier: str
    bottles: int
    remaining_ul: int


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A POLICY stop that was passed by signature, for the named product only."""

    seq: int
    at: datetime
    rule: str
    product: str
    product_name: str
    lot: str
    lot_no: str
    bottle: str
    rationale: str
    signed_by: str
    second_signature: str
    rules_version: str
    session: str


@dataclass(frozen=True, slots=True)
class NonConformanceRow:
    """A use in spite of a block. `used_on` is the day on which it is said to have happened."""

    seq: int
    entered_at: datetime
    used_on: date | None
    actor: str
    bottle: str
    lot: str
    lot_no: str
    product: str
    qty_ul: int
    session: str
    blocks: tuple[str, ...]
    found_by: str
    action: str
