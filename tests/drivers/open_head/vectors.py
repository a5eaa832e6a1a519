"""The published test vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "docs" / "open_head"


def load(side: str) -> list[dict[str, Any]]:
    """The cases for one side, `head` or `host`."""
    lines = (FOLDER / "vectors.jsonl").read_text("utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["side"] == side]


def crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE bit by bit, by the definition and not by the code under test."""
    register = 0xFFFF
    for byte in data:
        for bit in range(7, -1, -1):
            feedback = ((byte >> bit) & 1) ^ (register >> 15)
            register = (register << 1) & 0xFFFF
            if feedback:
                register ^= 0x1021
    return register


def sealed(line: bytes) -> bytes:
    """A whole line with its checksum."""
    return line[:-1] + f',"crc":"{crc(line):04X}"}}'.encode()
