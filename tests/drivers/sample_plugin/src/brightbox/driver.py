"""The driver: only public parts of `drivers`, none of the base classes of the kiosk's own."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from brightbox import CAPABILITIES
from drivers.errors import (
    Disconnected,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Unsupported,
)
from drivers.lines import Garbage, LineDecoder
from drivers.link import open_link
from drivers.readings import Condition, Identity, RawReading, Spectrum

ANSWER_S = 0.5


class Brightbox:
    """An open Brightbox; see `drivers.contract.Colorimeter`."""

    capabilities = CAPABILITIES
    condition = Condition("45/0", "D65", "10", 6.0)

    def __init__(self, port: str) -> None:
        self._link = open_link(port)
        self._woken = threading.Event()
        self._calibrated = False
        try:
            self._identity = self._who(ANSWER_S)
        except BaseException:
            self._link.close()
            raise

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def tile_constant(self) -> Spectrum | None:
        return None

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None:
        del value

    def calibrate(self, kind: str) -> None:
        if kind != "white":
            raise Unsupported("A Brightbox has no black calibration.")
        self._ask("C", ANSWER_S)
        self._calibrated = True

    def read(self, *, confirm: bool = False) -> RawReading:
        del confirm
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        line = self._ask("M", ANSWER_S)
        if not self._calibrated:
            raise NeedsCalibration("White has not been calibrated.")
        fields = line.split(",")[2:]
        if len(fields) != 6 or not all(field.replace(".", "", 1).isdigit() for field in fields):
            raise ProtocolError("The unit sent other than six numbers.")
        values = tuple(float(field) / 100.0 for field in fields)
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=Spectrum(450, 50, values),
            at=at,
            monotonic_ns=monotonic_ns,
            raw=line.encode("ascii"),
        )

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        deadline = time.monotonic() + timeout_s
        while not self._woken.is_set() and (left := deadline - time.monotonic()) > 0:
            self._link.read(1, left)
        self._woken.clear()
        return None

    def ping(self) -> None:
        if self._who(ANSWER_S) != self._identity:
            raise Disconnected("Another unit answers.")

    def wake(self) -> None:
        self._woken.set()
        self._link.cancel()

    def close(self) -> None:
        self._link.close()

    def _who(self, timeout_s: float) -> Identity:
        fields = self._ask("?", timeout_s).split(",")
        if len(fields) != 3 or fields[0] != "BB":
            raise Unsupported("This is no Brightbox.")
        return Identity("Brightbox", fields[1], fields[2])

    def _ask(self, request: str, timeout_s: float) -> str:
        self._link.drain()
        self._link.write(request.encode("ascii") + b"\n")
        decoder = LineDecoder(100)
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            for line in decoder.feed(self._link.read(1, left)):
                text = "" if isinstance(line, Garbage) else line.decode("ascii", "replace")
                if text.startswith("BB" if request == "?" else request):
                    return text
        raise InstrumentTimeout("The Brightbox does not answer.")


def probe(port: str, timeout_s: float) -> Identity:
    """Who is on `port`."""
    del timeout_s
    unit = Brightbox(port)
    unit.close()
    return unit.identity
