"""What is known of instruments: calibrations, reference tiles, corrections, studies, bridges."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from kiosk.ledger.canonical import encode
from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Digest,
    ShortWord,
    Unprojectable,
    projection,
)
from kiosk.storage.tables import bridges, calibrations, corrections, reference_tiles, studies


class Calibrated(Body, frozen=True):
    """One step of a calibration; `detail` is the step's own and is kept as canonical JSON."""

    model: ID
    serial: ID
    step: ShortWord
    outcome: ShortWord
    detail: dict[str, Any]


class ReferenceAdded(Body, frozen=True):
    """A tile or card with its certificate; `owner` is the unit whose cap holds it, or None."""

    owner: ID | None
    certificate: dict[str, Any]


class ReferenceRetired(Body, frozen=True):
    """A tile that may not be used any more."""

    reason: str


class CorrectionFitted(Body, frozen=True):
    """A head's correction; `digest` is the artefact's own, which `detail` holds whole."""

    model: ID
    serial: ID
    digest: Digest
    detail: dict[str, Any]


class StudyFinished(Body, frozen=True):
    """A repeatability and reproducibility study of one unit."""

    model: ID
    serial: ID
    report: dict[str, Any]


class BridgeAccepted(Body, frozen=True):
    """Somebody wants readings of `theirs` on the scale of `ours` from now on."""

    ours: ID
    theirs: ID
    offer: dict[str, Any]


def _calibrate(connection: Connection, event: Recorded, body: Calibrated) -> None:
    connection.execute(
        insert(calibrations),
        {
            "seq": event.seq,
            "at": instant_text(event.at),
            "operator": event.actor,
            "model": body.model,
            "serial": body.serial,
            "step": body.step,
            "outcome": body.outcome,
            "detail": encode(body.detail).decode(),
        },
    )


def _add_reference(connection: Connection, event: Recorded, body: ReferenceAdded) -> None:
    connection.execute(
        insert(reference_tiles),
        {
            "serial": event.entity,
            "seq": event.seq,
            "owner": body.owner,
            "certificate": encode(body.certificate).decode(),
            "retired": None,
        },
    )


def _retire_reference(connection: Connection, event: Recorded, body: ReferenceRetired) -> None:
    known = select(reference_tiles.c.serial).where(reference_tiles.c.serial == event.entity)
    if connection.execute(known).first() is None:
        raise Unprojectable(event, "retires a reference nobody has added")
    connection.execute(
        update(reference_tiles)
        .where(reference_tiles.c.serial == event.entity)
        .values(retired=body.reason)
    )


def _fit(connection: Connection, event: Recorded, body: CorrectionFitted) -> None:
    connection.execute(
        insert(corrections),
        {
            "seq": event.seq,
            "at": instant_text(event.at),
            "operator": event.actor,
            "model": body.model,
            "serial": body.serial,
            "digest": body.digest,
            "detail": encode(body.detail).decode(),
        },
    )


def _study(connection: Connection, event: Recorded, body: StudyFinished) -> None:
    connection.execute(
        insert(studies),
        {
            "seq": event.seq,
            "at": instant_text(event.at),
            "operator": event.actor,
            "serial": body.serial,
            "report": encode(body.report).decode(),
        },
    )


def _accept_bridge(connection: Connection, event: Recorded, body: BridgeAccepted) -> None:
    connection.execute(
        insert(bridges),
        {
            "seq": event.seq,
            "at": instant_text(event.at),
            "operator": event.actor,
            "ours": body.ours,
            "theirs": body.theirs,
            "offer": encode(body.offer).decode(),
        },
    )


PROJECTIONS = {
    "instrument.calibrated": projection(Calibrated, _calibrate),
    "reference.added": projection(ReferenceAdded, _add_reference),
    "reference.retired": projection(ReferenceRetired, _retire_reference),
    "correction.fitted": projection(CorrectionFitted, _fit),
    "study.finished": projection(StudyFinished, _study),
    "bridge.accepted": projection(BridgeAccepted, _accept_bridge),
}
