"""A Brightbox for tests; see `drivers.simulators.unit.Unit`."""

from __future__ import annotations

import random

from drivers.simulators.unit import Action, Send

SURFACES = {"tile": 88.0, "black": 0.4, "sample": 35.0}


class BrightboxUnit:
    """Control lines: `target NAME`, `fault silence|none`."""

    def __init__(self) -> None:
        self._level = SURFACES["tile"]
        self._count = 0
        self._silent = False
        self._random = random.Random(1)

    def feed(self, data: bytes, now: float) -> list[Action]:
        answers = [self._answer(line) for line in data.split(b"\n") if line]
        return [] if self._silent else [Send(now + 0.01, answer) for answer in answers]

    def control(self, line: str, now: float) -> list[Action]:
        del now
        match line.split():
            case ["target", name] if name in SURFACES:
                self._level = SURFACES[name]
            case ["fault", "silence" | "none" as fault]:
                self._silent = fault == "silence"
            case _:
                raise ValueError(line)
        return []

    def _answer(self, line: bytes) -> bytes:
        match line:
            case b"?":
                return b"BB,B-7,1.0\n"
            case b"C":
                return b"C\n"
            case b"M":
                self._count += 1
                values = [self._level + self._random.uniform(0, 0.05) + band for band in range(6)]
                return f"M,{self._count},{','.join(f'{v:.3f}' for v in values)}\n".encode("ascii")
        return b"E\n"
