"""What the engine answers: a verdict with every reason that matched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from kiosk.stops import Severity, Stop


class Verdict(StrEnum):
    """The class of a product; only SMP_SUITABLE and the sterile diluent may be drawn up freely."""

    SMP_SUITABLE = "SMP_SUITABLE"
    TRICO_TEMPORARY = "TRICO_TEMPORARY"
    PMU_COSMETIC = "PMU_COSMETIC"
    BODY_TATTOO = "BODY_TATTOO"
    PROHIBITED = "PROHIBITED"
    UNKNOWN = "UNKNOWN"
    DILUENT_STERILE = "DILUENT_STERILE"
    DILUENT_UNFIT = "DILUENT_UNFIT"


class Effect(StrEnum):
    """What a reason does.

    QUARANTINE keeps a lot from being released until its paper is there; it is a state of the lot
    and no stop of the verdict.
    """

    SAFETY = "safety"
    POLICY = "policy"
    QUARANTINE = "quarantine"
    WARN = "warn"
    NONE = "none"


_SEVERITY = {
    Effect.SAFETY: Severity.SAFETY,
    Effect.QUARANTINE: Severity.SAFETY,
    Effect.POLICY: Severity.POLICY,
    Effect.WARN: Severity.ADVICE,
}

#: Flag of a line that names scalps and declares more than carbon.
WARM_TONE = "warm_tone"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that matched, with the declared facts filled in.

    `rule` is the published id, `key` its variant in the rule base. `about` is "ink" where the
    product itself is meant, "papers" where label, documents or delivery of a lot are.
    """

    rule: str
    key: str
    effect: Effect
    about: Literal["ink", "papers"]
    text: str
    source: str
    grade: str
    lifts: str

    def as_stop(self) -> Stop | None:
        """The reason as a stop; None for one that only explains."""
        severity = _SEVERITY.get(self.effect)
        if severity is None:
            return None
        return Stop(self.rule, severity, self.text, self.source, self.lifts)

    def as_dict(self) -> dict[str, str]:
        """The form that commands print and events keep."""
        return {
            "rule": self.rule,
            "text": self.text,
            "source": self.source,
            "effect": self.effect.value,
            "grade": self.grade,
            "lifts": self.lifts,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a declaration.

    `reasons` are all that matched, the deciding one first. `declared_class` is what use and
    colourants alone make of it: where it differs from `verdict`, papers of the lot are missing.
    `declared_by` is what decided that. `stop` is the gravest of the verdict's own and of every
    block; quarantine is in `holds`.
    """

    verdict: Verdict
    stop: Literal["none", "policy", "safety"]
    declared_class: Verdict
    flags: tuple[str, ...]
    reasons: tuple[Reason, ...]
    declared_by: Reason
    rules_version: str
    profile: str

    @property
    def deciding(self) -> Reason:
        """The reason that decided the verdict."""
        return self.reasons[0]

    @property
    def holds(self) -> tuple[Reason, ...]:
        """What keeps the lot in quarantine; a release needs this empty."""
        return tuple(r for r in self.reasons if r.effect is Effect.QUARANTINE)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Stops on use: blocks, policy and advice. Quarantine is the lot's state and not here.

        An UNKNOWN that only papers cause is a SAFETY stop by its deciding reason.
        """
        chosen = [r for r in self.reasons if r.effect is not Effect.QUARANTINE]
        if self.deciding.effect is Effect.QUARANTINE:
            chosen.insert(0, self.deciding)
        return tuple(stop for r in chosen if (stop := r.as_stop()) is not None)

    @property
    def lifts(self) -> tuple[str, ...]:
        """What would end the stop and the quarantine, each once, in the reasons' order."""
        said = (r.lifts for r in self.reasons if r.effect not in {Effect.WARN, Effect.NONE})
        return tuple(dict.fromkeys(text for text in said if text))

    def as_dict(self) -> dict[str, Any]:
        """The form that commands print and events keep."""
        return {
            "verdict": self.verdict.value,
            "stop": self.stop,
            "flags": list(self.flags),
            "declared_class": self.declared_class.value,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "lifts": list(self.lifts),
            "rules_version": self.rules_version,
            "profile": self.profile,
        }
