"""Events as sentences that a person can read without knowing their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.ledger.events import Recorded

Body = Mapping[str, Any]


def _ml(microlitres: int) -> str:
    return f"{microlitres / 1000:.2f} ml"


def _calibrated(entity: str, body: Body) -> str:
    step = {"black": "black", "white": "white tile", "card": "white card"}.get(
        body["step"], body["step"]
    )
    outcome = "" if body["outcome"] == "done" else f": {body['outcome']}"
    return f"{body['model'].upper()} {entity} calibrated, {step}{outcome}"


def _received(entity: str, body: Body) -> str:
    number = body["lot_no"] or "without a lot number"
    return (
        f"lot {entity} ({number}) of {body['product']} received, "
        f"{len(body['bottles'])} × {_ml(body['bottles'][0]['size_ul'])}, into quarantine"
    )


def _recommended(entity: str, body: Body) -> str:
    label = "ANCHORED" if body["anchored"] else "UNANCHORED"
    if body["advised_ratio"] is None:
        return f"no recipe for {entity} ({body['status']}), {label}"
    return f"1:{body['advised_ratio']} recommended for {entity}, {label}"


def _mixed(entity: str, body: Body) -> str:
    parts = " + ".join(
        f"{_ml(part['qty_ul'])} of {part['bottle']} (lot {part['lot_no']})"
        for part in body["parts"]
    )
    return f"mix {entity} 1:{body['ratio']} for {body['client']}: {parts}"


def _carded(entity: str, body: Body) -> str:
    return (
        f"card of lot {entity} read: strength {body['strength']:.2f} of the reference, "
        f"ink {body['ink']}"
    )


def _outcome(_entity: str, body: Body) -> str:
    what = "learned from" if body["learned"] else "kept, nothing learned"
    return f"healed result of {body['mix']} judged: {what}"


_SENTENCES: dict[str, Callable[[str, Body], str]] = {
    "clinic.created": lambda _, body: f"clinic '{body['name']}' founded",
    "operator.added": lambda entity, body: f"operator {entity} added as {body['role']}",
    "operator.signed_in": lambda entity, body: f"{entity} signed in as {body['role']}",
    "operator.refused": lambda entity, body: f"wrong PIN for {entity} ({body['failures']} so far)",
    "instrument.calibrated": _calibrated,
    "client.registered": lambda entity, _: f"client {entity} registered",
    "visit.opened": lambda entity, body: f"visit {entity} of {body['client']} opened",
    "visit.closed": lambda entity, _: f"visit {entity} closed",
    "tone.accepted": lambda _, body: (
        f"{body['surface']} tone accepted, {body['readings']} readings, spread {body['mcdm']:.1f}"
    ),
    "recommendation.made": _recommended,
    "product.added": lambda entity, body: (
        f"product {entity} added: {body['brand']} {body['line']} {body['shade']}".rstrip()
    ),
    "lot.received": _received,
    "lot.released": lambda entity, body: f"lot {entity} released: {body['reason']}",
    "lot.quarantined": lambda entity, body: f"lot {entity} put into quarantine: {body['reason']}",
    "lot.rejected": lambda entity, body: f"lot {entity} rejected: {body['reason']}",
    "bottle.opened": lambda entity, body: f"bottle {entity} opened on {body['opened_on']}",
    "stock.moved": lambda entity, body: (
        f"bottle {entity}: {body['type']} {_ml(body['qty_ul'])}, {body['reason']}"
    ),
    "mix.confirmed": _mixed,
    "lot.card_read": _carded,
    "anchor.added": lambda entity, body: (
        f"proven recipe {entity} added: 1:{body['ratio']} of {body['product']}"
    ),
    "outcome.judged": _outcome,
    "clock.confirmed": lambda entity, body: (
        f"the clock of {entity} confirmed: {body['reason']}. {body['contradicted']}"
    ),
    "stop.met": lambda entity, body: f"{entity}: stopped by {body['rule']}: {body['sentence']}",
    "stop.passed": lambda entity, body: (
        f"{entity}: {body['rule']} passed, reason: {body['reason']}"
    ),
}


def sentence(event: Recorded) -> str:
    """What happened, in words; an event of a kind this version does not know is named as such."""
    tell = _SENTENCES.get(event.kind)
    return tell(event.entity, event.body) if tell else f"{event.kind} {event.entity}"
