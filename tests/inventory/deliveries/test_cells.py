"""What a cell may say; every complaint names row, column, fault and mend."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.deliveries.dates import printed_dates
from kiosk.inventory.deliveries.rows import ScanFacts
from kiosk.inventory.deliveries.scans import label_scans
from kiosk.inventory.scanning import bottle_payload
from tests.inventory.deliveries.files import read

PRINTED = printed_dates(today=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("column", "text", "fault", "mend"),
    [
        ("product", "", "is empty", "Write the product's id"),
        ("product", "HALDEN-BLAK", "no 'HALDEN-BLAK'", "Did you mean 'halden-black'?"),
        ("product", "zzz", "no 'zzz'", "Add the product first"),
        ("lot_no", "9.1022E+07", "a spreadsheet has turned", "as text"),
        ("lot_no", "24\u200b117", "'24<U+200B>117'", "Type it anew"),
        ("lot_no", "24\x1b[2J", "'24<U+001B>[2J'", "Type it anew"),
        ("batch", "1E+05", "a spreadsheet has turned", "as text"),
        ("mark", "x" * 301, "301 characters", "Shorten"),
        ("label_expiry", "30.06.2027", "not written year-month-day", "2027-06-30"),
        ("label_expiry", "2027-02-30", "a day that does not exist", "2027-06-30"),
        ("received_on", "2026-5-1", "not written year-month-day", "2027-06-30"),
        ("received_on", "05/2026", "names no day", "2026-05-01"),
        ("bottle_ul", "15 ml", "no whole number of µl", "15000"),
        ("bottle_ul", "0", "no size of a bottle", "More than nothing"),
        ("bottle_ul", "-5", "no whole number of µl", "15000"),
        ("bottle_ul", "1000001", "no size of a bottle", "1000 ml"),
        ("bottle_ul", "٣", "no whole number of µl", "15000"),
        ("bottle_ul", "", "is empty", "size of one bottle"),
        ("bottle_ml", "14", "'14' ml are not 15000 µl", "leave one"),
        ("bottles", "0", "from 1 to 1000", "Count"),
        ("bottles", "1001", "from 1 to 1000", "split"),
        ("bottles", "1.5", "from 1 to 1000", "Count"),
        ("bottles", "²", "from 1 to 1000", "Count"),
        ("seal", "perhaps", "no state of a seal", "intact, broken"),
        ("gtin", "9506000134353", "check digit", "Scan it again"),
        ("gtin", "123", "no GTIN of 8", "Scan it again"),
        ("gtin", "9.50600E+12", "a spreadsheet has turned", "as text"),
        ("scan", "x" * 301, "no scan", "Scan it again"),
        ("supplier", "a\tb", "cannot be seen", "one line"),
    ],
)
def test_a_wrong_cell_is_named(column: str, text: str, fault: str, mend: str) -> None:
    preview = read({}, {column: text})
    (problem,) = preview.problems
    assert problem.row == 3
    assert column in problem.column
    assert fault in problem.wrong
    assert mend in problem.mend
    assert problem.sentence.startswith("row 3, ")
    assert [row.number for row in preview.rows] == [2]


@pytest.mark.parametrize(
    ("text", "volume_ul"),
    [
        ("15", 15_000),
        ("7.5", 7_500),
        ("7,5", 7_500),
        ("0.125", 125),
        ("0,001", 1),
        ("10.00", 10_000),
        ("12.3000", 12_300),
        ("15 ml", 15_000),
        ("1000", 1_000_000),
    ],
)
def test_millilitres_are_exact(text: str, volume_ul: int) -> None:
    (row,) = read({"bottle_ul": "", "bottle_ml": text}).to_book()
    assert row.bottle_ul == volume_ul


@pytest.mark.parametrize("text", ["1.000", "15,000", "0.0001", "1e3", "1.5.0", "0", "1000.1", "x"])
def test_millilitres_that_are_unclear_are_not_guessed(text: str) -> None:
    preview = read({"bottle_ul": "", "bottle_ml": text})
    assert [problem.column for problem in preview.problems] == ["bottle_ml"]


@given(st.integers(1, 1_000_000))
def test_a_volume_is_the_same_in_ml_and_in_ul(volume_ul: int) -> None:
    exact = f"{volume_ul // 1000}.{volume_ul % 1000:03d}0"
    (row,) = read({"bottle_ul": "", "bottle_ml": exact}).to_book()
    assert row.bottle_ul == volume_ul


@pytest.mark.parametrize("number", ["9506000134352", "96385074", "036000291452", "00012345600012"])
def test_published_article_numbers_pass(number: str) -> None:
    assert read({"gtin": number}).problems == ()


def test_every_problem_of_a_row_is_told_at_once() -> None:
    preview = read({"product": "", "bottles": "x", "seal": "?", "gtin": "1"})
    assert [p.column for p in preview.problems] == ["product", "gtin", "bottles", "seal"]


@pytest.mark.parametrize(
    ("text", "day"), [("04.2027", date(2027, 4, 30)), ("30/11/2027", date(2027, 11, 30))]
)
def test_dates_as_printed_are_read_by_the_reader_that_is_given(text: str, day: date) -> None:
    (row,) = read({"label_expiry": text}, read_date=PRINTED).to_book()
    assert row.label_expiry == day


def test_a_date_that_allows_two_days_is_asked_about_and_settled_for_a_file() -> None:
    change = {"label_expiry": "05/06/2027"}
    (problem,) = read(change, read_date=PRINTED).problems
    assert "6 May 2027" in problem.wrong
    assert "5 June 2027" in problem.wrong
    european = printed_dates(today=date(2026, 5, 1), day_first=True)
    (row,) = read(change, read_date=european).to_book()
    assert row.label_expiry == date(2027, 6, 5)


def _decode(raw: str) -> ScanFacts:
    if raw == "mangled":
        raise ValueError("lost\x1dseparator")
    return ScanFacts(gtin="09506000134352", lot_no="AB1", expiry=date(2027, 12, 31))


def test_a_scan_fills_what_the_row_leaves_open() -> None:
    (row,) = read(
        {"scan": "]d2…", "lot_no": "", "label_expiry": "", "gtin": "9506000134352"},
        read_scan=_decode,
    ).to_book()
    assert (row.lot_no, row.label_expiry, row.gtin) == (
        "AB1",
        date(2027, 12, 31),
        "9506000134352",
    )


def test_a_scan_that_says_something_else_is_a_problem() -> None:
    preview = read({"scan": "]d2…", "gtin": "96385074"}, read_scan=_decode)
    assert [p.column for p in preview.problems] == ["lot_no", "label_expiry", "gtin"]
    assert "the row says '24-117', its scan 'AB1'" in preview.problems[0].wrong


def test_a_scan_that_cannot_be_read_is_a_problem_on_one_line() -> None:
    (problem,) = read({"scan": "mangled"}, read_scan=_decode).problems
    assert problem.wrong == "lost<U+001D>separator"


def test_an_unseen_sign_out_of_a_scan_is_a_problem() -> None:
    (problem,) = read(
        {"scan": "x", "lot_no": ""}, read_scan=lambda _: ScanFacts(lot_no="A\x1b[2J")
    ).problems
    assert problem.column == "scan"
    assert "\x1b" not in problem.sentence


SCANS = label_scans(today=date(2026, 5, 1))


def test_a_real_scan_fills_the_row() -> None:
    raw = "]d20109506000134352172712311024-117\x1d"
    (row,) = read({"scan": raw, "lot_no": "", "label_expiry": ""}, read_scan=SCANS).to_book()
    assert (row.gtin, row.lot_no) == ("09506000134352", "24-117")
    assert row.label_expiry == date(2027, 12, 31)
    assert row.scan == raw


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("]d201095060001343521024-11717271231", "separator may have been lost"),
        ("]d2junk", "no valid GS1 data"),
        (f"]Q1{bottle_payload('B-0017')}", "the label of bottle B-0017"),
    ],
)
def test_a_scan_that_would_have_to_be_asked_about_stops_the_row(raw: str, fault: str) -> None:
    (problem,) = read({"scan": raw}, read_scan=SCANS).problems
    assert (problem.column, fault in problem.wrong) == ("scan", True)


def test_missing_lot_and_date_are_no_errors_but_said() -> None:
    preview = read({"lot_no": "", "label_expiry": "", "seal": "broken"})
    (row,) = preview.to_book()
    assert (row.lot_no, row.label_expiry) == ("", None)
    said = " ".join(remark.sentence for remark in preview.remarks)
    assert "only be rejected or returned" in said
    assert "no expiry date" in said
    assert "seal is broken" in said


def test_one_lot_with_two_dates_is_said() -> None:
    preview = read({}, {"label_expiry": "2027-07-31"}, {"lot_no": "other"})
    assert [(r.row, r.sentence) for r in preview.remarks] == [
        (3, "lot '24-117' has another date in row 2")
    ]


def test_two_numbers_in_one_cell_are_said() -> None:
    (remark,) = read({"lot_no": "BK124IMX40 / SS219"}).remarks
    assert "under 'mark'" in remark.sentence


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-12", "@x", '=HYPERLINK("http://x")'])
def test_a_formula_is_text_and_a_guarded_one_is_the_same_text(text: str) -> None:
    (plain,) = read({"lot_no": text, "supplier": text}).to_book()
    (guarded,) = read({"lot_no": f"'{text}", "supplier": f"'{text}"}).to_book()
    assert (plain.lot_no, plain.supplier) == (text, text)
    assert plain.fingerprint == guarded.fingerprint


def test_an_apostrophe_that_guards_nothing_stays() -> None:
    (row,) = read({"supplier": "'t Hart"}).to_book()
    assert row.supplier == "'t Hart"
