"""The lists: which columns, in which order, for which rows."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from kiosk.inventory.sheets.cells import day, instant, ml, several, ul, yes
from kiosk.inventory.sheets.rows import (
    HeldRow,
    LotRow,
    MovementRow,
    NonConformanceRow,
    OpenedRow,
    OverrideRow,
    StockRow,
)
from kiosk.inventory.sheets.sheet import Column, Sheet


def _undated_last(value: date | None) -> date:
    return value or date.max


STOCK_ON_HAND: Final[Sheet[StockRow]] = Sheet(
    "stock-on-hand",
    (
        Column("product", lambda row: row.product),
        Column("product_name", lambda row: row.product_name),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("bottle", lambda row: row.bottle),
        Column("state", lambda row: row.state),
        Column("verdict", lambda row: row.verdict),
        Column("usable", lambda row: yes(row.usable)),
        Column("label_expiry", lambda row: day(row.label_expiry)),
        Column("effective_expiry", lambda row: day(row.effective_expiry)),
        Column("opened_on", lambda row: day(row.opened_on)),
        Column("size_ul", lambda row: ul(row.size_ul)),
        Column("size_ml", lambda row: ml(row.size_ul)),
        Column("remaining_ul", lambda row: ul(row.remaining_ul)),
        Column("remaining_ml", lambda row: ml(row.remaining_ul)),
        Column("place", lambda row: row.place),
    ),
    lambda row: (row.product, _undated_last(row.effective_expiry), row.lot, row.bottle),
)

LOTS_BY_EXPIRY: Final[Sheet[LotRow]] = Sheet(
    "lots-by-expiry",
    (
        Column("effective_expiry", lambda row: day(row.effective_expiry)),
        Column("label_expiry", lambda row: day(row.label_expiry)),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("identifiers", lambda row: several(row.identifiers)),
        Column("product", lambda row: row.product),
        Column("product_name", lambda row: row.product_name),
        Column("state", lambda row: row.state),
        Column("received_on", lambda row: day(row.received_on)),
        Column("supplier", lambda row: row.supplier),
        Column("invoice", lambda row: row.invoice),
        Column("bottles", lambda row: str(row.bottles)),
        Column("remaining_ul", lambda row: ul(row.remaining_ul)),
        Column("remaining_ml", lambda row: ml(row.remaining_ul)),
    ),
    lambda row: (_undated_last(row.effective_expiry), row.product, row.lot),
)

MOVEMENTS: Final[Sheet[MovementRow]] = Sheet(
    "movements",
    (
        Column("seq", lambda row: str(row.seq)),
        Column("at", lambda row: instant(row.at)),
        Column("type", lambda row: row.type),
        Column("bottle", lambda row: row.bottle),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("product", lambda row: row.product),
        Column("in_ul", lambda row: ul(max(row.qty_ul, 0))),
        Column("out_ul", lambda row: ul(max(-row.qty_ul, 0))),
        Column("in_ml", lambda row: ml(max(row.qty_ul, 0))),
        Column("out_ml", lambda row: ml(max(-row.qty_ul, 0))),
        Column("reason", lambda row: row.reason),
        Column("actor", lambda row: row.actor),
        Column("second_actor", lambda row: row.second_actor),
        Column("ref", lambda row: row.ref),
    ),
    lambda row: (row.seq, row.bottle),
)

OPENED_BOTTLES: Final[Sheet[OpenedRow]] = Sheet(
    "opened-bottles",
    (
        Column("bottle", lambda row: row.bottle),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("product", lambda row: row.product),
        Column("product_name", lambda row: row.product_name),
        Column("opened_on", lambda row: day(row.opened_on)),
        Column("opened_by", lambda row: row.opened_by),
        Column("label_expiry", lambda row: day(row.label_expiry)),
        Column("effective_expiry", lambda row: day(row.effective_expiry)),
        Column("period_assumed", lambda row: yes(row.pao_assumed)),
        Column("remaining_ul", lambda row: ul(row.remaining_ul)),
        Column("remaining_ml", lambda row: ml(row.remaining_ul)),
        Column("place", lambda row: row.place),
    ),
    lambda row: (_undated_last(row.effective_expiry), row.bottle),
)

HELD_LOTS: Final[Sheet[HeldRow]] = Sheet(
    "quarantine-and-recall",
    (
        Column("state", lambda row: row.state),
        Column("since", lambda row: instant(row.since)),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("product", lambda row: row.product),
        Column("product_name", lambda row: row.product_name),
        Column("reason", lambda row: row.reason),
        Column("notice", lambda row: row.notice),
        Column("lifts", lambda row: row.lifts),
        Column("supplier", lambda row: row.supplier),
        Column("bottles", lambda row: str(row.bottles)),
        Column("remaining_ul", lambda row: ul(row.remaining_ul)),
        Column("remaining_ml", lambda row: ml(row.remaining_ul)),
    ),
    lambda row: (row.state, row.since, row.lot),
)

OVERRIDES: Final[Sheet[OverrideRow]] = Sheet(
    "overrides",
    (
        Column("seq", lambda row: str(row.seq)),
        Column("at", lambda row: instant(row.at)),
        Column("rule", lambda row: row.rule),
        Column("product", lambda row: row.product),
        Column("product_name", lambda row: row.product_name),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("bottle", lambda row: row.bottle),
        Column("rationale", lambda row: row.rationale),
        Column("signed_by", lambda row: row.signed_by),
        Column("second_signature", lambda row: row.second_signature),
        Column("rules_version", lambda row: row.rules_version),
        Column("session", lambda row: row.session),
    ),
    lambda row: (row.seq, row.rule),
)

NON_CONFORMANCES: Final[Sheet[NonConformanceRow]] = Sheet(
    "non-conformances",
    (
        Column("seq", lambda row: str(row.seq)),
        Column("entered_at", lambda row: instant(row.entered_at)),
        Column("used_on", lambda row: day(row.used_on)),
        Column("actor", lambda row: row.actor),
        Column("bottle", lambda row: row.bottle),
        Column("lot", lambda row: row.lot),
        Column("lot_no", lambda row: row.lot_no),
        Column("product", lambda row: row.product),
        Column("used_ul", lambda row: ul(row.qty_ul)),
        Column("used_ml", lambda row: ml(row.qty_ul)),
        Column("session", lambda row: row.session),
        Column("blocks", lambda row: several(row.blocks)),
        Column("found_by", lambda row: row.found_by),
        Column("action", lambda row: row.action),
    ),
    lambda row: (row.seq, row.bottle),
)

#: Every list by its name.
SHEETS: Final[dict[str, Sheet[Any]]] = {
    sheet.name: sheet
    for sheet in (
        STOCK_ON_HAND,
        LOTS_BY_EXPIRY,
        MOVEMENTS,
        OPENED_BOTTLES,
        HELD_LOTS,
        OVERRIDES,
        NON_CONFORMANCES,
    )
}
