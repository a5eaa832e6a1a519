"""Every way a database can be unusable, met for real, ends in a sentence and a hint."""

import json
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk.ledger.events import Event
from kiosk.ledger.verify import verify
from kiosk.storage.address import parse
from kiosk.storage.engine import open_engine, reading, writing
from kiosk.storage.errors import DatabaseUnusable, usable
from kiosk.storage.migrate import Standing, check, create, upgrade
from kiosk.storage.sentences import explain
from tests.databases import administer
from tests.ledger.child import Child
from tests.ledger.stories import DAY, record, tell


def unusable(use: Callable[[], object]) -> DatabaseUnusable:
    with pytest.raises(DatabaseUnusable) as caught:
        use()
    error = caught.value
    for sentence in (error.message, error.hint):
        assert sentence.endswith((".", "'")) or ": " in sentence
        assert "\n" not in sentence
    return error


def opened(url: str) -> DatabaseUnusable:
    return unusable(lambda: open_engine(url))


# ── SQLite files ─────────────────────────────────────────────────────────────────────────────────


def test_a_missing_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/no/such/kiosk.db"
    assert check(url) is Standing.MISSING
    for use in (open_engine, create):
        error = unusable(lambda use=use: use(url))  # type: ignore[misc]
        assert error.message == f"The folder {tmp_path}/no/such does not exist."
    assert not list(tmp_path.iterdir())


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.db"
    for use in (open_engine, upgrade):
        error = unusable(lambda use=use: use(url))  # type: ignore[misc]
        assert error.message == f"There is no database at {tmp_path}/kiosk.db."
        assert "init" in error.hint
    assert not list(tmp_path.iterdir())


def test_a_file_that_was_deleted_under_a_running_kiosk_does_not_come_back_empty(
    sqlite_url: str,
) -> None:
    engine = open_engine(sqlite_url)
    tell(engine)
    engine.dispose()
    path = Path(str(make_url(sqlite_url).database))
    path.unlink()
    assert "no database at" in unusable(lambda: tell(engine, [])).message
    assert not path.exists()


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "kiosk.db").touch()
    url = f"sqlite:///{tmp_path}/kiosk.db"
    error = opened(url)
    assert "is empty" in error.message
    assert "backup" in error.hint
    assert (tmp_path / "kiosk.db").stat().st_size == 0
    # For a new clinic it will do.
    create(url)
    assert check(url) is Standing.CURRENT


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    assert "is a folder" in opened(f"sqlite:///{tmp_path}").message


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "does not exist" in opened(f"sqlite:///{tmp_path}/file/kiosk.db").message


@pytest.mark.parametrize("content", [b"dear diary, " * 500, b"\0" * 4096, b"x"])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kiosk.db").write_bytes(content)
    error = opened(f"sqlite:///{tmp_path}/kiosk.db")
    assert "is not a database" in error.message
    assert "restore" in error.hint
    assert (tmp_path / "kiosk.db").read_bytes() == content


def filled(url: str) -> Path:
    """A database of many pages, closed, so that all of it is in the one file."""
    engine = open_engine(url)
    for _ in range(20):
        tell(engine, [Event("note.made", "x", {"text": "y" * 2000})])
    engine.dispose()
    return Path(str(make_url(url).database))


def test_a_file_with_damaged_pages(sqlite_url: str) -> None:
    path = filled(sqlite_url)
    content = bytearray(path.read_bytes())
    # Page 1 holds the schema and stays, so that the file still opens.
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    error = opened(sqlite_url)
    assert "is damaged" in error.message
    assert "restore" in error.hint


def test_damage_met_later_is_told_by_every_statement(sqlite_url: str) -> None:
    path = filled(sqlite_url)
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'"
        ).fetchone()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    engine = open_engine(sqlite_url)

    def look() -> None:
        with reading(engine) as connection:
            verify(connection)

    assert "is damaged" in unusable(look).message
    assert "is damaged" in unusable(lambda: tell(engine)).message
    engine.dispose()


def test_a_truncated_file(sqlite_url: str) -> None:
    path = filled(sqlite_url)
    path.write_bytes(path.read_bytes()[:10_000])
    assert "is damaged" in opened(sqlite_url).message


def test_a_file_that_may_only_be_read(sqlite_url: str) -> None:
    path = make_url(sqlite_url).database
    engine = open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with reading(engine) as connection:
        assert verify(connection).ok
    error = unusable(lambda: tell(engine))
    assert "can be read but not written" in error.message
    engine.dispose()


def test_no_permission(tmp_path: Path, sqlite_url: str) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    create(f"sqlite:///{folder}/kiosk.db")
    folder.chmod(0o000)
    try:
        with Child() as child:
            message, hint = json.loads(child.ask("open", f"sqlite:///{folder}/kiosk.db"))
    finally:
        folder.chmod(0o700)
    assert message == f"This user may not open the database {folder}/kiosk.db."
    assert "permission" in hint


def test_a_locked_file(sqlite_url: str) -> None:
    engine = open_engine(f"{sqlite_url}?timeout=0.05")
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in unusable(lambda: tell(engine)).message
        # Readers are not in the writer's way.
        with reading(engine) as connection:
            assert verify(connection).events == 0
        other.execute("ROLLBACK")
    assert len(tell(engine)) == len(DAY)
    engine.dispose()


def test_a_full_disk_leaves_nothing_half_written(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    tell(engine)

    @event.listens_for(engine, "checkout")
    def limit(connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 3}")

    def write() -> None:
        with writing(engine) as connection:
            for _ in range(30):
                record(connection, Event("note.made", "x", {"text": "y" * 2000}))

    error = unusable(write)
    assert "is full" in error.message
    with reading(engine) as connection:
        found = verify(connection)
    assert (found.ok, found.events) == (True, len(DAY))
    engine.dispose()


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────

SECRET = "hunter2-hunter2"


def leaks(error: BaseException) -> bool:
    return SECRET in "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("query", ["", f"?password={SECRET}"])
def test_an_unreachable_server_is_named_without_the_password(query: str) -> None:
    # Port 1 is nobody's, and a refusal comes at once.
    error = opened(f"postgresql://ann:{SECRET}@127.0.0.1:1/clinic{query}")
    assert error.message.endswith("clinic on 127.0.0.1 cannot be reached: Connection refused.")
    assert not leaks(error)


@pytest.mark.parametrize("query", ["nonsense=1", "connect_timeout=soon", "sslmode=perhaps"])
def test_an_option_that_the_driver_does_not_know(query: str) -> None:
    error = opened(f"postgresql://ann:{SECRET}@127.0.0.1:1/clinic?{query}")
    assert query.partition("=")[0] in error.message
    assert not leaks(error)


@pytest.mark.parametrize("query", ["mode=perhaps", "vfs=nonsense", "cache=nonsense"])
def test_an_option_that_sqlite_does_not_know(sqlite_url: str, query: str) -> None:
    assert "URL cannot be used: no such" in opened(f"{sqlite_url}?{query}").message


def test_an_unknown_host_is_named_without_the_password() -> None:
    error = opened(f"postgresql://ann:{SECRET}@no.such.host.invalid/clinic")
    assert "no.such.host.invalid cannot be reached" in error.message
    assert not leaks(error)


@pytest.mark.postgresql
def test_a_wrong_password(postgresql_server: URL) -> None:
    administer(postgresql_server, f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}'")
    engine = create_engine(postgresql_server)
    with engine.connect() as connection:
        rules = Path(str(connection.scalar(text("SHOW hba_file"))))
    engine.dispose()
    kept = rules.read_text()
    url = postgresql_server.set(username="guarded", password="wrong-" + SECRET)
    shown = url.render_as_string(hide_password=False)
    rules.write_text("local all guarded scram-sha-256\n" + kept)
    try:
        administer(postgresql_server, "SELECT pg_reload_conf()")
        # The server reads the file when it gets round to it, and lets everybody in until then.
        deadline = time.monotonic() + 10
        error = None
        while error is None and time.monotonic() < deadline:
            try:
                check(shown)
            except DatabaseUnusable as refusal:
                error = refusal
    finally:
        rules.write_text(kept)
        administer(postgresql_server, "SELECT pg_reload_conf()")
    assert error is not None
    assert "refused to let this user" in error.message
    assert "password" in error.hint
    assert not leaks(error)


@pytest.mark.postgresql
def test_an_unknown_user_and_an_unknown_database(postgresql_server: URL) -> None:
    def at(**parts: str) -> str:
        return postgresql_server.set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]

    assert "refused to let this user" in opened(at(username="nobody_here")).message
    error = opened(at(database="nowhere"))
    assert error.message.startswith("There is no database nowhere on ")
    assert "createdb" in error.hint


@pytest.mark.postgresql
def test_an_empty_server_database(empty_postgresql_url: str) -> None:
    assert "is empty" in opened(empty_postgresql_url).message


@pytest.mark.postgresql
def test_a_log_that_another_kiosk_holds(postgresql_url: str) -> None:
    engine, other = open_engine(postgresql_url), open_engine(postgresql_url)

    @event.listens_for(engine, "connect")
    def impatient(connection: psycopg.Connection, _record: object) -> None:
        connection.execute("SET lock_timeout = '50ms'")
        connection.commit()

    with writing(other):
        assert "locked" in unusable(lambda: tell(engine)).message
    assert len(tell(engine)) == len(DAY)
    engine.dispose()
    other.dispose()


@pytest.mark.postgresql
def test_a_connection_that_the_server_ended(postgresql_url: str, postgresql_server: URL) -> None:
    engine = open_engine(postgresql_url)

    def cut_off() -> None:
        with writing(engine) as connection:
            record(connection, *DAY)
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            administer(postgresql_server, f"SELECT pg_terminate_backend({pid})")
            record(connection, *DAY)

    unusable(cut_off)
    # The next transaction gets a new connection, and nothing of the lost one stands.
    assert tell(engine)[0].seq == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (psycopg.errors.DiskFull, "is full"),
        (psycopg.errors.TooManyConnections, "no free connection"),
        (psycopg.errors.CannotConnectNow, "starting or stopping"),
        (psycopg.errors.ReadOnlySqlTransaction, "not written"),
        (psycopg.errors.IoError, "failed"),
        (psycopg.errors.DataCorrupted, "damaged"),
        (psycopg.errors.InvalidPassword, "refused"),
    ],
)
def test_what_a_server_cannot_be_made_to_do_here(failure: type[psycopg.Error], says: str) -> None:
    error = explain(failure("in whatever language"), parse("postgresql://ann@host/clinic"))
    assert error is not None
    assert says in error.message
    assert "clinic on host" in error.message


def test_a_password_that_the_driver_quotes_is_struck_out() -> None:
    said = psycopg.OperationalError(f'connection failed: bad thing near "{SECRET}"')
    for url in (f"postgresql://ann:{SECRET}@host/c", f"postgresql://ann@host/c?password={SECRET}"):
        error = explain(said, parse(url))
        assert error is not None
        assert error.message.endswith('bad thing near "***".')


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    error = opened(f"postgresql://ann:{SECRET}@host/clinic")
    assert "driver" in error.message
    assert "smp-kiosk[postgresql]" in error.hint
    assert not leaks(error)


# ── URLs ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"mysql://ann:{SECRET}@host/clinic", "'mysql'"),
        (f"postgres://ann:{SECRET}@host/clinic", "'postgres'"),
        (f"postgresql+psycopg2://ann:{SECRET}@host/clinic", "'postgresql+psycopg2'"),
        (f"gopher://ann:{SECRET}@host", "'gopher'"),
        (f"ann:{SECRET}@host/clinic", "cannot be read"),
        (f"postgresql://ann:{SECRET}@host:port/clinic", "cannot be read"),
        ("kiosk.db", "cannot be read"),
        ("", "cannot be read"),
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("sqlite:////tmp/x.db?timeout=soon", "timeout"),
        ("sqlite:///file:x?mode=memory&uri=true", "memory"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "memory"),
    ],
)
def test_a_url_that_names_no_database_of_ours(url: str, says: str) -> None:
    for use in (open_engine, create, upgrade, check):
        error = unusable(lambda use=use: use(url))  # type: ignore[misc]
        assert says in error.message
        assert "sqlite:////" in error.hint
        assert not leaks(error)


# ── work beside an engine ────────────────────────────────────────────────────────────────────────


def test_usable_explains_what_the_system_and_the_drivers_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kiosk.db"

    def copy() -> None:
        with usable(url), open(tmp_path / "no" / "kiosk.db", "rb"):
            pass

    assert unusable(copy).message == f"The folder {tmp_path}/no does not exist."

    def read() -> None:
        (tmp_path / "kiosk.db").write_bytes(b"dear diary, " * 500)
        with usable(url), closing(sqlite3.connect(tmp_path / "kiosk.db")) as connection:
            connection.execute("SELECT * FROM sqlite_schema")

    assert "is not a database" in unusable(read).message


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("y"), OSError(99, "z")])
def test_usable_leaves_other_errors_alone(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, usable("sqlite:////tmp/x.db"):
        raise error
    assert caught.value is error


def test_usable_leaves_a_broken_rule_alone(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    for statement, kind in (
        ("INSERT INTO clients (client) VALUES ('C1')", IntegrityError),
        ("SELECT nonsense", OperationalError),
    ):
        with pytest.raises(kind), usable(sqlite_url), writing(engine) as connection:
            connection.execute(text(statement))
    engine.dispose()
