"""What single scans say, and why others are asked about or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.inventory.scanning import (
    DEFAULT,
    TEST_CODE,
    Form,
    Reading,
    Scan,
    ScannerSettings,
    Status,
    bottle_payload,
    decode,
)
from tests.inventory.scanning.vectors import TODAY

GTIN = "09521234543213"  # GS1's own example number, demo range 952
GS = "\x1d"


def read(text: str, settings: ScannerSettings = DEFAULT, today: date = TODAY) -> Scan:
    return decode(text, today=today, settings=settings)


def test_a_pigment_bottle_gives_all_its_fields() -> None:
    scan = read(f"]d201{GTIN}1728123110LOT-7b{GS}21S/1{GS}11250102{GS}240X9")
    assert scan.status is Status.OK
    assert scan.symbology == "d2"
    assert scan.reason == ""
    assert scan.choices == ()
    assert scan.reading == Reading(
        Form.GS1,
        gtin=GTIN,
        lot="LOT-7b",
        expiry=date(2028, 12, 31),
        production=date(2025, 1, 2),
        serial="S/1",
        elements=(
            ("01", GTIN), ("17", "281231"), ("10", "LOT-7b"), ("21", "S/1"), ("11", "250102"),
            ("240", "X9"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\t", ""])
def test_the_raw_text_is_kept_and_the_line_end_is_not_read(end: str) -> None:
    text = f"]C101{GTIN}10AB{end}"
    scan = read(text)
    assert scan.raw == text
    assert scan.reading.lot == "AB"


@pytest.mark.parametrize(
    ("yymmdd", "day"),
    [
        ("280200", date(2028, 2, 29)),
        ("270200", date(2027, 2, 28)),
        ("281200", date(2028, 12, 31)),
        ("280229", date(2028, 2, 29)),
        ("161121", date(2016, 11, 21)),
        ("760101", date(2076, 1, 1)),
    ],
)
def test_day_00_is_the_last_of_the_month_and_centuries_slide(yymmdd: str, day: date) -> None:
    assert read(f"]d201{GTIN}17{yymmdd}").reading.expiry == day


@pytest.mark.parametrize("yymmdd", ["270229", "281301", "280001", "280431", "2812AB", "28123"])
def test_impossible_dates_are_refused(yymmdd: str) -> None:
    assert read(f"]d201{GTIN}17{yymmdd}").status is Status.REFUSED


@pytest.mark.parametrize("yymmdd", ["161120", "991231", "770101"])
def test_an_expiry_more_than_ten_years_past_is_refused_as_a_misread(yymmdd: str) -> None:
    scan = read(f"]d201{GTIN}17{yymmdd}10A")
    assert scan.status is Status.REFUSED
    assert "ten years" in scan.reason


def test_the_clinics_day_decides_what_is_old() -> None:
    text = f"]d201{GTIN}17161120"
    assert read(text, today=date(2026, 11, 20)).reading.expiry == date(2016, 11, 20)
    assert read(text, today=date(2026, 11, 21)).status is Status.REFUSED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\r\n", "empty"),
        ("]", "kind ]"),
        ("]Y", "kind ]Y"),
        ("]C0" + f"01{GTIN}", "not marked as GS1"),
        ("]A0" + f"01{GTIN}", "not marked as GS1"),
        ("]X0" + f"01{GTIN}", "kind ]X0"),
        (f"]d2{GS}01{GTIN}", "before the first"),
        (f"]d201{GTIN}10A{GS}{GS}21B", "two separators"),
        (f"]d201{GTIN}10A{GS}{GS}", "two separators"),
        ("]d210ABC", "(10) BATCH/LOT needs (01)"),
        ("]d217281231", "needs"),
        (f"]d201{GTIN}10", "This is no valid GS1"),
        (f"]d201{GTIN}10A{GS}10B", "twice"),
        (f"]d201{GTIN}3712{GS}", "(01) and (37)"),
        (f"]d201{GTIN}21A{GS}235B", "cannot stand"),
        ("]d20109521234543214", "check digit"),
        (f"]d201{GTIN}10\u0661\u0662", "does not allow"),
        (f"]d201{GTIN}10A B", "does not allow"),
        (f"]d201{GTIN}10A\x1c", "does not allow"),
        (f"]d201{GTIN}10A#B", "no valid"),
        (f"]d201{GTIN}10{'A' * 21}", "no valid"),
        (f"]d201{GTIN}05X", "no valid"),
        (f"]d201{GTIN}10A]d201{GTIN}10A", "no valid"),
        (f"]d201{GTIN}17281231]d201{GTIN}", "ran together"),
        (f"]J101{GTIN}10A", "DotCode"),
        ("]E09521234543213|]e099X", "Composite"),
        ("]E09521234543214", "check digit"),
        ("]E4952123454321", "8 digits"),
        ("]Q1hello", "plain text"),
        ("]Q1https://example.com/shop", "without GS1 data"),
        ("]E3952123454321312", "kind ]E3"),
        ("hello world", "no valid"),
        ("12345678", "check digit"),
        ("]d2" + "9" * 8000, "longer"),
        (f"]d2{TEST_CODE}", "set-up code"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_reason(text: str, why: str) -> None:
    scan = read(text)
    assert scan.status is Status.REFUSED
    assert why in scan.reason
    assert scan.reading == Reading()
    assert scan.choices == ()


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("]E09506000134352", "09506000134352"),
        ("9506000134352", "09506000134352"),
        ("]E00416000336108", "00416000336108"),
        ("416000336108", "00416000336108"),
        ("]E402345673", "00000002345673"),
        (GTIN, GTIN),
    ],
)
def test_ean_and_upc_give_a_gtin_of_14_digits_and_no_lot(text: str, gtin: str) -> None:
    scan = read(text)
    assert scan.status is Status.OK
    assert scan.reading == Reading(Form.GTIN, gtin=gtin)


def test_eight_bare_digits_may_be_two_numbers() -> None:
    # 01234565 is the example of a UPC-E everywhere; as EAN-8 it has the same check digit by chance.
    scan = read("01234565")
    assert scan.status is Status.ASK
    assert {one.gtin for one in scan.choices} == {"00000001234565", "00012345000065"}


@pytest.mark.parametrize("prefix", ["]Q1", "]d1", ""])
def test_a_digital_link_is_read_with_and_without_identifier(prefix: str) -> None:
    link = "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=280426"
    scan = read(prefix + link)
    assert scan.status is Status.OK
    assert scan.reading.form is Form.DIGITAL_LINK
    assert (scan.reading.gtin, scan.reading.lot) == ("09520123456788", "ABC1")
    assert (scan.reading.serial, scan.reading.expiry) == ("12345", date(2028, 4, 26))


@pytest.mark.parametrize("stem", ["", "/shop", "/01/shop", "/00/10", "/a/b/c"])
def test_the_last_key_of_a_path_counts_and_a_lot_may_look_like_one(stem: str) -> None:
    scan = read(f"]Q1https://a{stem}/01/09520123456788/10/01")
    assert scan.status is Status.OK
    assert (scan.reading.gtin, scan.reading.lot) == ("09520123456788", "01")


def test_a_link_in_capitals_without_identifier_may_be_capslock() -> None:
    assert read("HTTPS://A.B/01/09520123456788/10/ABC1").status is Status.ASK
    assert read("]Q1HTTPS://A.B/01/09520123456788/10/ABC1").status is Status.OK


@pytest.mark.parametrize(
    "path",
    [
        "/01/09520123456788?10=A",
        "/01/09520123456788/235/X/10/A",
        "/01/09520123456788/21/B/10/A",
        "/01/09520123456788?17=280426&17=290426",
        "/01/09520123456788?17=",
        "/01/09520123456788?999=A",
        "/01/09520123456788/10/A%20B",
        "/01/09520123456788/10/A%ffB",
        "/01/09520123456788/",
        "/10/A",
        "/01/09520123456789",
    ],
)
def test_a_link_that_bends_the_standard_is_refused(path: str) -> None:
    assert read(f"]Q1https://example.com{path}").status is Status.REFUSED


def test_a_label_of_the_clinic_is_known_in_each_symbol() -> None:
    payload = bottle_payload("B-0001")
    for text in (payload, f"]Q1{payload}", f"]d1{payload}", f"]C0{payload}", f"]d291{payload}"):
        scan = read(text)
        assert scan.status is Status.OK, text
        assert scan.reading.form is Form.BOTTLE
        assert scan.reading.bottle == "B-0001"


def test_another_companys_ai_91_is_no_bottle() -> None:
    scan = read("]d291SMPK/B-0001/X")
    assert scan.reading.bottle is None
    assert scan.reading.elements == (("91", "SMPK/B-0001/X"),)


def test_a_plain_symbol_with_gs1_data_is_asked_about() -> None:
    scan = read(f"]d101{GTIN}1728123110A")
    assert scan.status is Status.ASK
    assert scan.choices[0].lot == scan.reading.lot == "A"


def test_capslock_asks_with_both_cases_and_agrees_on_the_rest() -> None:
    scan = read(f"]D201{GTIN}1728123110lot")
    assert scan.status is Status.ASK
    assert [one.lot for one in scan.choices] == ["LOT", "lot"]
    assert scan.reading.lot is None
    assert scan.reading.gtin == GTIN
    assert scan.reading.expiry == date(2028, 12, 31)


@pytest.mark.parametrize(
    "text", [f"]E001{GTIN}1728123110a", "]e09521234543213", "]E09521234543213"]
)
def test_capslock_makes_databar_of_ean_13_and_the_other_way_round(text: str) -> None:
    scan = read(text)
    if text == "]E09521234543213":
        assert scan.reading.gtin == GTIN
        return
    assert scan.status is Status.ASK
    if text.startswith("]e0"):
        assert GTIN in {one.gtin for one in scan.choices}


def test_small_letters_from_a_scanner_without_identifiers_may_be_capslock() -> None:
    settings = replace(DEFAULT, prefix=False, separator_proven=True)
    scan = read(f"01{GTIN}10lot", settings)
    assert [one.lot for one in scan.choices] == ["lot", "LOT"]
    assert read(f"01{GTIN}10LOT", settings).status is Status.OK


def test_a_german_keyboard_is_no_hibc() -> None:
    scan = read(f"+d201{GTIN}1728123110ZY1")
    assert scan.status is Status.ASK
    assert scan.choices[0].lot == "YZ1"
    assert "German" in scan.reason


def test_the_wrong_layout_for_a_set_up_is_refused() -> None:
    from kiosk.inventory.scanning.keyboards import LAYOUTS

    settings = replace(DEFAULT, arrives_as=LAYOUTS["French"])
    scan = read(f"]d201{GTIN}10A", settings)
    assert scan.status is Status.REFUSED
    assert "set-up" in scan.reason


def test_json_has_the_names_of_the_command_line() -> None:
    document = read(f"]d201{GTIN}1728123110LOT{GS}21S{GS}11250102").as_dict()
    assert {
        key: document[key] for key in ("status", "gtin", "lot", "expiry", "production", "serial")
    } == {
        "status": "ok",
        "gtin": GTIN,
        "lot": "LOT",
        "expiry": "2028-12-31",
        "production": "2025-01-02",
        "serial": "S",
    }
    assert (document["reason"], document["choices"]) == ("", [])
