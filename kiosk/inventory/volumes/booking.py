"""A bottle's book: what its movements add up to, and which may be added.

Within one log the sum never falls below zero; only merging two logs can do that (`merging`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kiosk.inventory.volumes.movements import (
    RULES,
    Blocked,
    Movement,
    MovementType,
    OnBlocked,
    Witness,
    require_whole,
)
from kiosk.inventory.volumes.quantities import QuantityError, say_ml
from kiosk.stops import Severity, Stop

_EXITS = (OnBlocked.EXIT, OnBlocked.EXIT_ONLY)


def balance(movements: Iterable[Movement]) -> int:
    """The sum in microlitres; of one bottle, or of a lot where its bottles' movements are given."""
    return sum(movement.qty_ul for movement in movements)


def balances(movements: Iterable[Movement]) -> dict[str, int]:
    """The sum of each bottle, by its id."""
    found: dict[str, int] = {}
    for movement in movements:
        found[movement.bottle] = found.get(movement.bottle, 0) + movement.qty_ul
    return found


def stops_on_movement(
    movement: Movement, holds_ul: int, blocked: Collection[Blocked]
) -> tuple[Stop, ...]:
    """What forbids this movement on a bottle that holds so much and is blocked for these reasons.

    Blocked stock leaves by a door made for it, as a whole and before a witness. A use that happened
    all the same is a non-conformance, and that is no word for an ordinary use.
    """
    rule = RULES[movement.type]
    kind = movement.type.value
    if not blocked:
        if rule.on_blocked in {OnBlocked.ONLY, OnBlocked.EXIT_ONLY}:
            return (
                _stop(
                    "DOOR-NOT-BLOCKED",
                    f"{movement.bottle} is not blocked, so '{kind}' does not apply.",
                    "An ordinary use, discard or return.",
                ),
            )
        return ()
    why = ", ".join(sorted(blocked))
    if rule.on_blocked is OnBlocked.REFUSED:
        return (
            _stop(
                "DOOR-BLOCKED",
                f"{movement.bottle} is blocked ({why}): '{kind}' is not a way out of stock.",
                "Discard, write off or return all of it; what was used all the same is a "
                "non-conformance.",
            ),
        )
    stops = []
    if rule.block is not None and rule.block not in blocked:
        stops.append(
            _stop(
                "DOOR-OTHER",
                f"{movement.bottle} is not {rule.block.value} but {why}.",
                "The write-off that fits, a discard or a return.",
            )
        )
    if rule.on_blocked in _EXITS and movement.qty_ul != -holds_ul:
        stops.append(
            _stop(
                "DOOR-WHOLE",
                f"{movement.bottle} is blocked ({why}) and holds {say_ml(holds_ul)}: all of it "
                f"leaves, not {say_ml(-movement.qty_ul)}.",
                "The whole content; count the bottle first where the book is wrong.",
            )
        )
    if rule.witness is Witness.IF_BLOCKED and not movement.second_actor:
        stops.append(witness_stop(movement.type))
    return tuple(stops)


def witness_stop(kind: MovementType) -> Stop:
    """The stop on a door out of stock that nobody witnesses."""
    return _stop(
        "DOOR-WITNESS", f"'{kind.value}' of blocked stock needs a witness.", "A second person."
    )


def _stop(rule: str, sentence: str, lifts: str) -> Stop:
    return Stop(rule, Severity.SAFETY, sentence, "The bottle's state and its movements", lifts)


def require_bookable(
    book: Sequence[Movement], movement: Movement, blocked: Collection[Blocked] = ()
) -> tuple[Stop, ...]:
    """The stops on adding a movement to a bottle's book; none, and it may be added.

    Args:
        book: every movement of that bottle so far, in order.
        movement: the next one.
        blocked: why the bottle may not be used now.

    Raises:
        QuantityError: it is incomplete, takes more than there is, or corrects what cannot be.
    """
    require_whole(movement)
    if movement.corrects:
        _require_correctable(book, movement)
    holds = balance(book)
    if holds + movement.qty_ul < min(holds, 0):
        raise QuantityError(
            "qty_ul",
            f"bottle {movement.bottle} holds {say_ml(holds)}, not {say_ml(-movement.qty_ul)}",
            "Take less, or count the bottle.",
        )
    return stops_on_movement(movement, holds, blocked)


def _require_correctable(book: Sequence[Movement], movement: Movement) -> None:
    known = {entry.id: entry for entry in book}
    wrong = known.get(movement.corrects)
    if wrong is None:
        raise QuantityError(
            "corrects", f"{movement.corrects} is no movement of this bottle", "Choose one of its."
        )
    if wrong.type is MovementType.CORRECT:
        raise QuantityError(
            "corrects",
            f"{wrong.id} is a correction itself",
            "Correct what was booked in its place.",
        )
    if any(entry.corrects == wrong.id for entry in book):
        raise QuantityError(
            "corrects", f"{wrong.id} was corrected already", "Correct what was booked in its place."
        )
    if movement.qty_ul != -wrong.qty_ul:
        raise QuantityError(
            "qty_ul",
            f"{movement.qty_ul} µl does not take {wrong.qty_ul} µl back",
            f"It must be {-wrong.qty_ul}.",
        )


def correction(
    wrong: Movement, right: Movement | None, *, taking_back: str, actor: str, reason: str
) -> tuple[Movement, ...]:
    """What mends a wrong movement: the old one taken back, then the right one in its place.

    Both are then booked like any movement; whether the bottle was blocked for the right one is a
    question of the day on which it happened.

    Args:
        wrong: the stored movement, which stays as it is.
        right: what really happened, under an id of its own and perhaps on another bottle; None
            where nothing did.
        taking_back: the id of the movement that takes `wrong` back.
        actor: who corrects.
        reason: why; goes onto the correction.

    Raises:
        QuantityError: no reason, the right movement is the wrong one again, or an id is reused.
    """
    back = Movement(
        taking_back,
        wrong.bottle,
        MovementType.CORRECT,
        -wrong.qty_ul,
        actor,
        reason=reason,
        session=wrong.session,
        corrects=wrong.id,
    )
    require_whole(back)
    ids = [wrong.id, taking_back, *([right.id] if right else [])]
    if len(set(ids)) < len(ids):
        raise QuantityError("id", "is used twice", "Give every movement an id of its own.")
    if right is None:
        return (back,)
    require_whole(right)
    if replace(right, id=wrong.id) == wrong:
        raise QuantityError("qty_ul", "is what was booked already", "Enter what really happened.")
    return back, right
