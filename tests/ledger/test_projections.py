"""What each kind of event makes of the tables."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select

from kiosk.ledger import reader
from kiosk.ledger.events import Event
from kiosk.ledger.projections import KINDS, Unprojectable
from kiosk.ledger.writer import append
from kiosk.storage import tables as t
from kiosk.storage.engine import reading, writing
from tests.ledger.stories import (
    DAY,
    NOW,
    NOW_TEXT,
    PRODUCT,
    STOCKED,
    delivery,
    mix,
    record,
    tell,
    tone,
)


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


def refused(engine: Engine, *events: Event) -> str:
    with reading(engine) as connection:
        before = reader.head(connection)
    with pytest.raises(Unprojectable) as caught, writing(engine) as connection:
        record(connection, *events)
    with reading(engine) as connection:
        assert reader.head(connection) == before
    return str(caught.value)


def test_the_day_has_every_kind_that_changes_a_table() -> None:
    told = {event.kind for event in DAY}
    assert KINDS - told == {"lot.quarantined", "lot.rejected"}


def test_a_day_gives_these_rows(engine: Engine) -> None:
    tell(engine)
    assert rows(engine, t.clinic) == [{"id": 1, "name": "Zöpfchen ✂", "timezone": "Europe/Vienna"}]
    assert rows(engine, t.operators) == [{"operator": "anna", "role": "practitioner"}]
    assert rows(engine, t.calibrations) == [
        {
            "seq": 4,
            "at": NOW_TEXT,
            "operator": "anna",
            "model": "cr30",
            "serial": "CR30-1234",
            "step": "white",
            "outcome": "done",
            "detail": '{"firmware":"1.0","tile":[0.9,0.88]}',
        }
    ]
    assert rows(engine, t.clients) == [{"client": "C1", "registered_at": NOW_TEXT}]
    assert rows(engine, t.visits) == [
        {
            "visit": "V1",
            "client": "C1",
            "opened_at": NOW_TEXT,
            "opened_by": "anna",
            "closed_at": NOW_TEXT,
        }
    ]
    assert [(row["surface"], row["record"], row["seq"]) for row in rows(engine, t.tones)] == [
        ("hair", "R2", 15),
        ("skin", "R1", 14),
    ]
    assert rows(engine, t.recommendations) == [
        {
            "seq": 16,
            "visit": "V1",
            "status": "recipe",
            "advised_ratio": 20,
            "anchored": True,
            "constants_version": "2026.1",
            "lot": "L1",
            "record": "R3",
            "digest": "cd" * 32,
        }
    ]
    assert rows(engine, t.products)[0] == PRODUCT | {
        "product": "P1",
        "colourants": '["CI 77266","CI 77499"]',
    }
    assert rows(engine, t.products)[1]["pao_months"] is None
    assert rows(engine, t.lots) == [
        {
            "lot": "L1",
            "product": "P1",
            "lot_no": "A 17",
            "label_expiry": "2027-06-30",
            "received_on": "2026-01-30",
            "supplier": "Kopf & Co",
            "state": "OPEN",
            "reason": "certificate seen",
        },
        {
            "lot": "L2",
            "product": "P2",
            "lot_no": "",
            "label_expiry": "2027-06-30",
            "received_on": "2026-01-30",
            "supplier": "Kopf & Co",
            "state": "RELEASED",
            "reason": "certificate seen",
        },
    ]
    assert [tuple(row.values()) for row in rows(engine, t.bottles)] == [
        ("B1", "L1", 12_000, 12_000 - 100 - 250, "2026-01-31"),
        ("B2", "L1", 12_000, 12_000, None),
        ("B3", "L2", 30_000, 25_000, None),
    ]
    assert [tuple(row.values()) for row in rows(engine, t.movements)] == [
        (7, 1, "B1", "receive", 12_000, "L1", ""),
        (7, 2, "B2", "receive", 12_000, "L1", ""),
        (8, 1, "B3", "receive", 30_000, "L2", ""),
        (17, 1, "B1", "dispense", -100, "card", "swatch"),
        (18, 1, "B1", "mix_in", -250, "M1", "pigment"),
        (18, 2, "B3", "mix_in", -5000, "M1", "diluent"),
    ]
    assert rows(engine, t.mixes) == [
        {
            "mix": "M1",
            "seq": 18,
            "visit": "V1",
            "client": "C1",
            "confirmed_at": NOW_TEXT,
            "operator": "anna",
            "ratio": 20,
            "pigment_ul": 250,
            "diluent_ul": 5000,
        }
    ]
    assert rows(engine, t.cards) == [
        {
            "lot": "L1",
            "seq": 19,
            "read_on": "2026-02-01",
            "law": "ks",
            "strength": 0.97,
            "ink": "carbon-like",
            "detail": '{"worst_miss":0.9}',
        }
    ]
    assert rows(engine, t.anchors) == [
        {
            "anchor": "A1",
            "product": "P1",
            "ratio": 25,
            "strength": 0.97,
            # RFC 8785 writes whole floats without a fraction.
            "skin": "[57,11.5,17]",
            "hair": "[18.4,-0.05,-0.84]",
        }
    ]
    assert rows(engine, t.outcomes) == [
        {"seq": 21, "client": "C1", "mix": "M1", "record": "r9", "digest": "d9"}
    ]


def lot_states(engine: Engine, *kinds: str) -> list[str]:
    states = []
    for kind in kinds:
        tell(engine, [Event(kind, "L1", {"reason": f"because {kind}"})])
        (row, _) = rows(engine, t.lots)
        assert row["reason"] == f"because {kind}"
        states.append(row["state"])
    return states


def test_a_lot_goes_where_its_judgements_send_it(engine: Engine) -> None:
    tell(engine, STOCKED)
    assert rows(engine, t.lots)[0]["state"] == "QUARANTINE"
    assert lot_states(engine, "lot.released", "lot.quarantined", "lot.rejected") == [
        "RELEASED",
        "QUARANTINE",
        "REJECTED",
    ]


def test_opening_a_bottle_opens_a_released_lot_and_no_other(engine: Engine) -> None:
    tell(engine, [*STOCKED, Event("bottle.opened", "B1", {"opened_on": "2026-01-31"})])
    assert rows(engine, t.lots)[0]["state"] == "QUARANTINE"
    tell(
        engine,
        [
            Event("lot.released", "L1", {"reason": "seen"}),
            Event("bottle.opened", "B2", {"opened_on": "2026-01-31"}),
        ],
    )
    assert [row["state"] for row in rows(engine, t.lots)] == ["OPEN", "QUARANTINE"]


@pytest.mark.parametrize("days", [("2026-02-01", "2026-03-01"), ("2026-03-01", "2026-02-01")])
def test_the_first_opening_counts_in_whatever_order_it_is_entered(
    engine: Engine, days: tuple[str, str]
) -> None:
    tell(engine, STOCKED)
    tell(engine, [Event("bottle.opened", "B1", {"opened_on": day}) for day in days])
    assert rows(engine, t.bottles)[0]["opened_on"] == "2026-02-01"


def test_a_surface_measured_again_replaces_its_tone_only(engine: Engine) -> None:
    tell(engine)
    tell(engine, [Event("tone.accepted", "V1", tone("skin", "R9"))])
    assert [(row["surface"], row["record"]) for row in rows(engine, t.tones)] == [
        ("hair", "R2"),
        ("skin", "R9"),
    ]


def test_a_bottle_can_be_emptied_to_the_last_microlitre_and_no_further(engine: Engine) -> None:
    tell(engine, STOCKED)
    out = {"type": "discard", "ref": "", "reason": "spilt"}
    tell(engine, [Event("stock.moved", "B1", out | {"qty_ul": -12_000})])
    assert rows(engine, t.bottles)[0]["remaining_ul"] == 0
    sentence = refused(engine, Event("stock.moved", "B1", out | {"qty_ul": -1}))
    assert "takes 1 µl from bottle B1, which holds 0 µl" in sentence
    tell(engine, [Event("stock.moved", "B1", out | {"type": "count_adjust", "qty_ul": 7})])
    assert rows(engine, t.bottles)[0]["remaining_ul"] == 7


def test_a_mix_that_takes_too_much_of_one_part_takes_nothing_of_the_other(engine: Engine) -> None:
    tell(engine)
    before = rows(engine, t.bottles)
    parts = mix(("B3", "L2", "diluent", 100), ("B1", "L1", "pigment", 11_651))
    assert "B1" in refused(engine, Event("mix.confirmed", "M2", parts))
    assert rows(engine, t.bottles) == before
    assert len(rows(engine, t.mixes)) == 1


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (Event("mix.confirmed", "M2", mix(("B1", "L2", "pigment", 1))), "lot L2, not L1"),
        (Event("mix.confirmed", "M2", mix(("B9", "L1", "pigment", 1))), "never received"),
        (Event("mix.confirmed", "M1", mix()), "contradicts"),
        (Event("mix.confirmed", "M2", mix(visit="V9")), "contradicts"),
        (Event("lot.received", "L9", delivery("P9", ("B9", 1))), "contradicts"),
        (Event("lot.received", "L9", delivery("P1", ("B1", 1))), "contradicts"),
        (Event("lot.released", "L9", {"reason": ""}), "never received"),
        (Event("bottle.opened", "B9", {"opened_on": "2026-01-01"}), "never received"),
        (
            Event("stock.moved", "B9", {"type": "x", "qty_ul": 1, "ref": "", "reason": ""}),
            "never received",
        ),
        (Event("visit.opened", "V2", {"client": "C9"}), "contradicts"),
        (Event("visit.closed", "V9", {}), "never opened"),
        (Event("tone.accepted", "V9", tone("skin", "R")), "contradicts"),
        (Event("clinic.created", "clinic", {"name": "B", "timezone": "UTC"}), "contradicts"),
        (Event("operator.added", "anna", {"role": "manager"}), "contradicts"),
        (Event("product.added", "P1", PRODUCT), "contradicts"),
    ],
    ids=lambda value: f"{value.kind}-{value.entity}" if isinstance(value, Event) else "",
)
def test_an_event_that_contradicts_earlier_ones_is_refused_by_name(
    engine: Engine, event: Event, says: str
) -> None:
    tell(engine)
    sentence = refused(engine, event)
    assert sentence.startswith(f"event {len(DAY) + 1} ({event.kind} {event.entity}) ")
    assert says in sentence


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("operator.added", {}, "role"),
        ("operator.added", {"role": "r" * 33}, "role"),
        ("product.added", PRODUCT | {"sterile": 1}, "sterile"),
        ("product.added", PRODUCT | {"pao_months": 2**31}, "pao_months"),
        ("product.added", PRODUCT | {"colourants": [77266]}, "colourants[0]"),
        ("lot.received", delivery("P1") | {"label_expiry": "30.06.2027"}, "label_expiry"),
        ("lot.received", delivery("P1", ("B8", -1)), "bottles[0].size_ul"),
        ("bottle.opened", {"opened_on": "2026-01-31T00:00"}, "opened_on"),
        ("stock.moved", {"type": "x", "qty_ul": 1.5, "ref": "", "reason": ""}, "qty_ul"),
        ("stock.moved", {"type": "x", "qty_ul": "1", "ref": "", "reason": ""}, "qty_ul"),
        ("mix.confirmed", mix(("B1", "L1", "pigment", -5)), "parts[0].qty_ul"),
        ("tone.accepted", tone("s" * 17, "R"), "surface"),
    ],
)
def test_a_body_that_one_back_end_would_take_and_the_other_not_is_refused_by_both(
    engine: Engine, kind: str, body: dict[str, Any], field: str
) -> None:
    tell(engine)
    assert field in refused(engine, Event(kind, "X1", body))


def test_the_first_closing_of_a_visit_counts(engine: Engine) -> None:
    tell(engine)
    again = [Event("visit.closed", "V1", {})]
    with writing(engine) as connection:
        append(connection, kiosk="k", actor="anna", at=NOW + timedelta(hours=1), events=again)
    assert rows(engine, t.visits)[0]["closed_at"] == NOW_TEXT


def test_a_kind_without_a_table_is_only_recorded(engine: Engine) -> None:
    tell(engine, [Event("stop.met", "visit:V1", {"rule": "X", "anything": [None, True, 1.5]})])
    assert not any(rows(engine, table) for table in t.PROJECTIONS)
    with reading(engine) as connection:
        assert reader.count(connection) == 1
