"""Which bottle to take next.

The order is first expiring first: opened bottles before sealed ones, each by effective expiry,
then by the day they arrived. It is computed from source dates at the moment of use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from kiosk.inventory.expiry import EffectiveExpiry
from kiosk.inventory.model import Bottle, Kind
from kiosk.inventory.usability import expiry_of, stops_on
from kiosk.inventory.verdict import Finding, classify
from kiosk.stops import Severity, Stop, blocking


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


def offer(bottle: Bottle, today: date) -> Offer:
    """One bottle with its verdict, its effective expiry and its stops."""
    return Offer(bottle, classify(bottle.lot.product), expiry_of(bottle), stops_on(bottle, today))


def _by_dates(bottle: Bottle) -> tuple[bool, date, date, str]:
    expiry = expiry_of(bottle)
    return (
        bottle.opened_on is None,
        expiry.on if expiry else date.max,
        bottle.lot.received_on or date.min,
        bottle.id,
    )


def _order(item: Offer) -> tuple[bool, tuple[bool, date, date, str]]:
    return not item.usable, _by_dates(item.bottle)


def first_expiring(bottles: Iterable[Bottle], kind: Kind, today: date) -> tuple[Offer, ...]:
    """Bottles of one kind in the order to use them; those that may not be used come last."""
    offers = (offer(bottle, today) for bottle in bottles if bottle.lot.product.kind is kind)
    return tuple(sorted(offers, key=_order))


def first_usable(bottles: Iterable[Bottle], today: date, limit: int) -> tuple[Offer, ...]:
    """The first bottles that may be used, in the order to use them; no others are judged."""
    offers = (offer(bottle, today) for bottle in sorted(bottles, key=_by_dates))
    return tuple(islice((item for item in offers if item.usable), limit))


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
