"""Until when a bottle may be used: always computed from source dates, never stored.

Effective expiry is the earlier of the label's date and the opening date plus the period after
opening. Opening can therefore never extend a date. A bottle is good through the end of the
clinic's local day that the effective expiry names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta

#: Used where the maker is silent (trade practice for opened pigment); shown as "assumed".
DEFAULT_PAO_MONTHS = 12


@dataclass(frozen=True, slots=True)
class EffectiveExpiry:
    """The date that counts and which of the two source dates it comes from."""

    on: date
    source: Literal["label", "opened"]
    pao_assumed: bool = False

    @property
    def described(self) -> str:
        """The date with its source, for a sentence."""
        where = "on the label" if self.source == "label" else "counted from the opening"
        return f"{self.on:%-d %b %Y} ({where})"


# A shelf asks for the same few pairs of dates over and over, and relativedelta is slow.
@lru_cache(maxsize=4096)
def effective_expiry(
    label: date | None, opened_on: date | None, pao_months: int | None
) -> EffectiveExpiry | None:
    """The earlier of label date and opening plus period; None where the label has no date.

    Months are added to the same day number, or to the month's last day where that does not exist.
    """
    if label is None:
        return None
    if opened_on is not None:
        months = DEFAULT_PAO_MONTHS if pao_months is None else pao_months
        by_opening = opened_on + relativedelta(months=months)
        if by_opening < label:
            return EffectiveExpiry(by_opening, "opened", pao_assumed=pao_months is None)
    return EffectiveExpiry(label, "label")
