"""A simulated unit on a line without a terminal, in a time of its own, with things going wrong."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from drivers.simulators import Unit
from drivers.simulators.unit import Send

Fate = Literal["ok", "late", "lost", "damaged", "twice", "noisy"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens around one write of the host."""

    press_before: bool = False
    press_after: bool = False
    fate: Fate = "ok"
    late_s: float = 0.0
    noise: bytes = b""


#: Just beyond one or the other patience of the drivers, so that answers come to later requests.
LATE_S = (0.3, 0.6, 1.2, 2.0, 7.0, 13.0, 25.0)


def moments(noise: st.SearchStrategy[bytes], *fates: Fate) -> st.SearchStrategy[list[Moment]]:
    """Lists of moments in which mostly nothing happens."""
    rarely = st.integers(0, 5).map(lambda number: number == 5)
    troubled = st.builds(
        Moment,
        rarely,
        rarely,
        st.sampled_from(fates),
        st.sampled_from(LATE_S),
        noise,
    )
    return st.lists(st.just(Moment()) | troubled, max_size=40)


class VirtualLink:
    """A `drivers.contract.Link` to `unit`; `moments` begin when `armed` is set."""

    name = "virtual"

    def __init__(self, unit: Unit, moments: Iterable[Moment], sizes: Iterable[int] = ()) -> None:
        self.unit = unit
        self.armed = False
        self.now = 0.0
        self._moments = list(moments)
        self._sizes = list(sizes)
        self._due: list[tuple[float, int, bytes]] = []
        self._order = itertools.count()
        self._last = 0.0
        self._incoming = bytearray()

    def clock(self) -> float:
        return self.now

    def write(self, data: bytes) -> None:
        moment = self._moments.pop(0) if self.armed and self._moments else Moment()
        if moment.press_before:
            self.press()
        if moment.fate == "noisy":
            self.say(moment.noise, self.now)
        for action in self.unit.feed(data, self.now):
            assert isinstance(action, Send)
            self._answer(action, moment)
        if moment.press_after:
            self.press()

    def press(self) -> None:
        """Press the unit's button now."""
        for action in self.unit.control("press", self.now):
            assert isinstance(action, Send)
            self.say(action.data, action.at)

    def say(self, data: bytes, at: float) -> None:
        """Let the unit send something at a time, or later: nothing overtakes on a wire."""
        if data:
            self._last = max(self._last, at)
            heapq.heappush(self._due, (self._last, next(self._order), data))

    def read(self, size: int, timeout_s: float) -> bytes:
        deadline = self.now + timeout_s
        while len(self._incoming) < size and self._due and self._due[0][0] <= deadline:
            self.now = max(self.now, self._due[0][0])
            self._arrive()
        if not self._incoming:
            self.now = deadline
            return b""
        # Like a serial port in the middle of an answer: anything from one byte up.
        return self._take(min(size, self._sizes.pop(0) if self._sizes else size))

    def drain(self) -> bytes:
        self._arrive()
        return self._take(len(self._incoming))

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    def _answer(self, action: Send, moment: Moment) -> None:
        data, at = action.data, action.at
        match moment.fate:
            case "lost":
                return
            case "late":
                at += moment.late_s
            case "damaged":
                middle = len(data) // 2
                data = data[:middle] + bytes([data[middle] ^ 0x84]) + data[middle + 1 :]
            case "twice":
                data += data
        self.say(data, at)

    def _arrive(self) -> None:
        while self._due and self._due[0][0] <= self.now:
            self._incoming += heapq.heappop(self._due)[2]

    def _take(self, count: int) -> bytes:
        data = bytes(self._incoming[:count])
        del self._incoming[:count]
        return data


@dataclass
class Numbers:
    """Which measurement of a unit is which: a unit counts here and measures its own number."""

    latest: int = 0
    by_button: frozenset[int] = frozenset()

    def measure(self, who: str) -> int:
        """The number of the measurement that begins now."""
        self.latest += 1
        if who == "button":
            self.by_button |= {self.latest}
        return self.latest


def single(values: Iterable[float], decode: Callable[[int, float], float]) -> int:
    """The one number that all values of a reading tell."""
    told = {round(decode(place, value), 2) for place, value in enumerate(values)}
    assert len(told) == 1, f"parts of measurements {sorted(told)} in one reading"
    (number,) = told
    assert number == int(number)
    return int(number)
