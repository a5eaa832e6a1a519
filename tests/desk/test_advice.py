"""From two tones to a recommendation, or to a stop."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from calibration.sampling import Lab
from drivers.readings import Condition, Identity
from kiosk.desk import calibrating, tones
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.journal import verify_ledger
from kiosk.desk.recommending import Advice, advise
from kiosk.matching.replay import replay
from kiosk.stops import Refused, Severity
from kiosk.storage import tables as t
from kiosk.storage.private import unseal
from tests.calibration.surfaces import OTHER_UNIT, UNIT, sample
from tests.desk.clinic import HAIR, NOW, SKIN, Clinic, rows, tone_of

CONNECTED = NOW - timedelta(minutes=1)


def ask(clinic: Clinic, visit: str, identity: Identity | None = UNIT) -> Advice:
    return advise(clinic.desk, clinic.owner, visit, identity=identity, connected_at=CONNECTED)


def refusal(clinic: Clinic, visit: str, identity: Identity | None = UNIT) -> list[str]:
    before = clinic.kinds()
    with pytest.raises(Refused) as refused:
        ask(clinic, visit, identity)
    assert all(stop.severity is Severity.SAFETY for stop in refused.value.stops)
    assert clinic.kinds() == before
    return [stop.rule for stop in refused.value.stops]


def test_a_measured_visit_gets_a_recommendation_that_can_be_replayed(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    advice = ask(clinic, visit)
    assert advice.recommendation.status == "recipe"
    assert not advice.recommendation.anchored
    assert advice.skin.lab == pytest.approx(SKIN, abs=0.01)
    assert advice.hair.lab == pytest.approx(HAIR, abs=0.05)
    assert (advice.skin.readings, advice.hair.readings) == (3, 5)
    (row,) = rows(clinic.desk.engine, select(t.recommendations))
    assert (row.visit, row.advised_ratio, row.digest) == (
        visit,
        advice.recommendation.advised_ratio,
        advice.digest,
    )
    # The sealed record holds the inputs, every constant and the result: it can be computed again.
    with clinic.desk.engine.connect() as connection:
        record = json.loads(unseal(connection, row.record, row.digest))
    assert record["replay"]["constants"]["version"] == row.constants_version
    assert record["replay"]["inputs"]["skin_lab"] == pytest.approx(advice.skin.lab)
    again = replay(record["replay"])
    assert again.identical
    assert again.result is not None
    assert again.result.advised_ratio == row.advised_ratio


def test_a_later_tone_takes_the_place_of_an_earlier_one(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    clinic.accept(visit, "skin", (62.0, 10.0, 16.0))
    assert ask(clinic, visit).skin.lab[0] == pytest.approx(62.0, abs=0.01)
    assert clinic.kinds().count("tone.accepted") == 3


def test_ac_p01_without_a_calibration_there_is_no_recommendation(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.measure(visit)
    assert refusal(clinic, visit) == ["CALIBRATION"]


def test_ac_p01_after_eight_hours_and_a_minute_calibrate_first_and_nothing_is_lost(
    clinic: Clinic,
) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.clock.forward(hours=8, minutes=1)
    clinic.measure(visit)
    with pytest.raises(Refused, match=r"Calibrate first\..*8:01"):
        ask(clinic, visit)
    clinic.calibrate()
    assert ask(clinic, visit).recommendation.advised_ratio


def test_a_unit_that_was_unplugged_since_is_calibrated_again(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.measure(visit)
    with pytest.raises(Refused, match="reconnected"):
        advise(
            sqlite_clinic.desk,
            sqlite_clinic.owner,
            visit,
            identity=UNIT,
            connected_at=NOW + timedelta(seconds=1),
        )


def test_no_unit_no_recommendation(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.measure(visit)
    assert refusal(sqlite_clinic, visit, identity=None) == ["CALIBRATION"]


def test_the_calibration_of_one_unit_does_not_vouch_for_another(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate(UNIT)
    sqlite_clinic.measure(visit)
    assert "CALIBRATION" in refusal(sqlite_clinic, visit, identity=OTHER_UNIT)
    # Nor do tones of the first unit become good because the second is calibrated.
    sqlite_clinic.calibrate(OTHER_UNIT)
    assert refusal(sqlite_clinic, visit, identity=OTHER_UNIT) == ["TONE-UNIT"]


def test_skin_and_hair_of_two_units_are_not_compared(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.accept(visit, "skin", SKIN)
    sqlite_clinic.accept(visit, "hair", HAIR, identity=OTHER_UNIT)
    assert refusal(sqlite_clinic, visit) == ["TONE-CONDITION"]


@pytest.mark.parametrize(
    "condition",
    [Condition("d/8", "D65", "10"), Condition("45/0", "A", "10"), Condition("45/0", "D65", "2")],
)
def test_skin_and_hair_of_two_conditions_are_not_compared(
    sqlite_clinic: Clinic, condition: Condition
) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.accept(visit, "skin", SKIN)
    sqlite_clinic.accept(visit, "hair", HAIR, condition=condition)
    assert refusal(sqlite_clinic, visit) == ["TONE-CONDITION"]


def test_what_can_be_no_skin_gets_no_recipe(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.measure(visit, skin=(88.0, 1.0, 2.0))
    assert refusal(sqlite_clinic, visit) == ["TONE-WINDOW"]


def test_a_surface_that_was_not_read_is_named(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    with pytest.raises(NotFound, match="skin"):
        ask(sqlite_clinic, visit)
    sqlite_clinic.accept(visit, "skin", SKIN)
    with pytest.raises(NotFound, match="hair"):
        ask(sqlite_clinic, visit)


def test_a_tone_altered_in_the_database_is_noticed(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    engine = clinic.desk.engine
    with engine.begin() as connection:
        connection.execute(
            update(t.private_records)
            .where(t.private_records.c.kind == "tone")
            .values(sealed=b"gAAAAAforged")
        )
    with pytest.raises(DeskError, match="skin: the kept tone is not the one"):
        ask(clinic, visit)


def test_a_tone_exchanged_for_another_of_the_same_client_is_noticed(clinic: Clinic) -> None:
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    engine = clinic.desk.engine
    records = rows(engine, select(t.private_records).where(t.private_records.c.kind == "tone"))
    with engine.begin() as connection:
        # Both are properly sealed under the client's key; only the ledger's digest tells them.
        for record, other in zip(records, reversed(records), strict=True):
            connection.execute(
                update(t.private_records)
                .where(t.private_records.c.record == record.record)
                .values(sealed=other.sealed)
            )
    with pytest.raises(DeskError, match="digest in the ledger"):
        ask(clinic, visit)


def test_an_erased_client_has_no_tones_left(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    sqlite_clinic.calibrate()
    sqlite_clinic.measure(visit)
    with sqlite_clinic.desk.engine.begin() as connection:
        connection.execute(delete(t.client_keys))
    with pytest.raises(NotFound, match="erased"):
        ask(sqlite_clinic, visit)
    assert verify_ledger(sqlite_clinic.desk).ok


def test_the_card_is_judged_against_its_first_reading_on_each_unit(clinic: Clinic) -> None:
    desk, owner = clinic.desk, clinic.owner
    card = (80.0, 0.5, 1.0)

    def read(lab: Lab, times: int = 3, unit: Identity = UNIT) -> tuple[str | None, object]:
        found = calibrating.record_card(desk, owner, unit, [lab] * times)
        return found.outcome, found.difference

    assert read(card) == ("baseline", None)
    assert read(card, 1) == ("pass", pytest.approx(0.0, abs=1e-9))
    assert read((79.5, 0.5, 1.0)) == ("warn", pytest.approx(0.5))
    assert read((78.0, 0.5, 1.0))[0] == "fail"
    # A failed or a warned card is no new baseline.
    assert read(card, 1)[0] == "pass"
    assert read((70.0, 0.0, 0.0), unit=OTHER_UNIT)[0] == "baseline"
    steps = [entry.outcome for entry in calibrating.history(desk, UNIT.serial)]
    assert steps == ["baseline", "pass", "warn", "fail", "pass"]


def test_the_tile_constant_of_a_unit_is_kept_with_its_white_calibration(clinic: Clinic) -> None:
    tile = sample((90.5, -1.0, 0.1)).raw.spectrum
    assert calibrating.known_tile(clinic.desk, UNIT) is None
    calibrating.record_step(clinic.desk, clinic.owner, UNIT, "white", tile)
    calibrating.record_step(clinic.desk, clinic.owner, UNIT, "white")
    assert calibrating.known_tile(clinic.desk, UNIT) == tile
    assert calibrating.known_tile(clinic.desk, OTHER_UNIT) is None


def test_every_reading_is_kept_when_it_comes_outliers_too(clinic: Clinic) -> None:
    visit = clinic.visit()
    before = len(rows(clinic.desk.engine, select(t.private_records)))
    for lightness in (57.0, 57.1, 30.0):
        tones.keep_reading(
            clinic.desk, clinic.owner, visit, "Crown", sample((lightness, 11.0, 17.0))
        )
    kept = rows(clinic.desk.engine, select(t.private_records))[before:]
    assert [row.kind for row in kept] == ["reading"] * 3


def test_an_accepted_tone_keeps_its_outlier_with_the_reason(sqlite_clinic: Clinic) -> None:
    visit = sqlite_clinic.visit()
    tone = tone_of("hair", HAIR, steps=(0.0, 0.1, -0.1, 0.1, 0.0))
    site = tone.sites[0].with_sample(sample((40.0, 1.0, 1.0)))
    with_outlier = replace(tone, sites=(site,))
    tones.accept_tone(sqlite_clinic.desk, sqlite_clinic.owner, visit, with_outlier)
    (row,) = rows(sqlite_clinic.desk.engine, select(t.tones))
    with sqlite_clinic.desk.engine.connect() as connection:
        record = json.loads(unseal(connection, row.record, row.digest))
    assert [reading["note"] for reading in record["readings"]] == [""] * 5 + ["outlier"]
    assert record["readings"][5]["lab"] == pytest.approx((40.0, 1.0, 1.0))
    assert record["readings"][5]["bytes"] == "bb0109"
