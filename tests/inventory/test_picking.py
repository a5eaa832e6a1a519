"""Which bottle next, and which not at all."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.model import Bottle, Kind, LotState
from kiosk.inventory.picking import first_expiring, offer, out_of_order
from kiosk.inventory.usability import stops_on
from kiosk.stops import Severity
from tests.inventory.stock import TODAY, bottle, diluent, pigment

SMP = "Scalp micropigmentation (SMP)"


def rules(item: Bottle, today: date = TODAY) -> list[str]:
    return [stop.rule for stop in stops_on(item, today)]


def test_a_released_bottle_in_date_has_nothing_against_it() -> None:
    assert rules(bottle(pigment())) == []
    assert rules(bottle(pigment(), state=LotState.OPEN, opened=date(2026, 4, 1))) == []
    assert rules(bottle(diluent())) == []


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        (bottle(pigment(), lot_no=""), "LOT-Q01"),
        (bottle(pigment(), lot_no="  "), "LOT-Q01"),
        (bottle(pigment(), state=LotState.QUARANTINE), "LOT-QUARANTINE"),
        (bottle(pigment(), state=LotState.REJECTED, reason="seal broken"), "LOT-REJECTED"),
        (bottle(pigment(), label=None), "LOT-Q02"),
        (bottle(pigment(), label=TODAY - timedelta(days=1)), "EXPIRED-B02"),
        (bottle(pigment(pao_months=1), opened=date(2026, 3, 1)), "EXPIRED-B02"),
        (bottle(pigment(), holds_ul=0), "EMPTY"),
        (bottle(pigment(SMP, "CI 77266", "CI 74160")), "INK-B06"),
        (bottle(pigment("Tattoo ink")), "INK-B05"),
        (bottle(pigment("", "CI 12475")), "INK-B08"),
        (bottle(pigment("")), "INK-Q03"),
        (bottle(pigment(SMP, "blend")), "INK-Q04"),
        (bottle(diluent(sterile=False)), "DILUENT-D5"),
    ],
)
def test_what_nobody_may_pick(item: Bottle, rule: str) -> None:
    found = stops_on(item, TODAY)
    assert [(stop.rule, stop.severity) for stop in found] == [(rule, Severity.SAFETY)]
    assert found[0].sentence.endswith(".")
    assert found[0].evidence
    assert found[0].lifts
    assert not offer(item, TODAY).usable


def test_ac_p32_non_sterile_diluent_is_stopped_with_the_outbreak() -> None:
    found = stops_on(bottle(diluent(sterile=False, line="Distilled water")), TODAY)
    assert found[0].severity is Severity.SAFETY
    assert "outbreak" in found[0].sentence
    assert "MMWR 61(33)" in found[0].evidence


@pytest.mark.parametrize("use", ["PMU", "Tricopigmentation"])
def test_pmu_and_trico_products_need_a_policy_override(use: str) -> None:
    item = offer(bottle(pigment(use)), TODAY)
    assert [stop.severity for stop in item.stops] == [Severity.POLICY]
    assert not item.usable


def test_all_that_speaks_against_a_bottle_is_told_gravest_first() -> None:
    item = bottle(
        pigment("PMU"), lot_no="", state=LotState.QUARANTINE, label=TODAY - timedelta(days=9)
    )
    found = stops_on(item, TODAY)
    assert [stop.severity for stop in found] == sorted(
        (stop.severity for stop in found), reverse=True
    )
    assert {stop.rule for stop in found} == {"LOT-Q01", "LOT-QUARANTINE", "EXPIRED-B02", "INK-D4"}
    assert found[-1].rule == "INK-D4"


B1 = bottle(pigment(pao_months=3), name="B1", opened=date(2026, 3, 30), state=LotState.OPEN)
B2 = bottle(pigment(), name="B2", label=date(2026, 5, 31))
B3 = bottle(pigment(), name="B3", label=date(2026, 9, 30))


def test_ac_s12_opened_first_then_by_effective_expiry() -> None:
    offers = first_expiring([B3, B2, B1], Kind.PIGMENT, TODAY)
    assert [item.bottle.id for item in offers] == ["B1", "B2", "B3"]
    assert offers[0].expiry is not None
    assert offers[0].expiry.on == date(2026, 6, 30)


def test_ac_s12_picking_another_than_the_first_is_a_policy_stop() -> None:
    offers = first_expiring([B3, B2, B1], Kind.PIGMENT, TODAY)
    assert out_of_order(B1, offers) is None
    stop = out_of_order(B3, offers)
    assert stop is not None
    assert stop.severity is Severity.POLICY
    assert "B1" in stop.sentence


def test_what_may_not_be_used_comes_last_and_is_never_first_in_order() -> None:
    expired = bottle(pigment(), name="B0", label=date(2026, 4, 1), opened=date(2026, 3, 1))
    offers = first_expiring([expired, B3], Kind.PIGMENT, TODAY)
    assert [item.bottle.id for item in offers] == ["B3", "B0"]
    assert out_of_order(B3, offers) is None


def test_the_earlier_delivery_goes_first_where_dates_are_the_same() -> None:
    early = bottle(pigment(), name="B9", received=date(2026, 1, 1))
    late = bottle(pigment(), name="B8", received=date(2026, 2, 1))
    offers = first_expiring([late, early], Kind.PIGMENT, TODAY)
    assert [item.bottle.id for item in offers] == ["B9", "B8"]


def test_pigment_and_diluent_are_never_in_one_list() -> None:
    water = bottle(diluent(), name="W")
    assert [o.bottle.id for o in first_expiring([B1, water], Kind.DILUENT, TODAY)] == ["W"]


BOTTLES = st.builds(
    bottle,
    st.sampled_from([pigment(), pigment(pao_months=1), pigment("Tattoo ink"), pigment("PMU")]),
    name=st.uuids().map(str),
    lot_no=st.sampled_from(["A", ""]),
    label=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    state=st.sampled_from(LotState),
    opened=st.none() | st.dates(date(2026, 1, 1), TODAY),
    holds_ul=st.integers(0, 10_000),
)


@given(st.lists(BOTTLES, max_size=8), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_shelf(bottles, random) -> None:
    shuffled = bottles[:]
    random.shuffle(shuffled)
    first = [item.bottle.id for item in first_expiring(bottles, Kind.PIGMENT, TODAY)]
    assert [i.bottle.id for i in first_expiring(shuffled, Kind.PIGMENT, TODAY)] == first


@given(st.lists(BOTTLES, max_size=8))
def test_usable_bottles_rise_in_expiry_within_opened_and_sealed(bottles) -> None:
    usable = [item for item in first_expiring(bottles, Kind.PIGMENT, TODAY) if item.usable]
    keys = [(item.bottle.opened_on is None, item.expiry.on) for item in usable]
    assert keys == sorted(keys)
