"""Tables derived again from the events are the tables that were."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, text, update

from kiosk.ledger import reader
from kiosk.ledger.events import Event
from kiosk.ledger.projections import Unprojectable
from kiosk.ledger.rebuild import rebuild
from kiosk.ledger.verify import verify
from kiosk.storage import tables as t
from kiosk.storage.engine import open_engine, reading, writing
from tests.ledger.stories import (
    DAY,
    DILUENT,
    INSTRUMENT_YEAR,
    PRODUCT,
    STOCK_YEAR,
    delivery,
    mix,
    record,
    tables,
    tell,
    tone,
)


def test_a_rebuild_of_good_tables_changes_and_reports_nothing(engine: Engine) -> None:
    tell(engine)
    tell(engine, STOCK_YEAR)
    tell(engine, INSTRUMENT_YEAR)
    with writing(engine) as connection:
        before = tables(connection)
        report = rebuild(connection)
        assert tables(connection) == before
    assert report.events == len(DAY) + len(STOCK_YEAR) + len(INSTRUMENT_YEAR)
    assert report.differed == ()
    assert {table.name for table in report.tables} == {table.name for table in t.PROJECTIONS}
    assert all(table.rows_before == table.rows_after > 0 for table in report.tables)


def test_a_rebuild_mends_and_names_what_differed(engine: Engine) -> None:
    tell(engine)
    with writing(engine) as connection:
        good = tables(connection)
    with writing(engine) as connection:
        connection.execute(delete(t.movements).where(t.movements.c.line == 2))
        connection.execute(update(t.bottles).values(remaining_ul=5))
        connection.execute(insert(t.operators).values(operator="eve", role="manager"))
    with reading(engine) as connection:
        assert set(verify(connection).projections_differ) == {"movements", "bottles", "operators"}
    with writing(engine) as connection:
        report = rebuild(connection)
    assert set(report.differed) == {"movements", "bottles", "operators"}
    counts = {table.name: (table.rows_before, table.rows_after) for table in report.tables}
    assert counts["movements"] == (4, 6)
    assert counts["operators"] == (2, 1)
    assert counts["bottles"] == (3, 3)
    with reading(engine) as connection:
        assert tables(connection) == good
        assert verify(connection).ok


def test_a_rebuild_leaves_what_events_do_not_tell(engine: Engine) -> None:
    tell(engine)
    with writing(engine) as connection:
        connection.execute(insert(t.client_keys).values(client="C1", key=b"secret"))
        connection.execute(insert(t.credentials).values(operator="anna", pin_hash="$argon2id$"))
        connection.execute(delete(t.visits).where(text("1 = 0")))
        connection.execute(update(t.visits).values(opened_by="eve"))
        rebuild(connection)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM client_keys")) == 1
        assert connection.scalar(text("SELECT pin_hash FROM credentials")) == "$argon2id$"
        assert connection.scalar(text("SELECT opened_by FROM visits")) == "anna"


def test_a_rebuild_holds_the_log_and_so_needs_a_writing_transaction(engine: Engine) -> None:
    tell(engine)
    with reading(engine) as connection, pytest.raises(RuntimeError, match="only reads"):
        rebuild(connection)


@pytest.fixture
def both(sqlite_url: str, postgresql_url: str) -> Iterator[tuple[Engine, Engine]]:
    engines = open_engine(sqlite_url), open_engine(postgresql_url)
    yield engines
    for engine in engines:
        engine.dispose()


# Few names, so that events meet each other: the same bottle twice, a lot that was never received.
_few = st.sampled_from(["1", "2", "3"])
_volume = st.integers(0, 3000)
_day = st.sampled_from(["2026-01-30", "2026-01-31", "2026-02-01"])


def _events() -> st.SearchStrategy[Event]:
    def part(values: tuple[str, str, int]) -> tuple[str, str, str, int]:
        bottle, lot, qty = values
        return (f"B{bottle}", f"L{lot}", "pigment", qty)

    parts = st.lists(st.tuples(_few, _few, _volume).map(part), max_size=3)
    bottles = st.lists(st.tuples(_few.map("B{}".format), _volume), max_size=2)
    reason = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
    qty = st.integers(-2000, 500)
    moved = st.fixed_dictionaries(
        {"type": st.just("dispense"), "qty_ul": qty, "ref": _few, "reason": reason}
    )
    made = {
        "product.added": (_few.map("P{}".format), st.sampled_from([PRODUCT, DILUENT])),
        "lot.received": (
            _few.map("L{}".format),
            st.builds(lambda p, b: delivery(f"P{p}", *b), _few, bottles),
        ),
        "lot.released": (_few.map("L{}".format), st.fixed_dictionaries({"reason": reason})),
        "lot.quarantined": (_few.map("L{}".format), st.fixed_dictionaries({"reason": reason})),
        "bottle.opened": (_few.map("B{}".format), st.fixed_dictionaries({"opened_on": _day})),
        "stock.moved": (_few.map("B{}".format), moved),
        "client.registered": (_few.map("C{}".format), st.just({})),
        "visit.opened": (
            _few.map("V{}".format),
            st.builds(lambda c: {"client": f"C{c}"}, _few),
        ),
        "visit.closed": (_few.map("V{}".format), st.just({})),
        "tone.accepted": (
            _few.map("V{}".format),
            st.builds(tone, st.sampled_from(["skin", "hair"]), _few),
        ),
        "mix.confirmed": (
            _few.map("M{}".format),
            st.builds(lambda p, v, c: mix(*p, visit=f"V{v}", client=f"C{c}"), parts, _few, _few),
        ),
        "stop.met": (_few, st.fixed_dictionaries({"text": reason, "x": st.floats(-1, 1)})),
    }
    return st.one_of(
        [st.builds(Event, st.just(kind), entity, body) for kind, (entity, body) in made.items()]
    )


GROUND = [
    Event("product.added", "P1", PRODUCT),
    Event("lot.received", "L1", delivery("P1", ("B1", 3000), ("B2", 1000))),
    Event("client.registered", "C1", {}),
    Event("visit.opened", "V1", {"client": "C1"}),
]


@dataclass
class Outcome:
    accepted: list[bool]
    tables: dict[str, list[tuple[Any, ...]]]
    head: str | None


def live_through(connection: Connection, events: list[Event]) -> Outcome:
    accepted = []
    for event in GROUND + events:
        try:
            record(connection, event)
            accepted.append(True)
        except Unprojectable:
            accepted.append(False)
    assert verify(connection).ok
    lived = tables(connection)
    for table in reversed(t.PROJECTIONS):
        connection.execute(delete(table))
    rebuild(connection)
    assert tables(connection) == lived
    return Outcome(accepted, lived, reader.head(connection))


def balances(outcome: Outcome) -> dict[str, int]:
    sums: dict[str, int] = {}
    for _seq, _line, bottle, _type, qty, *_ in outcome.tables["movements"]:
        sums[bottle] = sums.get(bottle, 0) + qty
    return sums


@pytest.mark.postgresql
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(_events(), max_size=25))
def test_any_history_gives_the_same_tables_lived_or_replayed_on_either_back_end(
    both: tuple[Engine, Engine], events: list[Event]
) -> None:
    outcomes = []
    for engine in both:
        # Rolled back each time, so that every history begins with an empty ledger.
        with engine.connect() as connection, connection.begin() as transaction:
            outcomes.append(live_through(connection, events))
            transaction.rollback()
    on_sqlite, on_postgresql = outcomes
    assert on_sqlite == on_postgresql
    remaining = {row[0]: row[3] for row in on_sqlite.tables["bottles"]}
    assert balances(on_sqlite) == remaining
    assert all(volume >= 0 for volume in remaining.values())
