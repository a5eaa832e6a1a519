"""The gate with everything that ends a calibration, and tiles that may not be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from calibration.validity import CalibrationKey, Circumstances, Usage
from drivers.errors import NeedsCalibration
from drivers.readings import Condition, Identity, Spectrum
from kiosk.desk import calibrating, references
from kiosk.desk.calibrating import gate, gate_stop, known_tile, record_card, record_step
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.people import Signature, SignInRefused
from kiosk.desk.recommending import Advice, advise
from kiosk.desk.watching import drift_charts, validity
from kiosk.stops import Refused, Severity
from tests.calibration.surfaces import CONDITION, OTHER_UNIT, UNIT, sample
from tests.desk.clinic import NOW, PIN, Clinic
from tests.desk.two_units import tile

CONNECTED = NOW - timedelta(minutes=1)
CARD = (80.0, 0.0, 0.0)
HEAD = Identity("AS7262", "HEAD-1", "1.1.0")
LAMP = Identity("Spectrolino", "77", "1")


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────


def late(clinic: Clinic, *, checked: bool) -> str:
    """A measured visit with a calibration of 8 h 01 min."""
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    clinic.clock.forward(hours=8, minutes=1)
    if checked:
        assert record_card(clinic.desk, clinic.owner, UNIT, [CARD]).outcome == "pass"
    return visit


def ask(clinic: Clinic, visit: str, signature: Signature | None = None) -> Advice:
    return advise(
        clinic.desk,
        clinic.owner,
        visit,
        identity=UNIT,
        connected_at=CONNECTED,
        signature=signature,
    )


def test_ac_p01_a_late_calibration_is_policy_after_a_check_of_the_day_and_safety_before(
    clinic: Clinic,
) -> None:
    visit = late(clinic, checked=False)
    signature = Signature("client has travelled", PIN)
    with pytest.raises(Refused) as refused:
        ask(clinic, visit, signature)
    assert refused.value.stop.severity is Severity.SAFETY
    record_card(clinic.desk, clinic.owner, UNIT, [CARD])
    with pytest.raises(Refused, match="8:01") as refused:
        ask(clinic, visit)
    assert refused.value.stop.severity is Severity.POLICY
    with pytest.raises(Refused):
        ask(clinic, visit, Signature("  ", PIN))
    with pytest.raises(SignInRefused):
        ask(clinic, visit, Signature("client has travelled", "0000"))
    assert "stop.passed" not in clinic.kinds()
    advice = ask(clinic, visit, signature)
    assert advice.recommendation.status == "recipe"
    assert [stop.rule for stop in advice.flags] == ["CALIBRATION"]
    assert clinic.kinds()[-2:] == ["stop.passed", "recommendation.made"]
    assert "client has travelled" in clinic.ledger_text()


def test_ac_p01_a_check_of_yesterday_or_a_failed_one_vouches_for_nothing(clinic: Clinic) -> None:
    late(clinic, checked=True)
    assert gate(clinic.desk, UNIT, CONNECTED).passable
    record_card(clinic.desk, clinic.owner, UNIT, [(70.0, 0.0, 0.0)] * 3)
    assert not gate(clinic.desk, UNIT, CONNECTED).passable
    record_card(clinic.desk, clinic.owner, UNIT, [CARD])
    assert gate(clinic.desk, UNIT, CONNECTED).passable
    clinic.clock.forward(hours=10)
    assert not gate(clinic.desk, UNIT, CONNECTED).passable


def test_nothing_but_age_can_be_passed(sqlite_clinic: Clinic) -> None:
    late(sqlite_clinic, checked=True)
    state = gate(sqlite_clinic.desk, UNIT, NOW + timedelta(hours=1))
    assert set(state.causes) == {"reconnect", "age"}
    stop = gate_stop(state)
    assert stop is not None
    assert stop.severity is Severity.SAFETY


def test_fifty_readings_end_the_calibration_of_a_lamp_and_not_of_a_cr30(
    sqlite_clinic: Clinic,
) -> None:
    for unit in (UNIT, LAMP):
        sqlite_clinic.calibrate(unit)
    used = Usage(readings=50)
    assert gate(sqlite_clinic.desk, UNIT, CONNECTED, used).ready
    assert gate(sqlite_clinic.desk, LAMP, CONNECTED, Usage(readings=49)).ready
    state = gate(sqlite_clinic.desk, LAMP, CONNECTED, used)
    assert (state.ready, state.causes) == (False, ("readings",))
    assert "50 readings" in state.reason


def test_a_unit_that_sees_to_its_own_zero_needs_white_and_card_only(
    sqlite_clinic: Clinic,
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    record_step(desk, owner, LAMP, "white")
    record_card(desk, owner, LAMP, [CARD] * 3)
    assert gate(desk, LAMP, CONNECTED).ready


@pytest.mark.parametrize(
    ("now", "cause"),
    [
        (Usage(now=Circumstances(CalibrationKey("HEAD-1", gain=16.0), 26.0)), None),
        (Usage(now=Circumstances(CalibrationKey("HEAD-1", gain=64.0), 26.0)), "settings"),
        (Usage(now=Circumstances(CalibrationKey("HEAD-1", gain=16.0), 30.5)), "temperature"),
        (Usage(asks_for_calibration=True), "device"),
    ],
)
def test_white_is_kept_with_what_it_was_made_under(
    sqlite_clinic: Clinic, now: Usage, cause: str | None
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    made = Circumstances(CalibrationKey("HEAD-1", gain=16.0), 25.0)
    record_step(desk, owner, HEAD, "black", made_under=made)
    record_step(desk, owner, HEAD, "white", made_under=made)
    record_card(desk, owner, HEAD, [CARD] * 3)
    state = gate(desk, HEAD, CONNECTED, now)
    assert state.ready == (cause is None)
    assert state.causes == (() if cause is None else (cause,))


# ── the card ─────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_on_record_while_another_placement_is_needed(clinic: Clinic) -> None:
    for count in (1, 2):
        found = record_card(clinic.desk, clinic.owner, UNIT, [CARD] * count)
        assert found.outcome is None
    assert "instrument.calibrated" not in clinic.kinds()
    record_card(clinic.desk, clinic.owner, UNIT, [CARD] * 3)
    (entry,) = calibrating.history(clinic.desk, UNIT.serial)
    assert (entry.outcome, len(entry.detail["placements"])) == ("baseline", 3)


def test_a_card_that_fails_twice_running_points_to_the_unit(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.calibrate()
    wrong = [(70.0, 0.0, 0.0)] * 3
    first = record_card(sqlite_clinic.desk, sqlite_clinic.owner, UNIT, wrong)
    assert "out of use" not in first.sentence
    second = record_card(sqlite_clinic.desk, sqlite_clinic.owner, UNIT, wrong)
    assert "out of use" in second.sentence


# ── tiles ────────────────────────────────────────────────────────────────────────────────────────


def test_ac_p02_the_tile_of_another_device_stops_white_and_the_device_stays_uncalibrated(
    clinic: Clinic,
) -> None:
    desk, owner = clinic.desk, clinic.owner
    references.add_reference(desk, owner, tile("TILE-B", owner=OTHER_UNIT.serial))
    with pytest.raises(Refused) as refused:
        references.require_tile(desk, owner, UNIT, CONDITION, "TILE-B")
    assert refused.value.stop.rule == "TILE-WRONG"
    assert OTHER_UNIT.serial in refused.value.stop.sentence
    assert UNIT.serial in refused.value.stop.sentence
    assert clinic.kinds()[-1] == "stop.met"
    assert not gate(desk, UNIT, CONNECTED).ready
    mine = references.require_tile(desk, owner, OTHER_UNIT, CONDITION, "TILE-B")
    assert mine.serial == "TILE-B"


def test_a_tile_for_another_geometry_or_retired_or_unknown_is_not_used(
    sqlite_clinic: Clinic,
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    references.add_reference(desk, owner, tile())
    with pytest.raises(Refused, match="certified for"):
        references.require_tile(desk, owner, UNIT, Condition("d:8 SCI", "D65", "10"), "T-1")
    references.retire_reference(desk, owner, "T-1", "chipped")
    with pytest.raises(NotFound, match="chipped"):
        references.require_tile(desk, owner, UNIT, CONDITION, "T-1")
    with pytest.raises(NotFound):
        references.require_tile(desk, owner, UNIT, CONDITION, "T-2")
    (kept,) = references.list_references(desk)
    assert kept.retired == "chipped"
    assert kept.reference == tile()


def test_what_cannot_be_added_or_retired(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    with pytest.raises(DeskError, match="certified_on"):
        references.add_reference(desk, owner, tile(certified_on=date(2027, 1, 1)))
    references.add_reference(desk, owner, tile())
    with pytest.raises(DeskError, match="known already"):
        references.add_reference(desk, owner, tile())
    with pytest.raises(DeskError, match="reason"):
        references.retire_reference(desk, owner, "T-1", " ")
    references.retire_reference(desk, owner, "T-1", "lost")
    with pytest.raises(DeskError, match="retired already"):
        references.retire_reference(desk, owner, "T-1", "lost")


def test_a_tile_that_changes_with_warmth_is_judged_at_its_temperature_only(
    sqlite_clinic: Clinic,
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    red = references.add_reference(desk, owner, tile("RED", colour="red"))
    assert red.use == "correct-first"
    with pytest.raises(DeskError, match="temperature"):
        record_card(desk, owner, UNIT, [CARD] * 3, reference="RED")
    record_card(desk, owner, UNIT, [CARD] * 3, reference="RED", temperature_c=25.0)
    # Ten degrees warmer it reads what Lucideon publishes for the red CCSII tile.
    warm = (80.0 - 0.37, -0.71, -0.61)
    seen = record_card(desk, owner, UNIT, [warm], reference="RED", temperature_c=35.0)
    assert (seen.outcome, seen.difference) == ("pass", pytest.approx(0.0, abs=1e-9))
    cold = record_card(desk, owner, UNIT, [warm] * 3, reference="RED", temperature_c=25.0)
    assert cold.outcome == "fail"
    # Each has its own history, and the card's is not touched.
    assert record_card(desk, owner, UNIT, [(90.0, 0.0, 0.0)] * 3).outcome == "baseline"


def test_another_tile_constant_is_refused_until_the_unit_gets_a_cap(clinic: Clinic) -> None:
    desk, owner = clinic.desk, clinic.owner
    old, new = (sample((lightness, -1.0, 0.1)).raw.spectrum for lightness in (90.5, 91.5))
    assert old is not None
    record_step(desk, owner, UNIT, "white", old)
    with pytest.raises(Refused, match="differs by up to") as refused:
        record_step(desk, owner, UNIT, "white", new)
    assert refused.value.stop.rule == "CAP-CHANGED"
    assert known_tile(desk, UNIT) == old
    references.add_reference(desk, owner, tile("NEW-CAP", owner=UNIT.serial))
    assert known_tile(desk, UNIT) is None
    record_step(desk, owner, UNIT, "white", new)
    assert known_tile(desk, UNIT) == new


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"spectrum": {"start": 400, "step": 10, "values": [90.0] * 31}}, "fractions"),
        ({"spectrum": {"start": 400, "step": 10, "values": ["x"] * 31}}, "numbers"),
        ({"spectrum": {"start": 400.5, "step": 10, "values": [0.9] * 31}}, "whole nanometres"),
        ({"spectrum": None}, "spectrum"),
        ({"serial": ""}, "serial"),
        ({"certified_on": "June"}, "certified_on"),
        ({"per_ten_degrees": [0.1]}, "three numbers"),
    ],
)
def test_a_certificate_that_cannot_be_read_names_the_member(
    change: dict[str, object], named: str
) -> None:
    document = references.reference_document(tile())
    assert references.read_reference(document) == tile()
    with pytest.raises(DeskError, match=named) as error:
        references.read_reference({**document, **change})
    assert error.value.hint


# ── watching ─────────────────────────────────────────────────────────────────────────────────────


def test_every_card_and_tile_has_its_chart_and_a_redone_calibration_sets_no_limits(
    sqlite_clinic: Clinic,
) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    references.add_reference(desk, owner, tile())
    record_card(desk, owner, UNIT, [CARD] * 3)
    record_card(desk, owner, UNIT, [(75.0, 0.0, 0.0)] * 3)
    for step in (0.02, -0.02, 0.01, -0.01, 0.02, -0.02, 0.01, -0.01, 0.02):
        sqlite_clinic.clock.forward(hours=24)
        record_card(desk, owner, UNIT, [(80.0 + step, 0.0, 0.0)])
    record_card(desk, owner, UNIT, [CARD] * 3, reference="T-1")
    card, other = drift_charts(desk, UNIT.serial)
    assert (card.reference, other.reference) == (None, "T-1")
    assert card.chart.points[1].state == "out"
    assert card.chart.upper is not None
    # With the failed reading counted among the first ten they would lie 17 L* apart.
    assert card.chart.upper[0] < 80.2
    assert card.chart.state == "steady"
    assert len(other.chart.points) == 1


def test_validity_tells_rules_and_end(sqlite_clinic: Clinic) -> None:
    desk = sqlite_clinic.desk
    assert validity(desk, []) is None
    sqlite_clinic.calibrate()
    found = validity(desk, calibrating.history(desk, UNIT.serial))
    assert found is not None
    assert found.valid_until == NOW + timedelta(hours=8)
    assert found.ended == ()
    sqlite_clinic.clock.forward(hours=9)
    found = validity(desk, calibrating.history(desk, UNIT.serial))
    assert found is not None
    assert "9:00 old" in found.ended[0]


def test_white_of_a_head_without_black_is_refused(sqlite_clinic: Clinic) -> None:
    from drivers.channel_heads import Baseline

    counts = Baseline(("A", "B", "C"), "gain 16, 168 ms", None, (9000, 9000, 9000))
    with pytest.raises(NeedsCalibration, match="Black has not been read"):
        record_step(sqlite_clinic.desk, sqlite_clinic.owner, HEAD, "white", baseline=counts)


def test_white_far_from_the_last_one_is_refused(sqlite_clinic: Clinic) -> None:
    from drivers.channel_heads import Baseline

    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    first = Baseline(("A", "B", "C"), "gain 16, 168 ms", (90, 90, 90), (9000, 9000, 9000))
    record_step(desk, owner, HEAD, "white", baseline=first)
    dim = replace(first, white=(9000, 6000, 9000))
    with pytest.raises(NeedsCalibration, match="channel B"):
        record_step(desk, owner, HEAD, "white", baseline=dim)
    # Other settings are another baseline, and a new tile of the unit's own begins anew.
    record_step(desk, owner, HEAD, "white", baseline=replace(dim, settings="gain 64, 168 ms"))
    references.add_reference(desk, owner, tile("HEAD-TILE", owner=HEAD.serial))
    record_step(desk, owner, HEAD, "white", baseline=dim)


def test_spectrum_of_a_reference_survives_the_ledger(clinic: Clinic) -> None:
    values = tuple(round(0.5 + 0.01 * i, 4) for i in range(31))
    references.add_reference(
        clinic.desk, clinic.owner, tile(spectrum=Spectrum(400, 10, values), per_ten_degrees=None)
    )
    assert references.list_references(clinic.desk)[0].reference.spectrum.values == values
