"""Health Industry Bar Codes: published examples, the check character, what is left to type."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kiosk.inventory.scanning import Form, Status, decode
from kiosk.inventory.scanning.mod43 import check_character
from tests.inventory.scanning.vectors import DATA, TODAY

VECTORS = json.loads((DATA / "hibc-vectors.json").read_text("utf-8"))["vectors"]


def test_all_seven_vectors_are_answered_as_published() -> None:
    assert len(VECTORS) == 7
    for vector in VECTORS:
        text = f"+{vector['data']}"
        if vector.get("secondary"):
            # The encoder appends the check; the G is the link to the primary.
            text += check_character(text) or ""
        scan = decode(text, today=TODAY)
        expected = Status.REFUSED if vector.get("ok") is False else Status.OK
        assert scan.status is expected, (vector, scan.reason)


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("+A123BJC5D6E71", "G"),
        ("+A123BJC5D6E71/$$52001510X3", "C"),
        ("+H123ABC01234567890", "D"),
    ],
)
def test_check_characters_are_the_published_ones(body: str, check: str) -> None:
    assert check_character(body) == check


def test_a_primary_message_names_labeller_and_product_and_says_what_to_type() -> None:
    scan = decode("]C0+A123BJC5D6E71G", today=TODAY)
    assert scan.status is Status.OK
    assert scan.reading.form is Form.HIBC
    assert (scan.reading.labeller, scan.reading.product) == ("A123", "BJC5D6E7")
    assert (scan.reading.lot, scan.reading.expiry, scan.reading.gtin) == (None, None, None)
    assert "Type the lot" in scan.reason


def test_both_messages_in_one_give_lot_and_expiry() -> None:
    scan = decode("+A123BJC5D6E71/$$52001510X3C", today=TODAY)
    assert (scan.reading.lot, scan.reading.expiry) == ("10X3", date(2020, 1, 15))
    assert scan.reading.product == "BJC5D6E7"


def test_a_secondary_message_alone_loses_its_link_character_and_names_no_product() -> None:
    body = "+$$52001510X3G"
    scan = decode(body + (check_character(body) or ""), today=TODAY)
    assert (scan.reading.lot, scan.reading.expiry) == ("10X3", date(2020, 1, 15))
    assert scan.reading.product is None
    assert "does not name the product" in scan.reason


@pytest.mark.parametrize("body", ["+A123BJC5D6E71/$$3281231LOT", "+A123BJC5D6E71/$LOT7"])
def test_other_forms_of_lot_and_date_are_left_to_be_typed(body: str) -> None:
    scan = decode(body + (check_character(body) or ""), today=TODAY)
    assert scan.status is Status.OK
    assert (scan.reading.lot, scan.reading.expiry) == (None, None)
    assert scan.reading.product == "BJC5D6E7"
    assert "Type the lot" in scan.reason


@pytest.mark.parametrize(
    ("date_text", "why"), [("27366", "no day"), ("28000", "no day"), ("15001", "ten years")]
)
def test_days_that_do_not_exist_and_old_ones_are_refused(date_text: str, why: str) -> None:
    body = f"+A123BJC5D6E71/$$5{date_text}LOT"
    scan = decode(body + (check_character(body) or ""), today=TODAY)
    assert scan.status is Status.REFUSED
    assert why in scan.reason


def test_each_wrong_character_is_caught() -> None:
    text = "+A123BJC5D6E71G"
    for place in range(1, len(text)):
        wrong = "7" if text[place] != "7" else "8"
        scan = decode(text[:place] + wrong + text[place + 1 :], today=TODAY)
        assert scan.status is Status.REFUSED
