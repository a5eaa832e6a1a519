"""What the GS1 Syntax Dictionary allows: characters, lengths, separators, company of elements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from kiosk.inventory.scanning.linters import LINTERS

#: An application identifier and its value, in the order of the symbol.
Element = tuple[str, str]

#: The 82 characters a value may have (GS1 General Specifications, figure 7.11-1), for a regex.
CSET_82 = r"!-\"%-?A-Z_a-z"
_CLASSES = {"N": "0-9", "X": CSET_82, "Y": r"#\-/0-9A-Z", "Z": r"\-0-9A-Z_a-z="}
_LINE = re.compile(r"(?P<ais>\d+(?:-\d+)?)\s+(?:(?P<flags>[*?]+)\s+)?(?P<rest>.*)")
_COMPONENT = re.compile(r"(\[)?([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The rules of one application identifier."""

    ai: str
    title: str
    #: A length GS1 has predefined; all others end with a separator or with the symbol.
    predefined: bool
    #: May stand in the query of a Digital Link.
    attribute: bool
    pattern: re.Pattern[str]
    #: For each group of `pattern`, the names of the checks on it.
    linters: tuple[tuple[str, ...], ...]
    #: Each of these must be met; one of its alternatives, which is all of its patterns.
    required: tuple[tuple[tuple[str, ...], ...], ...]
    excluded: tuple[str, ...]
    #: For the key of a Digital Link: the qualifiers its path may have, in order; None for no key.
    qualifiers: tuple[tuple[str, ...], ...] | None


@cache
def dictionary() -> dict[str, Entry]:
    """The shipped dictionary, by application identifier."""
    text = (files("kiosk.inventory.scanning") / "data" / "gs1-syntax-dictionary.txt").read_text(
        "utf-8"
    )
    entries: dict[str, Entry] = {}
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            for entry in _entries(line):
                # 90 stands before the range 91-99 and no other identifier comes twice.
                entries.setdefault(entry.ai, entry)
    return entries


def _entries(line: str) -> list[Entry]:
    rules, _, title = line.partition("#")
    found = _LINE.match(rules)
    if found is None:
        raise ValueError(f"GS1 syntax dictionary: cannot read {line!r}")
    first, _, last = found["ais"].partition("-")
    flags = found["flags"] or ""
    pattern = ""
    linters: list[tuple[str, ...]] = []
    required: list[tuple[tuple[str, ...], ...]] = []
    excluded: list[str] = []
    qualifiers: tuple[tuple[str, ...], ...] | None = None
    for word in found["rest"].split():
        key, _, value = word.partition("=")
        if key == "req":
            required.append(tuple(tuple(one.split("+")) for one in value.split(",")))
        elif key == "ex":
            excluded += value.split(",")
        elif key == "dlpkey":
            qualifiers = tuple(tuple(one.split(",")) for one in value.split("|")) if value else ()
        elif part := _COMPONENT.fullmatch(word):
            optional, kind, varying, length, names = part.groups()
            repeat = f"{{1,{length}}}" if varying else f"{{{length}}}"
            pattern += f"([{_CLASSES[kind]}]{repeat}){'?' if optional else ''}"
            linters.append(tuple(names.split(",")[1:]))
        else:
            raise ValueError(f"GS1 syntax dictionary: {word!r} in {line!r}")
    return [
        Entry(
            f"{number:0{len(first)}d}",
            title.strip(),
            "*" in flags,
            "?" in flags,
            re.compile(pattern),
            tuple(linters),
            tuple(required),
            tuple(excluded),
            qualifiers,
        )
        for number in range(int(first), int(last or first) + 1)
    ]


def matches(pattern: str, ai: str) -> bool:
    """Whether a pattern means an identifier; n after its first digit stands for any digit."""
    return len(pattern) == len(ai) and all(
        p == a or (p == "n" and place > 0)
        for place, (p, a) in enumerate(zip(pattern, ai, strict=True))
    )


def value_problem(ai: str, value: str) -> str | None:
    """Why a value cannot stand under an identifier, or None."""
    entry = dictionary().get(ai)
    if entry is None:
        return f"GS1 knows no application identifier ({ai})"
    found = entry.pattern.fullmatch(value)
    if found is None:
        return f"({ai}) cannot hold '{value}': wrong length or a character GS1 does not allow"
    for text, names in zip(found.groups(), entry.linters, strict=True):
        if text is None:
            continue
        for name in names:
            check = LINTERS.get(name)
            if check is not None and not check(text):
                what = _WORDS.get(name, f"'{text}' is not possible")
                return f"({ai}) {entry.title}: {what}"
    return None


_WORDS = {
    "csum": "the check digit is wrong",
    "yymmdd": "no such date",
    "yymmd0": "no such date",
    "yyyymmdd": "no such date",
}


def company_problem(elements: list[Element]) -> str | None:
    """Why elements cannot stand on one item together, or None.

    One identifier twice with two values, one that another excludes, or one whose needed company
    is missing. Judged over this symbol alone: a second symbol on the same item is not known here.
    """
    values = dict(elements)
    if len(values) != len(elements):
        for ai, value in elements:
            if values[ai] != value:
                return f"({ai}) stands in it twice, with different values"
    return _company_problem(frozenset(values))


@lru_cache(maxsize=1024)
def _company_problem(ais: frozenset[str]) -> str | None:
    def there(pattern: str) -> bool:
        return any(matches(pattern, other) for other in ais)

    for ai in sorted(ais):
        entry = dictionary()[ai]
        for pattern in entry.excluded:
            for other in sorted(ais - {ai}):
                if matches(pattern, other):
                    return f"({ai}) and ({other}) cannot stand on one item"
        for alternatives in entry.required:
            if not any(all(there(one) for one in needed) for needed in alternatives):
                named = " or ".join("+".join(f"({one})" for one in n) for n in alternatives)
                return f"({ai}) {entry.title} needs {named} beside it"
    return None
