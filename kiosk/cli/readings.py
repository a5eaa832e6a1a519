"""`instruments read|record|simulate`: sessions with one unit."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import (
    data_folder,
    database_option,
    desk_for,
    json_option,
    model_option,
    port_option,
)
from kiosk.cli.outcome import Unreadable, emit, note

if TYPE_CHECKING:
    from drivers.contract import CalibrationKind
    from drivers.readings import RawReading
    from kiosk.desk.bench import Bench


class StepsParam(click.ParamType[tuple[str, ...]]):
    """Calibration steps with commas between them: black,white."""

    name = "STEPS"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """Text to kinds of steps."""
        if isinstance(value, tuple):
            return value
        kinds = tuple(part.strip() for part in str(value).split(",") if part.strip())
        if wrong := [kind for kind in kinds if kind not in ("black", "white")]:
            self.fail(f"'{wrong[0]}' is neither black nor white", param, ctx)
        return kinds


calibrate_option = click.option(
    "--calibrate",
    type=StepsParam(),
    default=(),
    metavar="STEPS",
    help="Steps to go through first, for example black,white; waits for Enter before each.",
)


#: Where nobody can press Enter, hands still need a moment.
_MOMENT_S = 0.3


def wait_for(arranged: str) -> None:
    """Say what must be in place, and wait for Enter."""
    note(f"{arranged}\nThen press Enter.")
    if not sys.stdin.readline():
        time.sleep(_MOMENT_S)


def reading_document(raw: RawReading, lab: tuple[float, float, float]) -> dict[str, Any]:
    """One reading as the contract prints it."""
    return {
        "lab": list(lab),
        "spectrum": raw.spectrum_document,
        "at": raw.at.isoformat().replace("+00:00", "Z"),
        "trigger": raw.trigger,
        "warnings": list(raw.warnings),
    }


def _with_records(bench: Bench, database: str | None) -> Bench:
    """The bench with what a clinic's ledger knows of the unit, where there is a ledger."""
    if database is None and not (data_folder() / "kiosk.db").exists():
        return bench
    if database is None and bench.unit.capabilities.spectral:
        return bench
    from kiosk.desk.correcting import prepare

    with desk_for(database) as desk:
        return prepare(desk, bench)


@click.command()
@model_option
@port_option
@click.option("--repeats", type=click.IntRange(1, 1000), default=1, show_default=True)
@calibrate_option
@database_option
@json_option
def read(
    model: str,
    port: str,
    repeats: int,
    calibrate: tuple[CalibrationKind, ...],
    database: str | None,
    as_json: bool,
) -> None:
    """Take readings and print them with their mean and spread.

    A head without a spectrum needs black, white and a correction; they come from the database.
    """
    from drivers.recording import SURFACE, steps_of
    from kiosk.desk.bench import open_bench, read_series

    with open_bench(model, port) as bench:
        for step in steps_of(bench.unit, calibrate):
            wait_for(step.arrange)
            bench.unit.calibrate(step.kind)
        if calibrate:
            wait_for(SURFACE)
        correction = _with_records(bench, database).correction
        series = read_series(bench.unit, repeats, correction)
        identity, condition = bench.unit.identity, bench.unit.condition
    document = {
        "instrument": {
            "model": model.casefold(),
            "serial": identity.serial,
            "firmware": identity.firmware,
        },
        "condition": {
            "geometry": condition.geometry,
            "illuminant": condition.illuminant,
            "observer": condition.observer,
            "aperture_mm": condition.aperture_mm,
        },
        "readings": [reading_document(s.raw, s.lab) for s in series.samples],
        "mean": {"lab": list(series.lab)},
        "mcdm": series.mcdm,
    }

    def text() -> str:
        lines = [f"{identity.model} {identity.serial}, {condition.geometry}, D65/10°"]
        lines += [
            f"{i}  L* {s.lab[0]:6.2f}  a* {s.lab[1]:6.2f}  b* {s.lab[2]:6.2f}"
            for i, s in enumerate(series.samples, start=1)
        ]
        mean = series.lab
        lines.append(
            f"mean L* {mean[0]:.2f}  a* {mean[1]:.2f}  b* {mean[2]:.2f}  spread {series.mcdm:.2f}"
        )
        return "\n".join(lines)

    emit(document, as_json=as_json, text=text)


@click.command()
@model_option
@port_option
@click.option("--out", required=True, metavar="FILE", help="Where to write; must not exist.")
@click.option("--readings", type=click.IntRange(0, 100), default=3, show_default=True)
@calibrate_option
@click.option(
    "--seconds",
    type=click.FloatRange(0, 600),
    default=0.0,
    help="Then listen so long for the unit's own button.",
)
@click.option(
    "--even-if-it-fails", is_flag=True, help="Write the conversation also when the unit failed."
)
@json_option
def record(
    model: str,
    port: str,
    out: str,
    readings: int,
    calibrate: tuple[CalibrationKind, ...],
    seconds: float,
    even_if_it_fails: bool,
    as_json: bool,
) -> None:
    """Write a session's bytes, both directions, as a dialogue that can be replayed.

    Serial numbers are replaced by others. The file is written whole, at the end, or not at all.
    """
    from drivers.recording import NumberLeft, Session
    from drivers.recording import record as record_session
    from drivers.registry import find_model
    from kiosk.desk.finding import find_port

    path = Path(out)
    if os.path.lexists(path):
        raise Unreadable(f"--out: {out} exists", "Name a file that does not exist yet.")
    found = find_model(model)
    session = Session(calibrate, readings, seconds)
    try:
        done = record_session(found, find_port(model, port), session, wait_for)
    except NumberLeft as error:
        raise Unreadable(
            f"--out: not written: {error}", "Record again; if it repeats, tell us in words."
        ) from error
    if done.failure is None or even_if_it_fails:
        write_new(path, done.text)
    if done.failure is not None:
        raise done.failure
    document = {
        "file": out,
        "model": found.name,
        "readings": len(done.readings),
        "turns": done.turns,
    }
    emit(
        document,
        as_json=as_json,
        text=f"{out}: {done.turns} turns, {len(done.readings)} readings, no serial number",
    )


def write_new(path: Path, text: str) -> None:
    """Make a file with all of the text in one step; never over another one.

    Raises:
        Unreadable: it exists by now, or cannot be written.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="ascii", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a file is, which a rename does not.
        os.link(temporary, path)
    except FileExistsError as error:
        raise Unreadable(f"--out: {path} exists", "Name a file that does not exist yet.") from error
    except OSError as error:
        raise Unreadable(
            f"--out: {path} cannot be written: {error.strerror or error}",
            "Name a file in a folder of this computer, not on a memory stick.",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


@click.command()
@click.argument("model")
@click.option(
    "--link", required=True, metavar="PATH", help="Where to put the link to the unit's port."
)
@click.option(
    "--target",
    default="tile",
    show_default=True,
    help="What lies under the probe: a name or a CSV file.",
)
@click.option("--fault", help="Something that goes wrong; see below.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after this time.")
@click.option("--serial", help="The unit's serial number.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the noise.")
@click.option("--control", metavar="PIPE", help="Named pipe that takes control lines.")
def simulate(
    model: str,
    link: str,
    target: str,
    fault: str | None,
    seconds: float | None,
    serial: str | None,
    seed: int,
    control: str | None,
) -> None:
    """Run a simulated unit behind a pseudo terminal until it is interrupted.

    Prints 'ready PATH' when it listens. MODEL is one of cr30, as7261, as7262, as7265x, open-head,
    cm700d, cm2600d, spectrolino. Targets: tile, black, skin-light, skin-medium, skin-dark,
    hair-black, hair-brown, or a CSV file of wavelength_nm,reflectance. Faults differ by model; a
    wrong one is answered with the list. Those of the cr30: unplug, silence, split, short, garbage,
    checksum, echo, button, cap-on, calibration, wrong-model, nan, overrange.
    """
    from drivers.simulators import MODEL_FAULTS, MODELS, TargetError, build, serve

    name = model.casefold()
    if name not in MODELS:
        raise Unreadable(
            f"MODEL: there is no simulated '{model}'", f"There are: {', '.join(MODELS)}."
        )
    if fault is not None and fault not in MODEL_FAULTS[name]:
        raise Unreadable(
            f"--fault: there is no '{fault}' for {name}",
            f"There are: {', '.join(MODEL_FAULTS[name])}.",
        )
    try:
        unit = build(name, target=target, fault=fault, serial=serial, seed=seed)
    except TargetError as error:
        raise Unreadable(f"--target: {error}") from error
    except ValueError as error:
        raise Unreadable(f"--serial: {error}") from error

    try:
        serve(
            unit,
            Path(link),
            seconds=seconds,
            control=control,
            ready=lambda: click.echo(f"ready {link}"),
        )
    except OSError as error:
        raise Unreadable(f"--link: {link} cannot be made: {error.strerror or error}") from error
