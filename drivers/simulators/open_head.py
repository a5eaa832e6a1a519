"""An open head with an AS7341 sensor: this project's line protocol, seen from the head's side.

Pure: bytes and a time in, scheduled bytes out. Written against `docs/open_head/protocol.md` and
sharing no code with the driver, so that one mistake is not made twice.
"""

from __future__ import annotations

import json
from typing import Any, Final

from drivers.simulators import heads
from drivers.simulators.faults import LINE_FAULTS, WIRE_FAULTS, FaultyUnit
from drivers.simulators.heads import FULL_SCALE, Holder, Optics
from drivers.simulators.targets import TILE, Target, load
from drivers.simulators.unit import Action, HangUp, Send

FAULTS: Final = (
    *LINE_FAULTS,
    *WIRE_FAULTS,
    "banner",  # boots when first spoken to, and says so instead of answering
    "echo",  # a line that sends back what it is sent
    "error",  # knows who it is and no other command
    "checksum",  # every frame has a wrong checksum
    "wrong-model",  # speaks version 2 of the protocol
    "button",  # the button is pressed just before every measurement
    "nan",  # one value is NaN
    "saturated",  # a channel is at full scale
    "stuck",  # the sensor gives the same counts each time
    "stale",  # every measurement carries the number of the one before
    "busy",  # busy at first, then not
    "stuck-busy",  # busy always
    "sensor",  # the sensor does not answer
    "hot",  # too hot to light the lamp
    "dark-lamp",  # the lamp does not light
)

SERIAL: Final = "A1"
GAIN: Final = 16
INTEGRATION_MS: Final = 182
#: Six converters for eight channels: two integrations a frame.
_FRAME_MS: Final = 2 * INTEGRATION_MS
_LAMP_MS: Final = 100
#: What it says a measurement takes at most.
WAIT_MS: Final = 1200
_ANSWER_S: Final = 0.002
_LONGEST: Final = 1024


def checksum(data: bytes) -> int:
    """CRC-16/CCITT-FALSE, bit by bit as the head does it."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc


class OpenHeadUnit(FaultyUnit):
    """One simulated head; see `drivers.simulators.unit.Unit`.

    Control lines: `target NAME`, `lift`, `press`, `temperature N`, `fault NAME|none`.
    """

    title = "open head"
    faults = FAULTS
    junk = b'\x00\xff{"id":\r\n'
    cut = 20

    def __init__(
        self,
        *,
        serial: str = SERIAL,
        seed: int = 0,
        target: Target | None = None,
        fault: str | None = None,
        attended: bool = False,
    ) -> None:
        """`attended` adds a person; see `drivers.simulators.heads.Holder`."""
        self._serial = serial
        self._busy_left = 0
        self._booting = False
        self._optics = Optics(heads.AS7341, seed)
        surface = target if target is not None else load(TILE)
        self._holder = Holder(surface, attended=attended)
        super().__init__(self._optics.noise, surface, fault)
        self._lamp = False
        self._celsius = 31.5
        self._buffer = b""

    @property
    def lamp(self) -> bool:
        """Whether the lamp burns outside a measurement."""
        return self._lamp

    def _hear(self, data: bytes, now: float) -> list[Action]:
        """Answer the lines that `data` ends."""
        if self._fault == "echo":
            return [Send(now + _ANSWER_S, data)]
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [action for line in lines for action in self._obey(line, now)]

    def _handle(self, words: list[str], now: float) -> list[Action] | None:
        match words:
            case ["press"]:
                return [Send(now, _line({"evt": "button"}))]
            case ["temperature", celsius] if celsius.isdecimal():
                self._celsius = float(celsius)
                return []
        return None

    def _place(self, target: Target) -> None:
        self._holder.place(target)

    def _set_fault(self, name: str | None) -> None:
        super()._set_fault(name)
        self._booting |= name == "banner"
        self._busy_left = {"busy": 2, "stuck-busy": 10**9}.get(name or "", 0)

    def _obey(self, line: bytes, now: float) -> list[Action]:
        start = max(now, self._busy_until)
        done = self._busy_until = start + _ANSWER_S
        if self._booting:
            self._booting = False
            return [Send(done, b"\r\nAuto-reload is on.\r\ncode.py output:\r\n")]
        request = _request(line)
        if request is None:
            return self._send(_line({"err": "LINE"}), done)
        tag = {} if request.get("seq") is None else {"seq": request["seq"]}
        match request["cmd"]:
            case "id":
                return self._send(_line(self._hello()), done)
            case _ if self._fault == "error":
                return self._send(_line({**tag, "err": "CMD"}), done)
            case "led" if request.get("on") in (0, 1):
                self._lamp = request["on"] == 1
                self._holder.opened()
                return self._send(_line({**tag, "led": int(self._lamp)}), done)
            case "led":
                return self._send(_line({**tag, "err": "ARG"}), done)
            case "meas" | "dark" as command:
                return self._measure(command, tag, start)
        return self._send(_line({**tag, "err": "CMD"}), done)

    def _hello(self) -> dict[str, Any]:
        return {
            "id": "smp-head",
            "proto": 2 if self._fault == "wrong-model" else 1,
            "fw": "0.3",
            "serial": self._serial,
            "ch": [one.name for one in heads.AS7341],
            "full": FULL_SCALE,
            "wait": WAIT_MS,
        }

    def _measure(self, command: str, tag: dict[str, Any], start: float) -> list[Action]:
        trouble = {"saturated": "SAT", "sensor": "SENSOR", "hot": "HOT"}.get(self._fault or "")
        if self._busy_left:
            self._busy_left -= 1
            trouble = "BUSY"
        if trouble is not None:
            where = {"ch": 2} if trouble == "SAT" else {}
            return self._send(_line({**tag, "err": trouble, **where}), self._busy_until)
        frames = 1 if command == "dark" else 2
        done = start + (frames * _FRAME_MS + (_LAMP_MS if frames == 2 else 0)) / 1000.0
        self._busy_until = done
        if self._fault == "unplug":
            self._fault = None
            return [HangUp((start + done) / 2.0)]
        pressed = self._fault == "button"
        actions: list[Action] = [Send(start, _line({"evt": "button"}))] if pressed else []
        if self._holder.moved(start):
            self._optics.lift()
        if self._fault == "stale" and "seq" in tag:
            tag = {"seq": tag["seq"] - 1}
        frame = {
            "dark": self._counts(lit=False),
            "gain": GAIN,
            "ms": INTEGRATION_MS,
            "t": self._celsius,
        }
        if command == "meas":
            frame = {"raw": self._counts(lit=self._fault != "dark-lamp"), **frame}
            self._holder.exposed(done)
        return actions + self._send(self._sealed({**tag, **frame}), done)

    def _counts(self, *, lit: bool) -> list[int]:
        if self._fault == "stuck":
            return [5000 + place for place in range(len(heads.AS7341))]
        return list(self._optics.counts(self._holder.surface, lit=lit, sensitivity=1.0))

    def _sealed(self, content: dict[str, Any]) -> bytes:
        bare = _line(content)[:-1]
        if self._fault == "nan":
            bare = bare.replace(b"[", b"[NaN,", 1)
        crc = checksum(bare) ^ (0x55 if self._fault == "checksum" else 0)
        return bare[:-1] + f',"crc":"{crc:04X}"}}\n'.encode("ascii")


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"


def _request(line: bytes) -> dict[str, Any] | None:
    if len(line) > _LONGEST:
        return None
    try:
        content = json.loads(line)
    except ValueError:
        return None
    known = isinstance(content, dict) and isinstance(content.get("cmd"), str)
    return content if known and isinstance(content.get("seq", 0), int) else None
