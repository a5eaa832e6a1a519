"""Numbers as the screens write them."""

from __future__ import annotations


def tenths(value: float, width: int = 0) -> str:
    """One decimal, right-aligned; never "-0.0"."""
    return f"{round(value, 1) + 0.0:{width}.1f}"


def whole(value: float) -> str:
    """No decimals; never "-0"."""
    return f"{round(value) + 0:d}"


def lab_line(lab: tuple[float, float, float]) -> str:
    """L* a* b* as under a swatch."""
    return " ".join(whole(value) for value in lab)
