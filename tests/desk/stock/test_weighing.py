"""Volumes by weight and by drops, and a balance on a real pseudo terminal."""

from __future__ import annotations

import contextlib
import os
import threading
import tty
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.errors import NoInstrument
from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.weighing import (
    density_of,
    discard_by_weight,
    dispense_by_weight,
    dispense_drops,
    find_dropper,
    found_by_weight,
    measure_dropper,
    read_balance,
)
from kiosk.inventory.counting import enter
from kiosk.inventory.volumes.balance_line import Mass, read_balance_line
from kiosk.inventory.volumes.drops import Series
from kiosk.inventory.volumes.weighing import Density, Weighed
from kiosk.ledger.reader import tail
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, WATER, Clinic
from tests.desk.stock.parts import bottle, require_whole, sums

#: Water at 20 °C: 1 g is 1.0029 ml (ISO 8655-6, Z factor at 1013 hPa).
WATER_20 = Density(0.998203, 0.00001, 20.0)
SERIES = [Series(10, Weighed(ul, 0.5)) for ul in (500, 498, 502)]


def grams(text: str) -> Mass:
    return read_balance_line(f"{text} g")


def opened_water(clinic: Clinic) -> str:
    _, water = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, water)
    return water


def test_what_a_bottle_lost_in_weight_is_what_was_dispensed(clinic: Clinic) -> None:
    water = opened_water(clinic)
    left = dispense_by_weight(
        clinic.desk, clinic.owner, water, grams("112.340"), grams("102.340"), "card", "swatch",
        room_c=20.0, density=WATER_20,
    )  # fmt: skip
    assert left.remaining_ul == 100_000 - 10_029
    with clinic.desk.engine.connect() as connection:
        body = tail(connection, 1)[0].body
    assert (body["by"], body["grams"]) == ("weight", ["112.340", "102.340"])
    assert body["u_ul"] == pytest.approx(1.5, abs=0.1)
    poured = discard_by_weight(
        clinic.desk, clinic.owner, water, grams("102.340"), grams("101.340"), "spilt",
        room_c=20.0, density=WATER_20,
    )  # fmt: skip
    assert poured.remaining_ul == 100_000 - 10_029 - 1_003
    assert sums(clinic)[water] == poured.remaining_ul
    for before, after in (("5.000", "5.000"), ("5.000", "9.000"), ("900.000", "100.000")):
        with pytest.raises(DeskError):
            dispense_by_weight(
                clinic.desk, clinic.owner, water, grams(before), grams(after), "", "test",
                room_c=20.0, density=WATER_20,
            )  # fmt: skip
    require_whole(clinic)


def test_weighing_is_no_way_round_a_stop(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    water = opened_water(clinic)
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(water), "complaint")
    weights = (grams("12.000"), grams("11.000"))
    with pytest.raises(Refused):
        dispense_by_weight(
            clinic.desk, clinic.owner, water, *weights, "", "x", room_c=20.0, density=WATER_20
        )
    with pytest.raises(Refused, match="all of it"):
        discard_by_weight(
            clinic.desk, clinic.owner, water, *weights, "x", room_c=20.0, density=WATER_20
        )


def test_the_density_is_what_was_typed_or_what_is_declared_and_never_guessed() -> None:
    with pytest.raises(DeskError, match="none is declared"):
        density_of(CARBON)
    assert density_of(CARBON, WATER_20) == WATER_20
    declared = replace(CARBON, declared={"density_g_per_ml": 1.12})
    assert density_of(declared) == Density(1.12, 0.01, 20.0)
    exact = replace(
        CARBON,
        declared={"density_g_per_ml": "1.12", "density_u_g_per_ml": 0.004, "density_at_c": 23},
    )
    assert density_of(exact) == Density(1.12, 0.004, 23.0)
    for nonsense in ("1,12", None, 12.0, "heavy", [1]):
        with pytest.raises(DeskError, match="density"):
            density_of(replace(CARBON, declared={"density_g_per_ml": nonsense}))


def test_a_bottle_is_counted_by_weight(clinic: Clinic) -> None:
    """0.10 ml cannot be told from nothing where the density is known to 1 %."""
    clinic.add(replace(CARBON, declared={"density_g_per_ml": 1.0}), WATER)
    name = clinic.deliver()
    count = begin_count(clinic.desk, clinic.owner, bottles=[name])
    found = found_by_weight(clinic.desk, name, grams("15.900"), grams("6.000"), room_c=20.0)
    # 9.9 g at 1 g/ml in air of 1.2 kg/m³, balance adjusted with steel.
    assert found.ul == pytest.approx(9_910, abs=1)
    assert found.u_ul == pytest.approx(99, abs=1)
    (done,) = finish_count(clinic.desk, clinic.owner, enter(count, name, found), {})
    assert (done.qty_ul, done.reason) == (0, "within the uncertainty of the weighing")


def test_drops_are_a_volume_only_where_the_dropper_was_measured(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    with pytest.raises(DeskError, match=f"the dropper of {pigment} was never measured"):
        dispense_drops(clinic.desk, clinic.owner, pigment, 4, "", "test")
    dropper = measure_dropper(clinic.desk, clinic.owner, pigment, SERIES)
    assert dropper.drop_ul == 50.0
    # What was weighed is gone: 1.5 ml on the pan.
    assert clinic.remaining(pigment) == 8_500
    assert bottle(clinic, pigment).drops_per_ml == 20.0
    with clinic.desk.engine.connect() as connection:
        assert find_dropper(connection, clinic.desk, pigment) == dropper
    left = dispense_drops(clinic.desk, clinic.owner, pigment, 4, "", "test")
    assert left.remaining_ul == 8_300
    with pytest.raises(DeskError, match="too few"):
        measure_dropper(clinic.desk, clinic.owner, pigment, SERIES[:2])
    assert clinic.kinds().count("dropper.measured") == 1
    require_whole(clinic)


def test_another_bottles_dropper_does_not_serve(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    clinic.deliver(lot_no="24-118")
    for name in ("B-0001", "B-0003"):
        stock.open_bottle(clinic.desk, clinic.owner, name)
    measure_dropper(clinic.desk, clinic.owner, "B-0001", SERIES)
    with pytest.raises(DeskError, match="never measured"):
        dispense_drops(clinic.desk, clinic.owner, "B-0003", 4, "", "test")


# ── the balance on a line ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def balance() -> Iterator[tuple[int, str]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    with contextlib.suppress(OSError):
        os.close(master)


def sending(master: int, *lines: bytes) -> threading.Timer:
    # Opening a port throws away what came before.
    timer = threading.Timer(0.1, os.write, (master, b"".join(lines)))
    timer.start()
    return timer


def with_parity(text: bytes, *, odd: bool) -> bytes:
    return bytes(b | 0x80 if (b.bit_count() % 2 == 1) != odd else b for b in text)


@pytest.mark.parametrize(
    ("lines", "grams"),
    [
        # An A&D in continuous mode: US while the pan swings, then ST.
        ((b"US,GS,+   12.3 g\r\n", b"US,GS,+  12.34 g\r\n", b"ST,GS,+  12.345 g\r\n"), "12.345"),
        # A Sartorius leaves the unit out until it is stable.
        ((b"N     +   7.1     \r\n", b"N     +   7.123 g  \r\n"), "7.123"),
        ((b"\r\n", b"S D       3.1 g\r\n", b"S S      3.100 g\r\n"), "3.100"),
        # Seven data bits with parity, as both makers deliver them.
        ((with_parity(b"ST,GS,+  12.345 g\r\n", odd=False),), "12.345"),
        ((with_parity(b"N     +   7.123 g  \r\n", odd=True),), "7.123"),
    ],
)
def test_a_balance_is_read_once_it_has_come_to_rest(
    balance: tuple[int, str], lines: tuple[bytes, ...], grams: str
) -> None:
    master, port = balance
    timer = sending(master, *lines)
    assert str(read_balance(port, timeout_s=5.0).grams) == grams
    timer.join()


@pytest.mark.parametrize(
    ("line", "said"),
    [(b"OL,GS,+9999999 g\r\n", "out of the balance's range"), (b"S S   3.100 oz\r\n", "'oz'")],
)
def test_a_line_that_holds_no_weight_is_said_at_once(
    balance: tuple[int, str], line: bytes, said: str
) -> None:
    master, port = balance
    timer = sending(master, line)
    with pytest.raises(DeskError, match=said):
        read_balance(port, timeout_s=60.0)
    timer.join()


def test_a_balance_that_never_rests_or_never_speaks_is_given_up(balance: tuple[int, str]) -> None:
    master, port = balance
    with pytest.raises(DeskError, match="nothing came"):
        read_balance(port, timeout_s=0.05)
    timer = sending(master, b"US,GS,+   12.3 g\r\n")
    with pytest.raises(DeskError, match="still moving"):
        read_balance(port, timeout_s=0.4)
    timer.join()
    with pytest.raises(NoInstrument):
        read_balance("/dev/no-balance", timeout_s=0.1)
