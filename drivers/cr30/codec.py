"""CR30 frames to typed events and commands to frames: pure, no port, no clock.

The checksum of byte 59 is the sum of bytes 0..58. (A published formula leaves out byte 58 and
subtracts 1; it fails on button headers, whose byte 58 is 0.)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.contract import CalibrationKind
from drivers.cr30 import protocol
from drivers.cr30.protocol import Command
from drivers.lines import Garbage

_VALUES = struct.Struct(f"<{protocol.CHUNK_VALUES}f")
_STARTS = (protocol.GROUP_IDENTITY, protocol.GROUP_COMMAND)
_CALIBRATIONS: dict[tuple[int, int, int], CalibrationKind] = {
    Command.BLACK.value: "black",
    Command.WHITE.value: "white",
}
# Looking up the value of an Enum's member costs as much as unpacking a frame.
_IDENTITIES = {
    command.value: part
    for part, command in enumerate(
        (Command.IDENTITY_0, Command.IDENTITY_1, Command.IDENTITY_2, Command.IDENTITY_3)
    )
}
_CHUNKS = {bytes(command.value): index for index, command in enumerate(protocol.CHUNKS)}
_SIZE, _MARKER_AT, _CHECKSUM_AT = protocol.FRAME_SIZE, protocol.MARKER_AT, protocol.CHECKSUM_AT
_KNOWN = frozenset({command.value for command in Command} | {protocol.HEADER_REPLY})


@dataclass(frozen=True, slots=True)
class IdentityFrame:
    """One of the four replies on who the unit is; `part` is 0..3."""

    frame: bytes
    part: int

    def text(self, offset: int) -> str:
        """The NUL terminated text at `offset`; bytes that are not ASCII show as U+FFFD."""
        field = self.frame[offset : protocol.MARKER_AT].split(b"\0", 1)[0]
        return field.decode("ascii", errors="replace").strip()


@dataclass(frozen=True, slots=True)
class CalibrationFrame:
    """The reply to a calibration command."""

    frame: bytes
    kind: CalibrationKind
    ok: bool


@dataclass(frozen=True, slots=True)
class HeaderFrame:
    """A measurement is ready, asked for by the host; wavelengths in nm."""

    frame: bytes
    start_nm: int
    count: int
    step_nm: int


@dataclass(frozen=True, slots=True)
class ButtonFrame:
    """A measurement is ready, started at the unit's button; `gated` means it was none."""

    frame: bytes
    start_nm: int
    count: int
    step_nm: int
    gated: bool


@dataclass(frozen=True, slots=True)
class ChunkFrame:
    """Twelve values in percent reflectance as sent, which may be NaN; `index` is 0..2."""

    frame: bytes
    index: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class UnknownFrame:
    """A frame with a right checksum and no meaning here."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class BadFrame:
    """60 bytes that start like a known frame and have a wrong checksum."""

    frame: bytes


Event = (
    IdentityFrame
    | CalibrationFrame
    | HeaderFrame
    | ButtonFrame
    | ChunkFrame
    | UnknownFrame
    | BadFrame
    | Garbage
)


def checksum(frame: bytes | bytearray) -> int:
    """The value byte 59 must have; the last byte of a whole frame is not counted."""
    return sum(frame[: protocol.CHECKSUM_AT]) & 0xFF


def encode(command: Command) -> bytes:
    """The 60 byte request for `command`."""
    head = bytes(command.value).ljust(protocol.MARKER_AT, b"\0") + bytes([protocol.MARKER])
    return head + bytes([checksum(head)])


def classify(frame: bytes) -> Event:
    """What a 60 byte frame means; its checksum must have been checked."""
    marker = frame[_MARKER_AT]
    # Three of the four frames of every reading are chunks.
    index = _CHUNKS.get(frame[:3])
    if index is not None and marker == protocol.MARKER:
        return ChunkFrame(frame, index, _VALUES.unpack_from(frame, protocol.CHUNK_VALUES_AT))
    key = (frame[0], frame[1], frame[2])
    if key == protocol.HEADER_REPLY:
        start_nm = frame[protocol.HEADER_START_AT] * 10
        count = frame[protocol.HEADER_COUNT_AT]
        step_nm = frame[protocol.HEADER_STEP_AT]
        if marker == protocol.MARKER_BUTTON:
            return ButtonFrame(frame, start_nm, count, step_nm, frame[protocol.GATED_AT] == 1)
        if marker == protocol.MARKER:
            return HeaderFrame(frame, start_nm, count, step_nm)
    if marker != protocol.MARKER:
        return UnknownFrame(frame)
    if key in _CALIBRATIONS:
        ok = frame[protocol.CALIBRATION_RESULT_AT] == protocol.CALIBRATION_OK
        return CalibrationFrame(frame, _CALIBRATIONS[key], ok)
    if key in _IDENTITIES:
        return IdentityFrame(frame, _IDENTITIES[key])
    return UnknownFrame(frame)


class FrameDecoder:
    """Finds frames in a stream that may start, break or be disturbed anywhere.

    Never raises on any bytes, and never holds more than 59 of them.
    """

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def wanted(self) -> int:
        """How many bytes complete the frame that has begun (60 when none has): read that many.

        A read of exactly this size never waits for bytes beyond the end of a frame, even when the
        frame's start was mistaken: a mistaken start lies before the real one, so it is complete,
        and found out, no later than the real frame.
        """
        return protocol.FRAME_SIZE - len(self._buffer)

    def reset(self) -> None:
        """Forget a frame that has begun."""
        self._buffer = b""

    def feed(self, data: bytes) -> list[Event]:
        """Take bytes as they came; give the events they complete, in order."""
        buffer = self._buffer + data
        events: list[Event] = []
        position = skipped = 0

        def note_skipped() -> None:
            nonlocal skipped
            if skipped:
                events.append(Garbage(skipped))
                skipped = 0

        while position < len(buffer):
            if buffer[position] not in _STARTS:
                position += 1
                skipped += 1
                continue
            frame = buffer[position : position + _SIZE]
            if len(frame) < _SIZE:
                break
            if frame[_CHECKSUM_AT] == sum(frame[:_CHECKSUM_AT]) & 0xFF:
                if skipped:
                    note_skipped()
                events.append(classify(frame))
                position += _SIZE
                continue
            if (frame[0], frame[1], frame[2]) in _KNOWN:
                note_skipped()
                events.append(BadFrame(frame))
            # Only one byte on: the start may have been noise in front of a good frame.
            position += 1
            skipped += 1
        note_skipped()
        self._buffer = buffer[position:]
        return events


def redact(data: bytes) -> bytes:
    """`data` with the device id and the serial number in it replaced, checksums made right.

    The replacements have the same length, so that a replay meets the same frame shapes.
    """
    clean = bytearray(data)
    position = 0
    while (position := clean.find(bytes(Command.IDENTITY_0.value[:2]), position)) >= 0:
        frame = bytes(clean[position : position + protocol.FRAME_SIZE])
        if len(frame) < protocol.FRAME_SIZE or frame[protocol.CHECKSUM_AT] != checksum(frame):
            position += 1
            continue
        clean[position : position + protocol.FRAME_SIZE] = _anonymous(frame)
        position += protocol.FRAME_SIZE
    return bytes(clean)


def _anonymous(frame: bytes) -> bytes:
    changed = bytearray(frame)
    for part, offset in (protocol.DEVICE_ID, protocol.SERIAL):
        if frame[2] == part:
            length = len(frame[offset : protocol.MARKER_AT].split(b"\0", 1)[0])
            changed[offset : offset + length] = b"SYNTHETIC-00000000000000000000000000000000"[
                :length
            ]
    changed[protocol.CHECKSUM_AT] = checksum(changed)
    return bytes(changed)
