"""Which kiosk holds a bottle, since when, and how another may come by it.

A claim keeps two chairs from drawing from one bottle at the same moment. It binds connected kiosks;
what happened while they were apart is brought together by `kiosk.inventory.volumes.merging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from kiosk.stops import Severity, Stop

#: A claim that is not renewed ends by itself: a mix takes minutes, and a kiosk that died must not
#: keep a bottle for the day.
CLAIM_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a bottle: kiosk and actor, since when and until when (both UTC)."""

    bottle: str
    kiosk: str
    actor: str
    since: datetime
    until: datetime

    def stands(self, now: datetime) -> bool:
        """Whether it still binds. One that begins later, by another kiosk's clock, does."""
        return now < self.until


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A claim that ended another's, with the reason."""

    claim: Claim
    ended: Claim
    reason: str


def held_elsewhere(current: Claim | None, kiosk: str, now: datetime, zone: tzinfo) -> Stop | None:
    """The stop on starting a mix from a bottle that another kiosk holds; says who and since when.

    `zone` is the clinic's, for the time in the sentence.
    """
    if current is None or current.kiosk == kiosk or not current.stands(now):
        return None
    since, until = (at.astimezone(zone) for at in (current.since, current.until))
    day = "" if since.date() == now.astimezone(zone).date() else f" on {since:%-d %b %Y}"
    return Stop(
        "CLAIMED",
        Severity.POLICY,
        f"Bottle {current.bottle} is with {current.actor} at {current.kiosk} since "
        f"{since:%H:%M}{day}.",
        f"Claim of {current.kiosk}, until {until:%H:%M}",
        "The next bottle, waiting, or taking it over with a reason.",
    )


def claim(
    bottle: str,
    current: Claim | None,
    *,
    kiosk: str,
    actor: str,
    now: datetime,
    zone: tzinfo,
    lasts: timedelta = CLAIM_LASTS,
) -> Claim | Stop:
    """The claim of this kiosk, or the stop where another's stands; the first one wins.

    Claiming again renews: `since` stays while the same person goes on.
    """
    if (stop := held_elsewhere(current, kiosk, now, zone)) is not None:
        return stop
    since = now
    if current is not None and current.stands(now) and current.actor == actor:
        since = min(current.since, now)
    return Claim(bottle, kiosk, actor, since, now + lasts)


def take_over(
    current: Claim | None,
    bottle: str,
    *,
    kiosk: str,
    actor: str,
    now: datetime,
    zone: tzinfo,
    reason: str,
    lasts: timedelta = CLAIM_LASTS,
) -> TakeOver | Claim | Stop:
    """A claim in place of another kiosk's; the stop where no reason is given.

    An ordinary claim where nobody else holds the bottle: then there is nothing to take over.
    """
    stop = held_elsewhere(current, kiosk, now, zone)
    if stop is not None and not reason.strip():
        return stop
    if stop is None or current is None:
        return claim(bottle, current, kiosk=kiosk, actor=actor, now=now, zone=zone, lasts=lasts)
    return TakeOver(Claim(bottle, kiosk, actor, now, now + lasts), current, reason.strip())


def release(current: Claim | None, *, kiosk: str) -> Claim | None:
    """The claim that ends, or None where this kiosk holds none: to let go twice is no mistake."""
    return current if current is not None and current.kiosk == kiosk else None


def first_of(one: Claim, other: Claim) -> Claim:
    """Which of two claims stands that were made before the kiosks saw each other.

    The earlier; by the kiosk's name where both began in the same millisecond, so that every kiosk
    answers alike.
    """
    return min(one, other, key=lambda entry: (entry.since, entry.kiosk))
