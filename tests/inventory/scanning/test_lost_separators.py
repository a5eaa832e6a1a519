"""Where a separator may have been lost, a person is asked and nothing is split by guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.inventory.scanning import DEFAULT, Scan, ScannerSettings, Status, decode
from kiosk.inventory.scanning.lost_separators import hidden_fields
from tests.inventory.scanning.vectors import TODAY

GTIN = "09521234543213"
GS = "\x1d"
PROVEN = replace(DEFAULT, separator_proven=True)


def read(text: str, settings: ScannerSettings = DEFAULT) -> Scan:
    return decode(text, today=TODAY, settings=settings)


@pytest.mark.parametrize("settings", [DEFAULT, PROVEN], ids=["never tried", "set up"])
@pytest.mark.parametrize("ai", ["10", "21"])
def test_a_lot_or_serial_that_ends_in_an_expiry_is_asked_about(
    ai: str, settings: ScannerSettings
) -> None:
    scan = read(f"]d201{GTIN}{ai}LOT17281231", settings)
    assert scan.status is Status.ASK
    field = "lot" if ai == "10" else "serial"
    assert [(getattr(one, field), one.expiry) for one in scan.choices] == [
        ("LOT17281231", None),
        ("LOT", date(2028, 12, 31)),
    ]
    assert getattr(scan.reading, field) is None
    assert scan.reading.expiry is None
    assert scan.reading.gtin == GTIN


def test_a_lot_that_ends_in_a_production_date_is_asked_about() -> None:
    scan = read(f"]d201{GTIN}1728123110LOT11250102")
    assert [(one.lot, one.production) for one in scan.choices] == [
        ("LOT11250102", None),
        ("LOT", date(2025, 1, 2)),
    ]


@pytest.mark.parametrize("lot", ["LOT17281331", "LOT17280230", "17281231", "LOT1728123"])
def test_a_lot_that_ends_in_no_date_is_a_lot(lot: str) -> None:
    scan = read(f"]d201{GTIN}10{lot}", PROVEN)
    assert scan.status is Status.OK
    assert scan.reading.lot == lot


def test_an_expiry_beside_it_settles_what_the_lot_is() -> None:
    scan = read(f"]d201{GTIN}1729063010LOT17281231")
    assert scan.status is Status.OK
    assert scan.reading.lot == "LOT17281231"


def test_a_long_lot_without_an_expiry_is_asked_about() -> None:
    assert read(f"]d201{GTIN}10{'ABCDEFGHIJKLMN'}", PROVEN).status is Status.OK
    assert read(f"]d201{GTIN}10{'ABCDEFGHIJKLMNO'}", PROVEN).status is Status.ASK
    assert read(f"]d201{GTIN}1728123110{'ABCDEFGHIJKLMNO'}", PROVEN).status is Status.OK


def test_without_any_separator_a_serial_in_the_lot_is_asked_about_until_separators_arrive() -> None:
    text = f"]d201{GTIN}1728123110LOT21S9"
    scan = read(text)
    assert [(one.lot, one.serial) for one in scan.choices] == [("LOT21S9", None), ("LOT", "S9")]
    assert read(text, PROVEN).reading.lot == "LOT21S9"
    assert read(f"{text}{GS}305").reading.lot == "LOT21S9"


def test_a_lot_too_long_to_be_one_is_asked_about_with_what_it_may_hold() -> None:
    overlong = read(f"]d201{GTIN}10LOTABCDEFGHIJKL17281231")
    assert overlong.status is Status.ASK
    assert [one.lot for one in overlong.choices] == ["LOTABCDEFGHIJKL"]


def test_a_text_made_of_identifiers_is_not_searched_to_its_end_and_so_asked_about() -> None:
    # Some 90,000 splits; no date among them is one.
    value = ("102130912402417107117127137147157167" * 3)[:80] + "17999999"
    found = hidden_fields([("01", GTIN), ("91", value)], TODAY, any_field=False)
    assert found.readings == []
    assert not found.complete
    assert read(f"]d201{GTIN}91{value}", PROVEN).status is Status.ASK
    assert read(f"]d201{GTIN}91{value * 70}").status is Status.REFUSED
