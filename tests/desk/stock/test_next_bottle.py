"""Which bottle is next, and what taking another one costs."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from kiosk.desk import stock
from kiosk.desk.care import confirm_clock
from kiosk.desk.mixing import prepare_mix
from kiosk.inventory.model import Kind
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, WATER, Clinic


@pytest.mark.parametrize("derived_state", ["RELEASED", "OPEN"])
def test_ac_s12_first_expiring_first_with_opened_bottles_before_sealed_ones(
    clinic: Clinic, derived_state: str
) -> None:
    clinic.clock.now = datetime(2025, 6, 30, 9, 0, tzinfo=UTC)
    confirm_clock(clinic.desk, clinic.owner, "set for the scenario")
    clinic.add(CARBON, WATER)
    # Opened on 30 June 2025 with twelve months after it: effective 30 June 2026.
    b1 = clinic.deliver(lot_no="1", label=date(2027, 12, 31))
    b2 = clinic.deliver(lot_no="2", label=date(2026, 5, 31))
    b3 = clinic.deliver(lot_no="3", label=date(2026, 9, 30))
    water = clinic.deliver("WATER", lot_no="W", ml=100)
    stock.open_bottle(clinic.desk, clinic.owner, b1)
    clinic.clock.now = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
    with clinic.desk.engine.begin() as connection:
        # Nothing derived decides: whatever the table remembers of the lot, the order is the same.
        connection.execute(update(t.lots).where(t.lots.c.lot_no == "1").values(state=derived_state))
    offered = stock.next_bottles(clinic.desk, Kind.PIGMENT)
    assert [item.bottle.id for item in offered] == [b1, b2, b3]
    assert offered[0].expiry is not None
    assert offered[0].expiry.on == date(2026, 6, 30)
    order = clinic.order(clinic.visit(), b3, water, reason="")
    (stop,) = [s for s in prepare_mix(clinic.desk, order).stops if s.rule == "FEFO"]
    assert stop.severity is Severity.POLICY
    assert b1 in stop.sentence
    with pytest.raises(Refused):
        clinic.confirm(order)
    first = clinic.order(clinic.visit("AK"), b1, water, reason="")
    assert "FEFO" not in [s.rule for s in prepare_mix(clinic.desk, first).stops]
