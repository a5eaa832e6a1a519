"""The columns of a delivery and the headings that suppliers write over them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """A column that is read; the value is the heading to write in a new file."""

    PRODUCT = "product"
    LOT_NO = "lot_no"
    BATCH = "batch"
    MARK = "mark"
    LABEL_EXPIRY = "label_expiry"
    RECEIVED_ON = "received_on"
    SUPPLIER = "supplier"
    INVOICE = "invoice"
    BOTTLE_UL = "bottle_ul"
    BOTTLE_ML = "bottle_ml"
    BOTTLES = "bottles"
    SEAL = "seal"
    GTIN = "gtin"
    SCAN = "scan"


#: Further numbers on a container; a file may hold several such columns of one kind.
IDENTIFIERS: Final = (Column.BATCH, Column.MARK)

#: Headings besides the column's own name, English, German and French, in `_plain` form.
SYNONYMS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.PRODUCT: ("product id", "item", "article", "artikel", "produkt", "produit"),
    Column.LOT_NO: (
        "lot",
        "lot number",
        "lot nr",
        "losnummer",
        "los nr",
        "charge",
        "chargennummer",
        "charge nr",
        "numero de lot",
    ),
    Column.BATCH: ("batch no", "batch number", "batch nr"),
    Column.MARK: ("marking", "other number", "kennzeichen", "marquage"),
    Column.LABEL_EXPIRY: (
        "expiry",
        "expiry date",
        "exp",
        "expires",
        "use by",
        "verfall",
        "verfallsdatum",
        "haltbar bis",
        "mhd",
        "peremption",
        "date de peremption",
    ),
    Column.RECEIVED_ON: (
        "received",
        "delivered",
        "delivered on",
        "delivery date",
        "lieferdatum",
        "eingang",
        "recu le",
        "date de livraison",
    ),
    Column.SUPPLIER: ("vendor", "lieferant", "fournisseur"),
    Column.INVOICE: (
        "invoice no",
        "invoice number",
        "rechnung",
        "rechnungsnummer",
        "rechnung nr",
        "facture",
    ),
    Column.BOTTLE_UL: ("µl", "ul", "size ul", "size µl", "bottle µl"),
    Column.BOTTLE_ML: (
        "ml",
        "size ml",
        "bottle size ml",
        "volume ml",
        "inhalt ml",
        "contenance ml",
    ),
    Column.BOTTLES: (
        "bottle count",
        "qty",
        "quantity",
        "anzahl",
        "menge",
        "flaschen",
        "stuck",
        "quantite",
        "flacons",
    ),
    Column.SEAL: ("seal state", "siegel", "scelle"),
    Column.GTIN: ("ean", "barcode", "gtin 13", "gtin 14"),
    Column.SCAN: ("raw scan", "gs1", "datamatrix"),
}


def _plain(heading: str) -> str:
    """A heading without case, accents and punctuation; the two signs for µ become one."""
    decomposed = unicodedata.normalize("NFKD", heading).casefold()
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return re.sub(r"[^\w]+|_+", " ", letters).strip()


_BY_HEADING: Final[Mapping[str, Column]] = {
    _plain(heading): column
    for column in Column
    for heading in (column.value, *SYNONYMS.get(column, ()))
}


def column_of(heading: str) -> Column | None:
    """The column that a heading names; None where it names none that is read."""
    return _BY_HEADING.get(_plain(heading))


def known_headings(cells: Sequence[str]) -> int:
    """How many of these cells name a column."""
    return sum(column_of(cell) is not None for cell in cells)
