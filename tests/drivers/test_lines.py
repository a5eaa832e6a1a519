from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from drivers.lines import Garbage, LineDecoder


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def test_every_end_of_line_ends_one_and_blank_lines_do_not_count() -> None:
    decoder = LineDecoder(80)
    assert decoder.feed(b"one\ntwo\rthree\r\n\n\nfour") == [b"one", b"two", b"three"]
    assert decoder.pending == b"four"
    assert decoder.finish() == b"four"
    assert not decoder.unfinished


def test_a_line_of_the_longest_length_is_kept_and_a_longer_one_skipped_to_its_end() -> None:
    decoder = LineDecoder(4)
    assert decoder.feed(b"four\nfive5\nsix\n") == [b"four", Garbage(5), b"six"]
    assert decoder.feed(b"endless") == []
    assert decoder.unfinished
    assert decoder.feed(b" and on\nnext\n") == [Garbage(14), b"next"]


def test_a_line_that_has_begun_can_be_thrown_away_with_its_rest() -> None:
    decoder = LineDecoder(80)
    decoder.feed(b"half a ")
    decoder.skip()
    assert decoder.feed(b"line\nwhole\n") == [Garbage(11), b"whole"]


def test_throwing_away_nothing_keeps_the_next_line() -> None:
    decoder = LineDecoder(80)
    decoder.feed(b"done\n")
    decoder.skip()
    assert decoder.feed(b"next\n") == [b"next"]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_pile_up(parts: list[bytes]) -> None:
    decoder = LineDecoder(16)
    for part in parts:
        decoder.feed(part)
        assert len(decoder.pending) <= 16


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_cuts_change_nothing(data: bytes, cuts: list[int]) -> None:
    whole, cut = LineDecoder(16), LineDecoder(16)
    expected = whole.feed(data)
    assert [line for piece in pieces(data, cuts) for line in cut.feed(piece)] == expected
    assert whole.pending == cut.pending
