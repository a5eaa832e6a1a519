"""The driver word for word. Constructed from the documented commands, not captured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from drivers import (
    Disconnected,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.as726x import AS7262 as AS7262_MODEL
from drivers.as726x import protocol
from drivers.as726x.driver import NO_SERIAL, As726x
from drivers.as726x.protocol import AS7262, AS7265X, Chip
from drivers.channel_heads import AMBIENT, TEMPERATURE
from drivers.testing import ScriptedLink, expected_dialogue

Pairs = list[tuple[bytes, bytes]]

OK = b"OK\n"
HUSH = [(b"ATBURST=0\n", OK)]
SETTINGS = [
    (b"ATLED0=0\n", OK),
    (b"ATLED1=0\n", OK),
    (b"ATLEDC=0\n", OK),
    (b"ATGAIN=2\n", OK),
    (b"ATGAIN\n", b"2 OK\n"),
    (b"ATINTTIME=60\n", OK),
    (b"ATINTTIME\n", b"60 OK\n"),
]


def identity(hardware: bytes, firmware: bytes) -> Pairs:
    return [(b"ATVERHW\n", hardware + b" OK\n"), (b"ATVERSW\n", firmware + b" OK\n")]


SIX_IS = identity(b"0x403E", b"1.1.0")
OPENING = [*HUSH, *SIX_IS, *SETTINGS]
CLOSING = [(b"ATLED1=0\n", OK)]

BLACK = "102, 202, 302, 402, 502, 602"
OTHER_BLACK = "101, 201, 302, 402, 502, 602"
WHITE = "20102, 10202, 5302, 8402, 4502, 2602"
SKIN = "10102, 2702, 2802, 2402, 3502, 1602"
#: (skin - black) / (white - black), by hand.
RATIOS = (0.5, 0.25, 0.5, 0.25, 0.75, 0.5)


def exposure(
    lit: str, dark: str = "2, 2, 2, 2, 2, 2", celsius: str = "25", lamp: bytes = b"100"
) -> Pairs:
    return [
        (b"ATTEMP\n", f"{celsius} OK\n".encode()),
        (b"ATLED1=0\n", OK),
        (b"ATTCSMD=3\n", OK),
        (b"ATDATA\n", f"{dark} OK\n".encode()),
        (b"ATLED1=" + lamp + b"\n", OK),
        (b"ATTCSMD=3\n", OK),
        (b"ATDATA\n", f"{lit} OK\n".encode()),
        (b"ATLED1=0\n", OK),
    ]


@contextmanager
def conversation(*parts: Pairs, chip: Chip = AS7262) -> Iterator[As726x]:
    with expected_dialogue([*OPENING, *(pair for part in parts for pair in part)]) as link:
        yield As726x(chip, link, link.clock)


def calibrate(unit: As726x) -> None:
    unit.calibrate("black")
    unit.calibrate("white")


CALIBRATION = [*exposure(BLACK), *exposure(WHITE)]


def failing_exposure(answer: bytes) -> Pairs:
    """An exposure whose lit frame fails; the lamp goes out all the same."""
    pairs = exposure(SKIN)
    return [*pairs[:-2], (b"ATDATA\n", answer), (b"ATLED1=0\n", OK)]


def test_opening_stops_a_stream_asks_who_is_there_and_sets_the_head_up() -> None:
    with conversation() as unit:
        assert unit.identity.model == "AS7262"
        assert unit.identity.serial == NO_SERIAL
        assert unit.identity.firmware == "1.1.0"
        assert unit.settings == "gain 16x, 168 ms, lamp current 0x0"


def test_a_reading_holds_ratios_to_the_tile_the_condition_and_both_answers() -> None:
    before = datetime.now(UTC)
    with conversation(CALIBRATION, exposure(SKIN)) as unit:
        calibrate(unit)
        reading = unit.read()
    assert reading.spectrum is None
    assert reading.channels is not None
    assert reading.channels.names == ("V450", "B500", "G550", "Y570", "O600", "R650")
    assert reading.channels.values == pytest.approx(RATIOS)
    assert reading.raw == b"2, 2, 2, 2, 2, 2 OK\n" + SKIN.encode() + b" OK\n"
    assert reading.trigger == "host"
    assert reading.warnings == ()
    assert reading.condition.geometry == "open head"
    assert before <= reading.at <= datetime.now(UTC)


def test_the_baseline_is_the_net_counts_of_black_and_white() -> None:
    with conversation(CALIBRATION) as unit:
        assert unit.baseline is None
        calibrate(unit)
        assert unit.baseline is not None
        assert unit.baseline.black == (100, 200, 300, 400, 500, 600)
        assert unit.baseline.white == (20100, 10200, 5300, 8400, 4500, 2600)
        assert unit.baseline.settings == unit.settings


def test_a_kept_baseline_serves_after_opening_again() -> None:
    with conversation(CALIBRATION) as first:
        calibrate(first)
    with conversation(exposure(SKIN)) as second:
        second.baseline = first.baseline
        reading = second.read()
    assert reading.channels is not None
    assert reading.channels.values == pytest.approx(RATIOS)


def test_without_a_baseline_a_reading_needs_calibration() -> None:
    with conversation(exposure(SKIN)) as unit, pytest.raises(NeedsCalibration):
        unit.read()


def test_light_that_leaks_in_is_taken_off_and_told_of() -> None:
    leaking = ", ".join(str(int(count) + 300) for count in SKIN.split(","))
    with conversation(CALIBRATION, exposure(leaking, dark="302, 302, 302, 302, 302, 302")) as unit:
        calibrate(unit)
        reading = unit.read()
    assert reading.channels is not None
    assert reading.channels.values == pytest.approx(RATIOS)
    assert reading.warnings == (AMBIENT,)


def test_warming_since_white_is_told_of() -> None:
    with conversation(CALIBRATION, exposure(SKIN, celsius="31")) as unit:
        calibrate(unit)
        assert unit.read().warnings == (TEMPERATURE,)


def test_a_sensor_without_a_temperature_says_nothing_about_it() -> None:
    with conversation(CALIBRATION, exposure(SKIN, celsius="255")) as unit:
        calibrate(unit)
        assert unit.read().warnings == ()


def test_a_hot_head_does_not_light_its_lamp() -> None:
    with (
        conversation([(b"ATTEMP\n", b"77 OK\n")]) as unit,
        pytest.raises(UnitFault, match="77"),
    ):
        unit.calibrate("black")


# Times


def test_waits_follow_from_integration_time() -> None:
    with expected_dialogue([*OPENING, *exposure(BLACK)]) as link:
        unit = As726x(AS7262, link, link.clock)
        start = link.clock()
        unit.calibrate("black")
        # Two frames of two periods of 60 * 2.8 ms and 50 ms, and 100 ms for the lamp.
        assert link.clock() - start == pytest.approx(2 * (2 * 0.168 + 0.05) + 0.1)


def test_a_frame_may_take_its_integration_and_a_second_more() -> None:
    dying = [*exposure(SKIN)[:3], (b"ATDATA\n", b""), (b"ATLED1=0\n", OK)]
    with expected_dialogue([*OPENING, *dying]) as link:
        unit = As726x(AS7262, link, link.clock)
        start = link.clock()
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert link.clock() - start == pytest.approx(2 * 0.168 + 0.05 + 2 * 0.168 + 1.0)


def test_a_silent_line_is_a_timeout_after_three_tries() -> None:
    with expected_dialogue([(b"ATBURST=0\n", b"")] * 3) as link:
        with pytest.raises(InstrumentTimeout):
            As726x(AS7262, link, link.clock)
        assert link.clock() == pytest.approx(2.1)


def test_a_head_that_boots_is_waited_for() -> None:
    with expected_dialogue([(b"ATBURST=0\n", b""), *OPENING]) as link:
        assert As726x(AS7262, link, link.clock).identity.model == "AS7262"


def test_a_boot_banner_is_no_answer() -> None:
    banner = b"\x00ams boot loader\r\nversion OK\r\n"
    with expected_dialogue([(b"ATBURST=0\n", banner), *OPENING]) as link:
        assert As726x(AS7262, link, link.clock).identity.model == "AS7262"


# Streams and late answers


def test_a_stream_left_on_is_stopped_drained_and_believed_nothing() -> None:
    frame = b"9, 9, 9, 9, 9, 9 OK\n"
    pairs = [(b"", b"9, 9 OK\n" + frame), (b"ATBURST=0\n", frame + b"9, 9\n" + frame + OK + frame)]
    with expected_dialogue([*pairs, *SIX_IS, *SETTINGS, *CALIBRATION, *exposure(SKIN)]) as link:
        unit = As726x(AS7262, link, link.clock)
        calibrate(unit)
        reading = unit.read()
    assert reading.channels is not None
    assert reading.channels.values == pytest.approx(RATIOS)
    assert unit.diagnostics.unexpected == 5


class Torrent(ScriptedLink):
    """A line on which something talks without end; it has answered the stop, perhaps."""

    def read(self, size: int, timeout_s: float) -> bytes:
        super().read(0, 0.0)
        self._now += 0.001
        return b"9, 9 OK\nOK\n"[:size]

    def drain(self) -> bytes:
        return b", 9 OK\nOK\n"


def test_after_a_stream_the_line_must_be_quiet_for_a_while() -> None:
    pairs = [(b"", b"9, 9 OK\n"), *OPENING]
    with expected_dialogue(pairs) as link:
        As726x(AS7262, link, link.clock)
        assert link.clock() == pytest.approx(protocol.QUIET_S)


def test_a_line_that_never_is_quiet_is_no_head() -> None:
    link = Torrent(HUSH)
    with pytest.raises(ProtocolError, match="stops"):
        As726x(AS7262, link, link.clock)
    assert link.clock() == pytest.approx(protocol.QUIET_LIMIT_S, abs=0.1)


def test_a_stream_in_the_form_with_ok_on_its_own_line_is_no_answer_either() -> None:
    frame = b"9, 9, 9, 9, 9, 9\nOK\n"
    pairs = [(b"", frame), (b"ATBURST=0\n", frame + frame + OK)]
    with expected_dialogue([*pairs, *SIX_IS, *SETTINGS]) as link:
        assert As726x(AS7262, link, link.clock).identity.model == "AS7262"


def test_half_a_line_at_opening_does_not_eat_the_answer() -> None:
    with expected_dialogue(
        [(b"", b"455, 30"), (b"ATBURST=0\n", b"1, 7 OK\nOK\n"), *SIX_IS, *SETTINGS]
    ) as link:
        assert As726x(AS7262, link, link.clock).identity.model == "AS7262"


def test_firmware_that_knows_no_streaming_is_not_streaming() -> None:
    with expected_dialogue([(b"ATBURST=0\n", b"ERROR\n"), *SIX_IS, *SETTINGS]) as link:
        assert As726x(AS7262, link, link.clock).identity.model == "AS7262"


def test_a_late_frame_is_not_taken_for_the_next_one() -> None:
    dying = [*exposure(SKIN)[:3], (b"ATDATA\n", b""), (b"ATLED1=0\n", b"")]
    late = [(b"ATVERHW\n", b"7, 7, 7, 7, 7, 7 OK\nOK\n0x403E OK\n"), SIX_IS[1]]
    with conversation(CALIBRATION, dying, late, exposure(SKIN)) as unit:
        calibrate(unit)
        with pytest.raises(InstrumentTimeout):
            unit.read()
        reading = unit.read()
    assert reading.channels is not None
    assert reading.channels.values == pytest.approx(RATIOS)


def test_a_frame_whose_line_began_before_it_was_asked_for_is_not_believed() -> None:
    pairs = exposure(SKIN)
    spoiled = [*pairs[:2], (b"ATTCSMD=3\n", OK + b"1"), (b"ATDATA\n", b"7, 7, 7, 7, 7, 7 OK\n")]
    with conversation(spoiled, CLOSING) as unit, pytest.raises(ProtocolError):
        unit.read()


def test_another_head_after_a_failure_is_noticed() -> None:
    dying = [*exposure(SKIN)[:3], (b"ATDATA\n", b""), (b"ATLED1=0\n", OK)]
    with conversation(dying, identity(b"0x403E", b"2.0.0")) as unit:
        with pytest.raises(InstrumentTimeout):
            unit.read()
        with pytest.raises(Disconnected):
            unit.read()


# Forms of answers


@pytest.mark.parametrize(
    ("opening", "says"),
    [
        (lambda reply: reply.replace(b"\n", b"\r\n"), "CR LF"),
        (lambda reply: reply.replace(b"\n", b"\r"), "CR"),
        (lambda reply: reply.replace(b"\n", b""), "no end"),
        (lambda reply: reply.replace(b" OK", b"OK"), "no blank"),
        (lambda reply: reply.replace(b" OK", b"\nOK"), "own line"),
    ],
)
def test_every_form_of_answer_is_understood(opening, says: str) -> None:
    pairs = [(sent, opening(reply)) for sent, reply in [*OPENING, *CALIBRATION, *exposure(SKIN)]]
    with expected_dialogue(pairs) as link:
        unit = As726x(AS7262, link, link.clock)
        calibrate(unit)
        reading = unit.read()
    assert reading.channels is not None, says
    assert reading.channels.values == pytest.approx(RATIOS)


def test_an_answer_without_an_end_costs_a_twentieth_of_a_second() -> None:
    with expected_dialogue([(b"ATBURST=0\n", b"OK"), *SIX_IS, *SETTINGS]) as link:
        As726x(AS7262, link, link.clock)
        assert link.clock() == pytest.approx(protocol.GRACE_S + protocol.QUIET_S)


@pytest.mark.parametrize("field", ["N/A", "NaN", "inf", "-3", ""])
def test_a_value_that_is_no_count_is_a_protocol_error_and_the_lamp_goes_out(field: str) -> None:
    answer = f"1, 2, {field}, 4, 5, 6 OK\n".encode()
    with conversation(failing_exposure(answer)) as unit, pytest.raises(ProtocolError):
        unit.read()


def test_a_missing_value_is_never_padded() -> None:
    with (
        conversation(failing_exposure(b"1, 2, 3, 4, 5 OK\n")) as unit,
        pytest.raises(ProtocolError),
    ):
        unit.read()


def test_a_truncated_answer_is_a_protocol_error_and_the_head_reads_on() -> None:
    recovery = [*SIX_IS, *exposure(SKIN)]
    broken = [*exposure(SKIN)[:-2], (b"ATDATA\n", b"1, 2, 3"), (b"ATLED1=0\n", b", 4 OK\nOK\n")]
    with conversation(CALIBRATION, broken, recovery) as unit:
        calibrate(unit)
        with pytest.raises(ProtocolError):
            unit.read()
        assert unit.read().channels is not None


def test_an_error_is_unsupported_and_the_lamp_goes_out() -> None:
    with conversation(failing_exposure(b"ERROR\n")) as unit, pytest.raises(Unsupported) as caught:
        unit.read()
    assert "ATDATA" in caught.value.message


def test_a_setting_the_head_did_not_take_is_noticed() -> None:
    pairs = [*HUSH, *SIX_IS, *SETTINGS[:4], (b"ATGAIN\n", b"1 OK\n")]
    with expected_dialogue(pairs) as link, pytest.raises(ProtocolError, match="ATGAIN"):
        As726x(AS7262, link, link.clock)


# Lamps


def test_the_other_dialect_of_lamps_is_found_once_and_kept() -> None:
    first = exposure(BLACK)
    first[4:5] = [(b"ATLED1=100\n", b"ERROR\n"), (b"ATLED1=1\n", OK)]
    with conversation(first, exposure(WHITE, lamp=b"1")) as unit:
        calibrate(unit)


def test_the_newer_chip_starts_with_the_newer_dialect() -> None:
    eighteen = ", ".join(["2"] * 18)
    pairs = exposure(eighteen, dark=eighteen, celsius="25, 26, 24", lamp=b"1")
    with expected_dialogue([*HUSH, *identity(b"0x4041", b"12.0.0"), *SETTINGS, *pairs]) as link:
        unit = As726x(AS7265X, link, link.clock)
        unit.calibrate("black")


def test_a_lamp_that_knows_neither_dialect_is_unsupported() -> None:
    pairs = exposure(BLACK)[:4]
    refusals = [(b"ATLED1=100\n", b"ERROR\n"), (b"ATLED1=1\n", b"ERROR\n"), (b"ATLED1=0\n", OK)]
    with conversation(pairs, refusals) as unit, pytest.raises(Unsupported):
        unit.calibrate("black")


def test_a_lamp_that_does_not_light_is_found_at_white() -> None:
    with conversation(exposure(BLACK), exposure("3, 2, 2, 1, 2, 2")) as unit:
        unit.calibrate("black")
        with pytest.raises(NeedsCalibration, match="White"):
            unit.calibrate("white")


def test_closing_switches_the_lamp_off_once() -> None:
    with expected_dialogue([*OPENING, *CLOSING]) as link:
        unit = As726x(AS7262, link, link.clock)
        unit.close()
        unit.close()
        assert link.closed


@pytest.mark.parametrize("answer", [b"", b"ERROR\n", b"\xff\xfe"])
def test_closing_never_raises_and_does_not_wait_long(answer: bytes) -> None:
    with expected_dialogue([*OPENING, (b"ATLED1=0\n", answer)]) as link:
        unit = As726x(AS7262, link, link.clock)
        start = link.clock()
        unit.close()
        assert link.clock() - start <= 0.25
        assert link.closed


# Too much light


def test_a_blinded_channel_voids_the_reading_and_is_named() -> None:
    with (
        conversation(exposure("1, 2, 65535, 4, 5, 6")) as unit,
        pytest.raises(Saturated, match="G550"),
    ):
        unit.read()


def test_too_bright_a_white_lowers_the_gain_and_asks_for_black_again() -> None:
    bright = exposure("65535, 10202, 5302, 8402, 4502, 2602")
    with conversation(
        exposure(OTHER_BLACK), bright, [(b"ATGAIN=1\n", OK)], CALIBRATION, exposure(SKIN)
    ) as unit:
        unit.calibrate("black")
        with pytest.raises(NeedsCalibration, match=r"16x.*3\.7x") as caught:
            unit.calibrate("white")
        assert caught.value.hint == "Calibrate black, then white again."
        calibrate(unit)
        assert unit.baseline is not None
        assert "3.7x" in unit.baseline.settings
        assert unit.read().channels is not None


def test_black_of_the_old_gain_does_not_serve_the_new_one() -> None:
    bright = exposure("65535, 10202, 5302, 8402, 4502, 2602")
    with conversation(
        exposure(BLACK), bright, [(b"ATGAIN=1\n", OK)], exposure(WHITE), exposure(SKIN)
    ) as unit:
        unit.calibrate("black")
        with pytest.raises(NeedsCalibration):
            unit.calibrate("white")
        unit.calibrate("white")
        with pytest.raises(NeedsCalibration):
            unit.read()


def test_light_from_outside_that_blinds_does_not_lower_the_gain() -> None:
    outside = exposure("65535, 9, 9, 9, 9, 9", dark="65535, 9, 9, 9, 9, 9")
    with conversation(outside) as unit, pytest.raises(Saturated):
        unit.calibrate("white")


def test_the_same_counts_again_are_refused() -> None:
    with conversation(CALIBRATION, exposure(SKIN), exposure(SKIN)) as unit:
        calibrate(unit)
        unit.read()
        with pytest.raises(ProtocolError, match="twice"):
            unit.read()


# Who is there


@pytest.mark.parametrize(
    ("hardware", "named"), [(b"0x4041", "as7265x"), (b"0x403D", "as7261"), (b"0x403F", "AS7262")]
)
def test_another_chip_is_unsupported_and_nothing_is_set(hardware: bytes, named: str) -> None:
    pairs = [*HUSH, (b"ATVERHW\n", hardware + b" OK\n")]
    if hardware != b"0x403F":
        pairs.append((b"ATVERSW\n", b"12.0.0 OK\n"))
    with expected_dialogue(pairs) as link, pytest.raises(Unsupported) as caught:
        As726x(AS7262, link, link.clock)
    assert named in caught.value.hint


@pytest.mark.parametrize("echo", [b"ATBURST=0\n", b"ATBURST=0\r\n", b"ATBURST=0\r\nOK\r\n"])
def test_a_line_that_sends_back_what_it_is_sent_is_no_head(echo: bytes) -> None:
    with expected_dialogue([(b"ATBURST=0\n", echo)]) as link, pytest.raises(Unsupported):
        As726x(AS7262, link, link.clock)


def test_garbage_is_no_silence() -> None:
    with (
        expected_dialogue([(b"ATBURST=0\n", b"\x00\xff" * 30)] * 3) as link,
        pytest.raises(ProtocolError),
    ):
        As726x(AS7262, link, link.clock)


# Nothing to press


def test_waiting_for_a_button_ends_with_the_time_and_drops_what_comes() -> None:
    with expected_dialogue(OPENING) as link:
        unit = As726x(AS7262, link, link.clock)
        link.deliver(b"1, 2, 3 OK\n")
        before = link.clock()
        assert unit.wait_for_button(7.0) is None
        assert link.clock() - before == pytest.approx(7.0)


def test_waking_ends_the_wait_that_runs_or_the_next_one() -> None:
    with expected_dialogue(OPENING) as link:
        unit = As726x(AS7262, link, link.clock)
        before = link.clock()
        unit.wake()
        assert unit.wait_for_button(60.0) is None
        assert link.clock() == before
        assert unit.wait_for_button(1.0) is None
        assert link.clock() - before == pytest.approx(1.0)


def test_the_tile_constant_is_nothing_and_stays_so() -> None:
    with conversation() as unit:
        unit.tile_constant = None
        assert unit.tile_constant is None


def test_the_model_attaches_to_an_open_line() -> None:
    link = ScriptedLink([*OPENING, *CLOSING])
    assert AS7262_MODEL.attach is not None
    unit = AS7262_MODEL.attach(link)
    assert unit.identity.model == "AS7262"
    unit.close()
    assert link.closed
