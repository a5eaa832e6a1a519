"""What stands on a label, whatever prints it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.labelling.content import BottleLabel, LabelError
from kiosk.inventory.labelling.fitting import cut_to, whole_lines
from kiosk.inventory.labelling.letters import MARK, Letters
from kiosk.inventory.labelling.plain import plain_labels
from kiosk.inventory.labelling.qr import QUIET, dark_runs, modules
from kiosk.inventory.scanning import decode
from tests.inventory.labelling.examples import BARE, LABELS, OPENED, SEALED, scanned

IDS = st.from_regex(r"[A-Z]{1,3}(-[0-9]{1,6}){1,3}", fullmatch=True)


@given(IDS)
def test_a_scanner_reads_the_bottle_back_from_the_code(bottle: str) -> None:
    rows = modules(BottleLabel(bottle, "", "", None).payload)
    light = np.pad(np.array(rows), QUIET) == 0
    image = np.kron(light, np.ones((4, 4))).astype(np.uint8) * 255
    (text,) = scanned(image)
    assert decode(f"]Q1{text}", today=date(2026, 5, 1)).reading.bottle == bottle


def test_an_ordinary_id_fits_the_smallest_symbol() -> None:
    assert len(modules(SEALED.payload)) == 21


def test_runs_of_dark_modules_are_the_symbol() -> None:
    rows = modules(SEALED.payload)
    painted = np.zeros((len(rows), len(rows)), dtype=bool)
    for row, column, length in dark_runs(rows):
        assert not painted[row, column : column + length].any()
        painted[row, column : column + length] = True
    assert (painted == np.array(rows)).all()


@pytest.mark.parametrize("bottle", ["", "b-1", "B 1", "B\x1b", "B^1", "B--1", "B-" + "1" * 40])
def test_an_id_that_no_label_can_carry_is_refused(bottle: str) -> None:
    with pytest.raises(LabelError) as caught:
        BottleLabel(bottle, "P", "L", None)
    assert caught.value.message.startswith("bottle")
    assert caught.value.hint


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(LabelError, match="lot_no: 301 characters"):
        BottleLabel("B-1", "P", "x" * 301, None)


def test_a_sealed_bottle_has_room_to_write_and_an_opened_one_has_dates() -> None:
    assert SEALED.date_lines == ("Exp 2027-06-30", "Opened __________", "Use by __________")
    assert OPENED.date_lines == ("Exp 2027-06-30", "Opened 2026-05-01", "Use by 2027-05-01")
    assert BARE.date_lines[0] == "Exp none stated"
    assert BARE.lot_line == "No lot number"


def test_the_plain_label() -> None:
    rule = "-" * 40
    assert plain_labels([SEALED, BARE]).data.decode().splitlines() == [
        rule,
        "Halden Carbon Black",
        "Lot 24-117",
        "Exp 2027-06-30",
        "Opened __________",
        "Use by __________",
        "B-0017",
        SEALED.payload,
        rule,
        "Aqua Steril",
        "No lot number",
        "Exp none stated",
        "Opened __________",
        "Use by __________",
        "B-0019",
        BARE.payload,
        rule,
    ]


@given(LABELS)
def test_plain_text_holds_no_control_signs_and_keeps_its_shape(label: BottleLabel) -> None:
    text = plain_labels([label]).data.decode()
    assert [sign for sign in text if not sign.isprintable() and sign != "\n"] == []
    assert text.count(f"\n{label.payload}\n") == 1
    assert all(len(line) <= 40 for line in text.split("\n"))


def test_letters_are_composed_replaced_and_remembered_once() -> None:
    letters = Letters(lambda sign: sign != "漢")
    assert letters.printable("e\u0301 漢\x1b漢\u00a0x\u202e") == f"é {MARK}{MARK}{MARK} x{MARK}"
    assert letters.replaced == ("漢", "\x1b", "\u202e")


def test_a_label_without_an_end_of_labels() -> None:
    with pytest.raises(LabelError, match="none to print"):
        plain_labels([])
    with pytest.raises(LabelError, match="1001 at once"):
        plain_labels([SEALED] * 1001)


@given(st.text(max_size=60), st.integers(1, 30))
def test_wrapping_loses_nothing_and_cutting_shows(text: str, room: int) -> None:
    def measure(part: str, size: float) -> float:
        return len(part) * size

    lines = whole_lines(text, room, 1, measure)
    assert "".join(lines) == text
    assert max(map(len, lines)) <= room
    cut = cut_to(text, room, 1, measure)
    assert len(cut) <= room
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_dates_are_those_that_were_given() -> None:
    label = BottleLabel("B-1", "", "", date(2028, 2, 29))
    assert label.date_lines[0] == "Exp 2028-02-29"
