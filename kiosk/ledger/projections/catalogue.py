"""What a clinic buys and from whom: products, suppliers, documents, and things that fall due."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    Day,
    Digest,
    Projection,
    ShortWord,
    Unprojectable,
    Word,
    projection,
)
from kiosk.storage.tables import assets, documents, products, suppliers


class ProductDeclared(Body, frozen=True):
    """A product as its label and papers declare it; `pao_months` is the period after opening."""

    brand: str
    line: str
    shade: str
    kind: ShortWord
    intended_use: str
    colourants: list[str]
    sterile: bool
    pao_months: Count | None
    declared: dict[str, Any] = msgspec.field(default_factory=dict)


class SupplierNamed(Body, frozen=True):
    """Who delivers."""

    name: str


class Judged(Body, frozen=True):
    """Why something changed its standing."""

    reason: str


class DocumentAttached(Body, frozen=True):
    """A file that is kept by its hash; `facts` is what was read off it."""

    subject: ID
    kind: ShortWord
    sha256: Digest
    name: str
    dated: Day | None
    facts: dict[str, Any]


class DocumentWithdrawn(Body, frozen=True):
    """Which document no longer counts, by the number of the event that attached it."""

    document: int
    reason: str


class AssetAdded(Body, frozen=True):
    """Something that is used and falls due: a tile, a probe, a balance."""

    kind: Word
    serial: str
    due_on: Day | None
    note: str


class AssetServiced(Body, frozen=True):
    """Until when it is good now."""

    due_on: Day | None
    note: str


def _product(body: ProductDeclared) -> dict[str, Any]:
    return {
        "brand": body.brand,
        "line": body.line,
        "shade": body.shade,
        "kind": body.kind,
        "intended_use": body.intended_use,
        "colourants": encode(body.colourants).decode(),
        "sterile": body.sterile,
        "pao_months": body.pao_months,
        "declared": encode(body.declared).decode(),
    }


def _add(connection: Connection, event: Recorded, body: ProductDeclared) -> None:
    connection.execute(insert(products), {"product": event.entity, **_product(body)})


def _amend(connection: Connection, event: Recorded, body: ProductDeclared) -> None:
    done = connection.execute(
        update(products).where(products.c.product == event.entity).values(**_product(body))
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "amends a product that was never added")


def _supplier(connection: Connection, event: Recorded, body: SupplierNamed) -> None:
    row = {"supplier": event.entity, "name": body.name, "state": "APPROVED", "reason": ""}
    connection.execute(insert(suppliers), row)


def _supplier_to(state: str) -> Projection:
    def judge(connection: Connection, event: Recorded, body: Judged) -> None:
        done = connection.execute(
            update(suppliers)
            .where(suppliers.c.supplier == event.entity)
            .values(state=state, reason=body.reason)
        )
        if done.rowcount == 0:
            raise Unprojectable(event, "judges a supplier that was never added")

    return projection(Judged, judge)


def _attach(connection: Connection, event: Recorded, body: DocumentAttached) -> None:
    connection.execute(
        insert(documents),
        {
            "seq": event.seq,
            "subject": body.subject,
            "kind": body.kind,
            "sha256": body.sha256,
            "name": body.name,
            "dated": body.dated,
            "facts": encode(body.facts).decode(),
            "withdrawn": "",
        },
    )


def _withdraw(connection: Connection, event: Recorded, body: DocumentWithdrawn) -> None:
    done = connection.execute(
        update(documents).where(documents.c.seq == body.document).values(withdrawn=body.reason)
    )
    if done.rowcount == 0:
        raise Unprojectable(event, f"withdraws document {body.document}, which was never attached")


def _asset(connection: Connection, event: Recorded, body: AssetAdded) -> None:
    connection.execute(
        insert(assets),
        {
            "asset": event.entity,
            "kind": body.kind,
            "serial": body.serial,
            "due_on": body.due_on,
            "state": "IN SERVICE",
            "note": body.note,
        },
    )


def _service(connection: Connection, event: Recorded, body: AssetServiced) -> None:
    done = connection.execute(
        update(assets)
        .where(assets.c.asset == event.entity)
        .values(due_on=body.due_on, note=body.note, state="IN SERVICE")
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "services an asset that was never added")


def _retire(connection: Connection, event: Recorded, body: Judged) -> None:
    done = connection.execute(
        update(assets)
        .where(assets.c.asset == event.entity)
        .values(state="OUT OF SERVICE", note=body.reason)
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "retires an asset that was never added")


PROJECTIONS = {
    "product.added": projection(ProductDeclared, _add),
    "product.amended": projection(ProductDeclared, _amend),
    "supplier.added": projection(SupplierNamed, _supplier),
    "supplier.blocked": _supplier_to("BLOCKED"),
    "supplier.approved": _supplier_to("APPROVED"),
    "document.attached": projection(DocumentAttached, _attach),
    "document.withdrawn": projection(DocumentWithdrawn, _withdraw),
    "asset.added": projection(AssetAdded, _asset),
    "asset.serviced": projection(AssetServiced, _service),
    "asset.retired": projection(Judged, _retire),
}
