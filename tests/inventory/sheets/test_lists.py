"""The lists as files: readable, harmless, exact, the same every time."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.sheets.cells import instant, ml, ul
from kiosk.inventory.sheets.guard import unguarded
from kiosk.inventory.sheets.lists import (
    HELD_LOTS,
    LOTS_BY_EXPIRY,
    MOVEMENTS,
    NON_CONFORMANCES,
    OPENED_BOTTLES,
    OVERRIDES,
    SHEETS,
    STOCK_ON_HAND,
)
from kiosk.inventory.sheets.rows import (
    HeldRow,
    LotRow,
    MovementRow,
    NonConformanceRow,
    OpenedRow,
    OverrideRow,
    StockRow,
)
from kiosk.inventory.sheets.sheet import as_file
from tests.inventory.deliveries.files import read_bytes
from tests.inventory.sheets.examples import LISTS, ROWS

Delimiter = Literal[";", ","]
DELIMITERS = st.sampled_from([";", ","])
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def _read(text: str, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_every_list_has_rows_here() -> None:
    assert set(ROWS) == set(SHEETS)


@given(LISTS, DELIMITERS)
def test_no_cell_of_any_list_begins_with_a_dangerous_sign(
    listed: tuple[str, list[Any]], delimiter: Delimiter
) -> None:
    name, rows = listed
    for record in _read(SHEETS[name].csv(rows, delimiter=delimiter), delimiter):
        for cell in record:
            assert cell.lstrip(" \u00a0")[:1] not in set("=+-@＝＋－＠\t\r\n"), cell


@given(LISTS, DELIMITERS)
def test_a_csv_reader_gets_every_cell_back(
    listed: tuple[str, list[Any]], delimiter: Delimiter
) -> None:
    name, rows = listed
    sheet = SHEETS[name]
    header, *records = _read(sheet.csv(rows, delimiter=delimiter), delimiter)
    assert tuple(header) == sheet.headings
    expected = sorted([column.cell(row) for column in sheet.columns] for row in rows)
    assert sorted([unguarded(cell) for cell in record] for record in records) == expected


@given(LISTS, st.integers())
def test_the_order_of_the_rows_does_not_matter(listed: tuple[str, list[Any]], seed: int) -> None:
    name, rows = listed
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert SHEETS[name].csv(shuffled) == SHEETS[name].csv(rows)


@given(LISTS)
def test_lines_end_as_rfc_4180_says_and_utf_8_holds_them(listed: tuple[str, list[Any]]) -> None:
    name, rows = listed
    text = SHEETS[name].csv(rows)
    assert text.endswith("\r\n")
    assert as_file(text, bom=False).decode("utf-8") == text
    assert as_file(text, bom=True) == b"\xef\xbb\xbf" + as_file(text, bom=False)


@given(st.integers(0, 10**9))
def test_millilitres_are_the_microlitres_exactly(volume_ul: int) -> None:
    assert Decimal(ml(volume_ul)) * 1000 == volume_ul
    assert re.fullmatch(r"\d+(\.\d{0,2}[1-9])?", ml(volume_ul))


def test_a_negative_volume_and_a_bare_clock_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        ul(-1)
    with pytest.raises(ValueError, match="time zone"):
        instant(NOON.replace(tzinfo=None))


def test_instants_are_written_in_utc() -> None:
    vienna = timezone(timedelta(hours=2))
    assert instant(datetime(2026, 5, 1, 0, 30, tzinfo=vienna)) == "2026-04-30T22:30:00Z"


STOCK = StockRow(
    "halden-black", "Halden Carbon Black", "L-0001", "0042", "B-0001", "OPEN", "SMP_SUITABLE",
    date(2027, 6, 30), date(2027, 5, 1), date(2026, 5, 1), 15_000, 7_250, "chair 1", True,
)  # fmt: skip


def test_stock_on_hand() -> None:
    assert STOCK_ON_HAND.csv([STOCK]) == (
        "product;product_name;lot;lot_no;bottle;state;verdict;usable;label_expiry;"
        "effective_expiry;opened_on;size_ul;size_ml;remaining_ul;remaining_ml;place\r\n"
        "halden-black;Halden Carbon Black;L-0001;0042;B-0001;OPEN;SMP_SUITABLE;yes;2027-06-30;"
        "2027-05-01;2026-05-01;15000;15;7250;7.25;chair 1\r\n"
    )


def _lot(lot: str, lot_no: str, until: date | None) -> LotRow:
    return LotRow(
        lot, lot_no, ("batch RX44", "mark D 199"), "halden-black", "Halden", "RELEASED", until,
        until, date(2026, 5, 1), "Meridian", "R-1", 12, 180_000,
    )  # fmt: skip


def test_lots_come_by_date_and_those_without_one_last() -> None:
    text = LOTS_BY_EXPIRY.csv(
        [
            _lot("L-1", "a", None),
            _lot("L-2", "=b", date(2028, 1, 1)),
            _lot("L-3", "c", date(2026, 5, 1)),
        ]
    )
    records = _records(text)
    assert [(r["lot"], r["lot_no"]) for r in records] == [
        ("L-3", "c"),
        ("L-2", "'=b"),
        ("L-1", "a"),
    ]
    assert records[0]["identifiers"] == "batch RX44 | mark D 199"
    assert records[2]["effective_expiry"] == ""


def test_what_goes_out_and_in_are_columns_of_their_own_and_sum() -> None:
    moves = [
        MovementRow(seq, NOON, kind, "B-1", "L-1", "24", "p", qty, "", "anna", "", "")
        for seq, kind, qty in [(3, "discard", -250), (1, "receive", 15_000), (2, "dispense", -450)]
    ]
    records = _records(MOVEMENTS.csv(moves))
    assert [r["type"] for r in records] == ["receive", "dispense", "discard"]
    assert [(r["in_ul"], r["out_ul"], r["out_ml"]) for r in records] == [
        ("15000", "0", "0"),
        ("0", "450", "0.45"),
        ("0", "250", "0.25"),
    ]
    balance = sum(Decimal(r["in_ml"]) - Decimal(r["out_ml"]) for r in records)
    assert balance == Decimal("14.3")


def test_opened_held_overridden_and_misused() -> None:
    opened = OpenedRow(
        "B-1", "L-1", "24", "p", "P", date(2026, 5, 1), "anna", date(2027, 6, 30),
        date(2027, 5, 1), True, 7_000,
    )  # fmt: skip
    (record,) = _records(OPENED_BOTTLES.csv([opened]))
    assert (record["opened_on"], record["effective_expiry"]) == ("2026-05-01", "2027-05-01")
    assert record["period_assumed"] == "yes"

    held = HeldRow("L-1", "24", "p", "P", "RECALLED", NOON, "microbes", "R-7", "", "M", 3, 9_000)
    (record,) = _records(HELD_LOTS.csv([held]))
    assert (record["state"], record["since"], record["notice"]) == (
        "RECALLED",
        "2026-05-01T12:00:00Z",
        "R-7",
    )

    override = OverrideRow(
        7, NOON, "INK-D4", "p", "P", "L-1", "24", "B-1", "-brows only", "anna", "ben", "2026-05",
        "6f1c",
    )  # fmt: skip
    (record,) = _records(OVERRIDES.csv([override]))
    assert (record["rule"], record["rationale"]) == ("INK-D4", "'-brows only")
    assert (record["signed_by"], record["second_signature"]) == ("anna", "ben")

    misuse = NonConformanceRow(
        9, NOON, date(2026, 4, 30), "anna", "B-1", "L-1", "24", "p", 450, "6f1c",
        ("EXPIRED-B02", "LOT-Q01"), "count", "client told",
    )  # fmt: skip
    (record,) = _records(NON_CONFORMANCES.csv([misuse]))
    assert (record["used_on"], record["entered_at"]) == ("2026-04-30", "2026-05-01T12:00:00Z")
    assert (record["used_ul"], record["used_ml"]) == ("450", "0.45")
    assert record["blocks"] == "EXPIRED-B02 | LOT-Q01"


@pytest.mark.parametrize("lot", ["=A1", "'=A1", "0042", "-7", "10.19.18"])
def test_a_lot_number_survives_a_list_that_is_edited_into_a_delivery(lot: str) -> None:
    (record,) = _records(STOCK_ON_HAND.csv([StockRow(
        "halden-black", "", "L-1", lot, "B-1", "OPEN", "", None, None, None, 5_000, 5_000
    )]))  # fmt: skip
    text = f"product;lot_no;bottle_ul;bottles\n{record['product']};{record['lot_no']};5000;1\n"
    (row,) = read_bytes(text.encode()).to_book()
    assert row.lot_no == lot
