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
    INSTRUMENT_YEAR,
    NOW,
    NOW_TEXT,
    PRODUCT,
    STOCK_YEAR,
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


def test_the_stories_have_every_kind_that_changes_a_table() -> None:
    assert {event.kind for event in [*DAY, *STOCK_YEAR, *INSTRUMENT_YEAR]} >= KINDS


def test_a_day_gives_these_rows(engine: Engine) -> None:
    tell(engine)
    assert rows(engine, t.clinic) == [
        {"id": 1, "name": "Zöpfchen ✂", "timezone": "Europe/Vienna", "profile": ""}
    ]
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
        "declared": "{}",
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
            "invoice": "",
            "seal": "unknown",
            "label": "{}",
            "verdict": "",
            "rules_version": "",
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
            "invoice": "",
            "seal": "unknown",
            "label": "{}",
            "verdict": "",
            "rules_version": "",
        },
    ]
    assert [tuple(row.values())[:5] for row in rows(engine, t.bottles)] == [
        ("B1", "L1", 12_000, 12_000 - 100 - 250, "2026-01-31"),
        ("B2", "L1", 12_000, 12_000, None),
        ("B3", "L2", 30_000, 25_000, None),
    ]
    assert [tuple(row.values())[:-1] for row in rows(engine, t.movements)] == [
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
            "closed": "",
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


def one(engine: Engine, table: Table, **key: Any) -> dict[str, Any]:
    (found,) = [row for row in rows(engine, table) if key.items() <= row.items()]
    return found


def test_what_befalls_stock_gives_these_rows(engine: Engine) -> None:
    tell(engine)
    tell(engine, STOCK_YEAR)
    assert one(engine, t.suppliers) == {
        "supplier": "S1", "name": "Kopf & Co", "state": "APPROVED", "reason": "new papers",
    }  # fmt: skip
    assert one(engine, t.lots, lot="L3") == {
        "lot": "L3", "product": "P3", "lot_no": "SS 203", "label_expiry": "2027-05-31",
        "received_on": "2026-01-30", "supplier": "Kopf & Co", "invoice": "R-7", "seal": "intact",
        "label": "{}", "state": "DISPOSED", "reason": "burnt", "verdict": "BODY_TATTOO",
        "rules_version": "2",
    }  # fmt: skip
    assert [(row["kind"], row["normal"]) for row in rows(engine, t.lot_identifiers)] == [
        ("LOT", "ss203")
    ]
    assert one(engine, t.bottles, bottle="B4") == {
        "bottle": "B4", "lot": "L3", "size_ul": 10_000, "remaining_ul": 9_400,
        "opened_on": "2026-02-02", "place": "Room 1", "sent_to": "", "held": "", "claimed_by": None,
        "claimed_actor": None, "claimed_at": None, "claimed_until": None, "drops_per_ml": 21.5,
    }  # fmt: skip
    assert one(engine, t.bottles, bottle="B5")["sent_to"] == "Room 2"
    assert one(engine, t.bottles, bottle="B6")["remaining_ul"] == 9_700
    booked = [
        (row["type"], row["qty_ul"], row["corrects"])
        for row in rows(engine, t.movements)
        if row["bottle"] in {"B4", "B6"} and row["type"] != "receive"
    ]
    assert booked == [
        ("discard", -1000, None),
        ("correct", 500, 32),
        ("count_adjust", -100, None),
        ("nonconforming_use", -300, None),
    ]
    assert one(engine, t.nonconformances)["rules"] == '["INK-B06"]'
    assert one(engine, t.documents)["withdrawn"] == "forged"
    assert [(row["version"], row["state"]) for row in rows(engine, t.recalls)] == [
        (1, "CLOSED"),
        (2, "CLOSED"),
    ]
    assert [(row["lot"], row["version"]) for row in rows(engine, t.recalled_lots)] == [
        ("L2", 2),
        ("L3", 2),
    ]
    assert one(engine, t.recall_contacts)["state"] == "reached"
    assert one(engine, t.products, product="P3")["colourants"] == '["CI 74160"]'
    assert one(engine, t.assets)["state"] == "OUT OF SERVICE"
    planned = [row["day"] for row in rows(engine, t.planned_sessions)]
    assert planned == ["2026-03-05", "2026-03-12"]
    assert one(engine, t.clinic)["profile"] == "EU"
    assert one(engine, t.mixes)["closed"] == "discarded"
    assert [row["token"] for row in rows(engine, t.commands)] == ["delivery-1", "t-1"]
    assert one(engine, t.merges)["last"] == 3
    # Of what a client told only the newest record counts.
    assert one(engine, t.screenings)["record"] == "R9"


def test_the_same_command_cannot_stand_twice(engine: Engine) -> None:
    tell(engine)
    out = {"type": "discard", "qty_ul": -10, "ref": "", "reason": "spilt", "token": "t-1"}
    tell(engine, [Event("stock.moved", "B1", out)])
    assert "contradicts" in refused(engine, Event("stock.moved", "B1", out))


def test_a_count_against_another_book_is_refused(engine: Engine) -> None:
    tell(engine, STOCKED)
    line = {"bottle": "B1", "book_ul": 1, "counted_ul": 2, "reason": ""}
    assert "against a book of 1 µl" in refused(
        engine, Event("stock.counted", "c", {"lines": [line]})
    )


def test_what_two_kiosks_took_while_apart_stands_and_holds_the_bottle(engine: Engine) -> None:
    tell(engine, STOCKED)
    out = {"type": "dispense", "ref": "", "reason": "x", "qty_ul": -7_000}
    tell(engine, [Event("stock.moved", "B1", out)])
    assert "which holds 5000 µl" in refused(engine, Event("stock.moved", "B1", out))
    with writing(engine) as connection:
        merged = {"kiosk": "kiosk-2", "first": 1, "last": 1}
        record(connection, Event("exchange.merged", "kiosk-2", merged))
        record(connection, Event("stock.moved", "B1", out), kiosk="kiosk-2")
    row = one(engine, t.bottles, bottle="B1")
    assert row["remaining_ul"] == -2_000
    assert "count it" in row["held"]
    line = {"bottle": "B1", "book_ul": -2_000, "counted_ul": 100, "reason": "counted"}
    tell(engine, [Event("stock.counted", "c", {"lines": [line]})])
    row = one(engine, t.bottles, bottle="B1")
    assert (row["remaining_ul"], row["held"]) == (100, "")


def test_a_year_of_instruments_gives_these_rows(engine: Engine) -> None:
    tell(engine, INSTRUMENT_YEAR)
    assert rows(engine, t.reference_tiles) == [
        {
            "serial": "T-1",
            "seq": 1,
            "owner": None,
            "certificate": '{"colour":"white","serial":"T-1"}',
            "retired": "chipped",
        },
        {
            "serial": "T-2",
            "seq": 2,
            "owner": "CR30-1234",
            "certificate": '{"serial":"T-2"}',
            "retired": None,
        },
    ]
    (fit,) = rows(engine, t.corrections)
    assert (fit["seq"], fit["serial"], fit["digest"]) == (4, "A1", "ab" * 32)
    (study,) = rows(engine, t.studies)
    assert (study["seq"], study["report"]) == (5, '{"repeats":3}')
    (bridge,) = rows(engine, t.bridges)
    assert (bridge["ours"], bridge["theirs"]) == ("CR30 CR30-1234", "CM-700d 42")
    assert bridge["offer"] == '{"form":"scale"}'


def test_a_reference_nobody_added_cannot_be_retired(engine: Engine) -> None:
    assert "nobody has added" in refused(
        engine, Event("reference.retired", "T-9", {"reason": "lost"})
    )
