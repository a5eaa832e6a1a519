"""Readings of a visit: every one kept as it came, tones accepted from finished sites.

What was measured on a person is personal. It lies sealed in the erasable store; the ledger knows
that a tone was accepted, by whom, how often it was read and how far the readings lay apart, and a
keyed digest of the whole record.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from calibration.sampling import Lab, Sample, Surface, Tone, as_lab, assess, form_tone
from calibration.uncertainty import CARD_WARNED, Covariance, as_covariance, lightness_sigma
from drivers.readings import Condition
from kiosk.desk.calibrating import last_calibration
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.visits import find_visit
from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Event
from kiosk.storage import private
from kiosk.storage.tables import tones


@dataclass(frozen=True, slots=True)
class SiteTrend:
    """A site that was accepted although its readings ran in one direction."""

    site: str
    axis: str
    change: float
    sentence: str


@dataclass(frozen=True, slots=True)
class KeptTone:
    """An accepted tone as a recommendation needs it.

    `covariance` is that of the tone itself in CIELAB: readings, calibration and correction
    together. `trends` are sites whose readings drifted one way (pressure, warming).
    """

    surface: Surface
    lab: Lab
    sd: Lab
    mcdm: float
    readings: int
    condition: Condition
    instrument: str
    digest: str
    covariance: Covariance
    trends: tuple[SiteTrend, ...] = ()
    bridged_from: str | None = None
    """The unit that read it, where an accepted bridge put it on another one's scale."""

    @property
    def lightness_sigma(self) -> float:
        """Standard uncertainty of L* of the tone."""
        return lightness_sigma(self.covariance)


def site_trends(tone: Tone) -> tuple[SiteTrend, ...]:
    """The sites of a tone whose readings drifted one way."""
    return tuple(
        SiteTrend(site.name, trend.axis, trend.change, trend.sentence)
        for site in tone.sites
        if (trend := assess(site).trend) is not None
    )


def reading_record(sample: Sample, site: str, note: str = "") -> dict[str, Any]:
    """One reading with everything needed to check it later, as plain JSON data."""
    raw = sample.raw
    return {
        "site": site,
        "lab": list(sample.lab),
        "spectrum": raw.spectrum_document,
        "channels": dict(zip(raw.channels.names, raw.channels.values, strict=True))
        if raw.channels
        else None,
        "condition": {
            "geometry": raw.condition.geometry,
            "illuminant": raw.condition.illuminant,
            "observer": raw.condition.observer,
            "aperture_mm": raw.condition.aperture_mm,
        },
        "instrument": {
            "model": raw.identity.model,
            "serial": raw.identity.serial,
            "firmware": raw.identity.firmware,
        },
        "at": raw.at.isoformat(),
        "trigger": raw.trigger,
        "warnings": list(raw.warnings),
        "bytes": raw.raw.hex(),
        "note": note,
    }


def keep_reading(desk: Desk, operator: Operator, visit: str, site: str, sample: Sample) -> None:
    """Keep one reading the moment it arrives, before anybody judges it."""
    require(operator, Duty.TREAT)
    with work(desk, operator.id) as task:
        client = find_visit(task.connection, visit).client
        content = encode({"visit": visit, **reading_record(sample, site)})
        private.seal(task.connection, client, "reading", content)


def _tone_record(tone: Tone) -> dict[str, Any]:
    readings = []
    for site in tone.sites:
        judged = assess(site)
        for index, sample in enumerate(site.samples):
            note = "outlier" if index in judged.outliers else ""
            readings.append(reading_record(sample, site.name, note))
    return {
        "surface": tone.surface,
        "lab": list(tone.lab),
        "sd": list(tone.sd),
        "mcdm": tone.mcdm,
        "readings_counted": tone.readings,
        "covariance": [list(row) for row in tone.covariance],
        "trends": [asdict(trend) for trend in site_trends(tone)],
        "readings": readings,
    }


def accept_tone(desk: Desk, operator: Operator, visit: str, tone: Tone) -> KeptTone:
    """Accept a tone for this visit; a later one for the same surface takes its place.

    Where the card only warned after the unit's last calibration, white is known less well, and the
    tone's covariance says so.
    """
    require(operator, Duty.TREAT)
    model, serial = tone.instrument
    if last_calibration(desk, serial, model).card_outcome == "warn":
        tone = replace(tone, covariance=form_tone(tone.sites, CARD_WARNED).covariance)
    instrument = " ".join(tone.instrument)
    with work(desk, operator.id) as task:
        client = find_visit(task.connection, visit).client
        sealed = private.seal(task.connection, client, "tone", encode(_tone_record(tone)))
        task.record(
            Event(
                "tone.accepted",
                visit,
                {
                    "surface": tone.surface,
                    "record": sealed.record,
                    "digest": sealed.digest,
                    "instrument": instrument,
                    "readings": tone.readings,
                    "mcdm": tone.mcdm,
                },
            )
        )
    return KeptTone(
        tone.surface,
        tone.lab,
        tone.sd,
        tone.mcdm,
        tone.readings,
        tone.condition,
        instrument,
        sealed.digest,
        tone.covariance,
        site_trends(tone),
    )


def load_tone(connection: Connection, visit: str, surface: Surface) -> KeptTone:
    """The accepted tone of a surface, checked against the ledger's digest.

    Raises:
        NotFound: none has been accepted yet, or it has been erased.
        DeskError: the kept record is not the one the ledger knows.
    """
    row = connection.execute(
        select(tones).where(tones.c.visit == visit, tones.c.surface == surface)
    ).first()
    if row is None:
        raise NotFound(f"{surface}: no tone has been accepted in this visit", f"Read {surface}.")
    try:
        record = json.loads(private.unseal(connection, row.record, row.digest))
    except private.RecordErased as erased:
        raise NotFound(f"{surface}: the tone has been erased", f"Read {surface}.") from erased
    except ValueError as changed:
        raise DeskError(
            f"{surface}: the kept tone is not the one that was accepted ({changed})",
            f"Read {surface} again, and tell whoever cares for the database.",
        ) from changed
    return KeptTone(
        surface,
        as_lab(record["lab"]),
        as_lab(record["sd"]),
        record["mcdm"],
        record["readings_counted"],
        Condition(**record["readings"][0]["condition"]),
        row.instrument,
        row.digest,
        as_covariance(record["covariance"]),
        tuple(SiteTrend(**trend) for trend in record["trends"]),
    )
