"""From an order to a recorded mix."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kiosk.desk import mixing, stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.journal import verify_ledger
from kiosk.desk.mixing import MixRecord, prepare_mix
from kiosk.desk.people import Role, SignInRefused, add_operator
from kiosk.desk.recommending import advise
from kiosk.inventory.model import Product
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t
from tests.calibration.surfaces import UNIT
from tests.desk.clinic import (
    CARBON,
    DISTILLED,
    NOW,
    PMU,
    TATTOO,
    TODAY,
    WATER,
    Clinic,
    rows,
)


def movements(clinic: Clinic, bottle: str) -> list[int]:
    found = rows(
        clinic.desk.engine,
        select(t.movements.c.qty_ul)
        .where(t.movements.c.bottle == bottle)
        .order_by(t.movements.c.seq, t.movements.c.line),
    )
    return [row.qty_ul for row in found]


def advised(clinic: Clinic) -> tuple[str, int]:
    """A measured visit and what was advised for it."""
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    advice = advise(
        clinic.desk, clinic.owner, visit, identity=UNIT, connected_at=NOW - timedelta(minutes=1)
    )
    assert advice.recommendation.advised_ratio is not None
    return visit, advice.recommendation.advised_ratio


def test_the_whole_way_from_delivery_to_a_signed_mix(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit, ratio = advised(clinic)
    order = clinic.order(visit, pigment, water, ratio=ratio, total_ul=100 * (1 + ratio), reason="")
    prepared = prepare_mix(clinic.desk, order)
    assert prepared.stops == ()
    before = clinic.kinds()
    record = clinic.confirm(order)
    assert clinic.kinds()[len(before) :] == ["bottle.opened", "bottle.opened", "mix.confirmed"]
    assert (record.mix, record.ratio, record.signer) == (order.token, ratio, "P-01")
    assert record.client == "C-0001"
    assert [part.lot_no for part in record.parts] == ["24-117", "W-31"]
    assert record.at == NOW
    found = verify_ledger(clinic.desk)
    assert found.ok
    assert (found.head, found.events) == (record.head, record.events)
    # What was drawn is what left the bottles, pigment and diluent each.
    for part, bottle, full in zip(record.parts, (pigment, water), (10_000, 100_000), strict=True):
        assert part.bottle == bottle
        assert movements(clinic, bottle) == [full, -part.qty_ul]
        assert clinic.remaining(bottle) == full - part.qty_ul
    assert record.parts[0].qty_ul >= record.pigment_ul > 0
    assert prepared.plan.pigment_ul == record.pigment_ul


def test_planning_records_nothing(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    visit = sqlite_clinic.visit()
    before = sqlite_clinic.kinds()
    prepare_mix(sqlite_clinic.desk, sqlite_clinic.order(visit, pigment, water))
    assert sqlite_clinic.kinds() == before


def shelf(clinic: Clinic, case: str) -> tuple[str, str, str]:
    """(pigment, diluent, rule) where one of the two must not be picked."""
    pigment, water = clinic.stock_up()
    if case == "expired by label":
        pigment = clinic.deliver(lot_no="E", label=TODAY + timedelta(days=1))
        clinic.clock.forward(days=2)
        return pigment, water, "EXPIRED-B02"
    if case == "opened too long":
        stock.open_bottle(clinic.desk, clinic.owner, water)
        clinic.clock.now = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
        return pigment, water, "EXPIRED-B02"
    if case == "quarantine":
        stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(pigment), "complaint")
        return pigment, water, "LOT-QUARANTINE"
    if case == "never released":
        return clinic.deliver(lot_no="N", release=False), water, "LOT-QUARANTINE"
    if case == "rejected":
        stock.reject(clinic.desk, clinic.owner, clinic.lot_of(pigment), "broken seal")
        return pigment, water, "LOT-REJECTED"
    if case == "no lot number":
        return clinic.deliver(lot_no="", release=False), water, "LOT-Q01"
    if case == "no expiry date":
        return clinic.deliver(lot_no="X", label=None, release=False), water, "LOT-Q02"
    if case == "body tattoo ink":
        clinic.add(TATTOO)
        return clinic.deliver("TATTOO", release=False), water, "INK-B05"
    if case == "toner declared":
        clinic.add(Product("MIXED", "X", "", "", CARBON.kind, "SMP", ("77266", "CI 74160"), True))
        return clinic.deliver("MIXED", release=False), water, "INK-B06"
    if case == "nothing declared":
        clinic.add(Product("BARE", "SMP Labs", "SMP Black", "", CARBON.kind, "SMP", (), True))
        return clinic.deliver("BARE", release=False), water, "INK-Q04"
    if case == "diluent not sterile":
        clinic.add(DISTILLED)
        return pigment, clinic.deliver("DISTILLED", release=False), "DILUENT-D5"
    assert case == "empty"
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    stock.dispense(clinic.desk, clinic.owner, pigment, 10_000, "", "spilt")
    return pigment, water, "EMPTY"


CASES = [
    "expired by label", "opened too long", "quarantine", "never released", "rejected",
    "no lot number", "no expiry date", "body tattoo ink", "toner declared", "nothing declared",
    "diluent not sterile", "empty",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_must_not_be_picked_cannot_be_mixed(clinic: Clinic, case: str) -> None:
    """AC-P30, AC-P31, AC-P32, AC-S01, AC-S08: the desk refuses, reason and PIN or not."""
    pigment, diluent, rule = shelf(clinic, case)
    order = clinic.order(clinic.visit(), pigment, diluent, reason="I really want to")
    before = clinic.kinds()
    with pytest.raises(Refused) as refused:
        clinic.confirm(order)
    rules = {stop.rule for stop in refused.value.stops if stop.severity is Severity.SAFETY}
    assert rule in rules
    # Nothing moved; that somebody tried is kept, once for each reason.
    assert clinic.kinds()[len(before) :] == ["stop.met"] * len(rules)
    assert movements(clinic, pigment)[1:] in ([], [-10_000])
    assert verify_ledger(clinic.desk).ok


def test_ac_p32_with_a_sterile_released_vial_both_lots_are_on_record(
    sqlite_clinic: Clinic,
) -> None:
    pigment, water = sqlite_clinic.stock_up()
    record = sqlite_clinic.confirm(sqlite_clinic.order(sqlite_clinic.visit(), pigment, water))
    assert {part.role: part.lot_no for part in record.parts} == {
        "pigment": "24-117",
        "diluent": "W-31",
    }


def test_darker_than_advised_needs_a_reason_and_lighter_does_not(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit, ratio = advised(clinic)
    darker = clinic.order(visit, pigment, water, ratio=ratio - 5, reason="  ")
    with pytest.raises(Refused) as refused:
        clinic.confirm(darker)
    assert (refused.value.stop.rule, refused.value.stop.severity) == (
        "RATIO-DARKER",
        Severity.POLICY,
    )
    assert f"1:{ratio}" in refused.value.stop.sentence
    assert "stop.met" not in clinic.kinds()
    lighter = clinic.order(visit, pigment, water, ratio=ratio + 5, reason="")
    assert prepare_mix(clinic.desk, lighter).stops == ()
    clinic.confirm(clinic.order(visit, pigment, water, ratio=ratio - 5, reason="client insists"))
    passed = [line for line in clinic.ledger_text().splitlines() if "stop.passed" in line]
    assert len(passed) == 1
    assert "client insists" in passed[0]
    assert "RATIO-DARKER" in passed[0]


def test_a_ratio_that_nobody_advised_needs_a_reason(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    order = sqlite_clinic.order(sqlite_clinic.visit(), pigment, water, reason="")
    assert [stop.rule for stop in prepare_mix(sqlite_clinic.desk, order).stops] == [
        "RATIO-UNADVISED"
    ]
    with pytest.raises(Refused):
        sqlite_clinic.confirm(order)


def test_advice_of_another_visit_does_not_count(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    _, ratio = advised(sqlite_clinic)
    order = sqlite_clinic.order(sqlite_clinic.visit("AK"), pigment, water, ratio=ratio, reason="")
    with pytest.raises(Refused, match="no recommendation of this visit"):
        sqlite_clinic.confirm(order)


def test_ac_s12_another_bottle_than_the_first_needs_a_reason(clinic: Clinic) -> None:
    first, water = clinic.stock_up()
    later = clinic.deliver(lot_no="25-031", label=date(2028, 6, 30))
    visit, ratio = advised(clinic)
    order = clinic.order(visit, later, water, ratio=ratio, reason="")
    with pytest.raises(Refused) as refused:
        clinic.confirm(order)
    assert refused.value.stop.rule == "FEFO"
    assert first in refused.value.stop.sentence


def test_a_first_bottle_that_holds_too_little_is_passed_over(sqlite_clinic: Clinic) -> None:
    nearly_empty, water = sqlite_clinic.stock_up()
    other = sqlite_clinic.deliver(lot_no="25-031", label=date(2028, 6, 30))
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, nearly_empty)
    stock.dispense(sqlite_clinic.desk, sqlite_clinic.owner, nearly_empty, 9_990, "", "cards")
    visit, ratio = advised(sqlite_clinic)
    order = sqlite_clinic.order(visit, nearly_empty, water, ratio=ratio)
    with pytest.raises(DeskError, match=r"holds 0\.01 ml"):
        sqlite_clinic.confirm(order)
    sqlite_clinic.confirm(sqlite_clinic.order(visit, other, water, ratio=ratio, reason=""))


def test_a_pmu_bottle_is_mixed_with_a_reason_and_not_beyond_what_it_holds(
    sqlite_clinic: Clinic,
) -> None:
    _, water = sqlite_clinic.stock_up()
    sqlite_clinic.add(PMU)
    brow = sqlite_clinic.deliver("PMU", ml=0.2)
    visit = sqlite_clinic.visit()
    small = sqlite_clinic.order(visit, brow, water, total_ul=4200)
    with pytest.raises(Refused) as refused:
        sqlite_clinic.confirm(replace(small, reason=""))
    assert "INK-D4" in {stop.rule for stop in refused.value.stops}
    with pytest.raises(DeskError, match=r"holds 0\.20 ml"):
        sqlite_clinic.confirm(sqlite_clinic.order(visit, brow, water))
    assert sqlite_clinic.confirm(small).parts[0].bottle == brow
    assert sqlite_clinic.remaining(brow) == 0


@pytest.mark.parametrize("pin", ["", "0000", "24680", "2468 "])
def test_a_wrong_pin_signs_nothing(clinic: Clinic, pin: str) -> None:
    pigment, water = clinic.stock_up()
    order = clinic.order(clinic.visit(), pigment, water)
    with pytest.raises(SignInRefused):
        clinic.confirm(order, pin=pin)
    assert "mix.confirmed" not in clinic.kinds()
    assert clinic.remaining(pigment) == 10_000


def test_ac_p43_who_signs_is_the_signer_whoever_opened_the_visit(clinic: Clinic) -> None:
    add_operator(clinic.desk, clinic.owner, "B-02", Role.PRACTITIONER, "97531")
    pigment, water = clinic.stock_up()
    visit = clinic.visit()
    order = clinic.order(visit, pigment, water)
    with pytest.raises(SignInRefused):
        mixing.confirm_mix(clinic.desk, order, "B-02", "2468")
    record = mixing.confirm_mix(clinic.desk, order, "B-02", "97531")
    assert record.signer == "B-02"
    (row,) = rows(
        clinic.desk.engine,
        select(t.mixes.c.operator, t.visits.c.opened_by).select_from(t.mixes.join(t.visits)),
    )
    assert tuple(row) == ("B-02", "P-01")


def test_ac_p45_confirming_twice_is_confirming_once(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    order = clinic.order(clinic.visit(), pigment, water)
    first = clinic.confirm(order)
    clinic.clock.forward(seconds=1)
    assert clinic.confirm(order) == first
    assert clinic.kinds().count("mix.confirmed") == 1
    assert len(movements(clinic, pigment)) == 2


def test_ac_p45_two_confirmations_at_the_same_moment_are_one(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    order = clinic.order(clinic.visit(), pigment, water)
    start = threading.Barrier(2)
    records: list[MixRecord] = []

    def confirm() -> None:
        start.wait()
        records.append(clinic.confirm(order))

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records) == 2
    assert records[0] == records[1]
    assert clinic.kinds().count("mix.confirmed") == 1
    assert len(movements(clinic, pigment)) == 2
    assert verify_ledger(clinic.desk).ok


def test_two_mixes_at_the_same_moment_never_draw_more_than_there_is(clinic: Clinic) -> None:
    clinic.add(CARBON, WATER)
    pigment, water = clinic.deliver(ml=0.4), clinic.deliver("WATER", lot_no="W", ml=100)
    visit = clinic.visit()
    orders = [clinic.order(visit, pigment, water, total_ul=5250) for _ in range(3)]
    outcomes: list[object] = []

    def confirm(order: mixing.MixOrder) -> None:
        try:
            outcomes.append(clinic.confirm(order))
        except DeskError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=confirm, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 1:20 in 5.25 ml takes 0.24 ml of pigment, to a graduation of 0.02 ml, and there are 0.40 ml.
    assert sum(isinstance(one, MixRecord) for one in outcomes) == 1
    assert clinic.remaining(pigment) == 160
    total = select(func.sum(t.movements.c.qty_ul)).where(t.movements.c.bottle == pigment)
    assert int(rows(clinic.desk.engine, total)[0][0]) == 160


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total_ul": 10}, "total_ul"),
        ({"pigment": "B-9999"}, "B-9999"),
        ({"visit": "V-none"}, "V-none"),
        ({"token": "M-" + "x" * 80}, "entity"),
    ],
)
def test_an_order_that_cannot_be_carried_out(
    sqlite_clinic: Clinic, changes: dict[str, object], said: str
) -> None:
    pigment, water = sqlite_clinic.stock_up()
    order = sqlite_clinic.order(sqlite_clinic.visit(), pigment, water)
    with pytest.raises(DeskError, match=said):
        sqlite_clinic.confirm(replace(order, **changes))
    assert "mix.confirmed" not in sqlite_clinic.kinds()


def test_pigment_and_diluent_are_not_mistaken_for_each_other(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    order = sqlite_clinic.order(sqlite_clinic.visit(), water, pigment)
    with pytest.raises(DeskError, match="is diluent"):
        sqlite_clinic.confirm(order)


def test_a_mix_needs_a_visit(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    with pytest.raises(NotFound, match="visit"):
        prepare_mix(sqlite_clinic.desk, sqlite_clinic.order("V-none", pigment, water))
