"""Whether an ink declares what a client is allergic to.

What a label does not name is "not declared", never "absent": of 54 inks sold in the United States
45 differed from their labels (Moseman and others, Analytical Chemistry 2024), and binders and
preservatives are often left out (Schubert, Kluger, Schreiver, Contact Dermatitis 2023).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.clients.identity import ClientInputError

_LONGEST = 60
_MOST = 40

#: Names of one substance, as allergy passes and ingredient lists (INCI) write them.
_SAME: tuple[frozenset[str], ...] = (
    frozenset({"nickel", "ni"}),
    frozenset({"chromium", "chrome", "chromate", "dichromate", "cr", "crvi"}),
    frozenset({"latex", "natural rubber"}),
    frozenset({"methylisothiazolinone", "mit", "mi"}),
    frozenset({"benzisothiazolinone", "bit"}),
    frozenset({"formaldehyde", "formalin"}),
    frozenset({"lidocaine", "lignocaine"}),
    frozenset({"witch hazel", "hamamelis", "hamamelis virginiana"}),
    frozenset({"isopropanol", "isopropyl alcohol", "2 propanol"}),
    frozenset({"phenylenediamine", "ppd"}),
    frozenset({"lanolin", "wool alcohol", "adeps lanae"}),
)
#: What people say for a whole family, and its members that inks and their carriers declare.
_FAMILIES: dict[str, frozenset[str]] = {
    "preservative": frozenset(
        {
            "paraben", "methylparaben", "ethylparaben", "propylparaben", "butylparaben",
            "phenoxyethanol", "formaldehyde", "methylisothiazolinone", "benzisothiazolinone",
            "methylchloroisothiazolinone", "dmdm hydantoin", "imidazolidinyl urea",
            "diazolidinyl urea", "quaternium 15", "benzyl alcohol", "chlorphenesin",
        }
    ),
    "paraben": frozenset({"methylparaben", "ethylparaben", "propylparaben", "butylparaben"}),
    "isothiazolinone": frozenset(
        {"methylisothiazolinone", "benzisothiazolinone", "methylchloroisothiazolinone"}
    ),
    "anaesthetic": frozenset(
        {"lidocaine", "prilocaine", "tetracaine", "benzocaine", "procaine", "bupivacaine"}
    ),
    "alcohol": frozenset({"isopropanol", "ethanol", "alcohol denat", "benzyl alcohol"}),
}  # fmt: skip
_FAMILIES["anesthetic"] = _FAMILIES["anaesthetic"]
_FAMILIES["local anaesthetic"] = _FAMILIES["anaesthetic"]

_WORD = re.compile(r"[^\W_]+")
_DENIED_BEFORE = frozenset({"no", "without", "free of"})


class Told(StrEnum):
    """What a declaration says of a substance."""

    DECLARED = "declared"
    NOT_LISTED = "not among the ingredients declared as complete"
    NOT_DECLARED = "not declared"


@dataclass(frozen=True, slots=True)
class Declared:
    """What label and papers say is in an ink or a diluent.

    `contains` are the label's own "contains ..." warnings. `ingredients` is None without a list;
    `complete` is True only where somebody says that the list is whole.
    """

    contains: tuple[str, ...] = ()
    ingredients: tuple[str, ...] | None = None
    complete: bool = False

    @property
    def entries(self) -> tuple[str, ...]:
        """Every entry in which a substance may be named."""
        return (*self.contains, *(self.ingredients or ()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of one allergy; `entry` is what names it, empty where nothing does."""

    allergy: str
    told: Told
    entry: str = ""


def checked_allergies(texts: Iterable[str]) -> tuple[str, ...]:
    """Allergies as they are kept: trimmed, each once, in the order told.

    Raises:
        ClientInputError: one is empty of letters, too long, or there are too many.
    """
    found: dict[str, str] = {}
    for text in texts:
        kept = " ".join(text.split())
        if not kept.isprintable() or len(kept) > _LONGEST or not _words(kept):
            raise ClientInputError(
                f"allergies: '{kept[:_LONGEST]}' cannot be kept; name a substance such as 'nickel'"
            )
        found.setdefault(kept.casefold(), kept)
    if len(found) > _MOST:
        raise ClientInputError(f"allergies: more than {_MOST}; name families such as 'parabens'")
    return tuple(found.values())


def answers(allergies: Iterable[str], declared: Declared) -> tuple[Answer, ...]:
    """What a declaration says of each allergy, in the order given."""
    return tuple(_answer(allergy, declared) for allergy in allergies)


def _answer(allergy: str, declared: Declared) -> Answer:
    names = [_words(name) for name in names_of(allergy)]
    for entry in declared.entries:
        words = _words(entry)
        if any(_named(name, words) for name in names):
            return Answer(allergy, Told.DECLARED, entry)
    whole = declared.complete and declared.ingredients is not None
    return Answer(allergy, Told.NOT_LISTED if whole else Told.NOT_DECLARED)


def names_of(allergy: str) -> frozenset[str]:
    """Every name under which an ingredient list may hold what somebody is allergic to."""
    said = " ".join(_words(allergy))
    names = {said} | _FAMILIES.get(said, frozenset())
    for group in _SAME:
        if names & group:
            names |= group
    return frozenset(names)


def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    # "parabens" names the family as "paraben" does.
    return tuple(
        word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
        for word in _WORD.findall(folded)
    )


def _named(name: Collection[str], words: tuple[str, ...]) -> bool:
    return any(not _denied(words, *span) for span in _spans(tuple(name), words))


def _spans(name: tuple[str, ...], words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for start in range(len(words) - len(name) + 1):
        if words[start : start + len(name)] == name:
            yield start, start + len(name)


def _denied(words: tuple[str, ...], start: int, end: int) -> bool:
    """Whether the entry says that it is not in it: "nickel-free", "no nickel"."""
    before = {" ".join(words[max(0, start - length) : start]) for length in (1, 2)}
    return bool(before & _DENIED_BEFORE) or words[end : end + 1] == ("free",)
