"""One bottle put aside, and given free again; a lot's own state is another matter."""

from __future__ import annotations

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.shelf import find_bottle
from kiosk.inventory.model import Bottle
from kiosk.ledger.events import Event
from kiosk.ledger.projections.bottles import UNTIL_COUNTED


def hold_bottle(desk: Desk, operator: Operator, bottle_id: str, reason: str) -> Bottle:
    """Put a bottle aside: nobody draws from it until it is freed.

    Whoever works with bottles may do it: putting aside is never the dangerous direction.

    Raises:
        DeskError: no reason, or it is held already.
    """
    if not operator.may(Duty.TREAT):
        require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why nobody may draw from it.")
    with work(desk, operator.id) as task:
        bottle = find_bottle(task.connection, bottle_id)
        if bottle.held:
            raise DeskError(f"bottle: {bottle_id} is held already", bottle.held)
        task.record(Event("bottle.held", bottle_id, {"reason": reason.strip()}))
        return find_bottle(task.connection, bottle_id)


def free_bottle(desk: Desk, operator: Operator, bottle_id: str, reason: str) -> Bottle:
    """Give a held bottle free again.

    Raises:
        DeskError: no reason, it is not held, or it waits for a count and nothing else ends that.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say what was found.")
    with work(desk, operator.id) as task:
        bottle = find_bottle(task.connection, bottle_id)
        if not bottle.held:
            raise DeskError(f"bottle: {bottle_id} is not held", "There is nothing to free.")
        if bottle.held in UNTIL_COUNTED:
            raise DeskError(
                f"bottle: {bottle_id} waits for a count: {bottle.held}", "Count it; that frees it."
            )
        task.record(Event("bottle.freed", bottle_id, {"reason": reason.strip()}))
        return find_bottle(task.connection, bottle_id)
