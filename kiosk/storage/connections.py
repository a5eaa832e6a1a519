"""How a connection is made on each back end, and what is set on every one of them."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import NullPool

from kiosk.storage.address import Address
from kiosk.storage.errors import DatabaseUnusable
from kiosk.storage.sentences import explain

#: Execution option of a connection that only reads (see engine.reading).
READING: Final = "kiosk_reading"

_SQLITE_PRAGMAS: Final = (
    # WAL lets screens read while an event is written. FULL, because with NORMAL the last commits
    # may be gone after a power cut (sqlite.org/pragma.html#pragma_synchronous).
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Without it INSERT OR REPLACE deletes the old row and fires no delete trigger
    # (sqlite.org/lang_conflict.html).
    "PRAGMA recursive_triggers=ON",
    # An erased key must not live on in a free page of the file.
    "PRAGMA secure_delete=ON",
)

_DROPS: Final = frozenset(
    getattr(sqlite3, f"SQLITE_{verb}")
    for verb in (
        "ALTER_TABLE",
        "DROP_INDEX",
        "DROP_TABLE",
        "DROP_TRIGGER",
        "DROP_VIEW",
        "DROP_VTABLE",
    )
)
_FIXED_PRAGMAS: Final = frozenset({"writable_schema", "recursive_triggers", "foreign_keys"})


def bare(address: Address) -> Engine:
    """An engine that looks and changes nothing, not even the journal mode of a foreign file."""
    return _engine(address, poolclass=NullPool)


def for_migration(address: Address) -> Engine:
    """An engine that may change the schema: durable, without the app's guards.

    On SQLite it does not watch foreign keys either, because a table that is rebuilt is dropped for
    a moment (sqlite.org/lang_altertable.html, section 7); who uses it checks them at the end.
    """
    engine = _engine(address, poolclass=NullPool)
    _prepare(engine, address)
    if address.path is not None:
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=OFF"))
    return engine


def for_app(address: Address) -> Engine:
    """A pooled engine whose SQLite connections refuse to rewrite the ledger or the schema."""
    engine = _engine(address, pool_pre_ping=address.path is None)
    _prepare(engine, address)
    if address.path is not None:
        event.listen(engine, "connect", _guard)
    return engine


def _engine(address: Address, **options: Any) -> Engine:
    connect_args: dict[str, Any] = {}
    url = address.url
    if address.path is None:
        if "connect_timeout" not in url.query:
            connect_args["connect_timeout"] = round(address.wait_seconds)
    else:

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                address.sqlite_uri(),
                uri=True,
                timeout=address.wait_seconds,
                check_same_thread=False,
            )

        options["creator"] = connect
        # SQLAlchemy chooses the pool by it and warns of parameters that `connect` passes on.
        url = URL.create(url.drivername, database=str(address.path))
    try:
        # Parameters stay out of error texts: they hold sealed records and PIN hashes.
        engine = create_engine(url, connect_args=connect_args, hide_parameters=True, **options)
    except ImportError:
        raise DatabaseUnusable(
            "The driver for PostgreSQL is not installed.",
            "Install it: pip install 'smp-kiosk[postgresql]'.",
        ) from None

    def translate(context: ExceptionContext) -> BaseException | None:
        if context.is_pre_ping or context.original_exception is None:
            return None
        return explain(context.original_exception, address)

    event.listen(engine, "handle_error", translate)
    return engine


def _prepare(engine: Engine, address: Address) -> None:
    if address.path is not None:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return

    def prepare(connection: Any, _record: object) -> None:
        # SET in a transaction that is rolled back would be undone.
        autocommit = connection.autocommit
        connection.autocommit = True
        connection.execute("SET synchronous_commit = on")
        connection.execute(f"SET lock_timeout = '{round(address.wait_seconds * 1000)}ms'")
        connection.autocommit = autocommit

    event.listen(engine, "connect", prepare)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own BEGIN comes late and never before a SELECT or DDL; _begin_sqlite sends it.
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer (SQLite
    # answers SQLITE_BUSY at once, whatever the timeout), so one that may write locks at the start.
    reading = bool(connection.get_execution_options().get(READING))
    if connection.info.get(READING) is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info[READING] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _guard(connection: sqlite3.Connection, _record: object) -> None:
    connection.set_authorizer(_authorise)


def _authorise(
    action: int, first: str | None, second: str | None, _database: str | None, _via: str | None
) -> int:
    rewrites = action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE) and first == "ledger"
    unguards = (
        action == sqlite3.SQLITE_PRAGMA
        and (first or "").lower() in _FIXED_PRAGMAS
        and second is not None
    )
    if rewrites or unguards or action in _DROPS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
