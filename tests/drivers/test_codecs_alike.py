"""What holds for every codec: any bytes in any pieces, and an answer behind them is still found."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.as726x import codec as at
from drivers.as726x.protocol import CHIPS
from drivers.cr30.codec import FrameDecoder
from drivers.errors import InstrumentError
from drivers.konica_minolta import protocol as minolta_protocol
from drivers.konica_minolta import replies
from drivers.konica_minolta.codec import Reply, ReplyDecoder
from drivers.lines import Garbage
from drivers.open_head.codec import LineEvents
from drivers.registry import models
from drivers.spectrolino import codec as spectrolino
from drivers.spectrolino.codec import AnswerDecoder, AnswerLine
from drivers.spotread import transcript
from drivers.spotread.transcript import Outcome, Prompt, Transcript
from tests.drivers import golden
from tests.drivers.konica_minolta import lines as minolta
from tests.drivers.spectrolino import lines as lino


@dataclass(frozen=True)
class Codec:
    """A decoder, answers it must find, and what makes them stand on their own after noise."""

    name: str
    decoder: Callable[[], Any]
    answers: tuple[bytes, ...]
    #: What ends the noise before; a line's end, and for AT an OK that a noisy value may wait for.
    between: bytes = b"\r\n"


CODECS = (
    Codec("cr30", FrameDecoder, (golden.ID0, golden.HDR, golden.BTN, golden.T10), b""),
    Codec("as726x", at.ReplyDecoder, (b"0x4041 OK\n", b"ERROR\r", b"1, 2 OK\r\n"), b"\nOK\n"),
    Codec("open head", LineEvents, (b'{"evt":"button"}\n', b'{"seq":3,"led":0}\r\n')),
    Codec("konica minolta", ReplyDecoder, (minolta.READY_700, minolta.DATA_2600, b"ER35\r\n")),
    Codec("spectrolino", AnswerDecoder, (lino.UNIT, lino.SPECTRUM, lino.MEASURED)),
)
NOISE = st.binary(max_size=200) | st.lists(
    # Pieces of real answers are the noise that is most like one.
    st.sampled_from([answer for codec in CODECS for answer in codec.answers]).flatmap(
        lambda answer: st.integers(0, len(answer)).map(lambda end: answer[:end])
    ),
    max_size=4,
).map(b"".join)
CUTS = st.lists(st.integers(0, 600), max_size=10)


def feed(decoder: Any, data: bytes, cuts: Sequence[int] = ()) -> list[Any]:
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    return [event for a, b in itertools.pairwise(edges) for event in decoder.feed(data[a:b])]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@given(noise=NOISE, cuts=CUTS)
def test_any_bytes_make_events_and_nothing_else_however_they_are_cut(
    codec: Codec, noise: bytes, cuts: list[int]
) -> None:
    whole, cut = codec.decoder(), codec.decoder()
    answers = [event for event in feed(whole, noise) if not isinstance(event, Garbage)]
    assert [event for event in feed(cut, noise, cuts) if not isinstance(event, Garbage)] == answers


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@given(data=st.data(), noise=NOISE, cuts=CUTS)
def test_an_answer_behind_noise_is_found(
    codec: Codec, data: st.DataObject, noise: bytes, cuts: list[int]
) -> None:
    answer = data.draw(st.sampled_from(codec.answers))
    (expected,) = feed(codec.decoder(), answer)
    # Twice: a frame has no mark for its start, so noise that has a right checksum by chance may
    # take a frame's beginning with it, and never that of the next.
    found = feed(codec.decoder(), noise + codec.between + answer + answer, cuts)
    assert expected in found
    assert codec.name == "cr30" or found[-2:] == [expected, expected]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
@given(piece=st.binary(min_size=1, max_size=8))
def test_behind_a_flood_of_anything_an_answer_is_found(codec: Codec, piece: bytes) -> None:
    decoder = codec.decoder()
    for _ in range(40):
        decoder.feed((piece * 200)[:200])
    (expected,) = feed(codec.decoder(), codec.answers[0])
    assert expected in feed(decoder, codec.between + b"\r\n" + codec.answers[0] * 2)


FIELDS = st.lists(st.text(max_size=9), max_size=42)


@given(st.booleans(), st.integers(0, 99), FIELDS, st.sampled_from(["CM700D", "CM2600D"]))
def test_meanings_of_minolta_replies_raise_typed_errors_only(
    ok: bool, code: int, fields: list[str], dialect: str
) -> None:
    reply = Reply(b"", ok, code, tuple(fields))
    table = getattr(minolta_protocol, dialect)
    for read in (replies.identity, replies.status, replies.conditions):
        with contextlib.suppress(InstrumentError):
            read(table, reply)
    with contextlib.suppress(InstrumentError):
        replies.reflectance(reply, max(2, len(fields)), 1e4)
    assert isinstance(replies.failure(table, reply), InstrumentError)


@given(st.integers(0, 255), st.binary(max_size=400), st.integers(2, 64))
def test_meanings_of_spectrolino_answers_raise_typed_errors_only(
    kind: int, payload: bytes, count: int
) -> None:
    answer = AnswerLine(b"", kind, payload)
    for read in (
        spectrolino.execution,
        spectrolino.download,
        spectrolino.new_measurement,
        spectrolino.parameters,
        spectrolino.target,
        lambda one: spectrolino.spectrum(one, count),
    ):
        with contextlib.suppress(InstrumentError):
            read(answer)


@given(st.text(max_size=60) | FIELDS.map(",".join), st.sampled_from(CHIPS))
def test_meanings_of_at_answers_raise_typed_errors_only(text: str, chip) -> None:
    with contextlib.suppress(InstrumentError):
        at.counts(text, chip)


PRINTED = st.sampled_from(
    [
        "Spectrum from 380.000000 to 730.000000 nm in 36 steps\n",
        "Spectrum from 380.0 to 380.0 nm in 1 steps\n",
        "Spectrum from 1e9 to nan nm in 9999 steps\n",
        " Result is XYZ: 10.0 11.0 12.0, D50 Lab: 39.5 -2.1 3.2\n",
        "  12.345,   13.000,",
        " nan, inf, 1,5\n",
        "Spot read failed due to misread (",
        "Calibration failed with '",
        "Hit any key to retry, or Esc or Q to abort:",
        *(prompt.value for prompt in Prompt),
    ]
)


@given(st.lists(PRINTED.map(str.encode) | st.binary(max_size=30), max_size=12), CUTS)
def test_whatever_a_program_prints_comes_to_typed_errors_only(
    pieces: list[bytes], cuts: list[int]
) -> None:
    heard = Transcript()
    edges = [0, *sorted(cuts)]
    stream = b"".join(pieces)
    for start, end in itertools.pairwise([*edges, len(stream)]):
        heard.feed(stream[start:end])
    outcome = heard.take()
    for prompt in (outcome.prompt, None, *Prompt):
        read = Outcome(outcome.text, prompt)
        trouble = transcript.trouble(read)
        assert trouble is None or isinstance(trouble, InstrumentError)
        assert isinstance(transcript.calibration_needed(read), InstrumentError)
    transcript.identity(outcome.text)
    transcript.instruction(outcome.text)
    with contextlib.suppress(InstrumentError):
        transcript.spectrum(outcome.text)


@given(NOISE)
def test_redaction_keeps_the_length_of_anything(data: bytes) -> None:
    for model in models():
        if model.redact is not None:
            assert len(model.redact(data)) == len(data)
