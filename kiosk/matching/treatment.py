"""Permanent or temporary: what the client is told, and which products the carbon model covers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kiosk.matching.inputs import InputError
from kiosk.stops import Severity, Stop

Treatment = Literal["permanent", "temporary"]

#: Carbon black and bone black; everything else absorbs or scatters in its own way.
_CARBON = {"77266": "carbon black", "77267": "bone black"}
_KNOWN = {
    "77891": "titanium dioxide",
    "77491": "red iron oxide",
    "77492": "yellow iron oxide",
    "77499": "black iron oxide",
}
_INDEX = re.compile(r"(?<!\d)(7\d{4}|[1-6]\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Course:
    """How a treatment of this type develops, in sentences for the client, and its reminders."""

    treatment: Treatment
    sentences: tuple[str, ...]
    reminder_months: int
    last_reminder_months: int

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "treatment": self.treatment,
            "sentences": list(self.sentences),
            "reminder_months": self.reminder_months,
            "last_reminder_months": self.last_reminder_months,
        }


_COURSES: dict[Treatment, Course] = {
    "permanent": Course(
        "permanent",
        (
            "Visible after the first session, lighter than your hair on purpose.",
            "Later sessions build it up. It settles lighter within four to six weeks.",
            "It fades over years without changing its hue; taking it away needs a laser.",
        ),
        36,
        72,
    ),
    "temporary": Course(
        "temporary",
        (
            "Little may be visible after the first session.",
            "The shade develops over three sessions.",
            "It fades away and has to be done again: 12 to 18 months, longer with some products.",
        ),
        12,
        12,
    ),
}


def course(treatment: Treatment) -> Course:
    """What to tell the client of a treatment of this type.

    Raises:
        InputError: neither permanent nor temporary.
    """
    if treatment not in _COURSES:
        raise InputError("treatment", f"{treatment!r} is none", "Give permanent or temporary.")
    return _COURSES[treatment]


def not_covered(product: str, treatment: Treatment, colourants: Iterable[str]) -> tuple[Stop, ...]:
    """Why the carbon model gives no numbers for this product; empty where it does.

    `colourants` are the declared entries as printed. A stop of POLICY severity: a studio may mix
    by hand under its own rules, but no ratio of this program goes with it.

    Raises:
        InputError: neither permanent nor temporary.
    """
    declared = [entry.strip() for entry in colourants if entry.strip()]
    if course(treatment).treatment == "temporary":
        why = "is for temporary treatments, whose pigments are meant to be absorbed"
    elif not declared:
        why = "does not declare its colourants"
    elif others := [_named(entry) for entry in declared if not _is_carbon(entry)]:
        why = f"holds {', '.join(others)}, which is not carbon"
    else:
        return ()
    return (
        Stop(
            "MODEL-NOT-CARBON",
            Severity.POLICY,
            f"{product} {why}. The model knows carbon only and gives no ratio, forecast or "
            "density for it.",
            "Oxides and titanium dioxide scatter, so a mix lightens and turns as well as darkens",
            "A carbon-only product, or a recipe of the studio's own.",
        ),
    )


def _is_carbon(entry: str) -> bool:
    found = _INDEX.findall(entry)
    return bool(found) and all(index in _CARBON for index in found)


def _named(entry: str) -> str:
    names = [_KNOWN[index] for index in _INDEX.findall(entry) if index in _KNOWN]
    return f"{entry} ({', '.join(names)})" if names else entry
