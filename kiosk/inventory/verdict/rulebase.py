"""The rule base: sentences, effects and the order of decision, from a versioned file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from kiosk.inventory.verdict.judgement import Effect, Reason, Verdict

_FILE = "ink_rules-2026.3.json"


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read-only, and strict about the names in its file."""


class Rule(_Data, frozen=True):
    """One variant of a rule; `text` and `source` have gaps for declared facts."""

    effect: Effect
    about: Literal["ink", "papers"]
    text: str
    source: str
    grade: Literal["confirmed", "partly confirmed", "unconfirmed", "decision", "reading"]
    lifts: str


class Row(_Data, frozen=True):
    """One row of the decision: the verdict where any of these keys matched."""

    verdict: Verdict
    any: tuple[str, ...]


class RuleBase(_Data, frozen=True):
    """All rules of one version.

    `uses`, `ingredients`, `statement`, `ruled_out` and `ph_regulators` are regular expressions on
    case-folded text. The rows are tried in order, the first with a matching key decides.
    """

    version: str
    dated: date
    stops: dict[Verdict, Literal["none", "policy", "safety"]]
    pigment_rows: tuple[Row, ...]
    diluent_rows: tuple[Row, ...]
    sheet_years: int
    ruled_out: tuple[str, ...]
    statement: tuple[str, ...]
    uses: dict[Literal["smp", "trico", "pmu", "tattoo", "drawing"], tuple[str, ...]]
    ingredients: dict[str, tuple[str, ...]]
    ph_regulators: tuple[str, ...]
    rules: dict[str, Rule]

    def reason(self, key: str, **facts: str) -> Reason:
        """A rule as a reason, its gaps filled; the published id is what stands before the variant.

        Raises:
            KeyError: the rule base has no such rule, or a gap has no fact.
        """
        rule = self.rules[key]
        return Reason(
            key.partition(".")[0],
            key,
            rule.effect,
            rule.about,
            rule.text.format(**facts),
            rule.source.format(**facts),
            rule.grade,
            rule.lifts,
        )


def words_in(text: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """What of a text these patterns match, case-folded, each once, sorted."""
    folded = text.casefold()
    return tuple(sorted({m[0] for pattern in patterns for m in re.finditer(pattern, folded)}))


@cache
def load_rules() -> RuleBase:
    """The shipped rule base.

    Raises:
        msgspec.ValidationError: the file is not what this version of the program reads.
    """
    data = (files("kiosk.inventory") / "data" / _FILE).read_bytes()
    return msgspec.json.decode(data, type=RuleBase)
