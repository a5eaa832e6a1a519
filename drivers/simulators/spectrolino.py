"""A GretagMacbeth Spectrolino as far as its manual and two programs show it.

Pure: bytes and a time in, scheduled bytes out. It knows the speed it was told to use
(`baudrate`), but a pseudo terminal carries bytes at any speed: whoever wants the wrong speed to
garble them must compare (the tests' line does). Constructed, never compared with a real unit.
"""

from __future__ import annotations

import math
import re
import struct
from typing import Final

from drivers.simulators.faults import LINE_FAULTS, WIRE_FAULTS, FaultyUnit
from drivers.simulators.noise import Noise
from drivers.simulators.targets import TILE, Target, load
from drivers.simulators.unit import Action, HangUp

FAULTS: Final = (
    *LINE_FAULTS,
    *WIRE_FAULTS,
    "line-error",  # the unit says it received a line of the wrong length
    "wrong-model",  # a SpectroScan table answers
    "not-ready",  # measurements and calibrations: not ready
    "lamp",  # measurements: lamp failure
    "overflow",  # measurements: more light than it can measure
    "reset",  # measurements: the unit was reset
    "unknown-code",  # measurements end with a code nobody knows
    "stale",  # a measurement is confirmed and not made
    "filter-out",  # the filter is not in its place
    "filter-changed",  # somebody takes the filter out during the calibration
    "white-warning",  # the white reference is not recognised
    "no-reference",  # data without a valid white reference
    "nan",  # one band is not a number
    "overrange",  # data out of range, as the error bits say
    "colour-range",  # a colour value is out of range, the spectrum is not
)

#: Made up; on the wire it is a number from 1 to 65535.
SERIAL: Final = "12345"

_BAUDRATES: Final = {
    0x22: 300,
    0x23: 600,
    0x24: 1200,
    0x25: 2400,
    0x27: 9600,
    0x28: 19200,
    0x99: 57600,
}
_FLOWS: Final = {0x1E: "xon-xoff", 0x1F: "none", 0xCF: "rts-cts"}
_UV_CUT, _NO_FILTER = 0x05, 0x01


class SpectrolinoUnit(FaultyUnit):
    """One simulated unit; see `drivers.simulators.unit.Unit`.

    `attended` adds a person who stands it on its reference for white and lifts it between
    readings; without, a calibration sees the target. It starts at `baudrate` and stays calibrated
    over a reset, as the manual has it; its driver must not rely on that.

    Control lines: `target NAME`, `lift`, `press`, `filter none|pol|d65|uv`, `fault NAME|none`.
    """

    title = "Spectrolino"
    faults = FAULTS
    junk = b"\x00\xff:1F:zz\r\n\xaa:B"
    cut = 4

    def __init__(
        self,
        *,
        serial: str = SERIAL,
        seed: int = 0,
        target: Target | None = None,
        fault: str | None = None,
        attended: bool = False,
        measure_s: float = 1.0,
        baudrate: int = 9600,
    ) -> None:
        if not (serial.isascii() and serial.isdigit() and 0 < int(serial) < 65536):
            raise ValueError(f"A serial number is 1 to 65535: {serial!r}.")
        super().__init__(Noise(seed), target if target is not None else load(TILE), fault)
        self._serial = int(serial)
        self._attended = attended
        self._measure_s = measure_s
        self.baudrate = baudrate
        self.flow = "none"
        self._filter = _NO_FILTER
        self._parameters = b"\x00\x00\x03\x00"
        self._button = True
        self._news = 0
        self._data = [0.0] * 36
        self._white = list(load(TILE).reflectance)
        self._buffer = b""

    def _hear(self, data: bytes, now: float) -> list[Action]:
        """Answer each whole line; a line may come in pieces."""
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        return [action for line in lines for action in self._line(line, max(now, self._busy_until))]

    def _handle(self, words: list[str], now: float) -> list[Action] | None:
        match words:
            case ["press"]:
                if self._button:
                    self._expose()
                    self._news = 1
                    self._busy_until = max(now, self._busy_until) + self._measure_s
            case ["filter", "none" | "pol" | "d65" | "uv" as name]:
                self._filter = {"none": _NO_FILTER, "pol": 2, "d65": 3, "uv": _UV_CUT}[name]
            case _:
                return None
        return []

    def _line(self, line: bytes, start: float) -> list[Action]:
        found = re.fullmatch(rb";((?:[0-9A-F]{2})+)", line)
        if found is None:
            code = 0x01 if not line.startswith(b";") else 0x02
            return self._answer(bytes([0x26, code]), start)
        if self._fault == "line-error":
            return self._answer(b"\x26\x03", start)
        request = bytes.fromhex(found[1].decode("ascii"))
        match request[0], request[1:]:
            case 0x00, b"":
                return self._answer(b"\x0b" + self._parameters + bytes([self._filter]), start)
            case 0x07, b"":
                news, self._news = self._news, 0
                return self._answer(bytes([0x12, news, 0x09]), start)
            case 0x16, values if len(values) == 4:
                self._parameters = values
                return self._answer(b"\x1f\0\0", start)
            case 0x20, b"":
                return self._measure(start)
            case 0x22, b"\x09\x07":
                return self._calibrate(start)
            case 0x2B, b"":
                return self._answer(self._identity(), start)
            case 0x33, b"\0\0\0" | b"\0\x01\0" as state:
                self._button = state[1] == 0
                return self._answer(b"\x1f\0\0", start)
            case 0x4D, control if len(control) == 1:
                return self._set_line(control[0], start)
            case 0x5A, b"\x01\x04\x05":
                self._button, self._parameters = True, b"\x00\x00\x03\x00"
                return self._answer(b"\x1f\0\0", start + 0.1 * self._measure_s)
            case 0xB8, b"\x09\x00":
                return self._answer(self._spectrum(), start)
        return self._answer(b"\x26\x04", start)

    def _identity(self) -> bytes:
        name = b"SpectroScan" if self._fault == "wrong-model" else b"Spectrolino"
        numbers = (self._serial, 512, 1998, 5, 11, 9, 30)
        axis = struct.pack("<3H", 380, 36, 10)
        technology = b"\x04" if self._fault == "wrong-model" else b"\x02"
        return b"\x31" + name.ljust(18, b"\0") + struct.pack("<7H", *numbers) + technology + axis

    def _set_line(self, control: int, start: float) -> list[Action]:
        # Answered at the old speed: the documents leave open which.
        actions = self._answer(b"\x1f\0\0", start)
        self.baudrate = _BAUDRATES.get(control, self.baudrate)
        self.flow = _FLOWS.get(control, self.flow)
        return actions

    def _measure(self, start: float) -> list[Action]:
        code = {
            "not-ready": 0x15,
            "lamp": 0x04,
            "overflow": 0x0E,
            "reset": 0x33,
            "unknown-code": 0x77,
            "filter-out": 0x06,
        }.get(self._fault or "")
        if code is not None:
            return self._answer(bytes([0x25, code]), start)
        if self._fault == "unplug":
            self._fault = None
            return [HangUp(start + self._measure_s / 2.0)]
        if self._fault != "stale":
            self._expose()
            self._news = 1
        return self._answer(b"\x25\x00", start + self._measure_s)

    def _calibrate(self, start: float) -> list[Action]:
        code = {"not-ready": 0x15, "filter-out": 0x06, "white-warning": 0x32}.get(
            self._fault or "", 0x13
        )
        if code == 0x13:
            surface = load(TILE) if self._attended else self._target
            self._white = self._noise.disturb(surface.reflectance)
            self._news = 3
        if self._fault == "filter-changed":
            self._filter = _UV_CUT if self._filter == _NO_FILTER else _NO_FILTER
        return self._answer(bytes([0x25, code]), start + self._measure_s)

    def _expose(self) -> None:
        if self._attended:
            self._noise.lift()
        light = self._noise.disturb(self._target.reflectance)
        data = [
            tile * seen / max(white, 1e-4)
            for tile, seen, white in zip(load(TILE).reflectance, light, self._white, strict=True)
        ]
        # The targets end at 400 and 700 nm; beyond, the last value goes on.
        self._data = [data[0]] * 2 + data + [data[-1]] * 3

    def _spectrum(self) -> bytes:
        values = list(self._data)
        if self._fault == "nan":
            values[7] = math.nan
        refusal = {"overrange": 0x0400, "colour-range": 0x0800}.get(self._fault or "", 0)
        valid = int(self._fault != "no-reference")
        after = bytes([valid, self._filter, self._parameters[1], 0x02])
        return b"\xb9\x09\x00" + struct.pack("<36f", *values) + after + struct.pack("<H", refusal)

    def _answer(self, content: bytes, at: float) -> list[Action]:
        data = b":" + content.hex().upper().encode("ascii") + b"\r\n"
        return self._send(data, at + 10.0 * len(data) / self.baudrate)
