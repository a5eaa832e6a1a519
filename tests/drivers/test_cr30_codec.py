from __future__ import annotations

import itertools
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import spectrum_to_lab
from drivers.cr30 import codec, protocol
from drivers.cr30.codec import (
    BadFrame,
    ButtonFrame,
    CalibrationFrame,
    ChunkFrame,
    FrameDecoder,
    Garbage,
    HeaderFrame,
    IdentityFrame,
    UnknownFrame,
)
from drivers.readings import Spectrum
from tests.drivers import golden

# colour-science silences this when it is imported; pytest undoes that after the first test.
pytestmark = pytest.mark.filterwarnings("ignore:Aligning")

GOLDEN_REPLIES = [
    golden.ID0,
    golden.ID1,
    golden.ID2,
    golden.ID3,
    golden.WCAL,
    golden.BCAL,
    golden.HDR,
    golden.S10,
    golden.S11,
    golden.S12,
    golden.BTN,
    golden.GAT,
]


def decode(data: bytes) -> list[codec.Event]:
    return FrameDecoder().feed(data)


def accidental_frame(data: bytes, before: int) -> bool:
    """Whether noise happens to make a frame that starts before the given offset."""
    return any(
        data[i] in (0xAA, 0xBB)
        and len(data) >= i + 60
        and sum(data[i : i + 59]) % 256 == data[i + 59]
        for i in range(before)
    )


@pytest.mark.parametrize("command", protocol.Command)
def test_a_request_has_60_bytes_and_the_captured_checksum(command: protocol.Command) -> None:
    frame = codec.encode(command)
    assert len(frame) == 60
    assert frame[:3] == bytes(command.value)
    assert frame[3:58] == bytes(55)
    assert frame[58] == 0xFF
    assert frame[59] == golden.REQUEST_CHECKSUMS[command.value]


def test_the_trigger_is_the_captured_one() -> None:
    assert codec.encode(protocol.Command.TRIGGER) == golden.TRIG


def test_nothing_that_writes_to_the_unit_can_be_sent() -> None:
    assert all(command.value[1] < 0x80 for command in protocol.Command)


def test_identity_texts_of_the_captured_unit() -> None:
    zero, one, two, three = decode(golden.ID0 + golden.ID1 + golden.ID2 + golden.ID3)
    assert isinstance(zero, IdentityFrame)
    assert isinstance(one, IdentityFrame)
    assert isinstance(two, IdentityFrame)
    assert isinstance(three, IdentityFrame)
    assert (zero.part, one.part, two.part, three.part) == (0, 1, 2, 3)
    assert zero.text(9) == "SD0000T001"
    assert zero.text(39) == "CR30"
    assert one.text(19) == "CM000T0001"
    assert one.text(49) == "V11.3."
    assert two.text(5) == "0.0.20231219"
    assert two.text(29) == "V10.0.0.0"


def test_calibration_replies() -> None:
    assert decode(golden.WCAL) == [CalibrationFrame(golden.WCAL, "white", True)]
    assert decode(golden.BCAL) == [CalibrationFrame(golden.BCAL, "black", True)]
    refused = golden.with_bytes(golden.WCAL, 6, b"\x00")
    assert decode(refused) == [CalibrationFrame(refused, "white", False)]


def test_a_header_names_its_own_axis() -> None:
    assert decode(golden.HDR) == [HeaderFrame(golden.HDR, 400, 31, 10)]
    other = golden.with_bytes(golden.HDR, 4, bytes([36, 20, 20]))
    assert decode(other) == [HeaderFrame(other, 360, 20, 20)]


def test_button_headers_are_told_apart_by_byte_58_and_gated_ones_by_byte_24() -> None:
    assert decode(golden.BTN) == [ButtonFrame(golden.BTN, 400, 31, 10, False)]
    assert decode(golden.GAT) == [ButtonFrame(golden.GAT, 400, 31, 10, True)]


@pytest.mark.parametrize(("offset", "value"), [(20, 0xEF), (23, 0x00)])
def test_bytes_of_unknown_meaning_do_not_gate(offset: int, value: int) -> None:
    (event,) = decode(golden.with_bytes(golden.BTN, offset, bytes([value])))
    assert isinstance(event, ButtonFrame)
    assert not event.gated


def test_a_host_header_is_never_gated_whatever_its_byte_24() -> None:
    (event,) = decode(golden.with_bytes(golden.HDR, 24, b"\x01"))
    assert isinstance(event, HeaderFrame)


@pytest.mark.parametrize(
    ("frames", "lab"),
    [
        ((golden.T10, golden.T11, golden.T12), golden.TILE_LAB),
        ((golden.S10, golden.S11, golden.S12), golden.CYAN_LAB),
    ],
)
def test_captured_spectra_have_the_colour_the_maker_displayed(
    frames: tuple[bytes, ...], lab: tuple[float, ...]
) -> None:
    chunks = decode(b"".join(frames))
    percent = [
        value for chunk in chunks if isinstance(chunk, ChunkFrame) for value in chunk.values
    ][:31]
    spectrum = Spectrum(400, 10, tuple(value / 100 for value in percent))
    assert spectrum_to_lab(spectrum) == pytest.approx(lab, abs=0.1)


def test_captured_values_are_percent() -> None:
    (chunk,) = decode(golden.S10)
    assert isinstance(chunk, ChunkFrame)
    assert chunk.values[:3] == pytest.approx((5.507, 7.194, 8.062), abs=0.001)
    tile = [c.values for c in decode(golden.T10 + golden.T11 + golden.T12)]  # type: ignore[union-attr]
    assert sum(sum(values) for values in tile) / 31 == pytest.approx(76.70, abs=0.01)


def test_a_chunk_that_is_not_a_number_is_passed_on() -> None:
    (chunk,) = decode(golden.with_bytes(golden.S10, 6, struct.pack("<f", math.nan)))
    assert isinstance(chunk, ChunkFrame)
    assert math.isnan(chunk.values[0])


@pytest.mark.parametrize("frame", [golden.JOB_RX, golden.with_bytes(golden.S10, 2, b"\x13")])
def test_frames_without_a_meaning_here_are_unknown(frame: bytes) -> None:
    assert decode(frame) == [UnknownFrame(frame)]


def test_a_chunk_with_a_button_marker_is_no_chunk() -> None:
    frame = golden.with_bytes(golden.S10, 58, b"\x00")
    assert decode(frame) == [UnknownFrame(frame)]


@pytest.mark.parametrize("frame", GOLDEN_REPLIES)
def test_one_flipped_bit_anywhere_is_noticed(frame: bytes) -> None:
    for position in range(60):
        for bit in range(8):
            damaged = bytearray(frame)
            damaged[position] ^= 1 << bit
            events = decode(bytes(damaged))
            assert all(isinstance(event, BadFrame | Garbage) for event in events)


def test_a_bad_frame_does_not_hide_the_next() -> None:
    events = decode(golden.spoiled(golden.S10) + golden.S11)
    assert isinstance(events[0], BadFrame)
    assert isinstance(events[-1], ChunkFrame)
    assert events[-1].frame == golden.S11


def test_a_published_checksum_formula_is_not_used() -> None:
    # Without byte 58, and one less for BB frames: right only while byte 58 is FF.
    wrong = golden.BTN[:59] + bytes([(sum(golden.BTN[:58]) - 1) % 256])
    assert not any(isinstance(event, ButtonFrame) for event in decode(wrong))


def test_a_truncated_frame_before_a_whole_one_costs_no_further_bytes() -> None:
    decoder = FrameDecoder()
    stream = golden.S10[:23] + golden.S11
    position = 0
    events: list[codec.Event] = []
    while position < len(stream):
        size = decoder.wanted
        events += decoder.feed(stream[position : position + size])
        position += size
    # Reading exactly what is wanted ends with the frame, never beyond it.
    assert position == len(stream)
    assert isinstance(events[-1], ChunkFrame)


@given(st.lists(st.binary(max_size=80), max_size=12))
def test_no_bytes_in_any_pieces_raise_or_pile_up(pieces: list[bytes]) -> None:
    decoder = FrameDecoder()
    for piece in pieces:
        decoder.feed(piece)
        assert 1 <= decoder.wanted <= 60


@given(
    st.binary(max_size=150),
    st.sampled_from(GOLDEN_REPLIES),
    st.lists(st.integers(min_value=0, max_value=210), max_size=6),
)
def test_a_frame_after_garbage_is_found_however_it_is_cut(
    garbage: bytes, frame: bytes, cuts: list[int]
) -> None:
    stream = garbage + frame
    if accidental_frame(stream, len(garbage)):
        return
    decoder = FrameDecoder()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    events = [
        event
        for start, end in itertools.pairwise(edges)
        for event in decoder.feed(stream[start:end])
    ]
    assert not isinstance(events[-1], BadFrame | Garbage)
    assert events[-1].frame == frame
    assert decoder.wanted == 60


@given(
    st.lists(st.sampled_from(GOLDEN_REPLIES), max_size=8),
    st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=20),
)
def test_frames_come_out_whole_and_in_order_however_they_are_cut(
    frames: list[bytes], sizes: list[int]
) -> None:
    stream = b"".join(frames)
    decoder = FrameDecoder()
    events: list[codec.Event] = []
    for size in sizes:
        events += decoder.feed(stream[:size])
        stream = stream[size:]
    events += decoder.feed(stream)
    assert [event.frame for event in events if not isinstance(event, Garbage)] == frames


def test_redaction_replaces_serial_numbers_and_nothing_else() -> None:
    stream = golden.ID0 + golden.ID1 + golden.ID2 + golden.HDR + golden.S10
    clean = codec.redact(stream)
    assert len(clean) == len(stream)
    assert b"CM000T0001" not in clean
    assert b"SD0000T001" not in clean
    zero, one, *_ = decode(clean)
    assert isinstance(zero, IdentityFrame)
    assert isinstance(one, IdentityFrame)
    assert zero.text(39) == "CR30"
    assert one.text(49) == "V11.3."
    assert len(one.text(19)) == len("CM000T0001")
    assert clean[120:] == stream[120:]
