"""A session with a unit, written down so that it can be replayed where the unit is not.

What crosses the wire is kept from the moment the port is opened: searching for a speed, greetings,
calibrations, readings, last words. Serial numbers are replaced, and a file in which the unit's own
number could still be read is never made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from drivers.contract import CalibrationKind, CalibrationStep, Colorimeter, InstrumentModel
from drivers.dialogue import Recorder, Turn, dump, recording, redacted
from drivers.errors import InstrumentError, Unsupported
from drivers.readings import UNNUMBERED, Identity, RawReading

#: Shorter numbers occur in any data by chance, so finding them proves nothing.
SHORTEST_TELLING: Final = 4

SURFACE: Final = "Put the probe on the surface to be read."


@dataclass(frozen=True, slots=True)
class Session:
    """What a person does with the unit, in this order."""

    calibrate: tuple[CalibrationKind, ...] = ()
    readings: int = 1
    listen_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Recording:
    """A session as text, and what came of it; `failure` ended it early."""

    text: str
    turns: int
    identity: Identity | None
    readings: tuple[RawReading, ...]
    failure: InstrumentError | None


class NumberLeft(Exception):
    """The unit's serial number would be in the text."""


def steps_of(unit: Colorimeter, kinds: Iterable[CalibrationKind]) -> tuple[CalibrationStep, ...]:
    """The unit's own calibration steps of these kinds.

    Raises:
        Unsupported: it has no such step.
    """
    found = {step.kind: step for step in unit.capabilities.calibration}
    for kind in kinds:
        if kind not in found:
            raise Unsupported(
                f"{unit.identity.model} has no {kind} calibration.",
                f"It has: {', '.join(found) or 'none'}.",
            )
    return tuple(found[kind] for kind in kinds)


def perform(
    unit: Colorimeter,
    session: Session,
    arrange: Callable[[str], None],
    note: Callable[[str], None],
    keep: Callable[[RawReading], None],
) -> None:
    """Do what the session says; `arrange` returns when what it was told is in place.

    Raises:
        InstrumentError: a step failed; readings before it were kept.
    """
    for step in steps_of(unit, session.calibrate):
        arrange(step.arrange)
        note(f"calibrate {step.kind}")
        unit.calibrate(step.kind)
    if session.calibrate and (session.readings or session.listen_s):
        arrange(SURFACE)
    for number in range(1, session.readings + 1):
        note(f"read {number}")
        keep(unit.read())
    if session.listen_s > 0.0:
        note(f"listen {session.listen_s:g} s")
        end = time.monotonic() + session.listen_s
        while (left := end - time.monotonic()) > 0.0:
            pressed = unit.wait_for_button(left)
            if pressed is not None:
                note("pressed")
                keep(pressed)


def record(
    model: InstrumentModel,
    port: str,
    session: Session,
    arrange: Callable[[str], None],
) -> Recording:
    """Open the unit on `port`, do what the session says, close it, and write all of it down.

    Raises:
        Unsupported: nothing of this model passes over a serial line.
        NumberLeft: see the class.
    """
    recorder, readings = Recorder(), list[RawReading]()
    identity: Identity | None = None
    failure: InstrumentError | None = None
    try:
        with recording(recorder):
            unit = model.open(port)
        try:
            identity = unit.identity
            perform(unit, session, arrange, recorder.note, readings.append)
        finally:
            recorder.note("close")
            unit.close()
    except InstrumentError as error:
        failure = error
        recorder.note(f"failed: {error.kind}")
    turns = recorder.turns
    if not turns:
        raise failure or Unsupported(
            f"{model.title} is not on a serial line, so there is nothing to record."
        )
    text = dump(
        turns,
        title=f"{model.name}, recorded by SMP Kiosk; serial numbers replaced",
        redact=model.redact,
        notes=recorder.notes,
    )
    if identity is not None and tells(redacted(turns, model.redact), identity.serial):
        raise NumberLeft(
            f"{model.name}: a part of the conversation that cannot be read holds the serial number"
        )
    return Recording(text, len(turns), identity, tuple(readings), failure)


def tells(turns: Iterable[Turn], serial: str) -> bool:
    """Whether a serial number can be read in a conversation, as text or as text of its digits."""
    if serial == UNNUMBERED or len(serial) < SHORTEST_TELLING:
        return False
    turns = tuple(turns)
    streams = (b"".join(t.sent for t in turns), b"".join(t.received for t in turns))
    plain = serial.encode("utf-8", "replace")
    forms = {plain, serial.encode("utf-16-le", "replace"), plain.hex().encode()}
    return any(form in stream.lower() for form in map(bytes.lower, forms) for stream in streams)
