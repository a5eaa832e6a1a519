"""A supplier's CSV as rows and problems; every row is looked at before anybody hears of one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TypeVar

from kiosk.inventory.deliveries import cells
from kiosk.inventory.deliveries.columns import IDENTIFIERS, Column, column_of
from kiosk.inventory.deliveries.dates import ReadDate, calendar_day, label_date, read_iso_date
from kiosk.inventory.deliveries.fingerprints import row_marks
from kiosk.inventory.deliveries.problems import CellError, DeliveryError, Problem, Remark
from kiosk.inventory.deliveries.rows import (
    DeliveryPreview,
    DeliveryRow,
    ReadScan,
    ScanFacts,
    content,
)
from kiosk.inventory.deliveries.text import MAX_CELL, MAX_COLUMNS, Records, read_records
from kiosk.inventory.model import Identifier
from kiosk.inventory.sheets.guard import unguarded

Value = TypeVar("Value")
#: What stands around a cell by accident; GS (0x1D) is part of a scan and no blank.
_BLANKS = " \t\r\n\u00a0"
_SIZE = "bottle_ul or bottle_ml"


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    places: Mapping[Column, tuple[int, ...]]
    ignored: tuple[str, ...]


def _header(records: Records) -> _Header:
    number, headings = records.rows[0]
    if len(headings) > MAX_COLUMNS:
        raise DeliveryError(
            f"row {number}: {len(headings)} columns", f"At most {MAX_COLUMNS} are read."
        )
    columns = tuple(column_of(heading) for heading in headings)
    places = {
        column: tuple(place for place, found in enumerate(columns) if found is column)
        for column in Column
    }
    for column in Column:
        if len(places[column]) > 1 and column not in IDENTIFIERS:
            raise DeliveryError(
                f"row {number}: two columns are read as {column.value}", "Rename one of them."
            )
    for needed in (Column.PRODUCT, Column.LOT_NO, Column.BOTTLES):
        if needed not in columns and not (needed is Column.LOT_NO and Column.SCAN in columns):
            raise DeliveryError(
                f"row {number}: there is no column {needed.value}",
                "Add it; where a container has no lot number the cell stays empty.",
            )
    if Column.BOTTLE_UL not in columns and Column.BOTTLE_ML not in columns:
        raise DeliveryError(f"row {number}: there is no column {_SIZE}", "Add one of them.")
    ignored = tuple(
        cells.quoted(heading.strip(_BLANKS))
        for heading, column in zip(headings, columns, strict=True)
        if column is None and heading.strip(_BLANKS)
    )
    return _Header(len(headings), places, ignored)


@dataclass(slots=True)
class _Line:
    """One row while it is read; collects what is wrong instead of stopping at the first."""

    number: int
    header: _Header
    cells: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def wrong(self, column: str, wrong: str, mend: str) -> None:
        self.problems.append(Problem(self.number, column, cells.visible(wrong), mend))

    def remark(self, sentence: str) -> None:
        self.remarks.append(Remark(self.number, sentence))

    def texts(self, column: Column) -> list[str]:
        """What the columns of this kind hold; a short row ends with empty cells."""
        return [
            unguarded(self.cells[place].strip(_BLANKS))
            for place in self.header.places[column]
            if place < len(self.cells)
        ]

    def text(self, column: Column) -> str:
        return next(iter(self.texts(column)), "")

    def read(self, column: Column, reader: Callable[[str], Value], default: Value) -> Value:
        """The column's cell through a reader; the default after noting what was wrong."""
        return self.read_text(column, self.text(column), reader, default)

    def read_text(
        self, column: Column, text: str, reader: Callable[[str], Value], default: Value
    ) -> Value:
        try:
            return reader(text)
        except CellError as error:
            self.wrong(column.value, error.wrong, error.mend)
            return default


class _Catalogue:
    """The products that are known, and for the first unknown ones the nearest of them."""

    #: Comparing is slow; a column of the wrong texts would otherwise keep somebody waiting.
    SUGGESTIONS = 20

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        # 'HALDEN-BLACK' is nearer to 'halden-black' than its letters say.
        self._folded = {product.casefold(): product for product in sorted(self._known)}
        self._asked: dict[str, str] = {}

    def __contains__(self, product: str) -> bool:
        return product in self._known

    def mend(self, product: str) -> str:
        """What to do about a product that is not in the catalogue."""
        if product not in self._asked and len(self._asked) < self.SUGGESTIONS:
            near = get_close_matches(product.casefold(), self._folded, n=1)
            self._asked[product] = (
                f"Did you mean '{self._folded[near[0]]}'?" if near else "Add the product first."
            )
        return self._asked.get(product, "Add the product first.")


def _product(line: _Line, catalogue: _Catalogue) -> str:
    product = line.text(Column.PRODUCT)
    if not product:
        line.wrong(Column.PRODUCT.value, "is empty", "Write the product's id.")
    elif product not in catalogue:
        line.wrong(
            Column.PRODUCT.value,
            f"there is no {cells.quoted(product)} in the catalogue",
            catalogue.mend(product[:MAX_CELL]),
        )
    return product


def _size(line: _Line) -> int:
    ul, ml = line.text(Column.BOTTLE_UL), line.text(Column.BOTTLE_ML)
    if not ul and not ml:
        line.wrong(_SIZE, "is empty", "Write the size of one bottle.")
        return 0
    if not ul:
        return line.read(Column.BOTTLE_ML, cells.volume_from_ml, 0)
    volume = line.read(Column.BOTTLE_UL, cells.volume_from_ul, 0)
    if ml and volume and line.read(Column.BOTTLE_ML, cells.volume_from_ml, volume) != volume:
        line.wrong(
            Column.BOTTLE_ML.value,
            f"{cells.quoted(ml)} ml are not {volume} µl",
            "Look at the bottle and leave one of the two.",
        )
    return volume


def _identifiers(line: _Line) -> tuple[Identifier, ...]:
    found = [
        Identifier(column.value, line.read_text(column, text, cells.printed_number, ""))
        for column in IDENTIFIERS
        for text in line.texts(column)
        if text
    ]
    return tuple(dict.fromkeys(found))


def _scanned(line: _Line, read_scan: ReadScan | None) -> tuple[str, ScanFacts]:
    raw = line.text(Column.SCAN)
    if len(raw) > MAX_CELL:
        line.wrong(Column.SCAN.value, f"{len(raw)} characters are no scan", "Scan it again.")
        return "", ScanFacts()
    if not raw or read_scan is None:
        return raw, ScanFacts()
    try:
        return raw, read_scan(raw)
    except ValueError as error:
        why = str(error.args[0]) if error.args else "cannot be read"
        line.wrong(Column.SCAN.value, why, "Scan it again, or type lot and expiry as printed.")
        return raw, ScanFacts()


def _agreed(line: _Line, column: Column, written: Value, scanned: Value) -> Value:
    """What was written, or else scanned; two that differ are a matter for somebody's eyes."""
    if not written:
        return scanned
    if scanned and scanned != written:
        line.wrong(
            column.value,
            f"the row says {cells.quoted(str(written))}, its scan {cells.quoted(str(scanned))}",
            "Look at the container and correct the wrong one.",
        )
    return written


def _row(
    line: _Line, catalogue: _Catalogue, read_date: ReadDate, read_scan: ReadScan | None
) -> DeliveryRow:
    surplus = [cell for cell in line.cells[line.header.width :] if cell.strip()]
    if surplus:
        line.wrong(
            "(past the last heading)",
            f"{len(line.cells)} cells under {line.header.width} headings",
            "Put a text that holds the delimiter into quotes.",
        )
    product = _product(line, catalogue)
    scan, scanned = _scanned(line, read_scan)
    gtin = line.read(Column.GTIN, cells.gtin, "")
    if gtin and scanned.gtin and gtin.zfill(14) == scanned.gtin.zfill(14):
        scanned = replace(scanned, gtin=gtin)
    expiry = line.read(Column.LABEL_EXPIRY, lambda text: label_date(text, read_date), None)
    lot_no = line.read(Column.LOT_NO, cells.printed_number, "")
    row = DeliveryRow(
        number=line.number,
        product=product,
        lot_no=_agreed(
            line,
            Column.LOT_NO,
            lot_no,
            line.read_text(Column.SCAN, scanned.lot_no, cells.plain_text, ""),
        ),
        identifiers=_identifiers(line),
        label_expiry=_agreed(line, Column.LABEL_EXPIRY, expiry, scanned.expiry),
        received_on=line.read(Column.RECEIVED_ON, lambda text: calendar_day(text, read_date), None),
        supplier=line.read(Column.SUPPLIER, cells.plain_text, ""),
        invoice=line.read(Column.INVOICE, cells.plain_text, ""),
        bottle_ul=_size(line),
        bottles=line.read(Column.BOTTLES, cells.count, 0),
        seal=line.read(Column.SEAL, cells.seal, cells.Seal.UNKNOWN),
        gtin=_agreed(line, Column.GTIN, gtin, scanned.gtin),
        scan=scan,
        fingerprint="",
    )
    _remark_on(line, row)
    return row


def _remark_on(line: _Line, row: DeliveryRow) -> None:
    if not row.lot_no:
        line.remark("no lot number: these bottles can only be rejected or returned")
    if row.label_expiry is None:
        line.remark("no expiry date: these bottles stay in quarantine until one is entered")
    if row.seal is cells.Seal.BROKEN:
        line.remark("the seal is broken: these bottles stay in quarantine")
    if " / " in row.lot_no:
        line.remark(f"'{row.lot_no}' looks like two numbers; put the second one under 'mark'")


def _one_lot_two_dates(rows: Sequence[DeliveryRow]) -> list[Remark]:
    first: dict[tuple[str, str], DeliveryRow] = {}
    found = []
    for row in rows:
        earlier = first.setdefault((row.product, row.lot_no), row)
        if row.lot_no and earlier.label_expiry != row.label_expiry:
            found.append(
                Remark(row.number, f"lot '{row.lot_no}' has another date in row {earlier.number}")
            )
    return found


def _guessed_letters(line: _Line, row: DeliveryRow) -> None:
    for column, text in [
        (Column.LOT_NO, row.lot_no),
        *((Column(item.kind), item.text) for item in row.identifiers),
    ]:
        if not text.isascii():
            line.wrong(
                column.value,
                f"{cells.quoted(text)} holds a letter that depends on the file's encoding, "
                "which had to be guessed",
                "Save the file as 'CSV UTF-8'.",
            )


def read_delivery(
    data: bytes,
    *,
    known_products: Collection[str],
    read_date: ReadDate = read_iso_date,
    read_scan: ReadScan | None = None,
    drop_rows: Collection[int] = (),
) -> DeliveryPreview:
    """Read a supplier's CSV: UTF-8 or Windows-1252; `;`, `,` or tab; any order of columns.

    `read_date` reads ISO dates only unless another is given (`dates.printed_dates`). Without
    `read_scan` (`scans.label_scans`) raw scans are kept and not looked into. `drop_rows` are row
    numbers to leave out, right or wrong. Text that looks like a formula is text.

    Raises:
        DeliveryError: the file as a whole cannot be read, or a row to drop is not in it.
    """
    records = read_records(data)
    header = _header(records)
    numbers = {number for number, _ in records.rows[1:]}
    if missing := sorted(set(drop_rows) - numbers):
        raise DeliveryError(
            f"drop: row {missing[0]} is not a row of this file", "Rows are counted from the header."
        )
    catalogue = _Catalogue(known_products)
    rows: list[DeliveryRow] = []
    problems: list[Problem] = []
    remarks: list[Remark] = []
    for number, found in records.rows[1:]:
        if number in drop_rows:
            continue
        line = _Line(number, header, found)
        row = _row(line, catalogue, read_date, read_scan)
        if records.guessed:
            _guessed_letters(line, row)
        if line.problems:
            problems.extend(line.problems)
        else:
            rows.append(row)
            remarks.extend(line.remarks)
    marks = row_marks(map(content, rows))
    marked = tuple(replace(row, fingerprint=mark) for row, mark in zip(rows, marks, strict=True))
    return DeliveryPreview(
        rows=marked,
        problems=tuple(problems),
        remarks=tuple(sorted([*remarks, *_one_lot_two_dates(marked)], key=lambda r: r.row)),
        dropped=tuple(sorted(drop_rows)),
        ignored=header.ignored,
        encoding=records.encoding,
        guessed_encoding=records.guessed,
        delimiter=records.delimiter,
    )
