"""What a recall in force does to what comes, what is in hand and what was used afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.mixing import prepare_mix
from kiosk.desk.stock import leaving, recalling
from kiosk.desk.stock.correcting import Facts, correct_lot
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.desk.stock.recalling import apply_recall, close_recall
from kiosk.inventory.model import LotState
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.stops import Refused
from kiosk.storage import tables as t
from kiosk.storage.engine import writing
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic
from tests.desk.stock.notices import lots, notice
from tests.desk.stock.parts import at, require_whole, witness
from tests.desk.stock.test_recalling import mix, received, state, states_of_contacts


def test_a_delivery_after_the_notice_is_hit_as_it_arrives(clinic: Clinic) -> None:
    clinic.add(CARBON)
    apply_recall(clinic.desk, clinic.owner, notice())
    before = len(clinic.kinds())
    bottle = clinic.deliver(lot_no="24 117", release=False)
    assert clinic.kinds()[before:] == ["lot.received", "recall.hit", "lot.recalled"]
    assert state(clinic, clinic.lot_of(bottle)) == "RECALLED"
    with pytest.raises((Refused, DeskError)):
        stock.release(clinic.desk, clinic.owner, clinic.lot_of(bottle))
    # The later version that does not mean it frees it as it would any other.
    plan = apply_recall(
        clinic.desk, clinic.owner, notice(version=2, scope=lots("99")), second=witness()
    )
    assert plan.frees == (clinic.lot_of(bottle),)
    require_whole(clinic)


def test_a_corrected_number_is_held_against_the_notices_and_its_clients_are_told(
    clinic: Clinic,
) -> None:
    clinic.add(CARBON, WATER)
    bottle = clinic.deliver(lot_no="24-171")
    mix(clinic, bottle, clinic.deliver("WATER", lot_no="W-31", ml=100))
    desk, owner, lot = clinic.desk, clinic.owner, clinic.lot_of(bottle)
    apply_recall(desk, owner, notice())
    assert state(clinic, lot) == "OPEN"
    correct_lot(desk, owner, lot, Facts("24-117", date(2027, 6, 30), TODAY), "two digits exchanged")
    assert state(clinic, lot) == "RECALLED"
    assert states_of_contacts(clinic) == {"C-0001": "to-contact"}
    # Back again under the wrong number it is still recalled: typing frees nothing.
    correct_lot(desk, owner, lot, Facts("24-171", date(2027, 6, 30), TODAY), "no, as it was")
    assert state(clinic, lot) == "RECALLED"
    with pytest.raises((Refused, DeskError)):
        stock.release(desk, owner, lot)


def test_a_number_corrected_on_a_rejected_lot_does_not_bring_it_back(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    lot = received(sqlite_clinic, "24-171")
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    stock.reject(desk, owner, lot, "seal broken")
    apply_recall(desk, owner, notice())
    correct_lot(desk, owner, lot, Facts("24-117", date(2027, 6, 30), TODAY), "exchanged")
    assert state(sqlite_clinic, lot) == "REJECTED"
    assert lot in recalling.find_recall(desk, "FDA-2026-07").lots
    close_recall(desk, owner, "FDA-2026-07", Outcome.WITHDRAWN, "x", second=witness())
    assert state(sqlite_clinic, lot) == "REJECTED"


def test_a_question_about_lots_does_not_weaken_a_recall(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    lot = received(sqlite_clinic, "24-117")
    apply_recall(desk, owner, notice())
    apply_recall(desk, owner, notice(id="NZ-1", scope={"unknown_lot": True}, products=[
        {"line": "SMP Carbon", "shade": "Black"}]))  # fmt: skip
    late = sqlite_clinic.lot_of(sqlite_clinic.deliver(lot_no="24117", release=False))
    assert (state(sqlite_clinic, lot), state(sqlite_clinic, late)) == ("RECALLED", "RECALLED")


def test_a_renamed_product_is_held_against_the_notices(sqlite_clinic: Clinic) -> None:
    from dataclasses import replace

    from kiosk.desk.stock.catalogue import amend_product

    sqlite_clinic.add(replace(CARBON, brand="Haldn"))
    lot = received(sqlite_clinic, "24-117")
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, notice())
    assert state(sqlite_clinic, lot) == "RELEASED"
    amend_product(sqlite_clinic.desk, sqlite_clinic.owner, CARBON, "brand was misspelt")
    assert state(sqlite_clinic, lot) == "RECALLED"


def test_a_recalled_lot_goes_nowhere_but_out(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    spare = clinic.deliver()
    desk, owner, lot = clinic.desk, clinic.owner, clinic.lot_of(pigment)
    visit = clinic.visit()
    stock.open_bottle(desk, owner, pigment)
    apply_recall(desk, owner, notice())
    for act in (
        lambda: clinic.confirm(clinic.order(visit, pigment, water)),
        lambda: stock.open_bottle(desk, owner, spare),
        lambda: stock.dispense(desk, owner, pigment, 100, "", "card"),
        lambda: stock.quarantine(desk, owner, lot, "to release it then"),
        lambda: stock.reject(desk, owner, lot, "to be rid of it"),
        lambda: leaving.discard(desk, owner, pigment, 100, "a little"),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(DeskError, match="RECALLED"):
        stock.release(desk, owner, lot)
    with pytest.raises(Refused, match="witness"):
        leaving.dispose_lot(desk, owner, lot, "burnt")
    gone = leaving.dispose_lot(desk, owner, lot, "burnt", second=witness())
    assert (gone.state, clinic.remaining(pigment)) == (LotState.RECALLED, 0)
    leaving.return_lot(desk, owner, clinic.lot_of(spare), "to Meridian", second=witness())
    assert state(clinic, clinic.lot_of(spare)) == "RECALLED"
    with clinic.desk.engine.connect() as connection:
        kinds = connection.scalars(
            select(t.movements.c.type).where(t.movements.c.bottle == pigment)
        ).all()
    assert kinds == ["receive", "write_off_recalled"]


def test_ac_p47_a_recall_stops_the_cup_at_the_other_kiosk(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    second = at(clinic, "kiosk-2")
    record = mix(second, pigment, water)
    order = second.order(second.visit("BB"), pigment, water)
    assert recalling.stopped_mixes(second.desk) == ()
    apply_recall(clinic.desk, clinic.owner, notice())
    (alert,) = recalling.stopped_mixes(second.desk)
    assert (alert.mix.id, alert.mix.kiosk) == (record.mix, "kiosk-2")
    assert "FDA-2026-07" in alert.stop.sentence
    assert "LOT-B01" in {stop.rule for stop in prepare_mix(second.desk, order).stops}
    with pytest.raises(Refused):
        second.confirm(order)
    with pytest.raises(Refused, match="FDA-2026-07") as refused:
        leaving.close_mix(second.desk, second.owner, record.mix, "used")
    assert refused.value.stop.lifts.startswith("Discarded, or an incident")
    with pytest.raises(DeskError, match="reason"):
        leaving.close_mix(second.desk, second.owner, record.mix, "incident", " ")
    leaving.close_mix(second.desk, second.owner, record.mix, "incident", "half of it was used")
    assert recalling.stopped_mixes(second.desk) == ()


@pytest.mark.parametrize("which", ["pigment", "diluent"])
def test_ac_p47_pigment_and_diluent_stop_a_cup_alike_and_it_can_be_discarded(
    sqlite_clinic: Clinic, which: str
) -> None:
    pigment, water = sqlite_clinic.stock_up()
    record = mix(sqlite_clinic, pigment, water)
    said = notice() if which == "pigment" else notice(
        brand="Aqua", products=[{"line": "Sterile water"}], scope=lots("W-31"))  # fmt: skip
    apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, said)
    assert states_of_contacts(sqlite_clinic) == {record.client: "to-contact"}
    with pytest.raises(Refused):
        leaving.close_mix(sqlite_clinic.desk, sqlite_clinic.owner, record.mix, "used")
    leaving.close_mix(sqlite_clinic.desk, sqlite_clinic.owner, record.mix, "discarded")


def test_a_held_or_rejected_lot_under_a_recall_stops_its_cup_too(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    record = mix(sqlite_clinic, pigment, water)
    desk, owner, lot = sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment)
    leaving.dispose_lot(desk, owner, lot, "the rest was spilt")
    apply_recall(desk, owner, notice())
    assert state(sqlite_clinic, lot) == "DISPOSED"
    with pytest.raises(Refused, match="FDA-2026-07"):
        leaving.close_mix(desk, owner, record.mix, "used")


def test_what_reached_a_client_after_the_notice_puts_them_on_the_list(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    mix(clinic, pigment, water, "AA")
    desk, owner = clinic.desk, clinic.owner
    apply_recall(desk, owner, notice())
    recalling.record_contact(desk, owner, "FDA-2026-07", "C-0001", ContactState.REACHED)
    clinic.clock.forward(days=3)
    for visit in (clinic.visit_of("C-0001"), clinic.visit("BB")):
        record_nonconformance(
            desk, owner, Report(pigment, 100, TODAY + timedelta(days=1), visit, "seen", "told")
        )
    # Who was told was told of another use; the day is that of the use, not of its entry.
    assert states_of_contacts(clinic) == {"C-0001": "to-contact", "C-0002": "to-contact"}
    days = {c.client: c.exposure.days for c in recalling.find_recall(desk, "FDA-2026-07").contacts}
    assert days["C-0002"] == (TODAY + timedelta(days=1),)
    require_whole(clinic)


def test_contacts_move_as_a_person_may_move_them(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    mix(sqlite_clinic, pigment, water)
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    apply_recall(desk, owner, notice())

    def move(state: ContactState, client: str = "C-0001") -> None:
        recalling.record_contact(desk, owner, "FDA-2026-07", client, state)

    move(ContactState.NOT_REACHED)
    move(ContactState.REACHED)
    move(ContactState.NOT_REACHED)
    for state_ in (ContactState.CLEARED, ContactState.TO_CONTACT):
        with pytest.raises(DeskError, match="state"):
            move(state_)
    with pytest.raises(NotFound, match="C-0009"):
        move(ContactState.REACHED, "C-0009")
    with pytest.raises(NotFound, match="NONE"):
        recalling.record_contact(desk, owner, "NONE", "C-0001", ContactState.REACHED)


def test_two_lots_of_one_mix_put_a_client_on_the_list_once(sqlite_clinic: Clinic) -> None:
    pigment, water = sqlite_clinic.stock_up()
    mix(sqlite_clinic, pigment, water)
    said = notice(brand="Halden", aliases=["Aqua"], products=[], all_products=True,
                  scope={"all_lots": True})  # fmt: skip
    plan = apply_recall(sqlite_clinic.desk, sqlite_clinic.owner, said)
    (exposure,) = plan.effects.exposed
    assert {use.lot for use in exposure.uses} == {
        sqlite_clinic.lot_of(pigment),
        sqlite_clinic.lot_of(water),
    }
    with sqlite_clinic.desk.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(t.recall_contacts)) == 1


def test_a_state_changed_by_hand_does_not_open_a_recalled_lot(sqlite_clinic: Clinic) -> None:
    """The release asks the notices and not only the word that stands in the table."""
    pigment, _ = sqlite_clinic.stock_up()
    desk, owner, lot = sqlite_clinic.desk, sqlite_clinic.owner, sqlite_clinic.lot_of(pigment)
    apply_recall(desk, owner, notice())
    with writing(desk.engine) as connection:
        connection.execute(update(t.lots).where(t.lots.c.lot == lot).values(state="QUARANTINE"))
    with pytest.raises(Refused, match="FDA-2026-07"):
        stock.release(desk, owner, lot)
