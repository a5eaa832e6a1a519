"""A declaration from what the clinic has on its shelf: product, lot, and the papers about both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from kiosk.inventory.model import BESIDE_THE_INK, Document, Lot, Product
from kiosk.inventory.profiles import Certificate
from kiosk.inventory.verdict.declaration import (
    Codes,
    Declaration,
    Delivery,
    Documents,
    Label,
    Seal,
)
from kiosk.inventory.verdict.reading import declaration_from, label_from, results_from

#: Kinds of documents that the rules ask for; others are kept and decide nothing.
SHEET, CERTIFICATE, PHOTO, INVOICE = "sds", "certificate", "label-photo", "invoice"


@lru_cache(maxsize=1024)
def declaration_of_product(product: Product) -> Declaration:
    """What is declared of a product as such; no lot, no papers.

    `product.declared` may hold `ingredients`, `ingredients_complete`, `smp_statement` and `claims`,
    besides what is `BESIDE_THE_INK`.

    Raises:
        DeclarationError: it holds something else.
    """
    said = declaration_from(
        {name: fact for name, fact in product.declared.items() if name not in BESIDE_THE_INK}
    )
    return replace(
        said,
        brand=product.brand,
        line=product.line,
        shade=product.shade,
        kind=product.kind,
        intended_use=product.intended_use,
        colourants=product.colourants,
        label=Label(sterile=product.sterile, pao_months=product.pao_months),
        own_entry=True,
    )


def declaration_of_lot(
    lot: Lot,
    documents: Iterable[Document] = (),
    *,
    supplier_approved: bool,
    codes: Codes | None = None,
    last_day: date | None = None,
    recalls: tuple[str, ...] = (),
) -> Declaration:
    """What is declared of one lot, with the papers on it and on its product.

    `documents` are those whose subject is the lot or its product; withdrawn ones are left out here.
    `lot.label` holds `Label`'s facts by their names. A certificate's facts are `lot_no`, `values`
    (substance to mg/kg) and `sterile`; attached to the lot without a number it is for that lot, and
    attached to the product without a number it is for none.

    Raises:
        DeclarationError: label or facts hold something else.
    """
    product = declaration_of_product(lot.product)
    papers = [paper for paper in documents if not paper.withdrawn]
    sheets = [paper.dated for paper in papers if paper.kind == SHEET and paper.dated]
    label = label_from(dict(lot.label)) if lot.label else Label()
    return replace(
        product,
        label=replace(
            label,
            lot_no=lot.lot_no,
            expiry=lot.label_expiry,
            pao_months=label.pao_months or product.label.pao_months,
            sterile=label.sterile or (product.label.sterile and "sterile" not in lot.label),
        ),
        documents=Documents(
            max(sheets, default=None),
            tuple(_certificate(paper, lot) for paper in papers if paper.kind == CERTIFICATE),
            any(paper.kind == PHOTO for paper in papers),
            bool(lot.invoice.strip()) or any(paper.kind == INVOICE for paper in papers),
        ),
        delivery=Delivery(supplier_approved, Seal(lot.seal), codes or Codes()),
        last_day=last_day,
        recalls=recalls,
    )


def _certificate(paper: Document, lot: Lot) -> Certificate:
    lot_no = str(paper.facts.get("lot_no") or (lot.lot_no if paper.subject == lot.id else ""))
    return Certificate(
        lot_no,
        paper.dated,
        results_from(paper.facts.get("values", {}), f"document {paper.seq}: values"),
        paper.facts.get("sterile") is True,
    )
