"""Lines of text in a narrow place: shrunk, then wrapped; only a product's name is ever cut."""

from __future__ import annotations

from collections.abc import Callable

#: The width of a text at a size, in the same unit as the room.
Measure = Callable[[str, float], float]

#: Below this nobody reads a label at arm's length.
SMALLEST_PT = 4.5


def cut_to(text: str, room: float, size: float, measure: Measure) -> str:
    """The text, ended by an ellipsis where it is too wide."""
    if measure(text, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…", size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def whole_lines(text: str, room: float, size: float, measure: Measure) -> list[str]:
    """The text broken between any two characters; joined again it is the text."""
    lines, start = [], 0
    for end in range(1, len(text) + 1):
        if measure(text[start:end], size) > room and end - start > 1:
            lines.append(text[start : end - 1])
            start = end - 1
    return [*lines, text[start:]]


def largest_size(text: str, room: float, size: float, measure: Measure) -> float:
    """The size, at most `size` and at least the smallest, at which the text fits one line."""
    width = measure(text, size)
    return size if width <= room else max(SMALLEST_PT, size * room / width)
