"""The decision: every rule is asked, the first row that matches gives the verdict.

There is no score. Carbon black alone clears nothing, because ordinary tattoo blacks declare it too;
the word SMP in a name clears nothing either. Sentences say "declared" and "not documented": labels
are often wrong, and depth alone can make pure carbon look blue.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from kiosk.inventory.profiles import Profile
from kiosk.inventory.verdict.case import Case
from kiosk.inventory.verdict.catalogue import Catalogue
from kiosk.inventory.verdict.checks.blocks import blocks
from kiosk.inventory.verdict.checks.classes import classes
from kiosk.inventory.verdict.checks.quarantine import quarantine
from kiosk.inventory.verdict.checks.warnings import warnings
from kiosk.inventory.verdict.declaration import Declaration
from kiosk.inventory.verdict.judgement import WARM_TONE, Effect, Judgement, Reason, Verdict
from kiosk.inventory.verdict.rulebase import Row, RuleBase

_GROUPS = (blocks, classes, quarantine, warnings)
_RANK = {effect: rank for rank, effect in enumerate(Effect)}


def judge(
    declaration: Declaration,
    *,
    today: date,
    profile: Profile,
    catalogue: Catalogue,
    rules: RuleBase,
) -> Judgement:
    """The verdict on a declaration on one day under one profile, with every reason that matched."""
    case = Case(declaration, today, profile, catalogue, rules)
    rows = rules.diluent_rows if case.is_diluent else rules.pigment_rows
    reasons = [reason for group in _GROUPS for reason in group(case)]
    verdict, decided = _decide(rows, reasons)
    declared, declared_by = _decide(rows, [reason for reason in reasons if reason.about == "ink"])
    rest = sorted(
        (reason for reason in reasons if reason is not decided),
        key=lambda reason: (_RANK[reason.effect], reason.key),
    )
    return Judgement(
        verdict,
        _gravest(rules.stops[verdict], reasons),
        declared,
        (WARM_TONE,) if not case.is_diluent and case.warm_line else (),
        (decided, *rest),
        declared_by,
        rules.version,
        profile.code,
    )


def _decide(rows: Sequence[Row], reasons: Sequence[Reason]) -> tuple[Verdict, Reason]:
    by_key = {reason.key: reason for reason in reversed(reasons)}
    for row in rows:
        for key in row.any:
            if key in by_key:
                return row.verdict, by_key[key]
    raise AssertionError(f"no row decides: {sorted(by_key)}")


def _gravest(
    own: Literal["none", "policy", "safety"], reasons: Sequence[Reason]
) -> Literal["none", "policy", "safety"]:
    effects = {reason.effect for reason in reasons}
    if own == "safety" or Effect.SAFETY in effects:
        return "safety"
    return "policy" if own == "policy" or Effect.POLICY in effects else "none"
