"""Which client a lot or a bottle reached: normal uses and non-conformances, one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

import msgspec
from sqlalchemy import Connection, String, and_, literal, select, union_all

from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Use:
    """Something of a lot that reached a client; `qty_ul` is what left the bottle for it.

    `at` is when it was recorded. A non-conformance may be entered later than it happened.
    """

    seq: int
    at: datetime
    lot: str
    bottle: str
    client: str
    visit: str
    qty_ul: int
    how: Literal["mix", "non-conformance"]
    mix: str = ""
    known_as: str = ""
    """The class the lot was known as when it was used; empty where that is not recorded."""
    used_on: date | None = None
    """The day that a non-conformance names; None for a mix, which is recorded as it is made."""

    def day(self, zone: tzinfo) -> date:
        """The clinic's day on which it reached the client."""
        return self.used_on or self.at.astimezone(zone).date()


class _Part(msgspec.Struct):
    bottle: str
    verdict: str = ""


class _Body(msgspec.Struct):
    parts: list[_Part] = msgspec.field(default_factory=list)


class _Payload(msgspec.Struct):
    body: _Body


_PAYLOAD = msgspec.json.Decoder(_Payload)


def _class_then(payload: str, bottle: str) -> str:
    # The tables know what is true now; what was known at the time stands in the event alone.
    parts = _PAYLOAD.decode(payload).body.parts
    return next((part.verdict for part in parts if part.bottle == bottle), "")


def _uses(*where: object, classes: bool = True) -> object:
    mixed = (
        select(
            t.movements.c.seq,
            t.bottles.c.lot,
            t.bottles.c.bottle,
            t.mixes.c.client,
            t.mixes.c.visit,
            t.movements.c.qty_ul,
            t.mixes.c.mix,
            literal(None, String).label("used_on"),
        )
        .select_from(
            t.bottles.join(t.movements).join(
                t.mixes,
                and_(t.mixes.c.mix == t.movements.c.ref, t.movements.c.type == literal("mix_in")),
            )
        )
        .where(*where)  # type: ignore[arg-type]
    )
    against = (
        select(
            t.nonconformances.c.seq,
            t.nonconformances.c.lot,
            t.bottles.c.bottle,
            t.nonconformances.c.client,
            t.nonconformances.c.visit,
            -t.nonconformances.c.qty_ul,
            literal(""),
            t.nonconformances.c.used_on,
        )
        .select_from(t.bottles.join(t.nonconformances))
        .where(*where)  # type: ignore[arg-type]
    )
    both = union_all(mixed, against).subquery()
    payload = t.ledger.c.payload if classes else literal("").label("payload")
    return (
        select(both, t.ledger.c.at, payload)
        .join(t.ledger, t.ledger.c.seq == both.c.seq)
        .order_by(both.c.seq)
    )


def _read(connection: Connection, statement: object) -> tuple[Use, ...]:
    return tuple(
        Use(
            row.seq,
            datetime.fromisoformat(row.at),
            row.lot,
            row.bottle,
            row.client or "",
            row.visit or "",
            -row.qty_ul,
            "mix" if row.mix else "non-conformance",
            row.mix,
            _class_then(row.payload, row.bottle) if row.payload else "",
            date.fromisoformat(row.used_on) if row.used_on else None,
        )
        for row in connection.execute(statement).all()  # type: ignore[call-overload]
    )


def uses_of_lots(
    connection: Connection, lots: Sequence[str], *, classes: bool = True
) -> tuple[Use, ...]:
    """Every use of some lots, oldest first.

    Without `classes` nobody is told as what the lots were known; it spares reading every event.
    """
    if not lots:
        return ()
    return _read(connection, _uses(t.bottles.c.lot.in_(lots), classes=classes))


def uses_of_bottle(connection: Connection, bottle: str) -> tuple[Use, ...]:
    """Every use of one bottle, oldest first."""
    return _read(connection, _uses(t.bottles.c.bottle == bottle))
