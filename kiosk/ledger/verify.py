"""The verdict on the whole log: is every event as it was written, and do the tables follow?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from kiosk.ledger import reader
from kiosk.ledger.projections import Unprojectable
from kiosk.ledger.rebuild import derived, differing
from kiosk.ledger.rows import LedgerDamaged


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    `head` is the newest stored leaf in hex; compare it with one kept elsewhere, since nothing
    inside shows that the newest events were cut off. `first_bad` has `seq`, `kiosk`, `kiosk_seq`,
    `kind` and `entity`, and `reason` is the sentence for it. `projections_differ` names tables
    that are not what the events say, and is empty where the events themselves are bad.
    """

    events: int
    head: str | None
    ok: bool
    first_bad: dict[str, Any] | None
    reason: str | None
    projections_differ: tuple[str, ...]


def verify(connection: Connection) -> Verification:
    """Recompute every hash and link and every table; changes nothing.

    Run it in `reading(engine)`: only one snapshot has a ledger and tables of the same moment.
    """
    count, head = reader.count(connection), reader.head(connection)
    try:
        with derived(connection) as (scratch, _):
            differ = differing(connection, scratch)
    except LedgerDamaged as damage:
        return Verification(count, head, False, damage.first_bad, damage.reason, ())
    except Unprojectable as error:
        bad = LedgerDamaged(
            error.event.seq,
            error.problem,
            kiosk=error.event.kiosk,
            kiosk_seq=error.event.kiosk_seq,
            kind=error.event.kind,
            entity=error.event.entity,
        )
        return Verification(count, head, False, bad.first_bad, bad.reason, ())
    reason = f"these tables are not what the events say: {', '.join(differ)}" if differ else None
    return Verification(count, head, not differ, None, reason, differ)
