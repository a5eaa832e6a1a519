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


def _counted(_entity: str, body: Body) -> str:
    differing = [line for line in body["lines"] if line["book_ul"] != line["counted_ul"]]
    changes = ", ".join(
        f"{line['bottle']} {_ml(line['book_ul'])} → {_ml(line['counted_ul'])} ({line['reason']})"
        for line in differing
    )
    return f"{len(body['lines'])} bottles counted: {changes or 'all as in the book'}"


def _claimed(entity: str, body: Body) -> str:
    taken = f", taken over: {body['reason']}" if body["reason"] else ""
    return f"bottle {entity} claimed by {body['kiosk']}{taken}"


def _nonconforming(entity: str, body: Body) -> str:
    whom = f" for {body['client']}" if body["client"] else ""
    return (
        f"NON-CONFORMANCE: {_ml(body['qty_ul'])} of {entity} (lot {body['lot']}) used{whom} on "
        f"{body['used_on']} in spite of {', '.join(body['rules'])}"
    )


def _recalled(entity: str, body: Body) -> str:
    lots = ", ".join(hit["lot"] for hit in body["hits"]) or "no lot here"
    return f"recall {entity} version {body['version']} applied: {lots}"


def _moved(entity: str, body: Body) -> str:
    corrects = f", corrects event {body['corrects']}" if body.get("corrects") else ""
    return f"bottle {entity}: {body['type']} {_ml(body['qty_ul'])}, {body['reason']}{corrects}"


def _reference(entity: str, body: Body) -> str:
    owner = f", of {body['owner']}" if body["owner"] else ""
    certificate = body["certificate"]
    return (
        f"{certificate['colour']} reference {entity} added{owner}, certified "
        f"{certificate['certified_on']}"
    )


def _fitted(entity: str, body: Body) -> str:
    return (
        f"correction of {body['model']} {entity} fitted on {body['patches']} patches of "
        f"{body['chart']}: expected error {body['expected']:.2f}"
    )


_SENTENCES: dict[str, Callable[[str, Body], str]] = {
    "clinic.created": lambda _, body: f"clinic '{body['name']}' founded",
    "clinic.profile_chosen": lambda _, body: (
        f"legal profile {body['profile']} chosen, version {body['version']}"
    ),
    "operator.added": lambda entity, body: f"operator {entity} added as {body['role']}",
    "operator.signed_in": lambda entity, body: f"{entity} signed in as {body['role']}",
    "operator.refused": lambda entity, body: f"wrong PIN for {entity} ({body['failures']} so far)",
    "instrument.calibrated": _calibrated,
    "reference.added": _reference,
    "reference.retired": lambda entity, body: f"reference {entity} retired: {body['reason']}",
    "correction.fitted": _fitted,
    "study.finished": lambda entity, body: (
        f"study of {body['model']} {entity} finished: {len(body['report']['operators'])} operators,"
        f" {len(body['report']['patches'])} patches"
    ),
    "bridge.accepted": lambda _, body: f"bridge from {body['theirs']} to {body['ours']} accepted",
    "client.registered": lambda entity, _: f"client {entity} registered",
    "screening.recorded": lambda entity, _: f"what {entity} told for the screening was kept",
    "visit.opened": lambda entity, body: f"visit {entity} of {body['client']} opened",
    "sessions.planned": lambda entity, body: (
        f"{entity} is expected on {', '.join(body['days']) or 'no further day'}"
    ),
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
    "lot.held": lambda entity, body: f"lot {entity} put on hold: {body['reason']}",
    "lot.recalled": lambda entity, body: f"lot {entity} recalled: {body['reason']}",
    "lot.disposed": lambda entity, body: f"lot {entity} gone: {body['reason']}",
    "lot.corrected": lambda entity, body: (
        f"lot {entity} corrected to lot number {body['lot_no'] or '(none)'}, label date "
        f"{body['label_expiry'] or '(none)'}: {body['reason']}"
    ),
    "lot.reclassed": lambda entity, body: (
        f"lot {entity} is now known as {body['verdict']} (rules {body['rules_version']})"
    ),
    "product.amended": lambda entity, body: (
        f"product {entity} amended: declared {', '.join(body['colourants']) or 'no colourant'}"
    ),
    "supplier.added": lambda entity, body: f"supplier {entity} added: {body['name']}",
    "supplier.blocked": lambda entity, body: f"supplier {entity} blocked: {body['reason']}",
    "supplier.approved": lambda entity, body: f"supplier {entity} approved: {body['reason']}",
    "document.attached": lambda _, body: (
        f"{body['kind']} '{body['name']}' attached to {body['subject']}, "
        f"sha-256 {body['sha256'][:12]}…"
    ),
    "document.withdrawn": lambda entity, body: (
        f"document {body['document']} of {entity} withdrawn: {body['reason']}"
    ),
    "asset.added": lambda entity, body: f"{body['kind']} {entity} added, serial {body['serial']}",
    "asset.serviced": lambda entity, body: (
        f"{entity} serviced, good until {body['due_on'] or 'further notice'}"
    ),
    "asset.retired": lambda entity, body: f"{entity} out of service: {body['reason']}",
    "bottle.held": lambda entity, body: f"bottle {entity} held: {body['reason']}",
    "bottle.freed": lambda entity, body: f"bottle {entity} free again: {body['reason']}",
    "bottle.claimed": _claimed,
    "bottle.unclaimed": lambda entity, _: f"bottle {entity} given back",
    "bottle.placed": lambda entity, body: f"bottle {entity} is in {body['place']}",
    "bottle.sent": lambda entity, body: f"bottle {entity} sent to {body['place']}",
    "dropper.measured": lambda entity, body: (
        f"dropper of {entity}: {body['drops_per_ml']:.1f} drops a millilitre"
    ),
    "stock.moved": _moved,
    "stock.counted": _counted,
    "use.nonconforming": _nonconforming,
    "recall.applied": _recalled,
    "recall.hit": lambda entity, body: f"recall {entity} hits lot {body['hit']['lot']} as well",
    "recall.closed": lambda entity, body: (
        f"recall {entity} closed, {body['outcome']}: {body['reason']}"
    ),
    "recall.contacted": lambda entity, body: f"recall {entity}: {body['client']} {body['state']}",
    "exchange.merged": lambda entity, body: (
        f"events {body['first']} to {body['last']} of {entity} taken in"
    ),
    "mix.closed": lambda entity, body: f"mix {entity} {body['how']}: {body['reason']}".rstrip(": "),
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
