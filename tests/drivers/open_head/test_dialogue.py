"""The driver word for word. The protocol is this project's own, so these lines define it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import (
    Disconnected,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.open_head import MODEL
from drivers.open_head.driver import OpenHead
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers.open_head.vectors import sealed

Pairs = list[tuple[bytes, bytes]]

ASK = b'{"cmd":"id"}\n'
HELLO = (
    b'{"id":"smp-head","proto":1,"fw":"0.3","serial":"A1","ch":["R","G","B"],'
    b'"full":65535,"wait":1200}\n'
)
PRESS = b'{"evt":"button"}\n'


def lamp_off(seq: int, on: int = 0) -> tuple[bytes, bytes]:
    return b'{"cmd":"led","on":0,"seq":%d}\n' % seq, b'{"seq":%d,"led":%d}\n' % (seq, on)


OPENING = [(ASK, HELLO), lamp_off(1)]

BLACK = (102, 202, 302)
WHITE = (20102, 10202, 5302)
SKIN = (10102, 2702, 2802)
RATIOS = (0.5, 0.25, 0.5)


def measurement(seq: int, raw: tuple[int, ...], dark: int = 2, gain: str = "16") -> bytes:
    text = '{"seq":%d,"raw":%s,"dark":%s,"gain":%s,"ms":168,"t":31.5}' % (  # noqa: UP031
        seq,
        list(raw),
        [dark] * len(raw),
        gain,
    )
    return sealed(text.encode()) + b"\n"


def meas(seq: int, *raw: int) -> tuple[bytes, bytes]:
    return b'{"cmd":"meas","seq":%d}\n' % seq, measurement(seq, raw)


CALIBRATION = [meas(2, *BLACK), meas(3, *WHITE)]


@contextmanager
def conversation(*parts: Pairs) -> Iterator[tuple[OpenHead, ScriptedLink]]:
    with expected_dialogue([*OPENING, *(pair for part in parts for pair in part)]) as link:
        yield OpenHead(link, link.clock), link


def calibrate(unit: OpenHead) -> None:
    unit.calibrate("black")
    unit.calibrate("white")


def test_opening_asks_who_is_there_and_puts_the_lamp_out() -> None:
    with conversation() as (unit, _):
        assert unit.identity.model == "smp-head"
        assert unit.identity.serial == "A1"
        assert unit.identity.firmware == "0.3"


def test_a_reading_holds_ratios_to_the_tile_and_the_line_it_rests_on() -> None:
    with conversation(CALIBRATION, [meas(4, *SKIN)]) as (unit, _):
        calibrate(unit)
        reading = unit.read()
    assert reading.spectrum is None
    assert reading.channels is not None
    assert reading.channels.names == ("R", "G", "B")
    assert reading.channels.values == pytest.approx(RATIOS)
    assert reading.raw == measurement(4, SKIN)
    assert reading.trigger == "host"
    assert reading.warnings == ()


def test_the_baseline_is_kept_and_serves_again() -> None:
    with conversation(CALIBRATION) as (first, _):
        calibrate(first)
    assert first.baseline is not None
    assert first.baseline.black == (100, 200, 300)
    assert first.baseline.white == (20100, 10200, 5300)
    assert first.baseline.settings == "gain 16, 168 ms"
    with conversation([meas(2, *SKIN)]) as (second, _):
        second.baseline = first.baseline
        assert second.read().channels.values == pytest.approx(RATIOS)


def test_without_black_and_white_a_reading_needs_calibration() -> None:
    with conversation([meas(2, *SKIN)]) as (unit, _), pytest.raises(NeedsCalibration):
        unit.read()


def test_a_head_that_changed_its_gain_needs_calibration() -> None:
    changed = (meas(4)[0], measurement(4, SKIN, gain="64"))
    with conversation(CALIBRATION, [changed]) as (unit, _):
        calibrate(unit)
        with pytest.raises(NeedsCalibration, match="gain 64"):
            unit.read()


# What may come besides the answer


@pytest.mark.parametrize(
    "noise",
    [
        b"\x00\xff\xfe\r\n",
        b"Traceback (most recent call last):\r\n",
        b'{"seq":1,"raw":\n',
        b'{"seq":3,"err":"BUSY"}\n',
        b'{"err":"LINE"}\n',
        b'{"evt":"dropped"}\n',
        measurement(3, SKIN),
        b"x" * 5000 + b"\n",
    ],
)
def test_noise_stale_answers_and_unknown_lines_before_the_answer_do_not_matter(
    noise: bytes,
) -> None:
    ask, answer = meas(4, *SKIN)
    with conversation(CALIBRATION, [(ask, noise + answer)]) as (unit, _):
        calibrate(unit)
        assert unit.read().raw == measurement(4, SKIN)


@given(
    st.lists(
        st.sampled_from(
            [
                PRESS,
                HELLO,
                measurement(3, WHITE),
                measurement(5, WHITE),
                measurement(4, WHITE).replace(b"gain", b"pain"),
                b'{"seq":3,"err":"SAT","ch":0}\n',
                b'{"seq":4,"led":0}\n',
                b'{"err":"LINE"}\n',
                b"noise\xff\n",
            ]
        ),
        max_size=8,
    )
)
def test_whatever_comes_between_a_reading_is_that_of_its_own_request(noise: list[bytes]) -> None:
    ask, answer = meas(4, *SKIN)
    with conversation(CALIBRATION, [(ask, b"".join(noise) + answer)]) as (unit, _):
        calibrate(unit)
        reading = unit.read()
    assert reading.raw == measurement(4, SKIN)
    assert reading.trigger == "host"


def test_a_late_measurement_is_never_taken_for_the_next_one() -> None:
    silent = (meas(4)[0], b"")
    late = (meas(5)[0], measurement(4, WHITE) + measurement(5, SKIN))
    with conversation(CALIBRATION, [silent, late]) as (unit, _):
        calibrate(unit)
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert unit.read().channels.values == pytest.approx(RATIOS)
    assert unit.diagnostics.unexpected == 1


def test_a_damaged_measurement_is_a_protocol_error_and_not_repeated() -> None:
    damaged = (meas(2)[0], measurement(2, SKIN).replace(b"10102", b"10103"))
    with conversation([damaged]) as (unit, _), pytest.raises(ProtocolError):
        unit.read()
    assert unit.diagnostics.damaged == 1


@pytest.mark.parametrize("answer", [b'{"seq":2,"raw":[1', b"\xff\xff\n", b'{"err":"LINE"}\n'])
def test_what_is_no_answer_is_a_protocol_error(answer: bytes) -> None:
    with conversation([(meas(2)[0], answer)]) as (unit, _), pytest.raises(ProtocolError):
        unit.read()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_frame_for_other_channels_is_refused(count: int) -> None:
    with (
        conversation([meas(2, *range(5000, 5000 + count))]) as (unit, _),
        pytest.raises(ProtocolError, match=str(count)),
    ):
        unit.read()


# Failures the head tells of


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (b'{"seq":2,"err":"SAT","ch":1}', Saturated, "on G"),
        (b'{"seq":2,"err":"SAT"}', Saturated, "light"),
        (b'{"seq":2,"err":"SAT","ch":9}', Saturated, "light"),
        (b'{"seq":2,"err":"SENSOR"}', UnitFault, "sensor"),
        (b'{"seq":2,"err":"HOT"}', UnitFault, "hot"),
        (b'{"seq":2,"err":"CMD"}', Unsupported, "CMD"),
        (b'{"seq":2,"err":"ARG"}', Unsupported, "ARG"),
        (b'{"seq":2,"err":"FOG"}', Unsupported, "FOG"),
    ],
)
def test_failures_are_typed(answer: bytes, expected: type[Exception], says: str) -> None:
    with (
        conversation([(meas(2)[0], answer + b"\n")]) as (unit, _),
        pytest.raises(expected, match=says) as caught,
    ):
        unit.read()
    assert caught.value.hint  # type: ignore[attr-defined]


def test_a_count_at_full_scale_is_too_much_light_even_if_the_head_says_nothing() -> None:
    with conversation([meas(2, 65535, 2, 3)]) as (unit, _), pytest.raises(Saturated, match="R"):
        unit.read()


def test_a_busy_head_is_asked_again() -> None:
    busy = [(meas(n)[0], b'{"seq":%d,"err":"BUSY"}\n' % n) for n in (2, 3)]
    with conversation(busy, [meas(4, *BLACK)]) as (unit, link):
        start = link.clock()
        unit.calibrate("black")
        assert link.clock() - start == pytest.approx(0.2)


def test_a_head_that_stays_busy_is_a_timeout() -> None:
    # 1.2 s of its own and half a second, asked every 0.1 s.
    busy = [(meas(n)[0], b'{"seq":%d,"err":"BUSY"}\n' % n) for n in range(2, 19)]
    with conversation(busy) as (unit, _), pytest.raises(InstrumentTimeout, match="busy"):
        unit.calibrate("black")


# Times


def test_patience_follows_from_what_the_head_says() -> None:
    with conversation([(meas(2)[0], b"")]) as (unit, link):
        start = link.clock()
        with pytest.raises(InstrumentTimeout):
            unit.read()
        assert link.clock() - start == pytest.approx(1.7)


def test_a_silent_line_is_a_timeout_after_three_tries() -> None:
    with expected_dialogue([(ASK, b"")] * 3) as link:
        with pytest.raises(InstrumentTimeout):
            OpenHead(link, link.clock)
        assert link.clock() == pytest.approx(3.0)


def test_boot_chatter_is_skipped_until_the_head_says_who_it_is() -> None:
    chatter = b"\r\nAuto-reload is on. Simply save files.\r\ncode.py output:\r\n"
    with expected_dialogue([(b"", chatter), (ASK, chatter), *OPENING]) as link:
        assert OpenHead(link, link.clock).identity.serial == "A1"


# Who is there


def test_another_version_of_the_protocol_is_unsupported() -> None:
    with (
        expected_dialogue([(ASK, b'{"id":"smp-head","proto":2,"more":1}\n')]) as link,
        pytest.raises(Unsupported, match="version 2"),
    ):
        OpenHead(link, link.clock)


@pytest.mark.parametrize("echo", [ASK, ASK.replace(b"\n", b"\r\n")])
def test_a_line_that_sends_back_what_it_is_sent_is_no_head(echo: bytes) -> None:
    with expected_dialogue([(ASK, echo)]) as link, pytest.raises(Unsupported):
        OpenHead(link, link.clock)


def test_garbage_is_no_silence() -> None:
    with expected_dialogue([(ASK, b"\x00\xff\n")] * 3) as link, pytest.raises(ProtocolError):
        OpenHead(link, link.clock)


@pytest.mark.parametrize("change", [(b'"A1"', b'"B2"'), (b'"G"', b'"H"'), (b"0.3", b"0.4")])
def test_another_head_on_the_port_is_noticed(change: tuple[bytes, bytes]) -> None:
    with conversation([(ASK, HELLO.replace(*change))]) as (unit, _), pytest.raises(Disconnected):
        unit.ping()


def test_the_same_head_is_the_same_head() -> None:
    with conversation([(ASK, b""), (ASK, PRESS + HELLO)]) as (unit, _):
        unit.ping()


# The lamp


def test_closing_puts_the_lamp_out_once() -> None:
    with conversation([lamp_off(2)]) as (unit, link):
        unit.close()
        unit.close()
        assert link.closed


@pytest.mark.parametrize("answer", [b"", b"\xff\n", b'{"seq":2,"err":"CMD"}\n'])
def test_closing_never_raises_and_does_not_wait_long(answer: bytes) -> None:
    with conversation([(lamp_off(2)[0], answer)]) as (unit, link):
        start = link.clock()
        unit.close()
        assert link.clock() - start <= 0.25
        assert link.closed


def test_a_lamp_that_stays_on_is_told_of_at_opening() -> None:
    with (
        expected_dialogue([(ASK, HELLO), lamp_off(1, on=1)]) as link,
        pytest.raises(ProtocolError, match="lamp"),
    ):
        OpenHead(link, link.clock)


# The button


def test_a_press_is_measured_for_when_it_is_heard() -> None:
    with conversation(CALIBRATION, [meas(4, *SKIN)]) as (unit, link):
        calibrate(unit)
        link.deliver(PRESS)
        reading = unit.wait_for_button(10.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert reading.channels.values == pytest.approx(RATIOS)


def test_no_press_is_none_after_the_time() -> None:
    with conversation() as (unit, link):
        assert unit.wait_for_button(7.0) is None
        assert link.clock() == pytest.approx(7.0)


def test_a_press_before_opening_was_meant_for_somebody_else() -> None:
    with expected_dialogue([(b"", PRESS), (ASK, PRESS + HELLO), lamp_off(1)]) as link:
        assert OpenHead(link, link.clock).wait_for_button(1.0) is None


def test_a_press_from_long_ago_is_not_measured_for() -> None:
    with conversation() as (unit, link):
        link.read(1, 60.0)  # a minute in which nobody listens
        link.deliver(PRESS)
        assert unit.wait_for_button(1.0) is None
    assert unit.diagnostics.lost_presses == 1


def test_several_presses_are_one_measurement() -> None:
    with conversation(CALIBRATION, [(meas(4)[0], PRESS + measurement(4, SKIN))]) as (unit, link):
        calibrate(unit)
        link.deliver(PRESS * 3)
        assert unit.wait_for_button(1.0) is not None
        assert unit.wait_for_button(1.0) is None
    assert unit.diagnostics.lost_presses == 3


def test_a_press_during_a_measurement_of_the_host_leaves_it_the_hosts() -> None:
    with conversation(CALIBRATION, [(meas(4)[0], PRESS + measurement(4, SKIN))]) as (unit, _):
        calibrate(unit)
        assert unit.read().trigger == "host"
        assert unit.wait_for_button(0.1) is None


def test_waking_ends_the_wait_that_runs_or_the_next_one() -> None:
    with conversation() as (unit, link):
        unit.wake()
        assert unit.wait_for_button(60.0) is None
        assert link.clock() == 0.0
        assert unit.wait_for_button(1.0) is None


def test_the_model_attaches_to_an_open_line() -> None:
    link = ScriptedLink([*OPENING, lamp_off(2)])
    assert MODEL.attach is not None
    unit = MODEL.attach(link)
    assert unit.identity.serial == "A1"
    assert unit.tile_constant is None
    unit.close()
    assert link.closed
