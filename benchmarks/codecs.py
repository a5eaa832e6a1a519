"""How fast bytes become events, against the least that must be done with them.

CR30: a loop over whole frames that checks the sum and unpacks the twelve floats, and knows neither
noise between frames nor other frames. Open head: `json.loads` of each line, without checksum, and
without a look at what is in it.
"""

from __future__ import annotations

import binascii
import json
import struct
import time
from collections.abc import Callable

from benchmarks.table import Row, compared
from drivers.cr30.codec import ChunkFrame, FrameDecoder
from drivers.open_head.codec import LineEvents, Measurement

ITEMS = 5_000
ROUNDS = 15
BUDGET = 3.0
#: What one read from the port may hold.
PIECE = 4096


def measure() -> list[Row]:
    frames, lines = _frames(), _lines()
    return [
        _compared("CR30 frames decoded", frames, _decode_frames, _bare_frames, "bare struct loop"),
        _compared("open head lines decoded", lines, _decode_lines, _bare_lines, "json.loads"),
    ]


def _compared(
    name: str,
    stream: bytes,
    ours: Callable[[bytes], int],
    bare: Callable[[bytes], int],
    reference: str,
) -> Row:
    """Both in turns, per item, so that a busy moment meets both."""
    measured: list[float] = []
    against: list[float] = []
    for _ in range(ROUNDS):
        for call, seconds in ((ours, measured), (bare, against)):
            start = time.perf_counter()
            count = call(stream)
            seconds.append((time.perf_counter() - start) / ITEMS)
            if count != ITEMS:
                raise SystemExit(f"{name}: {count} of {ITEMS} were found")
    return compared(name, measured, against, BUDGET, reference=reference)


def _frames() -> bytes:
    frames = []
    for number in range(ITEMS):
        body = bytes([0xBB, 0x01, 0x10, 0, 0, 0]) + struct.pack(
            "<12f", *(10.0 + (number * 12 + band) % 997 / 31.0 for band in range(12))
        )
        head = body.ljust(58, b"\0") + b"\xff"
        frames.append(head + bytes([sum(head) & 0xFF]))
    return b"".join(frames)


def _decode_frames(stream: bytes) -> int:
    decoder, found = FrameDecoder(), 0
    for start in range(0, len(stream), PIECE):
        for event in decoder.feed(stream[start : start + PIECE]):
            found += isinstance(event, ChunkFrame)
    return found


def _bare_frames(stream: bytes) -> int:
    found = 0
    for start in range(0, len(stream), 60):
        frame = stream[start : start + 60]
        if sum(frame[:59]) & 0xFF == frame[59]:
            struct.unpack_from("<12f", frame, 6)
            found += 1
    return found


def _lines() -> bytes:
    lines = []
    for number in range(1, ITEMS + 1):
        content = {
            "seq": number,
            "raw": [1000 + (number * 8 + channel) % 60_000 for channel in range(8)],
            "dark": [number % 7] * 8,
            "gain": 16,
            "ms": 182,
            "t": 31.5,
        }
        bare = json.dumps(content, separators=(",", ":")).encode()
        crc = binascii.crc_hqx(bare, 0xFFFF)
        lines.append(bare[:-1] + f',"crc":"{crc:04X}"}}\n'.encode())
    return b"".join(lines)


def _decode_lines(stream: bytes) -> int:
    decoder, found = LineEvents(), 0
    for start in range(0, len(stream), PIECE):
        for event in decoder.feed(stream[start : start + PIECE]):
            found += isinstance(event, Measurement)
    return found


def _bare_lines(stream: bytes) -> int:
    found = 0
    for line in stream.split(b"\n"):
        if line:
            json.loads(line)
            found += 1
    return found
