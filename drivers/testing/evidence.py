"""What is held against a driver: its errors, its readings, its waiting."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from drivers import errors
from drivers.contract import Colorimeter, InstrumentModel
from drivers.errors import InstrumentError
from drivers.readings import RawReading

T = TypeVar("T")

#: The closed set: whoever handles errors of instruments handles these and no others.
KINDS: Final = tuple(
    kind for kind in InstrumentError.__subclasses__() if kind.__module__ == errors.__name__
)
#: Fluorescent papers come near two; noise around zero is a few hundredths.
_PLAUSIBLE: Final = (-0.2, 2.5)
#: As many equal zeros at the end are no measurement but a hole that was filled.
_PADDING: Final = 3


class BrokenPromise(AssertionError):
    """A driver does not do what `drivers.contract` says."""


def require(condition: bool, what: str) -> None:
    """Complain unless it is so."""
    if not condition:
        raise BrokenPromise(what)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call came to, and after how many seconds."""

    result: T | None
    error: InstrumentError | None
    seconds: float


def outcome(what: str, call: Callable[[], T]) -> Outcome[T]:
    """Call, and let nothing but a result or an error of the closed set pass."""
    began = time.monotonic()
    try:
        result = call()
    except InstrumentError as error:
        require_known(what, error)
        return Outcome(None, error, time.monotonic() - began)
    except Exception as error:
        raise BrokenPromise(
            f"{what} raised {type(error).__name__}, which is no InstrumentError: {error}"
        ) from error
    return Outcome(result, None, time.monotonic() - began)


def fails(what: str, call: Callable[[], object], *kinds: type[InstrumentError]) -> InstrumentError:
    """The error that this call must end in."""
    found = outcome(what, call)
    if found.error is None:
        raise BrokenPromise(f"{what} gave {found.result!r} instead of an error")
    names = " or ".join(kind.__name__ for kind in kinds)
    require(
        not kinds or isinstance(found.error, kinds),
        f"{what} raised {type(found.error).__name__} ({found.error}) instead of {names}",
    )
    return found.error


def works(what: str, call: Callable[[], T]) -> T:
    """What this call gives; it must not fail."""
    found = outcome(what, call)
    if found.error is not None:
        raise BrokenPromise(f"{what} failed: {found.error}") from found.error
    return found.result  # type: ignore[return-value]  # None where the call itself gives None


def require_known(what: str, error: InstrumentError) -> None:
    """An error must be of the closed set and say what happened and how to mend it."""
    name = type(error).__name__
    require(isinstance(error, KINDS), f"{what} raised {name}, which is none of the known kinds")
    require(bool(error.message.strip()), f"{what} raised {name} without a message")
    require(bool(error.hint.strip()), f"{what} raised {name} without a hint")
    require(
        error.kind in {kind.kind for kind in KINDS}, f"{name} has a kind of its own: {error.kind}"
    )


def values_of(reading: RawReading) -> tuple[float, ...]:
    """The numbers of a reading, be they bands or channels."""
    if reading.spectrum is not None:
        return reading.spectrum.values
    return reading.channels.values if reading.channels is not None else ()


def read(
    what: str,
    model: InstrumentModel,
    unit: Colorimeter,
    call: Callable[[], RawReading | None],
    trigger: str = "host",
) -> RawReading:
    """A reading that says what it is, was taken now and was not filled up."""
    earliest, earliest_ns = datetime.now(UTC), time.monotonic_ns()
    reading = works(what, call)
    if not isinstance(reading, RawReading):
        raise BrokenPromise(f"{what} gave {reading!r} instead of a reading")
    require(reading.identity == unit.identity, f"{what}: the reading is of {reading.identity}")
    require(reading.condition == unit.condition, f"{what}: the condition is not the unit's")
    require(reading.trigger == trigger, f"{what}: the trigger is {reading.trigger!r}")
    require(bool(reading.raw), f"{what}: no raw bytes")
    require(reading.at.utcoffset() is not None, f"{what}: its time has no zone")
    require(earliest <= reading.at <= datetime.now(UTC), f"{what}: not taken now: {reading.at}")
    require(
        earliest_ns <= reading.monotonic_ns <= time.monotonic_ns(),
        f"{what}: monotonic_ns is not from the call",
    )
    _require_numbers(what, model, reading)
    return reading


def _require_numbers(what: str, model: InstrumentModel, reading: RawReading) -> None:
    spectrum, channels = reading.spectrum, reading.channels
    require((spectrum is None) != (channels is None), f"{what}: not either a spectrum or channels")
    require(
        (spectrum is not None) == model.capabilities.spectral,
        f"{what}: the model's capabilities say otherwise about spectra",
    )
    values = values_of(reading)
    if spectrum is not None:
        require(spectrum.start_nm > 0 and spectrum.step_nm > 0, f"{what}: no axis")
    if channels is not None:
        require(
            len(set(channels.names)) == len(values) == len(channels.names),
            f"{what}: not one name for each channel",
        )
        require(channels.full_scale > 0, f"{what}: no full scale")
    require(len(values) > 1, f"{what}: {len(values)} values")
    require(all(map(math.isfinite, values)), f"{what}: a value is not a number")
    require(
        all(_PLAUSIBLE[0] <= value <= _PLAUSIBLE[1] for value in values),
        f"{what}: no surface has {min(values):g} to {max(values):g}",
    )
    require(len(set(values)) > 1, f"{what}: all values are {values[0]:g}")
    require(any(values[-_PADDING:]), f"{what}: the last values are zeros: filled up, not measured")


class InThread(Generic[T]):
    """A call that runs in a thread of its own, as drivers do in the kiosk."""

    def __init__(self, what: str, call: Callable[[], T]) -> None:
        self._what = what
        self._found: list[Outcome[T] | BrokenPromise] = []
        self._thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._thread.start()

    def end(self, within_s: float) -> Outcome[T]:
        """What it came to; it must end within so many seconds from now."""
        self._thread.join(within_s)
        require(not self._thread.is_alive(), f"{self._what} did not end within {within_s:g} s")
        (found,) = self._found
        if isinstance(found, BrokenPromise):
            raise found
        return found

    def _run(self, call: Callable[[], T]) -> None:
        try:
            self._found.append(outcome(self._what, call))
        except BrokenPromise as broken:
            self._found.append(broken)
