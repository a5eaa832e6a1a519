"""Proven recipes of the studio: what turns UNANCHORED into ANCHORED."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from calibration.sampling import Lab
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.knowledge import known_anchors
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.matching.anchors import Anchor, AnchorFit, fit_anchors
from kiosk.matching.constants import default_constants
from kiosk.matching.inputs import InputError
from kiosk.matching.thresholds import default_thresholds
from kiosk.storage.tables import products


@dataclass(frozen=True, slots=True)
class AnchorAdded:
    """The anchor's id and what the product's anchors say together."""

    anchor: str
    fit: AnchorFit


def add_anchor(
    desk: Desk,
    operator: Operator,
    product: str,
    skin: Lab,
    hair: Lab,
    ratio: int,
    *,
    strength: float = 1.0,
) -> AnchorAdded:
    """Keep a result the studio stands by: skin and hair before, the ratio that healed right.

    Raises:
        NotFound: no such product.
        DeskError: such a pair would not show, or a number that cannot be.
    """
    require(operator, Duty.TREAT)
    anchor = f"A-{uuid.uuid4().hex[:12]}"
    with work(desk, operator.id) as task:
        if not task.connection.execute(
            select(products.c.product).where(products.c.product == product)
        ).first():
            raise NotFound(f"product: there is no '{product}'", "Add it to the catalogue first.")
        entered = Anchor(product, skin, hair, ratio, strength)
        try:
            fit = fit_anchors(
                [*known_anchors(task.connection), entered],
                product,
                default_constants(),
                default_thresholds(),
            )
        except InputError as error:
            raise DeskError(f"{error.field}: {error.problem}", error.mend) from error
        task.record(
            Event(
                "anchor.added",
                anchor,
                {
                    "product": product,
                    "ratio": ratio,
                    "strength": strength,
                    "skin": list(skin),
                    "hair": list(hair),
                },
            )
        )
    return AnchorAdded(anchor, fit)


def list_anchors(desk: Desk) -> list[Anchor]:
    """Every proven recipe."""
    with look(desk) as connection:
        return known_anchors(connection)
