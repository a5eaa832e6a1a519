"""A scanner's set-up: what one printed code teaches, and what is said where it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.inventory.scanning import (
    DEFAULT,
    TEST_CODE,
    TEST_ELEMENTS,
    ScannerSettings,
    Status,
    Trouble,
    decode,
    learn,
)
from kiosk.inventory.scanning.element_strings import cut, problem
from kiosk.inventory.scanning.keyboards import LAYOUTS, arrive
from tests.inventory.scanning.vectors import TODAY, mangled

LABEL = "]d2010952123454321317281231" + "10Zy-7_q/M:x\x1d21wA"


def received(text: str, separator: str = "\x1d", layout: str = "", end: str = "\r") -> str:
    if layout:
        text = arrive(text, LAYOUTS[layout])
    return text.replace("\x1d", separator) + end


def learned(**how: str) -> ScannerSettings:
    settings = learn(received(f"]d2{TEST_CODE}", **how))
    assert isinstance(settings, ScannerSettings), settings
    return settings


def test_the_code_to_print_is_valid_gs1_data_with_a_separator_inside() -> None:
    elements = cut(TEST_CODE)
    assert not isinstance(elements, str)
    assert tuple(elements) == TEST_ELEMENTS
    assert problem(elements, TODAY) is None
    assert TEST_CODE.count("\x1d") == 1


def test_a_scanner_set_as_recommended_needs_nothing_but_the_proof() -> None:
    assert learned() == replace(DEFAULT, separator_proven=True)


@pytest.mark.parametrize("layout", ["", *LAYOUTS])
@pytest.mark.parametrize("separator", ["\x1d", "{GS}", "<GS>", "^]", "\\F", "~", "\u241d"])
@pytest.mark.parametrize("end", ["\r", "\r\n", "\t", ""])
def test_a_label_is_read_after_the_set_up_whatever_the_scanner_does(
    layout: str, separator: str, end: str
) -> None:
    how = {"layout": layout, "separator": separator, "end": end}
    settings = learned(**how)
    assert settings.end == ("key" if end else "silence")
    scan = decode(received(LABEL, **how), today=TODAY, settings=settings)
    assert scan.status is Status.OK, scan.reason
    assert (scan.reading.lot, scan.reading.serial) == ("Zy-7_q/M:x", "wA")
    assert scan.reading.expiry == date(2028, 12, 31)


def test_a_scanner_without_identifiers_is_learned_as_such() -> None:
    settings = learn(received(TEST_CODE, layout="German"))
    assert isinstance(settings, ScannerSettings)
    assert settings.prefix is False
    scan = decode(received(LABEL[3:].upper(), layout="German"), today=TODAY, settings=settings)
    assert scan.reading.lot == "ZY-7_Q/M:X"


def test_a_layout_nobody_named_is_learned_too() -> None:
    swiss = {"]": "\u00a8", "y": "z", "z": "y", "Y": "Z", "Z": "Y", "-": "'", "_": "?", "/": "-"}
    swiss |= {"'": "\u00e4", "?": "_"}
    sent = f"]d2{TEST_CODE}"
    settings = learn("".join(swiss.get(c, c) for c in sent) + "\r")
    assert isinstance(settings, ScannerSettings)
    scan = decode("".join(swiss.get(c, c) for c in LABEL), today=TODAY, settings=settings)
    assert scan.reading.lot == "Zy-7_q/M:x"


def test_the_layouts_are_those_of_the_mangled_scans() -> None:
    for case in mangled():
        for short, name in (("DE", "German"), ("FR", "French")):
            if case.variant == f"layout-US->{short}":
                assert arrive(case.original, LAYOUTS[name]) == case.received


def test_the_layouts_are_those_of_the_keyboards() -> None:
    # The shifted digits and the keys beside Enter, read off a keyboard of each country.
    assert arrive("""!%&*()"';:<>/?""", LAYOUTS["German"]) == "!%/()=ÄäöÖ;:-_"
    assert arrive("""!%&*()"';:<>/?,.""", LAYOUTS["French"]) == "157890%ùmM./!§;:"


@pytest.mark.parametrize(
    ("text", "why", "mend"),
    [
        (f"]d2{TEST_CODE}".swapcase(), "CapsLock", "Switch CapsLock off"),
        (f"]d2{TEST_CODE}".replace("\x1d", ""), "drops the group separator", "{GS}"),
        (TEST_CODE.replace("\x1d", ""), "drops the group separator", "{GS}"),
        (f"]d2{TEST_CODE}".replace("\x1d", "/"), "arrives as '/'", "{GS}"),
        (f"]d2{TEST_CODE}".replace("y", "z"), "as the same one", "keyboard country"),
        (f"]d2{TEST_CODE}"[:-1], "not the set-up code", "again"),
        (f"]d2{TEST_CODE}"[:40], "not the set-up code", "again"),
        (LABEL, "not the set-up code", "again"),
        ("", "not the set-up code", "again"),
    ],
)
def test_what_no_set_up_can_mend_is_said_with_what_to_do(text: str, why: str, mend: str) -> None:
    trouble = learn(text + "\r")
    assert isinstance(trouble, Trouble)
    assert why in trouble.sentence
    assert mend in trouble.mend


def test_what_a_set_up_cannot_see_is_kept() -> None:
    base = replace(DEFAULT, gap_ms=30, port="/dev/ttyACM0")
    settings = learn(received(f"]Q3{TEST_CODE}"), base=base)
    assert settings == replace(base, separator_proven=True)
