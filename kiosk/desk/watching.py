"""Watching a unit over time: how its card drifts and how long its calibration holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calibration.drift import DriftChart, TileReading, drift_chart
from calibration.sampling import as_lab
from calibration.validity import ValidityRules, invalidations, rules_for
from kiosk.desk.calibrating import CalibrationEntry, history
from kiosk.desk.office import Desk


@dataclass(frozen=True, slots=True)
class WatchedCard:
    """The drift chart of one card or tile on one unit; `reference` None is the kiosk's own card."""

    reference: str | None
    chart: DriftChart


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a unit's calibration holds, apart from what an open connection adds.

    `calibrated_at` is the older of black and white, None where one was never done. `ended` are
    sentences. The gate also asks since when the unit has been connected.
    """

    rules: ValidityRules
    calibrated_at: datetime | None
    valid_until: datetime | None
    ended: tuple[str, ...]


def drift_charts(desk: Desk, serial: str, model: str | None = None) -> tuple[WatchedCard, ...]:
    """One chart for each card and tile that a unit has read, the kiosk's own card first."""
    return charts_of(serial, history(desk, serial, model))


def charts_of(serial: str, entries: Sequence[CalibrationEntry]) -> tuple[WatchedCard, ...]:
    """The charts of a history that was read already."""
    series: dict[str | None, list[TileReading]] = {}
    for entry in entries:
        if entry.step == "card":
            reading = TileReading(entry.at, as_lab(entry.detail["lab"]), entry.outcome != "fail")
            series.setdefault(entry.detail.get("reference"), []).append(reading)
    order = sorted(series, key=lambda reference: reference or "")
    # A clock that was put back makes later readings older; the chart is in the order of time.
    return tuple(
        WatchedCard(reference, drift_chart(serial, sorted(series[reference], key=lambda r: r.at)))
        for reference in order
    )


def validity(desk: Desk, entries: Sequence[CalibrationEntry]) -> Validity | None:
    """How long the calibration in a history holds; None where there is no history."""
    if not entries:
        return None
    rules = rules_for(entries[-1].model)
    newest = {entry.step: entry.at for entry in entries}
    steps = ["black", "white"] if rules.needs_black else ["white"]
    if any(step not in newest for step in steps):
        return Validity(rules, None, None, ("This instrument has not been calibrated yet.",))
    at = min(newest[step] for step in steps)
    ended = invalidations(at, now=desk.clock(), connected_at=at, rules=rules)
    return Validity(rules, at, at + rules.maximum_age, tuple(each.sentence for each in ended))
