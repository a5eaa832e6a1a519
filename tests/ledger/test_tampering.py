"""Whoever owns the file can change it; the verifier names the first event that does not fit."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from sqlalchemy import Engine, make_url, text

from kiosk.ledger import chain, reader
from kiosk.ledger.rebuild import rebuild
from kiosk.ledger.rows import LedgerDamaged
from kiosk.ledger.verify import Verification, verify
from kiosk.ledger.walk import walk
from kiosk.storage.address import parse
from kiosk.storage.connections import for_migration
from kiosk.storage.engine import open_engine, reading, writing
from tests.ledger.stories import DAY, tell

VICTIM = 5
COLUMNS = ["kiosk", "kiosk_seq", "at", "actor", "kind", "entity", "payload", "leaf"]


class Owner:
    """Somebody with every right on the file or the tables, and none of our guards."""

    def __init__(self, url: str) -> None:
        self._engine = for_migration(parse(url))
        self.sqlite = self._engine.dialect.name == "sqlite"
        if self.sqlite:
            for name in ("ledger_no_update", "ledger_no_delete", "ledger_in_order"):
                self.run(f"DROP TRIGGER {name}")
        else:
            self.run("ALTER TABLE ledger DISABLE TRIGGER ALL")

    def run(self, statement: str, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)

    def ask(self, statement: str, **values: object) -> object:
        with self._engine.begin() as connection:
            return connection.scalar(text(statement), values)

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture
def owner(database_url: str, engine: Engine) -> Iterator[Owner]:
    tell(engine)
    owner = Owner(database_url)
    yield owner
    owner.close()


def verdict(engine: Engine) -> Verification:
    with reading(engine) as connection:
        return verify(connection)


def first_bad(engine: Engine) -> int:
    found = verdict(engine)
    assert not found.ok
    assert found.first_bad is not None
    assert found.reason is not None
    assert found.reason.startswith(f"event {found.first_bad['seq']} ")
    return int(found.first_bad["seq"])


def test_an_untouched_log_is_good(owner: Owner, engine: Engine) -> None:
    found = verdict(engine)
    assert found.ok
    assert (found.events, found.first_bad, found.reason) == (len(DAY), None, None)
    with reading(engine) as connection:
        assert found.head == reader.head(connection) == reader.tail(connection, 1)[0].leaf


def test_any_flipped_byte_of_any_column_is_found_where_it_is(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    tell(engine)
    owner = Owner(sqlite_url)
    owner.close()
    path = str(make_url(sqlite_url).database)
    flips = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for column in COLUMNS:
            (kept, kind) = connection.execute(
                f"SELECT CAST({column} AS BLOB), typeof({column}) FROM ledger WHERE seq = ?",
                (VICTIM,),
            ).fetchone()
            for place in range(len(kept)):
                # 0x01 makes another valid text, 0x80 makes bytes that are no UTF-8.
                for bit in (0x01, 0x80):
                    forged = bytearray(kept)
                    forged[place] ^= bit
                    sql = f"UPDATE ledger SET {column} = CAST(? AS {kind}) WHERE seq = ?"
                    # Another kiosk_seq is refused by its index where a neighbour has it.
                    with suppress(sqlite3.IntegrityError):
                        connection.execute(sql, (bytes(forged), VICTIM))
                        with reading(engine) as snapshot, pytest.raises(LedgerDamaged) as found:
                            list(walk(snapshot))
                        assert found.value.first_bad["seq"] == VICTIM, (column, place, bit)
                        flips += 1
                        connection.execute(sql, (kept, VICTIM))
    assert verdict(engine).ok
    assert flips > 500
    engine.dispose()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found_on_both_back_ends(
    owner: Owner, engine: Engine, column: str
) -> None:
    change = {
        "kiosk_seq": "kiosk_seq + 100",
        "leaf": "zeroblob(32)" if owner.sqlite else "decode(repeat('00', 32), 'hex')",
        "payload": "replace(payload, 'anna', 'hans')",
    }.get(column, f"{column} || 'x'")
    owner.run(f"UPDATE ledger SET {column} = {change} WHERE seq = {VICTIM}")
    assert first_bad(engine) == VICTIM


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_of_another_storage_class_is_found(sqlite_url: str, column: str) -> None:
    engine = open_engine(sqlite_url)
    tell(engine)
    owner = Owner(sqlite_url)
    # The same bytes: equal to the eye, and no query with "=" finds the row any more.
    other = "TEXT" if column == "leaf" else "BLOB"
    owner.run(f"UPDATE ledger SET {column} = CAST({column} AS {other}) WHERE seq = {VICTIM}")
    owner.close()
    found = verdict(engine)
    assert found.first_bad is not None
    assert found.first_bad["seq"] == VICTIM
    with reading(engine) as connection, pytest.raises(LedgerDamaged, match=f"event {VICTIM} "):
        reader.tail(connection, 100)
    engine.dispose()


@pytest.mark.parametrize("seq", [1, 2, VICTIM, len(DAY) - 1])
def test_a_deleted_row_is_missed(owner: Owner, engine: Engine, seq: int) -> None:
    owner.run(f"DELETE FROM ledger WHERE seq = {seq}")
    assert first_bad(engine) == seq
    assert verdict(engine).events == len(DAY) - 1


def test_a_deleted_row_whose_gap_was_closed_is_found(owner: Owner, engine: Engine) -> None:
    owner.run(f"DELETE FROM ledger WHERE seq = {VICTIM}")
    for seq in range(VICTIM + 1, len(DAY) + 1):
        owner.run(f"UPDATE ledger SET seq = seq - 1 WHERE seq = {seq}")
    assert first_bad(engine) == VICTIM


def test_two_rows_that_changed_places_are_found(owner: Owner, engine: Engine) -> None:
    for old, new in ((VICTIM, 1000), (VICTIM + 1, VICTIM), (1000, VICTIM + 1)):
        owner.run(f"UPDATE ledger SET seq = {new} WHERE seq = {old}")
    assert first_bad(engine) == VICTIM


@pytest.mark.parametrize("seq", [0, -3])
def test_a_row_before_the_first_is_found(owner: Owner, engine: Engine, seq: int) -> None:
    owner.run(f"UPDATE ledger SET seq = {seq} WHERE seq = {len(DAY)}")
    assert first_bad(engine) == seq
    assert "before the first" in str(verdict(engine).reason)


def rewrite(owner: Owner, seq: int, old: str, new: str) -> None:
    """Forge one event with everything that belongs to it, its own hash included."""
    payload = str(owner.ask(f"SELECT payload FROM ledger WHERE seq = {seq}"))
    assert old in payload
    forged = payload.replace(old, new)
    owner.run(
        f"UPDATE ledger SET payload = :payload, leaf = :leaf WHERE seq = {seq}",
        payload=forged,
        leaf=chain.leaf_hash(forged.encode()),
    )


def test_a_row_forged_with_its_hash_shows_at_the_next(owner: Owner, engine: Engine) -> None:
    rewrite(owner, VICTIM, '"shade":"Graphite"', '"shade":"Charcoal"')
    assert first_bad(engine) == VICTIM + 1
    assert "rewritten" in str(verdict(engine).reason)


def test_a_forged_column_with_its_text_and_hash_shows_at_the_next(
    owner: Owner, engine: Engine
) -> None:
    rewrite(owner, VICTIM, '"actor":"anna"', '"actor":"hans"')
    owner.run(f"UPDATE ledger SET actor = 'hans' WHERE seq = {VICTIM}")
    assert first_bad(engine) == VICTIM + 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"v":1}', '"v":2}', "format"),
        ('"v":1}', '"v": 1}', "canonical"),
        ('"v":1}', '"v":1,"w":0}', "fields"),
        ('"v":1}', '"v":1', "JSON"),
        ('"kiosk_seq":5', '"kiosk_seq":true', "kiosk_seq"),
        ('"kind":"product.added"', '"kind":"product.axed"', "'kind'"),
        ('{"actor"', "[" * 100_000 + '{"actor"', "JSON"),
    ],
)
def test_a_text_with_a_fitting_hash_that_no_writer_wrote_is_found(
    owner: Owner, engine: Engine, old: str, new: str, why: str
) -> None:
    rewrite(owner, VICTIM, old, new)
    assert first_bad(engine) == VICTIM
    assert why in str(verdict(engine).reason)


def test_a_number_that_comes_out_of_a_kiosks_turn_is_found(owner: Owner, engine: Engine) -> None:
    last = len(DAY)
    rewrite(owner, last, f'"kiosk_seq":{last}', f'"kiosk_seq":{last + 1}')
    owner.run(f"UPDATE ledger SET kiosk_seq = {last + 1} WHERE seq = {last}")
    assert first_bad(engine) == last
    assert "turn" in str(verdict(engine).reason)


def test_a_cut_tail_shows_only_against_a_head_remembered_elsewhere(
    owner: Owner, engine: Engine
) -> None:
    remembered = verdict(engine).head
    # The last event of the day closes the visit; whoever cuts it must mend the table as well.
    owner.run(f"DELETE FROM ledger WHERE seq = {len(DAY)}")
    assert verdict(engine).projections_differ == ("visits",)
    owner.run("UPDATE visits SET closed_at = NULL")
    found = verdict(engine)
    assert found.ok
    assert found.events == len(DAY) - 1
    assert found.head != remembered


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE bottles SET remaining_ul = remaining_ul + 1 WHERE bottle = 'B1'", "bottles"),
        ("UPDATE lots SET state = 'RELEASED' WHERE lot = 'L1'", "lots"),
        ("DELETE FROM movements WHERE seq = 17", "movements"),
        ("INSERT INTO operators (operator, role) VALUES ('eve', 'manager')", "operators"),
        ("UPDATE clients SET client = 'C0' WHERE client = 'C0' OR 1 = 0", None),
    ],
)
def test_tables_that_do_not_follow_from_the_events_are_named(
    owner: Owner, engine: Engine, statement: str, table: str | None
) -> None:
    owner.run(statement)
    found = verdict(engine)
    assert found.first_bad is None
    assert found.projections_differ == ((table,) if table else ())
    assert found.ok is (table is None)


def test_a_table_row_that_cannot_be_read_is_a_difference(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    tell(engine)
    owner = Owner(sqlite_url)
    owner.run("UPDATE lots SET supplier = CAST(X'ff' AS TEXT) WHERE lot = 'L1'")
    owner.close()
    assert verdict(engine).projections_differ == ("lots",)
    with writing(engine) as connection:
        assert rebuild(connection).differed == ("lots",)
    assert verdict(engine).ok
    engine.dispose()


def test_a_forged_ledger_is_not_rebuilt_from(owner: Owner, engine: Engine) -> None:
    rewrite(owner, VICTIM, '"shade":"Graphite"', '"shade":"Charcoal"')
    owner.run("DELETE FROM movements")
    with pytest.raises(LedgerDamaged, match=f"event {VICTIM + 1} "), writing(engine) as connection:
        rebuild(connection)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM movements")) == 0


def test_an_event_that_contradicts_earlier_ones_is_named_by_the_verifier(
    owner: Owner, engine: Engine
) -> None:
    # A whole log written by a forger who can count hashes and not bottles.
    taken = 18
    rewrite(owner, taken, '"bottle":"B1"', '"bottle":"B9"')
    prev = owner.ask(
        "SELECT lower(hex(leaf)) FROM ledger WHERE seq = :seq"
        if owner.sqlite
        else "SELECT encode(leaf, 'hex') FROM ledger WHERE seq = :seq",
        seq=taken,
    )
    old = str(owner.ask("SELECT payload FROM ledger WHERE seq = 19"))
    start = old.index('"prev":"') + len('"prev":"')
    rewrite(owner, 19, old[start : start + 64], str(prev))
    assert first_bad(engine) == taken
    assert "B9" in str(verdict(engine).reason)
