"""A whole day with every kind of event the desk writes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.desk import (
    anchoring,
    bridging,
    calibrating,
    cards,
    correcting,
    outcomes,
    people,
    references,
    screening,
    stock,
    studying,
    tones,
    visits,
)
from kiosk.desk.care import confirm_clock
from kiosk.desk.mixing import MixRecord
from kiosk.desk.people import Role, SignInRefused
from kiosk.desk.recommending import advise
from kiosk.stops import Refused
from tests.calibration.surfaces import UNIT, sample
from tests.desk.bench_of_heads import HEAD, SimulatedBench, checker
from tests.desk.clinic import HAIR, PIN, SKIN, TATTOO, Clinic
from tests.desk.stock_story import tell_of_stock
from tests.desk.two_units import charts, study_readings, tile

#: Initials that occur in no other word of a ledger.
INITIALS = "QXZY"

#: A published worked example: a card of five swatches on its blank, r of 1:r and CIELAB.
CARD_BLANK = (94.312351, 0.0, 1.485949)
CARD = [
    (80.0, (78.63, 0.67, 0.36)),
    (40.0, (71.56, 1.27, 1.32)),
    (20.0, (64.49, 0.95, 0.55)),
    (10.0, (54.83, 1.29, 1.03)),
    (5.0, (45.21, 1.62, 1.34)),
]
#: An accepted result of nobody in this story.
ANCHOR_SKIN, ANCHOR_HAIR = (62.0, 9.0, 15.5), (22.0, 3.0, 4.0)


def look_after_instruments(clinic: Clinic) -> None:
    """A tile that comes and goes, a head that is fitted, a study, a bridge."""
    desk, owner = clinic.desk, clinic.owner
    references.add_reference(desk, owner, tile("T-7"))
    references.retire_reference(desk, owner, "T-7", "chipped")
    bench, chart = SimulatedBench(), checker()
    for kind in ("black", "white"):
        calibrating.record_step(desk, owner, HEAD, kind, baseline=bench.baseline)
    correcting.fit_and_keep(desk, owner.id, PIN, chart, bench.chart(chart.patches))
    studying.finish_study(desk, owner, UNIT, study_readings())
    bridging.accept_bridge(desk, owner.id, PIN, bridging.compare(*charts()))


def tell(clinic: Clinic) -> MixRecord:
    """From the first sign-in to a closed visit; returns the mix."""
    desk, owner = clinic.desk, clinic.owner
    with pytest.raises(SignInRefused):
        people.sign_in(desk, owner.id, "0000")
    people.sign_in(desk, owner.id, PIN)
    people.add_operator(desk, owner, "S-02", Role.STOCK_MANAGER, "13579")
    pigment, water = clinic.stock_up()
    spare = clinic.deliver(lot_no="24-118", label=date(2028, 1, 31), bottles=3)
    stock.quarantine(desk, owner, clinic.lot_of(spare), "certificate missing")
    clinic.add(TATTOO)
    body_ink = clinic.deliver("TATTOO", lot_no="", release=False)
    stock.open_bottle(desk, owner, pigment)
    stock.dispense(desk, owner, pigment, 600, "card", "swatch card")
    clinic.calibrate()
    look_after_instruments(clinic)
    visit = clinic.visit(INITIALS)
    for lab in (SKIN, HAIR):
        tones.keep_reading(desk, owner, visit, "Crown", sample(lab))
    clinic.measure(visit)
    with desk.engine.connect() as connection:
        client = visits.find_visit(connection, visit).client
    screening.record_allergies(desk, owner, client, [])
    advice = advise(
        desk,
        owner,
        visit,
        identity=UNIT,
        connected_at=clinic.clock.now - timedelta(minutes=1),
    )
    ratio = advice.recommendation.advised_ratio
    assert ratio is not None
    with pytest.raises(Refused):
        clinic.confirm(clinic.order(visit, body_ink, water))
    stock.reject(desk, owner, clinic.lot_of(body_ink), "no lot number")
    record = clinic.confirm(clinic.order(visit, pigment, water, ratio=ratio - 5))
    visits.close_visit(desk, owner, visit)
    cards.read_card(desk, owner, clinic.lot_of(pigment), CARD_BLANK, CARD)
    anchoring.add_anchor(desk, owner, "SMP-CARBON", ANCHOR_SKIN, ANCHOR_HAIR, 25)
    outcomes.judge(desk, owner, record.mix, "right")
    tell_of_stock(clinic, record)
    clinic.clock.forward(minutes=-10)
    confirm_clock(desk, owner, "set by radio")
    return record
