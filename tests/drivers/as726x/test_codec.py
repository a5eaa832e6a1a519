from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import ProtocolError, Unsupported
from drivers.as726x import codec, protocol
from drivers.as726x.codec import Garbage, Reply, ReplyDecoder
from drivers.as726x.protocol import AS7261, AS7262, AS7265X, Command

# An answer as the maker's application note and firmware images format it.
DATA = (
    b"1023, 988, 455, 301, 120, 77, 2100, 1890, 1011, 402, 66, 41, 300, 512, 777, 901, 1340, 1980"
)


def decode(data: bytes) -> list[codec.Event]:
    return ReplyDecoder().feed(data)


def texts(events: list[codec.Event]) -> list[tuple[str, bool]]:
    return [(event.text, event.ok) for event in events if isinstance(event, Reply)]


@pytest.mark.parametrize(
    ("command", "value", "line"),
    [
        (Command.HARDWARE, None, b"ATVERHW\n"),
        (Command.GAIN, 2, b"ATGAIN=2\n"),
        (Command.INTEGRATION, 60, b"ATINTTIME=60\n"),
        (Command.MODE, 3, b"ATTCSMD=3\n"),
        (Command.LAMP, 100, b"ATLED1=100\n"),
        (Command.BURST, 0, b"ATBURST=0\n"),
    ],
)
def test_commands_are_lines(command: Command, value: int | None, line: bytes) -> None:
    assert codec.encode(command, value) == line


@pytest.mark.parametrize(
    ("command", "value"),
    [
        (Command.BURST, 255),
        (Command.INTEGRATION, 0),
        (Command.INTEGRATION, 256),
        (Command.GAIN, 4),
        (Command.LAMP, 50),
        (Command.INDICATOR, 1),
        (Command.DATA, 1),
    ],
)
def test_what_must_not_be_written_cannot_be(command: Command, value: int) -> None:
    with pytest.raises(ValueError, match="list"):
        codec.encode(command, value)


def test_no_command_writes_firmware_or_resets() -> None:
    names = {command.value for command in Command}
    assert not any(
        name.startswith(("ATFW", "ATFRST", "ATSRST", "ATRST", "ATSCL")) for name in names
    )


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\n\r"])
@pytest.mark.parametrize("form", [b"%s OK", b"%sOK", b"%s  OK ", b"%s\nOK", b" %s\r\nOK"])
def test_a_value_is_read_in_every_form_and_with_every_end(form: bytes, end: bytes) -> None:
    assert texts(decode(form % b"0x4041" + end)) == [("0x4041", True)]


def test_ok_and_error_alone() -> None:
    assert texts(decode(b"OK\nERROR\r\n OK\r")) == [("", True), ("", False), ("", True)]


def test_an_answer_rests_on_the_bytes_of_its_lines() -> None:
    assert decode(b"1, 2 OK\r\n") == [Reply("1, 2", True, b"1, 2 OK")]
    assert decode(b"1, 2\nOK\n") == [Reply("1, 2", True, b"1, 2\nOK")]


def test_an_answer_without_an_end_is_recognised_and_taken_when_asked() -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(b"12.0.0 O") == []
    assert not decoder.ended
    assert decoder.feed(b"K") == []
    assert decoder.ended
    assert texts(decoder.finish()) == [("12.0.0", True)]
    assert not decoder.ended
    assert decoder.feed(b"\r\n") == []


def test_a_line_before_a_whole_answer_is_garbage_and_not_part_of_it() -> None:
    assert decode(b"AS7265x ready\n0x4041 OK\n") == [
        Garbage(13),
        Reply("0x4041", True, b"0x4041 OK"),
    ]


def test_a_damaged_line_is_dropped_whole_so_that_no_digit_goes_missing() -> None:
    # 0xB0 is "0" with its high bit set: "1023" would become "123".
    assert decode(b"1\xb023, 988 OK\n") == [Garbage(12)]


def test_a_flood_without_lines_is_bounded_and_the_next_answer_found() -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(b"7" * 100_000) == []
    assert decoder.unfinished
    assert texts(decoder.feed(b"\nOK\n")) == [("", True)]


def test_skipping_forgets_a_value_that_waits_for_its_ok_and_the_rest_of_a_line() -> None:
    decoder = ReplyDecoder()
    decoder.feed(b"1, 2\n1, 2, ")
    assert decoder.before_ok == "1, 2"
    assert decoder.skip() == len(b"1, 21, 2, ")
    assert texts(decoder.feed(b"3 OK\nOK\n")) == [("", True)]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_in_any_pieces_raise(pieces: list[bytes]) -> None:
    decoder = ReplyDecoder()
    for piece in pieces:
        decoder.feed(piece)
        decoder.finish()


@given(
    st.binary(max_size=700),
    st.sampled_from([b"OK", b"0x4041 OK", DATA + b" OK", b"25, 25, 26\nOK", b"ERROR"]),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.lists(st.integers(0, 800), max_size=8),
)
def test_an_answer_after_garbage_is_found_however_it_is_cut(
    garbage: bytes, answer: bytes, end: bytes, cuts: list[int]
) -> None:
    # A line with printable junk may hold a value for an OK of its own, so one answer clears it.
    stream = garbage + b"\nOK\n" + answer + end
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    decoder = ReplyDecoder()
    events = [
        event
        for start, stop in itertools.pairwise(edges)
        for event in decoder.feed(stream[start:stop])
    ]
    value = answer.removesuffix(b"OK").strip().decode().removesuffix("ERROR")
    assert texts(events)[-1] == (value, answer != b"ERROR")


def test_counts_come_in_the_order_of_the_datasheet() -> None:
    counts = codec.counts(DATA.decode(), AS7265X)
    named = dict(zip(AS7265X.channels, counts, strict=True))
    assert (named["R610"], named["W860"], named["G560"], named["L940"]) == (1023, 77, 2100, 41)
    assert (named["A410"], named["F535"]) == (300, 1980)
    assert [int(name[1:]) for name in AS7265X.channels] == [
        *(610, 680, 730, 760, 810, 860, 560, 585, 645, 705, 900, 940, 410, 435, 460, 485, 510, 535)
    ]


@pytest.mark.parametrize("spacing", [",", ", ", " , "])
def test_spacing_between_counts_varies_with_firmware(spacing: str) -> None:
    assert codec.counts(spacing.join("123456"), AS7262) == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    "field", ["N/A", "NaN", "nan", "inf", "-1", "1.5", "1e3", "", "65536", "99999", "0x10", "١"]
)
def test_what_is_no_count_voids_the_frame(field: str) -> None:
    with pytest.raises(ProtocolError, match="Z"):
        codec.counts(f"1, 2, {field}, 4, 5, 6", AS7261)


@pytest.mark.parametrize("count", [1, 5, 7, 18])
def test_too_few_or_too_many_counts_are_never_padded(count: int) -> None:
    with pytest.raises(ProtocolError, match=str(count)):
        codec.counts(", ".join(["7"] * count), AS7262)


@pytest.mark.parametrize(
    ("text", "celsius"), [("25, 27, 26", 27.0), ("31", 31.0), ("255, 24, 255", 24.0), ("255", None)]
)
def test_temperature_is_the_highest_that_is_one(text: str, celsius: float | None) -> None:
    assert codec.temperature(text) == celsius


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        ("0x4041", AS7265X),
        ("0x403E", AS7262),
        ("0x403d", AS7261),
        ("0x3E", AS7262),
        ("62", AS7262),
        ("16449", AS7265X),
    ],
)
def test_the_hardware_version_names_the_chip_in_both_ages_of_firmware(text, chip) -> None:
    assert codec.chip_of(text) is chip


def test_the_near_infrared_chip_is_told_apart() -> None:
    with pytest.raises(Unsupported, match="AS7263"):
        codec.chip_of("0x403F")


@pytest.mark.parametrize("text", ["0x4000", "0x4141", "0", "65535"])
def test_an_unknown_hardware_version_is_unsupported(text: str) -> None:
    with pytest.raises(Unsupported):
        codec.chip_of(text)


@pytest.mark.parametrize(
    ("command", "late"),
    [
        (Command.HARDWARE, "12.0.0"),
        (Command.HARDWARE, DATA.decode()),
        (Command.FIRMWARE, "0x4041"),
        (Command.DATA, "0x4041"),
        (Command.TEMPERATURE, DATA.decode()),
        (Command.GAIN, "60"),
    ],
)
def test_an_answer_to_another_question_has_another_shape(command: Command, late: str) -> None:
    assert protocol.SHAPES[command].fullmatch(late) is None
