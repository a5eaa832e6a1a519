"""Readings a scan may have meant if a separator was lost on its way.

A variable field ends with a separator (GS, 0x1D). Keyboard scanners that send no control
characters, and label software that prints none, lose it; the field then swallows what follows, and
the expiry vanishes into the lot. Nothing in the text tells the two apart for certain, so nothing is
ever split here: other readings are listed, and a person compares them with the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.inventory.scanning.element_strings import problem
from kiosk.inventory.scanning.syntax import Element, dictionary

#: What the label of a bottle carries behind a variable field. Longer lists ask too often: two
#: digits out of ten thousand lots always look like some identifier.
CARRIED = (
    *("01", "10", "11", "15", "17", "21", "30", "91", "240", "241"),
    *("710", "711", "712", "713", "714", "715", "716", "717"),
)
_HINT = re.compile(r"(?=01|1[0157]|21|30|91|24[01]|71[0-7])")
_DATED = re.compile(r"1[17]\d{6}")
_DATES = frozenset({"11", "17"})
#: A lot of this length with no expiry beside it has room for one inside.
LONG = 14
#: Fields that may hide in one, steps that are spent on finding them, readings that are offered.
_DEEPEST = 4
_MOST_STEPS = 2_000
MOST_CHOICES = 5


@dataclass(frozen=True, slots=True)
class Hidden:
    """Readings with fields that were hidden; `complete` tells whether all possible were found."""

    readings: list[list[Element]]
    complete: bool


def doubtful(elements: list[Element]) -> bool:
    """Whether a lot or a serial is so long, with no expiry beside it, that it may hold one."""
    values = dict(elements)
    return "17" not in values and any(len(values.get(ai, "")) > LONG for ai in ("10", "21"))


def _open_field(data: str) -> tuple[list[Element], str, str] | None:
    """The fields of fixed length in front, and the first one that runs to the end of the data.

    For data without any separator; None where it does not begin so.
    """
    before: list[Element] = []
    while data:
        ai = next((data[:n] for n in (2, 3, 4) if data[:n] in dictionary()), None)
        if ai is None:
            return None
        data = data[len(ai) :]
        entry = dictionary()[ai]
        if not entry.predefined:
            return before, ai, data
        found = entry.pattern.match(data)
        if found is None:
            return None
        before.append((ai, found[0]))
        data = data[found.end() :]
    return None


def hidden_fields(elements: list[Element], today: date, *, any_field: bool) -> Hidden:
    """The readings in which a variable field of a good scan hides further fields.

    With `any_field` all that a label carries may be hidden; it is for scans in which no separator
    arrived. Else only what has an expiry or a production date is: such a field may come from label
    software that left one separator out. Readings with the fewest fields come first.
    """
    found, complete = [], True
    for place, (ai, value) in enumerate(elements):
        if dictionary()[ai].predefined or not (any_field or _DATED.search(value, 1)):
            continue
        before, after = elements[:place], elements[place + 1 :]
        one = _search(before, ai, value, after, today, any_field)
        found += one.readings
        complete &= one.complete
    return Hidden(found, complete)


def swallowed_fields(data: str, today: date) -> Hidden:
    """The readings of data that arrived without separators and has a field that is too long."""
    opened = _open_field(data)
    if opened is None:
        return Hidden([], True)
    before, ai, rest = opened
    return _search(before, ai, rest, [], today, True)


def _search(
    before: list[Element], ai: str, text: str, after: list[Element], today: date, any_field: bool
) -> Hidden:
    search = _Search()
    used = frozenset(one for one, _ in (*before, *after)) | {ai}
    good: list[list[Element]] = []
    for depth in range(1, _DEEPEST + 1):
        for tail in search.splits(ai, text, used, depth):
            if not any_field and not _DATES.intersection(one for one, _ in tail[1:]):
                continue
            candidate = [*before, *tail, *after]
            if problem(candidate, today) is None:
                good.append(candidate)
            if len(good) == MOST_CHOICES:
                return Hidden(good, False)
    return Hidden(good, search.steps > 0)


class _Search:
    """Splits of a text, as long as a number of steps lasts: texts can be made to have millions."""

    def __init__(self) -> None:
        self.steps = _MOST_STEPS

    def splits(
        self, ai: str, text: str, used: frozenset[str], depth: int
    ) -> Iterator[list[Element]]:
        """The field `ai` with exactly `depth` fields behind it."""
        pattern = dictionary()[ai].pattern
        for hint in _HINT.finditer(text, 1):
            self.steps -= 1
            if self.steps <= 0:
                return
            if pattern.fullmatch(text, 0, hint.start()):
                for tail in self._tails(text[hint.start() :], used, depth):
                    yield [(ai, text[: hint.start()]), *tail]

    def _tails(self, text: str, used: frozenset[str], depth: int) -> Iterator[list[Element]]:
        for ai in CARRIED:
            if ai in used or not text.startswith(ai):
                continue
            value = text[len(ai) :]
            entry = dictionary()[ai]
            if depth == 1:
                if entry.pattern.fullmatch(value):
                    yield [(ai, value)]
            elif not entry.predefined:
                yield from self.splits(ai, value, used | {ai}, depth - 1)
            elif found := entry.pattern.match(value):
                for tail in self._tails(value[found.end() :], used | {ai}, depth - 1):
                    yield [(ai, found[0]), *tail]
