"""Deriving the tables again from the ledger.

The replay runs in a database of its own in memory, so that comparing needs no write lock and
works under a read-only login; the tables are replaced only where they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, create_engine, delete, event, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from kiosk.ledger.projections import project
from kiosk.ledger.walk import walk
from kiosk.storage.engine import lock_log
from kiosk.storage.tables import PROJECTIONS, metadata

_BATCH = 500


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table before and after; `differed` where any row was not what the events say."""

    name: str
    differed: bool
    rows_before: int
    rows_after: int


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild found, table by table."""

    events: int
    tables: tuple[TableReport, ...]

    @property
    def differed(self) -> tuple[str, ...]:
        """The names of the tables that were not what the events say."""
        return tuple(table.name for table in self.tables if table.differed)


def rebuild(connection: Connection) -> RebuildReport:
    """Make every table what the events say; run it in `writing(engine)`.

    Raises LedgerDamaged, and changes nothing, where the ledger itself is not as it was written:
    tables derived from a forged ledger would only look right.
    """
    lock_log(connection)
    before = {table.name: _count(connection, table) for table in PROJECTIONS}
    with derived(connection) as (scratch, events):
        differ = differing(connection, scratch)
        if differ:
            _replace(connection, scratch)
        return RebuildReport(
            events,
            tuple(
                TableReport(
                    table.name, table.name in differ, before[table.name], _count(scratch, table)
                )
                for table in PROJECTIONS
            ),
        )


@contextmanager
def derived(connection: Connection) -> Iterator[tuple[Connection, int]]:
    """A scratch database with the tables that follow from the events, and how many those are.

    Raises LedgerDamaged or Unprojectable at the first event that is not as it was written.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    try:
        with engine.connect() as scratch:
            metadata.create_all(scratch, tables=PROJECTIONS)
            replayed = 0
            with closing(walk(connection)) as events:
                for recorded in events:
                    project(scratch, recorded)
                    replayed += 1
            yield scratch, replayed
    finally:
        engine.dispose()


def differing(connection: Connection, scratch: Connection) -> tuple[str, ...]:
    """The tables of `connection` that are not, row for row, those of `scratch`."""
    return tuple(
        table.name for table in PROJECTIONS if _rows(connection, table) != _rows(scratch, table)
    )


def _rows(connection: Connection, table: Table) -> dict[tuple[Any, ...], tuple[Any, ...]] | None:
    # By key and not in order: each database sorts text by a collation of its own.
    width = len(table.primary_key.columns)
    statement = select(*table.primary_key.columns, *table.c)
    try:
        return {
            tuple(row[:width]): tuple(row[width:])
            for row in connection.execute(statement, execution_options={"yield_per": _BATCH})
        }
    except (DBAPIError, TypeError, ValueError):
        # SQLite handed out something that is not of the column's type: no event wrote that.
        return None


def _replace(connection: Connection, scratch: Connection) -> None:
    for table in reversed(PROJECTIONS):
        connection.execute(delete(table))
    for table in PROJECTIONS:
        found = scratch.execute(select(table)).mappings()
        for batch in found.partitions(_BATCH):
            connection.execute(insert(table), [dict(row) for row in batch])


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
