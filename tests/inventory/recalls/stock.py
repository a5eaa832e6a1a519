"""Notices and lots to match; every argument that is left out is harmless."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.inventory.recalls.findings import Preview
from kiosk.inventory.recalls.matcher import preview
from kiosk.inventory.recalls.notice import (
    LotNumber,
    Material,
    Notice,
    NoticeKind,
    NumberKind,
    ProductName,
    Reach,
    Scope,
    Window,
)
from kiosk.inventory.recalls.notice_file import from_document
from kiosk.inventory.recalls.stock import Stock, StockBottle, StockLot

DATA = Path(__file__).parent / "data"


def documents() -> dict[str, dict[str, Any]]:
    """The real notices as JSON documents, by id."""
    listed = json.loads((DATA / "notices.json").read_text("utf-8"))
    return {document["id"]: document for document in listed}


def real(name: str) -> Notice:
    return from_document(documents()[name])


def numbers(*values: str, kind: NumberKind = NumberKind.LOT) -> tuple[LotNumber, ...]:
    return tuple(LotNumber(kind, value) for value in values)


def notice(
    *lots: str | tuple[LotNumber, ...],
    reach: Reach | None = None,
    windows: tuple[Window, ...] = (),
    brand: str = "Halden",
    aliases: tuple[str, ...] = (),
    products: tuple[ProductName, ...] = (ProductName("Carbon", "Black"),),
    material: Material | None = Material.PIGMENT,
    version: int = 1,
    name: str = "N-1",
) -> Notice:
    named = tuple(numbers(lot) if isinstance(lot, str) else lot for lot in lots)
    return Notice(
        id=name,
        version=version,
        source="US FDA",
        kind=NoticeKind.RECALL,
        issued_on="2019-05-15",
        brand=brand,
        aliases=aliases,
        products=products,
        material=material,
        scope=Scope(reach or (Reach.LOTS if named else Reach.ALL_LOTS), named, windows),
        hazard="microbial contamination",
        reference="F-1236-2019",
        url="",
    )


def lot(
    *values: str | LotNumber,
    name: str = "L1",
    brand: str = "Halden",
    line: str = "Carbon",
    shade: str = "Black",
    kind: Material = Material.PIGMENT,
    received: date | None = date(2018, 9, 1),
    bottles: tuple[StockBottle, ...] = (StockBottle("B1", 5_000, True),),
) -> StockLot:
    found = tuple(v if isinstance(v, LotNumber) else numbers(v)[0] for v in values)
    return StockLot(name, brand, line, shade, kind, found, received, bottles)


def found(what: Notice, lots: Iterable[StockLot]) -> Preview:
    return preview(what, Stock(lots))


def is_hit(what: Notice, one: StockLot) -> bool:
    return found(what, [one]).lots == {one.id}
