"""Numbers of trade items that stand alone: EAN-13, EAN-8, UPC-A, UPC-E, GTIN-14."""

from __future__ import annotations

from biip import ParseError
from biip.gtin import Gtin
from biip.upc import Upc


def read_gtin(digits: str) -> str | None:
    """8, 12, 13 or 14 digits with a right check digit, filled up to 14; else None."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError:
        return None


def expand_upc_e(digits: str) -> str | None:
    """The 14 digits of a UPC-E of eight digits; else None."""
    if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
        return None
    try:
        return read_gtin(Upc.parse(digits).as_upc_a())
    except ParseError:
        return None
