"""Tiles and cards with a certificate: kept as assets, and asked for before they are used."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from calibration.references import (
    Reference,
    Suitability,
    WrongReference,
    certificate_age,
    require_usable,
    suitability,
)
from calibration.sampling import Lab, as_lab
from drivers.readings import Condition, Identity, Spectrum
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, Stop
from kiosk.storage.tables import reference_tiles

_EVIDENCE = "Reference values hold for one tile and one geometry (ISO 18314-1)"


@dataclass(frozen=True, slots=True)
class KeptReference:
    """A reference of the clinic; `retired` is the reason, None while it is in use."""

    reference: Reference
    suitability: Suitability
    retired: str | None


def reference_document(reference: Reference) -> dict[str, Any]:
    """A certificate as plain JSON data, the form that `read_reference` takes."""
    spectrum = reference.spectrum
    return {
        "serial": reference.serial,
        "colour": reference.colour,
        "geometry": reference.geometry,
        "certified_on": reference.certified_on.isoformat(),
        "owner": reference.owner,
        "per_ten_degrees": list(reference.per_ten_degrees) if reference.per_ten_degrees else None,
        "spectrum": {
            "start": spectrum.start_nm,
            "step": spectrum.step_nm,
            "values": list(spectrum.values),
        },
    }


def read_reference(document: Mapping[str, Any]) -> Reference:
    """A certificate from JSON data.

    Raises:
        DeskError: a member is missing or cannot be; the sentence names it.
    """
    values = _field(document, "spectrum", dict)
    numbers = _numbers("spectrum: values", values.get("values"))
    start, step = values.get("start"), values.get("step")
    if not isinstance(start, int) or not isinstance(step, int) or step <= 0:
        raise DeskError("spectrum: start and step are whole nanometres", "For example 400 and 10.")
    if len(numbers) < 16 or not all(0.0 <= value <= 1.5 for value in numbers):
        raise DeskError(
            "spectrum: at least 16 reflectances are needed, as fractions",
            "Write 0.905, not 90.5.",
        )
    per_ten = document.get("per_ten_degrees")
    owner = document.get("owner")
    try:
        day = date.fromisoformat(_field(document, "certified_on", str))
    except ValueError as error:
        raise DeskError(f"certified_on: {error}", "Use year-month-day.") from error
    return Reference(
        _field(document, "serial", str),
        _field(document, "colour", str),
        _field(document, "geometry", str),
        day,
        Spectrum(start, step, tuple(numbers)),
        owner if owner is None else _field(document, "owner", str),
        None if per_ten is None else _triplet("per_ten_degrees", per_ten),
    )


def _field(document: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    value = document.get(name)
    if not isinstance(value, kind) or not value:
        raise DeskError(f"{name}: is missing or not of its kind", "See the certificate.")
    return value


def _numbers(name: str, values: object) -> list[float]:
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        for value in values
    ):
        raise DeskError(f"{name}: must be a list of numbers", "See the certificate.")
    return [float(value) for value in values]


def _triplet(name: str, values: object) -> Lab:
    numbers = _numbers(name, values)
    if len(numbers) != 3:
        raise DeskError(f"{name}: three numbers are needed, L*, a*, b*", "See the certificate.")
    return as_lab(numbers)


def add_reference(desk: Desk, operator: Operator, reference: Reference) -> Suitability:
    """Keep a tile or card with its certificate; the answer warns of what drifts with warmth.

    A tile that belongs to a unit (`owner`) also says that this unit has got a new cap: the tile
    constant it answered before is forgotten.

    Raises:
        DeskError: the serial number is taken, or the certificate is dated in the future.
    """
    require(operator, Duty.CALIBRATE)
    with work(desk, operator.id) as task:
        try:
            certificate_age(reference, task.today)
        except WrongReference as wrong:
            raise DeskError(f"certified_on: {wrong}", "Correct the date.") from wrong
        if _row(task.connection, reference.serial) is not None:
            raise DeskError(
                f"serial: reference {reference.serial} is known already",
                "A newer certificate of the same tile gets a new number, for example with the year",
            )
        task.record(
            Event(
                "reference.added",
                reference.serial,
                {"owner": reference.owner, "certificate": reference_document(reference)},
            )
        )
    return suitability(reference)


def retire_reference(desk: Desk, operator: Operator, serial: str, reason: str) -> None:
    """Take a reference out of use.

    Raises:
        NotFound: there is none with that number.
        DeskError: it is retired already, or the reason is missing.
    """
    require(operator, Duty.CALIBRATE)
    if not reason.strip():
        raise DeskError("reason: it is missing", "Say why the reference is not used any more.")
    with work(desk, operator.id) as task:
        row = _row(task.connection, serial)
        if row is None:
            raise NotFound(f"reference: there is no '{serial}'", "Check the number.")
        if row.retired is not None:
            raise DeskError(f"reference: {serial} is retired already", "Nothing is to be done.")
        task.record(Event("reference.retired", serial, {"reason": reason.strip()}))


def list_references(desk: Desk) -> list[KeptReference]:
    """Every reference, retired ones too, in the order they were added."""
    with look(desk) as connection:
        rows = connection.execute(select(reference_tiles).order_by(reference_tiles.c.seq)).all()
    found = []
    for row in rows:
        reference = read_reference(json.loads(row.certificate))
        found.append(KeptReference(reference, suitability(reference), row.retired))
    return found


def find_reference(connection: Connection, serial: str) -> Reference:
    """A reference that is in use.

    Raises:
        NotFound: there is none with that number, or it is retired.
    """
    row = _row(connection, serial)
    if row is None:
        raise NotFound(f"reference: there is no '{serial}'", "Add it with its certificate first.")
    if row.retired is not None:
        raise NotFound(f"reference: {serial} is retired: {row.retired}", "Use another one.")
    return read_reference(json.loads(row.certificate))


def newest_cap_seq(connection: Connection, unit: str) -> int:
    """Place in the ledger of the newest reference that belongs to a unit; 0 where it has none."""
    row = connection.execute(
        select(reference_tiles.c.seq)
        .where(reference_tiles.c.owner == unit)
        .order_by(reference_tiles.c.seq.desc())
        .limit(1)
    ).first()
    return 0 if row is None else int(row.seq)


def require_tile(
    desk: Desk, operator: Operator, identity: Identity, condition: Condition, serial: str
) -> Reference:
    """Make sure, before white, that the tile with this number may calibrate this unit.

    The unit keeps whatever calibration it had. That somebody tried is recorded.

    Raises:
        NotFound: no such reference, or it is retired.
        Refused: it belongs to another unit, or was certified for another geometry.
    """
    require(operator, Duty.CALIBRATE)
    with look(desk) as connection:
        reference = find_reference(connection, serial)
    try:
        require_usable(reference, unit=identity.serial, geometry=condition.geometry)
    except WrongReference as wrong:
        raise met_stop(desk, operator, identity, "TILE-WRONG", str(wrong)) from wrong
    return reference


def met_stop(
    desk: Desk, operator: Operator, identity: Identity, rule: str, sentence: str
) -> Refused:
    """Record that a calibration met a SAFETY stop, and return what to raise."""
    stop = Stop(
        rule,
        Severity.SAFETY,
        f"{sentence[:1].upper()}{sentence[1:]}.",
        _EVIDENCE,
        "The unit's own tile. After a service that changed it: add the new tile as a reference "
        "that belongs to this unit.",
    )
    with work(desk, operator.id) as task:
        task.record(
            Event("stop.met", identity.serial, {"rule": stop.rule, "sentence": stop.sentence})
        )
    return Refused([stop])


def _row(connection: Connection, serial: str) -> Any:
    return connection.execute(
        select(reference_tiles).where(reference_tiles.c.serial == serial)
    ).first()
