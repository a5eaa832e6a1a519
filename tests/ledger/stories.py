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


#: Another product's life, told after DAY: everything that can befall stock.
STOCK_YEAR = [
    Event("supplier.added", "S1", {"name": "Kopf & Co"}),
    Event("product.added", "P3", PRODUCT | {"shade": "Slate"}),
    Event(
        "lot.received",
        "L3",
        delivery("P3", ("B4", 10_000), ("B5", 10_000), ("B6", 10_000), lot_no="SS 202")
        | {
            "received_on": None,
            "identifiers": [
                {"kind": "LOT", "text": "SS 202", "normal": "ss202"},
                {"kind": "BATCH", "text": "RX-44", "normal": "rx44"},
            ],
            "invoice": "R-7",
            "seal": "intact",
            "label": {"sterile": True},
            "verdict": "SMP_SUITABLE",
            "rules_version": "1",
            "token": "delivery-1",
        },
    ),
    Event(
        "document.attached",
        "L3",
        {
            "subject": "L3",
            "kind": "CoA",
            "sha256": "ef" * 32,
            "name": "coa.pdf",
            "dated": "2026-01-12",
            "facts": {"PAH": 0.2},
        },
    ),
    Event("lot.released", "L3", {"reason": "seen", "verdict": "SMP_SUITABLE"}),
    Event("bottle.placed", "B4", {"place": "Room 1"}),
    Event(
        "bottle.claimed",
        "B4",
        {"kiosk": "kiosk-1", "since": NOW_TEXT, "until": NOW_TEXT, "reason": ""},
    ),
    Event("bottle.opened", "B4", {"opened_on": "2026-02-02"}),
    Event("dropper.measured", "B4", {"drops_per_ml": 21.5}),
    Event(
        "stock.moved",
        "B4",
        {"type": "discard", "qty_ul": -1000, "ref": "", "reason": "spilt", "token": "t-1"},
    ),
    Event(
        "stock.moved",
        "B4",
        {"type": "correct", "qty_ul": 500, "ref": "", "reason": "half of it", "corrects": 32},
    ),
    Event(
        "stock.counted",
        "count-1",
        {"lines": [{"bottle": "B4", "book_ul": 9500, "counted_ul": 9400, "reason": "dried up"}]},
    ),
    Event("bottle.unclaimed", "B4", {}),
    Event("bottle.sent", "B5", {"place": "Room 2"}),
    Event("bottle.held", "B6", {"reason": "leaks"}),
    Event("bottle.freed", "B6", {"reason": "new cap"}),
    Event(
        "use.nonconforming",
        "B6",
        {
            "lot": "L3",
            "qty_ul": 300,
            "used_on": "2026-02-03",
            "visit": "V1",
            "client": "C1",
            "rules": ["INK-B06"],
            "found": "seen by a colleague",
            "action": "client told",
        },
    ),
    Event("lot.quarantined", "L3", {"reason": "question"}),
    Event("lot.held", "L3", {"reason": "notice without a lot"}),
    Event(
        "recall.applied",
        "R1",
        {
            "version": 1,
            "notice": {"brand": "Nordic"},
            "hits": [
                {"lot": "L1", "effect": "RECALLED", "reason": "lot A 17"},
                {"lot": "L3", "effect": "RECALLED", "reason": "lot SS 202"},
            ],
        },
    ),
    Event("lot.recalled", "L3", {"reason": "R1"}),
    Event("recall.contacted", "R1", {"client": "C1", "state": "to-contact"}),
    Event("recall.contacted", "R1", {"client": "C1", "state": "reached"}),
    Event(
        "recall.applied",
        "R1",
        {
            "version": 2,
            "notice": {"brand": "Nordic", "narrowed": True},
            "hits": [{"lot": "L3", "effect": "RECALLED", "reason": "lot SS 202"}],
        },
    ),
    Event(
        "recall.hit",
        "R1",
        {"version": 2, "hit": {"lot": "L2", "effect": "HOLD", "reason": "corrected"}},
    ),
    Event("recall.closed", "R1", {"outcome": "withdrawn", "reason": "maker's letter"}),
    Event(
        "lot.corrected",
        "L3",
        {
            "lot_no": "SS 203",
            "identifiers": [{"kind": "LOT", "text": "SS 203", "normal": "ss203"}],
            "label_expiry": "2027-05-31",
            "received_on": "2026-01-30",
            "label": {},
            "reason": "misread",
        },
    ),
    Event("lot.reclassed", "L3", {"verdict": "BODY_TATTOO", "rules_version": "2"}),
    Event("document.withdrawn", "L3", {"document": 26, "reason": "forged"}),
    Event("product.amended", "P3", PRODUCT | {"shade": "Slate", "colourants": ["CI 74160"]}),
    Event("lot.rejected", "L2", {"reason": "no number"}),
    Event("lot.disposed", "L3", {"reason": "burnt"}),
    Event("supplier.blocked", "S1", {"reason": "forged papers"}),
    Event("supplier.approved", "S1", {"reason": "new papers"}),
    Event("asset.added", "T1", {"kind": "tile", "serial": "9", "due_on": None, "note": ""}),
    Event("asset.serviced", "T1", {"due_on": "2027-01-31", "note": "recertified"}),
    Event("asset.retired", "T1", {"reason": "chipped"}),
    Event("sessions.planned", "C1", {"days": ["2026-03-01"]}),
    Event("sessions.planned", "C1", {"days": ["2026-03-12", "2026-03-05", "2026-03-12"]}),
    Event("mix.closed", "M1", {"how": "discarded", "reason": "recall"}),
    Event("clinic.profile_chosen", "clinic", {"profile": "EU", "version": "2026.1"}),
    Event("exchange.merged", "kiosk-2", {"kiosk": "kiosk-2", "first": 1, "last": 3}),
    Event("screening.recorded", "C1", {"record": "R8", "digest": "12" * 32}),
    Event("screening.recorded", "C1", {"record": "R9", "digest": "34" * 32}),
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


#: A year of looking after instruments: tiles, a head's correction, a study, a bridge.
INSTRUMENT_YEAR = [
    Event(
        "reference.added",
        "T-1",
        {"owner": None, "certificate": {"serial": "T-1", "colour": "white"}},
    ),
    Event("reference.added", "T-2", {"owner": "CR30-1234", "certificate": {"serial": "T-2"}}),
    Event("reference.retired", "T-1", {"reason": "chipped"}),
    Event(
        "correction.fitted",
        "A1",
        {
            "model": "smp-head",
            "serial": "A1",
            "digest": "ab" * 32,
            "chart": "colorchecker24",
            "patches": 24,
            "expected": 1.2,
            "detail": {"chart": "colorchecker24", "tile": "", "document": "{}"},
        },
    ),
    Event(
        "study.finished",
        "CR30-1234",
        {"model": "cr30", "serial": "CR30-1234", "report": {"repeats": 3}},
    ),
    Event(
        "bridge.accepted",
        "CM-700d 42",
        {"ours": "CR30 CR30-1234", "theirs": "CM-700d 42", "offer": {"form": "scale"}},
    ),
]
