"""Questions to the ledger that screens ask; nothing here is checked, that is verify's work."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from kiosk.ledger import chain
from kiosk.ledger.canonical import decode
from kiosk.ledger.events import Recorded
from kiosk.ledger.rows import LedgerDamaged, Row, read
from kiosk.storage.tables import ledger


def tail(
    connection: Connection,
    limit: int,
    before_seq: int | None = None,
    kind: str | None = None,
    entity: str | Select[Any] | None = None,
) -> list[Recorded]:
    """The newest `limit` events, newest first; the next page begins before the last one's `seq`.

    `entity` is one, or a query for several. Raises LedgerDamaged where a row cannot even be read.
    """
    where: list[ColumnElement[bool]] = []
    if before_seq is not None:
        where.append(ledger.c.seq < before_seq)
    if kind is not None:
        where.append(ledger.c.kind == kind)
    if isinstance(entity, str):
        where.append(ledger.c.entity == entity)
    elif entity is not None:
        where.append(ledger.c.entity.in_(entity))
    with closing(read(connection, where=where, newest_first=True, limit=limit)) as rows:
        return [_recorded(row) for row in rows]


def count(connection: Connection) -> int:
    """How many events there are."""
    return connection.scalar(select(func.count()).select_from(ledger)) or 0


def head(connection: Connection) -> str | None:
    """The newest leaf in hex, which stands for the whole log; None where nothing is recorded."""
    # As the database sees it: a leaf that was tampered with need not be 32 bytes, or bytes at all.
    sqlite = connection.dialect.name == "sqlite"
    leaf = func.lower(func.hex(ledger.c.leaf)) if sqlite else func.encode(ledger.c.leaf, "hex")
    found: str | None = connection.scalar(select(leaf).order_by(ledger.c.seq.desc()).limit(1))
    return found


def _recorded(row: Row) -> Recorded:
    try:
        return Recorded(
            row.seq,
            row.kiosk,
            row.kiosk_seq,
            chain.instant(row.at),
            row.actor,
            row.kind,
            row.entity,
            decode(row.payload)["body"],
            row.leaf.hex(),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise LedgerDamaged.at(row, "cannot be read") from None
