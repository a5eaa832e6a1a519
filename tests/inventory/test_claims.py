"""Which kiosk holds a bottle."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.inventory.claims import (
    CLAIM_LASTS,
    Claim,
    TakeOver,
    claim,
    first_of,
    held_elsewhere,
    release,
    take_over,
)
from kiosk.stops import Severity, Stop

VIENNA = ZoneInfo("Europe/Vienna")
TEN = datetime(2026, 5, 1, 8, 2, tzinfo=UTC)
FIVE_LATER = TEN + timedelta(minutes=5)
LAPSED = TEN + CLAIM_LASTS


def ask(current: Claim | None, kiosk: str, now: datetime, actor: str = "anna") -> Claim | Stop:
    return claim("B-017", current, kiosk=kiosk, actor=actor, now=now, zone=VIENNA)


def seize(current: Claim | None, kiosk: str, now: datetime, reason: str) -> TakeOver | Claim | Stop:
    return take_over(
        current, "B-017", kiosk=kiosk, actor="berta", now=now, zone=VIENNA, reason=reason
    )


def held() -> Claim:
    made = ask(None, "kiosk-1", TEN)
    assert isinstance(made, Claim)
    return made


def test_ac_s16_the_second_kiosk_sees_who_and_since_when_and_cannot_start() -> None:
    stop = ask(held(), "kiosk-2", FIVE_LATER, "berta")
    assert isinstance(stop, Stop)
    assert stop.severity is Severity.POLICY
    assert stop.sentence == "Bottle B-017 is with anna at kiosk-1 since 10:02."
    assert "taking it over" in stop.lifts
    assert held_elsewhere(held(), "kiosk-2", FIVE_LATER, VIENNA) == stop
    assert held_elsewhere(held(), "kiosk-1", FIVE_LATER, VIENNA) is None
    assert held_elsewhere(None, "kiosk-2", FIVE_LATER, VIENNA) is None


def test_ac_s16_it_may_take_over_with_a_reason_and_not_without() -> None:
    assert isinstance(seize(held(), "kiosk-2", FIVE_LATER, "  "), Stop)
    taken = seize(held(), "kiosk-2", FIVE_LATER, " anna went home ")
    assert isinstance(taken, TakeOver)
    assert (taken.ended, taken.reason) == (held(), "anna went home")
    assert (taken.claim.kiosk, taken.claim.since) == ("kiosk-2", FIVE_LATER)
    # Now it is the first kiosk that has to ask.
    assert isinstance(ask(taken.claim, "kiosk-1", FIVE_LATER), Stop)


def test_where_nobody_holds_the_bottle_there_is_nothing_to_take_over() -> None:
    assert isinstance(seize(None, "kiosk-2", FIVE_LATER, ""), Claim)
    assert isinstance(seize(held(), "kiosk-2", LAPSED, ""), Claim)
    assert isinstance(seize(held(), "kiosk-1", FIVE_LATER, "again"), Claim)


def test_a_claim_lapses_and_not_a_moment_earlier() -> None:
    assert isinstance(ask(held(), "kiosk-2", LAPSED - timedelta(milliseconds=1)), Stop)
    assert isinstance(ask(held(), "kiosk-2", LAPSED), Claim)


def test_a_claim_of_a_clock_that_runs_ahead_still_binds() -> None:
    assert isinstance(ask(held(), "kiosk-2", TEN - timedelta(minutes=3)), Stop)


def test_claiming_again_renews_and_keeps_the_beginning_of_the_same_person() -> None:
    again = ask(held(), "kiosk-1", FIVE_LATER)
    assert again == Claim("B-017", "kiosk-1", "anna", TEN, FIVE_LATER + CLAIM_LASTS)
    other = ask(held(), "kiosk-1", FIVE_LATER, "berta")
    assert isinstance(other, Claim)
    assert other.since == FIVE_LATER


def test_a_claim_of_yesterday_says_the_day() -> None:
    old = Claim("B-017", "kiosk-1", "anna", TEN - timedelta(days=1), LAPSED)
    stop = held_elsewhere(old, "kiosk-2", TEN, VIENNA)
    assert stop is not None
    assert "since 10:02 on 30 Apr 2026" in stop.sentence


def test_only_the_holder_lets_go_and_twice_is_no_mistake() -> None:
    assert release(held(), kiosk="kiosk-1") == held()
    assert release(held(), kiosk="kiosk-2") is None
    assert release(None, kiosk="kiosk-1") is None


def test_of_two_claims_made_apart_every_kiosk_names_the_same() -> None:
    early = held()
    late = Claim("B-017", "kiosk-0", "berta", FIVE_LATER, LAPSED)
    same = Claim("B-017", "kiosk-0", "berta", TEN, LAPSED)
    assert first_of(early, late) == first_of(late, early) == early
    assert first_of(early, same) == first_of(same, early) == same
