"""`match`, `tone` and `mix`: the colour core, without a database."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import LabParam, json_option
from kiosk.cli.outcome import Unreadable, emit

if TYPE_CHECKING:
    from kiosk.matching.constants import Constants

LAB = LabParam()


def _constants(path: str | None, strength: float | None, ladder: str | None) -> Constants:
    from kiosk.matching.constants import load_constants

    constants = load_constants(Path(path) if path else None)
    if strength is not None:
        constants = replace(constants, strength=strength)
    if ladder is not None:
        try:
            rungs = tuple(int(part) for part in ladder.split(","))
        except ValueError as error:
            raise Unreadable(
                f"--ladder: '{ladder}' is not a list of whole numbers", "For example 20,25,30."
            ) from error
        constants = replace(constants, ladder=rungs)
    return constants


@click.command()
@click.option("--skin", type=LAB, help="Skin as L,a,b.")
@click.option("--hair", type=LAB, help="Hair as L,a,b.")
@click.option(
    "--observer",
    type=click.Choice(["2", "10"]),
    default="10",
    show_default=True,
    help="Observer of both colours.",
)
@click.option("--strength", type=float, help="Strength of the lot, 1 is the reference lot.")
@click.option("--ladder", metavar="20,25,...", help="Rungs, as r of 1:r.")
@click.option(
    "--constants", metavar="FILE.toml", help="Model constants that replace the shipped ones."
)
@click.option(
    "--batch",
    metavar="FILE.jsonl",
    help="Many pairs, one JSON document a line; '-' reads standard input.",
)
@json_option
def match(
    skin: tuple[float, float, float] | None,
    hair: tuple[float, float, float] | None,
    observer: str,
    strength: float | None,
    ladder: str | None,
    constants: str | None,
    batch: str | None,
    as_json: bool,
) -> None:
    """Recommend a dilution for a skin and a hair colour."""
    from kiosk.matching.recommend import recommend

    chosen = _constants(constants, strength, ladder)
    if batch is not None:
        _match_batch(batch, chosen, observer)
        return
    if skin is None or hair is None:
        raise click.UsageError("give --skin and --hair, or --batch")
    result = recommend(skin, hair, chosen)
    document = {**result.as_dict(), "observer": observer}

    def text() -> str:
        if result.advised_ratio is None or result.interval is None:
            return f"{result.status}: {result.reason} ({result.label})"
        low, high = result.interval
        return (
            f"1:{result.advised_ratio} ({result.label}; best 1:{result.ratio:.1f}, "
            f"90 % between 1:{low:.0f} and 1:{high:.0f})\n{result.reason}"
        )

    emit(document, as_json=as_json, text=text)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _match_batch(path: str, constants: Constants, observer: str) -> None:
    from kiosk.matching.inputs import InputError
    from kiosk.matching.recommend import recommend

    try:
        lines = (sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"--batch: {path} cannot be read: {error}") from error
    pairs: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            # An id that is no JSON could not be repeated in the answer.
            item = json.loads(line, parse_constant=_no_number)
            pairs.append({"id": item["id"], "skin": item["skin"], "hair": item["hair"]})
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(
                f"--batch: line {number} is not a pair ({error})",
                'Each line: {"id": 1, "skin": [57, 11.5, 17], "hair": [18, 0, -1]}',
            ) from error
    answers = []
    for number, pair in enumerate(pairs, start=1):
        try:
            answer = recommend(pair["skin"], pair["hair"], constants).as_dict()
        except InputError as error:
            raise Unreadable(f"--batch: document {number}: {error}") from error
        answers.append({"id": pair["id"], **answer, "observer": observer})
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))


@click.command()
@click.option("--lab", type=LAB, required=True, help="Colour as L,a,b.")
@json_option
def tone(lab: tuple[float, float, float], as_json: bool) -> None:
    """Name a skin tone by its individual typology angle."""
    from kiosk.matching.tone import tone_dict

    document = tone_dict(lab)

    def text() -> str:
        ita = document["ita"]
        said = f"ITA {ita:.1f}°, {document['band']}" if isinstance(ita, float) else "undefined"
        return f"{said}. {document['reason'] or ''}".rstrip(". ") + "."

    emit(document, as_json=as_json, text=text)


@click.command()
@click.option(
    "--ratio", type=float, required=True, help="r of 1:r, parts of diluent to one of pigment."
)
@click.option("--total-ul", type=int, help="Size of the batch in microlitres.")
@click.option("--have-pigment-ul", type=int, help="Pigment that is in the cup already.")
@click.option("--have-diluent-ul", type=int, help="Diluent that is in the cup already.")
@click.option(
    "--syringe-ul", type=int, default=20, show_default=True, help="Graduation of the syringe."
)
@json_option
def mix(
    ratio: float,
    total_ul: int | None,
    have_pigment_ul: int | None,
    have_diluent_ul: int | None,
    syringe_ul: int,
    as_json: bool,
) -> None:
    """Plan a mix, or correct one that exists."""
    from kiosk.matching.mixing import correct_mix, plan_mix

    if (have_pigment_ul is None) != (have_diluent_ul is None):
        raise click.UsageError("--have-pigment-ul and --have-diluent-ul go together")
    if have_pigment_ul is not None and have_diluent_ul is not None:
        plan = correct_mix(
            ratio, have_pigment_ul, have_diluent_ul, total_ul=total_ul, syringe_ul=syringe_ul
        )
    elif total_ul is not None:
        plan = plan_mix(ratio, total_ul, syringe_ul=syringe_ul)
    else:
        raise click.UsageError("give --total-ul, or what the cup holds already")
    emit(
        plan.as_dict(),
        as_json=as_json,
        text=lambda: "\n".join(part for part in (*plan.steps, plan.reason) if part),
    )
