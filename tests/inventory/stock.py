"""Products, lots and bottles to decide about; every argument that is left out is harmless."""

from __future__ import annotations

from datetime import date

from kiosk.inventory.model import Bottle, Kind, Lot, LotState, Product

TODAY = date(2026, 5, 1)


def pigment(
    use: str = "Scalp micropigmentation (SMP)",
    *colourants: str,
    product: str = "P",
    pao_months: int | None = 12,
) -> Product:
    declared = colourants or ("CI 77266",)
    return Product(
        product, "Halden", "Carbon", "Black", Kind.PIGMENT, use, declared, True, pao_months
    )


def diluent(*, sterile: bool = True, line: str = "Sterile water") -> Product:
    return Product("D", "Aqua", line, "", Kind.DILUENT, "Dilution", (), sterile, 1)


def bottle(
    product: Product,
    *,
    name: str = "B-0001",
    lot_no: str = "24-117",
    label: date | None = date(2027, 6, 30),
    state: LotState = LotState.RELEASED,
    opened: date | None = None,
    received: date = date(2026, 1, 5),
    holds_ul: int = 10_000,
    reason: str = "",
) -> Bottle:
    lot = Lot("L-0001", product, lot_no, label, received, state, "Meridian", reason)
    return Bottle(name, lot, 10_000, holds_ul, opened)
