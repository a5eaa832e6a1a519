"""Both drivers word for word: these lines out, those lines in, nothing left over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import (
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.konica_minolta import protocol
from drivers.konica_minolta.cm700d import Cm700d, patience
from drivers.konica_minolta.cm2600d import Cm2600d
from drivers.konica_minolta.driver import RECALIBRATE
from drivers.konica_minolta.replies import Conditions
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers.konica_minolta.lines import (
    CHECKS_700,
    CHECKS_2600,
    CPR,
    DATA_700,
    DATA_2600,
    ID_700,
    ID_2600,
    IDR,
    MAV_SCI_700,
    MAV_SCI_2600,
    OK,
    OPEN_700,
    OPEN_2600,
    OTHER_2600,
    READING_700,
    READING_2600,
    READY_700,
    READY_2600,
    STR,
    VALUES_700,
    VALUES_2600,
)

Pairs = list[tuple[bytes, bytes]]

MES_700 = b"MES,1\r\n"
MDR_700 = b"MDR,1\r\n"
MES_2600 = b"MES\r\n"


@contextmanager
def cm700d(*parts: Pairs) -> Iterator[Cm700d]:
    with expected_dialogue([*OPEN_700, *(pair for part in parts for pair in part)]) as link:
        yield Cm700d(link, link.clock)


@contextmanager
def cm2600d(*parts: Pairs) -> Iterator[Cm2600d]:
    with expected_dialogue([*OPEN_2600, *(pair for part in parts for pair in part)]) as link:
        yield Cm2600d(link, link.clock)


# The CM-700d


def test_opening_a_cm700d_asks_and_switches_the_button_off_and_closing_on_again() -> None:
    with expected_dialogue([*OPEN_700, (b"SWS,1\r\n", OK)]) as link:
        unit = Cm700d(link, link.clock)
        assert unit.identity.model == "CM-700d/CM-600d"
        assert unit.identity.serial == "00012345"
        unit.close()
        assert link.closed


def test_closing_a_silent_unit_still_closes() -> None:
    with expected_dialogue([*OPEN_700, (b"SWS,1\r\n", b"")]) as link:
        Cm700d(link, link.clock).close()
        assert link.closed


def test_a_cm700d_reading_polls_the_status_while_er35() -> None:
    before = datetime.now(UTC)
    with cm700d(READING_700) as unit:
        reading = unit.read()
    assert reading.spectrum is not None
    assert (reading.spectrum.start_nm, reading.spectrum.step_nm) == (400, 10)
    assert reading.spectrum.values == pytest.approx([v / 10000 for v in VALUES_700])
    assert reading.spectrum.values[0] == pytest.approx(0.1523)
    assert reading.condition.geometry == "d:8 SCI"
    assert reading.condition.aperture_mm == 8.0
    assert (reading.condition.illuminant, reading.condition.observer) == ("D65", "10")
    assert reading.raw == DATA_700
    assert reading.trigger == "host"
    assert reading.warnings == ()
    assert before <= reading.at <= datetime.now(UTC)


def test_a_measurement_may_take_minutes_when_the_unit_is_set_so() -> None:
    slow = b"OK00,2,1,30,10,01\r\n"
    polls = [(STR, b"ER35\r\n")] * 100
    opening = [(IDR, ID_700), (CPR, slow), (b"SWS,0\r\n", OK)]
    script = [*opening, (CPR, slow), (STR, READY_700), (MES_700, OK), *polls]
    with expected_dialogue([*script, (STR, READY_700), (MDR_700, DATA_700)]) as link:
        unit = Cm700d(link, link.clock)
        before = link.clock()
        unit.read()
        assert link.clock() - before == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("mode", "delay_s", "auto", "expected"),
    [(1, 0.0, 1, 15.0), (3, 0.0, 1, 20.0), (1, 3.0, 10, 90.0), (3, 3.0, 10, 140.0)],
)
def test_patience_follows_from_the_settings(mode, delay_s, auto, expected) -> None:
    found = Conditions(2, protocol.MAV, mode, delay_s, auto, 1)
    assert patience(found) == expected
    assert patience(found) <= 240.0


def test_a_measurement_that_never_ends_is_given_up() -> None:
    polls = [(STR, b"ER35\r\n")] * 51
    with (
        cm700d(CHECKS_700, [(MES_700, OK)], polls) as unit,
        pytest.raises(InstrumentTimeout, match="25 s"),
    ):
        unit.read()


def test_the_answer_to_mes_may_come_late() -> None:
    with expected_dialogue(
        [*OPEN_700, *CHECKS_700, (MES_700, b""), (STR, READY_700), (MDR_700, DATA_700)]
    ) as link:
        unit = Cm700d(link, link.clock)
        read = link.read

        def late(size: int, timeout_s: float) -> bytes:
            data = read(size, min(timeout_s, 5.0))
            if not data and link.clock() > 4.0:
                link.deliver(OK)
                return read(size, 0.0)
            return data

        link.read = late  # type: ignore[method-assign]
        assert unit.read().trigger == "host"


def test_a_unit_that_prepares_is_asked_again() -> None:
    with cm700d(
        CHECKS_700, [(MES_700, b"ER28\r\n"), (MES_700, OK), (STR, READY_700), (MDR_700, DATA_700)]
    ) as unit:
        assert unit.read().raw == DATA_700


def test_mode_three_reads_the_first_spectrum_which_is_sci() -> None:
    both = b"OK00,1,3,00,01,01\r\n"
    with expected_dialogue(
        [
            (IDR, ID_700),
            (CPR, both),
            (b"SWS,0\r\n", OK),
            (CPR, both),
            (STR, READY_700),
            (MES_700, OK),
            (STR, READY_700),
            (MDR_700, DATA_700),
        ]
    ) as link:
        condition = Cm700d(link, link.clock).read().condition
    assert (condition.geometry, condition.aperture_mm) == ("d:8 SCI", 3.0)


def test_averaging_over_presses_is_switched_off_because_the_button_is() -> None:
    manual = b"OK00,2,1,05,03,04\r\n"
    with cm700d(
        [(CPR, manual), (STR, READY_700), (b"CPS,2,1,05,03,01\r\n", OK)],
        [(MES_700, OK), (STR, READY_700), (MDR_700, DATA_700)],
    ) as unit:
        unit.read()


@pytest.mark.parametrize(
    ("status", "match"),
    [
        (b"OK00,1,0,0,01700,0,0,0,0\r\n", "calibrated"),
        (b"OK00,1,0,1,01700,0,0,0,0\r\n", "white"),
        (b"OK00,1,0,2,01700,0,0,0,0\r\n", "user"),
    ],
)
def test_an_uncalibrated_unit_is_not_measured_with(status: bytes, match: str) -> None:
    with (
        cm700d([(CPR, MAV_SCI_700), (STR, status)]) as unit,
        pytest.raises(NeedsCalibration, match=match),
    ):
        unit.read()


@pytest.mark.parametrize("changed", [b"OK00,1,1,00,03,01\r\n", b"OK00,2,2,00,03,01\r\n"])
def test_another_area_or_mode_needs_another_calibration(changed: bytes) -> None:
    with cm700d(
        [(CPR, changed)],
        [(CPR, changed), (b"CAL\r\n", OK), (STR, READY_700)],
        [(CPR, changed), (STR, READY_700), (MES_700, OK), (STR, READY_700), (MDR_700, DATA_700)],
    ) as unit:
        with pytest.raises(NeedsCalibration, match="another setting"):
            unit.read()
        unit.calibrate("white")
        reading = unit.read()
    assert reading.condition == unit.condition
    assert (reading.condition.geometry, reading.condition.aperture_mm) in [
        ("d:8 SCI", 3.0),
        ("d:8 SCE", 8.0),
    ]


def test_zero_and_white_are_two_commands() -> None:
    with cm700d(
        [(CPR, MAV_SCI_700), (b"ZRC\r\n", OK)],
        [(CPR, MAV_SCI_700), (b"CAL\r\n", OK), (STR, READY_700)],
    ) as unit:
        unit.calibrate("black")
        unit.calibrate("white")


@pytest.mark.parametrize("code", [b"ER07", b"ER11", b"ER24", b"ER36"])
def test_a_refused_calibration_needs_calibration(code: bytes) -> None:
    with (
        cm700d([(CPR, MAV_SCI_700), (b"CAL\r\n", code + b"\r\n")]) as unit,
        pytest.raises(NeedsCalibration),
    ):
        unit.calibrate("white")


def test_a_calibration_that_left_the_unit_uncalibrated_is_none() -> None:
    status = b"OK00,1,0,2,01700,0,0,0,0\r\n"
    with (
        cm700d([(CPR, MAV_SCI_700), (b"CAL\r\n", OK), (STR, status)]) as unit,
        pytest.raises(NeedsCalibration, match="user"),
    ):
        unit.calibrate("white")


def test_the_slider_at_another_aperture_is_told_with_its_mend() -> None:
    with cm700d(CHECKS_700, [(MES_700, b"ER25\r\n")]) as unit:
        with pytest.raises(NeedsCalibration, match="slider") as caught:
            unit.read()
        assert "mask" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "kind"), [(b"ER02", UnitFault), (b"ER05", UnitFault), (b"ER99", Unsupported)]
)
def test_codes_of_a_measurement(code: bytes, kind: type[InstrumentError]) -> None:
    with cm700d(CHECKS_700, [(MES_700, code + b"\r\n")]) as unit, pytest.raises(kind):
        unit.read()


def test_an_empty_battery_is_told_before_measuring() -> None:
    with (
        cm700d([(CPR, MAV_SCI_700), (STR, b"OK00,1,2,3,01700,0,0,0,0\r\n")]) as unit,
        pytest.raises(UnitFault, match="battery"),
    ):
        unit.read()


def test_warnings_come_with_the_data_each_once() -> None:
    status = b"OK03,1,1,3,01700,0,0,0,1\r\n"
    data = DATA_700.replace(b"OK00", b"OK02")
    with cm700d(
        [(CPR, MAV_SCI_700), (STR, status), (MES_700, b"OK03\r\n")],
        [(STR, status), (MDR_700, data)],
    ) as unit:
        reading = unit.read()
    assert reading.spectrum is not None
    assert reading.warnings == (protocol.BATTERY_LOW, RECALIBRATE, protocol.LAMP_WEAK)


def test_a_band_above_the_range_is_a_warning_with_data() -> None:
    data = DATA_700.replace(b"OK00", b"OK09")
    with cm700d(CHECKS_700, [(MES_700, OK), (STR, READY_700), (MDR_700, data)]) as unit:
        assert unit.read().warnings == (protocol.OVER_RANGE,)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (DATA_700.rsplit(b",", 1)[0] + b"\r\n", ProtocolError),
        (DATA_700.strip() + b",1\r\n", ProtocolError),
        (DATA_700.replace(b"1601", b"nan"), ProtocolError),
        (DATA_700.replace(b"1601", b"20001"), Saturated),
        (b"OK00" + b",0000" * 31 + b"\r\n", Saturated),
        (OK, ProtocolError),
        (b"ER10\r\n", ProtocolError),
    ],
)
def test_data_are_never_padded_cut_or_guessed(data: bytes, kind: type[InstrumentError]) -> None:
    with (
        cm700d(CHECKS_700, [(MES_700, OK), (STR, READY_700), (MDR_700, data)]) as unit,
        pytest.raises(kind),
    ):
        unit.read()


def test_a_late_reply_is_not_taken_for_the_next_one() -> None:
    with cm700d(
        [(CPR, MAV_SCI_700), (STR, b"")],
        [(IDR, READY_700 + ID_700)],
        READING_700,
    ) as unit:
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.read().raw == DATA_700
    assert unit.diagnostics.unexpected == 1


def test_a_truncated_reply_is_a_protocol_error_and_the_next_command_works() -> None:
    with cm700d([(CPR, MAV_SCI_700), (STR, READY_700[:-6])], [(IDR, ID_700)], READING_700) as unit:
        with pytest.raises(ProtocolError):
            unit.read()
        assert unit.read().raw == DATA_700


def test_noise_before_a_reply_is_skipped_and_counted() -> None:
    with cm700d([(CPR, b"\x00\xffOK1" + MAV_SCI_700)], READING_700[1:]) as unit:
        assert unit.read().raw == DATA_700
    assert unit.diagnostics.skipped_bytes == 5


def test_a_silent_line_is_a_timeout_and_a_noisy_one_is_not() -> None:
    with expected_dialogue([(IDR, b"")]) as link, pytest.raises(InstrumentTimeout):
        Cm700d(link, link.clock)
    with expected_dialogue([(IDR, b"\x00\xff\r\n")]) as link, pytest.raises(ProtocolError):
        Cm700d(link, link.clock)


def test_bytes_from_before_opening_are_dropped() -> None:
    with expected_dialogue([(b"", b"ER35\r\nOK0"), *OPEN_700]) as link:
        assert Cm700d(link, link.clock).identity.serial == "00012345"


def test_another_unit_on_the_same_port_is_noticed() -> None:
    with (
        cm700d([(IDR, ID_700.replace(b"00012345", b"00054321"))]) as unit,
        pytest.raises(Disconnected, match="00054321"),
    ):
        unit.ping()


def test_the_other_dialect_is_unsupported() -> None:
    with expected_dialogue([(IDR, ID_2600)]) as link, pytest.raises(Unsupported):
        Cm700d(link, link.clock)
    with expected_dialogue([(IDR, ID_700)]) as link, pytest.raises(Unsupported):
        Cm2600d(link, link.clock)


def test_waiting_for_a_button_that_is_off_takes_its_time_and_gives_none() -> None:
    with expected_dialogue(OPEN_700) as link:
        unit = Cm700d(link, link.clock)
        before = link.clock()
        assert unit.wait_for_button(7.0) is None
        assert link.clock() - before == pytest.approx(7.0)
        unit.wake()
        assert unit.wait_for_button(7.0) is None
        assert link.clock() - before == pytest.approx(7.0)


def test_a_tile_constant_is_not_kept_because_there_is_no_gated_cap() -> None:
    with cm700d() as unit:
        unit.tile_constant = None
        assert unit.tile_constant is None
        assert not unit.capabilities.gated_cap


# The CM-2600d


def test_a_cm2600d_reading_is_in_the_answer_to_mes() -> None:
    with cm2600d(READING_2600) as unit:
        reading = unit.read()
    assert reading.identity.model == "CM-2600d"
    assert reading.spectrum is not None
    assert (reading.spectrum.start_nm, len(reading.spectrum.values)) == (360, 39)
    assert reading.spectrum.values == pytest.approx([v / 100 for v in VALUES_2600])
    assert reading.raw == DATA_2600
    assert reading.condition.aperture_mm == 8.0


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_of_several_lines_the_last_counts(count: int) -> None:
    answer = OTHER_2600 * (count - 1) + DATA_2600
    with cm2600d(CHECKS_2600, [(MES_2600, answer), (STR, READY_2600)]) as unit:
        reading = unit.read()
    assert reading.spectrum is not None
    assert reading.spectrum.values[0] == pytest.approx(0.1231)
    assert reading.raw == answer


def test_the_lamp_is_waited_for_with_zero_meaning_ready() -> None:
    charging = READY_2600.replace(b"OK00,0", b"OK00,1")
    with cm2600d(
        [(CPR, MAV_SCI_2600), (STR, READY_2600), (STR, charging), (STR, charging)],
        [(STR, READY_2600), (MES_2600, DATA_2600), (STR, READY_2600)],
    ) as unit:
        assert unit.read().raw == DATA_2600


def test_a_lamp_that_does_not_charge_is_a_timeout() -> None:
    charging = READY_2600.replace(b"OK00,0", b"OK00,1")
    with (
        cm2600d([(CPR, MAV_SCI_2600), (STR, READY_2600)], [(STR, charging)] * 41) as unit,
        pytest.raises(InstrumentTimeout, match="lamp"),
    ):
        unit.read()


def test_er27_means_not_yet() -> None:
    with cm2600d(
        CHECKS_2600, [(MES_2600, b"ER27\r\n"), (MES_2600, DATA_2600), (STR, READY_2600)]
    ) as unit:
        assert unit.read().raw == DATA_2600


def test_zero_is_uzc_on_a_cm2600d() -> None:
    with cm2600d(
        [(CPR, MAV_SCI_2600), (b"UZC\r\n", OK)],
        [(CPR, MAV_SCI_2600), (b"CAL\r\n", OK), (STR, READY_2600)],
    ) as unit:
        unit.calibrate("black")
        unit.calibrate("white")


def test_zero_only_is_not_calibrated() -> None:
    with (
        cm2600d([(CPR, MAV_SCI_2600), (STR, b"OK00,0,0,1,1700,0,0\r\n")]) as unit,
        pytest.raises(NeedsCalibration, match="white"),
    ):
        unit.read()


@pytest.mark.parametrize("mode", [b"4", b"5"])
def test_combined_modes_are_unsupported(mode: bytes) -> None:
    with (
        expected_dialogue([(IDR, ID_2600), (CPR, b"OK00,0," + mode + b"\r\n")]) as link,
        pytest.raises(Unsupported) as caught,
    ):
        Cm2600d(link, link.clock)
    assert "SCI" in caught.value.hint


def test_a_press_is_a_reading_of_its_own() -> None:
    checks = [(CPR, MAV_SCI_2600), (STR, READY_2600)]
    with expected_dialogue([*OPEN_2600, *checks]) as link:
        unit = Cm2600d(link, link.clock)
        link.deliver(OTHER_2600 + DATA_2600)
        reading = unit.wait_for_button(5.0)
        assert reading is not None
        assert reading.trigger == "button"
        assert reading.raw == OTHER_2600 + DATA_2600
        assert reading.spectrum is not None
        assert reading.spectrum.values[0] == pytest.approx(0.1231)


def test_a_press_before_a_reading_is_not_that_reading() -> None:
    with expected_dialogue([*OPEN_2600, *READING_2600]) as link:
        unit = Cm2600d(link, link.clock)
        link.deliver(OTHER_2600)
        assert unit.read().raw == DATA_2600
        assert unit.wait_for_button(0.0) is None
    assert unit.diagnostics.lost_presses == 1


def test_a_press_between_a_question_and_its_answer_does_not_take_its_place() -> None:
    with cm2600d([(CPR, OTHER_2600 + MAV_SCI_2600)], READING_2600[1:]) as unit:
        assert unit.read().raw == DATA_2600


def test_two_measurements_during_one_reading_make_both_doubtful() -> None:
    with cm2600d(
        CHECKS_2600, [(MES_2600, OTHER_2600), (STR, DATA_2600 + READY_2600), (IDR, ID_2600)]
    ) as unit:
        with pytest.raises(ProtocolError, match="twice"):
            unit.read()
        assert unit.wait_for_button(0.0) is None


def test_a_press_on_an_uncalibrated_unit_is_no_reading() -> None:
    status = b"OK00,0,0,1,1700,0,0\r\n"
    with expected_dialogue([*OPEN_2600, (CPR, MAV_SCI_2600), (STR, status)]) as link:
        unit = Cm2600d(link, link.clock)
        link.deliver(DATA_2600)
        with pytest.raises(NeedsCalibration):
            unit.wait_for_button(1.0)


@pytest.mark.parametrize("answer", [DATA_2600.rsplit(b",", 1)[0] + b"\r\n", OK])
def test_a_line_with_other_than_39_bands_spoils_the_reading(answer: bytes) -> None:
    with (
        cm2600d(CHECKS_2600, [(MES_2600, answer)]) as unit,
        pytest.raises(ProtocolError, match="bands"),
    ):
        unit.read()


def test_a_band_that_is_no_number_spoils_the_reading() -> None:
    answer = DATA_2600.replace(b"12.31", b"1x.31")
    with (
        cm2600d(CHECKS_2600, [(MES_2600, answer), (STR, READY_2600)]) as unit,
        pytest.raises(ProtocolError, match="not a number"),
    ):
        unit.read()


class Chatter(ScriptedLink):
    """A line that answers every command with the next of some arbitrary bytes."""

    def __init__(self, answers: list[bytes]) -> None:
        super().__init__([])
        self._answers = answers

    def write(self, data: bytes) -> None:
        if self._answers:
            self.deliver(self._answers.pop(0))


answers = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [OK, ID_700, READY_700, MAV_SCI_700, DATA_700, ID_2600, READY_2600, MAV_SCI_2600, DATA_2600]
    ),
    st.builds(lambda n: b"ER%02d\r\n" % n, st.integers(0, 99)),
)


@settings(deadline=None)
@given(st.sampled_from([Cm700d, Cm2600d]), st.lists(answers, max_size=14))
def test_whatever_is_answered_only_typed_errors_come_out(driver, said: list[bytes]) -> None:
    opening = OPEN_700 if driver is Cm700d else OPEN_2600
    link = Chatter([reply for _, reply in opening] + said)
    unit = driver(link, link.clock)
    for act in (unit.read, lambda: unit.calibrate("white"), lambda: unit.wait_for_button(1.0)):
        try:
            reading = act()
        except InstrumentError:
            continue
        else:
            # A reading is always all of one line that was sent.
            if reading is not None:
                assert reading.raw.endswith((DATA_700, DATA_2600))
