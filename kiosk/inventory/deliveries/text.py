"""Bytes to records: encoding, delimiter, quoting and the limits of a file.

The file's size is bounded before anything is parsed, so no input can make this slow.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.inventory.deliveries.columns import known_headings
from kiosk.inventory.deliveries.problems import DeliveryError

MAX_BYTES: Final = 1_000_000
MAX_ROWS: Final = 2_000
MAX_CELL: Final = 300
MAX_COLUMNS: Final = 100
DELIMITERS: Final = (";", ",", "\t")
_SAVE_AS = "Save it as 'CSV UTF-8'."
#: An accented Latin letter in UTF-8. In Windows-1252 it would be Â to Å before a symbol.
_UTF8_LETTER = re.compile(rb"[\xc2-\xc5][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Records:
    """A file taken apart. `rows` are (number, cells) without blank lines, the header first.

    `guessed` says that the encoding was not written in the bytes.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    delimiter: str
    guessed: bool


def _decoded(data: bytes) -> tuple[str, str, bool]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DeliveryError("file: this is UTF-16 ('Unicode text'), which is not read", _SAVE_AS)
    if b"\x00" in data:
        raise DeliveryError("file: holds zero bytes, so it is no text", _SAVE_AS)
    try:
        return data.decode("utf-8-sig"), "UTF-8", False
    except UnicodeDecodeError as error:
        where = error.start + 1
    if _UTF8_LETTER.search(data):
        raise DeliveryError(f"file: is UTF-8, but broken at byte {where}", _SAVE_AS)
    try:
        return data.decode("cp1252"), "Windows-1252", True
    except UnicodeDecodeError:
        raise DeliveryError(
            f"file: byte {where} is neither UTF-8 nor Windows-1252", _SAVE_AS
        ) from None


def _first_line(text: str) -> tuple[str | None, str, int]:
    """The delimiter that a leading `sep=` line names, the text after it, and its line count."""
    head, newline, rest = text.partition("\n")
    said = head.rstrip("\r")
    if newline and said[:4].casefold() == "sep=" and said[4:] in DELIMITERS:
        return said[4:], rest, 1
    return None, text, 0


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # newline="" leaves line ends inside quotes alone; splitlines() would also cut at GS (0x1D).
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _known_in_header(text: str, delimiter: str) -> int:
    try:
        first = next((row for row in _records(text, delimiter) if not _is_blank(row)), [])
    except csv.Error:
        return 0
    return known_headings(first[:MAX_COLUMNS])


def _delimiter(text: str) -> str:
    known = {sign: _known_in_header(text, sign) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: known[sign])
    if known[best] == 0:
        raise DeliveryError(
            "file: the first line names no column that is read",
            "It must hold headings such as product;lot_no;label_expiry;bottle_ul;bottles.",
        )
    return best


def read_records(data: bytes) -> Records:
    """Take a file apart.

    Raises:
        DeliveryError: it is empty, too large, not text, has no known heading or broken quotes.
    """
    if len(data) > MAX_BYTES:
        raise DeliveryError(
            f"file: {len(data)} bytes; a delivery has at most {MAX_BYTES}",
            "Import larger deliveries in parts.",
        )
    text, encoding, guessed = _decoded(data)
    said, text, skipped = _first_line(text)
    if not text.strip():
        raise DeliveryError("file: is empty", "Choose the file that the supplier sent.")
    delimiter = said or _delimiter(text)
    rows: list[tuple[int, tuple[str, ...]]] = []
    reader = enumerate(_records(text, delimiter), 1 + skipped)
    number = skipped
    try:
        for number, cells in reader:
            if _is_blank(cells):
                continue
            if len(rows) > MAX_ROWS:
                raise DeliveryError(
                    f"file: more than {MAX_ROWS} rows", "Import larger deliveries in parts."
                )
            rows.append((number, tuple(cells)))
    except csv.Error as error:
        raise DeliveryError(
            f"file: after row {number} the quotes do not match ({error})",
            'Write a quote inside quotes twice: "".',
        ) from None
    if not rows:
        raise DeliveryError("file: holds no headings", "Choose the file that the supplier sent.")
    return Records(tuple(rows), encoding, delimiter, guessed)
