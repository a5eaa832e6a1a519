from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import (
    Disconnected,
    InstrumentError,
    NeedsCalibration,
    NoInstrument,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.spotread import transcript
from drivers.spotread.transcript import LONGEST_TEXT, Outcome, Prompt, Transcript

VALUES = ", ".join(f"{10 + band:8.3f}" for band in range(36))
READING = (
    f"Spectrum from 380.000000 to 730.000000 nm in 36 steps\n{VALUES}\n"
    "\n Result is XYZ: 10.012345 11.023456 12.034567, D50 Lab: 39.500000 -2.100000 3.200000\n"
)
READY = "Hit ESC or Q to exit, any other key to take a reading: "


def heard(text: str) -> Transcript:
    found = Transcript()
    found.feed(text.encode())
    return found


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (READY, Prompt.READ),
        (
            "Hit ESC or Q to exit, instrument switch or any other key to take a reading: ",
            Prompt.READ,
        ),
        ("Hit Esc or Q to give up, any other key to retry:", Prompt.RETRY),
        (" and then hit any key to continue,\n or hit Esc or Q to abort:", Prompt.ARRANGE),
        ("Hit any key to retry, or Esc or Q to abort:\n", Prompt.CALIBRATION_FAILED),
        ("take a reading", None),
        (READY + "\n Result is", None),
        ("", None),
    ],
)
def test_prompts_are_known_by_their_ends(text: str, prompt: Prompt | None) -> None:
    assert heard(text).prompt is prompt
    assert heard(text.replace("\n", "\r\n")).prompt is prompt


def test_a_spectrum_becomes_fractions() -> None:
    found = transcript.spectrum(READING)
    assert (found.start_nm, found.step_nm, len(found.values)) == (380, 10, 36)
    assert found.values[0] == pytest.approx(0.10)
    assert found.values[-1] == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (",   45.000", "", ProtocolError),
        ("   11.000", "      nan", ProtocolError),
        ("   11.000", "      inf", ProtocolError),
        ("   11.000", "   11,000", ProtocolError),
        ("36 steps", "35 steps", ProtocolError),
        ("36 steps", "1 steps", ProtocolError),
        ("730.000000 nm", "370.000000 nm", ProtocolError),
        ("730.000000 nm", "500.000000 nm", Unsupported),
        ("380.000000", "380.500000", Unsupported),
        ("Spectrum from", "Something from", Unsupported),
        ("   11.000", "  256.800", Saturated),
        ("   11.000", "  -11.000", Saturated),
    ],
)
def test_a_spectrum_is_never_padded_cut_or_guessed(
    old: str, new: str, kind: type[InstrumentError]
) -> None:
    assert old in READING
    with pytest.raises(kind):
        transcript.spectrum(READING.replace(old, new))


def test_identity_comes_from_what_is_said_at_the_start() -> None:
    text = (
        "Instrument Type:   X-Rite i1 Pro 2\nSerial Number:     1062057\nFirmware version:  634\n"
    )
    found = transcript.identity(text)
    assert (found.model, found.serial, found.firmware) == ("X-Rite i1 Pro 2", "1062057", "634")
    assert transcript.identity("Init instrument success !\n").serial == ""


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "\nSpot read needs a calibration before continuing\n"
            "Place the instrument on its reflective white reference S/N 1062057,\n"
            " and then hit any key to continue,\n or hit Esc or Q to abort:",
            "Place the instrument on its reflective white reference S/N 1062057",
        ),
        (
            "Place cap on the instrument, or place in on a dark surface,\n"
            "or place on the white calibration reference,\n"
            " and then hit any key to continue,\n or hit Esc or Q to abort:",
            "Place cap on the instrument, or place in on a dark surface, "
            "or place on the white calibration reference",
        ),
        (
            "Click the instrument on its reflective white reference S/N 1,\n"
            " or hit Esc or Q to abort:",
            "Click the instrument on its reflective white reference S/N 1",
        ),
        (
            "Some message\n Hit any key to continue,\n or hit Esc or Q to abort:",
            "Some message",
        ),
        (READY, ""),
        ("", ""),
    ],
)
def test_instructions(text: str, asked: str) -> None:
    assert transcript.instruction(text) == asked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\n\nSpot read failed due to misread (Sensor is not moving)\n", ProtocolError),
        ("\n\nSpot read failed due to misread\n", ProtocolError),
        ("\n\nSpot read failed due to misread (Sensor is saturated)\n", Saturated),
        ("\n\nSpot read failed due to communication problem.\n", Disconnected),
        ("\n\nSpot read failed due to the sensor being in the wrong position\n", ProtocolError),
        ("Unknown, inappropriate or no instrument detected\nusage: ...\n", NoInstrument),
        ("spotread: Error - No instrument at port 3\n", NoInstrument),
        ("Need reflection spot reading capability,\nand instrument doesn't\n", Unsupported),
        ("\n\nGot fatal error 'Hardware failure' (Lamp failed)\n", UnitFault),
        ("Segmentation fault\n", Disconnected),
        ("", Disconnected),
    ],
)
def test_troubles(text: str, kind: type[InstrumentError]) -> None:
    error = transcript.trouble(Outcome(text, None))
    assert type(error) is kind
    assert error.hint


def test_a_dialogue_instead_of_a_reading_needs_calibration() -> None:
    text = (
        "\n\nSpot read failed because instruments needs calibration.\n"
        "Set instrument sensor to calibration position,\n"
        " and then hit any key to continue,\n or hit Esc or Q to abort:"
    )
    error = transcript.trouble(heard(text).take())
    assert isinstance(error, NeedsCalibration)
    assert "Set instrument sensor to calibration position" in error.message
    assert transcript.trouble(Outcome(READY, Prompt.READ)) is None


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_no_bytes_in_any_pieces_raise_anything_but_typed_errors(pieces: list[bytes]) -> None:
    found = Transcript()
    for piece in pieces:
        found.feed(piece)
    outcome = found.take()
    transcript.identity(outcome.text)
    transcript.instruction(outcome.text)
    assert transcript.trouble(outcome) is None or outcome.prompt is None or outcome.text
    with contextlib.suppress(InstrumentError):
        transcript.spectrum(outcome.text)
    assert found.text == ""


@given(st.binary(max_size=200), st.lists(st.integers(0, 900), max_size=6))
def test_a_reading_after_garbage_is_found_however_it_is_cut(garbage: bytes, cuts) -> None:
    stream = garbage + b"\n" + (READING + READY).encode()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    found = Transcript()
    for start, end in itertools.pairwise(edges):
        found.feed(stream[start:end])
    outcome = found.take()
    assert outcome.prompt is Prompt.READ
    assert transcript.has_result(outcome.text)
    assert transcript.spectrum(outcome.text) == transcript.spectrum(READING)


def test_a_flood_is_bounded() -> None:
    found = Transcript()
    for _ in range(40):
        found.feed(b"x" * 4096)
    assert len(found.text) == LONGEST_TEXT
    found.feed(READY.encode())
    assert found.prompt is Prompt.READ
