"""The stock, the mixes and the notices as the recall rules see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from kiosk.desk.stock.uses import uses_of_lots
from kiosk.inventory.recalls.contacts import Contact, ContactState, Use, exposures
from kiosk.inventory.recalls.dossier import Closing, Dossier, Outcome
from kiosk.inventory.recalls.effects import LotState, MixAlert, OpenMix, stop_of
from kiosk.inventory.recalls.findings import Preview
from kiosk.inventory.recalls.matcher import brands_to_look_at, numbers_wanted, preview
from kiosk.inventory.recalls.notice import LotNumber, Material, Notice, NumberKind
from kiosk.inventory.recalls.notice_file import from_document
from kiosk.inventory.recalls.stock import Stock, StockBottle, StockLot
from kiosk.inventory.volumes.movements import MovementType
from kiosk.ledger import reader
from kiosk.stops import Stop
from kiosk.storage import tables as t

#: More versions and late hits than any notice has.
_ALL = 100_000
_KINDS = {kind.value: kind for kind in NumberKind}
_MATERIALS = {material.value: material for material in Material}
#: A number that names the product and no lot of it; nothing to hold a recalled lot against.
ARTICLE = "GTIN"


def stock_lots(connection: Connection, lots: Collection[str] | None = None) -> list[StockLot]:
    """Every lot that was ever received, or the named ones; without their bottles."""
    return _stock_lots(connection, [] if lots is None else [t.lots.c.lot.in_(lots)])


def _stock_lots(connection: Connection, where: Sequence[ColumnElement[bool]]) -> list[StockLot]:
    found: dict[str, list[LotNumber]] = {}
    for lot, kind, text in connection.execute(
        select(t.lot_identifiers.c.lot, t.lot_identifiers.c.kind, t.lot_identifiers.c.text)
        .join(t.lots)
        .where(t.lot_identifiers.c.kind != ARTICLE, *where)
        .order_by(t.lot_identifiers.c.lot, t.lot_identifiers.c.line)
    ).all():
        number = LotNumber(_KINDS.get(kind.upper(), NumberKind.OTHER), text)
        found.setdefault(lot, []).append(number)
    # Ten years of deliveries are many lots of few products.
    products = {row.product: row for row in connection.execute(select(t.products))}
    made = []
    for lot, name, day in connection.execute(
        select(t.lots.c.lot, t.lots.c.product, t.lots.c.received_on)
        .where(*where)
        .order_by(t.lots.c.lot)
    ).all():
        product = products[name]
        numbers = tuple(found.get(lot, ()))
        received = date.fromisoformat(day) if day else None
        made.append(
            StockLot(
                lot, product.brand, product.line, product.shade, _MATERIALS[product.kind],
                numbers, received,
            )
        )  # fmt: skip
    return made


def _in_question(connection: Connection, notice: Notice) -> ColumnElement[bool]:
    """The lots that a notice could hit or nearly hit; what is left out, the matcher would drop."""
    rows = connection.execute(select(t.products.c.product, t.products.c.brand)).all()
    brands = brands_to_look_at(notice, {row.brand for row in rows})
    numbered = select(t.lot_identifiers.c.lot).where(
        t.lot_identifiers.c.normal.in_(numbers_wanted(notice))
    )
    return or_(
        t.lots.c.product.in_([row.product for row in rows if row.brand in brands]),
        t.lots.c.lot.in_(numbered),
    )


def match(connection: Connection, notice: Notice, lots: Collection[str] | None = None) -> Preview:
    """What a notice means of the stock; the hits carry their bottles, empty ones as well."""
    where = _in_question(connection, notice) if lots is None else t.lots.c.lot.in_(lots)
    found = preview(notice, Stock(_stock_lots(connection, [where])))
    bottles: dict[str, list[StockBottle]] = {}
    for row in connection.execute(
        select(t.bottles)
        .where(t.bottles.c.lot.in_(found.lots | {miss.lot.id for miss in found.near_misses}))
        .order_by(t.bottles.c.bottle)
    ):
        bottle = StockBottle(row.bottle, row.remaining_ul, row.opened_on is not None)
        bottles.setdefault(row.lot, []).append(bottle)

    def filled(lot: StockLot) -> StockLot:
        return replace(lot, bottles=tuple(bottles.get(lot.id, ())))

    return replace(
        found,
        hits=tuple(replace(hit, lot=filled(hit.lot)) for hit in found.hits),
        near_misses=tuple(replace(miss, lot=filled(miss.lot)) for miss in found.near_misses),
    )


def states_of(connection: Connection, lots: Collection[str]) -> dict[str, LotState]:
    """Where some lots stand."""
    rows = connection.execute(select(t.lots.c.lot, t.lots.c.state).where(t.lots.c.lot.in_(lots)))
    return {lot: LotState(state) for lot, state in rows}


def open_mixes(connection: Connection) -> list[OpenMix]:
    """Every cup that is not closed, with all lots in it."""
    rows = connection.execute(
        select(t.mixes.c.mix, t.ledger.c.kiosk, t.bottles.c.lot)
        .select_from(
            t.mixes.join(t.ledger, t.ledger.c.seq == t.mixes.c.seq)
            .join(t.movements, t.movements.c.seq == t.mixes.c.seq)
            .join(t.bottles)
        )
        .where(t.mixes.c.closed == "", t.movements.c.type == MovementType.MIX_IN.value)
        .order_by(t.mixes.c.seq, t.movements.c.line)
    )
    found: dict[str, tuple[str, list[str]]] = {}
    for mix, kiosk, lot in rows:
        found.setdefault(mix, (kiosk, []))[1].append(lot)
    return [OpenMix(mix, kiosk, tuple(lots)) for mix, (kiosk, lots) in found.items()]


def client_uses(connection: Connection, lots: Iterable[str], zone: ZoneInfo) -> list[Use]:
    """Every use of some lots on a client who is known."""
    return [
        Use(use.day(zone), use.client, use.lot, use.mix)
        for use in uses_of_lots(connection, list(lots), classes=False)
        if use.client
    ]


def dossier_of(connection: Connection, recall: str) -> Dossier | None:
    """A recall with all its versions, None where there is none of that id."""
    rows = connection.execute(
        select(t.recalls).where(t.recalls.c.recall == recall).order_by(t.recalls.c.version)
    ).all()
    if not rows:
        return None
    notices = tuple(from_document(json.loads(row.notice)) for row in rows)
    if rows[-1].state != "CLOSED":
        return Dossier(notices)
    outcome, _, reason = rows[-1].outcome.partition(": ")
    return Dossier(notices, Closing(Outcome(outcome), reason))


def notices_in_force(connection: Connection) -> list[Notice]:
    """The newest version of every recall that was not withdrawn.

    One that is completed stays in force: its lots are still what they are.
    """
    newest: dict[str, tuple[str, str, str]] = {}
    for row in connection.execute(select(t.recalls).order_by(t.recalls.c.version)):
        newest[row.recall] = (row.notice, row.state, row.outcome)
    return [
        from_document(json.loads(notice))
        for notice, state, outcome in newest.values()
        if state != "CLOSED" or outcome.startswith(f"{Outcome.COMPLETED}:")
    ]


def lots_under(connection: Connection, recall: str) -> dict[str, LotState]:
    """The lots that a recall holds, and how; none once it was closed so that it frees them."""
    rows = connection.execute(_HELD.where(t.recalled_lots.c.recall == recall))
    return {row.lot: LotState(row.effect) for row in rows}


#: What notices in force say of lots. All versions of a closed recall are closed; a later amendment
#: opens it again under a number of its own.
_HELD = (
    select(t.recalled_lots.c.recall, t.recalled_lots.c.lot, t.recalled_lots.c.effect)
    .join(
        t.recalls,
        and_(
            t.recalls.c.recall == t.recalled_lots.c.recall,
            t.recalls.c.version == t.recalled_lots.c.version,
        ),
    )
    .where(
        or_(
            t.recalls.c.state != "CLOSED",
            t.recalls.c.outcome.startswith(f"{Outcome.COMPLETED.value}:"),
        )
    )
)


def notices_holding(
    connection: Connection, lots: Collection[str]
) -> dict[str, dict[str, LotState]]:
    """For each of some lots that a notice in force holds: every such recall, and how."""
    found: dict[str, dict[str, LotState]] = {}
    for row in connection.execute(_HELD.where(t.recalled_lots.c.lot.in_(lots))):
        found.setdefault(row.lot, {})[row.recall] = LotState(row.effect)
    return found


def stop_on_lot(connection: Connection, lot: str) -> Stop | None:
    """The stop of the notice in force that holds a lot, whatever state the lot is in."""
    holding = notices_holding(connection, [lot]).get(lot)
    if not holding:
        return None
    # The graver of two is the one to show.
    recall = min(holding, key=lambda name: (holding[name] is not LotState.RECALLED, name))
    return stop_of(_newest(connection, recall))


def _newest(connection: Connection, recall: str) -> Notice:
    dossier = dossier_of(connection, recall)
    assert dossier is not None
    return dossier.current


def stopped_mixes(connection: Connection) -> tuple[MixAlert, ...]:
    """Every cup that still stands and holds a lot under a notice in force."""
    mixes = open_mixes(connection)
    holding = notices_holding(connection, {lot for mix in mixes for lot in mix.lots})
    alerts = []
    for mix in mixes:
        lots = tuple(lot for lot in mix.lots if lot in holding)
        stop = stop_on_lot(connection, lots[0]) if lots else None
        if stop is not None:
            alerts.append(MixAlert(mix, lots, stop))
    return tuple(alerts)


def wanted_elsewhere(connection: Connection, recall: str) -> dict[str, LotState]:
    """How other notices in force hold lots; RECALLED where two differ."""
    found: dict[str, LotState] = {}
    for row in connection.execute(_HELD.where(t.recalled_lots.c.recall != recall)):
        if found.get(row.lot) is not LotState.RECALLED:
            found[row.lot] = LotState(row.effect)
    return found


def lots_ever_under(connection: Connection, recall: str) -> set[str]:
    """Every lot that any version of a recall hit; the tables know those of the newest alone."""
    found: set[str] = set()
    for kind in ("recall.applied", "recall.hit"):
        for event in reader.tail(connection, limit=_ALL, kind=kind, entity=recall):
            hits = event.body["hits"] if kind == "recall.applied" else [event.body["hit"]]
            found.update(hit["lot"] for hit in hits)
    return found


def contacts_of(
    connection: Connection, recall: str, lots: Collection[str], uses: Iterable[Use]
) -> list[Contact]:
    """The clients on a recall's list, with what was used on them of these lots."""
    states = _contact_states(connection, recall)
    return [
        Contact(exposure, states[exposure.client])
        for exposure in exposures(lots, uses)
        if exposure.client in states
    ]


def whole_list(connection: Connection, recall: str, zone: ZoneInfo) -> list[Contact]:
    """Everybody who was ever on a recall's list: first who is exposed now, then who was before."""
    lots = lots_under(connection, recall)
    found = contacts_of(connection, recall, lots, client_uses(connection, lots, zone))
    listed = {contact.client for contact in found}
    if listed >= _contact_states(connection, recall).keys():
        return found
    ever = lots_ever_under(connection, recall)
    before = contacts_of(connection, recall, ever, client_uses(connection, ever, zone))
    return [*found, *(contact for contact in before if contact.client not in listed)]


def _contact_states(connection: Connection, recall: str) -> dict[str, ContactState]:
    rows = connection.execute(select(t.recall_contacts).where(t.recall_contacts.c.recall == recall))
    return {row.client: ContactState(row.state) for row in rows}
