"""The validation report as a page people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_COLUMNS = (
    "rung (median)",
    "too dark by > {limit:g} L*",
    "within {limit:g} L*",
    "median off",
    "90 % factor",
    "interval holds",
    "needs darker / lighter",
)


def as_markdown(report: Mapping[str, Any]) -> str:
    """The page for a report of `validation.report`; the same report gives the same text."""
    limit = report["limit"]
    priors: Sequence[Mapping[str, Any]] = report["priors"]
    own = [cell for cell in priors if cell["world"] == "priors"]
    broken = [cell for cell in priors if cell["world"] != "priors"]
    dark = report["dark"]
    bands = ", ".join(f"{count} {band}" for band, count in dark["bands"].items())
    statuses = ", ".join(f"{count} {name}" for name, count in dark["status"].items() if count)
    worlds = "\n".join(f"* **{name}**: {sentence}" for name, sentence in report["worlds"].items())
    return f"""# How far the recipe can be trusted

Made by the program from itself: seed {report["seed"]}, constants {report["constants"]}, thresholds
{report["thresholds"]}. {report["clients"]} measured forearms (NIST, doi 10.18434/M38597) are
clients, each with {len(report["hairs"])} published tresses of black and dark brown hair and
{report["draws"]} drawn truths. Skin and hair are read three times with the scatter of placements
on skin, of re-positioned hair and of the instrument. Then a world that may differ from the model
heals the advised rung, and its dot is held against what that world's follicle looks like.

No client was involved. What the worlds draw from are assumptions, so this says whether the program
is honest about what it assumes, not whether the assumptions are right.

## Reading the tables

The advised rung is meant to heal *lighter* than the hair: the share that is too dark matters most.
"90 % factor" is the interval around the fraction, times and divided. "Interval holds" is the share
of clients whose true fraction lies in it: 90 % is the promise. "Needs darker / lighter" are the
clients beyond its two ends.

{worlds}

## Worlds drawn from the model's own priors

{_table(own, "state", "State of knowledge", limit)}

## Day 1 in other worlds

{_table(broken, "world", "World", limit)}

Where the interval does not hold, the world lies outside the priors by more than their spread. A
hand or ink stronger than assumed is the dangerous side: the last column says which way.

## After learning

Each studio keeps its hand, each client their skin. *Anchors* are recipes the studio already knows
to be right; *outcomes* are healed dots judged too light, right or too dark against their forecast.

{_table(report["learned"], ("world", "state"), "World, learned from", limit)}

Two things to take from this table. Anchors put nearly every world right, because an accepted
recipe holds hand, ink, healing and follicle together. Verdicts against the forecast see the hand,
slowly (one word is worth 15 %), and cannot see a follicle that hides more or less skin than the
preset: dots that heal as forecast may still be the wrong forecast. So a studio should enter two or
three anchors before it trusts its outcomes.

## What the cautious quantile buys

Day 1 with a swatch card, follicle opacity known:

{_table(report["quantiles"], "quantile", "Quantile", limit)}

## Very dark skin

The measured set holds no dark skin. {dark["skins"]} were made on its basis, L*
{dark["lightness"][0]:g} to {dark["lightness"][1]:g}: {bands}. All {dark["spectra_found"]} spectra
reproduce their colour within {dark["reproduced_within"]:.0e}; no colour was clamped, no band
moved. Contrast with black hair is {dark["contrast"][0]:.2f} to {dark["contrast"][1]:.2f} (medium
skin: 0.99); with the shipped constants: {statuses}.

{_table((dark["own_priors"], dark["spectral"]), "world", "World", limit)}
"""


def _table(
    cells: Sequence[Mapping[str, Any]], keys: str | tuple[str, str], head: str, limit: float
) -> str:
    names = (keys,) if isinstance(keys, str) else keys
    lines = [
        f"| {head} | {' | '.join(_COLUMNS).format(limit=limit)} |",
        f"|---|{'---|' * len(_COLUMNS)}",
    ]
    lines += [
        f"| {', '.join(str(cell[name]) for name in names)} | {_row(cell)} |" for cell in cells
    ]
    return "\n".join(lines)


def _row(cell: Mapping[str, Any]) -> str:
    return " | ".join(
        (
            f"1:{cell['median_rung']:.0f}",
            f"{100 * cell['too_dark']:.0f} %",
            f"{100 * cell['within']:.0f} %",
            f"{cell['median_off']:+.1f} L*",
            f"{cell['factor']:.2f}",
            f"{100 * cell['coverage']:.1f} %",
            f"{100 * cell['needs_darker']:.0f} / {100 * cell['needs_lighter']:.0f} %",
        )
    )
