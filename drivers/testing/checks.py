"""What `drivers.contract` promises, tried out on a driver with its unit.

With pytest, in the package that brings the driver:

    from drivers.testing import CHECKS, NotTried

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_contract(check, stand):      # your fixture: a drivers.testing.Stand
        try:
            check(MODEL, stand)
        except NotTried as reason:
            pytest.skip(str(reason))

or without it: `check_driver(MODEL, make_stand)`. Every check needs a fresh stand.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from drivers.contract import CalibrationKind, Colorimeter, InstrumentModel
from drivers.errors import Disconnected, InstrumentTimeout, NoInstrument, Unsupported
from drivers.interrupt import Interrupt, interruptible
from drivers.readings import Spectrum
from drivers.testing.evidence import (
    InThread,
    fails,
    outcome,
    read,
    require,
    values_of,
    works,
)
from drivers.testing.stand import Situation, Stand

#: What a program that quits waits for its instrument.
PROMPT_S: Final = 1.0
#: By how much two surfaces must differ to show that both were measured.
_DIFFERENCE: Final = 0.03
_KINDS: Final[tuple[CalibrationKind, ...]] = ("black", "white")


class NotTried(Exception):
    """The stand cannot bring about what a check needs, or the model has no such thing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise; call it with the model and a fresh stand."""

    run: Callable[[InstrumentModel, Stand], None]

    def __str__(self) -> str:
        return self.run.__name__

    def __call__(self, model: InstrumentModel, stand: Stand) -> None:
        """Try it.

        Raises:
            BrokenPromise: the driver does not keep it.
            NotTried: it could not be tried.
        """
        self.run(model, stand)


def check_driver(
    model: InstrumentModel, make_stand: Callable[[], AbstractContextManager[Stand]]
) -> tuple[str, ...]:
    """Try all `CHECKS`, each on a stand of its own; the names of those that could not be tried.

    Raises:
        BrokenPromise: the driver does not keep one.
    """
    left: list[str] = []
    for check in CHECKS:
        with make_stand() as stand:
            try:
                check(model, stand)
            except NotTried:
                left.append(str(check))
    return tuple(left)


def says_who_it_is(model: InstrumentModel, stand: Stand) -> None:
    """Identity, before, during and after: the unit's own, never the port's."""
    for text in (model.name, model.title, model.evidence):
        require(bool(text.strip()), "the model has no name, title or evidence")
    require(model.name == model.name.casefold(), f"{model.name!r} must be lower case")
    with _opened(model, stand) as unit:
        identity = unit.identity
        require(bool(identity.model.strip()), "the identity names no model")
        require(stand.port not in (identity.serial, identity.model), "the identity is the port")
        works("ping", unit.ping)
        require(unit.identity == identity, "the identity changed")
    with _opened(model, stand) as unit:
        require(unit.identity == identity, "the identity differs after opening again")
    probe = model.probe
    if probe is not None:
        asked = works("probe", lambda: probe(stand.port, PROMPT_S))
        require(asked == identity, f"probe says {asked}, the open unit {identity}")


def can_do_what_it_says(model: InstrumentModel, stand: Stand) -> None:
    """Capabilities: calibration steps, the gated cap, and no button where there is none."""
    steps = model.capabilities.calibration
    require(len({step.kind for step in steps}) == len(steps), "a calibration step comes twice")
    for step in steps:
        require(bool(step.arrange.strip() and step.button.strip()), f"{step.kind}: no words")
    require(model.capabilities.unit_time_s > 0, "unit_time_s must be above 0")
    with _opened(model, stand) as unit:
        found = unit.capabilities
        require(
            (found.spectral, found.gated_cap, found.calibration)
            == (model.capabilities.spectral, model.capabilities.gated_cap, steps),
            "the open unit's capabilities are not the model's",
        )
        constant = Spectrum(400, 10, (0.5, 0.6))
        unit.tile_constant = constant
        require(
            unit.tile_constant == (constant if found.gated_cap else None),
            "tile_constant is kept by units with a gated cap, and by no others",
        )
        unit.tile_constant = None
        for kind in _KINDS:
            if kind not in {step.kind for step in steps}:
                _on_request(unit, kind)
        if not found.button:
            waited = outcome("wait_for_button", lambda: unit.wait_for_button(0.2))
            require(waited.error is None and waited.result is None, "a reading without a button")
            require(0.1 < waited.seconds < 0.2 + PROMPT_S, "wait_for_button keeps no time")


def reads_what_lies_there(model: InstrumentModel, stand: Stand) -> None:
    """Readings are taken when asked for: never padded, repeated or made up."""
    with _ready(model, stand) as unit:
        first = read("read", model, unit, unit.read)
        second = read("read again", model, unit, lambda: unit.read(confirm=True))
        require(second.monotonic_ns > first.monotonic_ns, "the same reading twice")
        require(second.raw != first.raw, "two readings rest on the same bytes")
        _arrange(stand, "other")
        other = read("read another surface", model, unit, unit.read)
        apart = [abs(a - b) for a, b in zip(values_of(first), values_of(other), strict=True)]
        require(max(apart) > _DIFFERENCE, "another surface reads the same: it was not measured")


def hears_its_button(model: InstrumentModel, stand: Stand) -> None:
    """A press gives one reading, of which the unit itself is the trigger."""
    if not model.capabilities.button:
        raise NotTried("the model has no button")
    with _ready(model, stand) as unit:
        waiting = InThread("wait_for_button", lambda: unit.wait_for_button(20.0))
        time.sleep(0.1)  # units that are asked whether it was pressed must have begun to ask
        _arrange(stand, "press")
        found = waiting.end(20.0)
        if found.error is not None:
            raise found.error
        # The times of the reading lie within the wait, which began before this line.
        require(found.result is not None, "a press gave no reading")
        if found.result is not None:
            require(found.result.trigger == "button", f"its trigger is {found.result.trigger!r}")
            require(found.result.identity == unit.identity, "its identity is another one")
        require(
            works("wait_for_button", lambda: unit.wait_for_button(0.1)) is None, "it came twice"
        )


def fails_by_name_on_a_port_that_is_not_there(model: InstrumentModel, stand: Stand) -> None:
    """There is no such port: NoInstrument."""
    del stand
    fails("open", lambda: model.open("/nonexistent/port"), NoInstrument)


def a_silent_unit_is_a_timeout_and_no_end(model: InstrumentModel, stand: Stand) -> None:
    """Silence is InstrumentTimeout; when the unit answers again, so does the driver.

    A driver that gives up for good says Disconnected, and opening again mends that.
    """
    with _ready(model, stand) as unit:
        _arrange(stand, "silence")
        fails("ping of a silent unit", unit.ping, InstrumentTimeout)
        fails("read of a silent unit", unit.read, InstrumentTimeout, Disconnected)
        _arrange(stand, "answers")
        found = outcome("read after the silence", unit.read)
        if not isinstance(found.error, Disconnected):
            read("read after the silence", model, unit, unit.read)
            require(found.error is None, f"the first read after the silence: {found.error}")
            return
    with _ready(model, stand) as unit:
        read("read after opening again", model, unit, unit.read)


def an_unplugged_unit_is_disconnected(model: InstrumentModel, stand: Stand) -> None:
    """A pulled cable is Disconnected whatever is tried, and no reading."""
    with _ready(model, stand) as unit:
        _arrange(stand, "unplug")
        for what, call in _everything(unit):
            fails(f"{what} of an unplugged unit", call, Disconnected, NoInstrument)
        _close_twice(unit)


def closes_quietly_and_frees_the_port(model: InstrumentModel, stand: Stand) -> None:
    """close() may be called at any time and any number of times, and nothing works after it."""
    unit = works("open", lambda: model.open(stand.port))
    _close_twice(unit)
    for what, call in _everything(unit):
        fails(f"{what} after close", call)
    works("wake after close", unit.wake)
    with _opened(model, stand) as unit:
        works("ping", unit.ping)


def a_silent_unit_is_closed_promptly(model: InstrumentModel, stand: Stand) -> None:
    """Last words to a unit that does not listen take less than a second."""
    unit = works("open", lambda: model.open(stand.port))
    try:
        _arrange(stand, "silence")
    finally:
        closed = outcome("close", unit.close)
    require(closed.seconds < PROMPT_S, f"close took {closed.seconds:.1f} s")


def wakes_whoever_waits_and_nobody_else(model: InstrumentModel, stand: Stand) -> None:
    """wake() from another thread ends the wait that runs, or else the next, and no reading."""
    with _ready(model, stand) as unit:
        waiting = InThread("wait_for_button", lambda: unit.wait_for_button(60.0))
        time.sleep(0.1)
        works("wake", unit.wake)
        found = waiting.end(PROMPT_S)
        require(found.error is None and found.result is None, "wake() made a reading or an error")
        works("wake", unit.wake)
        early = outcome("wait_for_button", lambda: unit.wait_for_button(60.0))
        require(early.seconds < PROMPT_S, "a wake() before the wait was forgotten")
        whole = outcome("wait_for_button", lambda: unit.wait_for_button(0.2))
        require(whole.seconds > 0.1, "one wake() ended two waits")
        timer = threading.Timer(0.05, unit.wake)
        timer.start()
        read("read during wake()", model, unit, unit.read)
        timer.join()


def ends_when_interrupted(model: InstrumentModel, stand: Stand) -> None:
    """`drivers.interrupt` ends a wait at once with a typed error; closing then is as prompt."""
    interrupt = Interrupt()
    with interruptible(interrupt):
        unit = works("open", lambda: model.open(stand.port))
    try:
        _calibrate(unit, stand)
        if stand.arrange("silence"):
            call = InThread[object]("read", unit.read)
        else:
            call = InThread[object]("wait_for_button", lambda: unit.wait_for_button(60.0))
        time.sleep(0.1)
        interrupt.set()
        found = call.end(PROMPT_S)
        require(found.result is None, "an interrupted call gave a reading")
    finally:
        closed = outcome("close", unit.close)
    require(closed.seconds < PROMPT_S, f"close took {closed.seconds:.1f} s after an interrupt")


CHECKS: Final = tuple(
    Check(run)
    for run in (
        says_who_it_is,
        can_do_what_it_says,
        reads_what_lies_there,
        hears_its_button,
        fails_by_name_on_a_port_that_is_not_there,
        a_silent_unit_is_a_timeout_and_no_end,
        an_unplugged_unit_is_disconnected,
        closes_quietly_and_frees_the_port,
        a_silent_unit_is_closed_promptly,
        wakes_whoever_waits_and_nobody_else,
        ends_when_interrupted,
    )
)


@contextlib.contextmanager
def _opened(model: InstrumentModel, stand: Stand) -> Iterator[Colorimeter]:
    unit = works("open", lambda: model.open(stand.port))
    try:
        yield unit
    finally:
        unit.close()


@contextlib.contextmanager
def _ready(model: InstrumentModel, stand: Stand) -> Iterator[Colorimeter]:
    """Open, calibrated and on the sample."""
    with _opened(model, stand) as unit:
        _calibrate(unit, stand)
        yield unit


def _calibrate(unit: Colorimeter, stand: Stand) -> None:
    for step in unit.capabilities.calibration:
        _arrange(stand, step.kind)
        works(f"calibrate {step.kind}", lambda kind=step.kind: unit.calibrate(kind))  # type: ignore[misc]
    _arrange(stand, "sample")


def _arrange(stand: Stand, what: Situation) -> None:
    if not stand.arrange(what):
        raise NotTried(f"the stand cannot arrange {what!r}")


def _on_request(unit: Colorimeter, kind: CalibrationKind) -> None:
    """A step that a unit does not offer is unsupported."""
    fails(
        f"calibrate {kind}, which is no step of the unit", lambda: unit.calibrate(kind), Unsupported
    )


def _everything(unit: Colorimeter) -> tuple[tuple[str, Callable[[], object]], ...]:
    kinds = tuple(step.kind for step in unit.capabilities.calibration)
    return (
        ("read", unit.read),
        ("ping", unit.ping),
        ("wait_for_button", lambda: unit.wait_for_button(1.0)),
        *((f"calibrate {kind}", lambda kind=kind: unit.calibrate(kind)) for kind in kinds),
    )


def _close_twice(unit: Colorimeter) -> None:
    works("close", unit.close)
    works("close again", unit.close)
