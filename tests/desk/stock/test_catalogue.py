"""A product that turns out to be something else: its lots are judged again at once."""

from dataclasses import replace

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock.catalogue import amend_product, reclass_all
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.uses import uses_of_lots
from kiosk.inventory.model import Kind, LotState
from kiosk.ledger.events import Event
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, PMU, WATER, Clinic
from tests.desk.stock.parts import require_whole

BODY_INK = replace(CARBON, intended_use="Tattoo ink")


def state_of(clinic: Clinic, lot: str) -> LotState:
    return lot_page(clinic.desk, lot).lot.state


def test_ac_s11_a_lot_that_turns_out_to_be_body_ink_is_blocked_and_its_uses_are_listed(
    clinic: Clinic,
) -> None:
    pigment, water = clinic.stock_up()
    untouched = clinic.lot_of(clinic.deliver(lot_no="24-200"))
    lot = clinic.lot_of(pigment)
    visits = [clinic.visit(initials) for initials in ("AA", "BB", "CC", "DD")]
    records = [clinic.confirm(clinic.order(v, pigment, water)) for v in (*visits, visits[0])]
    changed = amend_product(clinic.desk, clinic.owner, BODY_INK, "data sheet of the maker")
    found = next(entry for entry in changed if entry.lot == lot)
    assert (found.before, found.now) == ("SMP_SUITABLE", "BODY_TATTOO")
    assert [use.mix for use in found.uses] == [record.mix for record in records]
    assert [use.client for use in found.uses] == [record.client for record in records]
    # As it was known when it was used, whatever it is known as by now.
    assert {use.known_as for use in found.uses} == {"SMP_SUITABLE"}
    assert {use.qty_ul for use in found.uses} == {records[0].pigment_ul}
    assert [entry.uses for entry in changed if entry.lot == untouched] == [()]
    for gone in (lot, untouched):
        assert state_of(clinic, gone) is LotState.QUARANTINE
    with pytest.raises(Refused) as refused:
        clinic.confirm(clinic.order(visits[0], pigment, water))
    assert "INK-B05" in [stop.rule for stop in refused.value.stops]
    with pytest.raises(Refused, match=r"[Tt]attoo"):
        stock.release(clinic.desk, clinic.owner, lot)
    # Water is what it was.
    assert clinic.lot_of(water) not in [entry.lot for entry in changed]
    require_whole(clinic)


def test_back_to_what_it_was_is_a_change_too_and_no_release(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    lot = clinic.lot_of(pigment)
    amend_product(clinic.desk, clinic.owner, BODY_INK, "data sheet")
    (back,) = amend_product(clinic.desk, clinic.owner, CARBON, "the maker's letter")
    assert (back.before, back.now) == ("BODY_TATTOO", "SMP_SUITABLE")
    assert state_of(clinic, lot) is LotState.QUARANTINE
    assert stock.release(clinic.desk, clinic.owner, lot).known_as == "SMP_SUITABLE"


def test_an_amendment_that_changes_no_class_moves_no_lot(sqlite_clinic: Clinic) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    renamed = replace(CARBON, shade="Jet")
    assert amend_product(sqlite_clinic.desk, sqlite_clinic.owner, renamed, "new label") == ()
    page = lot_page(sqlite_clinic.desk, sqlite_clinic.lot_of(pigment))
    assert page.lot.state is LotState.RELEASED
    assert page.lot.product.shade == "Jet"


def test_a_longer_period_after_opening_revives_no_opened_bottle(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    pigment, water = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, water)
    amend_product(clinic.desk, clinic.owner, replace(WATER, pao_months=24), "new label")
    assert state_of(clinic, clinic.lot_of(water)) is LotState.QUARANTINE
    # A shorter one needs nobody: it only brings the date nearer.
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    amend_product(clinic.desk, clinic.owner, replace(CARBON, pao_months=6), "new label")
    assert state_of(clinic, clinic.lot_of(pigment)) is LotState.OPEN


def test_new_rules_are_asked_about_every_lot(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    pigment, _ = clinic.stock_up()
    lot = clinic.lot_of(pigment)
    assert reclass_all(clinic.desk, clinic.owner) == ()
    # As older rules had it.
    with stock_work(clinic) as task:
        known = {"verdict": "PMU_COSMETIC", "rules_version": "2020.1"}
        task.record(Event("lot.reclassed", lot, known))
    (changed,) = reclass_all(clinic.desk, clinic.owner)
    assert (changed.lot, changed.before, changed.now) == (lot, "PMU_COSMETIC", "SMP_SUITABLE")
    assert state_of(clinic, lot) is LotState.QUARANTINE
    assert reclass_all(clinic.desk, clinic.owner) == ()


def stock_work(clinic: Clinic):
    from kiosk.desk.office import work

    return work(clinic.desk, clinic.owner.id)


@pytest.mark.parametrize(
    ("product", "reason", "error", "said"),
    [
        (CARBON, "  ", DeskError, "reason: "),
        (replace(CARBON, id="NONE"), "x", NotFound, "NONE"),
        (replace(CARBON, kind=Kind.DILUENT), "x", DeskError, "kind: "),
        (replace(CARBON, brand=" "), "x", DeskError, "brand"),
        (replace(CARBON, declared={"ingredient": ["x"]}), "x", DeskError, "ingredient"),
    ],
)
def test_what_cannot_be_amended_changes_nothing(
    sqlite_clinic: Clinic, product: object, reason: str, error: type[DeskError], said: str
) -> None:
    sqlite_clinic.add(CARBON)
    before = sqlite_clinic.kinds()
    with pytest.raises(error, match=said):
        amend_product(sqlite_clinic.desk, sqlite_clinic.owner, product, reason)
    assert sqlite_clinic.kinds() == before


def test_a_product_declares_nothing_that_no_rule_could_read(sqlite_clinic: Clinic) -> None:
    odd = replace(PMU, declared={"ingredient": ["CI 77499"]})
    with pytest.raises(DeskError, match="ingredient"):
        stock.add_product(sqlite_clinic.desk, sqlite_clinic.owner, odd)
    whole = replace(PMU, declared={"ingredients": ["CI 77499", "Aqua"], "claims": ["vegan"]})
    stock.add_product(sqlite_clinic.desk, sqlite_clinic.owner, whole)
    with sqlite_clinic.desk.engine.connect() as connection:
        assert uses_of_lots(connection, []) == ()
