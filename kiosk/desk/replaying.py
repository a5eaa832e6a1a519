"""A recorded recommendation computed again from its own inputs and constants."""

from __future__ import annotations

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.recommended import latest_record
from kiosk.matching.replay import Replay, replay
from kiosk.storage import private


def replay_visit(desk: Desk, visit: str) -> Replay:
    """Compute a visit's latest recommendation again and say whether the bits are the same.

    Raises:
        NotFound: nothing was recommended in that visit.
        DeskError: the record was erased or altered; it cannot be replayed.
    """
    with look(desk) as connection:
        try:
            record = latest_record(connection, visit)
        except (private.RecordErased, ValueError) as error:
            raise DeskError(f"visit: {error}", "It cannot be replayed; report it.") from error
    return replay(record["replay"])
