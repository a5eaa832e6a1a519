"""Open head lines to typed events and requests to lines: pure, no port, no clock.

A frame of counts is believed only with its checksum: CRC-16/CCITT-FALSE over the bytes of the line
with the last member, `,"crc":"XXXX"`, taken out.
"""

from __future__ import annotations

import json
import re
from binascii import crc_hqx
from dataclasses import dataclass
from typing import Any, Final

from drivers.lines import Garbage
from drivers.lines import LineEvents as BaseLineEvents
from drivers.open_head import protocol

_CRC = re.compile(rb',"crc":"([0-9A-F]{4})"\}')
_CRC_SIZE: Final = len(b',"crc":"0AB2"}')
_SERIAL = re.compile(rb'("serial"\s*:\s*")([^"\\]*)(?=")')


@dataclass(frozen=True, slots=True)
class Hello:
    """The answer to `id`; of a version not spoken here only `name` and `proto` are known."""

    line: bytes
    name: str
    proto: int
    firmware: str
    serial: str
    channels: tuple[str, ...]
    full: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """A lit and a dark frame in counts; `milliseconds` is the integration time of one frame."""

    line: bytes
    seq: int
    raw: tuple[int, ...]
    dark: tuple[int, ...]
    gain: float
    milliseconds: float
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class LampState:
    """The answer to `led`."""

    line: bytes
    seq: int
    on: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """The head cannot do what was asked; `seq` is None where it could not read the request."""

    line: bytes
    seq: int | None
    name: str
    channel: int | None


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """The head's button was pressed; nothing was measured yet."""

    line: bytes


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """JSON without a meaning here: of a later version, or an answer to somebody else's request."""

    line: bytes


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line with a known meaning and a wrong checksum, or a member of the wrong kind."""

    line: bytes
    why: str


Event = Hello | Measurement | LampState | Failure | ButtonPress | UnknownLine | BadLine | Garbage


class _WrongMemberError(Exception):
    pass


def _no_literal(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


# Not isinstance: bool is a kind of int, and no number of a head.
_NUMBERS: Final = frozenset({int, float})

# NaN and Infinity are Python's own addition to JSON.
_JSON: Final = json.JSONDecoder(parse_constant=_no_literal)


def checksum(line: bytes) -> int:
    """CRC-16/CCITT-FALSE (0x29B1 for b"123456789")."""
    return crc_hqx(line, 0xFFFF)


def encode(command: str, **members: int) -> bytes:
    """The request line for `command`, with its end."""
    return json.dumps({"cmd": command, **members}, separators=(",", ":")).encode("ascii") + b"\n"


class LineEvents(BaseLineEvents[Event]):
    """Finds the lines of a head in a stream; what is no JSON object is garbage."""

    def __init__(self) -> None:
        super().__init__(protocol.LONGEST_LINE, lambda line: [classify(line)])


def classify(line: bytes) -> Event:
    """What one line means."""
    try:
        content = _JSON.decode(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return Garbage(len(line))
    if not isinstance(content, dict):
        return Garbage(len(line))
    try:
        return _meaning(line, content)
    except _WrongMemberError as error:
        return BadLine(line, str(error))


def redact(data: bytes) -> bytes:
    """`data` with serial numbers in `id` answers replaced by others of the same length."""
    return _SERIAL.sub(lambda found: found[1] + b"S" * len(found[2]), data)


def _meaning(line: bytes, content: dict[str, Any]) -> Event:
    covered = _CRC.fullmatch(line, max(0, len(line) - _CRC_SIZE))
    if covered is not None:
        if checksum(line[:-_CRC_SIZE] + b"}") != int(covered[1], 16):
            raise _WrongMemberError("the checksum is wrong")
    elif "crc" in content or "raw" in content or "dark" in content:
        raise _WrongMemberError("a frame must end with its checksum")
    if "raw" in content:
        return _measurement(line, content)
    if "id" in content:
        return _hello(line, content)
    if "err" in content:
        seq = None if content.get("seq") is None else _integer(content, "seq")
        channel = None if content.get("ch") is None else _integer(content, "ch")
        return Failure(line, seq, _text(content, "err"), channel)
    if "led" in content:
        return LampState(line, _integer(content, "seq"), _integer(content, "led") != 0)
    return ButtonPress(line) if content.get("evt") == "button" else UnknownLine(line)


def _measurement(line: bytes, content: dict[str, Any]) -> Measurement:
    raw, dark = _counts(content, "raw"), _counts(content, "dark")
    if len(raw) != len(dark):
        raise _WrongMemberError("raw and dark differ in length")
    celsius = None if content.get("t") is None else _finite(content, "t")
    return Measurement(
        line,
        _integer(content, "seq"),
        raw,
        dark,
        _finite(content, "gain"),
        _finite(content, "ms"),
        celsius,
    )


def _hello(line: bytes, content: dict[str, Any]) -> Hello:
    name, proto = _text(content, "id"), _integer(content, "proto")
    if proto != protocol.VERSION:
        # Only these two members are promised to stay.
        return Hello(line, name, proto, "", "", (), 0, 0.0)
    channels = content.get("ch")
    if (
        not isinstance(channels, list)
        or not 0 < len(channels) <= protocol.MOST_CHANNELS
        or not all(isinstance(name, str) and name for name in channels)
        or len(set(channels)) != len(channels)
    ):
        raise _WrongMemberError("ch must list different names")
    full = _integer(content, "full")
    if not 0 < full <= protocol.HIGHEST_FULL:
        raise _WrongMemberError("full must be a count above 0")
    wait_s = protocol.DEFAULT_WAIT_S
    if content.get("wait") is not None:
        wait_s = min(_finite(content, "wait") / 1000.0, protocol.LONGEST_WAIT_S)
    return Hello(
        line,
        name,
        proto,
        _text(content, "fw"),
        _text(content, "serial"),
        tuple(channels),
        full,
        max(0.0, wait_s),
    )


def _counts(content: dict[str, Any], member: str) -> tuple[int, ...]:
    values = content.get(member)
    if not isinstance(values, list) or not values or set(map(type, values)) != {int}:
        raise _WrongMemberError(f"{member} must list counts")
    if min(values) < 0 or max(values) > protocol.HIGHEST_FULL:
        raise _WrongMemberError(f"{member} has an impossible count")
    return tuple(values)


def _integer(content: dict[str, Any], member: str) -> int:
    value = content.get(member)
    if type(value) is not int:
        raise _WrongMemberError(f"{member} must be an integer")
    return value


def _finite(content: dict[str, Any], member: str) -> float:
    value: Any = content.get(member)
    # 1e999 is JSON and reads as infinity; an integer of 400 digits is no float at all.
    if type(value) not in _NUMBERS or not -1e9 < value < 1e9:
        raise _WrongMemberError(f"{member} must be a number")
    return float(value)


def _text(content: dict[str, Any], member: str) -> str:
    value = content.get(member)
    if not isinstance(value, str) or not value:
        raise _WrongMemberError(f"{member} must be a text")
    return value
