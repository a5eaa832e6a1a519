"""A supplier's file: shown first, booked whole or not at all, and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from kiosk.desk.errors import DeskError
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock.importing import import_delivery, preview_delivery
from kiosk.desk.stock.lot_page import find_stock, lot_page
from kiosk.desk.stock.recall_view import stock_lots
from kiosk.desk.stock.suppliers import add_supplier, block_supplier
from kiosk.inventory.model import Identifier, Lot, LotState
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.parts import require_whole
from tests.inventory.deliveries.files import as_csv, rows

#: What a row of the catalogue here says where nothing else is said.
FINE = {"product": "SMP-CARBON", "received_on": ""}
#: AI 01 GTIN, 17 expiry 30 June 2027, 10 lot; scanners send FNC1 first as "]d2".
SCAN = "]d20104012345000016172706301024-117"


@pytest.fixture(autouse=True)
def _catalogue(request: pytest.FixtureRequest) -> None:
    name = "clinic" if "clinic" in request.fixturenames else "sqlite_clinic"
    request.getfixturevalue(name).add(CARBON, WATER)


def file(*changes: Mapping[str, str]) -> bytes:
    return as_csv(rows(*({**FINE, **change} for change in changes))).encode()


def twenty(bad: Mapping[str, str] | None = None) -> bytes:
    """Twenty lots, the seventh of which is row 8 of the file."""
    found: list[Mapping[str, str]] = [
        {"lot_no": f"24-{i:03d}", "bottles": str(i % 3 + 1)} for i in range(20)
    ]
    found[6] = {**found[6], **(bad or {})}
    return file(*found)


def book(clinic: Clinic, data: bytes, **options: object) -> tuple[Lot, ...]:
    return import_delivery(clinic.desk, clinic.owner, data, **options)


def test_ac_s27_one_bad_row_of_twenty_saves_nothing_until_it_is_mended_or_dropped(
    clinic: Clinic,
) -> None:
    bad = twenty({"label_expiry": "30/02/2027"})
    before = clinic.kinds()
    seen = preview_delivery(clinic.desk, bad)
    assert not seen.ready
    assert "✕ row 8, label_expiry" in seen.text
    with pytest.raises(DeskError, match=r"nothing was saved, because of row 8\."):
        book(clinic, bad)
    assert clinic.kinds() == before
    dropped = book(clinic, bad, drop_rows=[8])
    assert len(dropped) == 19
    assert "24-006" not in {lot.lot_no for lot in dropped}
    assert {lot.state for lot in dropped} == {LotState.QUARANTINE}
    # The mended file holds nineteen rows that are here and one that is new.
    mended = twenty()
    seen = preview_delivery(clinic.desk, mended)
    assert seen.ready
    assert seen.text.endswith("1 row to book, 1 bottle; 19 booked before.")
    (late,) = book(clinic, mended)
    assert late.lot_no == "24-006"
    require_whole(clinic)


def test_ac_s27_a_file_that_is_imported_again_makes_no_duplicates(clinic: Clinic) -> None:
    first = book(clinic, twenty())
    assert len(first) == 20
    before = clinic.kinds()
    again = preview_delivery(clinic.desk, twenty())
    assert not again.ready
    assert again.text.endswith("0 rows to book, 0 bottles; 20 booked before.")
    assert book(clinic, twenty()) == ()
    # Opened in a spreadsheet and saved again it looks otherwise and says the same.
    table = rows(*({**FINE, "lot_no": f"24-{i:03d}", "bottles": str(i % 3 + 1)} for i in range(20)))
    shuffled = as_csv([table[0], *reversed(table[1:])], delimiter=",", end="\n")
    assert book(clinic, b"\xef\xbb\xbf" + shuffled.encode()) == ()
    assert clinic.kinds() == before


def test_two_equal_cartons_in_one_file_are_two(clinic: Clinic) -> None:
    assert len(book(clinic, file({}, {}))) == 2
    assert book(clinic, file({}, {})) == ()
    assert len(book(clinic, file({}, {}, {}))) == 1


def test_what_a_row_says_is_what_is_booked(clinic: Clinic) -> None:
    (lot,) = book(
        clinic,
        file(
            {
                "lot_no": "0042", "batch": "RX44", "mark": "ü-7", "label_expiry": "06/2027",
                "received_on": "2026-02-27", "supplier": "Öhler", "invoice": "R-1",
                "bottle_ul": "", "bottle_ml": "7,5", "bottles": "3", "seal": "ok",
                "gtin": "4012345000016",
            }
        ),
    )  # fmt: skip
    assert (lot.lot_no, lot.label_expiry) == ("0042", date(2027, 6, 30))
    assert (lot.received_on, lot.supplier, lot.invoice) == (date(2026, 2, 27), "Öhler", "R-1")
    assert lot.seal == "intact"
    found = lot_page(clinic.desk, lot.id)
    assert found.identifiers == (
        Identifier("LOT", "0042"),
        Identifier("BATCH", "RX44"),
        Identifier("MARK", "ü-7"),
        Identifier("GTIN", "4012345000016"),
    )
    assert [item.bottle.size_ul for item in found.bottles] == [7_500] * 3
    # An article number finds the stock, and is no number that a recall could mean a lot by.
    assert [entry.lot for entry in find_stock(clinic.desk, "4012345000016")] == [lot.id]
    with clinic.desk.engine.connect() as connection:
        (held_against,) = stock_lots(connection)
    assert [number.value for number in held_against.identifiers] == ["0042", "RX44", "ü-7"]


def test_a_scan_fills_what_was_not_typed_and_the_day_is_the_clinics(clinic: Clinic) -> None:
    (lot,) = book(clinic, file({"lot_no": "", "label_expiry": "", "scan": SCAN}))
    assert (lot.lot_no, lot.label_expiry) == ("24-117", date(2027, 6, 30))
    assert lot.received_on == TODAY
    other = SCAN.replace("24-117", "24-118")
    seen = preview_delivery(clinic.desk, file({"lot_no": "24-117", "scan": other}))
    assert "its scan '24-118'" in seen.text
    assert not seen.ready


def test_a_date_with_two_readings_is_settled_for_the_whole_file(clinic: Clinic) -> None:
    data = file({"label_expiry": "05/06/2027"})
    with pytest.raises(DeskError, match="row 2"):
        book(clinic, data)
    assert preview_delivery(clinic.desk, data, day_first=True).ready
    (lot,) = book(clinic, data, day_first=True)
    assert lot.label_expiry == date(2027, 6, 5)


def test_what_arrives_tomorrow_is_a_row_to_mend(clinic: Clinic) -> None:
    today = {"received_on": "2026-03-02", "lot_no": "3"}
    data = file({}, {"received_on": "2026-03-03", "lot_no": "2"}, today)
    seen = preview_delivery(clinic.desk, data)
    assert "✕ row 3, received_on: lies in the future" in seen.text
    with pytest.raises(DeskError, match="row 3"):
        book(clinic, data)
    assert len(book(clinic, data, drop_rows=[3])) == 2


def test_one_blocked_supplier_keeps_the_whole_file_out(clinic: Clinic) -> None:
    add_supplier(clinic.desk, clinic.owner, "S-1", "Öhler")
    block_supplier(clinic.desk, clinic.owner, "S-1", "forged papers")
    data = file({}, {"supplier": "ÖHLER", "lot_no": "2"})
    before = clinic.kinds()
    seen = preview_delivery(clinic.desk, data)
    assert [stop.rule for stop in seen.stops] == ["SUPPLIER-Q09"]
    assert seen.text.startswith("✕ Supplier Öhler is blocked: forged papers.")
    assert not seen.ready
    with pytest.raises(Refused, match="forged papers"):
        book(clinic, data)
    assert clinic.kinds() == before
    assert len(book(clinic, data, drop_rows=[3])) == 1


def test_a_preview_books_nothing(clinic: Clinic) -> None:
    before = clinic.kinds()
    assert preview_delivery(clinic.desk, twenty()).ready
    assert clinic.kinds() == before


@pytest.mark.parametrize(
    ("data", "drop", "said"),
    [
        (b"", [], "file: is empty"),
        (b"\xff\xfea", [], "UTF-16"),
        (file({}), [9], "drop: row 9"),
        (file({}), [2], "no row is left"),
    ],
)
def test_a_file_that_gives_nothing_says_why(
    sqlite_clinic: Clinic, data: bytes, drop: list[int], said: str
) -> None:
    with pytest.raises(DeskError, match=said) as error:
        book(sqlite_clinic, data, drop_rows=drop)
    assert error.value.hint


def test_only_who_keeps_stock_imports_and_only_by_a_trusted_clock(sqlite_clinic: Clinic) -> None:
    with pytest.raises(Refused):
        import_delivery(sqlite_clinic.desk, Operator("P-09", Role.PRACTITIONER), file({}))
    sqlite_clinic.clock.forward(days=-2)
    with pytest.raises(Refused, match="clock"):
        book(sqlite_clinic, file({}))
    assert "lot.received" not in sqlite_clinic.kinds()
