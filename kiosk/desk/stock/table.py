"""The stock as a table for screens: filtered, sorted, a page at a time, quick over many bottles.

A shelf of 100,000 bottles has some thousand lots, and the sealed bottles of a lot that hold the
same differ in nothing but their ids. So the table is put in order by such groups, together with
the few bottles that stand for themselves (opened, held, under way), and only the bottles of the
page that is looked at are read and judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, or_, select

from kiosk.desk.office import Desk, look
from kiosk.desk.stock.filters import Filter, Order, Show
from kiosk.desk.stock.shelf import named_bottles, products_of
from kiosk.inventory.expiry import effective_expiry
from kiosk.inventory.model import USABLE_STATES, Kind, Lot, LotState, Product
from kiosk.inventory.picking import Offer, offer
from kiosk.inventory.recalls.names import normal_form
from kiosk.inventory.usability import lot_stops
from kiosk.stops import blocking
from kiosk.storage import tables as t

_Row = Row[Any, Any, Any, Any, Any, Any]
_GONE = frozenset({LotState.DISPOSED, LotState.REJECTED})


@dataclass(frozen=True, slots=True)
class StockPage:
    """Some rows of the table; `total` is how many it has."""

    rows: tuple[Offer, ...]
    total: int


# Tuples, because some thousand are made for every page, and a frozen dataclass takes four times
# as long to make.
class _Facts(NamedTuple):
    """What a lot says of all its bottles."""

    lot: str
    product: Product
    label_expiry: date | None
    received_on: date | None
    state: LotState
    blocked: bool


class _Group(NamedTuple):
    """Bottles that stand together: one by name, or the plain sealed or the empty ones of a lot."""

    facts: _Facts
    remaining_ul: int
    bottles: int
    expires_on: date | None
    bottle: str = ""
    opened: bool = False
    kept_back: bool = False
    """Held for itself, or under way."""
    held: bool = False


def stock_table(desk: Desk, wanted: Filter, *, limit: int = 50, offset: int = 0) -> StockPage:
    """A page of the bottles that a filter lets through.

    `Show.USABLE` and the bottles' own stops are what a mix would say today, but for claims.
    """
    today = desk.today()
    with look(desk) as connection:
        facts = _facts(connection)
        chosen = _chosen(connection, wanted.text, facts)
        groups = [g for g in _groups(connection, wanted.show, facts) if _shown(g, wanted, today)]
        if chosen is not None:
            groups = list(chosen(groups))
        groups.sort(key=_key(wanted.order), reverse=wanted.descending)
        names = _names(connection, groups, offset, limit)
        found = named_bottles(connection, *names) if names else {}
    rows = tuple(offer(found[name], today) for name in names)
    return StockPage(rows, sum(group.bottles for group in groups))


def _shown(group: _Group, wanted: Filter, today: date) -> bool:
    facts, until = group.facts, group.expires_on
    if wanted.kind is not None and facts.product.kind is not wanted.kind:
        return False
    in_date = until is not None and until >= today
    usable = in_date and not facts.blocked and not group.kept_back and group.remaining_ul > 0
    match wanted.show:
        case Show.USABLE:
            return usable
        case Show.OPENED:
            return group.opened
        case Show.EXPIRING:
            return usable and until is not None and (until - today).days <= wanted.within_days
        case Show.EXPIRED:
            return until is not None and not in_date and facts.state not in _GONE
        case Show.HOLD:
            return facts.state is LotState.HOLD or group.held
        case Show.QUARANTINE | Show.RECALLED | Show.REJECTED:
            return facts.state.value == wanted.show.value.upper()
        case Show.AT_HAND | Show.EMPTY | Show.ALL:
            return True


def _key(order: Order) -> Callable[[_Group], tuple[Any, ...]]:
    name = cache(lambda product: product.name.casefold())
    first: Callable[[_Group], Any] = {
        Order.EXPIRY: lambda group: group.expires_on or date.max,
        Order.RECEIVED: lambda group: group.facts.received_on or date.min,
        Order.PRODUCT: lambda group: name(group.facts.product),
        Order.REMAINING: lambda group: group.remaining_ul,
    }[order]

    def key(group: _Group) -> tuple[Any, ...]:
        until = group.expires_on or date.max
        lot = group.facts.lot
        return (first(group), until, not group.opened, lot, group.remaining_ul, group.bottle)

    return key


# ── lots ─────────────────────────────────────────────────────────────────────────────────────────

_LOTS = select(
    t.lots.c.lot,
    t.lots.c.product,
    t.lots.c.label_expiry,
    t.lots.c.received_on,
    t.lots.c.state,
    func.trim(t.lots.c.lot_no) != "",
    t.cards.c.ink,
).select_from(t.lots.outerjoin(t.cards, t.cards.c.lot == t.lots.c.lot))


def _facts(connection: Connection) -> dict[str, _Facts]:
    products = {p.id: p for kind in Kind for p in products_of(connection, kind)}

    @cache
    def blocked(product: str, state: str, numbered: bool, ink: str | None) -> bool:
        # The one rule, asked once for each kind of lot that there is.
        number = "numbered" if numbered else ""
        like = Lot("-", products[product], number, None, None, LotState(state), ink=ink or "")
        return like.state not in USABLE_STATES or bool(blocking(lot_stops(like)))

    day = cache(date.fromisoformat)
    state_of = cache(LotState)
    return {
        lot: _Facts(
            lot,
            products[product],
            day(label) if label else None,
            day(received) if received else None,
            state_of(state),
            blocked(product, state, bool(numbered), ink),
        )
        for lot, product, label, received, state, numbered, ink in connection.execute(_LOTS)
    }


# ── bottles, in groups ───────────────────────────────────────────────────────────────────────────

_b = t.bottles.c
_AT_HAND = _b.remaining_ul != 0
_KEPT_BACK = or_(_b.held != "", _b.sent_to != "")
# These two ask an index alone and read no bottle.
_SEALED = (
    select(_b.lot, _b.remaining_ul, func.count())
    .where(_AT_HAND, _b.opened_on.is_(None))
    .group_by(_b.lot, _b.remaining_ul)
)
_EVER = select(_b.lot, func.count()).group_by(_b.lot)
_SINGLE = select(_b.lot, _b.bottle, _b.remaining_ul, _b.opened_on, _b.held, _b.sent_to)
_OPENED = _SINGLE.where(_AT_HAND, _b.opened_on.is_not(None))
# Each by its own small index: with one condition more SQLite reads all that is at hand instead.
_APART = (_SINGLE.where(_b.held != ""), _SINGLE.where(_b.sent_to != ""))


def _groups(connection: Connection, show: Show, facts: dict[str, _Facts]) -> Iterator[_Group]:
    opened = connection.execute(_OPENED).all()
    sealed = connection.execute(_SEALED).all()
    if show is not Show.EMPTY:
        apart = {
            row.bottle: row
            for statement in _APART
            for row in connection.execute(statement)
            if row.remaining_ul != 0 and row.opened_on is None
        }
        yield from (_single(row, facts[row.lot]) for row in (*opened, *apart.values()))
        less = Counter((row.lot, row.remaining_ul) for row in apart.values())
        for lot, remaining_ul, count in sealed:
            if plain := count - less[lot, remaining_ul]:
                yield _Group(facts[lot], remaining_ul, plain, facts[lot].label_expiry)
    if show in {Show.EMPTY, Show.ALL}:
        full = Counter(row.lot for row in opened)
        for lot, _, count in sealed:
            full[lot] += count
        for lot, count in connection.execute(_EVER):
            if empty := count - full[lot]:
                yield _Group(facts[lot], 0, empty, facts[lot].label_expiry)


def _single(row: _Row, facts: _Facts) -> _Group:
    opened_on = date.fromisoformat(row.opened_on) if row.opened_on else None
    expiry = effective_expiry(facts.label_expiry, opened_on, facts.product.pao_months)
    return _Group(
        facts,
        row.remaining_ul,
        1,
        expiry.on if expiry else None,
        row.bottle,
        opened=opened_on is not None,
        kept_back=bool(row.held or row.sent_to),
        held=bool(row.held),
    )


def _names(connection: Connection, groups: Sequence[_Group], offset: int, limit: int) -> list[str]:
    """The bottles from `offset` on, at most `limit`, as the groups stand."""
    page: list[tuple[_Group, int, int]] = []
    start, end = max(offset, 0), max(offset, 0) + max(limit, 0)
    at = 0
    for group in groups:
        first, last = max(start - at, 0), min(end - at, group.bottles)
        if first < last:
            page.append((group, first, last))
        at += group.bottles
        if at >= end:
            break
    members = _members(connection, [group for group, _, _ in page if not group.bottle])
    return [
        name
        for group, first, last in page
        for name in (
            [group.bottle]
            if group.bottle
            else members[group.facts.lot, group.remaining_ul][first:last]
        )
    ]


def _members(connection: Connection, groups: Iterable[_Group]) -> dict[tuple[str, int], list[str]]:
    lots = {group.facts.lot for group in groups}
    if not lots:
        return {}
    rows = connection.execute(
        select(_b.lot, _b.remaining_ul, _b.bottle)
        .where(
            _b.lot.in_(lots),
            or_(~_AT_HAND, and_(_b.opened_on.is_(None), ~_KEPT_BACK)),
        )
        .order_by(_b.bottle)
    )
    found: dict[tuple[str, int], list[str]] = {}
    for lot, remaining_ul, bottle in rows:
        found.setdefault((lot, remaining_ul), []).append(bottle)
    return found


# ── text ─────────────────────────────────────────────────────────────────────────────────────────

_Choose = Callable[[Iterable[_Group]], Iterator[_Group]]


def _chosen(connection: Connection, said: str, facts: dict[str, _Facts]) -> _Choose | None:
    """Lets through the lots, or the one bottle, that the text speaks of; None without a text."""
    text = said.strip()
    if not text:
        return None
    named = connection.execute(_SINGLE.where(_b.bottle.in_({text, text.upper()}))).first()
    if named is not None:
        return lambda groups: _only(named, groups)
    folded = text.casefold()
    lots = {
        lot
        for lot, fact in facts.items()
        if lot.casefold() == folded
        or folded in fact.product.id.casefold()
        or folded in fact.product.name.casefold()
    }
    if normal := normal_form(text):
        lots |= set(
            connection.scalars(
                select(t.lot_identifiers.c.lot).where(
                    t.lot_identifiers.c.normal.startswith(normal, autoescape=True)
                )
            )
        )
    return lambda groups: (group for group in groups if group.facts.lot in lots)


def _only(named: _Row, groups: Iterable[_Group]) -> Iterator[_Group]:
    apart = named.remaining_ul != 0 and bool(named.opened_on or named.held or named.sent_to)
    for group in groups:
        if apart and group.bottle == named.bottle:
            yield group
        if (
            not apart
            and not group.bottle
            and (group.facts.lot, group.remaining_ul) == (named.lot, named.remaining_ul)
        ):
            yield group._replace(bottles=1, bottle=named.bottle)
