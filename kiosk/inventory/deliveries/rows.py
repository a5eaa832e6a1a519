"""Rows of a delivery as plain data, and the whole file before it is booked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from kiosk.inventory.deliveries.cells import Seal
from kiosk.inventory.deliveries.fingerprints import file_mark
from kiosk.inventory.deliveries.problems import DeliveryError, Problem, Remark
from kiosk.inventory.model import Identifier


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What a raw scan gave; empty text and None where the code does not hold it."""

    gtin: str = ""
    lot_no: str = ""
    expiry: date | None = None


#: Decodes a raw scan; raises ValueError with a sentence where it cannot or must not guess.
ReadScan = Callable[[str], ScanFacts]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A number of equal bottles of one lot.

    `number` is the row in the file, 1 being its first line. `lot_no` is as printed, empty where
    none is. `received_on` None means the day of booking. `fingerprint` knows the row again.
    """

    number: int
    product: str
    lot_no: str
    identifiers: tuple[Identifier, ...]
    label_expiry: date | None
    received_on: date | None
    supplier: str
    invoice: str
    bottle_ul: int
    bottles: int
    seal: Seal
    gtin: str
    scan: str
    fingerprint: str


def content(row: DeliveryRow) -> list[object]:
    """What a row says, without where it stands; the order of further numbers does not count."""
    return [
        row.product,
        row.lot_no,
        sorted([item.kind, item.text] for item in row.identifiers),
        row.label_expiry.isoformat() if row.label_expiry else None,
        row.received_on.isoformat() if row.received_on else None,
        row.supplier,
        row.invoice,
        row.bottle_ul,
        row.bottles,
        row.seal.value,
        row.gtin,
        row.scan,
    ]


@dataclass(frozen=True, slots=True)
class DeliveryPreview:
    """A file as it was understood. `rows` are the fine ones: to look at, until nothing is wrong.

    `ignored` are headings that are not read. `guessed_encoding` asks somebody to look at accents.
    """

    rows: tuple[DeliveryRow, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]
    dropped: tuple[int, ...]
    ignored: tuple[str, ...]
    encoding: str
    guessed_encoding: bool
    delimiter: str

    @property
    def fingerprint(self) -> str:
        """The mark of all fine rows together."""
        return file_mark(row.fingerprint for row in self.rows)

    def to_book(self, booked: Collection[str] = ()) -> tuple[DeliveryRow, ...]:
        """The rows that are new, `booked` being the fingerprints of rows booked before.

        Raises:
            DeliveryError: a row is neither fine nor dropped, or no row is left.
        """
        if self.problems:
            numbers = sorted({problem.row for problem in self.problems})
            named = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
            raise DeliveryError(
                f"file: nothing was saved, because of row {named}. {self.problems[0].sentence}",
                "Mend the file, or drop these rows by their numbers.",
            )
        if not self.rows:
            raise DeliveryError("file: no row is left to book", "Choose another file.")
        return tuple(row for row in self.rows if row.fingerprint not in booked)
