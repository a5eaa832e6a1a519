"""The program's only way to say no.

A rule returns stops; screens and commands show them. Three kinds, ranked here and nowhere else:
SAFETY (nobody passes), POLICY (a reason and a signature), ADVICE (one key).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How hard a stop is; a larger number outranks a smaller one."""

    ADVICE = 1
    POLICY = 2
    SAFETY = 3

    @property
    def word(self) -> str:
        """The word used on the command line and in records."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Stop:
    """One reason not to go on.

    `rule` is a stable id, `sentence` is for people, `evidence` names the sentence or document the
    rule rests on, `lifts` says what would end it ("nothing" where nothing does).
    """

    rule: str
    severity: Severity
    sentence: str
    evidence: str
    lifts: str

    def as_dict(self) -> dict[str, str]:
        """The form that commands print and events keep."""
        return {
            "rule": self.rule,
            "severity": self.severity.word,
            "sentence": self.sentence,
            "evidence": self.evidence,
            "lifts": self.lifts,
        }


class Refused(Exception):
    """A desk function met a stop that its caller may not pass."""

    def __init__(self, stops: Iterable[Stop]) -> None:
        self.stops = ranked(stops)
        super().__init__(self.stops[0].sentence)

    @property
    def stop(self) -> Stop:
        """The gravest of the stops."""
        return self.stops[0]


def ranked(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Gravest first; stops of one severity keep their order."""
    return tuple(sorted(stops, key=lambda stop: -stop.severity))


def gravest(stops: Iterable[Stop]) -> Severity | None:
    """The severity that decides, or None where nothing stops."""
    return max((stop.severity for stop in stops), default=None)


def blocking(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """The stops that one key does not pass: SAFETY and POLICY, gravest first."""
    return tuple(stop for stop in ranked(stops) if stop.severity > Severity.ADVICE)
