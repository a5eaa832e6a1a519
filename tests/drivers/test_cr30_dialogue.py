"""The driver word for word, against captured frames."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from calibration.colorimetry import spectrum_to_lab
from drivers import (
    Disconnected,
    Gated,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    Spectrum,
    Unsupported,
)
from drivers.cr30 import MODEL
from drivers.cr30.driver import SUPERSEDED, Cr30
from drivers.cr30.plausibility import RECALIBRATE
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers import golden
from tests.drivers.golden import (
    ASK0,
    ASK1,
    ASK2,
    ASK_BLACK,
    ASK_WHITE,
    BCAL,
    BTN,
    CHUNK0,
    CHUNK1,
    CHUNK2,
    CYAN_CHUNKS,
    CYAN_READING,
    GAT,
    HDR,
    ID0,
    ID1,
    ID2,
    OPENING,
    S10,
    S11,
    S12,
    TILE_READING,
    TRIG,
    WCAL,
)

# colour-science silences this when it is imported; pytest undoes that after the first test.
pytestmark = pytest.mark.filterwarnings("ignore:Aligning")

Pairs = list[tuple[bytes, bytes]]


@contextmanager
def conversation(*parts: Pairs) -> Iterator[Cr30]:
    with expected_dialogue([*OPENING, *(pair for part in parts for pair in part)]) as link:
        yield Cr30(link, link.clock)


def constant_spectrum() -> Spectrum:
    with conversation([(ASK_WHITE, WCAL)], TILE_READING, TILE_READING) as unit:
        unit.calibrate("white")
        assert unit.tile_constant is not None
        return unit.tile_constant


def cyan_with(percent: float, band: int = 0) -> Pairs:
    chunk = golden.with_bytes(S10, 6 + 4 * band, struct.pack("<f", percent))
    return [(TRIG, HDR), (CHUNK0, chunk), (CHUNK1, S11), (CHUNK2, S12)]


def test_opening_asks_only_who_is_there() -> None:
    with conversation() as unit:
        assert unit.identity.model == "CR30"
        assert unit.identity.serial == "CM000T0001"
        assert unit.identity.firmware == "V11.3. V10.0.0.0 0.0.20231219"


def test_stale_bytes_at_opening_are_dropped() -> None:
    with expected_dialogue([(b"", S12 + HDR[:17]), *OPENING]) as link:
        assert Cr30(link, link.clock).identity.model == "CR30"


def test_a_press_before_opening_was_meant_for_somebody_else() -> None:
    with expected_dialogue([(b"", BTN), *OPENING]) as link:
        assert Cr30(link, link.clock).wait_for_button(1.0) is None


def test_a_reading_carries_spectrum_condition_bytes_and_time() -> None:
    before = datetime.now(UTC)
    with conversation(CYAN_READING) as unit:
        reading = unit.read()
    assert reading.spectrum.start_nm == 400
    assert reading.spectrum.step_nm == 10
    assert len(reading.spectrum.values) == 31
    assert reading.spectrum.values[0] == pytest.approx(0.05507, abs=1e-5)
    assert spectrum_to_lab(reading.spectrum) == pytest.approx(golden.CYAN_LAB, abs=0.1)
    assert reading.condition.geometry == "45/0"
    assert reading.condition.illuminant == "D65"
    assert reading.condition.observer == "10"
    assert reading.condition.aperture_mm is None
    assert reading.raw == HDR + S10 + S11 + S12
    assert reading.trigger == "host"
    assert reading.warnings == ()
    assert before <= reading.at <= datetime.now(UTC)


def test_the_axis_is_the_headers_not_the_drivers() -> None:
    header = golden.with_bytes(HDR, 4, bytes([42, 20, 15]))
    with conversation([(TRIG, header), (CHUNK0, S10), (CHUNK1, S11)]) as unit:
        spectrum = unit.read().spectrum
    assert spectrum.wavelengths_nm[0] == 420
    assert spectrum.wavelengths_nm[-1] == 420 + 19 * 15
    assert len(spectrum.values) == 20


@pytest.mark.parametrize("axis", [(40, 0, 10), (40, 31, 0), (0, 31, 10), (40, 37, 10)])
def test_an_impossible_axis_is_refused(axis: tuple[int, int, int]) -> None:
    with (
        conversation([(TRIG, golden.with_bytes(HDR, 4, bytes(axis)))]) as unit,
        pytest.raises(ProtocolError),
    ):
        unit.read()


# Failures of the line


def test_identity_is_asked_again_once() -> None:
    with expected_dialogue([(ASK0, b""), (ASK0, ID0), (ASK1, ID1), (ASK2, ID2)]) as link:
        assert Cr30(link, link.clock).identity.serial == "CM000T0001"


def test_a_silent_unit_is_a_timeout_after_half_a_second() -> None:
    with expected_dialogue([(ASK0, b""), (ASK0, b"")]) as link:
        with pytest.raises(InstrumentTimeout):
            Cr30(link, link.clock)
        assert link.clock() == pytest.approx(0.5)


def test_garbage_instead_of_an_answer_is_no_silence() -> None:
    with (
        expected_dialogue([(ASK0, b"\x00\xff" * 40), (ASK0, b"\x00\xff" * 40)]) as link,
        pytest.raises(ProtocolError),
    ):
        Cr30(link, link.clock)


def test_another_model_is_unsupported() -> None:
    with (
        expected_dialogue([(ASK0, golden.with_bytes(ID0, 39, b"CR10"))]) as link,
        pytest.raises(Unsupported, match="CR10"),
    ):
        Cr30(link, link.clock)


def test_a_line_that_echoes_is_no_cr30() -> None:
    with expected_dialogue([(ASK0, ASK0)]) as link, pytest.raises(Unsupported):
        Cr30(link, link.clock)


@pytest.mark.parametrize(
    "pairs",
    [
        [(TRIG, TRIG)],
        [(TRIG, HDR), (CHUNK0, CHUNK0)],
    ],
)
def test_a_command_sent_back_is_unsupported_not_success(pairs: Pairs) -> None:
    with conversation(pairs) as unit, pytest.raises(Unsupported):
        unit.read()


@pytest.mark.parametrize(("kind", "ask"), [("white", ASK_WHITE), ("black", ASK_BLACK)])
def test_an_echoed_calibration_is_unsupported(kind, ask) -> None:
    with conversation([(ask, ask)]) as unit, pytest.raises(Unsupported):
        unit.calibrate(kind)


def test_a_trigger_is_never_repeated() -> None:
    with conversation([(TRIG, b"")]) as unit, pytest.raises(InstrumentTimeout):
        unit.read()


def test_a_damaged_header_is_refused_at_once_and_the_trigger_not_repeated() -> None:
    with expected_dialogue([*OPENING, (TRIG, golden.spoiled(HDR))]) as link:
        unit = Cr30(link, link.clock)
        start = link.clock()
        with pytest.raises(ProtocolError):
            unit.read()
        assert link.clock() - start < 3.0
    assert unit.diagnostics.damaged == 1


def test_a_chunk_is_asked_again_once_because_it_changes_nothing() -> None:
    with conversation(
        [(TRIG, HDR), (CHUNK0, golden.spoiled(S10)), (CHUNK0, S10), (CHUNK1, S11), (CHUNK2, S12)]
    ) as unit:
        assert unit.read().raw == HDR + S10 + S11 + S12


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_chunk_is_an_error_never_padding(missing: int) -> None:
    asked = CYAN_CHUNKS[:missing]
    lost = CYAN_CHUNKS[missing][0]
    with (
        conversation([(TRIG, HDR)], asked, [(lost, b""), (lost, b"")]) as unit,
        pytest.raises(InstrumentTimeout),
    ):
        unit.read()


def test_chunks_out_of_order_are_not_taken() -> None:
    with (
        conversation([(TRIG, HDR), (CHUNK0, S11), (CHUNK0, S12)]) as unit,
        pytest.raises(InstrumentTimeout),
    ):
        unit.read()
    assert unit.diagnostics.unexpected == 2


def test_noise_before_an_answer_is_skipped_and_counted_and_costs_no_waiting() -> None:
    with expected_dialogue([*OPENING, (TRIG, b"\x00\xbb\x01AT\r\n" + HDR), *CYAN_CHUNKS]) as link:
        unit = Cr30(link, link.clock)
        assert unit.read().raw.startswith(HDR)
        assert link.clock() == 0.0
    assert unit.diagnostics.skipped_bytes == 7


def test_after_a_failure_a_late_answer_is_not_taken_for_the_next_one() -> None:
    # The unit answers the first trigger only while the host already asks who it is.
    with conversation(
        [(TRIG, b""), (ASK0, HDR + ID0), (ASK1, ID1), (ASK2, ID2)], CYAN_READING
    ) as unit:
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.read().raw == HDR + S10 + S11 + S12
    assert unit.diagnostics.unexpected == 1


def test_after_a_truncated_answer_the_next_command_works() -> None:
    with conversation([(TRIG, HDR[:40])], OPENING, CYAN_READING) as unit:
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.read().trigger == "host"


def test_a_truncated_identity_is_repaired_by_asking_again() -> None:
    with expected_dialogue([(ASK0, ID0[:40]), (ASK0, ID0), (ASK1, ID1), (ASK2, ID2)]) as link:
        assert Cr30(link, link.clock).identity.model == "CR30"


def test_ping_notices_another_unit_on_the_same_port() -> None:
    other = golden.with_bytes(ID1, 19, b"CM000T0002")
    with (
        conversation([(ASK0, ID0), (ASK1, other), (ASK2, ID2)]) as unit,
        pytest.raises(Disconnected, match="CM000T0002"),
    ):
        unit.ping()


# Impossible readings


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_band_that_is_not_a_number_spoils_the_reading(value: float) -> None:
    with conversation(cyan_with(value)) as unit, pytest.raises(ProtocolError):
        unit.read()


@pytest.mark.parametrize("value", [-1.01, 130.5, 156.8])
def test_reflectance_no_surface_has_is_refused(value: float) -> None:
    with conversation(cyan_with(value)) as unit, pytest.raises(Saturated):
        unit.read()


@pytest.mark.parametrize("value", [-0.9, 0.0, 109.0])
def test_reflectance_at_the_edge_is_taken(value: float) -> None:
    with conversation(cyan_with(value)) as unit:
        assert unit.read().warnings == ()


def test_reflectance_above_110_percent_is_taken_with_a_warning() -> None:
    with conversation(cyan_with(111.0)) as unit:
        assert unit.read().warnings == (RECALIBRATE,)


def test_the_same_value_in_every_band_is_not_a_measurement() -> None:
    flat = struct.pack("<12f", *[5.0] * 12)
    chunks = [golden.with_bytes(chunk, 6, flat) for chunk in (S10, S11, S12)]
    with (
        conversation([(TRIG, HDR), *zip((CHUNK0, CHUNK1, CHUNK2), chunks, strict=True)]) as unit,
        pytest.raises(Saturated),
    ):
        unit.read()


# The magnet


def test_the_same_bits_twice_are_a_calibration() -> None:
    with conversation(TILE_READING, TILE_READING) as unit:
        unit.read()
        with pytest.raises(Gated):
            unit.read()


def test_white_calibration_learns_the_constant_and_knows_it_later() -> None:
    with conversation(
        [(ASK_WHITE, WCAL)], TILE_READING, TILE_READING, CYAN_READING, TILE_READING
    ) as unit:
        unit.calibrate("white")
        assert unit.tile_constant is not None
        assert unit.tile_constant.values[0] == pytest.approx(0.691333, abs=1e-6)
        unit.read()
        with pytest.raises(Gated):
            unit.read()


def test_a_constant_kept_by_the_application_catches_the_very_first_reading() -> None:
    constant = constant_spectrum()
    with conversation(TILE_READING) as unit:
        unit.tile_constant = constant
        with pytest.raises(Gated):
            unit.read()


def test_a_known_constant_makes_the_check_after_white_shorter() -> None:
    constant = constant_spectrum()
    with conversation([(ASK_WHITE, WCAL)], TILE_READING) as unit:
        unit.tile_constant = constant
        unit.calibrate("white")
        assert unit.tile_constant == constant


def test_white_without_the_cap_is_found_out() -> None:
    first = cyan_with(5.0)
    second = cyan_with(5.1)
    with conversation([(ASK_WHITE, WCAL)], first, second) as unit:
        with pytest.raises(NeedsCalibration, match="cap"):
            unit.calibrate("white")
        assert unit.tile_constant is None


@pytest.mark.parametrize(
    ("kind", "ask", "reply"), [("white", ASK_WHITE, WCAL), ("black", ASK_BLACK, BCAL)]
)
def test_a_refused_calibration_is_reported(kind, ask, reply) -> None:
    with (
        conversation([(ask, golden.with_bytes(reply, 6, b"\x02"))]) as unit,
        pytest.raises(NeedsCalibration),
    ):
        unit.calibrate(kind)


def test_black_calibration_is_one_command() -> None:
    with conversation([(ASK_BLACK, BCAL)]) as unit:
        unit.calibrate("black")


def test_confirming_triggers_twice_and_returns_the_second_reading() -> None:
    with conversation(CYAN_READING, cyan_with(5.6)) as unit:
        reading = unit.read(confirm=True)
    assert reading.spectrum.values[0] == pytest.approx(0.056, abs=1e-6)


def test_confirming_finds_a_cap_that_is_on() -> None:
    with conversation(TILE_READING, TILE_READING) as unit, pytest.raises(Gated):
        unit.read(confirm=True)


def test_confirming_is_not_needed_once_the_constant_is_known() -> None:
    with conversation(CYAN_READING) as unit:
        unit.tile_constant = Spectrum(400, 10, (0.7, 0.8))
        unit.read(confirm=True)


# The button


def test_a_press_is_a_reading_of_its_own() -> None:
    with expected_dialogue([*OPENING, *CYAN_CHUNKS]) as link:
        unit = Cr30(link, link.clock)
        link.deliver(BTN)
        reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert reading.raw == BTN + S10 + S11 + S12


def test_no_press_is_none_after_the_time() -> None:
    with expected_dialogue(OPENING) as link:
        unit = Cr30(link, link.clock)
        assert unit.wait_for_button(7.0) is None
        assert link.clock() == pytest.approx(7.0)


def test_a_press_with_the_cap_on_is_gated_before_any_chunk_is_fetched() -> None:
    with expected_dialogue(OPENING) as link:
        unit = Cr30(link, link.clock)
        link.deliver(GAT)
        with pytest.raises(Gated):
            unit.wait_for_button(1.0)
        assert unit.wait_for_button(1.0) is None


def test_a_gated_press_spoils_the_next_host_reading_too() -> None:
    with expected_dialogue([*OPENING, *CYAN_READING]) as link:
        unit = Cr30(link, link.clock)
        link.deliver(GAT)
        with pytest.raises(Gated):
            unit.read()
        assert unit.read().trigger == "host"


def test_a_calibration_on_purpose_ends_the_harm_of_a_gated_press() -> None:
    with expected_dialogue(
        [*OPENING, (ASK_WHITE, GAT + WCAL), *TILE_READING, *TILE_READING, *CYAN_READING]
    ) as link:
        unit = Cr30(link, link.clock)
        unit.calibrate("white")
        assert unit.read().trigger == "host"


def test_a_press_after_a_gated_one_is_dropped_with_it() -> None:
    # It was measured with the white calibration that the gated press had spoiled.
    with expected_dialogue(OPENING) as link:
        unit = Cr30(link, link.clock)
        link.deliver(GAT + BTN)
        with pytest.raises(Gated):
            unit.wait_for_button(1.0)
        assert unit.wait_for_button(1.0) is None


def test_black_calibration_does_not_end_the_harm_of_a_gated_press() -> None:
    with conversation([(ASK_BLACK, GAT + BCAL)]) as unit:
        unit.calibrate("black")
        with pytest.raises(Gated):
            unit.read()


def test_a_damaged_press_before_the_header_does_not_matter() -> None:
    with conversation([(TRIG, golden.spoiled(BTN) + HDR)], CYAN_CHUNKS) as unit:
        assert unit.read().trigger == "host"
    assert unit.diagnostics.damaged == 1


def test_a_press_between_trigger_and_header_leaves_the_reading_the_hosts() -> None:
    with conversation([(TRIG, BTN + HDR)], CYAN_CHUNKS) as unit:
        reading = unit.read()
        assert reading.trigger == "host"
        assert reading.raw.startswith(HDR)
        # The unit holds the host's data now; fetching it for the press would be a lie.
        assert unit.wait_for_button(0.1) is None
    assert unit.diagnostics.lost_presses == 1


def test_a_press_during_the_chunks_makes_the_reading_the_buttons() -> None:
    with conversation(
        [(TRIG, HDR), (CHUNK0, golden.T10), (CHUNK1, BTN + S11)], CYAN_CHUNKS
    ) as unit:
        reading = unit.read()
    assert reading.trigger == "button"
    assert SUPERSEDED in reading.warnings
    assert reading.raw == BTN + S10 + S11 + S12


def test_a_press_after_the_last_chunk_leaves_the_reading_whole_and_waits() -> None:
    later = cyan_with(9.0)[1:]
    with conversation(
        [(TRIG, HDR), (CHUNK0, S10), (CHUNK1, S11), (CHUNK2, S12 + BTN)], later
    ) as unit:
        reading = unit.read()
        assert reading.trigger == "host"
        assert reading.raw == HDR + S10 + S11 + S12
        pressed = unit.wait_for_button(0.0)
    assert pressed is not None
    assert pressed.spectrum.values[0] == pytest.approx(0.09, abs=1e-6)


def test_of_several_presses_only_the_last_has_data() -> None:
    with expected_dialogue([*OPENING, *CYAN_CHUNKS]) as link:
        unit = Cr30(link, link.clock)
        link.deliver(BTN + BTN + BTN)
        assert unit.wait_for_button(1.0) is not None
        assert unit.wait_for_button(1.0) is None
    assert unit.diagnostics.lost_presses == 2


def test_a_press_while_identity_is_asked_is_kept() -> None:
    with conversation([(ASK0, BTN + ID0), (ASK1, ID1), (ASK2, ID2)], CYAN_CHUNKS) as unit:
        unit.ping()
        reading = unit.wait_for_button(0.0)
    assert reading is not None
    assert reading.trigger == "button"


def test_a_damaged_press_during_the_chunks_makes_the_data_doubtful() -> None:
    with (
        conversation([(TRIG, HDR), (CHUNK0, golden.spoiled(BTN) + S10)]) as unit,
        pytest.raises(ProtocolError),
    ):
        unit.read()


def test_a_second_header_during_the_chunks_makes_the_data_doubtful() -> None:
    with conversation([(TRIG, HDR), (CHUNK0, HDR + S10)]) as unit, pytest.raises(ProtocolError):
        unit.read()


def test_a_press_before_a_trigger_that_failed_is_not_read_afterwards() -> None:
    # The unit may have measured for the host; its data must not pass for the button's.
    with expected_dialogue([*OPENING, (TRIG, b""), *OPENING]) as link:
        unit = Cr30(link, link.clock)
        link.deliver(BTN)
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.wait_for_button(1.0) is None
    assert unit.diagnostics.lost_presses == 1


def test_a_gated_press_before_a_trigger_that_failed_is_still_told() -> None:
    with expected_dialogue([*OPENING, (TRIG, GAT), *OPENING]) as link:
        unit = Cr30(link, link.clock)
        with pytest.raises(InstrumentTimeout):
            unit.read()
        with pytest.raises(Gated):
            unit.wait_for_button(1.0)


def test_a_button_that_never_rests_ends_in_an_error_and_keeps_the_last_press() -> None:
    with conversation([(TRIG, HDR)], [(CHUNK0, BTN + S10)] * 4, CYAN_CHUNKS) as unit:
        with pytest.raises(ProtocolError, match="Button"):
            unit.read()
        reading = unit.wait_for_button(0.0)
    assert reading is not None
    assert reading.trigger == "button"


def test_waking_ends_the_wait_that_runs_or_the_next_one() -> None:
    with expected_dialogue(OPENING) as link:
        unit = Cr30(link, link.clock)
        unit.wake()
        assert unit.wait_for_button(60.0) is None
        assert link.clock() == 0.0
        assert unit.wait_for_button(1.0) is None
        assert link.clock() == pytest.approx(1.0)


def test_the_model_attaches_to_an_open_line() -> None:
    link = ScriptedLink(OPENING)
    assert MODEL.attach is not None
    unit = MODEL.attach(link)
    assert unit.identity.serial == "CM000T0001"
    unit.close()
    unit.close()
    assert link.closed
