"""Who works with a bottle, and where it is: claims between kiosks, transfers with two ends."""

from __future__ import annotations

from datetime import datetime

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.shelf import find_bottle, named_bottles
from kiosk.inventory import claims
from kiosk.inventory.claims import Claim, TakeOver
from kiosk.inventory.model import Bottle
from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Stop


def _require_hands(operator: Operator) -> None:
    if not operator.may(Duty.TREAT):
        require(operator, Duty.STOCK)


def claim_bottle(desk: Desk, operator: Operator, bottle_id: str, reason: str = "") -> Claim:
    """Claim a bottle for this kiosk; with a reason also where another kiosk holds it.

    Raises:
        Refused: another kiosk holds it and no reason was given; the stop says who and since when.
    """
    _require_hands(operator)
    with work(desk, operator.id) as task:
        return take_claim(task, bottle_id, reason)


def take_claim(task: Work, bottle_id: str, reason: str = "") -> Claim:
    """`claim_bottle` inside a running transaction."""
    bottle = find_bottle(task.connection, bottle_id)
    answer = claims.take_over(
        bottle.claim,
        bottle_id,
        kiosk=task.desk.kiosk,
        actor=task.actor,
        now=task.now,
        zone=task.desk.zone,
        reason=reason,
    )
    if isinstance(answer, Stop):
        raise Refused([answer])
    taken_over = isinstance(answer, TakeOver)
    claim = answer.claim if isinstance(answer, TakeOver) else answer
    body = {
        "kiosk": claim.kiosk,
        "since": instant_text(claim.since),
        "until": instant_text(claim.until),
        "reason": reason.strip() if taken_over else "",
    }
    task.record(Event("bottle.claimed", bottle_id, body))
    return claim


def end_claim(task: Work, bottle: Bottle) -> None:
    """Give a bottle back inside a running transaction; nothing where this kiosk holds no claim."""
    if claims.release(bottle.claim, kiosk=task.desk.kiosk) is not None:
        task.record(Event("bottle.unclaimed", bottle.id, {}))


def give_back(desk: Desk, operator: Operator, *bottles: str) -> None:
    """End this kiosk's claims on bottles; nothing for one that it does not hold."""
    _require_hands(operator)
    with work(desk, operator.id) as task:
        for bottle in named_bottles(task.connection, *bottles).values():
            end_claim(task, bottle)


def claim_for_mix(desk: Desk, operator: Operator, *bottles: str) -> tuple[Stop, ...]:
    """Claim the bottles of a mix that is being planned, as far as no other kiosk holds them.

    A claim of one's own is renewed when half of it is over, so that looking at a plan again and
    again writes nothing.

    Returns:
        The stops for those that another kiosk holds.
    """
    _require_hands(operator)
    stops = []
    with work(desk, operator.id) as task:
        for bottle in named_bottles(task.connection, *bottles).values():
            if (stop := claim_stop(desk, bottle, task.now)) is not None:
                stops.append(stop)
            elif not _fresh(bottle.claim, task):
                take_claim(task, bottle.id)
    return tuple(stops)


def _fresh(claim: Claim | None, task: Work) -> bool:
    return (
        claim is not None
        and claim.kiosk == task.desk.kiosk
        and claim.actor == task.actor
        and claim.until - task.now > claims.CLAIM_LASTS / 2
    )


def claim_stop(desk: Desk, bottle: Bottle, now: datetime) -> Stop | None:
    """The stop where another kiosk holds the bottle."""
    return claims.held_elsewhere(bottle.claim, desk.kiosk, now, desk.zone)


def send_bottle(desk: Desk, operator: Operator, bottle_id: str, place: str) -> Bottle:
    """Send a bottle to another room or site; nobody draws from it until it was booked in there.

    Raises:
        DeskError: no place, or it is under way already.
    """
    require(operator, Duty.STOCK)
    if not place.strip():
        raise DeskError("place: is empty", "Say where it goes.")
    with work(desk, operator.id) as task:
        bottle = find_bottle(task.connection, bottle_id)
        if bottle.under_way:
            raise DeskError(
                f"bottle: {bottle_id} is under way to {bottle.sent_to}", "Book it in there first."
            )
        task.record(Event("bottle.sent", bottle_id, {"place": place.strip()}))
        return find_bottle(task.connection, bottle_id)


def book_in_bottle(desk: Desk, operator: Operator, bottle_id: str, place: str) -> Bottle:
    """Say where a bottle is, which ends a transfer.

    Raises:
        DeskError: no place was given.
    """
    _require_hands(operator)
    if not place.strip():
        raise DeskError("place: is empty", "Say where it is.")
    with work(desk, operator.id) as task:
        find_bottle(task.connection, bottle_id)
        task.record(Event("bottle.placed", bottle_id, {"place": place.strip()}))
        return find_bottle(task.connection, bottle_id)
