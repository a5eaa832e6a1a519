"""`calibrate chart|measure|fit|study|compare`: what is found out on patches."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    model_option,
    operator_options,
    port_option,
    read_pin,
    signed_in,
)
from kiosk.cli.guide import await_placement
from kiosk.cli.outcome import Unreadable, emit, note
from kiosk.cli.tiles import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.charts import Chart
    from calibration.study import StudyReading
    from kiosk.desk.bench import Bench
    from kiosk.desk.patches import MeasuredChart

_CHART_HELP = "Name of the built-in chart (colorchecker24), or a CSV file of patches."
repeats_option = click.option(
    "--repeats",
    type=click.IntRange(1, 50),
    default=1,
    show_default=True,
    help="Readings of each patch, lifted and placed again.",
)


def _chart(name: str) -> Chart:
    from calibration.charts import COLORCHECKER, ChartError, colorchecker, read_chart

    if name == COLORCHECKER:
        return colorchecker()
    try:
        return read_chart(Path(name).name, Path(name).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"--chart: {name} cannot be read: {error}") from error
    except ChartError as error:
        raise Unreadable(f"--chart: {error}") from error


@click.command()
@click.argument("name", default="colorchecker24")
@click.option(
    "--targets", metavar="FOLDER", help="Write each patch as a target of simulated units."
)
@json_option
def chart(name: str, targets: str | None, as_json: bool) -> None:
    """Show the patches of a chart in the order in which they are read."""
    from calibration.charts import target_lines
    from calibration.colorimetry import channels_to_lab

    found = _chart(name)
    files: dict[str, str] = {}
    if targets is not None:
        for number, patch in enumerate(found.patches, start=1):
            lines = target_lines(patch)
            if lines is None:
                raise Unreadable(f"--targets: patch '{patch.id}' has no spectrum")
            file = Path(targets) / f"{number:02d}.csv"
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(lines)
            except OSError as error:
                raise Unreadable(f"--targets: {file} cannot be written: {error}") from error
            files[patch.id] = str(file)
    document = {
        "chart": found.name,
        "patches": [
            {
                "patch": patch.id,
                "lab": channels_to_lab(patch.xyz).tolist(),
                "target": files.get(patch.id),
            }
            for patch in found.patches
        ],
    }
    emit(document, as_json=as_json, text="\n".join(patch.id for patch in found.patches))


def _measure(bench: Bench, patches: Sequence[str], repeats: int) -> MeasuredChart:
    from kiosk.desk.patches import MeasuredChart, mean_patch

    read = []
    for number, patch in enumerate(patches, start=1):
        readings = []
        for turn in range(1, repeats + 1):
            again = f", {turn} of {repeats}" if repeats > 1 else ""
            await_placement(f"{number}/{len(patches)} Place the probe on '{patch}'{again}")
            readings.append(bench.patch())
        read.append(mean_patch(patch, readings))
    return MeasuredChart(bench.unit.identity, bench.unit.condition, tuple(read))


@click.command()
@model_option
@port_option
@click.option("--chart", "name", default="colorchecker24", show_default=True, help=_CHART_HELP)
@repeats_option
@click.option("--out", required=True, metavar="FILE", help="Where the measured patches go.")
@database_option
@json_option
def measure(
    model: str, port: str, name: str, repeats: int, out: str, database: str | None, as_json: bool
) -> None:
    """Read the patches of a chart and write them to a file, for 'fit' or 'compare'."""
    from kiosk.desk.bench import open_bench
    from kiosk.desk.correcting import prepare
    from kiosk.desk.patches import chart_document

    patches = [patch.id for patch in _chart(name).patches]
    with open_bench(model, port) as opened:
        bench = opened
        if not bench.unit.capabilities.spectral:
            with desk_for(database) as desk:
                bench = prepare(desk, opened)
        document = chart_document(_measure(bench, patches, repeats))
    try:
        Path(out).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise Unreadable(f"--out: {out} cannot be written: {error}") from error
    emit({**document, "out": out}, as_json=as_json, text=f"{len(patches)} patches in {out}")


@click.command()
@model_option
@click.option("--port", metavar="PATH", help="Serial port of the head; not with --batch.")
@click.option("--chart", "name", default="colorchecker24", show_default=True, help=_CHART_HELP)
@click.option("--batch", metavar="FILE", help="Patches that 'calibrate measure' has written.")
@repeats_option
@database_option
@operator_options
@json_option
def fit(
    model: str,
    port: str | None,
    name: str,
    batch: str | None,
    repeats: int,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Fit a head's correction to colour on the patches of a chart, sign it and put it in force.

    Calibrate black and white first. The head is led from patch to patch.
    """
    from kiosk.cli.unit_report import fit_document
    from kiosk.desk.bench import open_bench
    from kiosk.desk.correcting import fit_and_keep, prepare
    from kiosk.desk.patches import read_measured
    from kiosk.desk.people import verify_pin

    if (port is None) == (batch is None):
        raise click.UsageError("give --port or --batch")
    known = _chart(name)
    with desk_for(database) as desk:
        pin = read_pin(pin_file)
        if batch is not None:
            measured = read_measured(read_json(batch, "--batch"))
        else:
            assert port is not None
            # The PIN is checked before a person reads two dozen patches.
            verify_pin(desk, operator, pin)
            with open_bench(model, port) as opened:
                if opened.unit.capabilities.spectral:
                    raise Unreadable(f"--model: {model} measures spectra and needs no correction")
                bench = prepare(desk, opened)
                measured = _measure(bench, [patch.id for patch in known.patches], repeats)
        kept = fit_and_keep(desk, operator, pin, known, measured)
    document = fit_document(kept)
    expected = kept.fit.expected
    emit(
        document,
        as_json=as_json,
        text=(
            f"{kept.fit.method} of {len(kept.fit.channels)} channels on {len(kept.fit.patches)} "
            f"patches: expected error {expected.median:.2f} CIEDE2000 (95 %: "
            f"{expected.percentile_95:.2f}, worst {expected.worst:.2f} on {expected.worst_patch})"
        ),
    )


@click.command()
@model_option
@click.option("--port", metavar="PATH", help="Serial port of the unit; not with --batch.")
@click.option("--people", help="Ids of the operators who read, with commas.")
@click.option("--patches", help="Names of the patches, with commas.")
@click.option("--repeats", type=click.IntRange(2, 50), default=3, show_default=True)
@click.option(
    "--batch", metavar="FILE", help="Readings as CSV: operator, patch and L, a, b; needs --serial."
)
@click.option("--serial", help="Serial number of the unit that gave the readings of --batch.")
@click.option("--out", metavar="FILE", help="Write the report as a page to print.")
@database_option
@operator_options
@json_option
def study(
    model: str,
    port: str | None,
    people: str | None,
    patches: str | None,
    repeats: int,
    batch: str | None,
    serial: str | None,
    out: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Find out how much of what one sees comes from the unit, and how much from who holds it.

    Every operator reads every patch several times, lifting the probe in between.
    """
    from drivers.readings import Identity
    from kiosk.desk.bench import open_bench
    from kiosk.desk.correcting import prepare, require_correction
    from kiosk.desk.studying import finish_study, require_operators

    if (port is None) == (batch is None) or (batch is not None and serial is None):
        raise click.UsageError("give --port with --people and --patches, or --batch with --serial")
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if batch is not None:
            assert serial is not None
            identity = Identity(model.casefold(), serial, "")
            readings = _study_file(batch)
        else:
            assert port is not None
            readers = _names(people, "--people")
            require_operators(desk, readers)
            with open_bench(model, port) as opened:
                bench = prepare(desk, opened)
                require_correction(bench)
                identity = bench.unit.identity
                readings = _study(bench, readers, _names(patches, "--patches"), repeats)
        found = finish_study(desk, who, identity, readings)
    if out is not None:
        try:
            Path(out).write_text(found.as_markdown(), "utf-8")
        except OSError as error:
            raise Unreadable(f"--out: {out} cannot be written: {error}") from error
    emit(found.as_dict(), as_json=as_json, text=found.as_markdown)


def _names(text: str | None, option: str) -> list[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if len(names) < 2:
        raise Unreadable(f"{option}: at least two are needed", "Write them with commas: A,B.")
    return names


def _study(
    bench: Bench, people: Sequence[str], patches: Sequence[str], repeats: int
) -> list[StudyReading]:
    from calibration.study import StudyReading

    readings = []
    for turn in range(1, repeats + 1):
        for person in people:
            for patch in patches:
                await_placement(f"{person}: place the probe on '{patch}', {turn} of {repeats}")
                readings.append(StudyReading(person, patch, bench.sample(confirm=True).xyz))
    return readings


def _study_file(path: str) -> list[StudyReading]:
    from calibration.colorimetry import lab_to_channels
    from calibration.sampling import as_lab
    from calibration.study import StudyReading

    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"--batch: {path} cannot be read: {error}") from error
    readings = []
    for number, row in enumerate(rows, start=2):
        try:
            lab = [float(row[name]) for name in ("L", "a", "b")]
            readings.append(
                StudyReading(row["operator"], row["patch"], as_lab(lab_to_channels(lab)))
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(
                f"--batch: {path}, line {number} cannot be used ({error})",
                "The columns are operator, patch, L, a, b.",
            ) from error
    return readings


@click.command()
@click.argument("ours")
@click.argument("theirs")
@click.option("--accept", is_flag=True, help="Put the offered bridge to use; needs --operator.")
@database_option
@click.option("--operator", metavar="ID", help="Who accepts.")
@click.option(
    "--pin-file", metavar="FILE", help="Read the PIN from FILE, or from standard input with '-'."
)
@json_option
def compare(
    ours: str,
    theirs: str,
    accept: bool,
    database: str | None,
    operator: str | None,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Compare two units on the same patches, and offer a bridge from THEIRS to OURS.

    Both are files that 'calibrate measure' has written. Without --accept nothing changes.
    """
    from kiosk.desk.bridging import accept_bridge, offer_document
    from kiosk.desk.bridging import compare as compared
    from kiosk.desk.patches import read_measured

    offer = compared(
        read_measured(read_json(ours, "OURS")), read_measured(read_json(theirs, "THEIRS"))
    )
    document = {**offer_document(offer), "accepted_by": None}
    if accept:
        if operator is None:
            raise click.UsageError("--accept needs --operator")
        with desk_for(database) as desk:
            bridge = accept_bridge(desk, operator, read_pin(pin_file), offer)
        document["accepted_by"] = bridge.accepted_by
        note(f"accepted by {bridge.accepted_by}")
    emit(document, as_json=as_json, text=offer.sentence)
