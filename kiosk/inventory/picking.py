"""Which bottle to take next, and which may not be taken at all.

The order is first expiring first: opened bottles before sealed ones, each by effective expiry,
then by the day they arrived. It is computed from source dates at the moment of use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.inventory.expiry import EffectiveExpiry, effective_expiry
from kiosk.inventory.model import Bottle, Kind, LotState
from kiosk.inventory.verdict import Finding, Verdict, classify
from kiosk.stops import Severity, Stop, blocking, ranked

#: The verdict of a swatch card that speaks against carbon.
NOT_CARBON_LIKE = "not carbon-like"

_OUTBREAK = "CDC, MMWR 61(33), 2012: infections from ink diluted with distilled water"


@dataclass(frozen=True, slots=True)
class Offer:
    """A bottle as the picking list shows it; it may be taken where nothing in `stops` blocks."""

    bottle: Bottle
    finding: Finding
    expiry: EffectiveExpiry | None
    stops: tuple[Stop, ...]

    @property
    def usable(self) -> bool:
        """Whether the bottle may be drawn from without anybody's signature."""
        return not blocking(self.stops)


def stops_on(bottle: Bottle, today: date) -> tuple[Stop, ...]:
    """Everything that speaks against drawing from this bottle today, gravest first."""
    lot, product = bottle.lot, bottle.lot.product
    stops: list[Stop] = []

    def safety(rule: str, sentence: str, evidence: str, lifts: str) -> None:
        stops.append(Stop(rule, Severity.SAFETY, sentence, evidence, lifts))

    finding = classify(product)
    if finding.verdict in {Verdict.BODY_TATTOO, Verdict.UNKNOWN}:
        safety(
            f"INK-{finding.rule}",
            finding.sentence,
            "Declared use and colourants of the product; clinic policy: ordinary tattoo inks are "
            "not allowed on scalps",
            "Nothing. If it was used, record a non-conformance."
            if finding.verdict is Verdict.BODY_TATTOO
            else "A label or safety sheet that names the use and every colourant.",
        )
    elif finding.verdict is Verdict.DILUENT_UNFIT:
        safety(f"DILUENT-{finding.rule}", finding.sentence, _OUTBREAK, "A sterile diluent.")
    elif finding.verdict in {Verdict.PMU_COSMETIC, Verdict.TRICO_TEMPORARY}:
        stops.append(
            Stop(
                f"INK-{finding.rule}",
                Severity.POLICY,
                finding.sentence,
                "Declared use and colourants of the product",
                "A signed rationale that names this product.",
            )
        )
    if lot.ink == NOT_CARBON_LIKE:
        stops.append(
            Stop(
                "CARD-HUE",
                Severity.POLICY,
                f"The swatch card of lot {lot.lot_no} does not fade as carbon does. "
                "Put it into quarantine until the maker has answered.",
                "Hue path of the lot's own swatches against every carbon of their depth",
                "A second card that does not show it, or a signed rationale that names the lot.",
            )
        )
    if not lot.lot_no.strip():
        safety(
            "LOT-Q01",
            "This bottle has no lot number, so nobody could trace it.",
            "The outbreak ink of 2011-12 had none; REACH entry 75 demands a batch reference",
            "Nothing. Reject it or return it to the supplier.",
        )
    if lot.state is LotState.QUARANTINE:
        safety(
            "LOT-QUARANTINE",
            f"Lot {lot.lot_no or '(none)'} is in quarantine and has not been released.",
            f"Received {lot.received_on:%-d %b %Y}; no release is recorded",
            "A release by the stock manager.",
        )
    elif lot.state is LotState.REJECTED:
        safety(
            "LOT-REJECTED",
            f"Lot {lot.lot_no or '(none)'} was rejected.",
            lot.reason or "Rejected at inspection",
            "Nothing.",
        )
    expiry = effective_expiry(lot.label_expiry, bottle.opened_on, product.pao_months)
    if expiry is None:
        safety(
            "LOT-Q02",
            "No expiry date is recorded for this lot.",
            "The kiosk never assumes a date",
            "The date from the container, entered at receiving.",
        )
    elif today > expiry.on:
        date_that_failed = (
            f"The label's date passed on {expiry.on:%-d %b %Y}."
            if expiry.source == "label"
            else f"Opened too long: the period after opening ended on {expiry.on:%-d %b %Y}."
        )
        safety("EXPIRED-B02", date_that_failed, "Effective expiry from source dates", "Nothing.")
    if bottle.remaining_ul <= 0:
        safety("EMPTY", "This bottle is empty.", "Its movements sum to zero", "Another bottle.")
    return ranked(stops)


def offer(bottle: Bottle, today: date) -> Offer:
    """One bottle with its verdict, its effective expiry and its stops."""
    product = bottle.lot.product
    expiry = effective_expiry(bottle.lot.label_expiry, bottle.opened_on, product.pao_months)
    return Offer(bottle, classify(product), expiry, stops_on(bottle, today))


def _order(item: Offer) -> tuple[bool, bool, date, date, str]:
    bottle = item.bottle
    expiry = item.expiry.on if item.expiry else date.max
    return (
        not item.usable,
        bottle.opened_on is None,
        expiry,
        bottle.lot.received_on,
        bottle.id,
    )


def first_expiring(bottles: Iterable[Bottle], kind: Kind, today: date) -> tuple[Offer, ...]:
    """Bottles of one kind in the order to use them; those that may not be used come last."""
    offers = (offer(bottle, today) for bottle in bottles if bottle.lot.product.kind is kind)
    return tuple(sorted(offers, key=_order))


def out_of_order(chosen: Bottle, offers: Iterable[Offer]) -> Stop | None:
    """A POLICY stop where a bottle other than the first usable one was chosen."""
    first = next((item for item in offers if item.usable), None)
    if first is None or first.bottle.id == chosen.id:
        return None
    return Stop(
        "FEFO",
        Severity.POLICY,
        f"Bottle {first.bottle.id} expires first and should be used before {chosen.id}.",
        "First expired, first out, opened bottles first",
        "A reason and a signature, or the first bottle.",
    )
