from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import (
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.spectrolino import codec, faults
from drivers.spectrolino.codec import (
    LONGEST_LINE,
    AnswerDecoder,
    AnswerLine,
    Event,
    Garbage,
    encode,
)
from drivers.spectrolino.protocol import Request
from tests.drivers.spectrolino import lines

ANSWERS = [
    lines.DONE,
    lines.UNIT,
    lines.NO_FILTER,
    lines.WHITE_OK,
    lines.NEW,
    lines.SPECTRUM,
    b":2603\r\n",
]


def decode(data: bytes) -> list[Event]:
    return AnswerDecoder().feed(data)


def answer(line: bytes) -> AnswerLine:
    (event,) = decode(line)
    assert isinstance(event, AnswerLine)
    return event


def test_requests_are_the_documented_ones_and_no_other() -> None:
    assert {encode(request) for request in Request} == {
        b";00\r\n",
        b";07\r\n",
        b";1601010201\r\n",
        b";20\r\n",
        b";220907\r\n",
        b";2B\r\n",
        b";33000000\r\n",
        b";33000100\r\n",
        b";4D9B\r\n",
        b";4D1E\r\n",
        b";4D1F\r\n",
        b";4D27\r\n",
        b";4D99\r\n",
        b";5A010405\r\n",
        b";B80900\r\n",
    }


def test_two_byte_numbers_come_low_byte_first() -> None:
    target = codec.target(answer(lines.UNIT))
    assert (target.name, target.serial, target.software) == ("Spectrolino", 12345, 512)
    assert (target.start_nm, target.count, target.step_nm) == (380, 36, 10)
    assert codec.download(answer(b":1F0004\r\n")) == 0x0400


def test_floats_come_low_byte_first() -> None:
    # The manual's own example: 0.5 is 3F000000.
    found = codec.spectrum(answer(b":B90900" + b"0000003F" * 36 + b"010101020000\r\n"), 36)
    assert found.values == (0.5,) * 36
    assert codec.spectrum(answer(lines.SPECTRUM), 36).values == pytest.approx(lines.VALUES)


def test_the_fields_after_a_spectrum() -> None:
    found = codec.spectrum(answer(lines.spectrum(after="00050002", bits="0024")), 36)
    assert (found.reference_valid, found.filter, found.white_base) == (False, 5, 0)
    assert found.refusal == 0x2400


def test_lower_case_digits_are_taken_too() -> None:
    assert answer(lines.NO_FILTER.lower()).payload == bytes.fromhex("0101020101")


@pytest.mark.parametrize(
    "line", [b":", b":1", b":1F000", b"1F0000", b";1F0000", b":1G", b":1F 00", b":1F\x8000"]
)
def test_what_is_no_answer_is_garbage(line: bytes) -> None:
    assert decode(line + b"\r\n") == [Garbage(len(line))]


@pytest.mark.parametrize("line", ANSWERS)
@pytest.mark.parametrize("change", [b"00", None])
def test_one_byte_too_many_or_too_few_is_refused(line: bytes, change: bytes | None) -> None:
    body = line.strip()
    wrong = answer((body + change if change else body[:-2]) + b"\r\n")
    readers = {
        0x1F: codec.download,
        0x31: codec.target,
        0x0B: codec.parameters,
        0x25: codec.execution,
        0x26: codec.execution,
        0x12: codec.new_measurement,
        0xB9: lambda given: codec.spectrum(given, 36),
    }
    with pytest.raises(ProtocolError):
        readers[wrong.type](wrong)


@pytest.mark.parametrize("bits", ["0000C07F", "0000807F", "000080FF"])
def test_a_band_that_is_not_a_number_spoils_the_spectrum(bits: str) -> None:
    line = lines.SPECTRUM.replace(lines.SPECTRUM[7:15], bits.encode(), 1)
    with pytest.raises(ProtocolError, match="not a number"):
        codec.spectrum(answer(line), 36)


# Every documented error byte.
EXECUTION: dict[int, type[InstrumentError]] = {
    0x01: UnitFault,
    0x02: UnitFault,
    0x04: UnitFault,
    0x05: UnitFault,
    0x06: NeedsCalibration,
    0x07: InstrumentTimeout,
    0x08: UnitFault,
    0x09: ProtocolError,
    0x0A: NeedsCalibration,
    0x0D: UnitFault,
    0x0E: Saturated,
    0x10: UnitFault,
    0x11: UnitFault,
    0x15: InstrumentTimeout,
    0x32: NeedsCalibration,
    0x33: Disconnected,
    0x36: UnitFault,
    0x37: ProtocolError,
}


def test_every_error_byte() -> None:
    for code in range(256):
        error = faults.execution_failure(code)
        assert type(error) is EXECUTION.get(code, Unsupported), f"{code:02X}"
        assert error.hint


@pytest.mark.parametrize(
    ("bits", "kind"),
    [
        (0x0400, Saturated),
        (0x0402, Saturated),
        (0x0002, NeedsCalibration),
        (0x0001, ProtocolError),
        (0x0020, ProtocolError),
        (0x4000, Unsupported),
    ],
)
def test_error_bits(bits: int, kind: type[InstrumentError]) -> None:
    assert type(faults.refusal_failure(bits)) is kind


def test_every_combination_of_error_bits_and_line_errors_has_an_error() -> None:
    for bits in range(1, 1 << 16):
        assert isinstance(faults.refusal_failure(bits), InstrumentError)
    for code in range(256):
        assert isinstance(faults.line_failure(code), InstrumentError)


@given(st.lists(st.binary(max_size=400), max_size=12))
def test_no_bytes_in_any_pieces_raise_or_pile_up(pieces: list[bytes]) -> None:
    decoder = AnswerDecoder()
    for piece in pieces:
        decoder.feed(piece)
        assert len(decoder._lines.pending) <= LONGEST_LINE


@given(
    st.binary(max_size=150),
    st.sampled_from(ANSWERS),
    st.lists(st.integers(min_value=0, max_value=500), max_size=6),
)
def test_an_answer_after_garbage_is_found_however_it_is_cut(
    garbage: bytes, line: bytes, cuts: list[int]
) -> None:
    stream = garbage + line
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    decoder = AnswerDecoder()
    events = [
        event
        for start, end in itertools.pairwise(edges)
        for event in decoder.feed(stream[start:end])
    ]
    last = events[-1]
    assert isinstance(last, AnswerLine)
    assert last.line == line.strip()


@given(st.integers(0, 255), st.binary(max_size=170))
def test_no_answer_whatever_makes_another_exception(kind: int, payload: bytes) -> None:
    given_answer = AnswerLine(b"", kind, payload)
    for read in (
        codec.execution,
        codec.download,
        codec.new_measurement,
        codec.parameters,
        codec.target,
        lambda line: codec.spectrum(line, 36),
    ):
        with contextlib.suppress(InstrumentError):
            read(given_answer)


def test_redaction_replaces_the_serial_number_and_nothing_else() -> None:
    stream = lines.DONE + lines.UNIT + lines.SPECTRUM
    clean = codec.redact(stream)
    assert len(clean) == len(stream)
    events = decode(clean)
    assert isinstance(events[1], AnswerLine)
    assert codec.target(events[1]).serial == 0
    assert codec.target(events[1]).name == "Spectrolino"
    assert clean.endswith(lines.SPECTRUM)
