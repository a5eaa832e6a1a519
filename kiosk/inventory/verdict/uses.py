"""What a text names as the use of an ink."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kiosk.inventory.verdict.rulebase import RuleBase


class Use(StrEnum):
    """A use that label or papers name."""

    SMP = "smp"
    TRICO = "trico"
    PMU = "pmu"
    TATTOO = "tattoo"
    DRAWING = "drawing"


#: The uses on skin other than a plain tattoo.
COSMETIC = frozenset({Use.SMP, Use.PMU, Use.TRICO})


def _plain(text: str) -> str:
    # Hyphens that do not break and the like are drawn as hyphens and meant as such.
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\u2010-\u2015\u2212]", "-", folded)


def parse_use(text: str, rules: RuleBase) -> frozenset[Use]:
    """The uses a text names, by whole words.

    A use that is ruled out ("not for scalp use", "non-SMP") is none, to the end of its sentence.
    The statement that the EU demands on every tattoo ink names tattoos and permanent make-up in one
    breath; it says nothing about this ink and is left out.
    """
    words = _plain(text)
    for pattern in (*rules.statement, *rules.ruled_out):
        words = re.sub(pattern, " ", words)
    return frozenset(
        Use(name)
        for name, patterns in rules.uses.items()
        if any(re.search(pattern, words) for pattern in patterns)
    )


def drawing_ink(name: str, rules: RuleBase) -> bool:
    """Whether a product's own name says that it is made for paper; names never clear an ink."""
    return any(re.search(pattern, _plain(name)) for pattern in rules.uses["drawing"])
