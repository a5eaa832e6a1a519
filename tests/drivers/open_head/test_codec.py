from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.open_head import codec
from drivers.open_head.codec import (
    BadLine,
    ButtonPress,
    Failure,
    Garbage,
    Hello,
    LampState,
    LineEvents,
    Measurement,
    UnknownLine,
)
from tests.drivers.open_head.vectors import crc, load, sealed

KINDS: dict[str, type[Any]] = {
    "hello": Hello,
    "measurement": Measurement,
    "lamp": LampState,
    "failure": Failure,
    "press": ButtonPress,
    "unknown": UnknownLine,
    "bad": BadLine,
    "garbage": Garbage,
}

#: The line worked out in the protocol's text.
WORKED = b'{"seq":17,"raw":[1023,988,455],"dark":[3,2,4],"gain":16,"ms":168,"t":31.5,"crc":"0AB2"}'
GOOD_LINES = [
    WORKED,
    b'{"id":"smp-head","proto":1,"fw":"0.3","serial":"A1","ch":["R","G","B"],"full":65535}',
    b'{"seq":17,"err":"SAT","ch":2}',
    b'{"seq":19,"led":1}',
    b'{"evt":"button"}',
]


def listed(value: object) -> object:
    """As JSON has it."""
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", load("host"), ids=lambda case: case["note"])
def test_the_published_vectors_for_hosts(case: dict[str, Any]) -> None:
    event = codec.classify(case["line"].encode())
    expected = dict(case["event"])
    assert type(event) is KINDS[expected.pop("kind")]
    assert {name: listed(getattr(event, name)) for name in expected} == expected


def test_the_vectors_hold_every_kind() -> None:
    assert {case["event"]["kind"] for case in load("host")} == set(KINDS)


def test_the_check_value_of_the_checksum() -> None:
    assert codec.checksum(b"123456789") == 0x29B1 == crc(b"123456789")


@given(st.binary(max_size=300))
def test_the_checksum_is_the_one_by_definition(data: bytes) -> None:
    assert codec.checksum(data) == crc(data)


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (codec.encode("id"), b'{"cmd":"id"}\n'),
        (codec.encode("meas", seq=17), b'{"cmd":"meas","seq":17}\n'),
        (codec.encode("led", on=0, seq=2), b'{"cmd":"led","on":0,"seq":2}\n'),
    ],
)
def test_requests_are_lines(request_: bytes, line: bytes) -> None:
    assert request_ == line


def test_one_flipped_bit_in_a_frame_is_noticed() -> None:
    for position in range(len(WORKED)):
        for bit in range(8):
            damaged = bytearray(WORKED)
            damaged[position] ^= 1 << bit
            for event in LineEvents().feed(bytes(damaged) + b"\n"):
                # A bit of a name may flip and leave a line of no meaning.
                assert isinstance(event, BadLine | Garbage | UnknownLine), (damaged, event)


def test_order_and_spacing_are_the_heads() -> None:
    line = sealed(b'{ "t": 20, "ms": 1.5, "dark": [1], "raw": [9], "gain": 2, "seq": 4}')
    event = codec.classify(line)
    assert isinstance(event, Measurement)
    assert (event.seq, event.raw, event.milliseconds) == (4, (9,), 1.5)


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 1000,
        b'{"a":' * 170,
        b'{"seq":' + b"9" * 900 + b"}",
        sealed(b'{"seq":1,"raw":[' + b"9" * 400 + b'],"dark":[1],"gain":1,"ms":1}'),
        sealed(b'{"seq":1,"raw":[1],"dark":[1],"gain":' + b"9" * 400 + b',"ms":1}'),
        b'{"id":"x","proto":1,"fw":"1","serial":"s","ch":["a"],"full":1,"wait":'
        + b"9" * 400
        + b"}",
    ],
)
def test_json_made_to_break_parsers_breaks_nothing(line: bytes) -> None:
    assert isinstance(codec.classify(line), BadLine | Garbage | UnknownLine)


def test_a_line_of_more_than_1024_bytes_is_skipped_and_the_next_found() -> None:
    start = b'{"evt":"button","pad":"'
    fits, long = start.ljust(1022, b"x") + b'"}', start.ljust(1023, b"x") + b'"}'
    events = LineEvents().feed(fits + b"\n" + long + b"\n" + WORKED + b"\n")
    assert [type(event) for event in events] == [ButtonPress, Garbage, Measurement]


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_no_bytes_in_any_pieces_raise(pieces: list[bytes]) -> None:
    lines = LineEvents()
    for piece in pieces:
        lines.feed(piece)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
MEMBERS = ("id", "proto", "fw", "serial", "ch", "full", "wait", "seq", "raw", "dark")
MORE_MEMBERS = ("gain", "ms", "t", "err", "led", "evt", "crc")


@given(st.dictionaries(st.sampled_from(MEMBERS + MORE_MEMBERS), JSON, max_size=8), st.booleans())
def test_known_members_with_any_content_raise_nothing(content: dict[str, Any], seal: bool) -> None:
    line = json.dumps(content).encode()
    codec.classify(sealed(line) if seal and content else line)


@given(
    st.binary(max_size=1500),
    st.sampled_from(GOOD_LINES),
    st.sampled_from([b"\n", b"\r\n"]),
    st.lists(st.integers(0, 1600), max_size=8),
)
def test_a_line_after_garbage_is_found_however_it_is_cut(
    garbage: bytes, line: bytes, end: bytes, cuts: list[int]
) -> None:
    stream = garbage + b"\n" + line + end
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    lines = LineEvents()
    events = [event for a, b in itertools.pairwise(edges) for event in lines.feed(stream[a:b])]
    assert events[-1] == codec.classify(line)
    assert not isinstance(events[-1], BadLine | Garbage | UnknownLine)
    assert not lines.unfinished


def test_redaction_replaces_serial_numbers_by_others_of_the_same_length() -> None:
    stream = GOOD_LINES[1] + b"\n" + WORKED + b"\n"
    clean = codec.redact(stream)
    assert b"A1" not in clean
    assert len(clean) == len(stream)
    hello, measurement = LineEvents().feed(clean)
    assert isinstance(hello, Hello)
    assert isinstance(measurement, Measurement)
    assert hello.channels == ("R", "G", "B")
