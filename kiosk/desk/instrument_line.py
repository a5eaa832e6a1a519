"""The thread that owns the serial port.

One line serves one instrument for as long as the program runs: it opens the port, comes back after
an unplug, runs requests in order and listens for the unit's own button in between. It blocks on
the port and on its queue, so it uses no processor time while nothing happens. What it has to say
goes to a listener, called from this thread.

Nothing here knows screens; the kiosk's app and the tests pass their own listener.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from calibration import colorimetry
from calibration.sampling import Correction, Sample, take_sample
from calibration.validity import Circumstances, Usage
from drivers.channel_heads import Baseline
from drivers.contract import CalibrationKind, Capabilities, Colorimeter
from drivers.errors import (
    Busy,
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NoInstrument,
    PermissionDenied,
)
from drivers.interrupt import Interrupt, interruptible
from drivers.readings import Identity, RawReading, Spectrum
from kiosk.desk.finding import open_unit
from kiosk.desk.office import utc_now
from kiosk.desk.unit_state import asks_for_calibration, baseline_of, circumstances_of

#: Seconds between attempts to find a lost unit: quick at first, then patient.
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0)
#: A port can look alive while the unit behind it is dead; only an answer proves presence.
PRESENCE_CHECK_S = 30.0
#: How long one wait for the button lasts before the queue is looked at again anyway.
LISTEN_S = 1.0

_GONE = (Disconnected, NoInstrument, PermissionDenied, Busy, InstrumentTimeout)


@dataclass(frozen=True, slots=True)
class Connected:
    """The unit answered and said who it is."""

    identity: Identity
    capabilities: Capabilities
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """The unit is not there (any more); the line keeps looking for it."""

    error: InstrumentError


@dataclass(frozen=True, slots=True)
class Measured:
    """A reading; `token` is the request's, None for the unit's own button."""

    token: str | None
    sample: Sample


@dataclass(frozen=True, slots=True)
class PatchRead:
    """A reading of a chart's patch; no colour yet, because that is what it helps to fit."""

    token: str
    raw: RawReading


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One calibration step went through.

    `tile` is the unit's tile constant where it has one, `baseline` what a head counted; all of it
    goes to `calibrating.record_step`.
    """

    token: str
    kind: CalibrationKind
    identity: Identity
    tile: Spectrum | None
    made_under: Circumstances | None = None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A request (or a button reading, token None) did not give a result."""

    token: str | None
    error: InstrumentError


@dataclass(frozen=True, slots=True)
class Broken:
    """A defect of the program ended the thread; whoever listens must not go on as if it ran."""

    error: Exception


LineEvent = Connected | Lost | Measured | PatchRead | Calibrated | Failed | Broken


@dataclass(frozen=True, slots=True)
class Request:
    """Something to do on the port: read a surface or a patch, or run one calibration step."""

    token: str
    action: Literal["read", "patch", "black", "white"]


class InstrumentLine:
    """See the module's docstring. `start` and `stop` are called once each.

    `restore` is called with every unit that was opened, to give it back what is known of it;
    `correction` says what turns the channels of a head into colour, and is asked again after every
    calibration. Both may raise InstrumentError.
    """

    def __init__(
        self,
        model: str,
        port: str,
        listener: Callable[[LineEvent], None],
        *,
        restore: Callable[[Colorimeter], object] = lambda _unit: None,
        correction: Callable[[Identity], Correction | None] = lambda _identity: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._model = model
        self._port = port
        self._tell = listener
        self._restore = restore
        self._find_correction = correction
        self._correction: Correction | None = None
        self._correction_is_known = False
        self._usage = Usage()
        self._clock = clock
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._driver: Colorimeter | None = None
        self._stopping = threading.Event()
        self._interrupt = Interrupt()
        self._thread = threading.Thread(target=self._live, name="instrument-line", daemon=True)

    @property
    def usage(self) -> Usage:
        """What happened to the unit since it was opened or white was calibrated; any thread."""
        return self._usage

    def start(self) -> None:
        """Begin looking for the unit."""
        self._thread.start()

    def request(self, request: Request) -> None:
        """Queue a request; its result arrives at the listener under the same token."""
        self._requests.put(request)
        self._wake()

    def correction_changed(self) -> None:
        """Ask for the head's correction again before the next reading; any thread."""
        self._correction_is_known = False

    def stop(self, timeout_s: float = 1.0) -> bool:
        """End the thread; True when it ended in time. The port is closed by the thread."""
        self._stopping.set()
        self._requests.put(None)
        # Not `wake`: that would wait for a unit that fell silent in the middle of a reading.
        self._interrupt.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _wake(self) -> None:
        driver = self._driver
        if driver is not None:
            driver.wake()

    def _live(self) -> None:
        with interruptible(self._interrupt):
            self._run()

    def _run(self) -> None:
        attempt = 0
        try:
            while not self._stopping.is_set():
                try:
                    self._serve(self._open())
                    attempt = 0
                except InstrumentError as error:
                    connected_before = self._driver is not None
                    self._close()
                    if self._stopping.is_set():
                        return
                    attempt = 0 if connected_before else attempt
                    self._tell(Lost(error))
                    self._pause(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)], error)
                    attempt += 1
        except Exception as error:
            self._tell(Broken(error))
        finally:
            self._close()

    def _open(self) -> Colorimeter:
        driver = open_unit(self._model, self._port)
        self._driver = driver
        self._usage, self._correction_is_known = Usage(), False
        self._restore(driver)
        colorimetry.load()
        self._tell(Connected(driver.identity, driver.capabilities, self._clock()))
        return driver

    def _close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()

    def _pause(self, seconds: float, error: InstrumentError) -> None:
        """Wait for the next attempt; requests made meanwhile fail at once with the reason."""
        deadline = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := deadline - time.monotonic()) > 0:
            try:
                request = self._requests.get(timeout=left)
            except queue.Empty:
                return
            if request is not None:
                self._tell(Failed(request.token, error))

    def _serve(self, driver: Colorimeter) -> None:
        heard_at = time.monotonic()
        while not self._stopping.is_set():
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                self._listen(driver)
                if time.monotonic() - heard_at > PRESENCE_CHECK_S:
                    driver.ping()
                    heard_at = time.monotonic()
                continue
            if request is not None:
                self._execute(driver, request)
                heard_at = time.monotonic()

    def _listen(self, driver: Colorimeter) -> None:
        try:
            raw = driver.wait_for_button(LISTEN_S)
            if raw is not None:
                self._tell(Measured(None, self._sample(driver, raw)))
        except _GONE:
            raise
        except InstrumentError as error:
            self._tell(Failed(None, error))

    def _execute(self, driver: Colorimeter, request: Request) -> None:
        try:
            if request.action == "read":
                raw = driver.read(confirm=True)
                self._tell(Measured(request.token, self._sample(driver, raw)))
            elif request.action == "patch":
                raw = driver.read(confirm=True)
                self._count(driver, raw)
                self._tell(PatchRead(request.token, raw))
            else:
                driver.calibrate(request.action)
                self._correction_is_known = False
                made_under = circumstances_of(driver)
                if request.action == "white":
                    self._usage = Usage(now=made_under)
                self._tell(
                    Calibrated(
                        request.token,
                        request.action,
                        driver.identity,
                        driver.tile_constant,
                        made_under,
                        baseline_of(driver),
                    )
                )
        except InstrumentError as error:
            self._tell(Failed(request.token, error))
            if isinstance(error, _GONE):
                raise

    def _sample(self, driver: Colorimeter, raw: RawReading) -> Sample:
        self._count(driver, raw)
        if raw.spectrum is not None:
            return take_sample(raw)
        if not self._correction_is_known:
            self._correction = self._find_correction(driver.identity)
            self._correction_is_known = True
        return take_sample(raw, self._correction)

    def _count(self, driver: Colorimeter, raw: RawReading) -> None:
        self._usage = Usage(
            self._usage.readings + 1,
            circumstances_of(driver),
            self._usage.asks_for_calibration or asks_for_calibration(raw),
        )
