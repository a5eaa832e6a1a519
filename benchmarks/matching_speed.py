"""How fast the colour core is, as ratios of things measured side by side in this run.

    python benchmarks/matching_speed.py

Milliseconds depend on the machine; the ratios hardly do. Each number is the best of several
repeats, so that other work on the machine does not count. The numeric search needs SciPy, which
is no dependency of the program: python -m pip install scipy
"""

from __future__ import annotations

import importlib.util
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from calibration import colorimetry
from calibration.colorimetry import channels_to_lab, delta_e_2000, lab_to_channels
from kiosk.matching.constants import default_constants
from kiosk.matching.forward import dot_healed
from kiosk.matching.inverse import contrast, follicle, fraction_for
from kiosk.matching.outlook import dot_outlook
from kiosk.matching.recommend import recommend, recommend_many
from kiosk.matching.thresholds import default_thresholds
from kiosk.matching.validation import report

#: Asked before colour-science is imported: where SciPy is absent, it leaves a stub under its name.
SCIPY = importlib.util.find_spec("scipy") is not None

MANY = 100_000
SAMPLE = 300
C = default_constants()
T = default_thresholds()
SKIN = (57.0, 11.5, 17.0)
HAIR = (18.4, -0.05, -0.84)


def best(call: Callable[[], object], *, number: int = 1, repeat: int = 5) -> float:
    """Seconds of one call."""
    return min(timeit.repeat(call, number=number, repeat=repeat)) / number


def one_recipe() -> None:
    """What a practitioner waits for: recipe, interval, residuals, outlook."""
    result = recommend(SKIN, HAIR, C)
    assert result.interval is not None
    assert result.residual is not None
    assert result.advised_ratio is not None
    dot_outlook(SKIN, result.advised_ratio, C, T)


def colour_calls(count: int) -> Callable[[], None]:
    """The CIELAB and CIEDE2000 calls that `count` recipes cannot do without.

    Two colours in, four out (follicle, best match, healed and fresh dot), one difference.
    """
    rng = np.random.default_rng(1)
    lab = rng.uniform((25, 4, 5), (72, 20, 25), (2, count, 3))
    channels = rng.uniform(0.02, 0.4, (4, count, 3))

    def calls() -> None:
        lab_to_channels(lab)
        out = channels_to_lab(channels)
        delta_e_2000(out[0], out[1])

    return calls


def search(channels: tuple[np.ndarray, np.ndarray]) -> Callable[[], float]:
    """The same fraction by a bounded one-dimensional search over the same forward model."""
    from scipy.optimize import minimize_scalar

    skin, hair = channels
    target = float(channels_to_lab(follicle(skin, hair, C))[0])

    def miss(fraction: float) -> float:
        return float((channels_to_lab(dot_healed(skin, fraction, C))[0] - target) ** 2)

    def run() -> float:
        found = minimize_scalar(miss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-9})
        return float(found.x)

    return run


def row(what: str, value: str, bound: str, ok: bool) -> None:
    print(f"{what:<66} {value:>12}  {bound:<12} {'ok' if ok else 'MISSED'}")


def main() -> int:
    colorimetry.load()
    one_recipe()
    missed = 0

    def check(what: str, value: float, unit: str, limit: float, at_least: bool) -> None:
        nonlocal missed
        ok = value >= limit if at_least else value <= limit
        missed += not ok
        sign = "at least" if at_least else "at most"
        row(what, f"{value:,.2f} {unit}", f"{sign} {limit:g}", ok)

    single = best(one_recipe, number=50)
    check("one recipe with interval, residuals and outlook", 1e3 * single, "ms", 1.0, False)
    floor = best(colour_calls(1), number=50)
    print(f"{'  of which CIELAB and CIEDE2000 of one recipe':<66} {1e3 * floor:>9,.2f} ms")

    rng = np.random.default_rng(7)
    skins = rng.uniform((25, 4, 5), (72, 20, 25), (MANY, 3))
    hairs = rng.uniform((15, -1, -1), (60, 8, 22), (MANY, 3))
    arrays = best(lambda: recommend_many(skins, hairs, C), repeat=3)

    def loop() -> None:
        for skin, hair in zip(skins[:SAMPLE], hairs[:SAMPLE], strict=True):
            recommend(skin, hair, C)

    scalar = best(loop, repeat=3) / SAMPLE * MANY
    print(
        f"{f'{MANY:,} recipes in arrays':<66} {1e3 * arrays:>9,.0f} ms\n"
        f"{f'{MANY:,} one at a time, extrapolated from {SAMPLE}':<66} {1e3 * scalar:>9,.0f} ms"
    )
    check("arrays against a loop", scalar / arrays, "x", 200.0, True)
    must = best(colour_calls(MANY), repeat=3)
    check("arrays against the colour calls they must make anyway", arrays / must, "x", 5.0, False)

    channels = lab_to_channels(SKIN), lab_to_channels(HAIR)

    def closed() -> float:
        target = follicle(*channels, C)
        return float(fraction_for(contrast(channels[0][1], target[1]), C))

    if not SCIPY:
        print("numeric search: SciPy is not installed here (python -m pip install scipy)")
    else:
        numeric = search(channels)
        apart = abs(numeric() / closed() - 1.0)
        check("closed form and search, relative difference", 1e6 * apart, "ppm", 100.0, False)
        ratio = best(numeric, number=5) / best(closed, number=500)
        check("closed form against the search, one fraction each", ratio, "x", 100.0, True)
        whole = best(numeric, number=5) / (arrays / MANY)
        check("whole recipe in arrays against the search of one", whole, "x", 100.0, True)

    print(f"{'validation report':<66} {best(report, repeat=1):>9,.1f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
