"""A certificate of analysis against the limits of a profile."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.inventory.profiles.model import Limit, Profile
from kiosk.inventory.recalls.names import normal_form

_BENZOPYRENE = "benzo a pyrene"
_TOTAL = "pah total"


def substance_form(name: str) -> str:
    """The form in which names of substances are compared: "Benzo[a]pyrene" is "benzo a pyrene"."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))


@dataclass(frozen=True, slots=True)
class Result:
    """One line of a certificate in mg/kg; `below` where the laboratory wrote "less than".

    Raises:
        ValueError: the value is no amount.
    """

    substance: str
    mg_per_kg: float
    below: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.mg_per_kg) or self.mg_per_kg < 0:
            raise ValueError(f"{self.substance}: {self.mg_per_kg} is no amount in mg/kg")

    def __str__(self) -> str:
        return f"{self.substance} {'<' if self.below else ''}{self.mg_per_kg:g} mg/kg"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A laboratory's paper; `lot_no` is empty where it speaks of the product, not of one lot."""

    lot_no: str = ""
    dated: date | None = None
    results: tuple[Result, ...] = ()
    sterile: bool = False
    """A sterility test is on it, and was passed."""

    def covers(self, numbers: Iterable[str]) -> bool:
        """Whether it is about a lot with one of these printed numbers."""
        mine = normal_form(self.lot_no)
        return bool(mine) and mine in {normal_form(number) for number in numbers}

    def lacks(self, limits: Sequence[Limit]) -> tuple[str, ...]:
        """Which of PAH, benzo[a]pyrene, metals and sterility it does not speak of.

        Without limits to compare with, only sterility can be asked for.
        """
        told = {substance_form(result.substance) for result in self.results}
        spoken = [limit for limit in limits if limit.names & told]
        groups = {limit.group for limit in spoken}
        asked = {
            "PAH": bool(groups & {"pah", "pah-total"}),
            "benzo[a]pyrene": any(limit.substance == _BENZOPYRENE for limit in spoken),
            "metals": "metal" in groups,
        }
        covered = {**(asked if limits else {}), "sterility": self.sterile}
        return tuple(word for word, told_of in covered.items() if not told_of)


class Standing(StrEnum):
    """How a result stands to its limit."""

    BELOW = "below the limit"
    AT_OR_ABOVE = "at or above the limit"
    UNCONFIRMED = "at or above a limit that is not confirmed"
    CANNOT_TELL = "reported less precisely than the limit asks"
    NO_LIMIT = "no limit in this profile"


@dataclass(frozen=True, slots=True)
class CertificateFinding:
    """One result and what the profile says of it; `limit` is None where it says nothing."""

    result: Result
    limit: Limit | None
    standing: Standing

    @property
    def forbids(self) -> bool:
        """Whether the lot may not be used for this alone (rule B04)."""
        return self.standing is Standing.AT_OR_ABOVE

    @property
    def warns(self) -> bool:
        """Whether somebody has to look at it, though it decides nothing."""
        return self.standing in {Standing.UNCONFIRMED, Standing.CANNOT_TELL}

    @property
    def sentence(self) -> str:
        """The result with its limit, for people."""
        if self.limit is None:
            return f"{self.result}: {self.standing.value}"
        sure = "" if self.limit.confirmed else ", not confirmed"
        return f"{self.result} (limit {self.limit.mg_per_kg:g}{sure})"


def _standing(result: Result, limit: Limit) -> Standing:
    if result.mg_per_kg < limit.mg_per_kg or (result.below and result.mg_per_kg == limit.mg_per_kg):
        return Standing.BELOW
    if result.below:
        return Standing.CANNOT_TELL
    return Standing.AT_OR_ABOVE if limit.confirmed else Standing.UNCONFIRMED


def _pah_sum(results: Iterable[Result], limits: Sequence[Limit]) -> Result | None:
    pah = {name for limit in limits if limit.group == "pah" for name in limit.names}
    single = [r for r in results if not r.below and substance_form(r.substance) in pah]
    if len(single) < 2:
        return None
    return Result("Sum of PAHs reported", math.fsum(result.mg_per_kg for result in single))


def check_certificate(
    results: Sequence[Result], profile: Profile
) -> tuple[CertificateFinding, ...]:
    """Every result against every limit that names it; at the limit counts as above it.

    Whether the limit on PAHs holds for each or for their sum is not confirmed: each decides, and
    the sum is added as a line of its own that only warns.
    """
    findings: list[CertificateFinding] = []
    for result in results:
        form = substance_form(result.substance)
        matching = [limit for limit in profile.limits if form in limit.names]
        findings.extend(
            CertificateFinding(result, limit, _standing(result, limit)) for limit in matching
        )
        if not matching:
            findings.append(CertificateFinding(result, None, Standing.NO_LIMIT))
    total = next((limit for limit in profile.limits if limit.substance == _TOTAL), None)
    if total is not None and (added := _pah_sum(results, profile.limits)) is not None:
        findings.append(CertificateFinding(added, total, _standing(added, total)))
    return tuple(findings)
