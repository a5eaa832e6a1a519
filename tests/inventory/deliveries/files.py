"""Delivery files to read; every column that is left out is harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from kiosk.inventory.deliveries.dates import ReadDate, read_iso_date
from kiosk.inventory.deliveries.reading import read_delivery
from kiosk.inventory.deliveries.rows import DeliveryPreview, ReadScan

PRODUCTS = {"halden-black", "halden-brown", "aqua-sterile"}
FINE: Mapping[str, str] = {
    "product": "halden-black",
    "lot_no": "24-117",
    "batch": "",
    "mark": "",
    "label_expiry": "2027-06-30",
    "received_on": "2026-05-01",
    "supplier": "Meridian",
    "invoice": "R-4711",
    "bottle_ul": "15000",
    "bottle_ml": "",
    "bottles": "12",
    "seal": "intact",
    "gtin": "",
    "scan": "",
}


def rows(*changes: Mapping[str, str]) -> list[list[str]]:
    """A header and one fine row for each change."""
    return [list(FINE), *([*({**FINE, **change}).values()] for change in changes)]


def as_csv(table: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(table)
    return text.getvalue()


def read(
    *changes: Mapping[str, str],
    drop: Collection[int] = (),
    read_date: ReadDate = read_iso_date,
    read_scan: ReadScan | None = None,
) -> DeliveryPreview:
    return read_bytes(
        as_csv(rows(*changes)).encode(), drop=drop, read_date=read_date, read_scan=read_scan
    )


def read_bytes(
    data: bytes,
    *,
    drop: Collection[int] = (),
    read_date: ReadDate = read_iso_date,
    read_scan: ReadScan | None = None,
) -> DeliveryPreview:
    return read_delivery(
        data, known_products=PRODUCTS, read_date=read_date, read_scan=read_scan, drop_rows=drop
    )


EXPIRY = date(2027, 6, 30)
