from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import InstrumentError
from drivers.konica_minolta import protocol, replies
from drivers.konica_minolta.codec import (
    LONGEST_LINE,
    Event,
    Garbage,
    Reply,
    ReplyDecoder,
    encode,
    redact,
)
from tests.drivers.konica_minolta import lines

REPLIES = [
    lines.ID_700,
    lines.READY_700,
    lines.MAV_SCI_700,
    lines.DATA_700,
    lines.DATA_2600,
    b"OK00\r\n",
    b"ER35\r\n",
]


def decode(data: bytes) -> list[Event]:
    return ReplyDecoder().feed(data)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (encode(b"IDR"), b"IDR\r\n"),
        (encode(b"MES", "1"), b"MES,1\r\n"),
        (encode(b"CPS", "2", "1", "00", "03", "01"), b"CPS,2,1,00,03,01\r\n"),
    ],
)
def test_commands_are_letters_commas_cr_lf(line: bytes, command: bytes) -> None:
    assert line == command


def test_a_reply_has_a_code_and_fields() -> None:
    assert decode(b"OK00,1, 0,03\r\n") == [Reply(b"OK00,1, 0,03", True, 0, ("1", "0", "03"))]
    (error,) = decode(b"ER07\r\n")
    assert isinstance(error, Reply)
    assert (error.ok, error.code, error.fields, error.name) == (False, 7, (), "ER07")


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end: bytes) -> None:
    events = decode(b"OK00,1" + end + b"ER35" + end)
    assert [event.code for event in events if isinstance(event, Reply)] == [0, 35]
    assert len(events) == 2


@pytest.mark.parametrize(
    "line",
    [b"OK", b"OK0", b"OK000", b"OK00;1", b"ok00", b"XX00", b"IDR", b"OK00,\x80", b"OK00,1\t"],
)
def test_what_is_no_reply_is_garbage(line: bytes) -> None:
    assert decode(line + b"\r\n") == [Garbage(len(line))]


def test_garbage_in_front_that_looks_like_a_reply_does_not_become_one() -> None:
    assert decode(b"OK11,OK00,1\r\n") == [Garbage(5), Reply(b"OK00,1", True, 0, ("1",))]


def test_a_flood_without_an_end_is_dropped_with_its_tail() -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(b"x" * (LONGEST_LINE + 1)) == []
    assert decoder.feed(b"OK00\r\nOK02\r\n") == [
        Garbage(LONGEST_LINE + 5),
        Reply(b"OK02", True, 2, ()),
    ]


@given(st.lists(st.binary(max_size=400), max_size=12))
def test_no_bytes_in_any_pieces_raise_or_pile_up(pieces: list[bytes]) -> None:
    decoder = ReplyDecoder()
    for piece in pieces:
        decoder.feed(piece)
        assert len(decoder._lines.pending) <= LONGEST_LINE


@given(
    st.binary(max_size=150),
    st.sampled_from(REPLIES),
    st.lists(st.integers(min_value=0, max_value=500), max_size=6),
)
def test_a_reply_after_garbage_is_found_however_it_is_cut(
    garbage: bytes, line: bytes, cuts: list[int]
) -> None:
    stream = garbage + line
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    decoder = ReplyDecoder()
    events = [
        event
        for start, end in itertools.pairwise(edges)
        for event in decoder.feed(stream[start:end])
    ]
    last = events[-1]
    assert isinstance(last, Reply)
    assert last.line == line.rstrip()
    assert not decoder.unfinished


@given(st.lists(st.sampled_from(REPLIES), max_size=8), st.integers(min_value=1, max_value=50))
def test_replies_come_out_whole_and_in_order_however_they_are_cut(
    sent: list[bytes], size: int
) -> None:
    stream = b"".join(sent)
    decoder = ReplyDecoder()
    events = [
        event
        for start in range(0, len(stream), size)
        for event in decoder.feed(stream[start : start + size])
    ]
    assert [e.line + b"\r\n" for e in events if isinstance(e, Reply)] == sent
    assert len(events) == len(sent)


@given(
    st.sampled_from([protocol.CM700D, protocol.CM2600D]),
    st.booleans(),
    st.integers(min_value=0, max_value=99),
    st.lists(st.text(max_size=8), max_size=42),
)
def test_no_reply_whatever_makes_another_exception(
    dialect: protocol.Dialect, ok: bool, code: int, fields: list[str]
) -> None:
    reply = Reply(b"", ok, code, tuple(fields))
    assert isinstance(replies.failure(dialect, reply), InstrumentError)
    for read in (replies.identity, replies.status, replies.conditions):
        with contextlib.suppress(InstrumentError):
            read(dialect, reply)
    with contextlib.suppress(InstrumentError):
        replies.reflectance(reply, max(2, len(fields)), 1e4)


def test_redaction_replaces_the_serial_number_and_nothing_else() -> None:
    stream = lines.READY_700 + lines.ID_700 + lines.DATA_700 + lines.ID_2600
    clean = redact(stream)
    assert len(clean) == len(stream)
    assert b"00012345" not in clean
    assert b"10001234" not in clean
    assert clean.startswith(lines.READY_700)
    assert lines.DATA_700 in clean
    assert b"OK00,0100,1010000,00000000,0,400,700,10\r\n" in clean
