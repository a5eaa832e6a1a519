"""The app's engine and its two kinds of transaction, alike on SQLite and PostgreSQL.

`reading` sees one unchanging snapshot and cannot write. `writing` holds the log lock from its
first moment: what a desk function reads before it decides cannot change before it appends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, text

from kiosk.storage import connections
from kiosk.storage.address import parse
from kiosk.storage.connections import READING
from kiosk.storage.standing import Standing, look, refuse

# The key of PostgreSQL's advisory lock: any constant will do, as long as no other program that
# shares the database uses it. "SMPLEDGR" in ASCII.
_LOG_LOCK: Final = int.from_bytes(b"SMPLEDGR", "big")


def open_engine(url: str) -> Engine:
    """The app's engine for a kiosk database of this program's schema; never creates one.

    Raises DatabaseUnusable when there is none, when it is foreign, damaged or of another version,
    and so does every later statement that fails for such a reason.
    """
    address = parse(url)
    standing = look(address)
    if standing is not Standing.CURRENT:
        raise refuse(standing, address)
    return connections.for_app(address)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot of the database, which nobody's write changes and which writes nothing."""
    with engine.connect() as connection:
        options: dict[str, object] = {READING: True}
        if engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with connection.execution_options(**options).begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that commits at the end of the block and rolls back on any exception."""
    with engine.begin() as connection:
        lock_log(connection)
        yield connection


def lock_log(connection: Connection) -> None:
    """Hold the log until the transaction ends; waits for whoever holds it now."""
    if connection.get_execution_options().get(READING):
        raise RuntimeError("this transaction only reads; append in writing(engine)")
    # On SQLite BEGIN IMMEDIATE has locked already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOG_LOCK})
