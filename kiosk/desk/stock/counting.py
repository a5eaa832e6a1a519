"""A stock count at the desk: begun on a shelf, ended in one event.

What is typed between the two is `kiosk.inventory.counting`: pure, and blind to the book.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.commands import event_of
from kiosk.desk.stock.shelf import find_lot, named_bottles
from kiosk.desk.stock.signing import Witness
from kiosk.inventory import counting
from kiosk.inventory.counting import Adjustment, Booked, Count, Limits
from kiosk.inventory.model import Bottle
from kiosk.inventory.volumes.losses import Losses, evaporated
from kiosk.inventory.volumes.movements import MovementType
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.ledger import reader
from kiosk.ledger.events import Event
from kiosk.ledger.projections.bottles import UNTIL_COUNTED
from kiosk.storage import tables as t


def new_count_token() -> str:
    """A fresh name for a count; made when its sheet opens, so that sending it twice books once."""
    return f"N-{uuid.uuid4().hex[:12]}"


def begin_count(
    desk: Desk,
    operator: Operator,
    *,
    bottles: Sequence[str] = (),
    place: str = "",
    lot: str = "",
    losses: Losses | None = None,
    limits: Limits | None = None,
) -> Count:
    """Begin a count of named bottles, of a place or of a lot; records nothing.

    Of a place and of a lot the bottles that hold nothing by the book are left out: there are many,
    and they are in the bin. `losses` is what the clinic allows for evaporation.

    Raises:
        DeskError: not exactly one of the three was named, or nothing is there to count.
        NotFound: no such bottle or lot.
    """
    require(operator, Duty.STOCK)
    if sum(map(bool, (bottles, place, lot))) != 1:
        raise DeskError("count: name bottles, a place or a lot", "One of the three.")
    with look(desk) as connection:
        names = bottles or _at_hand(connection, place, lot)
        if not names:
            raise DeskError(
                f"count: nothing is booked in {place or lot}", "Name the bottles that are there."
            )
        found = named_bottles(connection, *names).values()
        counted = _last_counted(connection, desk, names)
    allowed = losses or Losses()
    today = desk.today()
    return counting.begin(
        (_booked(bottle, allowed, counted.get(bottle.id), today) for bottle in found),
        actor=operator.id,
        limits=limits,
    )


def _at_hand(connection: Connection, place: str, lot: str) -> Sequence[str]:
    if lot:
        where = [t.bottles.c.lot == find_lot(connection, lot).id]
    else:
        where = [t.bottles.c.place == place, t.bottles.c.sent_to == ""]
    return connection.scalars(
        select(t.bottles.c.bottle).where(t.bottles.c.remaining_ul != 0, *where)
    ).all()


def _booked(bottle: Bottle, losses: Losses, counted: date | None, today: date) -> Booked:
    since = counted or bottle.lot.received_on or bottle.opened_on or today
    return Booked(
        bottle.id,
        bottle.size_ul,
        bottle.remaining_ul,
        evaporated(losses, bottle.opened_on, since, today),
        # Below zero without a hold: somebody freed it for another reason.
        held=bottle.held in UNTIL_COUNTED or bottle.remaining_ul < 0,
    )


def _last_counted(connection: Connection, desk: Desk, bottles: Sequence[str]) -> dict[str, date]:
    rows = connection.execute(
        select(t.movements.c.bottle, func.max(t.ledger.c.at).label("at"))
        .join(t.ledger, t.ledger.c.seq == t.movements.c.seq)
        .where(
            t.movements.c.type == MovementType.COUNT_ADJUST.value,
            t.movements.c.bottle.in_(bottles),
        )
        .group_by(t.movements.c.bottle)
    )
    return {row.bottle: datetime.fromisoformat(row.at).astimezone(desk.zone).date() for row in rows}


def finish_count(
    desk: Desk,
    operator: Operator,
    count: Count,
    reasons: Mapping[str, str],
    *,
    second: Witness | None = None,
    token: str = "",
) -> tuple[Adjustment, ...]:
    """Put the book right by what was counted: one event for all of it, once for each token.

    Args:
        desk: the open desk.
        operator: who counted.
        count: with every container counted.
        reasons: why, by bottle, where a difference is not explained.
        second: who else signs, needed above the count's limits.
        token: names the count.

    Raises:
        DeskError: something is not counted, not explained or not signed; a bottle's book changed
            since the count began, and the sentence names it.
        Refused: the clock cannot be trusted.
    """
    require(operator, Duty.STOCK)
    if operator.id != count.actor:
        raise DeskError(f"operator: {count.actor} counted", "Whoever counts signs the count.")
    with work(desk, operator.id) as task:
        if (done := event_of(task.connection, token)) is not None:
            return _recorded(task, done)
        require_trusted_clock(task)
        now = named_bottles(task.connection, *(entry.bottle for entry in count.booked))
        try:
            adjustments = counting.close(
                count,
                reasons,
                book_now={name: bottle.remaining_ul for name, bottle in now.items()},
                second_actor=second.signature if second else "",
            )
        except QuantityError as error:
            raise DeskError(str(error), error.mend) from error
        lines = [
            _line(adjustment, now[adjustment.bottle].remaining_ul) for adjustment in adjustments
        ]
        task.record(
            Event("stock.counted", token or new_count_token(), {"lines": lines, "token": token})
        )
        return adjustments


def _line(adjustment: Adjustment, book_ul: int) -> dict[str, Any]:
    return {
        "bottle": adjustment.bottle,
        "book_ul": book_ul,
        # What the book says from now on; the number found differs where the scale cannot tell.
        "counted_ul": book_ul + adjustment.qty_ul,
        "found_ul": adjustment.counted_ul,
        "allowed_ul": adjustment.allowed_ul,
        "earlier_ul": list(adjustment.earlier_ul),
        "reason": adjustment.reason,
        "second": adjustment.second_actor,
        "ends_hold": adjustment.ends_hold,
    }


def _recorded(task: Work, count: str) -> tuple[Adjustment, ...]:
    found = reader.tail(task.connection, limit=1, kind="stock.counted", entity=count)
    if not found:
        raise DeskError("token: was used for something else", "Begin the count again.")
    return tuple(
        Adjustment(
            line["bottle"],
            line["counted_ul"] - line["book_ul"],
            line["reason"],
            line["allowed_ul"],
            line["found_ul"],
            tuple(line["earlier_ul"]),
            line["second"],
            line["ends_hold"],
        )
        for line in found[0].body["lines"]
    )
