"""Two instruments on the same patches: how far apart they are, and a bridge somebody may want.

An offer converts nothing. Only after a person accepted it, by name and PIN, are readings of the one
unit turned into the scale of the other, and only where both meet in one client's record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from calibration.bridge import (
    Agreement,
    Bridge,
    BridgeOffer,
    PairedPatch,
    offer_bridge,
)
from calibration.colorimetry import channels_to_lab, lab_to_channels
from calibration.sampling import ConditionMismatch, Lab, as_lab
from calibration.uncertainty import Covariance, as_covariance, lab_jacobian
from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look, work
from kiosk.desk.patches import MeasuredChart
from kiosk.desk.people import Duty, require, verify_pin
from kiosk.desk.unit_state import unit_name
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage.tables import bridges, tones, visits


def compare(ours: MeasuredChart, theirs: MeasuredChart) -> BridgeOffer:
    """What the patches that both units have read say, and the bridge they would give.

    Raises:
        DeskError: too few common patches, one unit twice, or other light or observer.
    """
    mine = {patch.id: patch.xyz for patch in ours.patches}
    pairs = [
        PairedPatch(patch.id, mine[patch.id], patch.xyz)  # type: ignore[arg-type]
        for patch in theirs.patches
        if patch.xyz is not None and mine.get(patch.id) is not None
    ]
    try:
        return offer_bridge(
            (unit_name(ours.identity), ours.condition),
            (unit_name(theirs.identity), theirs.condition),
            pairs,
        )
    except (ConditionMismatch, ValueError) as error:
        raise DeskError(
            f"patches: {error}", "Read the same patches of a chart with both instruments."
        ) from error


def offer_document(offer: BridgeOffer) -> dict[str, Any]:
    """An offer as plain JSON data."""
    document: dict[str, Any] = json.loads(json.dumps(asdict(offer)))
    return document


def _read_offer(document: Mapping[str, Any]) -> BridgeOffer:
    def agreement(found: Mapping[str, Any]) -> Agreement:
        return Agreement(**{**found, "shift": as_lab(found["shift"])})

    rows = [as_lab(row) for row in document["matrix"]]
    return BridgeOffer(
        **{
            **document,
            "matrix": (rows[0], rows[1], rows[2]),
            "offset": as_lab(document["offset"]),
            "patches": tuple(document["patches"]),
            "before": agreement(document["before"]),
            "after": agreement(document["after"]),
        }
    )


def accept_bridge(desk: Desk, signer: str, pin: str, offer: BridgeOffer) -> Bridge:
    """Put an offered bridge to use, on somebody's word.

    Raises:
        SignInRefused: the PIN is not the signer's.
        DeskError: the bridge would not help; keeping to one instrument does.
    """
    operator = verify_pin(desk, signer, pin)
    require(operator, Duty.CALIBRATE)
    if not offer.worthwhile:
        raise DeskError(f"bridge: {offer.sentence}", "Nothing is to be accepted.")
    with work(desk, operator.id) as task:
        task.record(
            Event(
                "bridge.accepted",
                # An entity has 64 characters; both units are in the body.
                offer.theirs[:64],
                {
                    "ours": offer.ours,
                    "theirs": offer.theirs,
                    "offer": offer_document(offer),
                },
            )
        )
    return offer.accept(operator.id, task.now)


def list_bridges(desk: Desk) -> list[Bridge]:
    """Every accepted bridge, oldest first; of two between the same units the later one counts."""
    with look(desk) as connection:
        rows = connection.execute(select(bridges).order_by(bridges.c.seq)).all()
    return [_bridge(row) for row in rows]


def _bridge(row: Any) -> Bridge:
    return Bridge(_read_offer(json.loads(row.offer)), row.operator, datetime.fromisoformat(row.at))


def bridge_to(connection: Connection, ours: str, theirs: str) -> Bridge | None:
    """The newest accepted bridge from the unit named `theirs` to that named `ours`."""
    row = connection.execute(
        select(bridges)
        .where(bridges.c.ours == ours, bridges.c.theirs == theirs)
        .order_by(bridges.c.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else _bridge(row)


def bridged(bridge: Bridge, lab: Lab, covariance: Covariance) -> tuple[Lab, Covariance]:
    """A tone of `theirs` on the scale of `ours`, and how well it is known then.

    What the bridge leaves of the disagreement (its median CIEDE2000 on patches it has not seen)
    is added in every direction.
    """
    offer = bridge.offer
    xyz = lab_to_channels(lab)
    moved = bridge.convert(offer.theirs, as_lab(xyz))
    slope = lab_jacobian(moved) @ np.asarray(offer.matrix) @ np.linalg.inv(lab_jacobian(xyz))
    left = offer.after.median**2 * np.eye(3)
    return (
        as_lab(channels_to_lab(moved)),
        as_covariance(slope @ np.asarray(covariance) @ slope.T + left),
    )


def mixed_units(connection: Connection, client: str, instrument: str) -> Stop | None:
    """ADVICE where a client's record holds tones of another unit than `instrument`.

    Its sentence says whether an accepted bridge connects them.
    """
    rows = connection.execute(
        select(tones.c.instrument)
        .select_from(tones.join(visits, tones.c.visit == visits.c.visit))
        .where(visits.c.client == client, tones.c.instrument != instrument)
        .distinct()
    )
    others = sorted(row.instrument for row in rows)
    if not others:
        return None
    loose = [each for each in others if bridge_to(connection, instrument, each) is None]
    if loose:
        sentence = (
            f"This client was read with {', '.join(loose)} as well, and no bridge leads from there "
            f"to {instrument}: do not compare those tones with today's."
        )
        lifts = "One instrument for each client, or an accepted bridge ('calibrate compare')."
    else:
        sentence = (
            f"This client was read with {', '.join(others)} as well; an accepted bridge leads from "
            f"there to {instrument}."
        )
        lifts = "One instrument for each client."
    return Stop(
        "MIXED-UNITS",
        Severity.ADVICE,
        sentence,
        "Differences within one device are usable, absolute agreement between devices is not",
        lifts,
    )
