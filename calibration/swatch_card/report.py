"""How often the ink test is wrong: `python -m calibration.swatch_card.report` prints it.

The seed is fixed; the numbers repeat on one platform and differ elsewhere by the rounding of a few
cards in 400.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from calibration.colorimetry import Floats
from calibration.sampling import as_lab
from calibration.swatch_card.card import standard_card
from calibration.swatch_card.fit import PoorFit, fit_card
from calibration.swatch_card.laws import Law
from calibration.swatch_card.report_text import as_markdown
from calibration.swatch_card.simulation import (
    Cards,
    World,
    film,
    ideal_cards,
    noisy_cards,
    stress_worlds,
    titanium,
    white_paper,
)
from calibration.swatch_card.toners import TONERS, base_absorption, toned, toner_absorption
from calibration.swatch_card.undertone import Noise, Undertone, estimate_undertone
from calibration.swatch_card.verdict import (
    ALARM_SIGMAS,
    DOUBT_SIGMAS,
    FAMILY_LIMITS,
    REFERENCE_LIMITS,
    VERDICTS,
    against_family,
    against_reference,
    combined,
)

SEED = 20260
CARDS = 400
#: Fitting is done card by card, so fewer of them.
FITTED_CARDS = 100
_SHARES = (0.02, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50)
_EXPONENTS = (0.0, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
#: Carbons the toners are hidden in: the shipped pigment and three carbon blacks.
_BASES = (None, 0.6, 1.0, 1.3)

Row = dict[str, Any]


def ink_test_report() -> dict[str, Any]:
    """Shares of verdicts over simulated cards, by ink; a few seconds, always the same seed."""
    bench = _Bench(np.random.default_rng(SEED))
    return {
        "seed": SEED,
        "cards_per_case": CARDS,
        "noise": {"lightness": Noise().lightness, "a": Noise().a, "b": Noise().b},
        "limits": {
            "family": {"doubt": FAMILY_LIMITS.doubt, "alarm": FAMILY_LIMITS.alarm},
            "reference": {"doubt": REFERENCE_LIMITS.doubt, "alarm": REFERENCE_LIMITS.alarm},
            "sigmas": {"doubt": DOUBT_SIGMAS, "alarm": ALARM_SIGMAS},
        },
        "pure": bench.pure(),
        "toned": bench.toned(reference=False),
        "toned_with_reference": bench.toned(reference=True),
        "hidden": bench.hidden(),
        "drift": bench.drift(),
        "noisy": bench.noisy(),
        "worlds": bench.worlds(),
        "laws": bench.laws(),
    }


class _Bench:
    """Draws cards and counts verdicts; one random stream, so the order of the parts matters."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random

    def pure(self) -> list[Row]:
        return [
            {"ink": _name(exponent), **self._rates(base_absorption(exponent))}
            for exponent in (None, *_EXPONENTS)
        ]

    def toned(self, *, reference: bool) -> list[Row]:
        rows = []
        for toner in TONERS:
            for exponent in _BASES:
                base = base_absorption(exponent)
                for share in _SHARES:
                    rates = self._rates(toned(base, toner, share), base if reference else None)
                    rows.append({"toner": toner, "base": _name(exponent), "share": share, **rates})
        return rows

    def hidden(self) -> list[Row]:
        """Blue and violet together, in the proportion that stays closest to the carbons."""
        base = base_absorption(1.0)
        rows = []
        for share in (0.05, 0.10, 0.20, 0.30):
            blends = [
                (1.0 - share) * base
                + share
                * ((1.0 - part) * toner_absorption("blue") + part * toner_absorption("violet"))
                for part in np.linspace(0.0, 1.0, 41)
            ]
            ink = min(blends, key=_ideal_size)
            for reference in (None, base):
                row = {"share": share, "reference": reference is not None}
                rows.append({**row, **self._rates(ink, reference)})
        return rows

    def drift(self) -> list[Row]:
        """Pure carbons of another exponent than their reference lot's 1.0."""
        base = base_absorption(1.0)
        return [
            {"exponent": exponent, **self._rates(base_absorption(exponent), base)}
            for exponent in (1.0, 0.9, 0.8, 0.7, 0.6, 0.4)
        ]

    def noisy(self) -> list[Row]:
        """Noise larger than the test is told of, and told of truly."""
        base = base_absorption(1.0)
        inks = (("pure", base), ("green 20 %", toned(base, "green", 0.20)))
        rows = []
        for factor in (1.5, 2.0, 3.0):
            noise = Noise(0.35 * factor, 0.25 * factor, 0.25 * factor)
            for told in (False, True):
                for name, ink in inks:
                    rates = self._rates(ink, noise=noise, assumed=noise if told else None)
                    rows.append({"factor": factor, "told": told, "ink": name, **rates})
        return rows

    def worlds(self) -> list[Row]:
        """Pure carbons where the test's assumptions fail: the worst base, and without noise."""
        rows = []
        for stress in stress_worlds():
            cases = []
            for exponent in _BASES:
                ink = base_absorption(exponent)
                ideal = stress.ideal(ink)
                cards = noisy_cards(ideal, Noise(), CARDS, self._random)
                grades = against_family(_seen(cards, stress.law)).grade
                size = float(against_family(_seen(ideal, stress.law)).size)
                cases.append({"size": size, **_shares(grades)})
            rows.append(
                {
                    "world": stress.name,
                    "size": max(case["size"] for case in cases),
                    "not carbon-like": max(case["not carbon-like"] for case in cases),
                    "cannot tell": max(case["cannot tell"] for case in cases),
                }
            )
        return rows

    def laws(self) -> list[Row]:
        """Whether the card's own fit finds the law the test is to be run under."""
        base = base_absorption(1.0)
        inks = (("pure", base), ("green 30 %", toned(base, "green", 0.30)))
        surfaces: tuple[tuple[str, World, Law], ...] = (
            ("opaque", titanium(scattering=0.0), "ks"),
            ("film", film(white_paper()), "film"),
        )
        return [
            {"surface": surface, "ink": name, **self._fits(ideal_cards(ink, world), law)}
            for surface, world, law in surfaces
            for name, ink in inks
        ]

    def _fits(self, ideal: Cards, law: Law) -> Row:
        cards = noisy_cards(ideal, Noise(), FITTED_CARDS, self._random)
        found, refused = 0, 0
        for blank, swatches in zip(cards.blank, cards.swatches, strict=True):
            try:
                chosen = fit_card(standard_card(as_lab(blank), [as_lab(s) for s in swatches])).law
            except PoorFit as error:
                chosen = error.law
                refused += 1
            found += chosen == law
        return {"right law": found / FITTED_CARDS, "refused": refused / FITTED_CARDS}

    def _rates(
        self,
        ink: Floats,
        reference: Floats | None = None,
        *,
        noise: Noise | None = None,
        assumed: Noise | None = None,
    ) -> Row:
        cards = self._cards(ink, noise or Noise())
        seen = _seen(cards, "ks", assumed)
        graded = against_family(seen)
        if reference is None:
            return _shares(graded.grade)
        known = _seen(self._cards(reference, noise or Noise()), "ks", assumed)
        return _shares(combined(graded, against_reference(seen, known)))

    def _cards(self, ink: Floats, noise: Noise) -> Cards:
        return noisy_cards(ideal_cards(ink, titanium()), noise, CARDS, self._random)


def _seen(cards: Cards, law: Law, noise: Noise | None = None) -> Undertone:
    return estimate_undertone(cards.blank, cards.swatches, law, noise or Noise())


def _ideal_size(ink: Floats) -> float:
    return float(against_family(_seen(ideal_cards(ink, titanium()), "ks")).size)


def _shares(grades: Any) -> Row:
    return {word: float(np.mean(grades == grade)) for grade, word in enumerate(VERDICTS)}


def _name(exponent: float | None) -> str:
    return "bone black" if exponent is None else f"carbon, exponent {exponent:.1f}"


if __name__ == "__main__":
    sys.stdout.write(as_markdown(ink_test_report()))
