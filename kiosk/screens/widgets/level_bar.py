"""What is left and how many, drawn as bars of characters, so that they read without colour."""

from __future__ import annotations


def level(remaining_ul: int, size_ul: int, width: int = 6) -> str:
    """What is left of a bottle, drawn as a bar and written in millilitres.

    The bar is empty only where the bottle is, and full only where nothing was taken.
    """
    full = 0 if size_ul <= 0 else round(width * remaining_ul / size_ul)
    if remaining_ul > 0:
        full = max(full, 1)
    if remaining_ul < size_ul:
        full = min(full, width - 1)
    full = min(max(full, 0), width)
    return f"▕{'█' * full}{'░' * (width - full)}▏{remaining_ul / 1000:5.1f} ml"


def bar(count: int, unit: float, width: int) -> str:
    """`count` as a bar with `unit` to a cell; something is one cell at least.

    What is longer than `width` cells ends in an arrow: the number beside it counts.
    """
    cells = max(round(count / unit), 1) if count > 0 else 0
    return "▇" * (width - 1) + "▸" if cells > width else "▇" * cells


_STEPS = "▁▂▃▄▅▆▇█"


def control_marks(strengths: list[float], reach: float = 0.2) -> str:
    """Strengths as one mark each: the middle of the line is 1, top and bottom 1 ± `reach`."""
    marks = []
    for value in strengths:
        place = (value - 1.0 + reach) / (2 * reach)
        marks.append(_STEPS[min(max(round(place * (len(_STEPS) - 1)), 0), len(_STEPS) - 1)])
    return "".join(marks)
