"""A CHNSpec CR30, byte for byte as far as it is known, with its bad habits.

Pure: bytes and a time in, scheduled bytes out. The physics is that of the unit: a reading is the
tile constant times (light - dark) / (white - dark), where dark and white were seen at the last
calibration. So a white calibration on skin makes every later reading wrong, as on a real unit.

One write of the host must be one whole frame. A pseudo terminal does not keep writes apart, so
what one os.read returns counts as one write; a host that waits for each answer cannot tell.
"""

from __future__ import annotations

import math
import struct
import zlib
from typing import Final

from drivers.simulators.faults import LINE_FAULTS, FaultyUnit
from drivers.simulators.noise import Noise, warm_up
from drivers.simulators.targets import BANDS, BLACK, TILE, Target, load
from drivers.simulators.unit import Action, HangUp, Send

FAULTS: Final = (
    *LINE_FAULTS,
    "checksum",  # every answer has a wrong checksum
    "echo",  # the unit knows who it is, and no other command: it sends requests back
    "button",  # its button is pressed just before every measurement the host asks for
    "cap-on",  # a magnet is near while the aperture looks at the target
    "calibration",  # the unit refuses to calibrate
    "wrong-model",  # another model of the same family answers
    "nan",  # one band is not a number
    "overrange",  # one band is far above 130 %
)

FRAME_SIZE: Final = 60

#: The serial number of the published capture, whose tile constant this unit then has as well.
CAPTURED_SERIAL: Final = "CM000T0001"

#: Its field, without the NUL that ends it.
_LONGEST_SERIAL: Final = 29

_IDENTITY_S: Final = 0.00077
_BLACK_S: Final = 0.249
_WHITE_S: Final = 0.300
# With three chunks fetched at identity speed this makes the 313 to 318 ms of a whole reading.
_MEASURE_S: Final = (0.3107, 0.3147)

#: A pause after which a person has moved: lifted and replaced the unit, taken its cap off.
PAUSE_S: Final = 0.1

_JOB_TIMES: Final = (0x68EA4F25, 0x68EA4F68)
# Bytes 5..57 of a captured button header. Their meaning is unknown but for the gate at 24.
_BUTTON_HEADER: Final = bytes.fromhex(
    "bb010900281f0a000000000000000000000000000000000100000000e00700000e0000005c000020000000004010"
    "0040b82500201b6700005c00"
)


def seal(body: bytes, marker: int = 0xFF) -> bytes:
    """A frame from its first bytes: zeros, marker, checksum."""
    head = body.ljust(FRAME_SIZE - 2, b"\0") + bytes([marker])
    return head + bytes([sum(head) & 0xFF])


def tile_constant(serial: str) -> tuple[float, ...]:
    """The stored white of the unit with this serial number, in percent; units differ by some %R."""
    captured = [100.0 * value for value in load(TILE).reflectance]
    if serial != CAPTURED_SERIAL:
        # Two real units differed by up to 4.7 %R in a band.
        turn = zlib.crc32(serial.encode()) / 2**32 * math.tau
        captured = [
            value * (1.0 + 0.02 * math.sin(turn + 2.0 * band / BANDS))
            for band, value in enumerate(captured)
        ]
    return _as_float32(captured)


class Cr30Unit(FaultyUnit):
    """One simulated unit; see `drivers.simulators.unit.Unit`.

    `attended` adds a person who does what a screen asks: holds the unit into the open for black,
    seats the cap for white and takes it off after a pause, lifts and replaces between readings
    that a pause separates. Without, only control lines change anything.

    Control lines: `target NAME`, `lift`, `press`, `cap on|off`, `fault NAME|none`.
    """

    title = "CR30"
    faults = FAULTS
    junk = b"\x00\xff\xbb\x01AT\r\n\xaa"
    cut = 20

    def __init__(
        self,
        *,
        serial: str = CAPTURED_SERIAL,
        seed: int = 0,
        target: Target | None = None,
        fault: str | None = None,
        attended: bool = False,
        warming: bool = False,
    ) -> None:
        if not (serial.isascii() and serial.isprintable() and 0 < len(serial) <= _LONGEST_SERIAL):
            raise ValueError(f"A serial number has 1 to {_LONGEST_SERIAL} ASCII signs: {serial!r}.")
        super().__init__(Noise(seed), target if target is not None else load(TILE), fault)
        self._serial = serial
        self._attended = attended
        self._warming = warming
        self._constant = tile_constant(serial)
        self._tile = Target(TILE, tuple(value / 100.0 for value in self._constant))
        self._white: list[float] = list(self._tile.reflectance)
        self._dark: list[float] = [0.0] * BANDS
        self._cache = [0.0] * BANDS
        self._cap = False
        self._helping_cap = False
        self._readings = 0
        self._resting_since = 0.0

    def _hear(self, data: bytes, now: float) -> list[Action]:
        if len(data) != FRAME_SIZE:
            return []  # a write that is not exactly one frame is met with silence
        start = max(now, self._busy_until)
        key = data[:3]
        if key[:2] == b"\xaa\x0a" and key[2] <= 3:
            return self._answer(seal(self._identity(key[2])), start + _IDENTITY_S)
        if self._fault == "echo":
            return self._answer(data, start + _IDENTITY_S)
        if key in (b"\xbb\x10\x00", b"\xbb\x11\x00"):
            return self._calibrate(key, start)
        if key == b"\xbb\x01\x00":
            return self._trigger(start)
        if key[:2] == b"\xbb\x01" and 0x10 <= key[2] <= 0x13:
            self._resting_since = start
            return self._answer(seal(self._chunk(key)), start + _IDENTITY_S)
        if key == b"\xbb\x13\x00" and data[13:18] == b"Check":
            body = bytearray(data[:18])
            struct.pack_into("<2I", body, 5, *_JOB_TIMES)
            return self._answer(seal(bytes(body)), start + _IDENTITY_S)
        return self._answer(data, start + _IDENTITY_S)

    def _handle(self, words: list[str], now: float) -> list[Action] | None:
        match words:
            case ["press"]:
                return self._press(max(now, self._busy_until))
            case ["cap", "on" | "off" as state]:
                self._cap = state == "on"
                return []
        return None

    def _identity(self, part: int) -> bytes:
        body = bytearray(FRAME_SIZE - 2)
        body[:3] = bytes([0xAA, 0x0A, part])
        model = b"CR10" if self._fault == "wrong-model" else b"CR30"
        device_id = b"SD0000T" + self._serial.encode("ascii")[-3:]
        fields = (
            ((5, b"\x56\x00\x19\x03"), (9, device_id), (39, model)),
            ((19, self._serial.encode("ascii")), (49, b"V11.3.")),
            ((5, b"0.0.20231219"), (29, b"V10.0.0.0")),
            ((19, b"\x02"),),
        )
        for offset, value in fields[part]:
            body[offset : offset + len(value)] = value
        return bytes(body)

    def _calibrate(self, key: bytes, start: float) -> list[Action]:
        white = key[1] == 0x11
        self._move(start)
        if white and self._attended:
            self._helping_cap = True
        seen = self._light(open_air=self._attended and not white)
        done = start + (_WHITE_S if white else _BLACK_S)
        self._resting_since = done
        if self._fault == "calibration":
            # No refusal was ever captured; only 1 is known to mean success, and 0 would make
            # the answer an echo.
            return self._answer(seal(key + b"\0\0\0\x02"), done)
        if white:
            self._white = seen
        else:
            self._dark = seen
        return self._answer(seal(key + b"\0\0\0\x01"), done)

    def _trigger(self, start: float) -> list[Action]:
        pressed: list[Action] = []
        if self._fault == "button":
            self._measure(start)
            pressed = [Send(start, self._button_header())]
        self._measure(start)
        done = start + self._noise.duration_s(*_MEASURE_S)
        if self._fault == "unplug":
            self._fault = None
            return [HangUp((start + done) / 2.0)]
        return pressed + self._answer(seal(b"\xbb\x01\x09\0\x28\x1f\x0a"), done)

    def _press(self, start: float) -> list[Action]:
        self._measure(start)
        return self._answer(self._button_header(), start + self._noise.duration_s(*_MEASURE_S))

    def _button_header(self) -> bytes:
        body = bytearray(_BUTTON_HEADER)
        body[24] = self._gated
        return seal(bytes(body), marker=0x00)

    @property
    def _capped(self) -> bool:
        return self._cap or self._helping_cap

    @property
    def _gated(self) -> bool:
        return self._capped or self._fault == "cap-on"

    def _measure(self, start: float) -> None:
        self._move(start)
        light = self._light()
        if self._gated:
            self._white = light
            self._cache = list(self._constant)
        else:
            # The floor keeps a unit whose black and white are the same surface finite.
            self._cache = [
                constant * (seen - dark) / max(white - dark, 1e-4)
                for constant, seen, dark, white in zip(
                    self._constant, light, self._dark, self._white, strict=True
                )
            ]
        if self._fault == "nan":
            self._cache[7] = math.nan
        elif self._fault == "overrange":
            self._cache[24] = 156.8
        self._readings += 1
        self._resting_since = start + _MEASURE_S[1]

    def _move(self, start: float) -> None:
        """What the person did since the unit was last busy."""
        if self._attended and start - self._resting_since >= PAUSE_S:
            self._helping_cap = False
            self._noise.lift()

    def _light(self, *, open_air: bool = False) -> list[float]:
        surface = load(BLACK) if open_air else self._target
        capped = self._capped and not open_air
        if not open_air and (capped or self._target.name == TILE):
            surface = self._tile
        lamp = warm_up(self._readings) if self._warming else 1.0
        # The cap snaps onto the unit, so its tile lies the same way each time.
        return [lamp * value for value in self._noise.disturb(surface.reflectance, seated=capped)]

    def _chunk(self, key: bytes) -> bytes:
        body = bytearray(FRAME_SIZE - 2)
        body[:3] = key
        index = key[2] - 0x10
        if index == 3:  # not spectral: the first five bands again, at another place
            struct.pack_into("<5f", body, 34, *self._cache[:5])
        else:
            part = self._cache[12 * index : 12 * index + 12]
            struct.pack_into(f"<{len(part)}f", body, 6, *part)
        return bytes(body)

    def _answer(self, frame: bytes, at: float) -> list[Action]:
        if self._fault == "checksum":
            frame = frame[:-1] + bytes([frame[-1] ^ 0x55])
        return self._send(frame, at)


def _as_float32(values: list[float]) -> tuple[float, ...]:
    layout = f"<{len(values)}f"
    return struct.unpack(layout, struct.pack(layout, *values))
