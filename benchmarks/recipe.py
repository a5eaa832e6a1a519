"""One recommendation, and ten thousand of them as arrays against a loop."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.table import Row, compared
from calibration import colorimetry
from kiosk.matching.constants import default_constants
from kiosk.matching.recommend import recommend, recommend_many

ROUNDS = 7
SINGLES = 50
CLIENTS = 10_000
#: Of the clients, in the loop; its time is scaled up to all of them.
LOOPED = 500
#: Seconds for one recommendation: it is absolute, because nobody waits for a ratio.
BUDGET_S = 0.001
GAIN = 100.0


def measure() -> list[Row]:
    """Rounds in turns, after one that only warms caches."""
    colorimetry.load()
    constants = default_constants()
    skins, hairs = _clients()
    one: list[float] = []
    loop: list[float] = []
    arrays: list[float] = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        for _ in range(SINGLES):
            recommend((57.0, 11.5, 17.0), (18.0, 1.0, 1.0), constants)
        one.append((time.perf_counter() - start) / SINGLES)

        start = time.perf_counter()
        for skin, hair in zip(skins[:LOOPED], hairs[:LOOPED], strict=True):
            recommend(skin, hair, constants)
        loop.append((time.perf_counter() - start) * CLIENTS / LOOPED)

        start = time.perf_counter()
        recommend_many(skins, hairs, constants)
        arrays.append(time.perf_counter() - start)
    return [
        compared("one recipe", one[1:], [BUDGET_S] * ROUNDS, 1.0, reference="the budget"),
        compared(
            f"{CLIENTS:,} recipes as arrays",
            arrays[1:],
            loop[1:],
            GAIN,
            reference="loop",
            at_least=True,
        ),
    ]


def _clients() -> tuple[np.ndarray, np.ndarray]:
    """Skins and hairs (n, 3) over the range of people; the same every time."""
    random = np.random.default_rng(20)
    skins = random.uniform((30.0, 6.0, 10.0), (75.0, 16.0, 26.0), (CLIENTS, 3))
    hairs = random.uniform((12.0, 0.0, 0.0), (45.0, 8.0, 16.0), (CLIENTS, 3))
    return skins, hairs
