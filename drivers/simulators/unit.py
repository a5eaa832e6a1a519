"""What a simulated instrument is to the pseudo terminal that carries it.

A unit is pure: bytes and a time in, actions at later times out. The host does the waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes that leave the unit at `at`, in seconds of the caller's clock."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """The cable is pulled at `at`."""

    at: float


Action = Send | HangUp


class Unit(Protocol):
    """A simulated instrument."""

    def feed(self, data: bytes, now: float) -> list[Action]:
        """Take one write of the host; give what the unit does about it."""
        ...

    def control(self, line: str, now: float) -> list[Action]:
        """Do what a person does to the unit, as a line of text.

        Raises:
            ValueError: no such line.
        """
        ...
