"""The stock manager's morning: what needs somebody today, what to use next, what falls due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Select, func, select

from kiosk.desk.office import Desk, clock_stop, look
from kiosk.desk.stock.assets import assets_due
from kiosk.desk.stock.holdings import Holding, holdings, usable_ul
from kiosk.desk.stock.recall_view import stopped_mixes
from kiosk.desk.stock.shelf import first_to_use, products_of
from kiosk.desk.stock.suppliers import BLOCKED, plain_name
from kiosk.desk.stock.use_rates import booked_uses, weekly_uses
from kiosk.inventory.forecast import ALERT_DAYS, WeeklyUse, leftovers, low_stock
from kiosk.inventory.model import Kind, LotState
from kiosk.inventory.picking import Offer
from kiosk.ledger.chain import instant_text
from kiosk.stops import Stop
from kiosk.storage import tables as t

#: A product is named low when it lasts no longer than a delivery and its inspection take.
LEAD_DAYS = 14
#: Leftovers beyond the first alert are nobody's work of today.
LEFTOVER_DAYS = 90
#: How long stock may go uncounted.
COUNT_EVERY = timedelta(days=30)

Sign = Literal["stop", "check", "wait"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a line: the lot, bottle, mix or asset, and a sentence about it."""

    kind: Literal["lot", "bottle", "mix", "asset", "client", "product"]
    id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the day's list, with the things behind it."""

    sign: Sign
    name: str
    sentence: str
    items: tuple[Item, ...]

    @property
    def count(self) -> int:
        """How many things."""
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Month:
    """What expires in a month; `first` is its first day, None for everything later."""

    first: date | None
    bottles: int
    ul: int


@dataclass(frozen=True, slots=True)
class Board:
    """The day board.

    `clock` is set where dates cannot be trusted: then no line rests on one, and nobody knows how
    much may be used.
    """

    today: date
    clock: Stop | None
    lines: tuple[Line, ...]
    calendar: tuple[Month, ...]
    next_pigment: tuple[Offer, ...]
    next_diluent: tuple[Offer, ...]
    pigment_ul: int | None
    diluent_ul: int | None
    bottles: int
    lots: int


def day_board(desk: Desk, *, picks: int = 4) -> Board:
    """Everything the stock manager looks at first."""
    now, today = desk.clock(), desk.today()
    with look(desk) as connection:
        clock = clock_stop(connection, now)
        found = holdings(connection)
        lines = [*_lines_of_state(connection, desk, found, today if clock is None else None, now)]
        if clock is None:
            lines[:0] = _lines_of_dates(connection, desk, found, today)
        return Board(
            today,
            clock,
            tuple(line for line in lines if line.items),
            _calendar(found, today) if clock is None else (),
            first_to_use(connection, Kind.PIGMENT, today, limit=picks) if clock is None else (),
            first_to_use(connection, Kind.DILUENT, today, limit=picks) if clock is None else (),
            usable_ul(found, Kind.PIGMENT, today) if clock is None else None,
            usable_ul(found, Kind.DILUENT, today) if clock is None else None,
            sum(h.bottles for h in found),
            len({h.lot.id for h in found}),
        )


def _about(h: Holding, more: str) -> Item:
    number = h.lot.lot_no or "no lot number"
    what = f"{h.lot.product.name}, lot {number}, {h.ul / 1000:.1f} ml"
    if h.bottle:
        return Item("bottle", h.bottle, f"{what}, {more}")
    return Item("lot", h.lot.id, f"{h.bottles} × {what}, {more}")


def _lines_of_dates(
    connection: Connection, desk: Desk, found: tuple[Holding, ...], today: date
) -> Iterator[Line]:
    gone = {LotState.DISPOSED, LotState.REJECTED}
    dated = [h for h in found if h.expires_on is not None and h.lot.state not in gone]
    past = [h for h in dated if h.expires_on is not None and h.expires_on < today]
    yield Line(
        "stop",
        "expired",
        "past their date: dispose or return",
        tuple(_about(h, f"until {h.expires_on:%-d %b %Y}") for h in past),
    )
    rates = weekly_uses(connection, today)
    yield Line(
        "check",
        "leftover",
        "will expire before they are used",
        tuple(_leftovers(connection, found, rates, today)),
    )
    opened = [h for h in dated if h.opened_on is not None and h.usable(today)]
    yield from _soon("opened", "opened too long", opened, today)
    sealed = [h for h in dated if h.opened_on is None and h.usable(today)]
    yield from _soon("expiring", "expire", sealed, today)
    yield Line("check", "low", "running low", tuple(_low(connection, found, rates, today)))
    yield Line(
        "check",
        "assets",
        "past their service or certificate date",
        tuple(
            Item("asset", a.id, f"{a.kind} {a.serial}, due {a.due_on:%-d %b %Y}")
            for a in assets_due(connection, today)
        ),
    )
    yield Line("wait", "count", "not counted for a month", tuple(_count_due(connection, desk)))


def _soon(name: str, what: str, found: list[Holding], today: date) -> Iterator[Line]:
    """One line for each alert distance, nearest first; a thing stands in its nearest line."""
    taken: set[str] = set()
    last = today + timedelta(days=max(ALERT_DAYS))
    found = [h for h in found if h.expires_on is not None and h.expires_on <= last]
    for days in sorted(ALERT_DAYS):
        near = [
            h
            for h in found
            if h.expires_on is not None
            and (h.expires_on - today).days <= days
            and h.name not in taken
        ]
        taken.update(h.name for h in near)
        yield Line(
            "check" if days <= 30 else "wait",
            f"{name}-{days}",
            f"{what} within {days} {'day' if days == 1 else 'days'}",
            tuple(_about(h, f"until {h.expires_on:%-d %b %Y}") for h in near),
        )


def _leftovers(
    connection: Connection,
    found: tuple[Holding, ...],
    rates: dict[str, WeeklyUse],
    today: date,
) -> Iterator[Item]:
    shelf: dict[str, list[Holding]] = {}
    last = today + timedelta(days=LEFTOVER_DAYS)
    for h in found:
        # What ends later serves only what earlier bottles leave, so it changes nothing for them.
        if h.usable(today) and h.expires_on is not None and h.expires_on <= last:
            shelf.setdefault(h.lot.product.id, []).append(h)
    booked = booked_uses(connection, today)
    for product, here in shelf.items():
        rate = rates.get(product)
        if rate is None or not rate.known:
            continue
        by_name = {h.name: h for h in here}
        takes = booked.get(product, ())
        for left in leftovers([h.on_shelf() for h in here], rate.ul_per_week, takes, today=today):
            h = by_name[left.bottle]
            yield Item("bottle" if h.bottle else "lot", h.name, left.sentence)


def _low(
    connection: Connection,
    found: tuple[Holding, ...],
    rates: dict[str, WeeklyUse],
    today: date,
) -> Iterator[Item]:
    left = Counter[str]()
    for h in found:
        left[h.lot.product.id] += h.ul if h.usable(today) else 0
    # What is used up is lowest of all, and nothing of it is at hand.
    for product in (p for kind in Kind for p in products_of(connection, kind) if p.id in rates):
        rate = rates[product.id]
        low = low_stock(product.name, left[product.id], rate, lead_days=LEAD_DAYS, minimum_ul=0)
        if low is not None:
            yield Item("product", product.id, low.sentence)


def _count_due(connection: Connection, desk: Desk) -> Iterator[Item]:
    # By number and not by instant: of a kind that is rare the latest instant is a long search.
    kind, seq = t.ledger.c.kind, t.ledger.c.seq
    last = _instant_of(connection, select(func.max(seq)).where(kind == "stock.counted"))
    first = _instant_of(connection, select(func.min(seq)).where(kind == "lot.received"))
    since = last or first
    if since is None or desk.clock() - datetime.fromisoformat(since) < COUNT_EVERY:
        return
    when = f"last counted {since[:10]}" if last else f"never counted since {since[:10]}"
    yield Item("product", "count", when)


def _instant_of(connection: Connection, event: Select[int]) -> str | None:
    found: str | None = connection.scalar(
        select(t.ledger.c.at).where(t.ledger.c.seq == event.scalar_subquery())
    )
    return found


_WORDS: dict[LotState, tuple[Sign, str]] = {
    LotState.RECALLED: ("stop", "recalled: dispose or return"),
    LotState.HOLD: ("check", "on hold"),
    LotState.QUARANTINE: ("wait", "in quarantine"),
}


def _lines_of_state(
    connection: Connection,
    desk: Desk,
    found: tuple[Holding, ...],
    today: date | None,
    now: datetime,
) -> Iterator[Line]:
    for state, (sign, words) in _WORDS.items():
        here = [h for h in found if h.lot.state is state]
        said = words
        if state is LotState.QUARANTINE and today is not None:
            said += _oldest(here, today)
        reasons = ((h, h.lot.reason or words) for h in here)
        yield Line(sign, state.value.lower(), said, tuple(_about(h, why) for h, why in reasons))
    yield Line(
        "stop",
        "held",
        "held until somebody looks",
        _bottles(connection, t.bottles.c.held != "", lambda row: row.held),
    )
    yield Line(
        "wait",
        "sent",
        "under way to another room",
        _bottles(connection, t.bottles.c.sent_to != "", lambda row: f"to {row.sent_to}"),
    )
    yield Line(
        "wait",
        "claimed",
        "claimed by a kiosk",
        _bottles(
            connection,
            (t.bottles.c.claimed_by.is_not(None)) & (t.bottles.c.claimed_until > instant_text(now)),
            lambda row: f"{row.claimed_by} since {row.claimed_at[11:16]} UTC",
        ),
    )
    yield Line(
        "stop",
        "stopped-mixes",
        "stop: a lot in the cup is recalled",
        tuple(
            Item("mix", alert.mix.id, f"at {alert.mix.kiosk}: {alert.stop.sentence}")
            for alert in stopped_mixes(connection)
        ),
    )
    yield Line("check", "mixes", "mix not closed", tuple(_open_mixes(connection, desk)))
    yield Line(
        "stop",
        "contacts",
        "clients to reach about a recall",
        tuple(
            Item("client", row.client, f"recall {row.recall}: {row.state}")
            for row in connection.execute(
                select(t.recall_contacts)
                .where(t.recall_contacts.c.state.in_(["to-contact", "not-reached"]))
                .order_by(t.recall_contacts.c.client)
            )
        ),
    )
    yield Line(
        "check",
        "suppliers",
        "from a blocked supplier: look at them again",
        tuple(_of_blocked(connection, found)),
    )


def _oldest(here: list[Holding], today: date) -> str:
    days = max(((today - h.lot.received_on).days for h in here if h.lot.received_on), default=None)
    return "" if days is None else f", oldest {days} {'day' if days == 1 else 'days'}"


def _bottles(connection: Connection, where: object, say: Callable[..., str]) -> tuple[Item, ...]:
    rows = connection.execute(
        select(t.bottles).where(where).order_by(t.bottles.c.bottle)  # type: ignore[arg-type]
    )
    return tuple(Item("bottle", row.bottle, say(row)) for row in rows)


def _open_mixes(connection: Connection, desk: Desk) -> Iterator[Item]:
    rows = connection.execute(select(t.mixes).where(t.mixes.c.closed == "").order_by(t.mixes.c.seq))
    for row in rows:
        at = datetime.fromisoformat(row.confirmed_at).astimezone(desk.zone)
        yield Item("mix", row.mix, f"{row.client}, 1:{row.ratio}, {at:%-d %b %H:%M}")


def _of_blocked(connection: Connection, found: tuple[Holding, ...]) -> Iterator[Item]:
    rows = connection.execute(select(t.suppliers).where(t.suppliers.c.state == BLOCKED)).all()
    names = {plain_name(text) for row in rows for text in (row.supplier, row.name)}
    for h in found:
        if plain_name(h.lot.supplier) in names:
            yield _about(h, h.lot.supplier)


def _calendar(found: tuple[Holding, ...], today: date, months: int = 3) -> tuple[Month, ...]:
    firsts = [date(today.year + (today.month - 1 + i) // 12, (today.month - 1 + i) % 12 + 1, 1)
              for i in range(months)]  # fmt: skip
    sums: dict[date | None, tuple[int, int]] = dict.fromkeys((*firsts, None), (0, 0))
    for h in found:
        if not h.usable(today) or h.expires_on is None:
            continue
        month = h.expires_on.replace(day=1)
        key = month if month in sums else None
        bottles, ul = sums[key]
        sums[key] = (bottles + h.bottles, ul + h.ul)
    return tuple(Month(first, bottles, ul) for first, (bottles, ul) in sums.items())
