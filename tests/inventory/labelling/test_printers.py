"""What label and receipt printers are told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.labelling.content import BottleLabel, LabelError
from kiosk.inventory.labelling.escpos import escpos_labels
from kiosk.inventory.labelling.letters import MARK
from kiosk.inventory.labelling.zpl import ROLLS, Roll, field, zpl_labels
from tests.inventory.labelling.examples import BARE, LABELS, LONG_LOT, NASTY, OPENED, SEALED
from tests.inventory.labelling.printers import receipt_printer, zpl_printer

EVERY_ROLL = pytest.mark.parametrize("roll", ROLLS.values(), ids=str)


def test_the_zpl_dialogue() -> None:
    assert zpl_labels([SEALED], ROLLS["50x25"]).data.decode("ascii") == (
        "^XA\n^CI28\n^PW400\n^LL200\n^LH0,0\n"
        f"^FO16,16^BQN,2,6^FH^FDQA,{SEALED.payload}^FS\n"
        "^FO166,16^A0N,17,17^FH^FDHalden Carbon Black^FS\n"
        "^FO166,37^A0N,17,17^FH^FDLot 24-117^FS\n"
        "^FO166,58^A0N,17,17^FH^FDExp 2027-06-30^FS\n"
        "^FO166,79^A0N,17,17^FH^FDOpened _5F_5F_5F_5F_5F_5F_5F_5F_5F_5F^FS\n"
        "^FO166,100^A0N,17,17^FH^FDUse by _5F_5F_5F_5F_5F_5F_5F_5F_5F_5F^FS\n"
        "^FO166,121^A0N,17,17^FH^FDB-0017^FS\n"
        "^PQ1\n^XZ\n"
    )


@EVERY_ROLL
@pytest.mark.parametrize("dots_per_mm", [8, 12, 24])
def test_a_label_printer_understands_everything_inside_the_label(
    roll: Roll, dots_per_mm: int
) -> None:
    roll = Roll(roll.name, roll.width, roll.height, dots_per_mm)
    labels = [SEALED, OPENED, BARE, LONG_LOT]
    printed = zpl_printer(zpl_labels(labels, roll).data)
    assert len(printed) == 4
    for label, on_paper in zip(labels, printed, strict=True):
        assert (on_paper.width, on_paper.height) == (
            roll.width * dots_per_mm,
            roll.height * dots_per_mm,
        )
        assert on_paper.unicode
        assert on_paper.copies == 1
        ((x, y, factor, data),) = on_paper.codes
        # The letter is the error correction, A the automatic mode.
        assert data == f"QA,{label.payload}"
        side = 21 * factor
        assert x + side + 4 * factor <= on_paper.texts[0][0], "text in the quiet zone"
        assert y + side <= on_paper.height - 2 * dots_per_mm
        texts = [text for *_, text in on_paper.texts]
        assert label.lot_line in "".join(texts)
        assert all(line in texts for line in label.date_lines)
        for left, top, size, _ in on_paper.texts:
            assert left < on_paper.width
            assert top + size <= on_paper.height - 2 * dots_per_mm + 1
            assert size >= 2 * dots_per_mm, "smaller than 2 mm"


def test_a_label_printer_gets_letters_of_any_script() -> None:
    label = BottleLabel("B-1", "Żółw 漢", "Ж^7", None)
    printout = zpl_labels([label], ROLLS["70x37"])
    (on_paper,) = zpl_printer(printout.data)
    assert [text for *_, text in on_paper.texts][:2] == ["Żółw 漢", "Lot Ж^7"]
    assert printout.replaced == ()


@given(NASTY)
def test_zpl_field_data_is_the_text_and_no_command(text: str) -> None:
    written = field(text)
    assert not set(written) & set("^~\\\n")
    assert written.isascii()
    (on_paper,) = zpl_printer(f"^XA^FO0,0^A0N,9,9^FH^FD{written}^FS^XZ".encode())
    assert on_paper.texts == [(0, 0, 9, text)]


@given(LABELS)
def test_no_text_is_a_command_for_a_label_printer(label: BottleLabel) -> None:
    try:
        printout = zpl_labels([label], ROLLS["70x37"])
    except LabelError:
        return  # too wide, and not cut
    (on_paper,) = zpl_printer(printout.data)
    assert [data for *_, data in on_paper.codes] == [f"QA,{label.payload}"]
    texts = [text for *_, text in on_paper.texts]
    assert "".join(texts[1:]).endswith("".join((*label.date_lines, label.bottle)))


def test_a_lot_too_long_for_a_roll_is_refused_not_cut() -> None:
    with pytest.raises(LabelError, match="does not fit in full"):
        zpl_labels([BottleLabel("B-1", "P", "W" * 100, None)], ROLLS["50x25"])


def test_the_escpos_dialogue() -> None:
    payload = SEALED.payload.encode()
    assert escpos_labels([SEALED]).data == (
        b"\x1b@\x1bt\x10"
        b"\x1d(k\x04\x001A2\x00"
        b"\x1d(k\x03\x001C\x06"
        b"\x1d(k\x03\x001E2"
        b"\x1d(k" + bytes([len(payload) + 3, 0]) + b"1P0" + payload + b"\x1d(k\x03\x001Q0"
        b"Halden Carbon Black\nLot 24-117\nExp 2027-06-30\nOpened __________\n"
        b"Use by __________\nB-0017\n"
        b"\x1bd\x03\x1dVB\x00"
    )


@pytest.mark.parametrize("columns", [20, 32, 42, 48, 96])
def test_a_receipt_printer_cuts_one_slip_for_each_bottle(columns: int) -> None:
    labels = [SEALED, OPENED, BARE, LONG_LOT]
    slips = receipt_printer(escpos_labels(labels, columns=columns).data)
    assert [slip.codes for slip in slips] == [[label.payload] for label in labels]
    for label, slip in zip(labels, slips, strict=True):
        assert label.lot_line in "".join(slip.lines)
        assert slip.lines[-4:] == [*label.date_lines, label.bottle]
        assert max(map(len, slip.lines)) <= columns
        assert slip.fed == 3


def test_letters_outside_the_code_page_are_marked_and_told() -> None:
    printout = escpos_labels([BottleLabel("B-1", "Żółw €š", "Ж7", None)])
    (slip,) = receipt_printer(printout.data)
    assert slip.lines[:2] == [f"{MARK}ó{MARK}w €š", f"Lot {MARK}7"]
    assert printout.replaced == ("Ż", "ł", "Ж")


@given(st.lists(LABELS, min_size=1, max_size=3), st.integers(20, 96))
def test_no_text_is_a_command_for_a_receipt_printer(
    labels: list[BottleLabel], columns: int
) -> None:
    slips = receipt_printer(escpos_labels(labels, columns=columns).data)
    assert [slip.codes for slip in slips] == [[label.payload] for label in labels]
    for label, slip in zip(labels, slips, strict=True):
        lot = unicodedata.normalize("NFC", label.lot_line)
        assert len("".join(slip.lines[1:-4])) == len(lot)


@pytest.mark.parametrize("columns", [0, 19, 97])
def test_paper_that_is_too_narrow_is_refused(columns: int) -> None:
    with pytest.raises(LabelError, match=f"columns: {columns}"):
        escpos_labels([SEALED], columns=columns)
