"""The document of `calibrate report`: history, drift, references, correction, validity."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calibration.drift import DriftChart
    from kiosk.desk.correcting import KeptFit
    from kiosk.desk.office import Desk


def instant(at: datetime | None) -> str | None:
    """An instant as the contract prints it."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def report_document(desk: Desk, serial: str) -> dict[str, Any]:
    """Everything that is known of a unit, as plain data."""
    from kiosk.desk.bridging import list_bridges
    from kiosk.desk.calibrating import history
    from kiosk.desk.correcting import fits
    from kiosk.desk.references import list_references
    from kiosk.desk.studying import list_studies
    from kiosk.desk.watching import charts_of, validity

    entries = history(desk, serial)
    holds = validity(desk, entries)
    kept = fits(desk, serial)
    return {
        "serial": serial,
        "steps": [
            {
                "at": instant(e.at),
                "operator": e.operator,
                "step": e.step,
                "outcome": e.outcome,
                "difference": e.detail.get("difference"),
                "reference": e.detail.get("reference"),
            }
            for e in entries
        ],
        "drift": [
            {"reference": watched.reference, **chart_document(watched.chart)}
            for watched in charts_of(serial, entries)
        ],
        "references": [
            {
                "serial": each.reference.serial,
                "colour": each.reference.colour,
                "geometry": each.reference.geometry,
                "certified_on": each.reference.certified_on.isoformat(),
                "owner": each.reference.owner,
                "use": each.suitability.use,
                "sentence": each.suitability.sentence,
                "retired": each.retired,
            }
            for each in list_references(desk)
        ],
        "fit": fit_document(kept[-1]) if kept else None,
        "validity": None
        if holds is None
        else {
            "maximum_age_s": int(holds.rules.maximum_age.total_seconds()),
            "maximum_readings": holds.rules.maximum_readings,
            "temperature_step_c": holds.rules.temperature_step_c,
            "calibrated_at": instant(holds.calibrated_at),
            "valid_until": instant(holds.valid_until),
            "ended": list(holds.ended),
        },
        "studies": [{"at": instant(at), **found} for at, found in list_studies(desk, serial)],
        "bridges": [
            {
                "ours": bridge.offer.ours,
                "theirs": bridge.offer.theirs,
                "accepted_by": bridge.accepted_by,
                "accepted_at": instant(bridge.accepted_at),
            }
            for bridge in list_bridges(desk)
            if any(name.endswith(f" {serial}") for name in (bridge.offer.ours, bridge.offer.theirs))
        ],
    }


def chart_document(chart: DriftChart) -> dict[str, Any]:
    """A drift chart as plain data."""
    return {
        "state": chart.state,
        "sentence": chart.sentence,
        "points": [
            {
                "at": instant(point.at),
                "lab": list(point.lab),
                "difference": point.difference,
                "state": point.state,
            }
            for point in chart.points
        ],
        "centre": list(chart.centre) if chart.centre else None,
        "lower": list(chart.lower) if chart.lower else None,
        "upper": list(chart.upper) if chart.upper else None,
    }


def fit_document(kept: KeptFit) -> dict[str, Any]:
    """A kept correction as plain data, without its matrix."""
    found = kept.fit
    return {
        "serial": found.serial,
        "at": instant(kept.at),
        "signed_by": kept.operator,
        "chart": kept.chart,
        "tile": kept.tile or None,
        "method": found.method,
        "degree": found.degree,
        "channels": list(found.channels),
        "patches": len(found.patches),
        "expected": asdict(found.expected),
        "digest": found.digest,
    }


def report_text(document: dict[str, Any]) -> str:
    """The report for people."""
    if not document["steps"]:
        return f"No calibration of {document['serial']} is recorded."
    lines = [
        f"{step['at'][:16].replace('T', ' ')} {step['operator']} {step['step']} {step['outcome']}"
        for step in document["steps"]
    ]
    for drift in document["drift"]:
        name = f"tile {drift['reference']}" if drift["reference"] else "card"
        lines.append(f"{name}: {drift['state']}. {drift['sentence']}")
    lines += document["validity"]["ended"]
    if fit := document["fit"]:
        lines.append(
            f"correction: {fit['method']} on {fit['patches']} patches of {fit['chart']}, expected "
            f"error {fit['expected']['median']:.2f} CIEDE2000, signed by {fit['signed_by']}"
        )
    return "\n".join(lines)
