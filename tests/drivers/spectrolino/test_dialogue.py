"""The driver word for word: these lines out, those lines in, nothing left over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
from drivers.spectrolino.driver import Spectrolino
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers.spectrolino.lines import (
    ASK,
    CALIBRATION,
    DONE,
    FETCH,
    MEASURE,
    MEASURED,
    NEW,
    NEWS,
    NO_FILTER,
    NOTHING_NEW,
    OFF,
    ON,
    OPENING,
    READING,
    SPECTRUM,
    TARGET,
    UNIT,
    UV_CUT,
    VALUES,
    WHITE,
    WHITE_OK,
    spectrum,
)

Pairs = list[tuple[bytes, bytes]]


@contextmanager
def conversation(*parts: Pairs) -> Iterator[Spectrolino]:
    with expected_dialogue([*OPENING, *(pair for part in parts for pair in part)]) as link:
        yield Spectrolino(link, link.clock)


@contextmanager
def calibrated(*parts: Pairs) -> Iterator[Spectrolino]:
    with conversation(CALIBRATION, *parts) as unit:
        unit.calibrate("white")
        yield unit


def test_opening_identifies_resets_sets_and_switches_the_button_off() -> None:
    with conversation() as unit:
        assert unit.identity.model == "Spectrolino"
        assert unit.identity.serial == "12345"
        assert unit.condition.geometry == "45/0"
        assert unit.condition.aperture_mm is None


def test_a_reading() -> None:
    with calibrated(READING) as unit:
        reading = unit.read()
    assert reading.spectrum is not None
    assert (reading.spectrum.start_nm, reading.spectrum.step_nm) == (380, 10)
    assert reading.spectrum.wavelengths_nm[-1] == 730
    assert reading.spectrum.values == pytest.approx(VALUES)
    assert reading.raw == SPECTRUM
    assert reading.trigger == "host"
    assert reading.warnings == ()


def test_every_opening_needs_a_white_calibration() -> None:
    with conversation() as unit, pytest.raises(NeedsCalibration, match="since opening"):
        unit.read()


def test_fifty_readings_and_not_one_more() -> None:
    with calibrated(READING * 50, CALIBRATION, READING) as unit:
        for _ in range(50):
            unit.read()
        with pytest.raises(NeedsCalibration, match="50 readings"):
            unit.read()
        unit.calibrate("white")
        unit.read()


def test_thirteen_is_success_and_nothing_else_is() -> None:
    for code, kind in (
        (b"32", NeedsCalibration),
        (b"06", NeedsCalibration),
        (b"04", UnitFault),
        (b"00", Unsupported),
    ):
        with conversation([(ASK, NO_FILTER), (WHITE, b":25" + code + b"\r\n")]) as unit:
            with pytest.raises(kind):
                unit.calibrate("white")
            with pytest.raises(NeedsCalibration):
                unit.read()


def test_a_failed_calibration_voids_the_one_before() -> None:
    with (
        calibrated([(ASK, NO_FILTER), (WHITE, b":2532\r\n")]) as unit,
    ):
        with pytest.raises(NeedsCalibration):
            unit.calibrate("white")
        with pytest.raises(NeedsCalibration, match="since opening"):
            unit.read()


def test_there_is_no_black_calibration() -> None:
    with conversation() as unit:
        assert [step.kind for step in unit.capabilities.calibration] == ["white"]
        with pytest.raises(Unsupported):
            unit.calibrate("black")


def test_a_filter_changed_during_the_calibration_is_noticed() -> None:
    with conversation([(ASK, NO_FILTER), (WHITE, WHITE_OK), (ASK, UV_CUT)]) as unit:
        with pytest.raises(NeedsCalibration, match="filter"):
            unit.calibrate("white")
        with pytest.raises(NeedsCalibration):
            unit.read()


def test_the_filter_is_part_of_the_geometry() -> None:
    uv = [(ASK, UV_CUT), (WHITE, WHITE_OK), (ASK, UV_CUT)]
    with conversation(
        uv, [(MEASURE, MEASURED), (NEWS, NEW), (FETCH, spectrum(after="01050102"))]
    ) as unit:
        unit.calibrate("white")
        assert unit.read().condition.geometry == "45/0 UV-cut"


def test_a_reading_through_another_filter_is_no_reading() -> None:
    with calibrated(
        [(MEASURE, MEASURED), (NEWS, NEW), (FETCH, spectrum(after="01050102"))]
    ) as unit:
        with pytest.raises(NeedsCalibration, match="filter"):
            unit.read()
        with pytest.raises(NeedsCalibration):
            unit.read()


@pytest.mark.parametrize("code", [b"00", b"06", b"04"])
def test_an_unknown_filter_is_unsupported(code: bytes) -> None:
    with (
        expected_dialogue([*OPENING[:-1], (ASK, b":0B01010201" + code + b"\r\n")]) as link,
        pytest.raises(Unsupported, match="filter"),
    ):
        Spectrolino(link, link.clock)


def test_the_wide_version_says_its_aperture() -> None:
    wide = UNIT.replace(
        b"Spectrolino".hex().upper().encode().ljust(36, b"0"),
        (b"Spectrolino 8mm".hex().upper().encode().ljust(36, b"0")),
    )
    with expected_dialogue([(TARGET, wide), *OPENING[1:]]) as link:
        assert Spectrolino(link, link.clock).condition.aperture_mm == 8.0


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (spectrum(bits="0004"), Saturated),
        (spectrum(after="00010102"), NeedsCalibration),
        (spectrum(after="01010002"), ProtocolError),
        (spectrum(bits="0100"), ProtocolError),
        (spectrum([0.25] * 36), Saturated),
        (spectrum([2.5, *VALUES[1:]]), Saturated),
        (spectrum([-0.1, *VALUES[1:]]), Saturated),
        (spectrum(VALUES[:35]), ProtocolError),
    ],
)
def test_a_spectrum_must_be_whole_and_possible(answer: bytes, kind: type[InstrumentError]) -> None:
    with (
        calibrated([(MEASURE, MEASURED), (NEWS, NEW), (FETCH, answer)]) as unit,
        pytest.raises(kind),
    ):
        unit.read()


def test_colours_out_of_range_do_not_spoil_the_spectrum() -> None:
    answer = spectrum(bits="003A")
    with calibrated([(MEASURE, MEASURED), (NEWS, NEW), (FETCH, answer)]) as unit:
        assert unit.read().raw == answer


def test_data_without_a_new_measurement_are_stale() -> None:
    with (
        calibrated([(MEASURE, MEASURED), (NEWS, NOTHING_NEW)]) as unit,
        pytest.raises(ProtocolError, match="no new"),
    ):
        unit.read()


def test_a_unit_that_is_not_ready_is_asked_again_and_given_up_after_twelve_seconds() -> None:
    with calibrated([(MEASURE, b":2515\r\n")] * 3, READING) as unit:
        assert unit.read().raw == SPECTRUM
    with (
        calibrated([(MEASURE, b":2515\r\n")] * 25) as unit,
        pytest.raises(InstrumentTimeout, match="ready"),
    ):
        unit.read()


def test_the_button_is_on_only_while_somebody_waits() -> None:
    with calibrated(
        [
            (NEWS, NOTHING_NEW),
            (ON, DONE),
            (NEWS, NOTHING_NEW),
            (NEWS, NOTHING_NEW),
            (NEWS, NOTHING_NEW),
        ],
        [(NEWS, NEW), (OFF, DONE), (FETCH, SPECTRUM)],
        READING,
    ) as unit:
        assert unit.wait_for_button(0.75) is None
        reading = unit.wait_for_button(5.0)
        assert reading is not None
        assert reading.trigger == "button"
        assert unit.read().trigger == "host"


def test_the_button_is_off_before_the_host_measures() -> None:
    with calibrated(
        [(NEWS, NOTHING_NEW), (ON, DONE), (NEWS, NOTHING_NEW), (OFF, DONE)], READING
    ) as unit:
        assert unit.wait_for_button(0.0) is None
        assert unit.read().raw == SPECTRUM


def test_a_press_before_white_is_calibrated_is_no_reading() -> None:
    with (
        conversation([(NEWS, NOTHING_NEW), (ON, DONE), (NEWS, NEW), (OFF, DONE)]) as unit,
        pytest.raises(NeedsCalibration),
    ):
        unit.wait_for_button(5.0)


def test_a_calibration_made_at_the_unit_is_no_press() -> None:
    with calibrated(
        [(NEWS, NOTHING_NEW), (ON, DONE), (NEWS, b":120309\r\n"), (NEWS, NOTHING_NEW)]
    ) as unit:
        assert unit.wait_for_button(0.5) is None


def test_waking_ends_the_waiting() -> None:
    with calibrated([(NEWS, NOTHING_NEW), (ON, DONE)]) as unit:
        unit.wake()
        assert unit.wait_for_button(60.0) is None


def test_a_line_error_is_told() -> None:
    with calibrated([(MEASURE, b":2603\r\n")], READING) as unit:
        with pytest.raises(ProtocolError, match="length"):
            unit.read()
        assert unit.read().raw == SPECTRUM


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    with calibrated([(MEASURE, b"")], [(TARGET, MEASURED + UNIT)], READING) as unit:
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.read().raw == SPECTRUM
    assert unit.diagnostics.unexpected == 1


def test_a_truncated_answer_is_a_protocol_error_and_the_next_command_works() -> None:
    with calibrated([(MEASURE, MEASURED[:-2])], [(TARGET, UNIT)], READING) as unit:
        with pytest.raises(ProtocolError):
            unit.read()
        assert unit.read().raw == SPECTRUM


def test_noise_before_an_answer_is_skipped_and_counted() -> None:
    with calibrated([(MEASURE, b"\x00:\xff" + MEASURED)], READING[1:]) as unit:
        assert unit.read().raw == SPECTRUM
    assert unit.diagnostics.skipped_bytes == 3


def test_another_unit_on_the_same_port_is_noticed() -> None:
    with (
        conversation([(TARGET, UNIT.replace(b"3930", b"3830"))]) as unit,
        pytest.raises(Disconnected, match="12344"),
    ):
        unit.ping()


@pytest.mark.parametrize("wrong", [(b"0A00\r\n", b"0000\r\n"), (b"022400", b"022400")])
def test_something_else_is_unsupported_or_refused(wrong: tuple[bytes, bytes]) -> None:
    other = UNIT.replace(*wrong) if wrong[0] != wrong[1] else UNIT.replace(b"027C01", b"047C01")
    with (
        expected_dialogue([(TARGET, other)]) as link,
        pytest.raises((Unsupported, ProtocolError)),
    ):
        Spectrolino(link, link.clock)


class Chatter(ScriptedLink):
    """A line that answers every request with the next of some arbitrary bytes."""

    def __init__(self, answers: list[bytes]) -> None:
        super().__init__([])
        self._answers = answers

    def write(self, data: bytes) -> None:
        if self._answers:
            self.deliver(self._answers.pop(0))


answers = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [DONE, UNIT, NO_FILTER, UV_CUT, MEASURED, NEW, NOTHING_NEW, SPECTRUM, WHITE_OK]
    ),
    st.builds(lambda n: b":25%02X\r\n" % n, st.integers(0, 255)),
    st.builds(lambda n: b":26%02X\r\n" % n, st.integers(0, 255)),
)


@settings(deadline=None)
@given(st.lists(answers, max_size=14))
def test_whatever_is_answered_only_typed_errors_come_out(said: list[bytes]) -> None:
    link = Chatter([reply for _, reply in [*OPENING, *CALIBRATION]] + said)
    unit = Spectrolino(link, link.clock)
    unit.calibrate("white")
    for act in (unit.read, lambda: unit.wait_for_button(1.0), lambda: unit.calibrate("white")):
        try:
            reading = act()
        except InstrumentError:
            continue
        if reading is not None:
            assert reading.raw == SPECTRUM
