"""Hexadecimal lines to answers, and requests to lines: pure, no port, no clock.

Two bytes and floats come low byte first; there is no checksum, so every answer is held to its
exact length and its constants.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from typing import Final

from drivers.errors import ProtocolError
from drivers.lines import Garbage, LineEvents
from drivers.spectrolino import protocol
from drivers.spectrolino.protocol import Request

#: 36 floats, a name and some bytes make about 340.
LONGEST_LINE: Final = 1024

# From the last mark on: noise in front may hold marks, hexadecimal digits cannot.
_ANSWER = re.compile(rb".*:((?:[0-9A-Fa-f]{2})+)", re.DOTALL)
_FLOAT = struct.Struct("<f")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer: its type and the bytes after it."""

    line: bytes
    type: int
    payload: bytes


Event = AnswerLine | Garbage


@dataclass(frozen=True, slots=True)
class Target:
    """What the unit says it is, and the axis of its spectra in nm."""

    name: str
    serial: int
    software: int
    technology: int
    start_nm: int
    count: int
    step_nm: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """How values are computed, and the filter that is in place."""

    white_base: int
    illuminant: int
    observer: int
    filter: int


@dataclass(frozen=True, slots=True)
class SpectrumAnswer:
    """A spectrum as reflectance factors, with what it rests on."""

    values: tuple[float, ...]
    reference_valid: bool
    filter: int
    white_base: int
    refusal: int


class AnswerDecoder(LineEvents[AnswerLine]):
    """Finds answers in a stream that may start, break or be disturbed anywhere."""

    def __init__(self) -> None:
        super().__init__(LONGEST_LINE, _parse)


def _parse(line: bytes) -> list[Event]:
    found = _ANSWER.fullmatch(line)
    if found is None:
        return [Garbage(len(line))]
    start = found.start(1) - len(protocol.ANSWER_MARK)
    content = bytes.fromhex(found[1].decode("ascii"))
    answer = AnswerLine(line[start:], content[0], content[1:])
    return [Garbage(start), answer] if start else [answer]


def encode(request: Request) -> bytes:
    """The line for a request."""
    return protocol.REQUEST_MARK + request.value + protocol.TERMINATOR


class _Fields:
    """Takes a payload apart from the front; ProtocolError for any byte too few or too many."""

    def __init__(self, answer: AnswerLine) -> None:
        self._type, self._rest = answer.type, answer.payload

    def take(self, size: int) -> bytes:
        if len(self._rest) < size:
            raise self._wrong("is too short")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def word(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def number(self) -> float:
        return float(_FLOAT.unpack(self.take(4))[0])

    def constant(self, value: int) -> None:
        if self.byte() != value:
            raise self._wrong("has another form than documented")

    def end(self) -> None:
        if self._rest:
            raise self._wrong("is too long")

    def _wrong(self, how: str) -> ProtocolError:
        return ProtocolError(f"The unit's answer of type {self._type:02X} {how}.")


def execution(answer: AnswerLine) -> int:
    """The error byte of an execution; also of a line error, as one of `protocol.Fault`'s kind."""
    fields = _Fields(answer)
    code = fields.byte()
    fields.end()
    return code


def download(answer: AnswerLine) -> int:
    """The error bits of a download; 0 when it was taken."""
    fields = _Fields(answer)
    bits = fields.word()
    fields.end()
    return bits


def new_measurement(answer: AnswerLine) -> int:
    """0 nothing new, 1 a measurement, 2 or more a calibration."""
    fields = _Fields(answer)
    what = fields.byte()
    fields.constant(protocol.REFERENCE)
    fields.end()
    return what


def parameters(answer: AnswerLine) -> Parameters:
    """The parameters in force."""
    fields = _Fields(answer)
    fields.byte()  # density standard: density is not read here
    found = Parameters(fields.byte(), fields.byte(), fields.byte(), fields.byte())
    fields.end()
    return found


def target(answer: AnswerLine) -> Target:
    """Who answers; texts that are not ASCII show U+FFFD."""
    fields = _Fields(answer)
    name = fields.take(protocol.NAME_BYTES).split(b"\0", 1)[0].decode("ascii", "replace").strip()
    serial, software = fields.word(), fields.word()
    fields.take(10)  # year, month, day, hour, minute of production
    found = Target(
        name, serial, software, fields.byte(), fields.word(), fields.word(), fields.word()
    )
    fields.end()
    if not (found.start_nm and found.step_nm and 2 <= found.count <= 64):
        raise ProtocolError(
            f"The unit names {found.count} bands from {found.start_nm} nm "
            f"in steps of {found.step_nm} nm."
        )
    return found


def spectrum(answer: AnswerLine, count: int) -> SpectrumAnswer:
    """A spectrum of exactly `count` bands.

    Raises:
        ProtocolError: another form or length, or a band that is not a number.
    """
    fields = _Fields(answer)
    fields.constant(protocol.REFERENCE)
    fields.constant(protocol.LINEAR_SPECTRUM)
    values = tuple(fields.number() for _ in range(count))
    valid = fields.byte() == protocol.REFERENCE_VALID
    in_place, base = fields.byte(), fields.byte()
    fields.constant(protocol.AFTER_WHITE_BASE)
    refusal = fields.word()
    fields.end()
    if not all(math.isfinite(value) for value in values):
        raise ProtocolError("The unit sent a reading with a band that is not a number.")
    return SpectrumAnswer(values, valid, in_place, base, refusal)


_TARGET = re.compile(rb"(:31[0-9A-Fa-f]{36})([0-9A-Fa-f]{4})")


def redact(data: bytes) -> bytes:
    """`data` with the unit's serial number replaced by zeros."""
    return _TARGET.sub(rb"\g<1>0000", data)
