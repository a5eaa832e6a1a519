"""The one checker of notices: files and forms both become a `Draft` and pass through `checked`.

It looks at everything before it complains, so that a person mends a notice once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from kiosk.inventory.recalls.names import normal_form
from kiosk.inventory.recalls.notice import (
    Event,
    LotNumber,
    Material,
    Notice,
    NoticeError,
    NoticeKind,
    NumberKind,
    Problem,
    ProductName,
    Reach,
    Scope,
    Window,
)

ANY_MATERIAL = "any"
_ID, _TEXT, _HAZARD = 64, 300, 4000
_LIST = 2000
_VERSIONS = 10_000
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
_ISSUED = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: "Batch #1 Lot BL23" is two numbers; as one text it would equal no label.
_TWO_IN_ONE = re.compile(r"(?:^|\s)(?:lot|batch)(?:\s|#|:)|\s/\s|[,;\n]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DraftWindow:
    """A window before its days were read; empty text is open to that side."""

    event: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as it was written, before anything in it was believed.

    `lots` holds (kind, value) pairs, one tuple of them for a lot; `products` (line, shade) pairs.
    """

    id: str
    version: int
    source: str
    kind: str
    issued_on: str
    brand: str
    material: str
    hazard: str
    reference: str
    url: str
    aliases: tuple[str, ...] = ()
    products: tuple[tuple[str, str], ...] = ()
    all_products: bool = False
    lots: tuple[tuple[tuple[str, str], ...], ...] = ()
    all_lots: bool = False
    unknown_lot: bool = False
    windows: tuple[DraftWindow, ...] = ()


@dataclass(slots=True)
class _Complaints:
    """What was found wrong so far."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: str, sentence: str, mend: str) -> None:
        self.problems.append(Problem(where, sentence, mend))


def checked(draft: Draft) -> Notice:
    """The notice that a draft says.

    Raises:
        NoticeError: with every problem found, each naming its field and a mend.
    """
    wrong = _Complaints()
    _check_texts(draft, wrong)
    if not 1 <= draft.version <= _VERSIONS:
        wrong.add("version", "is no version number.", "Count from 1, one more for each amendment.")
    if not draft.reference and not draft.url:
        wrong.add("reference", "is missing.", "Say where the notice is: an alert number or a url.")
    if draft.url and not re.fullmatch(r"https?://\S+", draft.url):
        wrong.add("url", "is no web address.", "Begin with https://, or use `reference`.")
    kind = _one_of(NoticeKind, draft.kind, "kind", wrong)
    material = (
        None
        if draft.material == ANY_MATERIAL
        else _one_of(Material, draft.material, "material", wrong, also=(ANY_MATERIAL,))
    )
    _check_issued(draft.issued_on, wrong)
    _check_products(draft, wrong)
    scope = Scope(_reach(draft, wrong), _lots(draft, wrong), _windows(draft, wrong))
    if wrong.problems or kind is None:
        raise NoticeError(tuple(wrong.problems))
    return Notice(
        id=draft.id,
        version=draft.version,
        source=draft.source,
        kind=kind,
        issued_on=draft.issued_on,
        brand=draft.brand,
        aliases=draft.aliases,
        products=tuple(ProductName(line, shade) for line, shade in draft.products),
        material=material,
        scope=scope,
        hazard=draft.hazard,
        reference=draft.reference,
        url=draft.url,
    )


def _check_texts(draft: Draft, wrong: _Complaints) -> None:
    for where, text, most in _texts(draft):
        if len(text) > most:
            wrong.add(where, f"is longer than {most} characters.", "Shorten it.")
        # Could redraw or break the lines of a terminal; a lone surrogate cannot even be stored.
        lines = text.replace("\n", "") if where == "hazard" else text
        if any(unicodedata.category(c) in _UNPRINTABLE for c in lines):
            wrong.add(where, "holds a control character.", "Type the text again, without it.")
    for where, text in (
        ("id", draft.id),
        ("source", draft.source),
        ("hazard", draft.hazard),
    ):
        if not text.strip():
            wrong.add(where, "is empty.", "Fill it in.")
    if draft.id != draft.id.strip():
        wrong.add(
            "id", "begins or ends with a space.", "Amendments find it by this id: take it out."
        )
    for where, text in _names(draft):
        if not normal_form(text):
            wrong.add(where, "has no letter and no digit.", "Write the name as on the label.")


def _texts(draft: Draft) -> Iterator[tuple[str, str, int]]:
    yield "id", draft.id, _ID
    yield "hazard", draft.hazard, _HAZARD
    for where in ("source", "brand", "reference", "url"):
        yield where, getattr(draft, where), _TEXT
    for i, name in enumerate(draft.aliases):
        yield f"aliases[{i}]", name, _TEXT
    for i, (line, shade) in enumerate(draft.products):
        yield f"products[{i}].line", line, _TEXT
        yield f"products[{i}].shade", shade, _TEXT
    for i, numbers in enumerate(draft.lots):
        for j, (_, value) in enumerate(numbers):
            yield f"scope.lots[{i}].numbers[{j}].value", value, _ID


def _names(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "brand", draft.brand
    for i, name in enumerate(draft.aliases):
        yield f"aliases[{i}]", name
    for i, (line, shade) in enumerate(draft.products):
        yield f"products[{i}]", line + shade


K = TypeVar("K", bound=StrEnum)


def _one_of(
    choices: type[K], said: str, where: str, wrong: _Complaints, also: tuple[str, ...] = ()
) -> K | None:
    try:
        return choices(said)
    except ValueError:
        words = ", ".join((*(choice.value for choice in choices), *also))
        wrong.add(where, "is not a known word.", f"Use one of: {words}.")
        return None


def _check_issued(text: str, wrong: _Complaints) -> None:
    whole = text + "0000-01-01"[len(text) :]
    if not _ISSUED.fullmatch(text) or _day(whole) is None:
        wrong.add(
            "issued_on",
            "is no date.",
            "Write 2020-05-01, or 2020-05 or 2020 where the source says no more.",
        )


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_products(draft: Draft, wrong: _Complaints) -> None:
    if draft.all_products == bool(draft.products):
        wrong.add(
            "products",
            "does not say which products are meant.",
            "Either list products, or say all_products: true; not both.",
        )
    _check_length("products", draft.products, wrong)
    _check_length("aliases", draft.aliases, wrong)


def _check_length(where: str, items: tuple[object, ...], wrong: _Complaints) -> None:
    if len(items) > _LIST:
        wrong.add(where, f"has more than {_LIST} entries.", "Split the notice.")


def _reach(draft: Draft, wrong: _Complaints) -> Reach:
    said = [
        reach
        for reach, given in (
            (Reach.LOTS, bool(draft.lots)),
            (Reach.ALL_LOTS, draft.all_lots),
            (Reach.UNKNOWN_LOT, draft.unknown_lot),
        )
        if given
    ]
    if len(said) != 1:
        wrong.add(
            "scope",
            "does not say which lots are meant." if not said else "says two things about lots.",
            "Give exactly one of: lots, all_lots: true, unknown_lot: true.",
        )
    return said[0] if said else Reach.UNKNOWN_LOT


def _lots(draft: Draft, wrong: _Complaints) -> tuple[tuple[LotNumber, ...], ...]:
    # Counted together, because the search for like numbers takes its time for each of them.
    _check_length("scope.lots", tuple(n for lot in draft.lots for n in lot), wrong)
    lots: list[tuple[LotNumber, ...]] = []
    for i, numbers in enumerate(draft.lots):
        where = f"scope.lots[{i}].numbers"
        if not numbers:
            wrong.add(where, "is empty.", "Give the lot a number, or say unknown_lot: true.")
        lots.append(tuple(_number(f"{where}[{j}]", *pair, wrong) for j, pair in enumerate(numbers)))
    return tuple(lots)


def _number(where: str, kind: str, value: str, wrong: _Complaints) -> LotNumber:
    known = _one_of(NumberKind, kind, f"{where}.kind", wrong)
    if not normal_form(value):
        wrong.add(f"{where}.value", "has no letter and no digit.", "Write it as on the label.")
    elif _TWO_IN_ONE.search(value):
        wrong.add(
            f"{where}.value",
            f"looks like more than the number itself: {value!r}.",
            "Write each number on its own, with LOT, BATCH, SERIAL or OTHER as its kind.",
        )
    return LotNumber(known or NumberKind.OTHER, value)


def _windows(draft: Draft, wrong: _Complaints) -> tuple[Window, ...]:
    _check_length("scope.windows", draft.windows, wrong)
    windows: list[Window] = []
    for i, window in enumerate(draft.windows):
        where = f"scope.windows[{i}]"
        event = _one_of(Event, window.event, f"{where}.event", wrong) or Event.RECEIVED
        days: list[date | None] = []
        for name, text in (("first", window.first), ("last", window.last)):
            day = _day(text) if text else None
            if text and day is None:
                wrong.add(f"{where}.{name}", "is no date.", "Write it as 2018-08-06.")
            days.append(day)
        first, last = days
        if not window.first and not window.last:
            wrong.add(
                where, "has no day.", "Give first, last or both; leave the window out if not."
            )
        if first is not None and last is not None and first > last:
            wrong.add(where, "ends before it begins.", "Exchange first and last.")
        windows.append(Window(event, first, last))
    return tuple(windows)
