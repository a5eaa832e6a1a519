"""`anchors`, `outcomes`, `lots card`, `model`: what the colour core learns, and its checks."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli.access import (
    LabParam,
    database_option,
    desk_for,
    json_option,
    operator_options,
    signed_in,
)
from kiosk.cli.outcome import CheckFailed, Unreadable, emit

LAB = LabParam()


@click.group()
def anchors() -> None:
    """Proven recipes of this studio; two of a product make its recipes ANCHORED."""


@anchors.command("add")
@click.option("--product", required=True)
@click.option("--skin", type=LAB, required=True, help="Skin before, as L,a,b.")
@click.option("--hair", type=LAB, required=True, help="Hair, as L,a,b.")
@click.option("--ratio", type=click.IntRange(1, 1000), required=True, help="r of 1:r.")
@click.option("--strength", type=float, default=1.0, show_default=True, help="Of the lot used.")
@database_option
@operator_options
@json_option
def add_(
    product: str,
    skin: tuple[float, float, float],
    hair: tuple[float, float, float],
    ratio: int,
    strength: float,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Keep a result that the studio stands by."""
    from kiosk.desk.anchoring import add_anchor

    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        added = add_anchor(desk, who, product, skin, hair, ratio, strength=strength)
    lesson = added.fit.lesson
    emit(
        {
            "anchor": added.anchor,
            "product": product,
            "anchored": added.fit.anchored,
            "lesson": lesson.as_dict(),
        },
        as_json=as_json,
        text=f"{added.anchor}: {lesson.sentence}",
    )


@anchors.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Show every proven recipe."""
    from kiosk.desk.anchoring import list_anchors

    with desk_for(database) as desk:
        found = list_anchors(desk)
    emit(
        {
            "anchors": [
                {
                    "product": a.product,
                    "skin": list(a.skin_lab),
                    "hair": list(a.hair_lab),
                    "ratio": a.ratio,
                    "strength": a.strength,
                }
                for a in found
            ]
        },
        as_json=as_json,
        text=lambda: "\n".join(f"{a.product} 1:{a.ratio:g}" for a in found) or "No anchors yet.",
    )


def _swatch(text: str) -> tuple[float, tuple[float, float, float]]:
    ratio, _, lab = text.partition("=")
    try:
        number = float(ratio)
    except ValueError as error:
        raise Unreadable(
            f"--swatch: '{text}' is not RATIO=L,a,b", "For example 20=64.5,1.0,0.6."
        ) from error
    return number, LAB.convert(lab, None, None)


@click.command("card")
@click.argument("lot")
@click.option("--blank", type=LAB, required=True, help="The paper with blank diluent, as L,a,b.")
@click.option("--swatch", "swatches", multiple=True, required=True, metavar="RATIO=L,a,b")
@click.option("--readings", type=click.IntRange(1, 100), default=3, show_default=True)
@database_option
@operator_options
@json_option
def card(
    lot: str,
    blank: tuple[float, float, float],
    swatches: tuple[str, ...],
    readings: int,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Read LOT's swatch card: its strength, and what the card says of the ink."""
    from kiosk.desk.cards import read_card

    pairs = [_swatch(text) for text in swatches]
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        report = read_card(desk, who, lot, blank, pairs, readings=readings)
    emit(
        {
            "lot": lot,
            "reference": report.reference,
            "strength": report.strength,
            "fit": report.fit.as_dict(),
            "difference": report.comparison.delta_e if report.comparison else None,
            "ink": report.ink.as_dict(),
            "stop": report.stop.as_dict() if report.stop else None,
        },
        as_json=as_json,
        text=lambda: "\n".join(
            part
            for part in (
                f"{lot}: strength {report.strength:.2f}, worst swatch off by "
                f"{report.fit.worst_miss:.1f} CIEDE2000",
                report.ink.sentence,
                f"STOP: {report.stop.sentence}" if report.stop else "",
            )
            if part
        ),
    )


@click.group()
def outcomes() -> None:
    """Healed results: what waits for a verdict, and verdicts."""


@outcomes.command("list")
@click.option("--client", required=True)
@database_option
@json_option
def awaiting(client: str, database: str | None, as_json: bool) -> None:
    """Show a client's mixes that nobody has judged yet."""
    from kiosk.desk.outcomes import awaited

    with desk_for(database) as desk:
        found = awaited(desk, client)
    emit(
        {
            "awaited": [
                {
                    "mix": a.mix,
                    "ratio": a.ratio,
                    "days": a.days,
                    "forecast_lab": list(a.forecast_lab),
                    "healed": a.healed,
                    "reason": a.sentence,
                }
                for a in found
            ]
        },
        as_json=as_json,
        text=lambda: (
            "\n".join(f"{a.mix} 1:{a.ratio}, {a.sentence}" for a in found) or "Nothing waits."
        ),
    )


@outcomes.command("judge")
@click.argument("mix")
@click.option(
    "--verdict",
    type=click.Choice(["too light", "right", "too dark"]),
    required=True,
    help="Healed dots against their forecast, not against the hair.",
)
@click.option("--redness", is_flag=True, help="The skin is still red.")
@database_option
@operator_options
@json_option
def judge_(
    mix: str,
    verdict: str,
    redness: bool,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record how MIX healed; shows what it changed in the next recipe."""
    from kiosk.desk.outcomes import judge
    from kiosk.matching.gains import VERDICTS

    chosen = next(word for word in VERDICTS if word == verdict)
    with desk_for(database) as desk:
        judged = judge(desk, signed_in(desk, operator, pin_file), mix, chosen, redness=redness)
    emit(
        {"mix": mix, "healed": judged.healed.healed, "lesson": judged.lesson.as_dict()},
        as_json=as_json,
        text=judged.lesson.sentence,
    )


@click.group()
def model() -> None:
    """Checks of the colour model: validation on real skins, replay of a decision."""


@model.command("report")
@click.option("--out", metavar="FILE.md", help="Write the report there; default: print it.")
@json_option
def report_(out: str | None, as_json: bool) -> None:
    """Run the closed loop on the shipped skins and report what to expect."""
    from kiosk.matching import validation
    from kiosk.matching.validation_text import as_markdown

    document = validation.report()
    text = as_markdown(document)
    if out is not None:
        try:
            Path(out).write_text(text, encoding="utf-8")
        except OSError as error:
            raise Unreadable(f"--out: {out} cannot be written: {error.strerror}") from error
        text = f"written to {out}"
    emit(document, as_json=as_json, text=text)


@model.command("replay")
@click.argument("visit")
@database_option
@json_option
def replay_(visit: str, database: str | None, as_json: bool) -> None:
    """Compute VISIT's recommendation again; exit 1 when the result differs."""
    from kiosk.desk.replaying import replay_visit

    with desk_for(database) as desk:
        found = replay_visit(desk, visit)
    document = found.as_dict()
    if not found.agrees:
        document["error"] = {"kind": "replay", "message": found.reason, "hint": ""}
    emit(document, as_json=as_json, text=found.reason)
    if not found.agrees:
        raise CheckFailed
