"""Signing in, and what each role may do."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.desk import calibrating, mixing, recommending, stock, tones, visits
from kiosk.desk.errors import DeskError
from kiosk.desk.people import (
    DUTIES,
    Duty,
    Operator,
    Role,
    SignInRefused,
    add_operator,
    list_operators,
    sign_in,
    verify_pin,
)
from kiosk.stops import Refused
from kiosk.storage.tables import credentials
from tests.calibration.surfaces import UNIT, sample
from tests.desk.clinic import CARBON, PIN, SKIN, Clinic, rows, tone_of


def test_signing_in_is_an_event(clinic: Clinic) -> None:
    assert sign_in(clinic.desk, " P-01 ", PIN) == clinic.owner
    assert clinic.kinds()[-1] == "operator.signed_in"


def test_three_wrong_pins_start_a_pause_that_doubles(clinic: Clinic) -> None:
    desk, clock = clinic.desk, clinic.clock
    for _ in range(3):
        with pytest.raises(SignInRefused, match="not right"):
            verify_pin(desk, "P-01", "0000")
    pause = 30
    while pause < 3600:
        # Not even the right PIN shortens it.
        clock.forward(seconds=pause - 1)
        with pytest.raises(SignInRefused, match=r"Wait 2 seconds\."):
            verify_pin(desk, "P-01", PIN)
        clock.forward(seconds=1)
        with pytest.raises(SignInRefused, match="not right"):
            verify_pin(desk, "P-01", "0000")
        pause *= 2
    clock.forward(hours=1)
    assert verify_pin(desk, "P-01", PIN) == clinic.owner
    assert clinic.kinds().count("operator.refused") == 3 + 7


def test_the_right_pin_starts_the_count_again(sqlite_clinic: Clinic) -> None:
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(SignInRefused):
                verify_pin(sqlite_clinic.desk, "P-01", "0000")
        verify_pin(sqlite_clinic.desk, "P-01", PIN)


def test_guesses_made_at_the_same_moment_are_all_counted(clinic: Clinic) -> None:
    def guess() -> None:
        with pytest.raises(SignInRefused):
            verify_pin(clinic.desk, "P-01", "0000")

    threads = [threading.Thread(target=guess) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pytest.raises(SignInRefused, match="Wait"):
        verify_pin(clinic.desk, "P-01", PIN)


def test_a_stranger_and_a_wrong_pin_are_told_the_same(sqlite_clinic: Clinic) -> None:
    sentences = set()
    for operator in ("P-01", "NOBODY"):
        with pytest.raises(SignInRefused) as refused:
            verify_pin(sqlite_clinic.desk, operator, "0000")
        sentences.add(refused.value.message)
    assert len(sentences) == 1


def test_a_pin_is_kept_as_a_slow_hash_and_never_in_the_ledger(sqlite_clinic: Clinic) -> None:
    (row,) = rows(sqlite_clinic.desk.engine, select(credentials))
    assert row.pin_hash.startswith("$argon2id$")
    assert f'"{PIN}"' not in sqlite_clinic.ledger_text()


def test_a_manager_adds_operators_and_an_id_is_taken_once(clinic: Clinic) -> None:
    added = add_operator(clinic.desk, clinic.owner, "S-02", Role.STOCK_MANAGER, "13579")
    assert added in list_operators(clinic.desk)
    assert verify_pin(clinic.desk, "S-02", "13579") == added
    with pytest.raises(DeskError, match="exists already"):
        add_operator(clinic.desk, clinic.owner, "S-02", Role.AUDITOR, "13579")


Act = Callable[[Clinic, Operator], object]

#: One thing to do for every desk function that changes something, with the duty it needs. Roles
#: come before everything else, so the things acted upon need not exist.
ACTS: list[tuple[str, set[Duty], Act]] = [
    ("add_operator", {Duty.MANAGE}, lambda c, o: add_operator(c.desk, o, "X", Role.OWNER, PIN)),
    ("add_product", {Duty.STOCK}, lambda c, o: stock.add_product(c.desk, o, CARBON)),
    (
        "receive",
        {Duty.STOCK},
        lambda c, o: stock.receive(c.desk, o, stock.Delivery("?", "", None, "", 1, 1)),
    ),
    ("release", {Duty.STOCK}, lambda c, o: stock.release(c.desk, o, "?")),
    ("quarantine", {Duty.STOCK}, lambda c, o: stock.quarantine(c.desk, o, "?", "why")),
    ("reject", {Duty.STOCK}, lambda c, o: stock.reject(c.desk, o, "?", "why")),
    ("dispense", {Duty.STOCK}, lambda c, o: stock.dispense(c.desk, o, "?", 1, "", "why")),
    ("open_bottle", {Duty.STOCK, Duty.TREAT}, lambda c, o: stock.open_bottle(c.desk, o, "?")),
    ("register_client", {Duty.TREAT}, lambda c, o: visits.register_client(c.desk, o, "JM")),
    ("open_visit", {Duty.TREAT}, lambda c, o: visits.open_visit(c.desk, o, "?")),
    ("close_visit", {Duty.TREAT}, lambda c, o: visits.close_visit(c.desk, o, "?")),
    (
        "keep_reading",
        {Duty.TREAT},
        lambda c, o: tones.keep_reading(c.desk, o, "?", "Crown", sample(SKIN)),
    ),
    (
        "accept_tone",
        {Duty.TREAT},
        lambda c, o: tones.accept_tone(c.desk, o, "?", tone_of("skin", SKIN)),
    ),
    (
        "advise",
        {Duty.TREAT},
        lambda c, o: recommending.advise(c.desk, o, "?", identity=None, connected_at=None),
    ),
    (
        "record_step",
        {Duty.CALIBRATE},
        lambda c, o: calibrating.record_step(c.desk, o, UNIT, "black"),
    ),
    (
        "record_card",
        {Duty.CALIBRATE},
        lambda c, o: calibrating.record_card(c.desk, o, UNIT, [(80, 0, 0)]),
    ),
]


@pytest.mark.parametrize("role", Role)
def test_every_duty_is_refused_to_every_role_that_lacks_it(
    sqlite_clinic: Clinic, role: Role
) -> None:
    somebody = Operator("S-99", role)
    before = len(sqlite_clinic.kinds())
    for name, duties, act in ACTS:
        if duties & DUTIES[role]:
            continue
        with pytest.raises(Refused) as refused:
            act(sqlite_clinic, somebody)
        assert refused.value.stop.rule == "ROLE", name
        assert role.value in refused.value.stop.sentence
    assert len(sqlite_clinic.kinds()) == before


@pytest.mark.parametrize("role", Role)
def test_no_role_is_refused_a_duty_it_has(sqlite_clinic: Clinic, role: Role) -> None:
    somebody = Operator("S-99", role)
    for _name, duties, act in ACTS:
        if duties & DUTIES[role]:
            # There is no such lot, visit, ...; but then the role was not in the way.
            with suppress(DeskError):
                act(sqlite_clinic, somebody)


def test_who_may_do_what() -> None:
    assert DUTIES[Role.OWNER] == set(Duty)
    assert DUTIES[Role.AUDITOR] == set()
    assert Duty.STOCK not in DUTIES[Role.PRACTITIONER]
    assert Duty.TREAT not in DUTIES[Role.STOCK_MANAGER]
    for role in Role:
        assert (Duty.MANAGE in DUTIES[role]) is (role is Role.OWNER)


def test_a_mix_is_signed_by_somebody_who_may_treat(sqlite_clinic: Clinic) -> None:
    add_operator(sqlite_clinic.desk, sqlite_clinic.owner, "S-02", Role.STOCK_MANAGER, "1357")
    pigment, water = sqlite_clinic.stock_up()
    order = sqlite_clinic.order(sqlite_clinic.visit(), pigment, water)
    with pytest.raises(Refused) as refused:
        mixing.confirm_mix(sqlite_clinic.desk, order, "S-02", "1357")
    assert refused.value.stop.rule == "ROLE"


def test_a_pause_ends_by_itself(sqlite_clinic: Clinic) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            verify_pin(sqlite_clinic.desk, "P-01", "0000")
    sqlite_clinic.clock.now += timedelta(seconds=30)
    assert verify_pin(sqlite_clinic.desk, "P-01", PIN) == sqlite_clinic.owner
