"""What refuses to rewrite the ledger: triggers, authorizer and the server's rights, each alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import URL, Connection, Engine, Executable, delete, make_url, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from kiosk.ledger.events import Event
from kiosk.ledger.verify import verify
from kiosk.storage.engine import open_engine, reading, writing
from kiosk.storage.errors import DatabaseUnusable
from kiosk.storage.tables import ledger
from tests.databases import administer
from tests.ledger.stories import DAY, tell

# A well-made row in the place of another, as a tool that "repairs" a row would write it.
NEW_ROW = (
    "INTO ledger (seq, kiosk, kiosk_seq, at, actor, kind, entity, payload, leaf) "
    "VALUES ({seq}, 'kiosk-1', {kiosk_seq}, 'now', 'eve', 'k', 'e', '{{}}', {leaf})"
)
NEXT = len(DAY) + 1


def leaf(hexadecimal: str, dialect: str) -> str:
    return f"X'{hexadecimal}'" if dialect == "sqlite" else f"'\\x{hexadecimal}'::bytea"


@contextmanager
def raw(url: str) -> Iterator[sqlite3.Connection | psycopg.Connection]:
    """The database without anything of ours on the connection."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database), isolation_level=None)) as connection:
            yield connection
    else:
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            yield connection


def unchanged(url: str, head: str) -> None:
    engine = open_engine(url)
    with reading(engine) as connection:
        found = verify(connection)
    engine.dispose()
    assert (found.ok, found.events, found.head) == (True, len(DAY), head)


@pytest.fixture
def story(database_url: str) -> tuple[str, str, str]:
    """URL, dialect and head of a database with a day in it."""
    engine = open_engine(database_url)
    head = tell(engine)[-1].leaf
    engine.dispose()
    return database_url, engine.dialect.name, head


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'eve' WHERE seq = 3",
        "UPDATE ledger SET seq = seq + 100",
        "DELETE FROM ledger WHERE seq = 3",
        "DELETE FROM ledger",
        # Out of order, and in the way of a kept row by each unique column in turn.
        "INSERT " + NEW_ROW.format(seq=NEXT + 1, kiosk_seq=NEXT, leaf="{new}"),
        "INSERT " + NEW_ROW.format(seq=NEXT, kiosk_seq=NEXT + 1, leaf="{new}"),
        "INSERT " + NEW_ROW.format(seq=3, kiosk_seq=3, leaf="{new}"),
        "INSERT " + NEW_ROW.format(seq=0, kiosk_seq=NEXT, leaf="{new}"),
        "INSERT " + NEW_ROW.format(seq=NEXT, kiosk_seq=NEXT, leaf="{old}"),
        "INSERT " + NEW_ROW.format(seq=NEXT, kiosk_seq=NEXT, leaf="{short}"),
        "INSERT "
        + NEW_ROW.format(seq=3, kiosk_seq=3, leaf="{new}")
        + " ON CONFLICT (seq) DO UPDATE SET actor = 'eve'",
    ],
)
def test_triggers_alone_refuse(story: tuple[str, str, str], statement: str) -> None:
    url, dialect, head = story
    statement = statement.replace("{new}", leaf("11" * 32, dialect))
    statement = statement.replace("{old}", leaf(head, dialect))
    statement = statement.replace("{short}", leaf("11" * 31, dialect))
    with (
        raw(url) as connection,
        pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"),
    ):
        connection.execute(statement)
    unchanged(url, head)


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize(
    ("seq", "kiosk_seq", "which"),
    [(3, NEXT, "{new}"), (NEXT, 3, "{new}"), (NEXT, NEXT, "{old}"), (3, 3, "{old}")],
)
def test_replace_does_not_overwrite_even_where_a_connection_forgot_recursive_triggers(
    sqlite_url: str, verb: str, seq: int, kiosk_seq: int, which: str
) -> None:
    engine = open_engine(sqlite_url)
    head = tell(engine)[-1].leaf
    engine.dispose()
    statement = f"{verb} " + NEW_ROW.format(seq=seq, kiosk_seq=kiosk_seq, leaf=which)
    statement = statement.replace("{new}", leaf("11" * 32, "sqlite"))
    statement = statement.replace("{old}", leaf(head, "sqlite"))
    with raw(sqlite_url) as connection:
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    unchanged(sqlite_url, head)


@pytest.mark.parametrize("column", ["payload", "leaf"])
def test_a_row_of_another_storage_class_is_refused(sqlite_url: str, column: str) -> None:
    row = "INSERT " + NEW_ROW.format(seq=1, kiosk_seq=1, leaf=leaf("11" * 32, "sqlite"))
    bad = row.replace("'{}'", "X'7b7d'") if column == "payload" else row.replace("X'", "'")
    with raw(sqlite_url) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(bad)
        connection.execute(row)


@pytest.mark.postgresql
def test_truncate_and_a_replica_session_are_refused(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    head = tell(engine)[-1].leaf
    engine.dispose()
    with raw(postgresql_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in ("TRUNCATE ledger", "DELETE FROM ledger", "UPDATE ledger SET seq = 9"):
            with pytest.raises(psycopg.IntegrityError, match="append-only"):
                connection.execute(statement)
    unchanged(postgresql_url, head)


@pytest.mark.postgresql
@pytest.mark.parametrize(("seq", "kiosk_seq"), [(1, NEXT), (NEXT, 1)])
def test_a_temporary_table_of_the_same_name_does_not_fool_the_guard(
    postgresql_url: str, seq: int, kiosk_seq: int
) -> None:
    engine = open_engine(postgresql_url)
    tell(engine)
    engine.dispose()
    with raw(postgresql_url) as connection:
        connection.execute("CREATE TEMP TABLE ledger (LIKE public.ledger)")
        row = NEW_ROW.format(seq=seq, kiosk_seq=kiosk_seq, leaf=leaf("11" * 32, "postgresql"))
        with pytest.raises(psycopg.IntegrityError, match="append-only"):
            connection.execute("INSERT " + row.replace("INTO ledger", "INTO public.ledger"))


@pytest.mark.parametrize("statement", [update(ledger).values(actor="eve"), delete(ledger)])
def test_the_app_engine_refuses(engine: Engine, statement: Executable) -> None:
    head = tell(engine)[-1].leaf
    with pytest.raises(DatabaseError), writing(engine) as connection:
        connection.execute(statement)
    with reading(engine) as connection:
        assert verify(connection).head == head


@pytest.fixture
def unguarded(sqlite_url: str) -> Iterator[Engine]:
    """The app's engine on a file whose triggers somebody dropped."""
    engine = open_engine(sqlite_url)
    tell(engine)
    with raw(sqlite_url) as connection:
        for name in ("ledger_no_update", "ledger_no_delete", "ledger_in_order"):
            connection.execute(f"DROP TRIGGER {name}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'eve' WHERE seq = 3",
        "DELETE FROM ledger",
        "WITH x AS (SELECT 3 AS n) DELETE FROM ledger WHERE seq IN (SELECT n FROM x)",
        "INSERT "
        + NEW_ROW.format(seq=3, kiosk_seq=3, leaf="zeroblob(32)")
        + " ON CONFLICT (seq) DO UPDATE SET actor = 'eve'",
        "DROP TABLE ledger",
        "DROP TABLE lots",
        "DROP INDEX ix_ledger_kind",
        "ALTER TABLE ledger RENAME TO old",
        "ALTER TABLE lots ADD COLUMN x",
        "PRAGMA writable_schema = ON",
        "PRAGMA Recursive_Triggers = OFF",
        "PRAGMA main.recursive_triggers(0)",
        "PRAGMA foreign_keys = OFF",
    ],
)
def test_the_authorizer_alone_refuses(unguarded: Engine, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"not authorized|prohibited"),
        writing(unguarded) as connection,
    ):
        connection.execute(text(statement))
    with reading(unguarded) as connection:
        assert verify(connection).ok


def test_replace_through_the_app_meets_the_delete_trigger_alone(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    head = tell(engine)[-1].leaf
    with raw(sqlite_url) as connection:
        connection.execute("DROP TRIGGER ledger_in_order")
    row = "INSERT OR REPLACE " + NEW_ROW.format(seq=3, kiosk_seq=3, leaf="zeroblob(32)")
    with pytest.raises(IntegrityError, match="DELETE refused"), writing(engine) as connection:
        connection.execute(text(row))
    engine.dispose()
    unchanged(sqlite_url, head)


def test_the_authorizer_keeps_the_triggers(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with pytest.raises(DatabaseError, match="not authorized"), writing(engine) as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))
    engine.dispose()


def settings(connection: Connection) -> dict[str, object]:
    names = ("foreign_keys", "recursive_triggers", "synchronous", "journal_mode", "secure_delete")
    return {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}


def test_every_sqlite_connection_is_set_up(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with reading(engine) as first, reading(engine) as second:
        for connection in (first, second):
            assert settings(connection) == {
                "foreign_keys": 1,
                "recursive_triggers": 1,
                "synchronous": 2,  # FULL
                "journal_mode": "wal",
                "secure_delete": 1,
            }
    engine.dispose()


@pytest.mark.postgresql
def test_every_postgresql_connection_waits_for_the_disk(postgresql_url: str) -> None:
    with raw(postgresql_url) as connection:
        name = make_url(postgresql_url).database
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    engine = open_engine(postgresql_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
        assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    with writing(engine) as connection:
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
    engine.dispose()


@pytest.mark.postgresql
def test_the_documented_role_can_append_and_cannot_rewrite_even_without_triggers(
    postgresql_url: str, postgresql_server: URL
) -> None:
    name = make_url(postgresql_url).database
    role = f"app_{name}"
    administer(postgresql_server, f"CREATE ROLE {role} LOGIN")
    with raw(postgresql_url) as connection:
        for statement in (
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON ledger FROM {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
            "ALTER TABLE ledger DISABLE TRIGGER ALL",
        ):
            connection.execute(statement)
    own = make_url(postgresql_url).set(username=role)
    engine = open_engine(own.render_as_string(hide_password=False))
    tell(engine)
    tell(engine, [Event("client.registered", "C2", {})])
    for statement in (
        "UPDATE ledger SET actor = 'eve'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "ALTER TABLE ledger ENABLE TRIGGER ALL",
        "DROP TABLE ledger",
    ):
        with pytest.raises(DatabaseUnusable, match="right"), writing(engine) as connection:
            connection.execute(text(statement))
    with reading(engine) as connection:
        assert verify(connection).ok
    engine.dispose()


def test_an_integrity_error_stays_what_it_is(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO clients (client) VALUES ('C1')"))
