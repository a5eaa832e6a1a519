"""Corrections of heads that measure channels: fitted on patches, signed, kept, put to use."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, Row, select

from calibration.baseline import Baseline
from calibration.charts import Chart, fit_channels
from calibration.correction import (
    AlteredCorrection,
    CalibratedHead,
    FittedCorrection,
    from_document,
)
from calibration.fitting import InsufficientPatches, Patch, fit_correction
from calibration.validity import CalibrationKey, invalidations, rules_for
from drivers.contract import Colorimeter
from drivers.errors import NeedsCalibration
from drivers.readings import Identity
from kiosk.desk.bench import Bench
from kiosk.desk.calibrating import (
    CalibrationEntry,
    history,
    known_baseline,
    known_tile,
    stored_baseline,
)
from kiosk.desk.errors import DeskError
from kiosk.desk.heads import used_channels
from kiosk.desk.office import Desk, look, work
from kiosk.desk.patches import MeasuredChart
from kiosk.desk.people import Duty, require, verify_pin
from kiosk.desk.unit_state import baseline_of
from kiosk.ledger.events import Event
from kiosk.storage.tables import corrections

NO_FIT = (
    "Measure the patches of a chart once: 'smp-kiosk calibrate fit --chart colorchecker24', on the "
    "head's own white tile."
)
NO_WHITE = "Run 'smp-kiosk calibrate black', then 'smp-kiosk calibrate white', then read again."


@dataclass(frozen=True, slots=True)
class KeptFit:
    """A correction as it stands in the ledger: by whom, on what chart, with which white tile.

    `tile` is the reference that white was read on at the fit; "" for the tile that came with the
    head and has no certificate here.
    """

    at: datetime
    operator: str
    chart: str
    tile: str
    fit: FittedCorrection


def fit_and_keep(
    desk: Desk, signer: str, pin: str, chart: Chart, measured: MeasuredChart
) -> KeptFit:
    """Fit a head's correction on measured patches, sign it and put it in force.

    Args:
        desk: the desk.
        signer: id of the operator who vouches for patches and chart.
        pin: theirs.
        chart: what the patches are.
        measured: what the head read; patches that the chart lacks are an error.

    Raises:
        SignInRefused: the PIN is not the signer's.
        NeedsCalibration: black and white of this head are not on record.
        DeskError: the patches are not the chart's, or cannot carry a correction.
    """
    operator = verify_pin(desk, signer, pin)
    require(operator, Duty.CALIBRATE)
    identity = measured.identity
    tile = _white_tile(desk, identity)
    known = {patch.id: patch.xyz for patch in chart.patches}
    patches, channels = [], tuple[str, ...]()
    for patch in measured.patches:
        if patch.id not in known:
            raise DeskError(f"patch: chart {chart.name} has no '{patch.id}'", "Name it as there.")
        if patch.channels is None:
            raise DeskError(
                f"patch: {patch.id} has no channels",
                "A unit that measures spectra needs no correction.",
            )
        names = fit_channels(patch.channels.names)
        if channels and names != channels:
            raise DeskError(f"patch: {patch.id} has other channels", "Read it again.")
        channels = names
        values = dict(zip(patch.channels.names, patch.channels.values, strict=True))
        patches.append(Patch(patch.id, tuple(values[name] for name in names), known[patch.id]))
    try:
        fit = fit_correction(identity.serial, channels, patches, fitted_at=desk.clock())
    except InsufficientPatches as few:
        raise DeskError(f"patches: {few}", "Measure the patches of a larger chart.") from few
    with work(desk, operator.id) as task:
        task.record(
            Event(
                "correction.fitted",
                identity.serial,
                {
                    "model": identity.model,
                    "serial": identity.serial,
                    "digest": fit.digest,
                    "chart": chart.name,
                    "patches": len(patches),
                    "expected": fit.expected.median,
                    # As text: canonical JSON writes 1.0 as 1, and the seal is over the digits.
                    "detail": {
                        "chart": chart.name,
                        "tile": tile,
                        "document": json.dumps(fit.document(), sort_keys=True),
                    },
                },
            )
        )
    return KeptFit(task.now, operator.id, chart.name, tile, fit)


def _white_tile(desk: Desk, identity: Identity) -> str:
    entry = known_baseline(desk, identity)
    if entry is None or entry.step != "white":
        raise NeedsCalibration(
            f"{identity.model} {identity.serial} has no black and white on record", NO_WHITE
        )
    return str(entry.detail.get("reference", ""))


def fits(desk: Desk, serial: str) -> list[KeptFit]:
    """Every correction of a unit, oldest first; the last one is in force."""
    with look(desk) as connection:
        rows = connection.execute(
            select(corrections).where(corrections.c.serial == serial).order_by(corrections.c.seq)
        ).all()
    return [_kept(row) for row in rows]


def fit_in_force(connection: Connection, identity: Identity) -> KeptFit | None:
    """The newest correction of a unit.

    Raises:
        DeskError: it is not the one that was sealed.
    """
    row = connection.execute(
        select(corrections)
        .where(corrections.c.serial == identity.serial, corrections.c.model == identity.model)
        .order_by(corrections.c.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else _kept(row)


def _kept(row: Row[tuple[object, ...]]) -> KeptFit:
    detail = json.loads(row.detail)
    try:
        fit = from_document(json.loads(detail["document"]))
    except (AlteredCorrection, KeyError, ValueError) as altered:
        raise DeskError(
            f"correction: that of {row.serial} cannot be used ({altered})", NO_FIT
        ) from altered
    return KeptFit(
        datetime.fromisoformat(row.at), row.operator, detail["chart"], detail["tile"], fit
    )


def correction_for(desk: Desk, identity: Identity) -> CalibratedHead | None:
    """What turns a head's readings into colour; None where no correction has been fitted.

    Raises:
        NeedsCalibration: white was not read on the tile that the correction rests on, or the kept
            correction was altered.
    """
    try:
        with look(desk) as connection:
            kept = fit_in_force(connection, identity)
    except DeskError as altered:
        raise NeedsCalibration(altered.message, NO_FIT) from altered
    if kept is None:
        return None
    entry = known_baseline(desk, identity)
    if entry is None or entry.step != "white":
        return None
    tile = str(entry.detail.get("reference", ""))
    if tile != kept.tile:
        raise NeedsCalibration(
            f"the correction rests on {_tile_name(kept.tile)}, and white was read on "
            f"{_tile_name(tile)}",
            "Calibrate white on the tile of the fit, or fit the correction anew.",
        )
    return CalibratedHead(_unit_baseline(identity, entry), kept.fit)


def _tile_name(tile: str) -> str:
    return f"tile {tile}" if tile else "the head's own tile"


def _unit_baseline(identity: Identity, entry: CalibrationEntry) -> Baseline:
    counts = stored_baseline(entry)
    names = tuple(counts.names[i] for i in used_channels(counts))
    # The driver divides by black and white itself; what it gives is a ratio to the tile already.
    return Baseline(
        key=CalibrationKey(identity.serial),
        tile_serial=str(entry.detail.get("reference", "")),
        names=names,
        black=(0.0,) * len(names),
        white=(1.0,) * len(names),
        tile=(1.0,) * len(names),
        full_scale=float(np.inf),
        at=entry.at,
        temperature_c=counts.temperature_c,
    )


def restore(desk: Desk, unit: Colorimeter) -> str:
    """Give an opened unit back what the ledger knows of it: tile constant, black and white.

    Returns:
        Why black and white of a head were not given back; "" where they were, or where the unit
        keeps them itself.
    """
    identity = unit.identity
    unit.tile_constant = known_tile(desk, identity)
    if unit.capabilities.spectral or not hasattr(unit, "baseline"):
        return ""
    fresh = baseline_of(unit)
    if fresh is not None and fresh.black is not None and fresh.white is not None:
        return ""
    entry = known_baseline(desk, identity)
    if entry is None:
        return f"{identity.model} {identity.serial} has not been calibrated yet"
    ended = invalidations(
        _began(desk, identity, entry),
        now=desk.clock(),
        # Another process may have calibrated: what ends with the connection is the gate's matter.
        connected_at=_began(desk, identity, entry),
        rules=rules_for(identity.model),
    )
    if ended:
        return ended[0].sentence.rstrip(".")
    unit.baseline = stored_baseline(entry)
    if entry.step == "black":
        return f"{identity.model} {identity.serial} has black and no white yet"
    return ""


def _began(desk: Desk, identity: Identity, entry: CalibrationEntry) -> datetime:
    """The older of the black and white that `entry` holds."""
    if entry.step == "black":
        return entry.at
    blacks = [
        each.at
        for each in history(desk, identity.serial, identity.model)
        if each.step == "black" and each.seq < entry.seq
    ]
    return blacks[-1] if blacks else entry.at


def prepare(desk: Desk, bench: Bench) -> Bench:
    """The bench with everything the ledger knows of its unit, ready for `Bench.sample`.

    Raises:
        NeedsCalibration: a head without a black and white that still hold, or whose correction
            rests on another tile.
    """
    if reason := restore(desk, bench.unit):
        raise NeedsCalibration(reason, NO_WHITE)
    if bench.unit.capabilities.spectral:
        return bench
    return replace(bench, correction=correction_for(desk, bench.unit.identity))


def require_correction(bench: Bench) -> None:
    """Make sure that the unit of a bench can tell colour.

    Raises:
        NeedsCalibration: a head without a correction.
    """
    unit = bench.unit
    if not unit.capabilities.spectral and bench.correction is None:
        raise NeedsCalibration(
            f"{unit.identity.model} {unit.identity.serial} measures channels, and no correction to "
            "colour has been fitted for it",
            NO_FIT,
        )
