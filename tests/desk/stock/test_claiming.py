"""Which chair a bottle belongs to, and where it is."""

from datetime import UTC, datetime

import pytest

from kiosk.desk.errors import DeskError
from kiosk.desk.mixing import prepare_mix
from kiosk.desk.stock.claiming import (
    book_in_bottle,
    claim_bottle,
    claim_for_mix,
    give_back,
    send_bottle,
)
from kiosk.stops import Refused, Severity
from tests.desk.clinic import Clinic
from tests.desk.stock.parts import at, bottle, require_whole


def test_ac_s16_a_bottle_at_another_kiosk_is_mixed_only_after_it_was_taken_over(
    clinic: Clinic,
) -> None:
    pigment, water = clinic.stock_up()
    one, two = clinic, at(clinic, "kiosk-2")
    claim_bottle(one.desk, one.owner, pigment)
    one.clock.now = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    order = two.order(two.visit(), pigment, water, reason="")
    (stop,) = [s for s in prepare_mix(two.desk, order).stops if s.rule == "CLAIMED"]
    assert stop.severity is Severity.POLICY
    for part in (pigment, "P-01", "kiosk-1", "09:00"):
        assert part in stop.sentence
    with pytest.raises(Refused, match="kiosk-1"):
        two.confirm(order)
    with pytest.raises(Refused, match="kiosk-1"):
        claim_bottle(two.desk, two.owner, pigment)
    before = len(two.kinds())
    record = two.confirm(two.order(two.visit(), pigment, water, reason="she has gone home"))
    # The visit of that second order, then the mix with its take-over.
    assert two.kinds()[before + 2 :] == [
        "stop.passed", "stop.passed", "bottle.opened", "bottle.claimed", "bottle.unclaimed",
        "bottle.opened", "mix.confirmed",
    ]  # fmt: skip
    claims = [line for line in two.ledger_text().splitlines() if '"bottle.claimed"' in line]
    assert '"kiosk":"kiosk-2"' in claims[-1]
    assert '"reason":"she has gone home"' in claims[-1]
    assert record.head
    assert bottle(two, pigment).claim is None
    require_whole(two)


def test_ac_s16_a_claim_that_was_not_renewed_lapses(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    claim_bottle(clinic.desk, clinic.owner, pigment)
    clinic.clock.forward(minutes=31)
    two = at(clinic, "kiosk-2")
    assert "CLAIMED" not in [
        stop.rule for stop in prepare_mix(two.desk, two.order(two.visit(), pigment, water)).stops
    ]


def test_the_next_bottle_serves_while_the_first_is_at_another_chair(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    later = clinic.deliver(lot_no="25-031")
    claim_bottle(clinic.desk, clinic.owner, pigment)
    two = at(clinic, "kiosk-2")
    visit = two.visit()
    rules = [stop.rule for stop in prepare_mix(two.desk, two.order(visit, later, water)).stops]
    assert "FEFO" not in rules
    one = prepare_mix(clinic.desk, clinic.order(visit, later, water))
    assert "FEFO" in [stop.rule for stop in one.stops]


def test_a_plan_claims_both_bottles_once_and_a_mix_gives_them_back(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit = clinic.visit()
    claim_for_mix(clinic.desk, clinic.owner, pigment, water)
    assert {bottle(clinic, name).claim.kiosk for name in (pigment, water)} == {"kiosk-1"}  # type: ignore[union-attr]
    before = clinic.kinds()
    clinic.clock.forward(minutes=10)
    claim_for_mix(clinic.desk, clinic.owner, pigment, water)
    assert clinic.kinds() == before
    clinic.clock.forward(minutes=10)
    claim_for_mix(clinic.desk, clinic.owner, pigment, water)
    assert clinic.kinds()[len(before) :] == ["bottle.claimed"] * 2
    record = clinic.confirm(clinic.order(visit, pigment, water))
    assert [bottle(clinic, name).claim for name in (pigment, water)] == [None, None]
    # A mix is the newest event of its own record, whatever was given back for it.
    assert clinic.kinds()[-1] == "mix.confirmed"
    assert len(clinic.kinds()) == record.events
    require_whole(clinic)


def test_planning_takes_what_is_free_and_says_what_is_not(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    claim_bottle(clinic.desk, clinic.owner, water)
    two = at(clinic, "kiosk-2")
    (stop,) = claim_for_mix(two.desk, two.owner, pigment, water)
    assert water in stop.sentence
    assert bottle(two, pigment).claim.kiosk == "kiosk-2"  # type: ignore[union-attr]
    assert bottle(two, water).claim.kiosk == "kiosk-1"  # type: ignore[union-attr]
    # Nobody gives back what is another's.
    give_back(two.desk, two.owner, pigment, water)
    assert bottle(two, pigment).claim is None
    assert bottle(two, water).claim is not None


def test_a_bottle_under_way_is_drawn_from_only_where_it_was_booked_in(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    sent = send_bottle(clinic.desk, clinic.owner, pigment, "Room 2")
    assert (sent.under_way, sent.sent_to) == (True, "Room 2")
    with pytest.raises(DeskError, match="under way"):
        send_bottle(clinic.desk, clinic.owner, pigment, "Room 3")
    with pytest.raises(Refused, match="booked in there"):
        clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    here = book_in_bottle(clinic.desk, clinic.owner, pigment, "Room 2")
    assert (here.under_way, here.place) == (False, "Room 2")
    clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    for function in (send_bottle, book_in_bottle):
        with pytest.raises(DeskError, match="place"):
            function(clinic.desk, clinic.owner, pigment, " ")
    require_whole(clinic)
