"""Bottles: every change of what one holds, when it was opened, where it is and who has it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, insert, or_, select, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.commands import Token, remember
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Day,
    Moment,
    Ref,
    Unprojectable,
    Volume,
    Word,
    projection,
)
from kiosk.storage.tables import bottles, lots, merges, movements, nonconformances

#: Why a bottle is held whose uses add up to more than it ever held.
BELOW_ZERO = "more was taken than it held: count it"
#: Why one is held whose book two kiosks changed in ways that do not fit together.
COUNTED_APART = "it was counted while another kiosk drew from it: count it"
CORRECTED_TWICE = "one movement was corrected on two kiosks: count it"
#: Holds that a count ends, because a count is what they wait for.
UNTIL_COUNTED = (BELOW_ZERO, COUNTED_APART, CORRECTED_TWICE)


class NewBottle(Body, frozen=True):
    """One bottle of a delivery, full."""

    bottle: ID
    size_ul: Volume


class BottleOpened(Body, frozen=True):
    """The clinic's calendar day on which a bottle was opened."""

    opened_on: Day


class StockMoved(Body, frozen=True):
    """A change of one bottle's content; `qty_ul` is negative where something left it.

    `corrects` is the number of the event whose movement this one takes back.
    """

    type: Word
    qty_ul: int
    ref: Ref
    reason: str
    corrects: int | None = None
    token: Token = ""


class CountedBottle(Body, frozen=True):
    """What a count found in one bottle, and what the book had said."""

    bottle: ID
    book_ul: int
    counted_ul: Volume
    reason: str


class StockCounted(Body, frozen=True):
    """A count; the bottles that differed get their book put right."""

    lines: list[CountedBottle]
    token: Token = ""


class BottleHeld(Body, frozen=True):
    """Why nobody may draw from a bottle, or why one may again."""

    reason: str


class BottleClaimed(Body, frozen=True):
    """The kiosk that works with a bottle, and why it took it over where another had it.

    `since` is when this person's claim began, `until` when it ends unless it is renewed; both UTC.
    """

    kiosk: ID
    since: Moment
    until: Moment
    reason: str


class BottlePlaced(Body, frozen=True):
    """Where a bottle is, or where it was sent."""

    place: str


class BottleReleased(Body, frozen=True):
    """The end of a claim."""


class DropperMeasured(Body, frozen=True):
    """What a drop of this bottle's dropper is, from drops that were weighed."""

    drops_per_ml: float


class UsedNonconforming(Body, frozen=True):
    """A use that no rule allowed and that happened all the same."""

    lot: ID
    qty_ul: Volume
    used_on: Day
    visit: ID | None
    client: ID | None
    rules: list[str]
    found: str
    action: str
    token: Token = ""


class Merged(Body, frozen=True):
    """Which part of another kiosk's own sequence the events after this one are."""

    kiosk: ID
    first: int
    last: int


# Built once: a replay runs these for every part of every mix, and to build one takes longer than
# to run it.
_AFTER = bottles.c.remaining_ul + bindparam("qty_ul")
_BOTTLE = update(bottles).where(bottles.c.bottle == bindparam("of"))
_CHANGE = _BOTTLE.where(_AFTER >= 0).values(remaining_ul=_AFTER)
_CHANGE_OF_LOT = _CHANGE.where(bottles.c.lot == bindparam("of_lot"))
# A hold for another reason stays: a count does not mend a cracked bottle.
_CHANGE_ANYWAY = _BOTTLE.values(
    remaining_ul=_AFTER, held=case((bottles.c.held == "", BELOW_ZERO), else_=bottles.c.held)
)
_BOOK = insert(movements)
_LOT_OF = select(bottles.c.lot).where(bottles.c.bottle == bindparam("of"))


def move(
    connection: Connection,
    event: Recorded,
    *,
    line: int,
    bottle: str,
    change: StockMoved,
    lot: str | None = None,
) -> None:
    """Book one movement and change the bottle; Unprojectable before it would hold less than 0.

    Unprojectable as well where a `lot` is given and the bottle is of another. What another kiosk
    recorded while the two were apart did happen: there the balance may fall below 0, and the
    bottle is held until somebody counts it.
    """
    what = {"of": bottle, "qty_ul": change.qty_ul}
    if lot is None:
        done = connection.execute(_CHANGE, what)
    else:
        done = connection.execute(_CHANGE_OF_LOT, what | {"of_lot": lot})
    if done.rowcount == 0:
        found = connection.execute(
            select(bottles.c.lot, bottles.c.remaining_ul).where(bottles.c.bottle == bottle)
        ).first()
        if found is None:
            raise Unprojectable(event, f"names bottle {bottle}, which was never received")
        if lot not in (None, found.lot):
            raise Unprojectable(event, f"says bottle {bottle} is of lot {lot}, not {found.lot}")
        if not _merged(connection, event):
            raise Unprojectable(
                event,
                f"takes {-change.qty_ul} µl from bottle {bottle}, "
                f"which holds {found.remaining_ul} µl",
            )
        connection.execute(_CHANGE_ANYWAY, what)
    connection.execute(
        _BOOK,
        {
            "seq": event.seq,
            "line": line,
            "bottle": bottle,
            "type": change.type,
            "qty_ul": change.qty_ul,
            "ref": change.ref,
            "reason": change.reason,
            "corrects": change.corrects,
        },
    )


def _merged(connection: Connection, event: Recorded) -> bool:
    return (
        connection.execute(
            select(merges.c.seq).where(
                merges.c.kiosk == event.kiosk,
                merges.c.first <= event.kiosk_seq,
                merges.c.last >= event.kiosk_seq,
            )
        ).first()
        is not None
    )


def receive_bottle(connection: Connection, event: Recorded, line: int, new: NewBottle) -> None:
    """A new bottle of the lot that `event` is about, filled by its own first movement."""
    connection.execute(
        insert(bottles),
        {
            "bottle": new.bottle,
            "lot": event.entity,
            "size_ul": new.size_ul,
            "remaining_ul": 0,
            "place": "",
            "sent_to": "",
            "held": "",
        },
    )
    full = StockMoved(type="receive", qty_ul=new.size_ul, ref=event.entity, reason="")
    move(connection, event, line=line, bottle=new.bottle, change=full)


def _open(connection: Connection, event: Recorded, body: BottleOpened) -> None:
    lot = connection.scalar(_LOT_OF, {"of": event.entity})
    if lot is None:
        raise Unprojectable(event, "opens a bottle that was never received")
    # The first opening counts, whichever of two was entered first.
    connection.execute(
        update(bottles)
        .where(
            bottles.c.bottle == event.entity,
            or_(bottles.c.opened_on.is_(None), bottles.c.opened_on > body.opened_on),
        )
        .values(opened_on=body.opened_on)
    )
    connection.execute(
        update(lots).where(lots.c.lot == lot, lots.c.state == "RELEASED").values(state="OPEN")
    )


def _move(connection: Connection, event: Recorded, body: StockMoved) -> None:
    move(connection, event, line=1, bottle=event.entity, change=body)
    remember(connection, event, body.token)


def _count(connection: Connection, event: Recorded, body: StockCounted) -> None:
    for line, found in enumerate(body.lines, start=1):
        book = connection.scalar(
            select(bottles.c.remaining_ul).where(bottles.c.bottle == found.bottle)
        )
        apart = book != found.book_ul
        if apart and not _merged(connection, event):
            raise Unprojectable(
                event,
                f"counts bottle {found.bottle} against a book of {found.book_ul} µl, "
                f"which is {book} µl",
            )
        move(
            connection,
            event,
            line=line,
            bottle=found.bottle,
            change=StockMoved(
                type="count_adjust",
                qty_ul=found.counted_ul - found.book_ul,
                ref=event.entity,
                reason=found.reason,
            ),
        )
        _end_hold(connection, found.bottle, apart=apart)
    remember(connection, event, body.token)


def _end_hold(connection: Connection, bottle: str, *, apart: bool) -> None:
    # A count is what a bottle with an impossible book was held for; one made against another book
    # than this one leaves it impossible.
    before, after = (("",), COUNTED_APART) if apart else (UNTIL_COUNTED, "")
    connection.execute(
        update(bottles)
        .where(bottles.c.bottle == bottle, bottles.c.held.in_(before))
        .values(held=after)
    )


def _change(connection: Connection, event: Recorded, what: str, **values: object) -> None:
    done = connection.execute(
        update(bottles).where(bottles.c.bottle == event.entity).values(**values)
    )
    if done.rowcount == 0:
        raise Unprojectable(event, f"{what} a bottle that was never received")


def _hold(connection: Connection, event: Recorded, body: BottleHeld) -> None:
    _change(connection, event, "holds", held=body.reason)


def _free(connection: Connection, event: Recorded, _body: BottleHeld) -> None:
    _change(connection, event, "frees", held="")


def _claim(connection: Connection, event: Recorded, body: BottleClaimed) -> None:
    # A claim binds kiosks that see each other. One that was taken in afterwards binds nobody, and
    # must not end one that does.
    if _merged(connection, event):
        return
    _change(
        connection,
        event,
        "claims",
        claimed_by=body.kiosk,
        claimed_actor=event.actor,
        claimed_at=body.since,
        claimed_until=body.until,
    )


def _unclaim(connection: Connection, event: Recorded, _body: BottleReleased) -> None:
    # Nobody gives back what another kiosk has taken over meanwhile.
    connection.execute(
        update(bottles)
        .where(bottles.c.bottle == event.entity, bottles.c.claimed_by == event.kiosk)
        .values(claimed_by=None, claimed_actor=None, claimed_at=None, claimed_until=None)
    )


def _place(connection: Connection, event: Recorded, body: BottlePlaced) -> None:
    _change(connection, event, "places", place=body.place, sent_to="")


def _send(connection: Connection, event: Recorded, body: BottlePlaced) -> None:
    _change(connection, event, "sends", sent_to=body.place)


def _dropper(connection: Connection, event: Recorded, body: DropperMeasured) -> None:
    _change(connection, event, "measures", drops_per_ml=body.drops_per_ml)


def _use(connection: Connection, event: Recorded, body: UsedNonconforming) -> None:
    used = StockMoved(
        type="nonconforming_use", qty_ul=-body.qty_ul, ref=body.visit or "", reason=body.found
    )
    move(connection, event, line=1, bottle=event.entity, change=used, lot=body.lot)
    connection.execute(
        insert(nonconformances),
        {
            "seq": event.seq,
            "bottle": event.entity,
            "lot": body.lot,
            "visit": body.visit,
            "client": body.client,
            "used_on": body.used_on,
            "qty_ul": body.qty_ul,
            "rules": encode(body.rules).decode(),
        },
    )
    remember(connection, event, body.token)


def _merge(connection: Connection, event: Recorded, body: Merged) -> None:
    connection.execute(
        insert(merges),
        {"seq": event.seq, "kiosk": body.kiosk, "first": body.first, "last": body.last},
    )


PROJECTIONS = {
    "bottle.opened": projection(BottleOpened, _open),
    "bottle.held": projection(BottleHeld, _hold),
    "bottle.freed": projection(BottleHeld, _free),
    "bottle.claimed": projection(BottleClaimed, _claim),
    "bottle.unclaimed": projection(BottleReleased, _unclaim),
    "bottle.placed": projection(BottlePlaced, _place),
    "bottle.sent": projection(BottlePlaced, _send),
    "dropper.measured": projection(DropperMeasured, _dropper),
    "stock.moved": projection(StockMoved, _move),
    "stock.counted": projection(StockCounted, _count),
    "use.nonconforming": projection(UsedNonconforming, _use),
    "exchange.merged": projection(Merged, _merge),
}
