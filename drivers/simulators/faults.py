"""What all simulated units share: a surface, a person's hands, and lines that go wrong.

All faults last until `fault none`, except `unplug`, which ends with itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Final

from drivers.simulators.noise import Noise
from drivers.simulators.targets import Target, load
from drivers.simulators.unit import Action, Send

#: What can go wrong on any line, whatever is said over it.
LINE_FAULTS: Final = (
    "unplug",  # the cable is pulled in the middle of the next measurement
    "silence",  # the port is there, takes bytes and answers nothing (a unit idle for too long)
    "split",  # every answer comes in three pieces with pauses, the last of one byte
    "short",  # every answer lacks its end
    "garbage",  # junk comes before every answer
    "twice",  # every answer comes twice, in one piece
)
#: What can go wrong where a cable carries bits at a speed that both ends must know.
WIRE_FAULTS: Final = (
    "wrong-speed",  # every answer as it looks at another baud rate
    "parity",  # seven bits and even parity where eight bits are expected
)

#: Between the pieces of a split answer.
_PIECE_S: Final = 0.004


class FaultyUnit(ABC):
    """A simulated unit with the faults of its line; see `drivers.simulators.unit.Unit`.

    A unit hears and answers by `_hear`, and sends by `_send`, which spoils what it sends.
    """

    title: ClassVar[str]
    faults: ClassVar[tuple[str, ...]]
    junk: ClassVar[bytes]
    """What comes before answers with the fault `garbage`: as like an answer as noise can be."""
    cut: ClassVar[int]
    """How many bytes the fault `short` takes off."""

    def __init__(self, noise: Noise, target: Target, fault: str | None) -> None:
        self._noise = noise
        self._target = target
        self._fault: str | None = None
        self._busy_until = 0.0
        if fault is not None:
            self._set_fault(fault)

    def feed(self, data: bytes, now: float) -> list[Action]:
        """Take one write of the host; give what the unit does about it."""
        return [] if self._fault == "silence" else self._hear(data, now)

    def control(self, line: str, now: float) -> list[Action]:
        """Do what a person does; see the class of the unit for its lines.

        Raises:
            ValueError: no such line.
        """
        match line.split(maxsplit=1):
            case ["target", name]:
                self._place(load(name.strip()))
            case ["lift"]:
                self._lift()
            case ["fault", "none"]:
                self._set_fault(None)
            case ["fault", name]:
                self._set_fault(name)
            case words:
                actions = self._handle(words, now)
                if actions is None:
                    raise ValueError(f"A simulated {self.title} cannot {line!r}.")
                return actions
        return []

    @abstractmethod
    def _hear(self, data: bytes, now: float) -> list[Action]:
        """Answer one write of the host."""

    @abstractmethod
    def _handle(self, words: list[str], now: float) -> list[Action] | None:
        """Do what only this unit lets a person do; None when that is unknown."""

    def _place(self, target: Target) -> None:
        self._target = target

    def _lift(self) -> None:
        self._noise.lift()

    def _set_fault(self, name: str | None) -> None:
        if name is not None and name not in self.faults:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(self.faults)}.")
        self._fault = name

    def _send(self, data: bytes, at: float) -> list[Action]:
        """Send an answer at `at`, spoilt by the fault there is; the unit is busy until then."""
        self._busy_until = at
        match self._fault:
            case "short":
                data = data[: -self.cut]
            case "garbage":
                data = self.junk + data
            case "twice":
                data += data
            case "wrong-speed":
                # Framing is lost: stop bits become zeros, some bytes two and others none.
                data = bytes(0 if byte & 1 else 0x80 | byte for byte in data[::2]) + b"\xff"
            case "parity":
                data = bytes(byte | (byte.bit_count() & 1) << 7 for byte in data)
            case "split" if len(data) > 2:
                edges = (0, len(data) // 3, len(data) - 1, len(data))
                self._busy_until = at + 2 * _PIECE_S
                return [
                    Send(at + _PIECE_S * i, data[edges[i] : edges[i + 1]])
                    for i in range(len(edges) - 1)
                ]
        return [Send(at, data)]
