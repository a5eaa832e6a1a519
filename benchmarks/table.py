"""Results and the one Markdown table they are printed as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

HEAD = ("benchmark", "measured", "against", "ratio", "middle half", "budget", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; all but `ok` as it is printed."""

    name: str
    measured: str
    against: str
    ratio: str
    spread: str
    budget: str
    ok: bool


def compared(
    name: str,
    measured: Sequence[float],
    against: Sequence[float],
    budget: float,
    *,
    reference: str,
    at_least: bool = False,
) -> Row:
    """The ratio of two medians; both sequences hold seconds, one number a round.

    With `at_least` the ratio is the gain, `against` over `measured`, and `budget` its floor. The
    middle half is that of the rounds' own ratios: a wide one asks for another run.
    """
    pairs = list(zip(measured, against, strict=True))
    if at_least:
        ratio = median(against) / median(measured)
        by_round = [theirs / ours for ours, theirs in pairs]
    else:
        ratio = median(measured) / median(against)
        by_round = [ours / theirs for ours, theirs in pairs]
    low, _, high = quantiles(by_round, n=4) if len(by_round) > 1 else by_round * 3
    return Row(
        name,
        duration(median(measured)),
        f"{duration(median(against))} {reference}",
        f"{ratio:.3g}x",
        f"{low:.3g}-{high:.3g}",
        f"{'at least' if at_least else 'at most'} {budget:g}x",
        ratio >= budget if at_least else ratio <= budget,
    )


def duration(seconds: float) -> str:
    """Seconds in the unit that leaves three digits or so."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def markdown(rows: Iterable[Row]) -> str:
    """The table, its columns padded so that a terminal shows it well too."""
    lines = [
        HEAD,
        *(
            (r.name, r.measured, r.against, r.ratio, r.spread, r.budget, "ok" if r.ok else "OVER")
            for r in rows
        ),
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    texts = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])
