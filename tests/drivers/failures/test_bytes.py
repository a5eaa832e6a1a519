"""Bytes that come in pieces, twice, damaged, unasked, or not at all."""

from __future__ import annotations

import contextlib
import os
import struct

import pytest

from drivers import (
    Disconnected,
    InstrumentTimeout,
    ProtocolError,
)
from drivers.as726x.codec import ReplyDecoder as AtDecoder
from drivers.contract import Colorimeter
from drivers.cr30.codec import FrameDecoder
from drivers.cr30.driver import Cr30
from drivers.dialogue import RecordingLink
from drivers.konica_minolta.cm700d import Cm700d
from drivers.konica_minolta.cm2600d import Cm2600d
from drivers.konica_minolta.codec import ReplyDecoder
from drivers.lines import Garbage
from drivers.link import SerialLink, open_link
from drivers.open_head.codec import LineEvents
from drivers.simulators import As726xUnit
from drivers.spectrolino.codec import AnswerDecoder
from drivers.spectrolino.driver import Spectrolino
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers import golden
from tests.drivers.failures.table import shows
from tests.drivers.konica_minolta import lines as minolta
from tests.drivers.rack import MODELS, ONE_OF_EACH, Plugged, Rack
from tests.drivers.spectrolino import lines as lino

BOARDS = ("as7261", "as7262", "as7265x", "open-head")


def reads(plugged: Plugged, unit: Colorimeter) -> None:
    """It gives a reading of what lies there now."""
    plugged.arrange("hair-brown")
    dark = unit.read()
    plugged.arrange("skin-light")
    light = unit.read()
    assert max(values(light)) > max(values(dark))


def values(reading) -> tuple[float, ...]:
    return reading.spectrum.values if reading.spectrum is not None else reading.channels.values


@shows("F9")
@pytest.mark.parametrize("model", BOARDS)
def test_a_board_that_boots_is_waited_for(units: Rack, model: str) -> None:
    plugged = units.plug(model, fault="banner")
    unit = plugged.ready()
    reads(plugged, unit)
    unit.close()


@shows("F10")
@pytest.mark.parametrize("model", MODELS)
def test_answers_in_pieces_are_put_together(units: Rack, model: str) -> None:
    # In three: cut within a number, and between the two signs of a line's end.
    plugged = units.plug(model, fault="split")
    unit = plugged.ready()
    reads(plugged, unit)
    unit.close()


@shows("F11")
@pytest.mark.parametrize("model", MODELS)
def test_an_answer_cut_off_for_good_is_an_error_and_the_next_request_works(
    units: Rack, model: str
) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault short")
    with pytest.raises((InstrumentTimeout, ProtocolError)) as caught:
        unit.read()
    assert caught.value.hint
    plugged.host.control("fault none")
    reads(plugged, unit)
    unit.close()


@shows("F12")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_bytes_left_from_before_are_not_believed(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    # A program that crashed after asking; the unit's answer to it is still to come.
    for request in (golden.ASK1, b"\nATVERSW\n", b'\n{"cmd":"id"}\n', b"\r\nIDR\r\n", b";2B\r\n"):
        crashed = os.open(plugged.port, os.O_RDWR | os.O_NOCTTY)
        os.write(crashed, request)
        os.close(crashed)
    unit = plugged.ready()
    reads(plugged, unit)
    unit.close()


@shows("F12")
@pytest.mark.parametrize("model", ["as7261", "as7262", "as7265x"])
def test_a_stream_left_on_is_stopped(units: Rack, model: str) -> None:
    plugged = units.plug(model, fault="streaming")
    head = plugged.unit
    assert isinstance(head, As726xUnit)
    unit = plugged.ready()
    assert not head.streaming
    reads(plugged, unit)
    unit.close()


@shows("F13")
@pytest.mark.parametrize(
    ("decoder", "first", "second"),
    [
        (FrameDecoder, golden.ID0, golden.ID1),
        (AtDecoder, b"0x4041 OK\n", b"25, 26, 27 OK\n"),
        (LineEvents, b'{"evt":"button"}\n', b'{"seq":3,"led":0}\n'),
        (ReplyDecoder, minolta.READY_700, minolta.DATA_700),
        (AnswerDecoder, lino.MEASURED, lino.SPECTRUM),
    ],
)
def test_two_answers_in_one_piece_are_two(decoder, first: bytes, second: bytes) -> None:
    apart = [*decoder().feed(first), *decoder().feed(second)]
    assert decoder().feed(first + second) == apart
    assert len(apart) == 2
    assert not any(isinstance(event, Garbage) for event in apart)


@shows("F13")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_an_answer_that_comes_twice_answers_nobody_else(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault twice")
    # Where data that come twice may be those of two measurements, none is trusted.
    doubts = model in ("cr30", "cm2600d")
    with contextlib.suppress(*([ProtocolError] if doubts else [])):
        reads(plugged, unit)
    plugged.host.control("fault none")
    with contextlib.suppress(*([ProtocolError] if doubts else [])):
        unit.read()
    reads(plugged, unit)
    unit.close()


@shows("F14")
@pytest.mark.parametrize("model", ["cr30", "cm2600d", "open-head"])
def test_a_press_between_a_question_and_its_answer_is_delivered_too(
    units: Rack, model: str
) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("press")
    unit.ping()  # asked meanwhile, answered nonetheless
    pressed = unit.wait_for_button(2.0)
    assert pressed is not None
    assert pressed.trigger == "button"
    assert unit.wait_for_button(0.05) is None
    assert unit.read().trigger == "host"
    unit.close()


@shows("F14")
@pytest.mark.parametrize("model", ["cr30", "cm2600d", "open-head"])
def test_a_press_during_a_reading_never_passes_for_the_hosts(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault button")
    if model == "cm2600d":
        # Neither can be told from the other by its form, so neither is given.
        with pytest.raises(ProtocolError, match="twice"):
            unit.read()
    else:
        assert unit.read().identity == unit.identity
    plugged.host.control("fault none")
    assert unit.read().trigger == "host"
    unit.close()


@shows("F16")
def test_every_frame_is_one_write_of_all_its_bytes(units: Rack) -> None:
    plugged = units.plug("cr30")
    link = RecordingLink(open_link(plugged.port))
    unit = Cr30(link)
    unit.read()
    unit.calibrate("black")
    unit.close()
    sent = [turn.sent for turn in link.turns if turn.sent]
    assert len(sent) == 8
    assert {len(frame) for frame in sent} == {60}


class Lazy:
    """A port that takes fewer bytes than it is given."""

    def write(self, data: bytes) -> int:
        return len(data) - 1

    def close(self) -> None: ...


@shows("F16")
def test_a_write_that_was_not_taken_whole_is_noticed() -> None:
    link = SerialLink(Lazy(), "/dev/ttyUSB0")
    with pytest.raises(Disconnected, match="59 of 60"):
        link.write(bytes(60))


@shows("F17")
@pytest.mark.parametrize("model", ["cr30", "open-head"])
def test_wrong_checksums_are_refused(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault checksum")
    with pytest.raises(ProtocolError):
        unit.read()
    plugged.host.control("fault none")
    reads(plugged, unit)
    unit.close()


@shows("F17")
def test_only_what_changes_nothing_is_asked_again() -> None:
    spoiled = golden.spoiled
    with expected_dialogue(
        [
            (golden.ASK0, spoiled(golden.ID0)),
            *golden.OPENING,
            (golden.TRIG, golden.HDR),
            (golden.CHUNK0, spoiled(golden.S10)),
            *golden.CYAN_CHUNKS,
            # A trigger may be a calibration: it is never sent twice for one reading.
            (golden.TRIG, spoiled(golden.HDR)),
        ]
    ) as link:
        unit = Cr30(link, link.clock)
        assert unit.read().spectrum is not None
        with pytest.raises(ProtocolError):
            unit.read()


@shows("F22")
@pytest.mark.parametrize("ends", ["crlf", "cr", "unended", "own-line"])
def test_all_line_ends_of_at_firmware_are_read(units: Rack, ends: str) -> None:
    plugged = units.plug("as7262", fault=ends)
    unit = plugged.ready()
    reads(plugged, unit)
    unit.close()


@shows("F22")
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize(
    ("driver", "turns"),
    [
        (Cm700d, [*minolta.OPEN_700, *minolta.READING_700]),
        (Cm2600d, [*minolta.OPEN_2600, *minolta.READING_2600]),
        (Spectrolino, [*lino.OPENING, *lino.CALIBRATION, *lino.READING]),
    ],
)
def test_answers_end_as_they_like(driver, turns, end: bytes) -> None:
    with expected_dialogue(
        [(sent, received.replace(b"\r\n", end)) for sent, received in turns]
    ) as link:
        unit = driver(link, link.clock)
        if driver is Spectrolino:
            unit.calibrate("white")
        assert unit.read().spectrum is not None


@shows("F44")
@pytest.mark.parametrize(
    ("model", "flood"),
    [
        *((model, b"7") for model in ONE_OF_EACH),
        ("cr30", b"\xaa\x0a"),
        ("open-head", b"{"),
        ("as7265x", b"1, "),
        ("cm700d", b"OK00,"),
        ("cm2600d", b"OK00,"),
        ("spectrolino", b":1F"),
    ],
)
def test_a_flood_is_bounded_and_the_unit_found_behind_it(
    units: Rack, model: str, flood: bytes
) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    for _ in range(3):
        plugged.host.control(f"say {(flood * 3000)[:3000].hex()}")
        with contextlib.suppress(ProtocolError, InstrumentTimeout):
            # A Spectrolino is asked whether it was pressed: its answer may drown in the flood.
            assert unit.wait_for_button(0.0) is None
    # The end of the line that the flood was; an instrument of lines has no other way out.
    plugged.host.control("say 0d0a")
    with contextlib.suppress(ProtocolError, InstrumentTimeout):
        unit.ping()
    unit.ping()
    reads(plugged, unit)
    unit.close()


@shows("F31")
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("band", [0, 7, 11])
def test_a_float_that_is_no_number_voids_the_reading(number: float, band: int) -> None:
    spoilt = golden.with_bytes(golden.S10, 6 + 4 * band, struct.pack("<f", number))
    chunks = [(golden.CHUNK0, spoilt), *golden.CYAN_CHUNKS[1:]]
    link = ScriptedLink([*golden.OPENING, (golden.TRIG, golden.HDR), *chunks])
    unit = Cr30(link, link.clock)
    with pytest.raises(ProtocolError, match="not a number"):
        unit.read()
