"""Whatever comes unasked, late, twice or damaged, no reading is taken for another one's.

The simulated units number their measurements and measure that number, so a reading tells which it
is: one that was made during the call that gives it, whole, and by whom it says. (The CR30 has a
file of its own, because it keeps only the last of several measurements.)
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers import InstrumentError, RawReading
from drivers.as726x.driver import As726x
from drivers.as726x.protocol import AS7262
from drivers.channel_heads import Baseline
from drivers.contract import Colorimeter
from drivers.konica_minolta.cm700d import Cm700d
from drivers.konica_minolta.cm2600d import Cm2600d
from drivers.open_head.driver import OpenHead
from drivers.simulators import As726xUnit, KonicaMinoltaUnit, OpenHeadUnit, SpectrolinoUnit
from drivers.spectrolino.driver import Spectrolino
from tests.drivers.virtual import Moment, Numbers, VirtualLink, moments, single

ACTIONS = st.lists(st.sampled_from(["read", "wait"]), min_size=1, max_size=4)
QUIET = Moment()
SIZES = st.lists(st.integers(1, 60), max_size=60)
#: Bytes that are an answer in no protocol here, with and without an end.
NOISE = st.binary(max_size=40).map(lambda data: data.translate(None, b"0123456789{}:,;OK"))


def run(
    link: VirtualLink,
    unit: Colorimeter,
    numbers: Numbers,
    number_of: Callable[[RawReading], int],
    actions: list[str],
) -> list[RawReading]:
    """Do these, and hold every reading to the measurements of its own call."""
    seen: list[int] = []
    readings: list[RawReading] = []
    link.armed = True
    unheard: set[int] = set()
    for action in actions:
        before = numbers.latest
        try:
            reading = unit.read() if action == "read" else unit.wait_for_button(2.0)
        except InstrumentError:
            # Presses since then may still be delivered: they were not promised to this call.
            unheard |= {n for n in numbers.by_button if n > before}
            continue
        if reading is None:
            continue
        number = number_of(reading)
        assert number not in seen, "a measurement was given twice"
        if action == "read":
            assert reading.trigger == "host"
            assert number > before, "a measurement from before the call"
            assert number not in numbers.by_button, "a press was given as the host's reading"
        else:
            assert reading.trigger == "button"
        seen.append(number)
        readings.append(reading)
    assert seen == sorted(seen)
    return readings


# Konica Minolta: nothing says which request a line answers


class NumberedMinolta(KonicaMinoltaUnit):
    """Measurement n reads n percent and a hundredth more from band to band."""

    def __init__(self, model: str) -> None:
        self.numbers = Numbers()
        self.who = "host"
        # Longer than the quiet that ends one measurement, as a real flash with its charging is.
        super().__init__(model)

    def _press(self, now: float):
        self.who = "button"
        try:
            return super()._press(now)
        finally:
            self.who = "host"

    def _expose(self) -> None:
        number = self.numbers.measure(self.who)
        self._data = [number / 100 + band / 1e4 for band in range(31)]


def minolta_number(reading: RawReading) -> int:
    assert reading.spectrum is not None
    values = reading.spectrum.values
    # The CM-2600d repeats the first and the last band beyond the ends of the targets.
    return single(
        values if len(values) == 31 else values[4:35], lambda band, v: 100 * v - band / 100
    )


# Not "lost": a press whose line comes instead of one that vanished whole looks the same to anybody.
@given(moments(NOISE, "ok", "late", "damaged", "noisy"), ACTIONS, SIZES)
@example([QUIET, QUIET, QUIET, Moment(press_after=True, fate="late", late_s=0.6)], ["read"], [])
@example([QUIET, QUIET, QUIET, Moment(press_before=True, fate="damaged")], ["read"], [])
@example(
    [QUIET, QUIET, Moment(press_after=True), QUIET, Moment(fate="damaged")], ["read", "wait"], []
)
@settings(deadline=None, max_examples=200)
def test_cm2600d(troubles: list[Moment], actions: list[str], sizes: list[int]) -> None:
    unit = NumberedMinolta("cm2600d")
    link = VirtualLink(unit, troubles, sizes)
    driver = Cm2600d(link, link.clock)
    # How many lines a measurement has is documented nowhere: the driver learns it from the first.
    driver.read()
    readings = run(link, driver, unit.numbers, minolta_number, actions)
    for reading in readings:
        if reading.trigger == "button":
            assert minolta_number(reading) in unit.numbers.by_button, "the host's came as a press"


@given(moments(NOISE, "ok", "late", "lost", "damaged", "noisy"), ACTIONS, SIZES)
@settings(deadline=None, max_examples=200)
def test_cm700d(troubles: list[Moment], actions: list[str], sizes: list[int]) -> None:
    unit = NumberedMinolta("cm700d")
    link = VirtualLink(unit, troubles, sizes)
    driver = Cm700d(link, link.clock)
    readings = run(link, driver, unit.numbers, minolta_number, actions)
    assert all(reading.trigger == "host" for reading in readings)
    assert not unit.numbers.by_button


def test_a_press_while_nothing_else_happens_is_always_delivered() -> None:
    unit = NumberedMinolta("cm2600d")
    link = VirtualLink(unit, [])
    driver = Cm2600d(link, link.clock)
    link.press()
    pressed = driver.wait_for_button(2.0)
    assert pressed is not None
    assert minolta_number(pressed) == 1


# Spectrolino: one measurement is kept, whoever made it


class NumberedSpectrolino(SpectrolinoUnit):
    """Measurement n reads n percent and a hundredth more from band to band."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self.who = "host"
        super().__init__(measure_s=0.4, baudrate=57600)

    def control(self, line: str, now: float):
        self.who = "button"
        try:
            return super().control(line, now)
        finally:
            self.who = "host"

    def _expose(self) -> None:
        number = self.numbers.measure(self.who)
        self._data = [number / 100 + band / 1e4 for band in range(36)]


def spectrolino_number(reading: RawReading) -> int:
    assert reading.spectrum is not None
    return single(reading.spectrum.values, lambda band, value: 100 * value - band / 100)


@given(moments(NOISE, "ok", "late", "lost", "twice", "noisy"), ACTIONS, SIZES)
@example([*[QUIET] * 7, Moment(fate="lost")], ["wait", "read", "wait"], [])
@example([QUIET, Moment(fate="lost"), QUIET, Moment(press_after=True)], ["wait", "read"], [])
@settings(deadline=None, max_examples=200)
def test_spectrolino(troubles: list[Moment], actions: list[str], sizes: list[int]) -> None:
    unit = NumberedSpectrolino()
    link = VirtualLink(unit, troubles, sizes)
    driver = Spectrolino(link, link.clock)
    driver.calibrate("white")
    readings = run(link, driver, unit.numbers, spectrolino_number, actions)
    for reading in readings:
        by_button = spectrolino_number(reading) in unit.numbers.by_button
        assert by_button == (reading.trigger == "button")


# Heads: counts of light that tell their number


class NumberedHead(OpenHeadUnit):
    """The lit frame of measurement n has 20000 + 10 n counts."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        super().__init__()

    def _counts(self, *, lit: bool) -> list[int]:
        number = self.numbers.measure("host") if lit else 0
        return [20002 + 10 * number if lit else 2] * 8


WHITE = 40000


def head_number(reading: RawReading) -> int:
    assert reading.channels is not None
    return single(reading.channels.values, lambda _, value: (value * WHITE - 20000) / 10)


@given(moments(NOISE, "ok", "late", "lost", "damaged", "twice", "noisy"), ACTIONS, SIZES)
@settings(deadline=None, max_examples=200)
def test_open_head(troubles: list[Moment], actions: list[str], sizes: list[int]) -> None:
    unit = NumberedHead()
    link = VirtualLink(unit, troubles, sizes)
    driver = OpenHead(link, link.clock)
    names = tuple(unit._hello()["ch"])
    driver.baseline = Baseline(names, "gain 16, 182 ms", (0,) * 8, (WHITE,) * 8, 31.5)
    readings = run(link, driver, unit.numbers, head_number, actions)
    pressed = any(moment.press_before or moment.press_after for moment in troubles)
    assert pressed or all(reading.trigger == "host" for reading in readings)


class NumberedChip(As726xUnit):
    """The lit frame of exposure n has 20000 + 10 n counts; a stream sends frames of its own."""

    def __init__(self, streaming: bool) -> None:
        self.numbers = Numbers()
        super().__init__("as7262", fault="streaming" if streaming else None)

    def _expose(self) -> tuple[int, ...]:
        number = self.numbers.measure("host") if self.lamp else 0
        return (20002 + 10 * number if self.lamp else 2,) * 6


@given(
    moments(NOISE, "ok", "late", "lost", "noisy"),
    st.lists(st.just("read"), min_size=1, max_size=3),
    SIZES,
    st.booleans(),
    st.lists(st.floats(0.0, 0.05), max_size=6),
)
@settings(deadline=None, max_examples=200)
def test_at_heads(
    troubles: list[Moment],
    actions: list[str],
    sizes: list[int],
    streaming: bool,
    under_way: list[float],
) -> None:
    unit = NumberedChip(streaming)
    # These chips have no button; what comes unasked is a stream that a crashed program left on.
    calm = [Moment(fate=m.fate, late_s=m.late_s, noise=m.noise) for m in troubles]
    link = VirtualLink(unit, calm, sizes)
    for at in under_way if streaming else ():
        link.say(b"11111, 11111, 11111, 11111, 11111, 11111 OK\n", at)
    driver = As726x(AS7262, link, link.clock)
    driver.baseline = Baseline(AS7262.channels, driver.settings, (0,) * 6, (WHITE,) * 6, 25.0)
    run(link, driver, unit.numbers, head_number, actions)
