"""A day in a clinic, told in events that have every kind with a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from kiosk.ledger.events import Event, Recorded
from kiosk.ledger.writer import append
from kiosk.storage.engine import writing
from kiosk.storage.tables import PROJECTIONS

NOW = datetime(2026, 1, 31, 9, 5, 0, 250_999, UTC)
NOW_TEXT = "2026-01-31T09:05:00.250Z"

PRODUCT = {
    "brand": "Nordic",
    "line": "Scalp",
    "shade": "Graphite",
    "kind": "PIGMENT",
    "intended_use": "SMP",
    "colourants": ["CI 77266", "CI 77499"],
    "sterile": True,
    "pao_months": 6,
}
DILUENT = PRODUCT | {"shade": "Clear", "kind": "DILUENT", "colourants": [], "pao_months": None}


def delivery(product: str, *bottles: tuple[str, int], lot_no: str = "A 17") -> dict[str, Any]:
    return {
        "product": product,
        "lot_no": lot_no,
        "label_expiry": "2027-06-30",
        "received_on": "2026-01-30",
        "supplier": "Kopf & Co",
        "bottles": [{"bottle": name, "size_ul": size} for name, size in bottles],
    }


def tone(surface: str, record: str) -> dict[str, Any]:
    return {
        "surface": surface,
        "record": record,
        "digest": "ab" * 32,
        "instrument": "CR30-1234",
        "readings": 5,
        "mcdm": 0.41,
    }


def mix(*parts: tuple[str, str, str, int], visit: str = "V1", client: str = "C1") -> dict[str, Any]:
    return {
        "visit": visit,
        "client": client,
        "ratio": 20,
        "pigment_ul": 250,
        "diluent_ul": 5000,
        "parts": [
            {"bottle": bottle, "lot": lot, "role": role, "qty_ul": qty}
            for bottle, lot, role, qty in parts
        ],
    }


STOCKED = [
    Event("product.added", "P1", PRODUCT),
    Event("product.added", "P2", DILUENT),
    Event("lot.received", "L1", delivery("P1", ("B1", 12_000), ("B2", 12_000))),
    Event("lot.received", "L2", delivery("P2", ("B3", 30_000), lot_no="")),
]

DAY = [
    Event("clinic.created", "clinic", {"name": "Zöpfchen ✂", "timezone": "Europe/Vienna"}),
    Event("operator.added", "anna", {"role": "practitioner"}),
    Event("operator.signed_in", "anna", {"role": "practitioner"}),
    Event(
        "instrument.calibrated",
        "CR30-1234",
        {
            "model": "cr30",
            "serial": "CR30-1234",
            "step": "white",
            "outcome": "done",
            "detail": {"tile": [0.9, 0.88], "firmware": "1.0"},
        },
    ),
    *STOCKED,
    Event("lot.released", "L1", {"reason": "certificate seen"}),
    Event("lot.released", "L2", {"reason": "certificate seen"}),
    Event("bottle.opened", "B1", {"opened_on": "2026-01-31"}),
    Event("client.registered", "C1", {}),
    Event("visit.opened", "V1", {"client": "C1"}),
    Event("tone.accepted", "V1", tone("skin", "R1")),
    Event("tone.accepted", "V1", tone("hair", "R2")),
    Event(
        "recommendation.made",
        "V1",
        {
            "status": "recipe",
            "advised_ratio": 20,
            "anchored": True,
            "constants_version": "2026.1",
            "lot": "L1",
            "record": "R3",
            "digest": "cd" * 32,
        },
    ),
    Event(
        "stock.moved",
        "B1",
        {"type": "dispense", "qty_ul": -100, "ref": "card", "reason": "swatch"},
    ),
    Event("mix.confirmed", "M1", mix(("B1", "L1", "pigment", 250), ("B3", "L2", "diluent", 5000))),
    Event(
        "lot.card_read",
        "L1",
        {
            "read_on": "2026-02-01",
            "law": "ks",
            "strength": 0.97,
            "ink": "carbon-like",
            "detail": {"worst_miss": 0.9},
        },
    ),
    Event(
        "anchor.added",
        "A1",
        {
            "product": "P1",
            "ratio": 25,
            "strength": 0.97,
            "skin": [57.0, 11.5, 17.0],
            "hair": [18.4, -0.05, -0.84],
        },
    ),
    Event("outcome.judged", "O1", {"client": "C1", "mix": "M1", "record": "r9", "digest": "d9"}),
    Event("visit.closed", "V1", {}),
]


def record(connection: Connection, *events: Event, kiosk: str = "kiosk-1") -> list[Recorded]:
    return append(connection, kiosk=kiosk, actor="anna", at=NOW, events=events)


def tell(engine: Engine, events: Sequence[Event] = DAY) -> list[Recorded]:
    with writing(engine) as connection:
        return record(connection, *events)


def tables(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every projection's rows, in an order that no collation decides."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in PROJECTIONS
    }
