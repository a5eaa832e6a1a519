"""What this studio knows that a recipe rests on: anchors, the lot's card, healed outcomes.

The order matters: anchors replace the shipped strength in skin, the card scales it to the lot, the
studio's gain in the client's band of skin and then the client's own gain multiply what is left.
Each step is a lesson that can be shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from calibration.sampling import Lab, as_lab
from kiosk.desk.stock.shelf import first_to_use
from kiosk.inventory.model import Kind, Lot
from kiosk.matching.anchors import Anchor, fit_anchors
from kiosk.matching.constants import Constants, default_constants
from kiosk.matching.gains import (
    Outcome,
    client_lesson,
    client_prior,
    studio_lesson,
    with_client,
    with_studio,
)
from kiosk.matching.healing import Eligibility
from kiosk.matching.learning import Belief, Evidence, Lesson
from kiosk.matching.thresholds import Thresholds, default_thresholds
from kiosk.matching.tone import ita_degrees, tone_of_angle
from kiosk.storage import private
from kiosk.storage.tables import anchors, cards, outcomes


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Constants for one client, one lot, today; and how they came about."""

    constants: Constants
    thresholds: Thresholds
    anchored: bool
    lot: Lot | None
    """The lot that will be used next, which the strength belongs to; None where stock is empty."""
    card_read_on: date | None
    lessons: tuple[Lesson, ...]
    band: str | None
    studio_gain: float
    client_gain: float


def band_of(skin_lab: Lab) -> str | None:
    """The ITA band of a skin, None where it is undefined."""
    return tone_of_angle(float(ita_degrees(np.asarray(skin_lab)))).band


def next_lot(connection: Connection, today: date) -> Lot | None:
    """The lot of the pigment bottle to use first, None where none may be used."""
    first = first_to_use(connection, Kind.PIGMENT, today, limit=1)
    return first[0].bottle.lot if first else None


def card_of(connection: Connection, lot: str) -> Row[tuple[Any, ...]] | None:
    """The newest card of a lot, as its projection row."""
    return connection.execute(select(cards).where(cards.c.lot == lot)).first()


def known_anchors(connection: Connection) -> list[Anchor]:
    """Every proven recipe of the studio."""
    return [
        Anchor(
            row.product,
            as_lab(json.loads(row.skin)),
            as_lab(json.loads(row.hair)),
            row.ratio,
            row.strength,
        )
        for row in connection.execute(select(anchors).order_by(anchors.c.anchor))
    ]


def _records(connection: Connection, client: str | None = None) -> list[dict[str, Any]]:
    query = select(outcomes).order_by(outcomes.c.seq)
    if client is not None:
        query = query.where(outcomes.c.client == client)
    found = []
    for row in connection.execute(query):
        try:
            found.append(json.loads(private.unseal(connection, row.record, row.digest)))
        except private.RecordErased:
            continue  # erased on a client's wish; what they taught goes with them
    return found


def _studio_outcomes(connection: Connection) -> list[Outcome]:
    return [
        Outcome(record["band"], record["gain"])
        for record in _records(connection)
        if record["settled"] and record["band"] is not None
    ]


def _client_lessons(
    connection: Connection, client: str, constants: Constants, thresholds: Thresholds
) -> list[Lesson]:
    lessons: list[Lesson] = []
    prior: Belief = client_prior(constants, thresholds)
    for record in _records(connection, client):
        evidence = Evidence(**record["evidence"])
        healed = Eligibility(
            record["healed"], record["settled"], record["days"], record["erythema_rise"], ()
        )
        lesson = client_lesson(prior, evidence, healed)
        lessons.append(lesson)
        prior = lesson.posterior
    return lessons


def knowledge_for(connection: Connection, client: str, skin_lab: Lab, today: date) -> Knowledge:
    """Everything that is known for a recipe of this client with the pigment to be used next."""
    thresholds = default_thresholds()
    constants = default_constants()
    lessons: list[Lesson] = []
    lot = next_lot(connection, today)
    anchored, card_read_on = False, None
    if lot is not None:
        fit = fit_anchors(known_anchors(connection), lot.product.id, constants, thresholds)
        constants, anchored = fit.applied(constants), fit.anchored
        lessons.append(fit.lesson)
        if (card := card_of(connection, lot.id)) is not None:
            card_read_on = date.fromisoformat(card.read_on)
            constants = replace(constants, strength=card.strength, cv_lot=thresholds.cv_lot_card)
    band = band_of(skin_lab)
    studio_gain = 1.0
    if band is not None:
        studio = studio_lesson(band, _studio_outcomes(connection), constants, thresholds)
        constants, studio_gain = with_studio(constants, studio), studio.posterior.mean
        lessons.append(studio)
    client_gain = 1.0
    for lesson in _client_lessons(connection, client, constants, thresholds):
        constants, client_gain = with_client(constants, lesson, thresholds), lesson.posterior.mean
        lessons.append(lesson)
    return Knowledge(
        constants,
        thresholds,
        anchored,
        lot,
        card_read_on,
        tuple(lessons),
        band,
        studio_gain,
        client_gain,
    )
