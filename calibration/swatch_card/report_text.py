"""The examination of the ink test in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Row = dict[str, Any]

_HEAD = """\
# The swatch card of a lot

<!-- Printed by `python -m calibration.swatch_card.report`; change the text there. -->

A lot's card is a matt white card with a blank (diluent only) and five swatches, 1:80, 1:40, 1:20,
1:10 and 1:5, made with one syringe, dried, and read at least three times each with one instrument
in one mode. It gives the lot's strength and undertone for the recipe, and a test of the ink.

## Strength

Each channel X, Y, Z relative to white adds an absorbance in proportion to the pigment fraction c:
K/S on an opaque card (`ks`), or -ln(R/blank)/2 under a transparent film (`film`). E is the slope,
fitted through the origin; K/S is weighted by 1/(K/S + 0.02)². If the slopes of the darkest and the
lightest swatch differ by more than 10 %, the darkest is left out, or a quadratic fitted where that
does not do. Every swatch is then predicted from the others. The law with the smaller largest miss
is taken, and the card accepted if that is at most 1.5 CIEDE2000. Nothing outside the fitted
swatches is ever predicted.

- Strength S = E of the lot over E of the reference lot, both in Y and under one law. A recipe's
  fraction is multiplied by 1/S. |S - 1| above 10 % is an alarm.
- Undertone kappa = E of X, Y, Z over E of Y.
- Two lots that differ by more than 2 CIEDE2000 at 1:10, on one blank, are worth a notice.
- After six months open, or a sediment that shaking does not lift, the lot needs a new card.

## The test of the ink

Carbon black fades through greys. A blue, green or violet toner shows as a hue that grows with
dilution. The test asks how far the swatches lie from the path that a pure carbon of the same
lightness would take on the same blank. Pure carbons are a family: from bone black (the one carbon
pigment with measured K and S shipped here) over neutral to a carbon black whose absorption falls as
wavelength^-1.3; 0.6 to 1.3 is reported for black carbon (Liu et al. 2018). The ink's undertone is
estimated from all swatches together, with the noise of each swatch and of the blank.

**It raises a suspicion or none. It never says that an ink is carbon.** Black iron oxide is as grey
as carbon, and toners can be balanced to lie among the carbons (table "Hidden on purpose").
"""

_LIMITS = """\
Limits: CIEDE2000 where the ink is diluted to L* 60, and standard deviations it must have.

| against | "cannot tell" from | "not carbon-like" from |
|---|---|---|
| the family of carbons | {f[doubt]} and {s[doubt]:.0f} SD | {f[alarm]} and {s[alarm]:.0f} SD |
| a reference lot | {r[doubt]} and {s[doubt]:.0f} SD | {r[alarm]} and {s[alarm]:.0f} SD |

A card whose noise hides {f[alarm]} CIEDE2000 is "cannot tell" too. With a reference lot, an
alarm of either comparison stands, and a doubt against the family is settled by the reference.

## How often it is wrong

Simulated: Kubelka-Munk mixtures of ink in titanium white, wavelength by wavelength, {n} cards for
each line, seed {seed}, noise of one swatch L* {noise[lightness]}, a* {noise[a]}, b* {noise[b]}
(standard deviations). The toners are **hypothetical**: plausible absorption bands for
phthalocyanine blue, phthalocyanine green and dioxazine violet, not measured pigments. A share is
the toner's part of the ink's absorbing strength, averaged over 400 to 700 nm; it is not a mass.
"""


def as_markdown(report: Row) -> str:
    """The whole document, ending in a newline."""
    limits = report["limits"]
    parts = [
        _HEAD,
        _LIMITS.format(
            f=limits["family"],
            r=limits["reference"],
            s=limits["sigmas"],
            n=report["cards_per_case"],
            noise=report["noise"],
            seed=report["seed"],
        ),
        "### False alarms: pure carbons\n",
        _table(["ink", *_VERDICTS], [[row["ink"], *_verdicts(row)] for row in report["pure"]]),
        "### Toners: not carbon-like / cannot tell / missed (carbon-like), in %\n",
        _by_share(report["toned"]),
        "### The same with a reference lot (the base ink without toner)\n",
        _by_share(report["toned_with_reference"]),
        "### Hidden on purpose\n\nBlue and violet together in carbon of exponent 1.0, in the "
        "proportion that stays closest\nto the family.\n",
        _table(
            ["share", "reference lot", *_VERDICTS],
            [[_percent(r["share"]), _yes(r["reference"]), *_verdicts(r)] for r in report["hidden"]],
        ),
        "### Honest drift\n\nPure carbons against a reference lot of exponent 1.0.\n",
        _table(
            ["exponent", *_VERDICTS],
            [[f"{row['exponent']:.1f}", *_verdicts(row)] for row in report["drift"]],
        ),
        '### Noisier readings\n\n"Told" means the test knows the larger noise.\n',
        _table(
            ["noise", "told", "ink", *_VERDICTS],
            [
                [f"{row['factor']:.1f} ×", _yes(row["told"]), row["ink"], *_verdicts(row)]
                for row in report["noisy"]
            ],
        ),
        "### Where the assumptions fail\n\nPure carbons (bone black, exponents 0.6, 1.0, 1.3), the "
        "worst of the four.\nThe size is that of the card without noise.\n",
        _table(
            ["card", "size, CIEDE2000", "not carbon-like", "cannot tell"],
            [
                [
                    row["world"],
                    f"{row['size']:.1f}",
                    _percent(row["not carbon-like"]),
                    _percent(row["cannot tell"]),
                ]
                for row in report["worlds"]
            ],
        ),
        "The last line is why the law must come from the card's own fit. How well that finds it:\n",
        _table(
            ["surface", "ink", "right law", "refused by the fit"],
            [
                [row["surface"], row["ink"], _percent(row["right law"]), _percent(row["refused"])]
                for row in report["laws"]
            ],
        ),
        _LIMITATIONS,
    ]
    return "\n".join(parts)


_LIMITATIONS = """\
## What this does not show

- No real card has been read. Bone black's K and S are measured; every carbon black here is a power
  law, and every toner is invented.
- Iron oxides, other blacks and white pigment are not in the simulations.
- The blank of the simulations is matt and free of optical brightener. A brightener makes Z above 1,
  which is refused as a bad reading; a weak one may pass.
- Noise is assumed independent from swatch to swatch. An instrument that drifts between blank and
  swatches moves them all alike, which looks like an undertone.
- Whether the reference lot is carbon is the studio's word, and every lot is held against it.
"""

_VERDICTS = ("not carbon-like", "cannot tell", "carbon-like")


def _verdicts(row: Row) -> list[str]:
    return [_percent(row[verdict]) for verdict in _VERDICTS]


def _by_share(rows: Sequence[Row]) -> str:
    """One line per toner and base, one column per share."""
    shares = _distinct(rows, lambda row: row["share"])
    cases = _distinct(rows, lambda row: (row["toner"], row["base"]))
    found = {(row["toner"], row["base"], row["share"]): row for row in rows}
    lines = []
    for case in cases:
        cells = [[f"{100.0 * found[*case, share][v]:.0f}" for v in _VERDICTS] for share in shares]
        lines.append([*case, *(" / ".join(cell) for cell in cells)])
    return _table(["toner", "in", *map(_percent, shares)], lines)


def _distinct(rows: Iterable[Row], key: Callable[[Row], Any]) -> list[Any]:
    return list(dict.fromkeys(key(row) for row in rows))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _percent(share: float) -> str:
    text = f"{100.0 * share:.1f}"
    return f"{text.removesuffix('.0')} %"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
