"""Declarations of what stands on the shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.inventory.model import Document, Kind, Lot, LotState, Product
from kiosk.inventory.verdict import Verdict, declaration_of_lot
from kiosk.inventory.verdict.declaration import Container, Seal
from kiosk.inventory.verdict.reading import DeclarationError
from tests.inventory.verdict.declared import judged, keys

PRODUCT = Product(
    "P", "Halden", "Carbon", "Black", Kind.PIGMENT, "SMP", ("CI 77266",), True, 12,
    {"ingredients": ["Aqua", "CI 77266"], "ingredients_complete": True},
)  # fmt: skip
LOT = Lot(
    "L-0001", PRODUCT, "24-117", date(2028, 6, 30), date(2026, 1, 5), LotState.QUARANTINE,
    "Meridian", invoice="R-9", seal="intact", label={"eu_statement": True},
)  # fmt: skip
VALUES = {"BaP": "<0.005", "naphthalene": 0.1, "Pb": 0.1}


def paper(kind: str, subject: str = "L-0001", withdrawn: str = "", **facts: Any) -> Document:
    return Document(7, subject, kind, "0" * 64, "file.pdf", date(2026, 2, 1), facts, withdrawn)


SHEET = paper("sds", "P")
COA = paper("certificate", values=VALUES, sterile=True)


def test_a_lot_with_its_papers_is_suitable() -> None:
    declared = declaration_of_lot(LOT, [SHEET, COA], supplier_approved=True)
    assert judged(declared).verdict is Verdict.SMP_SUITABLE
    assert judged(declared).holds == ()
    assert declared.delivery is not None
    assert declared.delivery.seal is Seal.INTACT


@pytest.mark.parametrize(
    ("papers", "key"),
    [
        ([COA], "S04.missing"),
        ([SHEET], "Q07.require"),
        ([SHEET, replace(COA, withdrawn="the maker took it back")], "Q07.require"),
        ([SHEET, paper("certificate", "P", values=VALUES, sterile=True)], "W08.product"),
        ([SHEET, paper("certificate", lot_no="24-118", values=VALUES)], "W08.other_lot"),
        ([SHEET, paper("certificate", values={**VALUES, "Pb": 0.7}, sterile=True)], "B04"),
    ],
)
def test_papers_count_for_what_they_are_about(papers: list[Document], key: str) -> None:
    found = judged(declaration_of_lot(LOT, papers, supplier_approved=True))
    assert key in keys(found)
    assert found.verdict is not Verdict.SMP_SUITABLE


def test_the_container_says_more_than_the_product() -> None:
    lot = replace(LOT, label={"sterile": False, "container": "refilled", "pao_months": 6})
    declared = declaration_of_lot(lot, supplier_approved=False)
    assert not declared.label.sterile
    assert declared.label.container is Container.REFILLED
    assert declared.label.pao_months == 6
    assert declaration_of_lot(LOT, supplier_approved=False).label.pao_months == 12


def test_a_diluent_whose_container_is_not_marked_sterile_is_unfit() -> None:
    water = Product("W", "Aqua", "Water", "", Kind.DILUENT, "Dilution", (), True, 1)
    lot = replace(LOT, product=water)
    assert (
        judged(declaration_of_lot(lot, supplier_approved=True)).verdict is Verdict.DILUENT_STERILE
    )
    bare = replace(lot, label={"sterile": False})
    assert judged(declaration_of_lot(bare, supplier_approved=True)).verdict is Verdict.DILUENT_UNFIT


@pytest.mark.parametrize(
    "lot",
    [
        replace(LOT, label={"steril": True}),
        replace(LOT, product=replace(PRODUCT, declared={"ingredient": []})),
    ],
)
def test_facts_under_unknown_names_are_refused_and_not_ignored(lot: Lot) -> None:
    with pytest.raises(DeclarationError):
        declaration_of_lot(lot, supplier_approved=True)
