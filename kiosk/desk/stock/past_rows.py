"""The rows of the lists that show what happened, from the ledger and the tables beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from kiosk.inventory.sheets.rows import MovementRow, NonConformanceRow, OverrideRow
from kiosk.ledger.canonical import decode
from kiosk.storage import tables as t

#: Conditions on the ledger; none for all of it.
Where = list[ColumnElement[bool]]


def _body(payload: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = decode(payload)["body"]
    return body


def movements(connection: Connection, where: Where) -> Iterable[MovementRow]:
    """Every movement, with who else signed it."""
    rows = connection.execute(
        select(
            t.movements,
            t.ledger.c.at,
            t.ledger.c.actor,
            t.ledger.c.kind,
            t.ledger.c.payload,
            t.lots.c.lot,
            t.lots.c.lot_no,
            t.lots.c.product,
        )
        .select_from(
            t.ledger.join(t.movements, t.movements.c.seq == t.ledger.c.seq)
            .join(t.bottles)
            .join(t.lots)
        )
        .where(*where)
    )
    for row in rows:
        yield MovementRow(
            row.seq,
            datetime.fromisoformat(row.at),
            row.type,
            row.bottle,
            row.lot,
            row.lot_no,
            row.product,
            row.qty_ul,
            row.reason,
            row.actor,
            _second(row.kind, row.payload, row.bottle),
            row.ref,
        )


def _second(kind: str, payload: str, bottle: str) -> str:
    """Who else signed a movement; that stands in its event alone."""
    if '"second"' not in payload:
        return ""
    body = _body(payload)
    if kind == "stock.counted":
        return next((line["second"] for line in body["lines"] if line["bottle"] == bottle), "")
    return str(body.get("second", ""))


def overrides(connection: Connection, where: Where) -> Iterable[OverrideRow]:
    """Every POLICY stop that somebody signed for, with the bottle it spoke of."""
    mixed = t.ledger.alias()
    rows = connection.execute(
        select(
            t.ledger.c.seq,
            t.ledger.c.at,
            t.ledger.c.actor,
            t.ledger.c.entity,
            t.ledger.c.payload,
            t.mixes.c.visit,
            mixed.c.payload.label("mix_payload"),
        )
        .select_from(
            t.ledger.outerjoin(t.mixes, t.mixes.c.mix == t.ledger.c.entity).outerjoin(
                mixed, mixed.c.seq == t.mixes.c.seq
            )
        )
        .where(t.ledger.c.kind == "stop.passed", *where)
    ).all()
    names = _product_names(connection)
    for row in rows:
        body = _body(row.payload)
        part = _part_meant(body["sentence"], row.mix_payload)
        yield OverrideRow(
            row.seq,
            datetime.fromisoformat(row.at),
            body["rule"],
            part.get("product", ""),
            names.get(part.get("product", ""), ""),
            part.get("lot", ""),
            part.get("lot_no", ""),
            part.get("bottle", ""),
            body["reason"],
            row.actor,
            str(body.get("second", "")),
            part.get("rules_version", ""),
            row.visit or row.entity,
        )


def _part_meant(sentence: str, mix: str | None) -> Mapping[str, Any]:
    """Which bottle of a mix a stop spoke of: the one it names, else the pigment's.

    A stop that was passed without a mix (an old calibration) speaks of none.
    """
    if mix is None:
        return {}
    parts: list[Mapping[str, Any]] = _body(mix)["parts"]
    words = set(re.findall(r"[\w-]+", sentence))
    return next((part for part in parts if part["bottle"] in words), parts[0])


def _product_names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(t.products)).all()
    return {row.product: " ".join(filter(None, (row.brand, row.line, row.shade))) for row in rows}


def non_conformances(connection: Connection, where: Where) -> Iterable[NonConformanceRow]:
    """Every use in spite of a block."""
    rows = connection.execute(
        select(
            t.nonconformances,
            t.ledger.c.at,
            t.ledger.c.actor,
            t.ledger.c.payload,
            t.lots.c.lot_no,
            t.lots.c.product,
        )
        .select_from(
            t.nonconformances.join(t.ledger, t.ledger.c.seq == t.nonconformances.c.seq).join(
                t.lots, t.lots.c.lot == t.nonconformances.c.lot
            )
        )
        .where(*where)
    )
    for row in rows:
        body = _body(row.payload)
        yield NonConformanceRow(
            row.seq,
            datetime.fromisoformat(row.at),
            date.fromisoformat(row.used_on),
            row.actor,
            row.bottle,
            row.lot,
            row.lot_no,
            row.product,
            row.qty_ul,
            row.visit or "",
            tuple(body["rules"]),
            body["found"],
            body["action"],
        )
