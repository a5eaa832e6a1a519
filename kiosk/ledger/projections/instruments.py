"""The history of an instrument's calibrations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from kiosk.ledger.canonical import encode
from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import ID, Body, ShortWord, projection
from kiosk.storage.tables import calibrations


class Calibrated(Body, frozen=True):
    """One step of a calibration; `detail` is the step's own and is kept as canonical JSON."""

    model: ID
    serial: ID
    step: ShortWord
    outcome: ShortWord
    detail: dict[str, Any]


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


PROJECTIONS = {"instrument.calibrated": projection(Calibrated, _calibrate)}
