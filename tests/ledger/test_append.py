"""Appending: gapless, all or nothing, one writer at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select, text

from kiosk.ledger import chain, reader
from kiosk.ledger.canonical import LedgerValueError
from kiosk.ledger.events import Event
from kiosk.ledger.projections import Unprojectable
from kiosk.ledger.verify import verify
from kiosk.ledger.writer import append
from kiosk.storage.engine import open_engine, reading, writing
from kiosk.storage.tables import ledger
from tests.ledger.child import Child
from tests.ledger.stories import DAY, NOW, NOW_TEXT, record, tables, tell


def test_events_stand_in_order_each_naming_the_leaf_before_it(engine: Engine) -> None:
    recorded = tell(engine)
    with reading(engine) as connection:
        rows = connection.execute(select(ledger).order_by(ledger.c.seq)).all()
    assert [row.seq for row in rows] == list(range(1, len(DAY) + 1))
    assert [row.kind for row in rows] == [event.kind for event in DAY]
    assert {row.at for row in rows} == {NOW_TEXT}
    previous = chain.EMPTY
    for row, done in zip(rows, recorded, strict=True):
        assert f'"prev":"{previous}"' in row.payload
        assert bytes(row.leaf).hex() == done.leaf
        previous = done.leaf


def test_what_append_returns_is_what_is_read_back(engine: Engine) -> None:
    recorded = tell(engine, [*DAY, Event("note.made", "V1", {"ratio": 1.0, "pair": (1, 2)})])
    with reading(engine) as connection:
        assert reader.tail(connection, 100)[::-1] == recorded
    assert recorded[-1].body == {"ratio": 1, "pair": [1, 2]}
    assert recorded[-1].at == NOW.replace(microsecond=250_000)


def test_each_kiosk_has_a_sequence_of_its_own(engine: Engine) -> None:
    with writing(engine) as connection:
        note = Event("note.made", "x", {})
        first = record(connection, note, note, kiosk="left")
        second = record(connection, note, kiosk="right")
        third = record(connection, note, kiosk="left")
    places = [(one.seq, one.kiosk, one.kiosk_seq) for one in [*first, *second, *third]]
    assert places == [(1, "left", 1), (2, "left", 2), (3, "right", 1), (4, "left", 3)]


def test_no_events_are_no_change(engine: Engine) -> None:
    assert tell(engine, []) == []
    with reading(engine) as connection:
        assert (reader.count(connection), reader.head(connection)) == (0, None)
        assert verify(connection).ok


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def give_up() -> None:
        with writing(engine) as connection:
            record(connection, *DAY)
            raise LookupError

    with pytest.raises(LookupError):
        give_up()
    with reading(engine) as connection:
        assert reader.count(connection) == 0
        assert not any(tables(connection).values())


def test_an_event_that_contradicts_the_tables_takes_its_neighbours_with_it(engine: Engine) -> None:
    tell(engine)
    with reading(engine) as connection:
        before = tables(connection)
    # Caught inside the transaction, which then commits: still all or nothing.
    with writing(engine) as connection, pytest.raises(Unprojectable, match="L1"):
        record(connection, Event("client.registered", "C2", {}), DAY[6])
    with reading(engine) as connection:
        assert tables(connection) == before
        assert reader.count(connection) == len(DAY)
        assert verify(connection).ok


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kiosk": ""}, "kiosk"),
        ({"actor": "a" * 65}, "actor"),
        ({"actor": "a\0"}, "actor"),
        ({"events": [Event("k" * 65, "e", {})]}, "kind"),
        ({"events": [Event("kind", "", {})]}, "entity"),
        ({"events": [Event("kind", "e", {"at": NOW})]}, "body.at"),
        ({"at": NOW.replace(tzinfo=None)}, "at"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_and_leaves_nothing(
    engine: Engine, changed: dict[str, object], field: str
) -> None:
    arguments = {"kiosk": "k", "actor": "a", "at": NOW, "events": [Event("kind", "e", {})]}
    with pytest.raises(LedgerValueError) as caught, writing(engine) as connection:
        append(connection, **(arguments | changed))  # type: ignore[arg-type]
    assert caught.value.field == field
    with reading(engine) as connection:
        assert reader.count(connection) == 0


def test_a_reading_transaction_cannot_append_nor_write_otherwise(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(RuntimeError, match="only reads"):
        record(connection, *DAY)
    with pytest.raises(Exception, match="read but not written"), reading(engine) as connection:
        connection.execute(text("DELETE FROM clients"))
    tell(engine)


def test_a_reader_sees_one_moment_while_another_writes(engine: Engine) -> None:
    tell(engine)
    with reading(engine) as connection:
        before = tables(connection)
        tell(engine, [Event("client.registered", "C2", {})])
        assert tables(connection) == before
        assert verify(connection).ok
    with reading(engine) as connection:
        assert tables(connection) != before


def test_two_threads_leave_no_gap(engine: Engine) -> None:
    together = threading.Barrier(2)

    def work(kiosk: str) -> None:
        together.wait()
        for number in range(20):
            with writing(engine) as connection:
                # What was read under the lock is still so when the event is appended.
                seen = reader.count(connection)
                (done,) = record(
                    connection,
                    Event("client.registered", f"{kiosk}-{number}", {}),
                    kiosk=kiosk,
                )
                assert done.seq == seen + 1

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["left", "right"]))
    with reading(engine) as connection:
        found = verify(connection)
    assert (found.ok, found.events) == (True, 40)


def test_two_processes_leave_no_gap(database_url: str) -> None:
    with Child() as left, Child() as right:
        for child, kiosk in ((left, "left"), (right, "right")):
            child.send("append", database_url, kiosk, "20")
        assert (left.answer(), right.answer()) == ("done", "done")
    engine = open_engine(database_url)
    with reading(engine) as connection:
        found = verify(connection)
        kiosks = [event.kiosk for event in reader.tail(connection, 40)]
    engine.dispose()
    assert (found.ok, found.events) == (True, 40)
    assert kiosks.count("left") == kiosks.count("right") == 20
