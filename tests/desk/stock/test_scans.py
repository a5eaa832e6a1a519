"""What a scanned code means in a clinic, and what it learns of its products."""

from __future__ import annotations

import pytest

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock.receiving import Delivery, receive
from kiosk.desk.stock.scans import (
    article_of,
    find_products,
    foreign,
    recognise,
    remember_article,
    usual_size,
)
from kiosk.inventory.model import ARTICLES, Identifier
from kiosk.inventory.scanning import Reading
from kiosk.stops import Severity
from tests.desk.clinic import CARBON, PMU, WATER, Clinic
from tests.desk.stock.parts import require_whole

GTIN = "09521234543213"


def test_a_bottle_of_the_clinic_comes_with_what_speaks_against_it(clinic: Clinic) -> None:
    clinic.add(CARBON)
    name = clinic.deliver(release=False)
    meaning = recognise(clinic.desk, Reading(bottle=name))
    assert meaning.bottle is not None
    assert [stop.rule for stop in meaning.bottle.stops] == ["LOT-QUARANTINE"]
    other = recognise(clinic.desk, Reading(bottle="B-0999"))
    assert (other.bottle, other.stranger) == (None, "B-0999")


def test_an_article_number_is_learned_once_and_leads_to_product_and_lots(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    clinic.deliver(lot_no="SS 202")
    clinic.deliver(lot_no="SS-2021")
    scanned = Reading(gtin=GTIN, lot="ss-202")
    assert recognise(clinic.desk, scanned).products == ()
    assert remember_article(clinic.desk, clinic.owner, CARBON.id, GTIN)
    meaning = recognise(clinic.desk, scanned)
    assert [product.id for product in meaning.products] == [CARBON.id]
    # Whole numbers are compared, without case and spaces; a longer one is another lot.
    assert meaning.lots == ("L-0001",)
    before = clinic.kinds()
    assert not remember_article(clinic.desk, clinic.owner, CARBON.id, GTIN)
    assert clinic.kinds() == before
    with pytest.raises(DeskError, match=f"{GTIN} belongs to {CARBON.id}"):
        remember_article(clinic.desk, clinic.owner, WATER.id, GTIN)
    require_whole(clinic)


def test_learning_a_number_keeps_the_others_and_what_is_declared(clinic: Clinic) -> None:
    clinic.add(CARBON)
    for number in (GTIN, "A999 12345"):
        remember_article(clinic.desk, clinic.owner, CARBON.id, number)
    (known,) = find_products(clinic.desk, "smp-carbon")
    assert known.declared == {ARTICLES: [GTIN, "A999 12345"]}
    assert known.colourants == CARBON.colourants


def test_a_number_that_came_with_a_delivery_is_enough(clinic: Clinic) -> None:
    clinic.add(CARBON)
    receive(
        clinic.desk,
        clinic.owner,
        Delivery(CARBON.id, "A-1", None, "", 10_000, 1, identifiers=(Identifier("GTIN", GTIN),)),
    )
    meaning = recognise(clinic.desk, Reading(gtin=GTIN))
    assert [product.id for product in meaning.products] == [CARBON.id]


def test_health_industry_codes_have_a_number_too() -> None:
    assert article_of(Reading(labeller="A999", product="12345")) == "A999 12345"
    assert article_of(Reading(gtin=GTIN)) == GTIN
    assert article_of(Reading(lot="A-1")) == ""


def test_what_was_never_received_is_a_safety_stop_that_names_it(clinic: Clinic) -> None:
    clinic.add(CARBON)
    remember_article(clinic.desk, clinic.owner, CARBON.id, GTIN)
    for reading, said in (
        (Reading(bottle="B-0999"), "B-0999 is on no bottle of this clinic."),
        (Reading(gtin=GTIN, lot="X-1"), "Lot X-1 of Halden SMP Carbon Black was never received"),
        (Reading(gtin=GTIN), "its code names no lot"),
        (Reading(gtin="09506000134352"), "Nothing of this clinic carries this code"),
    ):
        stop = foreign(reading, recognise(clinic.desk, reading))
        assert stop.severity is Severity.SAFETY
        assert said in stop.sentence


def test_products_are_found_by_part_of_their_name_and_an_exact_id_alone(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER, PMU)
    assert [p.id for p in find_products(clinic.desk, "smp")] == ["SMP-CARBON"]
    assert [p.id for p in find_products(clinic.desk, "")] == ["PMU", "SMP-CARBON", "WATER"]
    assert [p.id for p in find_products(clinic.desk, "pmu")] == ["PMU"]
    assert find_products(clinic.desk, "100%") == ()


def test_the_usual_size_is_that_of_the_newest_bottle(clinic: Clinic) -> None:
    clinic.add(CARBON)
    assert usual_size(clinic.desk, CARBON.id) == 0
    clinic.deliver(ml=10)
    clinic.deliver(ml=15, lot_no="25-1")
    assert usual_size(clinic.desk, CARBON.id) == 15_000
    with pytest.raises(NotFound):
        remember_article(clinic.desk, clinic.owner, "NOPE", GTIN)
