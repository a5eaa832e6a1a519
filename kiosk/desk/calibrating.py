"""Calibrations as events, and the gate that stands before every recommendation."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np
from sqlalchemy import Connection, select

from calibration.baseline import ImplausibleBaseline
from calibration.gate import CalibrationRecord, CardCheck, GateState, check_card, judge
from calibration.references import (
    REFERENCE_TEMPERATURE_C,
    Reference,
    WrongReference,
    require_same_cap,
    suitability,
)
from calibration.sampling import Lab, as_lab
from calibration.validity import Circumstances, Usage, rules_for
from drivers.channel_heads import Baseline
from drivers.contract import Colorimeter
from drivers.errors import NeedsCalibration
from drivers.readings import Identity, Spectrum
from kiosk.desk.errors import DeskError
from kiosk.desk.heads import require_plausible
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.references import find_reference, met_stop, newest_cap_seq, require_tile
from kiosk.desk.unit_state import (
    baseline_document,
    baseline_of,
    circumstances_document,
    circumstances_of,
    read_baseline,
    read_circumstances,
)
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage.tables import calibrations

#: A white paper card has L* 90 or more; even a unit whose white is half wrong reads it above this.
LEAST_CARD_LIGHTNESS = 60.0
MOST_CARD_CHROMA = 12.0
GATE_EVIDENCE = "Colour instruments are re-calibrated every 8 hours at most"


@dataclass(frozen=True, slots=True)
class CalibrationEntry:
    """One line of a unit's calibration history."""

    seq: int
    at: datetime
    operator: str
    model: str
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
    *,
    made_under: Circumstances | None = None,
    baseline: Baseline | None = None,
    reference: Reference | None = None,
) -> None:
    """Keep one successful calibration step.

    Args:
        desk: the desk.
        operator: who calibrated.
        identity: the unit.
        kind: the step.
        tile: the unit's tile constant, kept with white; it must be the one on record.
        made_under: settings and temperature, see `unit_state.circumstances_of`.
        baseline: black and white of a head, see `unit_state.baseline_of`.
        reference: the tile that white was read on, where it is a known one.

    Raises:
        Refused: the tile constant is not that of this unit's cap.
        NeedsCalibration: black and white of a head cannot be what they should be.
    """
    require(operator, Duty.CALIBRATE)
    detail: dict[str, Any] = {}
    if made_under is not None:
        detail["made_under"] = circumstances_document(made_under)
    if baseline is not None:
        # Black is read first: an older white would go with another zero.
        kept = replace(baseline, white=None) if kind == "black" else baseline
        if kind == "white":
            if kept.black is None:
                raise NeedsCalibration(
                    "Black has not been read, or under other settings or too long ago.",
                    "Calibrate black, then white.",
                )
            earlier = known_white(desk, identity)
            try:
                require_plausible(identity, kept, earlier)
            except ImplausibleBaseline as odd:
                raise NeedsCalibration(
                    f"{odd}.",
                    "See to that, then calibrate black and white again. After a service: add the "
                    "tile as a reference that belongs to this unit.",
                ) from odd
        detail["baseline"] = baseline_document(kept)
    if kind == "white" and reference is not None:
        detail["reference"] = reference.serial
    if kind == "white" and tile is not None:
        if (known := known_tile(desk, identity)) is not None:
            try:
                require_same_cap(identity.serial, known, tile)
            except WrongReference as wrong:
                raise met_stop(desk, operator, identity, "CAP-CHANGED", str(wrong)) from wrong
        detail["tile"] = {
            "start": tile.start_nm,
            "step": tile.step_nm,
            "values": list(tile.values),
        }
    with work(desk, operator.id) as task:
        task.record(_event(identity, kind, "done", detail))


def calibrate_unit(
    desk: Desk,
    operator: Operator,
    unit: Colorimeter,
    kind: Literal["black", "white"],
    reference: str | None = None,
) -> None:
    """Run one step on an open unit and keep it; the surface must be in place.

    Raises:
        NotFound: no such reference.
        Refused: the tile is not one for this unit.
        InstrumentError: the unit failed or refused.
    """
    require(operator, Duty.CALIBRATE)
    tile = (
        require_tile(desk, operator, unit.identity, unit.condition, reference)
        if reference is not None and kind == "white"
        else None
    )
    unit.calibrate(kind)
    record_step(
        desk,
        operator,
        unit.identity,
        kind,
        unit.tile_constant,
        made_under=circumstances_of(unit),
        baseline=baseline_of(unit),
        reference=tile,
    )


def record_card(
    desk: Desk,
    operator: Operator,
    identity: Identity,
    placements: Sequence[Lab],
    *,
    reference: str | None = None,
    temperature_c: float | None = None,
) -> CardCheck:
    """Judge a card or check tile against its first reading on this unit, and keep both.

    Nothing is kept while another placement is needed (`outcome` None): call again with all
    placements once there is one more.

    Args:
        desk: the desk.
        operator: who reads.
        identity: the unit.
        placements: CIELAB of each, lifted and set down again in between.
        reference: number of a check tile; None for the white card that is kept with the kiosk.
        temperature_c: of the tile; a tile that changes with warmth cannot be judged without it.

    Raises:
        NotFound: no such reference.
        DeskError: the tile changes with warmth and its temperature is not given.
    """
    require(operator, Duty.CALIBRATE)
    with work(desk, operator.id) as task:
        labs, detail = list(placements), dict[str, Any]()
        if reference is not None:
            tile = find_reference(task.connection, reference)
            labs = [_at_25_degrees(lab, tile, temperature_c) for lab in labs]
            detail = {"reference": reference, "temperature_c": temperature_c}
        entries = _entries(task.connection, identity.serial, identity.model)
        found = check_card(labs, _first_reading(entries, reference))
        if (outcome := found.outcome) is None:
            return found
        if outcome == "baseline" and reference is None:
            _require_white(found.lab)
        cards = [e for e in entries if e.step == "card" and _same(e, reference)]
        if outcome == "fail" and cards and cards[-1].outcome == "fail":
            found = replace(
                found,
                sentence=f"{found.sentence} It failed twice running: if it stays, clean the tile, "
                "check that its serial number is this unit's, and take the unit out of use.",
            )
        detail |= {"lab": list(found.lab), "placements": [list(lab) for lab in labs]}
        if found.difference is not None:
            detail["difference"] = found.difference
        task.record(_event(identity, "card", outcome, detail))
    return found


def _require_white(lab: Lab) -> None:
    """Everything later is held against the first reading, so that one must be of a white card."""
    lightness, a, b = lab
    if lightness < LEAST_CARD_LIGHTNESS or math.hypot(a, b) > MOST_CARD_CHROMA:
        raise DeskError(
            f"card: reads L* {lightness:.0f}, a* {a:.0f}, b* {b:.0f}, which is no white card",
            "Set the probe on the white card that is kept with the kiosk, and begin it again.",
        )


def _at_25_degrees(lab: Lab, tile: Reference, temperature_c: float | None) -> Lab:
    if temperature_c is None:
        fit = suitability(tile)
        if fit.use != "drift":
            raise DeskError(f"temperature: {fit.sentence}", "Give the tile's temperature.")
        return lab
    if tile.thermal is None:
        return lab
    steps = (temperature_c - REFERENCE_TEMPERATURE_C) / 10.0
    return as_lab(np.asarray(lab) - steps * np.asarray(tile.thermal))


def _same(entry: CalibrationEntry, reference: str | None) -> bool:
    return bool(entry.detail.get("reference") == reference)


def _first_reading(entries: Sequence[CalibrationEntry], reference: str | None) -> Lab | None:
    for entry in entries:
        if entry.step == "card" and entry.outcome == "baseline" and _same(entry, reference):
            return as_lab(entry.detail["lab"])
    return None


def _entries(
    connection: Connection, serial: str, model: str | None = None
) -> list[CalibrationEntry]:
    asked = select(calibrations).where(calibrations.c.serial == serial)
    if model is not None:
        # Heads without a serial number share a name for having none.
        asked = asked.where(calibrations.c.model == model)
    return [
        CalibrationEntry(
            row.seq,
            datetime.fromisoformat(row.at),
            row.operator,
            row.model,
            row.step,
            row.outcome,
            json.loads(row.detail),
        )
        for row in connection.execute(asked.order_by(calibrations.c.seq))
    ]


def history(desk: Desk, serial: str, model: str | None = None) -> list[CalibrationEntry]:
    """Every calibration step of a unit, oldest first."""
    with look(desk) as connection:
        return _entries(connection, serial, model)


def last_calibration(desk: Desk, serial: str, model: str | None = None) -> CalibrationRecord:
    """When each step was last done on a unit, and what white was done under."""
    return _record(serial, history(desk, serial, model))


def _record(serial: str, entries: Sequence[CalibrationEntry]) -> CalibrationRecord:
    newest = {entry.step: entry for entry in entries}

    def at(step: str) -> datetime | None:
        return newest[step].at if step in newest else None

    card, white = newest.get("card"), newest.get("white")
    outcome: Any = card.outcome if card else None
    made = white.detail.get("made_under") if white else None
    return CalibrationRecord(
        serial,
        at("black"),
        at("white"),
        at("card"),
        outcome,
        read_circumstances(made) if made else None,
    )


def known_tile(desk: Desk, identity: Identity) -> Spectrum | None:
    """The tile constant learned at the last white calibration of this unit, if any.

    What was learned before the unit got a new cap (a reference that belongs to it) is void.
    """
    with look(desk) as connection:
        since = newest_cap_seq(connection, identity.serial)
        entries = _entries(connection, identity.serial, identity.model)
    for entry in reversed(entries):
        if entry.step == "white" and "tile" in entry.detail and entry.seq > since:
            tile = entry.detail["tile"]
            return Spectrum(tile["start"], tile["step"], tuple(tile["values"]))
    return None


def known_baseline(desk: Desk, identity: Identity) -> CalibrationEntry | None:
    """The newest black or white step of a head that holds its counts; see `stored_baseline`."""
    for entry in reversed(history(desk, identity.serial, identity.model)):
        if entry.step in {"black", "white"} and "baseline" in entry.detail:
            return entry
    return None


def stored_baseline(entry: CalibrationEntry) -> Baseline:
    """The counts of a step that `known_baseline` found."""
    return read_baseline(entry.detail["baseline"])


def known_white(desk: Desk, identity: Identity) -> Baseline | None:
    """The newest complete black and white of a head since it last got a tile of its own."""
    with look(desk) as connection:
        since = newest_cap_seq(connection, identity.serial)
        entries = _entries(connection, identity.serial, identity.model)
    for entry in reversed(entries):
        if entry.step == "white" and "baseline" in entry.detail and entry.seq > since:
            return stored_baseline(entry)
    return None


def gate(
    desk: Desk,
    identity: Identity | None,
    connected_at: datetime | None,
    usage: Usage | None = None,
) -> GateState:
    """Whether readings of the connected unit may be used now.

    A calibration that is only too old may be passed with a reason and a signature (`passable`) on
    a day on which the newest check of card or tile has passed.

    Args:
        desk: the desk.
        identity: the unit that is connected now.
        connected_at: since when.
        usage: what happened to it since it was calibrated, see `InstrumentLine.usage`.
    """
    if identity is None:
        return GateState(False, "No instrument is connected.", None)
    entries = history(desk, identity.serial, identity.model)
    record = _record(identity.serial, entries)
    state = judge(
        record,
        now=desk.clock(),
        connected_at=connected_at,
        rules=rules_for(identity.model),
        usage=usage,
    )
    return replace(state, passable=state.causes == ("age",) and _checked_today(desk, record))


def _checked_today(desk: Desk, record: CalibrationRecord) -> bool:
    if record.card_at is None or record.card_outcome != "pass":
        return False
    if record.white_at is not None and record.card_at < record.white_at:
        return False
    return record.card_at.astimezone(desk.zone).date() == desk.today()


def gate_stop(state: GateState) -> Stop | None:
    """The gate as a stop: POLICY where a check of the day vouches for the unit, else SAFETY."""
    if state.ready:
        return None
    lifts = "Black, white and the white card, about half a minute"
    if state.passable:
        severity, lifts = Severity.POLICY, f"{lifts}; or a reason and your signature."
    elif state.causes == ("age",):
        severity = Severity.SAFETY
        lifts = f"{lifts}; or a check of the card that passes today, a reason and your signature."
    else:
        severity, lifts = Severity.SAFETY, f"{lifts}."
    return Stop("CALIBRATION", severity, f"Calibrate first. {state.reason}", GATE_EVIDENCE, lifts)
