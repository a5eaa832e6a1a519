"""Which files are read, whatever program wrote them."""

from __future__ import annotations

from collections import Counter

import pytest

from kiosk.inventory.deliveries import columns
from kiosk.inventory.deliveries.cells import Seal
from kiosk.inventory.deliveries.columns import Column, column_of
from kiosk.inventory.deliveries.problems import DeliveryError
from kiosk.inventory.deliveries.rows import DeliveryRow
from kiosk.inventory.deliveries.text import MAX_BYTES, MAX_ROWS
from kiosk.inventory.model import Identifier
from tests.inventory.deliveries.files import EXPIRY, FINE, as_csv, read, read_bytes, rows


def _contents(row: DeliveryRow) -> tuple[object, ...]:
    return (row.product, row.lot_no, row.label_expiry, row.bottle_ul, row.bottles, row.supplier)


EXPECTED = ("halden-black", "24-117", EXPIRY, 15_000, 12, "Müller; Söhne")
TABLE = rows({"supplier": "Müller; Söhne"})


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_common_dialect_gives_the_same_row(delimiter: str, end: str, encoding: str) -> None:
    preview = read_bytes(as_csv(TABLE, delimiter, end).encode(encoding))
    assert [_contents(row) for row in preview.to_book()] == [EXPECTED]
    assert preview.delimiter == delimiter
    assert preview.guessed_encoding is (encoding == "cp1252")


def test_every_column_arrives() -> None:
    preview = read(
        {
            "batch": "RX44Q22Y77W122O72RD68G87IMX40",
            "lot_no": "SS199",
            "mark": "D 199",
            "gtin": "9506000134352",
            "scan": "]d201095060001343521017271231",
            "seal": "broken",
        }
    )
    (row,) = preview.to_book()
    assert row.number == 2
    assert row.lot_no == "SS199"
    assert row.identifiers == (
        Identifier("batch", "RX44Q22Y77W122O72RD68G87IMX40"),
        Identifier("mark", "D 199"),
    )
    assert (row.supplier, row.invoice, row.seal) == ("Meridian", "R-4711", Seal.BROKEN)
    assert (row.gtin, row.scan) == ("9506000134352", "]d201095060001343521017271231")


def test_a_scan_keeps_its_group_separators() -> None:
    (row,) = read({"scan": "\x1d0109506000134352\x1d10AB\x1d"}).to_book()
    assert row.scan == "\x1d0109506000134352\x1d10AB\x1d"


@pytest.mark.parametrize("lot", ["0042", "10.19.18", "04.27.18", "SS 202", "ss-202", "1e5x", "=A1"])
def test_lot_numbers_stay_as_printed(lot: str) -> None:
    (row,) = read({"lot_no": lot}).to_book()
    assert row.lot_no == lot


def test_headings_in_other_words_order_and_case() -> None:
    text = (
        "Anzahl,Verfallsdatum,ARTIKEL,Chargennummer,Inhalt (ml),Farbe,batch,Batch No.\r\n"
        '3,2027-06-30,halden-black,24-117,"7,5",schwarz,B1,B2\r\n'
    )
    preview = read_bytes(text.encode())
    (row,) = preview.to_book()
    assert _contents(row) == ("halden-black", "24-117", EXPIRY, 7_500, 3, "")
    assert [item.text for item in row.identifiers] == ["B1", "B2"]
    assert preview.ignored == ("'Farbe'",)


def test_no_heading_stands_for_two_columns() -> None:
    words = Counter(
        columns._plain(word)
        for column in Column
        for word in {columns._plain(w) for w in (column.value, *columns.SYNONYMS.get(column, ()))}
    )
    assert [word for word, times in words.items() if times > 1] == []
    assert {column_of(column.value) for column in Column} == set(Column)


@pytest.mark.parametrize("heading", ["bottle_µl", "bottle_μl", "µl", "Size (µl)"])
def test_both_signs_for_micro_are_known(heading: str) -> None:
    assert column_of(heading) is Column.BOTTLE_UL


def test_a_separator_line_from_a_spreadsheet_is_obeyed_and_counted() -> None:
    preview = read_bytes(b"sep=;\r\n" + as_csv(rows({"bottles": "x"})).encode())
    assert [problem.row for problem in preview.problems] == [3]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    table = rows({"supplier": "two\nlines"}, {}, {"bottles": "0"})
    table.insert(2, [])
    preview = read_bytes(as_csv(table).encode())
    assert [(p.row, p.column) for p in preview.problems] == [(2, "supplier"), (5, "bottles")]


def test_short_rows_end_with_empty_cells_and_long_ones_are_wrong() -> None:
    text = "product;lot_no;bottle_ul;bottles;invoice\n" + (
        "halden-black;1;10;1\nhalden-black;1;10;1;R;;\nhalden-black;1;10;1;R;9\n"
    )
    preview = read_bytes(text.encode())
    assert [row.number for row in preview.rows] == [2, 3]
    assert [(p.row, p.column) for p in preview.problems] == [(4, "(past the last heading)")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\x00\x01", "zero bytes"),
        ("product;lot_no".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 not a table", "names no column"),
        (b"product;lot_no;bottle_ul;bottles\r\n\x81", "byte 35 is neither"),
        ("product;lot_no;bottles;µl\nM\u00fcller".encode() + b"\xff", "broken at byte"),
        (b'product;lot_no;bottle_ul;bottles\r\n"a"b;1;1;1', "quotes do not match"),
        (b'product;lot_no;bottle_ul;bottles\r\n"a;1;1;1', "quotes do not match"),
        (b"lot_no;bottle_ul;bottles", "no column product"),
        (b"product;bottle_ul;bottles", "no column lot_no"),
        (b"product;lot_no;bottle_ul", "no column bottles"),
        (b"product;lot_no;bottles", "no column bottle_ul or bottle_ml"),
        (b"product;lot_no;lot;bottle_ul;bottles", "two columns are read as lot_no"),
        (b"product;lot_no;bottle_ul;bottles" + b";x" * 200, "columns"),
        (b"x" * (MAX_BYTES + 1), "bytes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        read_bytes(data)
    assert says in caught.value.message
    assert caught.value.hint


def test_the_row_limit_is_exact() -> None:
    header = b"product;lot_no;bottle_ul;bottles\n"
    line = b"aqua-sterile;1;1;1\n"
    assert len(read_bytes(header + line * MAX_ROWS).rows) == MAX_ROWS
    with pytest.raises(DeliveryError, match="more than 2000 rows"):
        read_bytes(header + line * (MAX_ROWS + 1))


def test_letters_of_a_guessed_encoding_may_not_be_in_a_number() -> None:
    preview = read_bytes(as_csv(rows({"lot_no": "Nº 7"}, {"supplier": "Müller"})).encode("cp1252"))
    assert [(p.row, p.column) for p in preview.problems] == [(2, "lot_no")]
    assert [row.supplier for row in preview.rows] == ["Müller"]


def test_the_fine_row_is_fine() -> None:
    assert read(FINE).problems == ()
