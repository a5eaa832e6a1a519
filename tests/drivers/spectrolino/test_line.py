"""Speed and flow control, on a line that garbles bytes between ends of different speed.

A pseudo terminal carries bytes at any speed, so that is what it cannot show; that the port really
is set to each speed is shown on a terminal, in the neighbouring file. Not shown anywhere: XON and
XOFF at work, RTS and CTS, and a real unit's noise at a wrong speed.
"""

from __future__ import annotations

import pytest

from drivers import Disconnected, InstrumentTimeout
from drivers.link import Flow
from drivers.simulators.spectrolino import SpectrolinoUnit
from drivers.simulators.targets import load
from drivers.simulators.unit import Send
from drivers.spectrolino import protocol
from drivers.spectrolino.driver import Spectrolino
from drivers.spectrolino.line import TunedLink


class SpeedLine:
    """A wire to a simulated unit, in no time; see `drivers.spectrolino.line.AdjustableLink`."""

    name = "wire"

    def __init__(self, unit: SpectrolinoUnit, deaf_above: int = 1_000_000) -> None:
        self.unit = unit
        self.deaf_above = deaf_above
        self.baudrate = 0
        self.flow: Flow = "none"
        self.now = 0.0
        self.closed = False
        self.gone = False
        self.sent: list[tuple[int, bytes]] = []
        self._arriving: list[tuple[float, bytes]] = []

    def clock(self) -> float:
        return self.now

    def configure(self, *, baudrate: int, flow: Flow) -> None:
        self.baudrate, self.flow = baudrate, flow

    def write(self, data: bytes) -> None:
        if self.gone:
            raise Disconnected("gone")
        self.sent.append((self.baudrate, data))
        spoken_at = self.unit.baudrate
        understood = spoken_at == self.baudrate and self.baudrate <= self.deaf_above
        for action in self.unit.feed(data if understood else b"\xf8\x00\x80", self.now):
            assert isinstance(action, Send)
            same = spoken_at == self.baudrate
            self._arriving.append((action.at, action.data if same else b"\x00\xfe"))

    def read(self, size: int, timeout_s: float) -> bytes:
        due = [item for item in self._arriving if item[0] <= self.now + timeout_s]
        if not due:
            self.now += timeout_s
            return b""
        at, data = due[0]
        self._arriving.remove(due[0])
        self.now = max(self.now, at)
        if len(data) > size:
            self._arriving.insert(0, (at, data[size:]))
        return data[:size]

    def drain(self) -> bytes:
        data = b"".join(data for at, data in self._arriving if at <= self.now)
        self._arriving = [item for item in self._arriving if item[0] > self.now]
        return data

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("baudrate", protocol.PROBED_BAUDRATES)
def test_a_unit_is_found_at_any_speed_and_taken_to_the_working_one(baudrate: int) -> None:
    line = SpeedLine(SpectrolinoUnit(baudrate=baudrate))
    TunedLink(line, line.clock)
    assert line.baudrate == line.unit.baudrate == 57600
    assert line.flow == line.unit.flow == "xon-xoff"
    assert line.now < 9.0


def test_speeds_are_tried_without_flow_control_from_the_default_on() -> None:
    line = SpeedLine(SpectrolinoUnit(baudrate=300, fault="silence"))
    with pytest.raises(InstrumentTimeout, match="any speed"):
        TunedLink(line, line.clock)
    tried = [baudrate for baudrate, data in line.sent]
    assert list(dict.fromkeys(tried)) == [9600, 19200, 57600, 2400, 1200, 600, 300]
    # Asking for the parameters changes nothing, whatever listens there.
    assert {data for _, data in line.sent} == {b";00\r\n"}
    # Half a second each, as Argyll has it, and twice the time 22 characters need on the wire.
    wire = sum(220 / baudrate for baudrate in protocol.PROBED_BAUDRATES)
    assert line.now == pytest.approx(7 * 0.5 + 2 * wire, abs=0.01)


def test_a_unit_that_cannot_go_faster_stays_where_it_is_found() -> None:
    line = SpeedLine(SpectrolinoUnit(), deaf_above=19200)
    line.unit._busy_until = 0.0
    change = line.unit._set_line
    line.unit._set_line = lambda control, start: (  # type: ignore[method-assign]
        change(control, start) if control != 0x99 else line.unit._answer(b"\x1f\0\0", start)
    )
    TunedLink(line, line.clock)
    assert line.baudrate == line.unit.baudrate == 9600


def test_the_whole_instrument_works_over_such_a_line() -> None:
    unit = SpectrolinoUnit(target=load("skin-light"), attended=True, baudrate=2400)
    line = SpeedLine(unit)
    spectrolino = Spectrolino(TunedLink(line, line.clock), line.clock)
    spectrolino.calibrate("white")
    reading = spectrolino.read()
    assert reading.spectrum is not None
    assert reading.spectrum.values[2:33] == pytest.approx(load("skin-light").reflectance, rel=0.06)


def test_closing_takes_the_unit_back_to_where_others_look_for_it() -> None:
    line = SpeedLine(SpectrolinoUnit())
    tuned = TunedLink(line, line.clock)
    tuned.close()
    tuned.close()
    assert line.closed
    assert (line.unit.baudrate, line.unit.flow) == (9600, "none")


@pytest.mark.parametrize("how", ["gone", "silent"])
def test_closing_never_raises_and_is_quick(how: str) -> None:
    line = SpeedLine(SpectrolinoUnit())
    tuned = TunedLink(line, line.clock)
    if how == "gone":
        line.gone = True
    else:
        line.unit.control("fault silence", 0.0)
    before = line.now
    tuned.close()
    assert line.closed
    assert line.now - before <= 0.5
