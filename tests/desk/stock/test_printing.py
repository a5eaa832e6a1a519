"""Labels of what stands on the shelf, for four kinds of printer."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock.lot_page import find_stock
from kiosk.desk.stock.printing import FORMS, labels_for, print_labels
from kiosk.inventory.scanning import decode
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic


def test_a_label_says_what_the_container_says_and_when_it_ends(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    water = clinic.deliver("WATER", lot_no=" W/31 ")
    (sealed,) = labels_for(clinic.desk, water)
    assert (sealed.product, sealed.lot_no) == ("Aqua Sterile water", " W/31 ")
    assert (sealed.expiry, sealed.opened_on, sealed.use_by) == (date(2027, 6, 30), None, None)
    stock.open_bottle(clinic.desk, clinic.owner, water)
    (opened,) = labels_for(clinic.desk, water)
    # One month after opening comes before the label's own date, which the label still shows.
    assert (opened.expiry, opened.opened_on) == (date(2027, 6, 30), TODAY)
    assert opened.use_by == date(2026, 4, 2)


def test_an_opened_bottle_may_still_end_by_its_label(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    bottle = sqlite_clinic.deliver(label=date(2026, 5, 31))
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, bottle)
    assert labels_for(sqlite_clinic.desk, bottle)[0].use_by == date(2026, 5, 31)


def test_a_lot_is_labelled_as_far_as_it_is_there(clinic: Clinic) -> None:
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver(bottles=3))
    first, second, third = clinic.bottles_of(lot)
    stock.open_bottle(clinic.desk, clinic.owner, second)
    stock.dispense(clinic.desk, clinic.owner, second, 10_000, "", "test")
    assert [label.bottle for label in labels_for(clinic.desk, lot=lot)] == [first, third]
    # By its name an empty one is labelled too, in the order that was asked for, and once.
    asked = labels_for(clinic.desk, third, second, third)
    assert [label.bottle for label in asked] == [third, second]


def test_the_code_on_a_label_leads_back_to_its_bottle(clinic: Clinic) -> None:
    clinic.add(CARBON)
    bottle = clinic.deliver()
    (label,) = labels_for(clinic.desk, bottle)
    read = decode(label.payload, today=TODAY).reading.bottle
    assert read == bottle
    assert find_stock(clinic.desk, read)[0].bottle == bottle


def test_every_form_prints_every_bottle(clinic: Clinic) -> None:
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver(bottles=2))
    labels = labels_for(clinic.desk, lot=lot)
    begins = {"pdf": b"%PDF-", "zpl": b"^XA", "escpos": b"\x1b@", "text": b"---"}
    assert set(begins) == set(FORMS)
    for form, head in begins.items():
        printout = print_labels(labels, form)
        assert printout.data.startswith(head)
        assert printout == print_labels(labels, form)
        if form != "pdf":
            for label in labels:
                assert label.bottle.encode() in printout.data


def test_the_sheet_the_roll_and_the_paper_can_be_chosen(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    labels = labels_for(sqlite_clinic.desk, sqlite_clinic.deliver())
    first = print_labels(labels, "pdf", grid="4x10", start=1)
    last = print_labels(labels, "pdf", grid="4x10", start=40)
    assert first.data != last.data
    assert b"^PW560" in print_labels(labels, "zpl", roll="70x37").data
    # The product's name, 23 letters, fits a line of 32 and not one of 20.
    assert b"Halden SMP Carbon Black\n" in print_labels(labels, "escpos", columns=32).data
    assert b"Halden SMP Carbon Black\n" not in print_labels(labels, "escpos", columns=20).data


@pytest.mark.parametrize(
    ("form", "options", "said"),
    [
        ("png", {}, "form: there is no 'png'"),
        ("pdf", {"grid": "9x9"}, "grid: there is no '9x9'"),
        ("pdf", {"start": 25}, "no place 25"),
        ("zpl", {"roll": "1x1"}, "roll: there is no '1x1'"),
        ("escpos", {"columns": 5}, "columns: 5"),
    ],
)
def test_what_cannot_be_printed_says_what_can(
    sqlite_clinic: Clinic, form: str, options: dict[str, object], said: str
) -> None:
    sqlite_clinic.add(CARBON)
    labels = labels_for(sqlite_clinic.desk, sqlite_clinic.deliver())
    with pytest.raises(DeskError, match=said) as error:
        print_labels(labels, form, **options)
    assert error.value.hint


def test_there_is_something_to_label_or_a_sentence(sqlite_clinic: Clinic) -> None:
    desk = sqlite_clinic.desk
    sqlite_clinic.add(CARBON)
    bottle = sqlite_clinic.deliver(ml=1)
    with pytest.raises(DeskError, match="labels: "):
        labels_for(desk)
    with pytest.raises(DeskError, match="labels: "):
        labels_for(desk, bottle, lot="L-0001")
    with pytest.raises(NotFound, match="B-9"):
        labels_for(desk, "B-9")
    with pytest.raises(NotFound, match="L-9"):
        labels_for(desk, lot="L-9")
    with pytest.raises(DeskError, match="labels: "):
        print_labels(())
    stock.open_bottle(desk, sqlite_clinic.owner, bottle)
    stock.dispense(desk, sqlite_clinic.owner, bottle, 1000, "", "test")
    with pytest.raises(DeskError, match="nothing is left"):
        labels_for(desk, lot="L-0001")
