"""What a lot's card means beside other cards: strength, comparison, control chart, next card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from dateutil.relativedelta import relativedelta

from calibration.colorimetry import delta_e_2000
from calibration.sampling import Lab, as_lab
from calibration.swatch_card.card import CardError
from calibration.swatch_card.fit import CardFit, predict

#: |S - 1| beyond which a lot's strength is an alarm rather than lot-to-lot noise; a card
#: reproduces S with an SD of about 1.3 %.
STRENGTH_ALARM = 0.10
#: CIEDE2000 between two lots at COMPARED_AT beyond which practitioners are told.
LOT_NOTICE = 2.0
COMPARED_AT = 10.0
#: Pigment settles in an opened bottle; after this time the card no longer speaks for it.
MONTHS_OPEN = 6


class LawMismatch(CardError):
    """Two cards were fitted under different laws; their E have different units."""

    def __init__(self, lot: CardFit, reference: CardFit) -> None:
        super().__init__(
            "card",
            f"this lot follows the {lot.law} law, the reference lot the {reference.law} law",
            "Fit one of them under the other's law, or make both cards on the same surface.",
        )


@dataclass(frozen=True, slots=True)
class Strength:
    """A lot against the reference lot of its product.

    `value` is 1 for the reference; a recipe's fraction is multiplied by `fraction_factor`.
    """

    value: float
    kappa: Lab

    @property
    def fraction_factor(self) -> float:
        """1 / strength: a weaker lot needs more."""
        return 1.0 / self.value

    @property
    def alarm(self) -> bool:
        """Whether the strength lies outside the control limits."""
        return strength_alarm(self.value)


def strength(lot: CardFit, reference: CardFit) -> Strength:
    """Strength in the Y channel and undertone of a lot.

    Raises:
        LawMismatch: the cards were fitted under different laws.
    """
    if lot.law != reference.law:
        raise LawMismatch(lot, reference)
    return Strength(lot.slope[1] / reference.slope[1], lot.kappa)


def strength_alarm(value: float) -> bool:
    """Whether a strength is more than 10 % away from the reference's 1."""
    return abs(value - 1.0) > STRENGTH_ALARM + 1e-9


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One lot on the control chart of its product; limits 0.90 and 1.10, centre 1."""

    read_on: date
    lot: str
    strength: float
    alarm: bool


def control_chart(entries: Sequence[tuple[date, str, float]]) -> tuple[ControlPoint, ...]:
    """The strengths (read on, lot, S) of one product in the order of their dates."""
    return tuple(
        ControlPoint(read_on, lot, value, strength_alarm(value))
        for read_on, lot, value in sorted(entries, key=lambda entry: entry[0])
    )


@dataclass(frozen=True, slots=True)
class LotComparison:
    """Two lots at one ratio, both as they would look on the current lot's blank.

    `difference` is (ΔL*, Δa*, Δb*), new minus current; `notice` asks to tell practitioners.
    """

    ratio: float
    new: Lab
    current: Lab
    delta_e: float
    difference: Lab
    notice: bool


def compare_lots(new: CardFit, current: CardFit, ratio: float = COMPARED_AT) -> LotComparison:
    """How far a new lot lies from the current one, by default at 1:10.

    On one blank, because two papers may differ by more than two inks.

    Raises:
        OutsideCard: one of the cards does not reach the ratio.
    """
    blank = current.card.blank
    there, here = predict(new, ratio, blank), predict(current, ratio, blank)
    delta_e = float(delta_e_2000(there, here))
    difference = as_lab(np.subtract(there, here))
    return LotComparison(ratio, there, here, delta_e, difference, delta_e > LOT_NOTICE)


@dataclass(frozen=True, slots=True)
class ReSwatch:
    """A new card is due, since when and why."""

    since: date
    reason: Literal["open", "settled"]


def reswatch_due(
    *, opened_on: date | None, card_read_on: date, settled_on: date | None, today: date
) -> ReSwatch | None:
    """Whether a lot needs a new card; a card read on the due day or later ends it.

    Args:
        opened_on: the day the bottle in use was opened, None while it is sealed.
        card_read_on: the day of the lot's latest card.
        settled_on: the day somebody last saw a sediment that shaking did not lift, if ever.
        today: the present date.
    """
    if settled_on is not None and card_read_on < settled_on <= today:
        return ReSwatch(settled_on, "settled")
    if opened_on is None:
        return None
    due = opened_on + relativedelta(months=MONTHS_OPEN)
    if card_read_on >= due:
        due = card_read_on + relativedelta(months=MONTHS_OPEN)
    return ReSwatch(due, "open") if today >= due else None
