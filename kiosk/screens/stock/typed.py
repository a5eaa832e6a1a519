"""What people type on the handling screens, read with the rules of the domain."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk.inventory.label_dates import Ambiguous, Unreadable, read_label_date
from kiosk.inventory.model import Identifier
from kiosk.inventory.volumes.quantities import QuantityError, parse_volume

#: What further numbers on a container are called; another first word belongs to the number.
_KINDS = frozenset({"BATCH", "LOT", "MARK", "REF", "SERIAL", "GTIN"})


class Typo(ValueError):
    """Typed text that cannot be used: why, and what to type instead."""


def volume_ul(text: str) -> int:
    """Whole microlitres; a number alone is in millilitres.

    Raises:
        Typo: it is no volume.
    """
    shown = text.strip()
    try:
        return parse_volume(f"{shown} ml" if shown[-1:].isdigit() else shown)
    except QuantityError as error:
        raise Typo(f"{error.problem}. {error.mend}") from error


def past_day(text: str, today: date) -> date:
    """A day up to today: "today", "yesterday", or as it stands on a label; empty is today.

    A day that could be two is the one that has been, if only one has.

    Raises:
        Typo: it is no day, lies ahead, or could be two days of the past.
    """
    said = text.strip().lower()
    if said in {"", "today"}:
        return today
    if said == "yesterday":
        return today - timedelta(days=1)
    found = read_label_date(text, today=today)
    if isinstance(found, Unreadable):
        raise Typo(f"{found.reason} {found.mend}")
    if isinstance(found, Ambiguous):
        been = [choice.on for choice in found.choices if choice.on <= today]
        if len(been) != 1:
            both = " or ".join(choice.on.isoformat() for choice in found.choices)
            raise Typo(f"'{text.strip()}' may be two days. Type {both}.")
        return been[0]
    if found.on > today:
        raise Typo(f"{found.on:%-d %B %Y} lies ahead.")
    return found.on


def identifiers(text: str) -> tuple[Identifier, ...]:
    """Further numbers: "BATCH RX44; MARK 12", each with what the container calls it.

    A number without a word before it is called BATCH.
    """
    found = []
    for part in text.split(";"):
        word, _, rest = part.strip().partition(" ")
        if word.upper() in _KINDS and rest.strip():
            found.append(Identifier(word.upper(), rest.strip()))
        elif part.strip():
            found.append(Identifier("BATCH", part.strip()))
    return tuple(found)
