"""When two printed names or lot numbers are the same, and when they are only alike.

Only equality of normal forms is a match. Likeness never is: it puts a lot before a person. A lot
number is opaque text; `10.19.18` and `0042` are real ones, so nothing is read as number or date.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

_ASCII_DROPPED = {code: None for code in range(128) if not chr(code).isalnum()}
#: Drawn alike on a curved label: 0/O, 1/I/l, 5/S, 8/B. Applied to normal forms.
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "s": "5", "b": "8"})
#: Below this a part, or one changed character, says nothing: "1" begins every second lot number.
_LEAST_TELLING = 3


class Likeness(StrEnum):
    """How two different normal forms are alike, the closest first."""

    LOOKALIKE = "lookalike"
    SWAPPED = "swapped"
    ONE_CHARACTER = "one-character"
    PART = "part"


def normal_form(text: str) -> str:
    """Case-folded with everything but letters and digits removed; empty where none is left.

    Symbols go before the compatibility folding, which would turn a trade mark sign into "TM".
    Accents that make one letter stay, so an accented name is not the plain one; loose marks go,
    such as the invisible selector that web pages put behind a trade mark sign.
    """
    if text.isascii():
        return text.translate(_ASCII_DROPPED).lower()
    # Twice, because folding can bring forth new marks and case.
    return _folded(_folded(text))


def _folded(text: str) -> str:
    kept = "".join(c for c in text if unicodedata.category(c)[0] in "LNM")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", kept).casefold())
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


def lookalike_form(form: str) -> str:
    """A normal form with look-alike characters drawn as one."""
    return form.translate(_LOOKALIKES)


def likeness(one: str, other: str) -> Likeness | None:
    """The closest way in which two different, non-empty normal forms are alike, if any."""
    if one == other or not one or not other:
        return None
    if lookalike_form(one) == lookalike_form(other):
        return Likeness.LOOKALIKE
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _LEAST_TELLING:
        return None
    if len(shorter) == len(longer):
        places = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(places) == 1:
            return Likeness.ONE_CHARACTER
        if len(places) == 2:
            first, second = places
            crossed = (one[first], one[second]) == (other[second], other[first])
            return Likeness.SWAPPED if crossed and second == first + 1 else None
        return None
    if longer.startswith(shorter) or longer.endswith(shorter):
        return Likeness.PART
    if len(longer) == len(shorter) + 1:
        at = next(i for i, a in enumerate(longer) if i == len(shorter) or a != shorter[i])
        return Likeness.ONE_CHARACTER if longer[at + 1 :] == shorter[at:] else None
    return None


def within_one_edit(form: str, alphabet: str) -> set[str]:
    """Every text one insertion, removal, change or swap of neighbours away from `form`.

    `alphabet` bounds what may be put in. About 800 texts for ten characters of 36, whatever the
    size of the stock they are then looked up in.
    """
    splits = [(form[:i], form[i:]) for i in range(len(form) + 1)]
    removed = {a + b[1:] for a, b in splits if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    changed = {a + c + b[1:] for a, b in splits if b for c in alphabet}
    put_in = {a + c + b for a, b in splits for c in alphabet}
    return (removed | swapped | changed | put_in) - {form}
