"""From a chosen ratio and two bottles to a recorded mix: planned, checked again, signed, once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from kiosk.desk.cards import lot_notice
from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, Work, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require, verify_pin
from kiosk.desk.recommended import latest_recommendation
from kiosk.desk.screening import kept_reason, screening_stops, told_of
from kiosk.desk.stock.bottles import record_opening, require_volume
from kiosk.desk.stock.claiming import claim_stop, end_claim, take_claim
from kiosk.desk.stock.planning import horizon_stop
from kiosk.desk.stock.shelf import find_bottle, first_to_use, named_bottles
from kiosk.desk.visits import find_visit
from kiosk.inventory.model import Bottle, Kind
from kiosk.inventory.picking import Offer, offer, out_of_order
from kiosk.inventory.verdict import classify
from kiosk.ledger import reader
from kiosk.ledger.events import Event, Recorded
from kiosk.matching.mixing import plan_mix
from kiosk.matching.mixplan import MixPlan
from kiosk.matching.treatment import not_covered
from kiosk.stops import Refused, Severity, Stop, blocking, gravest, ranked
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class MixOrder:
    """What is about to be mixed. `token` makes confirming twice the same as confirming once."""

    token: str
    visit: str
    ratio: int
    pigment: str
    diluent: str
    total_ul: int
    reason: str = ""
    """Why a POLICY stop is passed; empty where none is."""


@dataclass(frozen=True, slots=True)
class PreparedMix:
    """A mix as it would be recorded, with everything that speaks against it."""

    order: MixOrder
    client: str
    plan: MixPlan
    pigment: Bottle
    diluent: Bottle
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class MixPart:
    """What one bottle gave."""

    bottle: str
    lot: str
    lot_no: str
    product: str
    role: str
    qty_ul: int
    verdict: str = ""
    """The class of the lot as it was known when it was used, under `rules_version`."""
    rules_version: str = ""


@dataclass(frozen=True, slots=True)
class MixRecord:
    """A mix that is in the ledger."""

    mix: str
    client: str
    ratio: int
    pigment_ul: int
    diluent_ul: int
    parts: tuple[MixPart, ...]
    signer: str
    at: datetime
    head: str
    """The ledger's head with this mix as its newest event, in hex."""
    events: int
    """How many events the ledger had then."""


def new_token() -> str:
    """A fresh mix id; made when the mix screen opens, not when it is confirmed."""
    return f"M-{uuid.uuid4().hex[:12]}"


# Built once: to build a statement takes longer than to run it.
_SEQ_OF_MIX = select(t.mixes.c.seq).where(t.mixes.c.mix == bindparam("token"))


def _ratio_stop(row: Row[tuple[Any, ...]] | None, ratio: int) -> Stop | None:
    """POLICY where the ratio is darker than advised, or where nothing was advised at all."""
    if row is None or row.advised_ratio is None:
        return Stop(
            "RATIO-UNADVISED",
            Severity.POLICY,
            f"1:{ratio} rests on no recommendation of this visit.",
            "No recipe was advised" if row else "Nothing was measured in this visit",
            "A reason and your signature, or a recommendation.",
        )
    if ratio < row.advised_ratio:
        return Stop(
            "RATIO-DARKER",
            Severity.POLICY,
            f"1:{ratio} is darker than the advised 1:{row.advised_ratio}. Pigment can be added "
            "in a later session, not taken out.",
            "Start light: every practitioner source agrees",
            "A reason and your signature.",
        )
    return None


#: Relative difference of two lots' strengths from which a recipe of one does not fit the other;
#: half a step of the shipped ladder at 1:40.
_STRENGTH_APART = 0.06


def _lot_stop(
    connection: Connection, row: Row[tuple[Any, ...]] | None, pigment: Bottle
) -> Stop | None:
    """POLICY where the advice was made for a lot of clearly another strength."""
    advised = row.lot if row else None
    if advised is None or advised == pigment.lot.id:
        return None
    cards = connection.execute(
        select(t.cards.c.lot, t.cards.c.strength).where(
            t.cards.c.lot.in_([advised, pigment.lot.id])
        )
    )
    strengths = {row.lot: row.strength for row in cards}
    was, now = strengths.get(advised, 1.0), strengths.get(pigment.lot.id, 1.0)
    if abs(now / was - 1.0) <= _STRENGTH_APART:
        return None
    return Stop(
        "RATIO-OTHER-LOT",
        Severity.POLICY,
        f"The ratio was worked out for lot {advised} (strength {was:.2f}); "
        f"{pigment.id} is of lot {pigment.lot.id} (strength {now:.2f}).",
        "Swatch cards of both lots, without a card the product's reference strength",
        "A new recommendation once that lot is next, or a reason and your signature.",
    )


def _prepare(connection: Connection, desk: Desk, order: MixOrder) -> PreparedMix:
    visit = find_visit(connection, order.visit)
    plan = plan_mix(order.ratio, order.total_ul)
    if plan.status != "plan":
        raise DeskError(f"total_ul: {plan.reason}", " ".join(plan.steps))
    bottles = named_bottles(connection, order.pigment, order.diluent)
    pigment, diluent = bottles[order.pigment], bottles[order.diluent]
    now, today = desk.clock(), desk.today()
    stops: list[Stop] = []
    for bottle, kind, drawn in (
        (pigment, Kind.PIGMENT, plan.drawn_pigment_ul),
        (diluent, Kind.DILUENT, plan.drawn_diluent_ul),
    ):
        if bottle.lot.product.kind is not kind:
            raise DeskError(
                f"{kind.value}: {bottle.id} is {bottle.lot.product.kind.value}",
                "Choose one pigment bottle and one diluent bottle.",
            )
        found = offer(bottle, today).stops
        stops.extend(found)
        elsewhere = claim_stop(desk, bottle, now)
        stops.extend([elsewhere] if elsewhere else [])
        if gravest(found) is not Severity.SAFETY:
            require_volume(bottle, drawn)
            late = out_of_order(bottle, _first(connection, desk, kind, drawn, now))
            stops.extend([late] if late else [])
            ends = horizon_stop(connection, visit.client, bottle, today, desk.zone)
            stops.extend([ends] if ends else [])
    advised = latest_recommendation(connection, order.visit)
    ratio_stop = _ratio_stop(advised, order.ratio)
    stops.extend([ratio_stop] if ratio_stop else [])
    product = pigment.lot.product
    stops.extend(not_covered(product.name, "permanent", product.colourants))
    lot_stop = _lot_stop(connection, advised, pigment)
    stops.extend([lot_stop] if lot_stop else [])
    notice = lot_notice(connection, pigment.lot.id)
    stops.extend([notice] if notice else [])
    stops.extend(screening_stops(connection, visit.client, (pigment, diluent)))
    return PreparedMix(order, visit.client, plan, pigment, diluent, ranked(stops))


def _first(
    connection: Connection, desk: Desk, kind: Kind, drawn: int, now: datetime
) -> tuple[Offer, ...]:
    """The bottle to take first; one that is at another chair is not within reach."""
    for limit in (1, 50):
        # A bottle that holds too little for this batch cannot be the one to take first.
        offers = first_to_use(connection, kind, desk.today(), at_least_ul=drawn, limit=limit)
        here = tuple(item for item in offers if claim_stop(desk, item.bottle, now) is None)
        if here or not offers:
            return here[:1]
    return ()


def prepare_mix(desk: Desk, order: MixOrder) -> PreparedMix:
    """The plan for an order, and its stops; records nothing.

    Raises:
        DeskError: no such bottle, the batch is too small to measure, a bottle holds too little.
    """
    with look(desk) as connection:
        return _prepare(connection, desk, order)


def confirm_mix(desk: Desk, order: MixOrder, signer: str, pin: str) -> MixRecord:
    """Sign and record a mix: one transaction, once for each token.

    Everything is checked again here, because between planning and signing a lot may have been
    quarantined or a bottle emptied at another kiosk. A SAFETY stop that was met is recorded: that
    somebody tried is part of the truth.

    Raises:
        SignInRefused: the PIN is not the signer's.
        Refused: a SAFETY stop, or a POLICY stop without a reason.
        DeskError: the order cannot be carried out.
    """
    operator = verify_pin(desk, signer, pin)
    require(operator, Duty.TREAT)
    try:
        return _confirm(desk, order, operator)
    except Refused as refused:
        met = [stop for stop in refused.stops if stop.severity is Severity.SAFETY]
        with work(desk, operator.id) as task:
            task.record(*(_stop_event("stop.met", order, stop) for stop in met))
        raise


def _confirm(desk: Desk, order: MixOrder, operator: Operator) -> MixRecord:
    with work(desk, operator.id) as task:
        if (done := _recorded(task.connection, order.token)) is not None:
            return done
        require_trusted_clock(task)
        prepared = _prepare(task.connection, desk, order)
        stops = blocking(prepared.stops)
        reason = order.reason.strip()
        if any(stop.severity is Severity.SAFETY for stop in stops) or (stops and not reason):
            raise Refused(stops)
        why = kept_reason(task, prepared.client, stops, reason)
        for stop in stops:
            task.record(_stop_event("stop.passed", order, stop, **why))
        for bottle in (prepared.pigment, prepared.diluent):
            if bottle.opened_on is None:
                record_opening(task, bottle.id)
            _end_claim(task, bottle, why["reason"])
        (event,) = task.record(_mix_event(prepared))
        return _mix_record(event)


def _end_claim(task: Work, bottle: Bottle, reason: str) -> None:
    # Before the mix and not after it: a mix is the newest event of its own record.
    if claim_stop(task.desk, bottle, task.now) is not None:
        take_claim(task, bottle.id, reason)
        bottle = find_bottle(task.connection, bottle.id)
    end_claim(task, bottle)


def _stop_event(kind: str, order: MixOrder, stop: Stop, **more: str) -> Event:
    return Event(kind, order.token, {**told_of(stop), **more})


def _mix_event(prepared: PreparedMix) -> Event:
    order, plan = prepared.order, prepared.plan
    drawn = (
        ("pigment", prepared.pigment, plan.drawn_pigment_ul),
        ("diluent", prepared.diluent, plan.drawn_diluent_ul),
    )
    return Event(
        "mix.confirmed",
        order.token,
        {
            "visit": order.visit,
            "client": prepared.client,
            "ratio": order.ratio,
            "pigment_ul": plan.pigment_ul,
            "diluent_ul": plan.diluent_ul,
            "stock": plan.stock.as_dict() if plan.stock else None,
            "leftover_ul": plan.drawn_pigment_ul + plan.drawn_diluent_ul - plan.total_ul,
            "parts": [
                {
                    "bottle": bottle.id,
                    "lot": bottle.lot.id,
                    "lot_no": bottle.lot.lot_no,
                    "product": bottle.lot.product.id,
                    "role": role,
                    "qty_ul": qty,
                    "verdict": finding.verdict.value,
                    "rules_version": finding.rules_version,
                }
                for role, bottle, qty in drawn
                for finding in (classify(bottle.lot.product),)
            ],
        },
    )


def _recorded(connection: Connection, token: str) -> MixRecord | None:
    seq = connection.scalar(_SEQ_OF_MIX, {"token": token})
    if seq is None:
        return None
    return _mix_record(reader.tail(connection, limit=1, before_seq=seq + 1)[0])


def _mix_record(event: Recorded) -> MixRecord:
    body = event.body
    return MixRecord(
        mix=event.entity,
        client=body["client"],
        ratio=body["ratio"],
        pigment_ul=body["pigment_ul"],
        diluent_ul=body["diluent_ul"],
        parts=tuple(MixPart(**part) for part in body["parts"]),
        signer=event.actor,
        at=event.at,
        head=event.leaf,
        # An event's number counts from 1 without a gap.
        events=event.seq,
    )
