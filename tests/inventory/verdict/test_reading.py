"""Declarations from documents: strict about names and types, and saying how to mend them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.model import Kind
from kiosk.inventory.verdict.declaration import Container, Seal
from kiosk.inventory.verdict.reading import DeclarationError, declaration_from


def test_a_whole_document_is_read() -> None:
    said = declaration_from(
        {
            "brand": "Halden", "line": "Carbon", "shade": "Black", "kind": "diluent",
            "intended_use": "SMP", "colourants": ["CI 77266"], "ingredients": ["Aqua"],
            "ingredients_complete": True, "smp_statement": "letter", "claims": ["vegan"],
            "label": {"lot_no": "0042", "expiry": "2027-02", "pao_months": 12, "sterile": True,
                      "eu_statement": "Mixture for use in ...", "contains": ["nickel"],
                      "container": "refilled"},
            "documents": {"sds_dated": "2025-01-31", "label_photo": True, "invoice": True,
                          "certificates": [{"lot_no": "0042", "dated": "2026-01-02",
                                            "values": {"Pb": 0.1, "BaP": "<0,005"},
                                            "sterile": True}]},
            "delivery": {"supplier_approved": True, "seal": "broken",
                         "codes": {"lot_as_scanned": False}},
            "recalls": ["a notice"],
        }
    )  # fmt: skip
    assert (said.kind, said.label.lot_no, said.label.expiry) == (
        Kind.DILUENT, "0042", date(2027, 2, 28),
    )  # fmt: skip
    assert said.label.eu_statement is True
    assert said.label.container is Container.REFILLED
    assert said.documents.sds_dated == date(2025, 1, 31)
    lead, bap = said.documents.certificates[0].results
    assert (lead.mg_per_kg, bap.mg_per_kg, bap.below) == (0.1, 0.005, True)
    assert said.delivery is not None
    assert said.delivery.seal is Seal.BROKEN
    assert said.delivery.codes.lot_as_scanned is False
    assert said.lot_certificates


def test_what_is_not_said_is_not_there() -> None:
    said = declaration_from({})
    assert said.ingredients is None
    assert said.delivery is None
    assert not said.label.sterile
    assert not said.sterile_stated
    assert declaration_from({"label": {"eu_statement": " "}}).label.eu_statement is False


@pytest.mark.parametrize("name", ["lot", "batch", "lot_no"])
def test_the_lot_number_goes_by_the_names_people_write(name: str) -> None:
    assert declaration_from({"label": {name: "10.19.18"}}).label.lot_no == "10.19.18"


@pytest.mark.parametrize(
    ("document", "field", "mend"),
    [
        ({"brnd": "x"}, "brnd", "brand"),
        ({"label": {"steril": True}}, "label.steril", "sterile"),
        ({"label": {"refilled": True}}, "label.refilled", "container"),
        ({"documents": {"sds": "2025-01-01"}}, "documents.sds", "sds_dated"),
        ({"documents": {"certificates": [{"value": {}}]}}, "documents.certificates[0].value",
         "values"),
        ({"delivery": {"codes": {"lot": True}}}, "delivery.codes.lot", "lot_as_scanned"),
        ({"colourants": "CI 77266"}, "colourants", "kind"),
        ({"colourants": ["CI 77266", 77266]}, "colourants[1]", "kind"),
        ({"label": []}, "label", "kind"),
        ({"kind": "ink"}, "kind", "kind"),
        ({"label": {"sterile": "yes"}}, "label.sterile", "kind"),
        ({"label": {"container": "bucket"}}, "label.container", "kind"),
        ({"label": {"expiry": "04.2022"}}, "label.expiry", "2027-06"),
        ({"label": {"expiry": "2027-02-30"}}, "label.expiry", "2027-06"),
        ({"label": {"expiry": "2027-13"}}, "label.expiry", "2027-06"),
        ({"label": {"pao_months": 0}}, "label.pao_months", "120"),
        ({"label": {"lot": "1", "lot_no": "2"}}, "label.lot_no", "Keep one"),
        ({"documents": {"certificates": [{"values": {"Pb": -1}}]}},
         "documents.certificates[0].values.Pb", "mg/kg"),
        ({"documents": {"certificates": [{"values": {"Pb": "n.d."}}]}},
         "documents.certificates[0].values.Pb", "mg/kg"),
        ([], "document", "kind"),
        ("ink", "document", "kind"),
    ],
)  # fmt: skip
def test_an_error_names_the_field_and_the_mend(document: Any, field: str, mend: str) -> None:
    with pytest.raises(DeclarationError) as error:
        declaration_from(document)
    assert error.value.field == field
    assert mend in error.value.mend
    assert error.value.problem


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["brand", "label", "lot", "expiry", "documents", "certificates", "values"]
            )
            | st.text(max_size=5),
            inside,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(anything)
def test_any_document_is_a_declaration_or_an_error_with_a_mend(document: Any) -> None:
    found = None
    try:
        declaration_from(document)
    except DeclarationError as error:
        found = error
    assert found is None or (found.field and found.mend)
