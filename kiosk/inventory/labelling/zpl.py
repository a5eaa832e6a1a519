"""Labels in ZPL II, for Zebra printers and those that speak their language.

Every sign of a field outside letters, digits and a few harmless ones is written as the hexadecimal
of its UTF-8 bytes (`^FH`), so no text can end a field or begin a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.inventory.labelling.content import BottleLabel, LabelError, Printout, require_some
from kiosk.inventory.labelling.fitting import cut_to, whole_lines
from kiosk.inventory.labelling.letters import Letters
from kiosk.inventory.labelling.qr import QUIET, modules

_HARMLESS: Final = frozenset(b" -./:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#: Shares of the height that letters of the proportional font 0 stay under, taken generously: a
#: printer cuts what runs over the edge without a word.
_WIDEST, _CAPITAL, _OTHER = 1.0, 0.75, 0.6
#: Six lines, and two more for a long lot number.
_LINES = 8


@dataclass(frozen=True, slots=True)
class Roll:
    """Labels on a roll, in mm, and the printer's dots for each mm: 8 (203 dpi), 12 or 24."""

    name: str
    width: int
    height: int
    dots_per_mm: int = 8


ROLLS: Final[dict[str, Roll]] = {
    roll.name: roll
    for roll in (Roll("50x25", 50, 25), Roll("57x32", 57, 32), Roll("70x37", 70, 37))
}


def field(text: str) -> str:
    """A text as ZPL field data under `^FH`: printable ASCII without ^, ~ and a bare underscore."""
    return "".join(
        chr(byte) if byte in _HARMLESS else f"_{byte:02X}" for byte in text.encode("utf-8")
    )


def _share(sign: str) -> float:
    if sign in "MWmw%@&" or not sign.isascii():
        return _WIDEST
    return _CAPITAL if sign.isupper() else _OTHER


def _measure(text: str, height: float) -> float:
    return height * sum(map(_share, text))


def _label(label: BottleLabel, roll: Roll, letters: Letters) -> str:
    dots = roll.dots_per_mm
    width, height, margin = roll.width * dots, roll.height * dots, 2 * dots
    inner = height - 2 * margin
    count = len(modules(label.payload))
    # ^BQ magnifies by whole dots, at most ten.
    factor = min(10, inner // (count + QUIET))
    left = margin + (count + QUIET) * factor
    room = width - margin - left
    line = inner // _LINES
    widest = max(_measure(text, 1) for text in label.date_lines)
    size = min(line * 5 // 6, int(room / widest))
    texts = [
        cut_to(letters.printable(label.product), room, size, _measure),
        *whole_lines(letters.printable(label.lot_line), room, size, _measure),
        *label.date_lines,
        *whole_lines(label.bottle, room, size, _measure),
    ]
    if len(texts) > _LINES or any(_measure(text, size) > room for text in texts):
        raise LabelError(
            f"label: the text of bottle {label.bottle} does not fit in full",
            "Choose larger labels.",
        )
    commands = [
        "^XA",
        "^CI28",
        f"^PW{width}",
        f"^LL{height}",
        "^LH0,0",
        f"^FO{margin},{margin}^BQN,2,{factor}^FH^FDQA,{field(label.payload)}^FS",
    ]
    commands += [
        f"^FO{left},{margin + at * line}^A0N,{size},{size}^FH^FD{field(text)}^FS"
        for at, text in enumerate(texts)
    ]
    return "\n".join([*commands, "^PQ1", "^XZ", ""])


def zpl_labels(labels: Sequence[BottleLabel], roll: Roll) -> Printout:
    """One ZPL format after another, pure ASCII bytes, one label each.

    Which letters there are is the printer's own matter: text goes out as UTF-8.

    Raises:
        LabelError: nothing or too much to print, or a label is too small.
    """
    require_some(tuple(labels))
    letters = Letters(lambda _: True)
    text = "".join(_label(label, roll, letters) for label in labels)
    return Printout(text.encode("ascii"), letters.replaced)
