"""A recorded recommendation computed again from its own inputs and constants."""

from __future__ import annotations

import json

from sqlalchemy import select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look
from kiosk.matching.replay import Replay, replay
from kiosk.storage import private
from kiosk.storage.tables import recommendations


def replay_visit(desk: Desk, visit: str) -> Replay:
    """Compute a visit's latest recommendation again and say whether the bits are the same.

    Raises:
        NotFound: nothing was recommended in that visit.
        DeskError: the record was erased or altered; it cannot be replayed.
    """
    with look(desk) as connection:
        row = connection.execute(
            select(recommendations)
            .where(recommendations.c.visit == visit)
            .order_by(recommendations.c.seq.desc())
            .limit(1)
        ).first()
        if row is None:
            raise NotFound(f"visit: nothing was recommended in '{visit}'", "Check the visit's id.")
        try:
            record = json.loads(private.unseal(connection, row.record, row.digest))
        except (private.RecordErased, ValueError) as error:
            raise DeskError(f"visit: {error}", "It cannot be replayed; report it.") from error
    return replay(record["replay"])
