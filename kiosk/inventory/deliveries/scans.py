"""Raw scans in a delivery file, through the reader of bar codes."""

from __future__ import annotations

from datetime import date

from kiosk.inventory.deliveries.rows import ReadScan, ScanFacts
from kiosk.inventory.scanning import Status, decode


def label_scans(*, today: date) -> ReadScan:
    """A reader of maker's codes; `today` settles two-digit years.

    The reader raises ValueError for what is refused and for what would have to be asked about,
    because a file cannot be asked, and for the clinic's own labels, which no supplier sends.
    """

    def read(text: str) -> ScanFacts:
        scan = decode(text, today=today)
        if scan.status is not Status.OK:
            raise ValueError(scan.reason)
        if scan.reading.bottle:
            raise ValueError(f"this is the label of bottle {scan.reading.bottle}")
        return ScanFacts(scan.reading.gtin or "", scan.reading.lot or "", scan.reading.expiry)

    return read
