"""Labels as plain text: for a screen, for paper and scissors, where no label printer is."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.inventory.labelling.content import BottleLabel, Printout, require_some
from kiosk.inventory.labelling.fitting import cut_to, whole_lines
from kiosk.inventory.labelling.letters import Letters

_COLUMNS = 40


def _cells(text: str, _size: float) -> float:
    return len(text)


def label_lines(label: BottleLabel, letters: Letters, columns: int) -> list[str]:
    """A label's lines at a fixed width; the lot wraps, the product's name is cut."""
    return [
        cut_to(letters.printable(label.product), columns, 1, _cells),
        *whole_lines(letters.printable(label.lot_line), columns, 1, _cells),
        *label.date_lines,
        *whole_lines(label.bottle, columns, 1, _cells),
    ]


def plain_labels(labels: Sequence[BottleLabel]) -> Printout:
    """Labels as UTF-8 text, each under a rule; the code's text stands in place of the code.

    Raises:
        LabelError: nothing or too much to print.
    """
    require_some(tuple(labels))
    letters = Letters(lambda _: True)
    rule = "-" * _COLUMNS
    lines = [rule]
    for label in labels:
        lines += [*label_lines(label, letters, _COLUMNS), label.payload, rule]
    return Printout(("\n".join(lines) + "\n").encode("utf-8"), letters.replaced)
