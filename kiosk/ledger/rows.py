"""Rows of the ledger as they are stored, read without trust.

SQLite keeps in a column whatever a stranger's tool put there: bytes that are no UTF-8, a number
where text belongs. Read in the plain way, such a row would stop the reader with a driver's error
that names no event; so on SQLite columns come as bytes together with their storage class.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, func, select

from kiosk.storage.tables import ledger

_TEXTS = ("kiosk", "at", "actor", "kind", "entity", "payload")
_CLASSES = {**dict.fromkeys(_TEXTS, b"text"), "kiosk_seq": b"integer", "leaf": b"blob"}


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row; every field has its type, nothing else is known of it."""

    seq: int
    kiosk: str
    kiosk_seq: int
    at: str
    actor: str
    kind: str
    entity: str
    payload: str
    leaf: bytes


class LedgerDamaged(Exception):
    """The ledger is not what was written; names the first event that does not fit.

    `kiosk`, `kiosk_seq`, `kind` and `entity` say what stands in that place, None where nothing
    (readable) does.
    """

    def __init__(
        self,
        seq: int,
        reason: str,
        *,
        kiosk: str | None = None,
        kiosk_seq: int | None = None,
        kind: str | None = None,
        entity: str | None = None,
    ) -> None:
        super().__init__(f"event {seq} {reason}")
        self.reason = str(self)
        self.first_bad: dict[str, Any] = {
            "seq": seq,
            "kiosk": kiosk,
            "kiosk_seq": kiosk_seq,
            "kind": kind,
            "entity": entity,
        }

    @classmethod
    def at(cls, row: Row, reason: str) -> LedgerDamaged:
        """The damage in one stored row."""
        return cls(
            row.seq,
            reason,
            kiosk=row.kiosk,
            kiosk_seq=row.kiosk_seq,
            kind=row.kind,
            entity=row.entity,
        )


def read(
    connection: Connection,
    *,
    where: Sequence[ColumnElement[bool]] = (),
    newest_first: bool = False,
    limit: int | None = None,
) -> Generator[Row]:
    """Stored rows in the order of `seq`, streamed; LedgerDamaged at one that cannot be read.

    Close the generator where it may not be read to its end: on PostgreSQL it holds a cursor.
    """
    sqlite = connection.dialect.name == "sqlite"
    statement = (
        select(ledger.c.seq, *(_as_bytes() if sqlite else list(ledger.c)[1:]))
        .where(*where)
        .order_by(ledger.c.seq.desc() if newest_first else ledger.c.seq)
        .limit(limit)
    )
    with connection.execute(statement, execution_options={"yield_per": 500}) as result:
        for found in result.mappings():
            yield _from_bytes(dict(found)) if sqlite else Row(**found)


def _as_bytes() -> list[ColumnElement[Any]]:
    values = [cast(ledger.c[name], LargeBinary).label(name) for name in _CLASSES]
    classes = [
        cast(func.typeof(ledger.c[name]), LargeBinary).label(f"class of {name}")
        for name in _CLASSES
    ]
    return [*values, *classes]


def _from_bytes(found: dict[str, Any]) -> Row:
    damaged = [name for name, cls in _CLASSES.items() if found[f"class of {name}"] != cls]
    fields: dict[str, Any] = {"seq": found["seq"], "leaf": found["leaf"]}
    for name in _TEXTS:
        try:
            fields[name] = (found[name] or b"").decode()
        except UnicodeDecodeError:
            damaged.append(name)
            fields[name] = None
    fields["kiosk_seq"] = None if "kiosk_seq" in damaged else int(found["kiosk_seq"])
    if damaged:
        known = {name: fields[name] for name in ("kiosk", "kiosk_seq", "kind", "entity")}
        raise LedgerDamaged(found["seq"], f"cannot be read: column '{damaged[0]}'", **known)
    return Row(**fields)
