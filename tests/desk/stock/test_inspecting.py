"""What a release asks for: everywhere the same few things, under a legal profile its whole list."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.stock import catalogue, suppliers
from kiosk.desk.stock.inspecting import choose_profile, inspect_lot
from kiosk.desk.stock.papers import Paper, attach
from kiosk.inventory.model import LotState, Product
from kiosk.ledger import reader
from kiosk.stops import Refused
from kiosk.storage.engine import reading
from tests.desk.clinic import CARBON, WATER, Clinic

# Nickel and chromium that were measured would owe the label a warning.
CLEAN = {"PAH": 0.1, "BaP": "<0.001", "Ni": "<0.1", "Cr": "<0.1"} | dict.fromkeys(
    ("Pb", "Cd", "As", "Hg", "Co", "Sb", "Cu", "Zn", "Se", "Ba", "Sn"), 0.1
)


def waiting(clinic: Clinic, **changes: object) -> str:
    clinic.add(CARBON)
    values = {
        "product": CARBON.id, "lot_no": "24-117", "label_expiry": date(2027, 6, 30),
        "supplier": "Meridian", "bottle_ul": 10_000, "bottles": 2,
    }  # fmt: skip
    made = stock.Delivery(**(values | changes))  # type: ignore[arg-type]
    return stock.receive(clinic.desk, clinic.owner, made).id


def refused(clinic: Clinic, lot: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        stock.release(clinic.desk, clinic.owner, lot)
    return [stop.rule for stop in caught.value.stops]


def complete(clinic: Clinic, lot: str, *, values: dict[str, object] | None = None) -> None:
    """Everything that the EU profile asks for."""
    desk, owner = clinic.desk, clinic.owner
    product = Product(
        CARBON.id, CARBON.brand, CARBON.line, CARBON.shade, CARBON.kind, CARBON.intended_use,
        CARBON.colourants, True, 12,
        {"ingredients": ["Aqua", "CI 77266", "Glycerin"], "ingredients_complete": True},
    )  # fmt: skip
    catalogue.amend_product(desk, owner, product, "safety sheet of 3 March")
    suppliers.add_supplier(desk, owner, "MER", "Meridian")
    attach(desk, owner, lot, Paper("sds", "sds.pdf", b"sheet", date(2025, 5, 1)))
    attach(desk, owner, lot, Paper("invoice", "r7.pdf", b"invoice"))
    facts = {"values": CLEAN if values is None else values, "sterile": True}
    attach(desk, owner, lot, Paper("certificate", "coa.pdf", b"coa", date(2026, 1, 5), facts))


def test_without_a_profile_a_release_says_what_it_went_without(clinic: Clinic) -> None:
    lot = waiting(clinic)
    found = inspect_lot(clinic.desk, lot)
    assert found.profile == ""
    assert found.missing == ()
    assert "Certificate of this lot" in {item.name for item in found.without}
    assert stock.release(clinic.desk, clinic.owner, lot).state is LotState.RELEASED
    with reading(clinic.desk.engine) as connection:
        body = next(
            event.body
            for event in reader.tail(connection, limit=20)
            if event.kind == "lot.released"
        )
    assert "Certificate of this lot" in body["without"]
    assert body["verdict"] == "SMP_SUITABLE"
    # One person received and released it: allowed, and flagged.
    assert body["received_by_same"] is True


def test_ac_s09_a_release_is_refused_by_the_name_of_what_is_missing(clinic: Clinic) -> None:
    lot = waiting(clinic, label={"eu_statement": True}, seal="intact")
    choose_profile(clinic.desk, clinic.owner, "EU")
    rules = refused(clinic, lot)
    assert "CHECKLIST-INGREDIENT-LIST" in rules
    assert "CHECKLIST-CERTIFICATE-OF-THIS-LOT" in rules
    assert "CHECKLIST-APPROVED-SUPPLIER" in rules
    complete(clinic, lot)
    assert stock.release(clinic.desk, clinic.owner, lot).state is LotState.RELEASED


def test_ac_s09_claims_satisfy_nothing(clinic: Clinic) -> None:
    lot = waiting(clinic, label={"eu_statement": True}, seal="intact")
    choose_profile(clinic.desk, clinic.owner, "FR")
    claims = Product(
        CARBON.id, CARBON.brand, CARBON.line, CARBON.shade, CARBON.kind, CARBON.intended_use,
        CARBON.colourants, False, 12, {"claims": ["sterile", "REACH compliant", "vegan"]},
    )  # fmt: skip
    before = {item.name for item in inspect_lot(clinic.desk, lot).missing}
    catalogue.amend_product(clinic.desk, clinic.owner, claims, "new label")
    after = {item.name for item in inspect_lot(clinic.desk, lot).missing}
    assert "Sterile" in after - before
    assert before <= after


def test_ac_s09_without_a_batch_reference_nothing_is_released(clinic: Clinic) -> None:
    lot = waiting(clinic, lot_no="")
    assert "CHECKLIST-BATCH-REFERENCE" in refused(clinic, lot)


def test_a_value_over_the_limit_forbids_the_release_of_any_clinic(clinic: Clinic) -> None:
    lot = waiting(clinic)
    bad = Paper("certificate", "coa.pdf", b"coa", date(2026, 1, 5), {"values": {"Pb": 14.0}})
    attach(clinic.desk, clinic.owner, lot, bad)
    assert "B04" in refused(clinic, lot)


def test_a_certificate_that_comes_late_sends_a_lot_in_use_back(clinic: Clinic) -> None:
    lot = waiting(clinic)
    stock.release(clinic.desk, clinic.owner, lot)
    good = Paper("certificate", "a.pdf", b"a", date(2026, 1, 5), {"values": {"Pb": 0.1}})
    attach(clinic.desk, clinic.owner, lot, good)
    assert inspect_lot(clinic.desk, lot).lot.state is LotState.RELEASED
    bad = Paper("certificate", "b.pdf", b"b", date(2026, 1, 6), {"values": {"Pb": 14.0}})
    attach(clinic.desk, clinic.owner, lot, bad)
    assert inspect_lot(clinic.desk, lot).lot.state is LotState.QUARANTINE


def test_a_diluent_is_asked_for_sterility_everywhere(clinic: Clinic) -> None:
    clinic.add(WATER)
    sterile = stock.Delivery("WATER", "W-1", date(2027, 6, 30), "", 100_000, 1)
    lot = stock.receive(clinic.desk, clinic.owner, sterile).id
    assert stock.release(clinic.desk, clinic.owner, lot).state is LotState.RELEASED


def test_there_are_no_other_profiles_than_those_shipped(clinic: Clinic) -> None:
    with pytest.raises(DeskError, match="profile"):
        choose_profile(clinic.desk, clinic.owner, "ATLANTIS")
