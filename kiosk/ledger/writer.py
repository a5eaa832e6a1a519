"""The one place that writes events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from kiosk.ledger import chain
from kiosk.ledger.canonical import LedgerValueError, decode
from kiosk.ledger.events import Event, Recorded
from kiosk.ledger.projections import project
from kiosk.storage.engine import lock_log
from kiosk.storage.tables import ledger

#: What the columns of the ledger hold; SQLite would take more without a word.
_LONGEST = 64


def append(
    connection: Connection, *, kiosk: str, actor: str, at: datetime, events: Iterable[Event]
) -> list[Recorded]:
    """Record events in order, with the tables that follow from them: all of them or none.

    Call it in `writing(engine)`; nothing stands before that transaction ends. `at` is any aware
    datetime and is kept in UTC milliseconds.

    Raises:
        LedgerValueError: a value cannot be kept exactly; it names the field.
        Unprojectable: an event contradicts earlier ones (an unknown bottle, a negative volume).
    """
    at_text = chain.instant_text(at)
    lock_log(connection)
    # A caller that catches one of the errors and commits must not commit half of the events.
    with connection.begin_nested():
        seq, kiosk_seq, prev = _newest(connection, kiosk)
        recorded: list[Recorded] = []
        for event in events:
            seq, kiosk_seq = seq + 1, kiosk_seq + 1
            names = {"kiosk": kiosk, "actor": actor, "kind": event.kind, "entity": event.entity}
            for field, name in names.items():
                if not 0 < len(name) <= _LONGEST:
                    raise LedgerValueError(field, f"must have 1 to {_LONGEST} characters")
            payload = chain.envelope(
                **names, kiosk_seq=kiosk_seq, at=at_text, prev=prev, body=event.body
            )
            leaf = chain.leaf_hash(payload)
            connection.execute(
                _INSERT,
                {
                    **names,
                    "seq": seq,
                    "kiosk_seq": kiosk_seq,
                    "at": at_text,
                    "payload": payload.decode(),
                    "leaf": leaf,
                },
            )
            prev = leaf.hex()
            # The body as a replay will read it, so that live and derived tables cannot differ.
            done = Recorded(
                **names,
                seq=seq,
                kiosk_seq=kiosk_seq,
                at=chain.instant(at_text),
                body=decode(payload)["body"],
                leaf=prev,
            )
            project(connection, done)
            recorded.append(done)
    return recorded


# Built once: to build a statement takes longer than to run it.
_INSERT = insert(ledger)
_OWN = ledger.alias()
_NEWEST = (
    select(
        ledger.c.seq,
        ledger.c.leaf,
        select(func.max(_OWN.c.kiosk_seq))
        .where(_OWN.c.kiosk == bindparam("kiosk"))
        .scalar_subquery()
        .label("kiosk_seq"),
    )
    .order_by(ledger.c.seq.desc())
    .limit(1)
)


def _newest(connection: Connection, kiosk: str) -> tuple[int, int, str]:
    """The last `seq`, the last `kiosk_seq` of one kiosk, and the last leaf in hex."""
    row = connection.execute(_NEWEST, {"kiosk": kiosk}).first()
    return (row.seq, row.kiosk_seq or 0, bytes(row.leaf).hex()) if row else (0, 0, chain.EMPTY)
