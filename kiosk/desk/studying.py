"""A repeatability and reproducibility study of a unit and the people who hold it, kept as event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from calibration.study import IncompleteStudy, StudyReading, StudyReport, analyse
from drivers.readings import Identity
from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, list_operators, require
from kiosk.ledger.events import Event
from kiosk.storage.tables import studies


def require_operators(desk: Desk, people: Sequence[str]) -> None:
    """Make sure that a study names operators by their ids: names of people are in no event.

    Raises:
        DeskError: somebody is no operator here.
    """
    known = {operator.id for operator in list_operators(desk)}
    if strangers := [person for person in people if person not in known]:
        raise DeskError(
            f"operator: there is no '{strangers[0]}'", "Name who reads by their operator ids."
        )


def finish_study(
    desk: Desk, operator: Operator, identity: Identity, readings: Sequence[StudyReading]
) -> StudyReport:
    """Analyse the readings of a study and keep the report.

    Raises:
        DeskError: somebody is no operator, or not everybody has read every patch equally often.
    """
    require(operator, Duty.CALIBRATE)
    require_operators(desk, [reading.operator for reading in readings])
    with work(desk, operator.id) as task:
        try:
            report = analyse(identity.serial, readings, at=task.now)
        except IncompleteStudy as incomplete:
            raise DeskError(f"readings: {incomplete}", "Read what is missing.") from incomplete
        task.record(
            Event(
                "study.finished",
                identity.serial,
                {
                    "model": identity.model,
                    "serial": identity.serial,
                    "report": report.as_dict(),
                },
            )
        )
    return report


def list_studies(desk: Desk, serial: str) -> list[tuple[datetime, dict[str, Any]]]:
    """When, and the report as plain data, of every study of a unit, oldest first."""
    with look(desk) as connection:
        rows = connection.execute(
            select(studies).where(studies.c.serial == serial).order_by(studies.c.seq)
        ).all()
    return [(datetime.fromisoformat(row.at), json.loads(row.report)) for row in rows]
