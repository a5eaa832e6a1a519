"""Calibrations as events, and the gate that stands before every recommendation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from calibration.gate import CalibrationRecord, CardOutcome, GateState, judge, judge_card
from calibration.sampling import Lab, as_lab
from drivers.readings import Identity, Spectrum
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage.tables import calibrations

GATE_EVIDENCE = "Colour instruments are re-calibrated every 8 hours at most"


@dataclass(frozen=True, slots=True)
class CalibrationEntry:
    """One line of a unit's calibration history."""

    at: datetime
    operator: str
    step: str
    outcome: str
    detail: dict[str, Any]


def _event(identity: Identity, step: str, outcome: str, detail: dict[str, Any]) -> Event:
    return Event(
        "instrument.calibrated",
        identity.serial,
        {
            "model": identity.model,
            "serial": identity.serial,
            "step": step,
            "outcome": outcome,
            "detail": {"firmware": identity.firmware, **detail},
        },
    )


def record_step(
    desk: Desk,
    operator: Operator,
    identity: Identity,
    kind: Literal["black", "white"],
    tile: Spectrum | None = None,
) -> None:
    """Keep one successful calibration step; the tile constant is kept with the white step."""
    require(operator, Duty.CALIBRATE)
    detail: dict[str, Any] = {}
    if kind == "white" and tile is not None:
        detail["tile"] = {
            "start": tile.start_nm,
            "step": tile.step_nm,
            "values": list(tile.values),
        }
    with work(desk, operator.id) as task:
        task.record(_event(identity, kind, "done", detail))


def record_card(
    desk: Desk, operator: Operator, identity: Identity, lab: Lab
) -> tuple[CardOutcome, float | None]:
    """Judge the white card against its first reading on this unit and keep both.

    Returns:
        The outcome and the difference (Euclidean CIELAB), None for the very first reading.
    """
    require(operator, Duty.CALIBRATE)
    with work(desk, operator.id) as task:
        outcome, difference = judge_card(lab, _card_baseline(task.connection, identity.serial))
        detail: dict[str, Any] = {"lab": list(lab)}
        if difference is not None:
            detail["difference"] = difference
        task.record(_event(identity, "card", outcome, detail))
    return outcome, difference


def _entries(connection: Connection, serial: str) -> list[CalibrationEntry]:
    rows = connection.execute(
        select(calibrations).where(calibrations.c.serial == serial).order_by(calibrations.c.seq)
    )
    return [
        CalibrationEntry(
            datetime.fromisoformat(row.at),
            row.operator,
            row.step,
            row.outcome,
            json.loads(row.detail),
        )
        for row in rows
    ]


def _card_baseline(connection: Connection, serial: str) -> Lab | None:
    for entry in _entries(connection, serial):
        if entry.step == "card" and entry.outcome == "baseline":
            return as_lab(entry.detail["lab"])
    return None


def history(desk: Desk, serial: str) -> list[CalibrationEntry]:
    """Every calibration step of a unit, oldest first."""
    with look(desk) as connection:
        return _entries(connection, serial)


def last_calibration(desk: Desk, serial: str) -> CalibrationRecord:
    """When each step was last done on a unit."""
    newest = {entry.step: entry for entry in history(desk, serial)}

    def at(step: str) -> datetime | None:
        return newest[step].at if step in newest else None

    card = newest.get("card")
    outcome: Any = card.outcome if card else None
    return CalibrationRecord(serial, at("black"), at("white"), at("card"), outcome)


def known_tile(desk: Desk, identity: Identity) -> Spectrum | None:
    """The tile constant learned at the last white calibration of this unit, if any."""
    for entry in reversed(history(desk, identity.serial)):
        if entry.step == "white" and "tile" in entry.detail:
            tile = entry.detail["tile"]
            return Spectrum(tile["start"], tile["step"], tuple(tile["values"]))
    return None


def gate(desk: Desk, identity: Identity | None, connected_at: datetime | None) -> GateState:
    """Whether readings of the connected unit may be used now."""
    if identity is None:
        return GateState(False, "No instrument is connected.", None)
    record = last_calibration(desk, identity.serial)
    return judge(record, now=desk.clock(), connected_at=connected_at)


def gate_stop(state: GateState) -> Stop | None:
    """The gate as a stop: POLICY would need a check tile that passed, so this one is SAFETY."""
    if state.ready:
        return None
    return Stop(
        "CALIBRATION",
        Severity.SAFETY,
        f"Calibrate first. {state.reason}",
        GATE_EVIDENCE,
        "Black, white and the white card, about half a minute.",
    )
