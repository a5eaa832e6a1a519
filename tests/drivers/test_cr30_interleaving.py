"""Whatever moment the button is pressed at, no reading is taken for another one's."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from drivers import Gated, ProtocolError, RawReading
from drivers.cr30.driver import Cr30
from tests.drivers import golden


@dataclass
class PressedUnit:
    """A link to a unit whose n-th measurement reads n percent in every band (plus a slope).

    `moments` says for each request whether the button is pressed before, or after, its answer,
    and whether the answer is damaged on its way.
    """

    moments: list[tuple[bool, bool, bool]]
    sizes: list[int]
    name: str = "pressed"
    asked_by: dict[int, str] = field(default_factory=dict)
    latest: int = 0
    now: float = 0.0
    incoming: bytearray = field(default_factory=bytearray)
    armed: bool = False

    def clock(self) -> float:
        return self.now

    def write(self, data: bytes) -> None:
        before, after, damaged = (
            self.moments.pop(0) if self.armed and self.moments else (False, False, False)
        )
        if before:
            self._press()
        answer = self._answer(data)
        self.incoming += golden.spoiled(answer) if damaged else answer
        if after:
            self._press()

    def _answer(self, data: bytes) -> bytes:
        identities = {golden.ASK0: golden.ID0, golden.ASK1: golden.ID1, golden.ASK2: golden.ID2}
        if data in identities:
            return identities[data]
        if data == golden.TRIG:
            self._measure("host")
            return golden.HDR
        chunk = data[2] - 0x10
        bands = range(12 * chunk, min(12 * chunk + 12, 31))
        values = struct.pack(f"<{len(bands)}f", *(self.latest + band / 100 for band in bands))
        return golden.with_bytes(data, 6, values)

    def _press(self) -> None:
        self._measure("button")
        self.incoming += golden.BTN

    def _measure(self, who: str) -> None:
        self.latest += 1
        self.asked_by[self.latest] = who

    def read(self, size: int, timeout_s: float) -> bytes:
        if not self.incoming:
            self.now += timeout_s
            return b""
        # Like a serial port in the middle of a frame: anything from one byte up.
        count = min(size, self.sizes.pop(0) if self.sizes else size)
        data = bytes(self.incoming[:count])
        del self.incoming[:count]
        return data

    def drain(self) -> bytes:
        data = bytes(self.incoming)
        self.incoming.clear()
        return data

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    def check(self, reading: RawReading) -> int:
        """Which measurement the reading is; it must be all of one and of who it says."""
        numbers = {
            round(100 * value - band / 100, 3) for band, value in enumerate(reading.spectrum.values)
        }
        assert len(numbers) == 1, f"parts of measurements {sorted(numbers)} in one reading"
        number = int(numbers.pop())
        assert reading.trigger == self.asked_by[number]
        return number


rarely = st.integers(0, 7).map(lambda number: number == 7)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.just(False)), max_size=24)
    | st.lists(st.tuples(rarely, rarely, st.booleans()), max_size=24),
    st.lists(st.integers(1, 60), max_size=40),
)
def test_every_reading_is_one_measurement_and_says_whose(
    moments: list[tuple[bool, bool, bool]], sizes: list[int]
) -> None:
    any_damage = any(damaged for _, _, damaged in moments)
    link = PressedUnit(moments, sizes)
    unit = Cr30(link, link.clock)
    link.armed = True
    seen: list[int] = []
    gave_up = False
    for _ in range(3):
        try:
            seen.append(link.check(unit.read()))
        except ProtocolError:
            gave_up = True
    link.moments.clear()
    latest = link.latest
    pressed = unit.wait_for_button(1.0)
    if pressed is not None:
        assert link.check(pressed) == latest
        seen.append(latest)
    elif link.asked_by.get(latest) == "button" and not any_damage:
        # The last press was not forgotten: it is the reading that was returned already.
        assert seen[-1] == latest
    assert not gave_up or any_damage or len(link.asked_by) > 4, "gave up without a reason"
    assert seen == sorted(set(seen)), "a measurement was returned twice"
    assert unit.wait_for_button(1.0) is None


@given(st.integers(0, 3), st.booleans())
def test_a_gated_press_at_any_moment_is_reported_once(request_number: int, before: bool) -> None:
    link = PressedUnit([], [])
    unit = Cr30(link, link.clock)
    plain = link.write
    writes = 0

    def write(data: bytes) -> None:
        nonlocal writes
        if writes == request_number and before:
            link.incoming += golden.GAT
        plain(data)
        if writes == request_number and not before:
            link.incoming += golden.GAT
        writes += 1

    link.write = write  # type: ignore[method-assign]
    reports = 0
    for action in (unit.read, lambda: unit.wait_for_button(0.1), unit.read):
        try:
            action()
        except Gated:
            reports += 1
    assert reports == 1
