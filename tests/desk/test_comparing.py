"""Two units on the same patches, several people on one unit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from calibration.colorimetry import channels_to_lab, delta_e_2000, lab_to_channels
from calibration.sampling import as_lab
from calibration.uncertainty import as_covariance
from drivers.readings import Condition, Identity
from kiosk.desk import bridging, people, studying
from kiosk.desk.bridging import accept_bridge, bridged, compare, list_bridges
from kiosk.desk.errors import DeskError
from kiosk.desk.patches import MeasuredChart
from kiosk.desk.people import Role, SignInRefused
from kiosk.desk.recommending import advise
from kiosk.stops import Refused
from tests.calibration.surfaces import CONDITION, OTHER_UNIT, UNIT
from tests.desk.clinic import HAIR, NOW, PIN, SKIN, Clinic
from tests.desk.two_units import GAIN, charts, study_readings

CONNECTED = NOW - timedelta(minutes=1)


def test_an_offer_shows_its_gain_and_changes_nothing(clinic: Clinic) -> None:
    offer = compare(*charts())
    assert offer.worthwhile
    assert offer.after.median < 0.3 < 1.0 < offer.before.median
    assert list_bridges(clinic.desk) == []
    assert "bridge.accepted" not in clinic.kinds()


def test_a_bridge_is_accepted_by_somebody_with_their_pin_and_is_the_one_offered(
    clinic: Clinic,
) -> None:
    offer = compare(*charts())
    with pytest.raises(SignInRefused):
        accept_bridge(clinic.desk, "P-01", "0000", offer)
    assert list_bridges(clinic.desk) == []
    accept_bridge(clinic.desk, "P-01", PIN, offer)
    (kept,) = list_bridges(clinic.desk)
    assert kept.accepted_by == "P-01"
    assert kept.offer.ours == f"CR30 {UNIT.serial}"
    assert kept.offer.before == offer.before
    assert np.allclose(kept.offer.matrix, offer.matrix, rtol=0, atol=1e-12)


def test_a_bridge_that_would_not_help_cannot_be_accepted(sqlite_clinic: Clinic) -> None:
    offer = compare(*charts(gain=np.ones(3)))
    with pytest.raises(DeskError, match="would not help"):
        accept_bridge(sqlite_clinic.desk, "P-01", PIN, offer)


@pytest.mark.parametrize(
    ("pair", "named"),
    [
        (lambda: charts(count=5), "at least 6"),
        (lambda: charts(condition=Condition("45/0", "A", "10")), "illuminant"),
        (lambda: (charts()[0], charts()[0]), "itself"),
    ],
)
def test_what_cannot_be_compared(pair, named: str) -> None:
    with pytest.raises(DeskError, match=named):
        compare(*pair())


def test_a_converted_tone_is_what_our_unit_would_have_read_and_known_less_well(
    sqlite_clinic: Clinic,
) -> None:
    bridge = accept_bridge(sqlite_clinic.desk, "P-01", PIN, compare(*charts()))
    theirs = as_lab(channels_to_lab(GAIN * lab_to_channels(SKIN)))
    before = as_covariance(np.diag([0.2, 0.1, 0.1]))
    lab, covariance = bridged(bridge, theirs, before)
    assert float(delta_e_2000(lab, SKIN)) < 0.15 < float(delta_e_2000(theirs, SKIN))
    assert min(np.linalg.eigvalsh(np.asarray(covariance) - 0.9 * np.asarray(before))) > 0


def test_two_units_in_one_visit_need_an_accepted_bridge(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.accept(visit, "skin", SKIN)
    other_hair = as_lab(channels_to_lab(GAIN * lab_to_channels(HAIR)))
    clinic.accept(visit, "hair", other_hair, identity=OTHER_UNIT)

    def ask():
        return advise(clinic.desk, clinic.owner, visit, identity=UNIT, connected_at=CONNECTED)

    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.stop.rule == "TONE-CONDITION"
    accept_bridge(clinic.desk, "P-01", PIN, compare(*charts()))
    advice = ask()
    assert advice.hair.bridged_from == f"CR30 {OTHER_UNIT.serial}"
    # In lightness, which decides the recipe: 0.46 apart before, and 24 noisy patches between.
    assert abs(advice.hair.lab[0] - HAIR[0]) < 0.1 < abs(other_hair[0] - HAIR[0])
    assert [stop.rule for stop in advice.flags] == ["MIXED-UNITS"]
    assert "an accepted bridge" in advice.flags[0].sentence


def test_a_bridge_makes_no_tone_of_an_absent_unit_good(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    visit = clinic.visit()
    clinic.calibrate()
    clinic.accept(visit, "skin", SKIN, identity=OTHER_UNIT)
    clinic.accept(visit, "hair", HAIR, identity=OTHER_UNIT)
    accept_bridge(clinic.desk, "P-01", PIN, compare(*charts()))
    with pytest.raises(Refused) as refused:
        advise(clinic.desk, clinic.owner, visit, identity=UNIT, connected_at=CONNECTED)
    assert refused.value.stop.rule == "TONE-UNIT"


def test_a_client_who_was_read_with_another_unit_before_is_flagged(clinic: Clinic) -> None:
    first = clinic.visit()
    client = first_client(clinic, first)
    clinic.accept(first, "skin", SKIN, identity=OTHER_UNIT)
    again = clinic.visit_of(client)
    clinic.calibrate()
    clinic.measure(again)
    advice = advise(clinic.desk, clinic.owner, again, identity=UNIT, connected_at=CONNECTED)
    (flag,) = advice.flags
    assert flag.rule == "MIXED-UNITS"
    assert OTHER_UNIT.serial in flag.sentence
    assert "no bridge" in flag.sentence
    # Somebody else's readings are none of this client's.
    alone = clinic.visit("AK")
    clinic.measure(alone)
    advice = advise(clinic.desk, clinic.owner, alone, identity=UNIT, connected_at=CONNECTED)
    assert advice.flags == ()


def first_client(clinic: Clinic, visit: str) -> str:
    from kiosk.desk.visits import find_visit

    with clinic.desk.engine.connect() as connection:
        return find_visit(connection, visit).client


# ── studies ──────────────────────────────────────────────────────────────────────────────────────


def test_a_study_finds_the_person_who_reads_otherwise_and_is_kept(clinic: Clinic) -> None:
    people.add_operator(clinic.desk, clinic.owner, "S-02", Role.PRACTITIONER, "13579")
    report = studying.finish_study(clinic.desk, clinic.owner, UNIT, study_readings())
    assert report.reproducibility_mcdm > report.repeatability_mcdm
    assert clinic.kinds()[-1] == "study.finished"
    ((_, kept),) = studying.list_studies(clinic.desk, UNIT.serial)
    assert kept["sentence"] == report.sentence
    assert kept["operators"] == ["P-01", "S-02"]


def test_a_study_names_operators_and_no_persons(sqlite_clinic: Clinic) -> None:
    with pytest.raises(DeskError, match="Maria"):
        studying.finish_study(
            sqlite_clinic.desk, sqlite_clinic.owner, UNIT, study_readings(("P-01", "Maria"))
        )
    assert "Maria" not in sqlite_clinic.ledger_text()


def test_an_incomplete_study_names_what_is_missing(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    people.add_operator(clinic.desk, clinic.owner, "S-02", Role.PRACTITIONER, "13579")
    with pytest.raises(DeskError, match="S-02 has read"):
        studying.finish_study(clinic.desk, clinic.owner, UNIT, study_readings()[:-1])
    assert "study.finished" not in clinic.kinds()


def test_units_are_told_apart_by_model_and_serial() -> None:
    ours, theirs = charts()
    twin = MeasuredChart(Identity("CM-700d", UNIT.serial, ""), CONDITION, theirs.patches)
    assert compare(ours, twin).theirs == f"CM-700d {UNIT.serial}"
    assert bridging.offer_document(compare(ours, twin))["form"] in {"scale", "matrix"}
