"""The swatch card of a lot: its strength, and what it says of the ink."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from calibration.sampling import Lab, as_lab
from calibration.swatch_card.card import CardError, Swatch, SwatchCard
from calibration.swatch_card.fit import CardFit, fit_card
from calibration.swatch_card.ink_test import InkTest, judge_ink
from calibration.swatch_card.lots import LOT_NOTICE, LotComparison, compare_lots, strength
from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.shelf import find_lot
from kiosk.inventory.model import Kind
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage.tables import cards, lots


@dataclass(frozen=True, slots=True)
class CardReport:
    """What a card gave: strength, fit, comparison with the reference lot, and the ink test."""

    lot: str
    reference: str | None
    """The lot whose card this one was compared with; None for the product's first."""
    strength: float
    fit: CardFit
    comparison: LotComparison | None
    ink: InkTest
    stop: Stop | None


def _stored(detail: str) -> SwatchCard:
    card = json.loads(detail)["card"]
    return SwatchCard(
        as_lab(card["blank"]),
        tuple(Swatch(s["ratio"], as_lab(s["lab"]), s["readings"]) for s in card["swatches"]),
        card["blank_readings"],
    )


def _reference(connection: Connection, product: str, lot: str) -> tuple[str, SwatchCard] | None:
    """The first card of another lot of the product."""
    row = connection.execute(
        select(cards.c.lot, cards.c.detail)
        .select_from(cards.join(lots))
        .where(lots.c.product == product, cards.c.lot != lot)
        .order_by(cards.c.seq)
        .limit(1)
    ).first()
    return (row.lot, _stored(row.detail)) if row else None


def ink_stop(ink: InkTest) -> Stop | None:
    """A POLICY stop where the card speaks against carbon; a card never clears an ink."""
    if ink.suggestion != "quarantine the lot":
        return None
    return Stop(
        "CARD-HUE",
        Severity.POLICY,
        f"{ink.sentence} Put the lot into quarantine until the maker has answered.",
        f"Hue path of the swatches: {ink.against_carbon.size:.1f} CIEDE2000 from any carbon "
        f"({ink.against_carbon.sigmas:.0f} standard deviations), leaning "
        f"{ink.against_carbon.lean}",
        "A second card that does not show it, or a signed rationale that names the lot.",
    )


_DETAIL = select(cards.c.detail).where(cards.c.lot == bindparam("of"))


def lot_notice(connection: Connection, lot: str) -> Stop | None:
    """Advice for whoever works with a lot whose card differs visibly from its product's first."""
    detail = connection.scalar(_DETAIL, {"of": lot})
    compared = json.loads(detail).get("compared") if detail is not None else None
    if compared is None or not compared["notice"]:
        return None
    return Stop(
        "LOT-DIFFERS",
        Severity.ADVICE,
        f"Lot {lot} looks {compared['delta_e']:.1f} CIEDE2000 different from lot "
        f"{compared['with']} at 1:{compared['ratio']:.0f}. The recipe is made for it.",
        f"Swatch cards of both lots; told from {LOT_NOTICE:.0f} CIEDE2000 on",
        "One key.",
    )


def _compared(comparison: LotComparison | None, other: str) -> dict[str, object] | None:
    if comparison is None:
        return None
    return {
        "with": other,
        "ratio": comparison.ratio,
        "delta_e": comparison.delta_e,
        "difference": list(comparison.difference),
        "notice": comparison.notice,
    }


def read_card(
    desk: Desk,
    operator: Operator,
    lot_id: str,
    blank: Lab,
    swatches: list[tuple[float, Lab]],
    *,
    readings: int = 3,
) -> CardReport:
    """Fit a card, compare it, test the ink, and keep all of it with the lot.

    Args:
        desk: the desk.
        operator: who made the card.
        lot_id: the lot.
        blank: CIELAB of the paper with blank diluent.
        swatches: (r of 1:r, CIELAB) each.
        readings: readings behind each colour.

    Raises:
        DeskError: the card cannot be used; names the swatch and the mend.
    """
    require(operator, Duty.STOCK)
    card = SwatchCard(
        blank, tuple(Swatch(ratio, lab, readings) for ratio, lab in swatches), readings
    )
    with work(desk, operator.id) as task:
        lot = find_lot(task.connection, lot_id)
        if lot.product.kind is not Kind.PIGMENT:
            raise DeskError(f"lot: {lot_id} is {lot.product.kind.value}", "Cards are for pigment.")
        try:
            fit = fit_card(card)
            other = _reference(task.connection, lot.product.id, lot_id)
            reference = fit_card(other[1], fit.law) if other else None
            value = strength(fit, reference).value if reference else 1.0
            comparison = compare_lots(fit, reference) if reference else None
            ink = judge_ink(card, fit.law, other[1] if other else None)
        except CardError as error:
            raise DeskError(f"card: {error.swatch}: {error.problem}", error.mend) from error
        task.record(
            Event(
                "lot.card_read",
                lot_id,
                {
                    "read_on": task.today.isoformat(),
                    "law": fit.law,
                    "strength": value,
                    "ink": ink.verdict,
                    "detail": {
                        "fit": fit.as_dict(),
                        "ink": ink.as_dict(),
                        "reference": other[0] if other else None,
                        "compared": _compared(comparison, other[0] if other else ""),
                        "card": {
                            "blank": list(blank),
                            "blank_readings": readings,
                            "swatches": [
                                {"ratio": ratio, "lab": list(lab), "readings": readings}
                                for ratio, lab in swatches
                            ],
                        },
                    },
                },
            )
        )
    return CardReport(
        lot_id, other[0] if other else None, value, fit, comparison, ink, ink_stop(ink)
    )
