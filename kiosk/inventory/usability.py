"""Everything that speaks against drawing from a bottle: the one place that says so.

Every door to a client asks here with the facts as they are at that moment: a mix, a dispense, a
release judged in advance. What a screen or a table remembers from earlier decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kiosk.inventory.expiry import EffectiveExpiry, effective_expiry
from kiosk.inventory.model import Bottle, Lot, LotState
from kiosk.inventory.verdict import Finding, Verdict, classify
from kiosk.stops import Severity, Stop, ranked

#: The verdict of a swatch card that speaks against carbon.
NOT_CARBON_LIKE = "not carbon-like"

_OUTBREAK = "CDC, MMWR 61(33), 2012: infections from ink diluted with distilled water"
_NEVER_CLEARED = {Verdict.BODY_TATTOO, Verdict.PROHIBITED, Verdict.UNKNOWN}
_ON_RATIONALE = {Verdict.PMU_COSMETIC, Verdict.TRICO_TEMPORARY}


def expiry_of(bottle: Bottle) -> EffectiveExpiry | None:
    """A bottle's effective expiry from its source dates."""
    lot = bottle.lot
    return effective_expiry(lot.label_expiry, bottle.opened_on, lot.product.pao_months)


def ink_stops(finding: Finding) -> tuple[Stop, ...]:
    """What the class of the ink, or of the diluent, says."""
    if finding.verdict in _NEVER_CLEARED:
        return (
            Stop(
                f"INK-{finding.rule}",
                Severity.SAFETY,
                finding.sentence,
                "Declared use and colourants of the product; clinic policy: ordinary tattoo inks "
                "are not allowed on scalps",
                "A label or safety sheet that names the use and every colourant."
                if finding.verdict is Verdict.UNKNOWN
                else "Nothing. If it was used, record a non-conformance.",
            ),
        )
    if finding.verdict is Verdict.DILUENT_UNFIT:
        return (
            Stop(
                f"DILUENT-{finding.rule}",
                Severity.SAFETY,
                finding.sentence,
                _OUTBREAK,
                "A sterile diluent.",
            ),
        )
    if finding.verdict in _ON_RATIONALE:
        return (
            Stop(
                f"INK-{finding.rule}",
                Severity.POLICY,
                finding.sentence,
                "Declared use and colourants of the product",
                "A signed rationale that names this product.",
            ),
        )
    return ()


def _card_stops(lot: Lot) -> tuple[Stop, ...]:
    if lot.ink != NOT_CARBON_LIKE:
        return ()
    return (
        Stop(
            "CARD-HUE",
            Severity.POLICY,
            f"The swatch card of lot {lot.lot_no} does not fade as carbon does. "
            "Put it into quarantine until the maker has answered.",
            "Hue path of the lot's own swatches against every carbon of their depth",
            "A second card that does not show it, or a signed rationale that names the lot.",
        ),
    )


def _in_quarantine(lot: Lot) -> Stop:
    came = f"Received {lot.received_on:%-d %b %Y}" if lot.received_on else "Received, no day known"
    return Stop(
        "LOT-QUARANTINE",
        Severity.SAFETY,
        f"Lot {lot.lot_no or '(none)'} is in quarantine and has not been released.",
        f"{came}; {lot.reason or 'no release is recorded'}",
        "A release by the stock manager.",
    )


def _on_hold(lot: Lot) -> Stop:
    return Stop(
        "LOT-HOLD",
        Severity.SAFETY,
        f"Lot {lot.lot_no or '(none)'} is on hold.",
        lot.reason or "Put on hold",
        "The open question answered, then a release by the stock manager.",
    )


def _recalled(lot: Lot) -> Stop:
    return Stop(
        "LOT-B01",
        Severity.SAFETY,
        f"Lot {lot.lot_no or '(none)'} is recalled.",
        lot.reason or "A recall notice names it",
        "Nothing, while the notice stands. A withdrawn notice sends the lot to quarantine.",
    )


def _rejected(lot: Lot) -> Stop:
    return Stop(
        "LOT-REJECTED",
        Severity.SAFETY,
        f"Lot {lot.lot_no or '(none)'} was rejected.",
        lot.reason or "Rejected at inspection",
        "Nothing.",
    )


def _disposed(lot: Lot) -> Stop:
    return Stop(
        "LOT-DISPOSED",
        Severity.SAFETY,
        f"Lot {lot.lot_no or '(none)'} was disposed of.",
        lot.reason or "Disposed of",
        "Nothing.",
    )


_BY_STATE: dict[LotState, Callable[[Lot], Stop]] = {
    LotState.QUARANTINE: _in_quarantine,
    LotState.HOLD: _on_hold,
    LotState.RECALLED: _recalled,
    LotState.REJECTED: _rejected,
    LotState.DISPOSED: _disposed,
}


def lot_stops(lot: Lot) -> list[Stop]:
    """What speaks against every bottle of a lot, whatever the day is."""
    stops = [*ink_stops(classify(lot.product)), *_card_stops(lot)]
    if not lot.lot_no.strip():
        stops.append(
            Stop(
                "LOT-Q01",
                Severity.SAFETY,
                "This bottle has no lot number, so nobody could trace it.",
                "The outbreak ink of 2011-12 had none; REACH entry 75 demands a batch reference",
                "Nothing. Reject it or return it to the supplier.",
            )
        )
    if lot.state in _BY_STATE:
        stops.append(_BY_STATE[lot.state](lot))
    return stops


def _date_stop(expiry: EffectiveExpiry | None, today: date) -> Stop | None:
    if expiry is None:
        return Stop(
            "LOT-Q02",
            Severity.SAFETY,
            "No expiry date is recorded for this lot.",
            "The kiosk never assumes a date",
            "The date from the container, entered by correcting the lot.",
        )
    if today <= expiry.on:
        return None
    date_that_failed = (
        f"The label's date passed on {expiry.on:%-d %b %Y}."
        if expiry.source == "label"
        else f"Opened too long: the period after opening ended on {expiry.on:%-d %b %Y}."
    )
    return Stop(
        "EXPIRED-B02",
        Severity.SAFETY,
        date_that_failed,
        "Effective expiry from source dates",
        "Nothing.",
    )


def _bottle_stops(bottle: Bottle) -> list[Stop]:
    stops = []
    if bottle.held:
        stops.append(
            Stop(
                "BOTTLE-HELD",
                Severity.SAFETY,
                f"Bottle {bottle.id} is held: {bottle.held}.",
                "Its own record",
                "What it was held for, done by the stock manager.",
            )
        )
    if bottle.under_way:
        stops.append(
            Stop(
                "BOTTLE-AWAY",
                Severity.SAFETY,
                f"Bottle {bottle.id} was sent to {bottle.sent_to} and not booked in there yet.",
                "A transfer has two ends",
                "Its arrival, booked by whoever has it.",
            )
        )
    if bottle.remaining_ul <= 0:
        stops.append(
            Stop(
                "EMPTY",
                Severity.SAFETY,
                "This bottle is empty.",
                "Its movements leave nothing",
                "Another bottle.",
            )
        )
    return stops


def stops_on(bottle: Bottle, today: date) -> tuple[Stop, ...]:
    """Everything that speaks against drawing from this bottle today, gravest first."""
    late = _date_stop(expiry_of(bottle), today)
    return ranked([*lot_stops(bottle.lot), *_bottle_stops(bottle), *([late] if late else [])])
