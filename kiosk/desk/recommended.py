"""The latest recommendation of a visit, which mixing, healing and replay all start from."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from kiosk.desk.errors import NotFound
from kiosk.storage import private
from kiosk.storage.tables import recommendations

# Built once: to build a statement takes longer than to run it.
_LATEST = (
    select(recommendations)
    .where(recommendations.c.visit == bindparam("of"))
    .order_by(recommendations.c.seq.desc())
    .limit(1)
)


def latest_recommendation(connection: Connection, visit: str) -> Row[tuple[Any, ...]] | None:
    """Its projection row, None where nothing was recommended."""
    return connection.execute(_LATEST, {"of": visit}).first()


def latest_record(connection: Connection, visit: str) -> dict[str, Any]:
    """Its sealed record, checked against the ledger's digest.

    Raises:
        NotFound: nothing was recommended in that visit.
        RecordErased: the record or its client's key has been erased.
        ValueError: the record was altered.
    """
    row = latest_recommendation(connection, visit)
    if row is None:
        raise NotFound(f"visit: nothing was recommended in '{visit}'", "Check the visit's id.")
    record: dict[str, Any] = json.loads(private.unseal(connection, row.record, row.digest))
    return record
