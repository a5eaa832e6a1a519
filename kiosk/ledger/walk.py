"""The ledger from its first event to its last, each checked before it is believed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from kiosk.ledger import chain
from kiosk.ledger.canonical import decode
from kiosk.ledger.events import Recorded
from kiosk.ledger.rows import LedgerDamaged, Row, read

_COLUMNS = ("kiosk", "kiosk_seq", "at", "actor", "kind", "entity")
_MEMBERS = frozenset({"v", "prev", "body", *_COLUMNS})


def walk(connection: Connection) -> Generator[Recorded]:
    """Every event in order; LedgerDamaged in place of the first that is not as it was written.

    An event that was rewritten together with its own hash shows at the one after it, which names
    another predecessor; only a head remembered elsewhere shows that the last events are gone.
    """
    prev = chain.EMPTY
    newest: dict[str, int] = {}
    expected = 1
    with closing(read(connection)) as rows:
        for row in rows:
            if row.seq < expected:
                raise LedgerDamaged.at(row, "stands before the first event")
            if row.seq > expected:
                raise LedgerDamaged(expected, "is missing")
            body = _checked(row, prev)
            if row.kiosk_seq != newest.get(row.kiosk, 0) + 1:
                raise LedgerDamaged.at(
                    row, f"is number {row.kiosk_seq} of kiosk {row.kiosk}, out of its turn"
                )
            newest[row.kiosk] = row.kiosk_seq
            prev = row.leaf.hex()
            expected += 1
            yield Recorded(
                row.seq,
                row.kiosk,
                row.kiosk_seq,
                chain.instant(row.at),
                row.actor,
                row.kind,
                row.entity,
                body,
                prev,
            )


def _checked(row: Row, prev: str) -> dict[str, Any]:
    """The body of an event that stands as it was written after `prev`."""
    payload = row.payload.encode()
    if chain.leaf_hash(payload) != row.leaf:
        raise LedgerDamaged.at(row, "does not have the hash of its text")
    try:
        kept = decode(payload)
    except (ValueError, RecursionError):
        raise LedgerDamaged.at(row, "is not JSON") from None
    if not isinstance(kept, dict) or not isinstance(kept.get("body"), dict):
        raise LedgerDamaged.at(row, "has no body")
    if kept.get("v") != chain.VERSION:
        raise LedgerDamaged.at(row, "has a format that this version does not know")
    columns: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    body: dict[str, Any] = kept["body"]
    try:
        chain.instant(row.at)
        as_written = chain.envelope(**columns, prev=prev, body=body)
    except (ValueError, RecursionError) as error:
        raise LedgerDamaged.at(row, f"could not have been written: {error}") from None
    if as_written != payload:
        raise LedgerDamaged.at(row, _difference(kept, columns, prev))
    return body


def _difference(kept: dict[str, Any], columns: dict[str, Any], prev: str) -> str:
    if kept.keys() != _MEMBERS:
        return "has other fields than an event has"
    for name, value in columns.items():
        if kept[name] != value:
            return f"says another '{name}' in its text than in its column"
    if kept["prev"] != prev:
        return "does not follow from the event before it; one of the two was rewritten"
    return "is not in canonical form"
